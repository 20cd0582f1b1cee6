"""What families text back: signed by the provider, heard once, and answered alike whoever texts."""

import base64
import hashlib
import hmac
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.people import contacts
from casework.people.models import Contact
from casework.portal import inbound, links
from casework.portal.links import Made
from casework.portal.models import FamilyNotice
from casework.vault import rotation
from tests.cases.planting import again, open_case, speaking
from tests.notifications.standin import FROM, SID, TOKEN
from tests.portal.planting import forget_tries, invite
from tests.portal.test_messages import NUMBER, tell

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
QUIET = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


@pytest.fixture(autouse=True)
def account(settings: Any) -> Iterator[None]:
    """The provider's webhook, at its public address."""
    settings.PUBLIC_URL, settings.SMS_PROVIDER = "https://casework.example.org", "twilio"
    settings.TWILIO_SID, settings.TWILIO_TOKEN, settings.TWILIO_FROM = SID, TOKEN, FROM
    yield
    forget_tries()


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast["attorney"], given_names="Canary")


def rosa(cast: Cast, case: Case, name: str = "Rosa", number: str = NUMBER) -> Made:
    """A contact who may be texted, with a link, and is told by text."""
    with speaking(cast["attorney"]) as ada:
        phones = [{"number": number, "text": True}]
        contact = contacts.add(ada, again(ada, case).person, values={"name": name, "phones": phones})
    made = invite(cast["attorney"], case, contact)
    tell(cast, made, number)
    return made


def text_in(body: str, number: str = NUMBER, *, token: str = TOKEN, **more: str) -> Any:
    """A text from this number, as the provider posts it."""
    form = {"MessageSid": f"SM{uuid.uuid4().hex}", "AccountSid": SID, "From": number, "To": FROM, "Body": body} | more
    where = reverse("texts_inbound")
    said = f"https://casework.example.org{where}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
    client = Client(enforce_csrf_checks=True)
    return client.post(where, form, headers={"X-Twilio-Signature": signature})


def notices() -> list[tuple[bool, str]]:
    """Of each notice, whether it stands, and how it was stopped."""
    with window("looking"):
        rows = FamilyNotice.objects.order_by("chosen_at")
        return [(one.stopped_at is None, one.stopped_how) for one in rows]


STANDS, STOPPED = (True, ""), (False, "provider")


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("STOP", STOPPED), ("stop.", STOPPED), (" Alto por favor", STOPPED), ("Unsubscribe", STOPPED),
        ("HELP", STANDS), ("Gracias", STANDS), ("", STANDS), ("Don't stop", STANDS), ("START", STANDS),
    ],
)  # fmt: skip
def test_what_was_texted_is_understood_and_never_answered(
    cast: Cast, case: Case, said: str, then: tuple[bool, str]
) -> None:
    rosa(cast, case)
    answer = text_in(said)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, QUIET, "text/xml")
    assert notices() == [then]


def test_a_number_that_nobody_knows_gets_the_same_answer(cast: Cast, case: Case) -> None:
    rosa(cast, case)
    answers = [text_in("STOP", "+12135550199"), text_in("STOP")]
    masked = [{k: v for k, v in one.headers.items() if k != "X-Request-ID"} for one in answers]
    assert masked[0] == masked[1]
    assert answers[0].content == answers[1].content == QUIET
    assert notices() == [STOPPED]


def test_stop_and_start_are_lines_of_the_case_and_seen_by_the_team(cast: Cast, case: Case, enter: Any) -> None:
    rosa(cast, case)
    page = reverse("case_family", args=[case.pk])
    text_in("STOP")
    assert "They replied STOP." in enter("attorney").get(page).content.decode()
    text_in("START")
    assert (notices(), "They replied STOP." in enter("attorney").get(page).content.decode()) == ([STANDS], False)
    lines = Entry.objects.filter(verb__startswith="family.opted").order_by("at")
    assert [(one.verb, one.actor_kind, one.case_id, one.detail) for one in lines] == [
        ("family.opted_out", "duty", case.pk, None), ("family.opted_in", "duty", case.pk, None)
    ]  # fmt: skip


