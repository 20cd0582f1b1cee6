"""Reminders: who gets which, when, in which words; what keeps one from being sent; what administrators see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.cases import actions
from casework.cases.models import Assignment, Case, Stage
from casework.docket import coverage, reminder_choices, reminders
from casework.docket.models import Deadline, Hearing, Reminder, ReminderChoice
from casework.notifications import actions as outbox
from casework.notifications.models import Message, State
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.conftest import as_application
from tests.desk.test_caseload import text
from tests.docket.hearings import change, hear, in_days, owe

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
ADA, TOMAS, NIA = "ada@north.example", "tomas@north.example", "nia@north.example"


@pytest.fixture
def ada(cast: Cast) -> Membership:
    return member(cast["attorney"], NORTH)


@pytest.fixture
def tomas(cast: Cast) -> Membership:
    return member(cast["second_admin"], NORTH)


@pytest.fixture
def case(cast: Cast) -> Case:
    made = open_case(cast["attorney"], given_names="Rosa", first_surname="Martínez")
    with speaking(cast["attorney"]) as actor:
        actions.accept(actor, made)
        return again(actor, made)


def plan(now: datetime | None = None, *only: Hearing) -> int:
    with as_application():
        return reminders.plan(now or timezone.now(), [one.pk for one in only] or None)


def planned() -> list[tuple[str, int, str]]:
    """To whom, how long before, and what became of it."""
    rows = Reminder.objects.order_by("membership__user__email", "-minutes", "planned_at")
    return [(one.membership.user.email, one.minutes, one.why or one.state) for one in rows]


def send(now: datetime) -> list[Any]:
    before = len(mail.outbox)
    with as_application():
        reminders.hand_over_due(now)
    for pk in Message.objects.filter(state=State.QUEUED).values_list("pk", flat=True):
        with as_application():
            outbox.send(str(pk))
    return mail.outbox[before:]


WEEK, DAY, HOURS = 7 * 24 * 60, 24 * 60, 120


def test_whoever_appears_is_reminded_three_times(case: Case, ada: Membership, tomas: Membership) -> None:
    hearing = hear(case, in_days(20), ada, appearing=tomas)
    assert (plan(), plan(), plan(None, hearing)) == (3, 0, 0)
    assert planned() == [(TOMAS, WEEK, "planned"), (TOMAS, DAY, "planned"), (TOMAS, HOURS, "planned")]
    sent = [send(hearing.starts_at - timedelta(minutes=before)) for before in (WEEK + 1, WEEK, WEEK, DAY, HOURS, 60)]
    assert [[one.to for one in some] for some in sent] == [[], [[TOMAS]], [], [[TOMAS]], [[TOMAS]], []]


@pytest.mark.parametrize(("appears", "to"), [("second_admin", [TOMAS]), ("", [ADA])])
def test_without_anybody_who_appears_the_lead_is_reminded(
    cast: Cast, case: Case, ada: Membership, appears: str, to: list[str]
) -> None:
    hear(case, in_days(1.5), ada, appearing=member(cast[appears], NORTH) if appears else None)
    plan()
    [letter] = send(timezone.now())
    assert letter.to == to
    assert ("Nobody appears at this hearing yet" in letter.body) == (not appears)


def test_a_letter_says_when_and_where_and_no_name(cast: Cast, case: Case, ada: Membership) -> None:
    User.objects.filter(pk=ada.user_id).update(time_zone="America/New_York")
    hear(case, in_days(2), ada, appearing=ada, place="Courtroom 3, code 8812")
    plan()
    [letter] = send(timezone.now())
    whole = letter.subject + letter.body
    assert case.reference in letter.body
    assert "Adelanto Immigration Court" in letter.body
    assert f"http://localhost:8000/cases/{case.pk}/" in letter.body
    for never in ("Rosa", "Martínez", "Courtroom", "8812"):
        assert never not in whole
    assert letter.extra_headers["Message-ID"] == f"<{Message.objects.get().pk}@localhost>"


def test_both_clocks_stand_in_a_letter_where_they_differ(case: Case, ada: Membership) -> None:
    User.objects.filter(pk=ada.user_id).update(time_zone="America/New_York")
    hear(case, in_days(2), ada, appearing=ada)
    plan()
    [letter] = send(timezone.now())
    assert "Pacific time (Los Angeles)" in letter.subject
    assert "On your clock: " in letter.body
    assert "Eastern time (New York)" in letter.body
    User.objects.filter(pk=ada.user_id).update(time_zone="America/Los_Angeles")
    hear(case, in_days(3), ada, appearing=ada)
    plan()
    [letter] = send(timezone.now())
    assert "On your clock" not in letter.body


KEEPS: dict[str, tuple[dict[str, Any], str]] = {
    "vacated": ({"state": "vacated"}, "over"),
    "adjourned": ({"state": "adjourned"}, "over"),
    "held": ({"state": "held"}, "over"),
    "entered wrongly": ({"withdrawn": True}, "over"),
    "moved": ({"starts_at": in_days(9)}, "moved"),
}


@pytest.mark.parametrize("what", KEEPS)
def test_what_is_not_due_any_more_is_not_sent(case: Case, ada: Membership, what: str) -> None:
    hearing = hear(case, in_days(2), ada, appearing=ada)
    plan()
    columns, why = KEEPS[what]
    change(hearing, **columns)
    assert send(timezone.now()) == []
    assert (ADA, WEEK, why) in planned()


def test_a_letter_that_waits_is_asked_again_just_before_it_is_sent(case: Case, ada: Membership) -> None:
    """The mail server was away, and meanwhile the hearing was vacated."""
    hearing = hear(case, in_days(2), ada, appearing=ada)
    plan()
    with as_application():
        reminders.hand_over_due(timezone.now())
    change(hearing, state="vacated")
    message = Message.objects.get()
    with as_application():
        assert outbox.send(str(message.pk)) == State.DROPPED
    message.refresh_from_db()
    assert (message.error, bytes(message.content), mail.outbox) == ("over", b"", [])


def test_whoever_is_gone_gets_nothing_and_whoever_follows_does(
    cast: Cast, case: Case, ada: Membership, tomas: Membership
) -> None:
    hear(case, in_days(2), ada, appearing=tomas)
    plan()
    Membership.objects.filter(pk=tomas.pk).update(suspended_at=timezone.now())
    plan()
    assert [one.to for one in send(timezone.now())] == [[ADA]]
    assert (TOMAS, WEEK, "others") in planned()


def test_a_hearing_that_moves_is_planned_anew_and_one_whose_judge_changes_is_not(
    case: Case, ada: Membership
) -> None:  # fmt: skip
    hearing = hear(case, in_days(20), ada, appearing=ada)
    plan()
    change(hearing, judge="Judge Wen")
    assert plan(None, hearing) == 0
    change(hearing, starts_at=in_days(25))
    assert plan(None, hearing) == 3
    assert sorted(what for _who, _minutes, what in planned()) == ["moved"] * 3 + ["planned"] * 3


def test_after_a_pause_of_the_worker_only_the_nearest_is_sent(case: Case, ada: Membership) -> None:
    hearing = hear(case, in_days(20), ada, appearing=ada)
    plan()
    assert len(send(hearing.starts_at - timedelta(minutes=90))) == 1
    assert planned() == [(ADA, WEEK, "later_one"), (ADA, DAY, "later_one"), (ADA, HOURS, "handed")]


def test_what_a_clock_that_was_ahead_dropped_is_sent_all_the_same(case: Case, ada: Membership) -> None:
    """For an hour the machine believes that it is next month."""
    now = timezone.now()
    made = hear(case, in_days(9), ada, appearing=ada)
    plan()
    assert send(now + timedelta(days=30)) == []
    assert planned() == [(ADA, WEEK, "begun"), (ADA, DAY, "begun"), (ADA, HOURS, "begun")]
    sent = [send(made.starts_at - timedelta(minutes=before - 1)) for before in (WEEK, DAY, HOURS)]
    assert [len(one) for one in sent] == [1, 1, 1]
    assert [state for _email, _minutes, state in planned()] == ["handed"] * 3


def test_accepting_to_cover_plans_for_the_colleague(cast: Cast, case: Case, ada: Membership, tomas: Membership) -> None:
    hearing = hear(case, in_days(20), ada, appearing=ada)
    plan()
    with speaking(cast["attorney"]) as actor:
        row = coverage.ask(actor, again(actor, case), hearing=hearing, of=tomas.pk)
    with speaking(cast["second_admin"]) as actor:
        coverage.accept(actor, row.pk)
    job = ProcrastinateJob.objects.get(task_name=reminders.PLAN)
    assert job.args["object_id"] == str(hearing.pk)
    plan(None, hearing)
    assert planned() == [
        *((ADA, one, "others") for one in (WEEK, DAY, HOURS)), *((TOMAS, one, "planned") for one in (WEEK, DAY, HOURS)),
    ]  # fmt: skip


def test_who_chooses_otherwise_is_not_reminded_as_before(cast: Cast, case: Case, ada: Membership) -> None:
    """What was planned before the choice is not sent, and what was added to it is."""
    hearing = hear(case, in_days(20), ada, appearing=ada)
    plan()
    with speaking(cast["attorney"]) as actor:
        reminder_choices.choose(actor, minutes=[DAY, 30], digest=True)
    plan()
    sent = [send(hearing.starts_at - timedelta(minutes=before)) for before in (WEEK, DAY, HOURS, 30)]
    assert [len(some) for some in sent] == [0, 1, 0, 1]
    assert planned() == [(ADA, WEEK, "unchosen"), (ADA, DAY, "handed"), (ADA, HOURS, "unchosen"), (ADA, 30, "handed")]


def test_people_and_organizations_choose(cast: Cast, case: Case, ada: Membership, tomas: Membership) -> None:
    hear(case, in_days(20), ada, appearing=ada)
    hear(case, in_days(20), ada, appearing=tomas)
    with speaking(cast["admin"]) as nia:
        reminder_choices.set_for_all(nia, minutes=[DAY], digest=False)
    with speaking(cast["second_admin"]) as actor:
        assert reminder_choices.of_member(actor).minutes == (DAY,)
        reminder_choices.choose(actor, minutes=[30, HOURS], digest=True)
        assert reminder_choices.of_member(actor).minutes == (HOURS, 30)
    plan()
    assert planned() == [(ADA, DAY, "planned"), (TOMAS, HOURS, "planned"), (TOMAS, 30, "planned")]


def local_day(days: int) -> date:
    return timezone.localdate(timezone.now(), ZoneInfo("America/Los_Angeles")) + timedelta(days=days)


def test_a_deadline_that_is_near_and_open_is_told_to_the_lead_and_the_supervisor(
    case: Case, ada: Membership, tomas: Membership
) -> None:
    Membership.objects.filter(pk=ada.pk).update(supervisor=tomas)
    owe(case, ada, local_day(2))
    owe(case, ada, local_day(4))
    owe(case, ada, local_day(1), state="done", ended_at=timezone.now())
    assert (plan(), plan()) == (2, 0)
    letters = send(timezone.now() + timedelta(days=1))
    assert sorted(one.to for one in letters) == [[ADA], [TOMAS]]
    assert {one.subject[:17] for one in letters} == {"A deadline ends o", "Un plazo vence el"}
    assert "Rosa" not in "".join(one.subject + one.body for one in letters)


def test_without_a_supervisor_administrators_hear_of_it(case: Case, ada: Membership) -> None:
    row = owe(case, ada, local_day(1))
    plan()
    assert sorted({who for who, *_rest in planned()}) == [ADA, NIA, TOMAS]
    with window("planting"):
        row = Deadline.objects.select_related("case").get(pk=row.pk)
        row.state, row.ended_at = "done", timezone.now()
        row.save()
    assert send(timezone.now()) == []
    assert {what for *_who, what in planned()} == {"over"}


@contextmanager
def morning_of(user: User) -> Iterator[datetime]:
    """It is between 7 and 12 where this person reads: their zone is the one in which it is 9 now."""
    offset = 9 - timezone.now().hour
    offset += 24 if offset < -12 else -24 if offset > 12 else 0
    zone = f"Etc/GMT{'-' if offset >= 0 else '+'}{abs(offset)}"
    User.objects.exclude(pk=user.pk).update(time_zone=f"Etc/GMT{'+' if offset > -1 else '-'}{10}")
    User.objects.filter(pk=user.pk).update(time_zone=zone)
    yield timezone.now()


def test_a_summary_of_the_day_comes_once_and_says_no_name(cast: Cast, case: Case, ada: Membership) -> None:
    with morning_of(cast["attorney"]) as now:
        hear(case, now + timedelta(hours=3), ada)
        hear(case, now + timedelta(days=1), ada, appearing=ada)
        hear(case, now + timedelta(days=4), ada, appearing=ada)
        owe(case, ada, local_day(-1))
        owe(case, ada, local_day(5))
        owe(case, ada, local_day(20))
        with as_application():
            assert reminders.plan_digests(now) >= 1
            assert reminders.plan_digests(now) == 0
        [letter] = [one for one in send(now) if one.to == [ADA]]
    assert letter.subject == "Your day"
    body = " ".join(letter.body.split())
    assert body.count(case.reference) == 2
    assert "Nobody appears at 1 of them." in body
    assert "1 deadline has passed." in body
    assert "1 deadline ends within a week." in body
    assert "Rosa" not in body


def test_deadlines_of_a_case_that_is_over_are_spoken_of_no_more(cast: Cast, case: Case, ada: Membership) -> None:
    owe(case, ada, local_day(-1))
    owe(case, ada, local_day(1))
    plan()
    with window("planting"):
        Case.objects.filter(pk=case.pk).update(stage=Stage.CLOSED)
    assert send(timezone.now() + timedelta(days=1)) == []
    assert {what for *_who, what in planned()} == {"over"}
    with morning_of(cast["attorney"]) as now:
        with as_application():
            reminders.plan_digests(now)
        assert [one for one in send(now) if one.to == [ADA]] == []
    assert (ADA, 0, "nothing") in planned()


def test_a_day_without_anything_brings_no_mail(cast: Cast, ada: Membership) -> None:
    with morning_of(cast["attorney"]) as now:
        with as_application():
            reminders.plan_digests(now)
        assert [one for one in send(now) if one.to == [ADA]] == []
    assert (ADA, 0, "nothing") in planned()


def test_whoever_wants_no_summary_gets_none(cast: Cast, case: Case, ada: Membership) -> None:
    with speaking(cast["attorney"]) as actor:
        reminder_choices.choose(actor, minutes=[DAY], digest=False)
    with morning_of(cast["attorney"]) as now, as_application():
        reminders.plan_digests(now)
    assert not Reminder.objects.filter(membership=ada, kind="digest").exists()


def test_administrators_see_what_was_due_sent_failed_and_silent(
    enter: Callable[[str], Client], cast: Cast, case: Case, ada: Membership
) -> None:
    page = "/organization/reminders/"
    client = enter("admin")
    assert "Every hearing of the coming week has its reminders" in text(client, page)
    first, second = (hear(case, in_days(days), ada, appearing=ada) for days in (1.5, 2.5))
    plan()
    send(timezone.now())
    Message.objects.filter(about=Reminder.objects.get(about=second.pk, minutes=WEEK).pk).update(state="unknown")
    Reminder.objects.filter(about=first.pk).update(due_at=timezone.now() - timedelta(hours=1))
    nobodys = open_case(cast["paralegal"], given_names="Marta")
    with window("planting"):
        Assignment.objects.filter(case=nobodys).update(ends_at=timezone.now())
    hear(nobodys, in_days(3), ada, recorded_at=timezone.now() - timedelta(hours=1))
    found = text(client, page)
    assert "Hearings of which nobody is reminded" in found
    assert "Nobody is on the team" in found
    assert "Ada Quispe Unknown Hearing" in found
    for never in ("Rosa", "Marta"):
        assert never not in found
    assert enter("paralegal").get(page).status_code == 403


def test_the_pages_of_choice(enter: Callable[[str], Client], cast: Cast) -> None:
    client = enter("attorney")
    assert "You chose nothing" in text(client, "/account/reminders/")
    assert client.post("/account/reminders/", {"minutes": ["1440", "99"]}).status_code == 200
    assert client.post("/account/reminders/", {"minutes": ["1440"], "digest": "on"}).status_code == 302
    assert "This is what you chose" in text(client, "/account/reminders/")
    assert enter("admin").post("/organization/reminders/", {"minutes": ["120"]}).status_code == 302
    assert {(one.membership_id is None, tuple(one.minutes), one.digest) for one in ReminderChoice.objects.all()} == {
        (False, (1440,), True), (True, (120,), False),
    }  # fmt: skip
    assert enter("volunteer").get("/account/reminders/").status_code == 403
