"""Messages to families: when one is planned, what it says, whom it reaches, and that nobody gets it twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.cases.models import Case
from casework.notifications import actions
from casework.notifications.channels import parts
from casework.notifications.models import Message, State
from casework.people import consents, contacts
from casework.people.models import Consent, Contact, Person
from casework.portal import links, messages, words
from casework.portal.links import Made
from casework.portal.models import FamilyMessage, FamilyNotice, MessageState
from casework.portal.rules import in_hours
from casework.portal.words import LANGUAGES
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.conftest import as_application
from tests.custody.planting import ADELANTO, at, book
from tests.docket.hearings import change, hear, in_days
from tests.notifications.standin import provider
from tests.portal.planting import ALL, invite

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
NUMBER = "+12135550143"


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast["attorney"], given_names="Canary")


@pytest.fixture
def made(cast: Cast, case: Case) -> Made:
    with speaking(cast["attorney"]) as ada:
        phones = [{"number": NUMBER, "text": True}, {"number": "+12135550144", "text": False, "call": True}]
        rosa = contacts.add(ada, again(ada, case).person, values={"name": "Rosa", "phones": phones})
    return invite(cast["attorney"], case, rosa, subjects=ALL)


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


def tell(cast: Cast, made: Made, address: str = NUMBER, **more: Any) -> None:
    """She is told there from now on, at any hour unless `more` says otherwise."""
    given = {"channel": "sms" if address.startswith("+") else "email", "from_hour": 0, "until_hour": 24} | more
    with speaking(cast["attorney"]) as actor:
        link = links.found(actor, again(actor, made.link.case), made.link.pk)
        assert link is not None
        messages.choose(actor, link, address=address, **given)


def test_without_a_provider_nobody_is_promised_a_text(cast: Cast, made: Made, enter: Any, settings: Any) -> None:
    """Else it would count as sent, and nobody would have got it."""
    page = reverse("link_messages", args=[made.link.case_id, made.link.pk])
    assert "Text to" in enter("attorney").get(page).content.decode()
    settings.SMS_PROVIDER = ""
    said = enter("attorney").get(page).content.decode()
    assert ("Text to" in said, "This installation sends no texts." in said) == (False, True)
    with pytest.raises(ValidationError, match="sends no texts"):
        tell(cast, made)
    tell(cast, made, "rosa@example.com")


def moved(cast: Cast, case: Case) -> None:
    """Something that the page says anew."""
    with speaking(cast["attorney"]) as actor:
        book(actor, again(actor, case), at(ADELANTO), f"{local_day()}")


def planned() -> list[tuple[str, str]]:
    with window("looking"):
        return list(FamilyMessage.objects.order_by("due_at").values_list("kind", "state"))


def hand_over(then: datetime | None = None) -> None:
    with as_application():
        messages.hand_over_due(then or timezone.now() + timedelta(hours=1))


def plan() -> int:
    with as_application():
        return messages.plan(timezone.now())


def run(then: datetime | None = None) -> list[str]:
    """What the worker does at that moment; the states of what is in the outbox."""
    hand_over(then)
    waiting = Message.objects.filter(kind=messages.KIND, state=State.QUEUED).values_list("pk", flat=True)
    for pk in list(waiting):
        with as_application():
            actions.send(str(pk))
    return list(Message.objects.filter(kind=messages.KIND).values_list("state", flat=True))


def test_a_change_makes_one_text_in_her_language_without_a_name(
    cast: Cast, case: Case, made: Made, settings: Any
) -> None:
    tell(cast, made)
    moved(cast, case)
    assert planned() == [("news", "planned")]
    with provider(settings) as standin:
        assert [run(), run()] == [["sent"], ["sent"]]
    [(_path, _pair, form)] = standin.got
    spoken = words.of("es")
    said = f"{spoken.say('sms_news', phone=made.link.organization.phone)} {spoken.say('sms_stop')}"
    assert (form["To"], form["Body"]) == ([NUMBER], [said])
    assert planned() == [("news", "handed")]


def test_nobody_is_told_who_did_not_choose_it(cast: Cast, case: Case, made: Made) -> None:
    moved(cast, case)
    assert (planned(), run()) == ([], [])


def test_dates_are_told_three_days_and_one_day_before(cast: Cast, case: Case, made: Made, ada: Membership) -> None:
    tell(cast, made, "rosa@example.org")
    hearing = hear(case, in_days(5), ada, kind="bond", medium="V")
    moved(cast, case)
    assert [plan(), plan()] == [1, 1]
    with window("looking"):
        dates = FamilyMessage.objects.filter(kind="date").order_by("due_at")
        assert [hearing.starts_at - one.due_at for one in dates] == [timedelta(days=3), timedelta(days=1)]
    assert run(hearing.starts_at - timedelta(days=2)) == ["sent", "sent"]
    spoken, phone = words.of("es"), made.link.organization.phone
    sent = [(one.to, one.subject, one.body) for one in mail.outbox if one.to == ["rosa@example.org"]]
    stop = spoken.say("mail_stop")  # nobody hears STOP in a mail
    bodies = sorted(f"{spoken.say(key, phone=phone)}\n\n{stop}\n" for key in ("sms_date", "sms_news"))
    assert sorted(sent) == [(["rosa@example.org"], spoken.words["title"], body) for body in bodies]


def test_what_a_clock_that_was_ahead_dropped_is_told_all_the_same(
    cast: Cast, case: Case, made: Made, ada: Membership
) -> None:
    tell(cast, made, "rosa@example.org")
    hearing = hear(case, in_days(5), ada)
    moved(cast, case)
    plan()
    assert run(hearing.starts_at + timedelta(hours=1)).count("sent") <= 1  # the news, if it is no night there
    with window("looking"):
        dates = FamilyMessage.objects.filter(kind="date")
        assert set(dates.values_list("state", "why")) == {("dropped", "moved")}
    hand_over(timezone.now())
    with window("looking"):
        assert set(dates.values_list("state", "why", "settled_at")) == {("planned", "", None)}


def test_a_date_that_moved_is_not_told(cast: Cast, case: Case, made: Made, ada: Membership) -> None:
    tell(cast, made, "rosa@example.org")
    hearing = hear(case, in_days(5), ada, kind="bond", medium="V")
    moved(cast, case)
    plan()
    before = hearing.starts_at
    change(hearing, starts_at=before + timedelta(days=9))
    with speaking(cast["attorney"]) as actor:
        links.revoke(actor, made.link)
        links.restore(actor, made.link)
    run(before - timedelta(days=2))
    with window("looking"):
        dropped = FamilyMessage.objects.filter(kind="date", at=before, state=MessageState.DROPPED)
        assert list(dropped.values_list("why", flat=True)) == ["moved"]


def revoked(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as actor:
        links.revoke(actor, made.link)


def consent_revoked(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as actor:
        consents.revoke(actor, Consent.objects.visible_to(actor).get(pk=made.link.consent_id))


def no_contact(cast: Cast, case: Case, made: Made) -> None:
    with window("planting"):
        Person.objects.filter(pk=case.person_id).update(no_contact=True)


def must_not_know(cast: Cast, case: Case, made: Made) -> None:
    changed(cast, made, must_not_know=True)


def may_not_be_texted(cast: Cast, case: Case, made: Made) -> None:
    changed(cast, made, phones=[{"number": NUMBER, "text": False}])


def said_stop(cast: Cast, case: Case, made: Made) -> None:
    with speaking(cast["attorney"]) as actor:
        messages.stop(actor, made.link)


def changed(cast: Cast, made: Made, **values: Any) -> None:
    with speaking(cast["attorney"]) as actor:
        contact = Contact.objects.visible_to(actor).get(pk=made.link.contact_id)
        contacts.change(actor, contact, values=values, seen=contact.version)


ENDS: list[Callable[[Cast, Case, Made], None]] = [
    revoked, consent_revoked, no_contact, must_not_know, may_not_be_texted, said_stop,
]  # fmt: skip


@pytest.mark.parametrize("ends", ENDS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("handed", [False, True], ids=["planned", "in the outbox"])
def test_what_ends_it_ends_what_was_to_be_sent(
    cast: Cast, made: Made, settings: Any, ends: Any, *, handed: bool
) -> None:
    case = made.link.case
    tell(cast, made)
    moved(cast, case)
    with provider(settings) as standin:
        if handed:
            hand_over()
        ends(cast, case, made)
        states = run()
    assert (standin.got, states) == ([], ["dropped"] if handed else [])
    assert planned() == [("news", "handed" if handed else "dropped")]


def test_the_provider_that_heard_stop_is_heard(cast: Cast, case: Case, made: Made, settings: Any, enter: Any) -> None:
    tell(cast, made)
    moved(cast, case)
    with provider(settings, (400, {"code": 21610, "status": 400})) as standin:
        assert [run(), run()] == [["refused"], ["refused"]]
    assert len(standin.got) == 1
    with window("looking"):
        assert FamilyNotice.objects.values_list("stopped_how", flat=True).get() == "provider"
    page = enter("attorney").get(reverse("case_family", args=[case.pk])).content.decode()
    assert "They replied STOP." in page
    assert "Refused" in page
    assert NUMBER not in page


def test_staff_choose_where_and_write_down_a_stop(cast: Cast, case: Case, made: Made, enter: Any) -> None:
    client, where = enter("attorney"), reverse("link_messages", args=[case.pk, made.link.pk])
    page = client.get(where).content.decode()
    assert "(213) 555-0143" in page
    assert "555-0144" not in page
    given = {"where": NUMBER, "from_hour": "9", "until_hour": "9"}
    assert "Choose an hour that is later." in client.post(where, given).content.decode()
    assert client.post(where, given | {"until_hour": "18"}).status_code == 302
    page = client.get(reverse("case_family", args=[case.pk])).content.decode()
    assert "between 9:00\N{NO-BREAK SPACE}am and 6:00\N{NO-BREAK SPACE}pm" in page
    client.post(reverse("stop_messages", args=[case.pk, made.link.pk]))
    assert "They asked for it." in client.get(reverse("case_family", args=[case.pk])).content.decode()


def test_a_number_that_may_not_be_texted_cannot_be_chosen(cast: Cast, made: Made) -> None:
    with pytest.raises(ValidationError, match="may not be texted"):
        tell(cast, made, "+12135550144")


def test_what_waits_for_the_morning_stands_in_nobodys_way(cast: Cast, case: Case, made: Made) -> None:
    now = timezone.now()
    hour = now.astimezone(ZoneInfo("America/Los_Angeles")).hour
    begins, ends = (hour + 1, 24) if hour < 23 else (0, 1)
    tell(cast, made, from_hour=begins, until_hour=ends)
    moved(cast, case)
    with window("test"):
        FamilyMessage.objects.update(due_at=now)
    with as_application():
        assert [messages.hand_over_due(now), messages.hand_over_due(now)] == [1, 0]
    with window("test"):
        row = FamilyMessage.objects.get()
    there = row.due_at.astimezone(ZoneInfo("America/Los_Angeles"))
    assert (row.state, there.hour, there.minute) == (MessageState.PLANNED, begins, 0)


def test_hours_are_kept() -> None:
    zone = ZoneInfo("America/Los_Angeles")

    def at_hour(day: int, hour: int) -> datetime:
        return datetime(2026, 3, day, hour, tzinfo=zone)

    assert in_hours(at_hour(2, 8), zone, 9, 20) == at_hour(2, 9)
    assert in_hours(at_hour(2, 19), zone, 9, 20) == at_hour(2, 19)
    assert in_hours(at_hour(2, 20), zone, 9, 20) == at_hour(3, 9)
    assert in_hours(datetime(2026, 3, 8, 4, tzinfo=UTC), zone, 9, 20) == at_hour(8, 9)  # the day clocks go forward


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_is_one_and_names_nobody(language: str) -> None:
    spoken = words.of(language)
    assert "STOP" in spoken.say("sms_stop")
    for key in ("sms_date", "sms_news"):
        said = spoken.together(spoken.say(key, phone="+1 (213) 555-0142"), spoken.say("sms_stop"))
        assert (parts(said), "555-0142" in said) == (1, True)