def test_one_that_is_posted_again_does_nothing(cast: Cast, case: Case) -> None:
    rosa(cast, case)
    sid = f"SM{uuid.uuid4().hex}"
    text_in("STOP", MessageSid=sid)
    text_in("START")
    assert text_in("STOP", MessageSid=sid).content == QUIET
    assert notices() == [STANDS]


@pytest.mark.parametrize("more", [{"token": "guessed"}, {"token": ""}], ids=["signed with another token", "with none"])
def test_nobody_else_speaks_for_the_provider(cast: Cast, case: Case, more: dict[str, str]) -> None:
    rosa(cast, case)
    answer = text_in("STOP", **more)
    assert (answer.status_code, answer.content) == (403, b"")
    assert Client().post(reverse("texts_inbound"), {"Body": "STOP", "From": NUMBER}).status_code == 403
    assert notices() == [STANDS]


def test_another_account_and_a_text_without_a_name_are_not_heard(cast: Cast, case: Case) -> None:
    rosa(cast, case)
    assert text_in("STOP", AccountSid="ACother").status_code == 200
    assert text_in("STOP", MessageSid="x" * 900).status_code == 200
    assert notices() == [STANDS]


def test_without_a_provider_there_is_nothing_there(settings: Any) -> None:
    settings.SMS_PROVIDER = ""
    assert text_in("STOP").status_code == 403
    settings.SMS_PROVIDER, settings.TWILIO_TOKEN = "twilio", ""
    assert text_in("STOP", token="").status_code == 403


def test_stop_ends_every_notice_to_the_number_and_no_other(cast: Cast, case: Case) -> None:
    for name, number in (("Rosa", NUMBER), ("Aunt", NUMBER), ("Uncle", "+12135550177")):
        rosa(cast, case, name, number)
    other = open_case(cast["clinic"], "South Clinic")
    with speaking(cast["clinic"], "South Clinic") as cleo:
        contacts.add(cleo, again(cleo, other).person, values={"name": "Luz"})
    text_in("STOP")
    assert notices() == [STOPPED, STOPPED, STANDS]


def test_start_goes_on_with_nothing_else_than_what_a_stop_ended(cast: Cast, case: Case) -> None:
    made = rosa(cast, case)
    text_in("STOP")
    with speaking(cast["attorney"]) as ada:
        contact = Contact.objects.visible_to(ada).get(pk=made.link.contact_id)
        contacts.change(ada, contact, values={"phones": [{"number": NUMBER, "text": False}]}, seen=contact.version)
    text_in("START")
    assert notices() == [(False, "permission")]
    other = rosa(cast, case, "Aunt")
    text_in("STOP")
    tell(cast, other, "aunt@example.org")
    text_in("START")
    assert notices() == [(False, "permission"), STOPPED, STANDS]


def test_a_link_that_ended_goes_on_with_nothing(cast: Cast, case: Case) -> None:
    made = rosa(cast, case)
    text_in("STOP")
    with speaking(cast["attorney"]) as ada:
        links.revoke(ada, made.link)
    text_in("START")
    assert notices() == [STOPPED]


def test_the_number_is_found_under_new_keys(cast: Cast, case: Case) -> None:
    made = rosa(cast, case)
    with window("test"):
        assert rotation.begin(made.link.organization_id, since=timezone.now())
        assert rotation.rotate(made.link.organization_id, case.person_id).locked == 0
    text_in("STOP")
    assert notices() == [STOPPED]


def test_the_signature_is_the_one_that_is_documented(settings: Any) -> None:
    """The example of the provider's documentation."""
    settings.PUBLIC_URL, settings.TWILIO_TOKEN = "https://mycompany.com", "12345"
    form = QueryDict(mutable=True)
    form.update({
        "CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309", "To": "+18005551212",
        "Caller": "+14158675309",
    })  # fmt: skip
    asked = "/myapp.php?foo=1&bar=2"
    assert inbound.is_signed(asked, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
    assert not inbound.is_signed(asked, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8")
