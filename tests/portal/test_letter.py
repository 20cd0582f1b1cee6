"""The letter for a contact: what the consent allows, in their words, true on the day it is read as well."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.custody.models import Kind
from casework.custody.places import Where
from casework.people import consents, contacts
from casework.people.models import Consent, Contact
from casework.portal import words
from tests.cases.planting import NORTH, SOUTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.custody.planting import ADELANTO, at, book, move
from tests.docket.hearings import LOS_ANGELES, hear, in_days
from tests.documents.test_pdf import breaches
from tests.portal.planting import ALL, mother, serve_in

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Canary", first_surname="Bird")
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, made), at(ADELANTO), f"{local_day() - timedelta(days=9)}")
    return made


def agreed(cast: Cast, case: Case, *subjects: str) -> Any:
    """A consent for the mother."""
    contact = mother(cast["attorney"], case)
    with speaking(cast["attorney"]) as actor:
        of = Contact.objects.visible_to(actor).get(pk=contact.pk)
        given = timezone.now() - timedelta(minutes=1)
        return consents.give(actor, again(actor, case).person, contact=of, subjects=subjects, how="phone",
                             given_at=given)  # fmt: skip


def asked(client: Client, case: Case, consent: Any, language: str = "en") -> Any:
    return client.get(reverse("family_letter", args=[case.pk]) + f"?consent={consent.pk}&language={language}")


def said(file: Any) -> str:
    assert file["Content-Type"] == "application/pdf"
    whole = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(file.content)).pages)
    return re.sub(r"\s+", " ", whole.replace("\N{NO-BREAK SPACE}", " "))


def lines() -> int:
    return Entry.objects.filter(verb="family.printed").count()


def test_it_says_what_the_consent_allows_and_names_nobody(cast: Cast, enter: Enter, case: Case) -> None:
    consent = agreed(cast, case, "custody")
    hear(case, in_days(5), member(cast["attorney"], NORTH), kind="bond")
    words_of = said(asked(enter("attorney"), case, consent))
    for there in ("Adelanto", "Who helps", "North Legal Aid", "Here stands only what your loved one agreed to."):
        assert there in words_of
    for never in ("Canary", "Bird", "Rosa", "earing at", "Bond hearing", "What is next"):
        assert never not in words_of
    line = Entry.objects.get(verb="family.printed")
    assert (line.case_id, line.actor_name, line.basis) == (case.pk, "Ada Quispe", "assigned")


def test_it_is_as_true_when_it_is_read_later(cast: Cast, enter: Enter, case: Case) -> None:
    when = in_days(3)
    hear(case, when, member(cast["attorney"], NORTH), kind="bond")
    words_of = said(asked(enter("attorney"), case, agreed(cast, case, *ALL)))
    spoken = words.of("en")
    assert f"This is what we know on {spoken.day(local_day())}." in words_of
    assert spoken.day(when.astimezone(ZoneInfo(LOS_ANGELES)).date()) in words_of
    assert re.findall(r"\b[Ii]n \d+ (?:day|hour|minute)s?|\bago\b", words_of) == []


def test_without_a_consent_that_counts_nothing_is_printed(cast: Cast, enter: Enter, case: Case) -> None:
    client, consent = enter("attorney"), agreed(cast, case, "custody")
    here = reverse("case_family", args=[case.pk])
    assert client.get(reverse("family_letter", args=[case.pk]))["Location"] == here
    assert asked(client, case, consent, "tlh")["Location"] == here
    other = open_case(cast["clinic"], SOUTH)
    assert asked(client, other, consent).status_code == 404
    own = open_case(cast["attorney"], given_names="Somebody")
    assert asked(client, own, consent)["Location"] == reverse("case_family", args=[own.pk])
    assert said(asked(client, case, consent))
    before = lines()
    with speaking(cast["attorney"]) as ada:
        consents.revoke(ada, Consent.objects.visible_to(ada).get(pk=consent.pk))
    assert asked(client, case, consent)["Location"] == here
    assert lines() == before == 1


def test_who_must_not_know_gets_no_letter(cast: Cast, enter: Enter, case: Case) -> None:
    consent = agreed(cast, case, "custody")
    with speaking(cast["attorney"]) as ada:
        contact = Contact.objects.visible_to(ada).get(pk=consent.contact_id)
        contacts.change(ada, contact, values={"must_not_know": True}, seen=contact.version)
    assert asked(enter("attorney"), case, consent).status_code == 302
    assert lines() == 0


def test_what_a_person_has_to_tell_is_not_in_it(cast: Cast, enter: Enter, case: Case) -> None:
    consent = agreed(cast, case, *ALL)
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), Where(Kind.HOSPITAL, None, "General Hospital"), f"{local_day()}")
    words_of = said(asked(enter("attorney"), case, consent))
    assert "Please call us" in words_of
    for never in ("Hospital", "Adelanto", "medical"):
        assert never not in words_of


def test_before_anybody_has_reached_the_person_it_says_found_or_not(cast: Cast, enter: Enter, case: Case) -> None:
    contact = mother(cast["attorney"], case)
    with speaking(cast["attorney"]) as actor:
        of = Contact.objects.visible_to(actor).get(pk=contact.pk)
        consent = consents.give_provisionally(actor, again(actor, case).person, contact=of, reason="They live together")
    words_of = said(asked(enter("attorney"), case, consent))
    assert "We have found your loved one." in words_of
    assert "Adelanto" not in words_of


FAST = ("es", "ar", "zh-hans")
REST = [pytest.param(one, marks=pytest.mark.proof) for one in words.LANGUAGES if one not in FAST]


@pytest.mark.parametrize("language", [*FAST, *REST])
def test_it_is_whole_in_each_language(cast: Cast, enter: Enter, case: Case, language: str) -> None:
    serve_in(*words.ready())
    hear(case, in_days(3), member(cast["attorney"], NORTH), kind="bond")
    file = asked(enter("attorney"), case, agreed(cast, case, *ALL), language)
    assert breaches(file.content) == []
    with pikepdf.open(io.BytesIO(file.content)) as opened:
        assert opened.check_pdf_syntax() == []
        assert str(opened.Root.Lang).lower() == language
        assert str(opened.docinfo.Title) == words.of(language).say("letter_title")


def test_the_page_of_links_offers_it(cast: Cast, enter: Enter, case: Case) -> None:
    page = reverse("case_family", args=[case.pk])
    assert "A letter on paper" not in enter("attorney").get(page).content.decode()
    agreed(cast, case, "custody")
    assert "A letter on paper" in enter("attorney").get(page).content.decode()
