"""What the team does about links: giving one on the ground of a consent, the card, the preview, anew, end and undo."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.people import consents
from casework.people.models import Consent
from casework.portal import links
from casework.portal.models import FamilyLink
from tests.cases.planting import again, open_case, refused, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book
from tests.documents.test_pdf import breaches
from tests.portal.planting import door, entered, invite, mother, standing, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Canary")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, made), at(ADELANTO), f"{local_day() - timedelta(days=9)}")
    return made


def consent(user: User, case: Case, contact: Any, *subjects: str) -> Any:
    with speaking(user) as actor:
        return consents.give(
            actor, again(actor, case).person, contact=contact, subjects=subjects or ["custody"], how="phone",
            given_at=timezone.now() - timedelta(minutes=1),
        )  # fmt: skip


def address(name: str, case: Case, *ids: Any) -> str:
    return reverse(name, args=[case.pk, *ids])


def test_a_link_is_given_shown_once_and_opens(enter: Enter, cast: Cast, case: Case) -> None:
    contact, client = mother(cast["attorney"], case), enter("attorney")
    cited = consent(cast["attorney"], case, contact)
    data = {"consent": str(cited.pk), "language": "es", "days": "30"}
    answer = client.post(address("case_family", case), data)
    assert (answer.status_code, answer.headers["Location"]) == (302, address("case_family", case))
    page = client.get(address("case_family", case)).content.decode()
    [(token, pin)] = re.findall(r"/f/es/([\w-]{43})/.*?<strong class=\"mono\">(\d{6})</strong>", page, re.DOTALL)
    family = Client()
    assert family.post(f"/f/es/{token}/", {"pin": pin}).headers["Location"] == "/p/es/"
    assert "Adelanto" in text(family)
    again_shown = client.get(address("case_family", case)).content.decode()
    assert (token in again_shown, pin in again_shown, "Last opened" in again_shown) == (False, False, True)
    line = Entry.objects.get(verb="family.invited")
    assert (line.case_id, line.actor_name) == (case.pk, cast["attorney"].name)


def test_the_card_has_the_address_and_no_pin(enter: Enter, cast: Cast, case: Case) -> None:
    made, client = invite(cast["attorney"], case), enter("attorney")
    printed = client.post(address("print_card", case, made.link.pk), {"token": made.token})
    assert printed.headers["Content-Type"] == "application/pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed.content)).pages)
    flat = re.sub(r"\s", "", said)
    assert made.token in flat
    assert made.pin not in flat
    assert "Canary" not in flat
    assert "Rosa" not in flat
    assert breaches(printed.content) == []
    wrong = client.post(address("print_card", case, made.link.pk), {"token": "x" * 43})
    assert wrong.headers["Location"] == address("case_family", case)


def test_the_preview_is_what_they_see(enter: Enter, cast: Cast, case: Case) -> None:
    made, client = invite(cast["attorney"], case), enter("attorney")
    for language in ("es", "en"):
        page = client.get(address("preview_link", case, made.link.pk) + f"?language={language}").content.decode()
        seen = text(entered(made, language), language)
        parts = re.findall(r"<(?:p|li|summary)[^>]*>(.*?)</(?:p|li|summary)>", seen.partition("<section")[2], re.DOTALL)
        cards = [one for one in parts[:-2] if one.strip() and 'class="button"' not in one]
        assert len(cards) > 10
        assert [one for one in cards if one not in page] == []
        assert "Words(" not in page
    assert Entry.objects.filter(verb="family.previewed", case_id=case.pk).count() == 2


def test_making_it_anew_ends_the_old_one_and_whoever_has_it_open(enter: Enter, cast: Cast, case: Case) -> None:
    made, client = invite(cast["attorney"], case), enter("attorney")
    family = entered(made)
    answer = client.post(
        address("renew_link", case, made.link.pk),
        {"consent": str(made.link.consent_id), "language": "en", "days": "90"},
    )
    assert answer.status_code == 302
    assert family.get("/p/es/").status_code == 403
    assert Client().post(door(made), {"pin": made.pin}).status_code == 403
    page = client.get(address("case_family", case)).content.decode()
    [(token, pin)] = re.findall(r"/f/en/([\w-]{43})/.*?<strong class=\"mono\">(\d{6})</strong>", page, re.DOTALL)
    assert Client().post(f"/f/en/{token}/", {"pin": pin}).status_code == 302
    assert standing(made).renewed_at is not None


def test_it_is_ended_by_one_act_and_that_is_taken_back(enter: Enter, cast: Cast, case: Case) -> None:
    made, client = invite(cast["attorney"], case), enter("paralegal")
    family = entered(made)
    client.post(address("revoke_link", case, made.link.pk))
    assert family.get("/p/es/").status_code == 403
    client.post(address("restore_link", case, made.link.pk))
    assert family.get("/p/es/").status_code == 200
    client.post(address("revoke_link", case, made.link.pk))
    with window("planting"):
        FamilyLink.objects.filter(pk=made.link.pk).update(revoked_at=timezone.now() - links.UNDO * 2)
    with speaking(cast["attorney"]) as ada:
        row = links.found(ada, again(ada, case), made.link.pk)
        assert row is not None
        assert refused(lambda: links.restore(ada, row)) == {
            "": ["That cannot be taken back any more. Give a new link."]
        }


def test_one_link_stands_for_a_contact_and_another_after_it_ended(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        again_case = again(ada, case)
        cited = made.link.consent
        given: Any = {"language": "es", "ends_at": timezone.now() + timedelta(days=9)}
        assert refused(lambda: links.invite(ada, again_case, consent=cited, **given)) == {
            "": ["This contact has a link. Make that one anew, or end it."]
        }
        links.revoke(ada, made.link)
        assert links.invite(ada, again_case, consent=cited, **given).token != made.token


def test_a_consent_that_does_not_count_carries_no_link(cast: Cast, case: Case) -> None:
    contact = mother(cast["attorney"], case)
    cited = consent(cast["attorney"], case, contact)
    with speaking(cast["attorney"]) as ada:
        here = again(ada, case)
        cited = Consent.objects.visible_to(ada).get(pk=cited.pk)
        consents.revoke(ada, cited)
        given: Any = {"language": "es", "ends_at": timezone.now() + timedelta(days=9)}
        assert refused(lambda: links.invite(ada, here, consent=cited, **given)) == {
            "consent": ["Choose a consent that is in force."]
        }


def test_nothing_of_it_is_kept_in_clear(cast: Cast, case: Case) -> None:
    made = invite(cast["attorney"], case)
    row = standing(made)
    assert made.token not in f"{row.token_hash} {row.pin_hash}"
    assert made.pin not in row.pin_hash
    assert row.token_hash == links.hashed(made.token)
    assert links.pin_fits(made.token, made.pin, row.pin_hash)
    assert not links.pin_fits("other", made.pin, row.pin_hash)
