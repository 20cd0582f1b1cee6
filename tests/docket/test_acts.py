"""Hearings and proceedings as acts, under the database's walls."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.actions import assign
from casework.cases.models import Case, Task
from casework.custody import courts
from casework.docket import agreement, jobs, looks, undoing
from casework.docket.actions import bonds, hearings, held, proceedings
from casework.docket.actions.hearings import Next
from casework.docket.models import Bond, Charge, Decision, Hearing, Proceeding
from tests.cases.planting import NORTH, SOUTH, again, glances, member, open_case, refused, speaking
from tests.conftest import as_application
from tests.custody.planting import ADELANTO as ADELANTO_ICE
from tests.custody.planting import EL_PASO as EL_PASO_SPC
from tests.custody.planting import at, book, move
from tests.docket.planting import ADELANTO, EL_PASO, SEEK_COUNSEL, add, code, court, days, when

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def rows(actor: Actor, case: Case) -> list[tuple[str, str, str]]:
    return [(one.kind, one.on.isoformat(), one.state) for one in looks.hearings(actor, case)]


def shows(actor: Actor, case: Case) -> tuple[datetime | None, str]:
    now = again(actor, case)
    return now.next_hearing_at, now.next_hearing_zone


def test_a_hearing_opens_its_proceeding_and_the_case_shows_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        done = add(ada, case, "2027-01-12", "13:00", kind="bond")
        row = done.row
        assert (row.starts_at, row.minutes) == (datetime(2027, 1, 12, 21, tzinfo=UTC), 60)
        assert [(one.kind, one.court_id) for one in looks.proceedings(ada, case)] == [("bond", ADELANTO)]
        assert row.proceeding_id == looks.proceedings(ada, case)[0].pk
        assert shows(ada, case) == (datetime(2027, 1, 12, 21, tzinfo=UTC), "America/Los_Angeles")
        earlier = add(ada, case, "2027-01-05", "08:30", kind="bond")
        assert earlier.row.proceeding_id == row.proceeding_id
        assert shows(ada, case)[0] == datetime(2027, 1, 5, 16, 30, tzinfo=UTC)
    assert list(Entry.objects.filter(case_id=case.pk, verb__startswith="hearing").values_list("verb", "fields")) == [
        ("hearing.added", ["hearing"]),
        ("hearing.added", ["hearing"]),
    ]


def test_a_move_of_its_day_keeps_what_stood_before_and_can_be_undone(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2027-01-12", judge="Vega").row
        values = {name: getattr(row, name) for name in hearings.FIELDS}
        done = hearings.change(ada, case, row, when=when("2027-01-19", "08:30"), values=values, seen=1)
        assert done is not None
        assert shows(ada, case)[0] == datetime(2027, 1, 19, 16, 30, tzinfo=UTC)
        assert hearings.change(ada, case, row, when=when("2027-01-19", "08:30"), values=values, seen=2) is None
        with pytest.raises(ChangedMeanwhile):
            hearings.change(ada, case, row, when=when("2027-01-20", "08:30"), values=values, seen=1)
        undoing.undo(ada, case, line_id=done.line)
        stands = looks.one(ada, case, Hearing, row.pk)
        assert (stands.on, stands.at.isoformat(), stands.judge) == (date(2027, 1, 12), "13:00:00", "Vega")
        assert shows(ada, case)[0] == datetime(2027, 1, 12, 21, tzinfo=UTC)
        assert "recorded something since" in refused(lambda: undoing.undo(ada, case, line_id=done.line))[""][0]


def test_another_court_is_another_zone_and_another_instant(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, "2027-01-12", "13:00").row
        values = {name: getattr(row, name) for name in hearings.FIELDS} | {"court": court(EL_PASO)}
        hearings.change(ada, case, row, when=when("2027-01-12", "13:00", "America/Denver"), values=values, seen=1)
        assert shows(ada, case) == (datetime(2027, 1, 12, 20, tzinfo=UTC), "America/Denver")


def test_adjourned_the_next_follows_in_one_step_and_undo_takes_both_back(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first = add(ada, case, "2027-01-12", judge="Vega").row
        then = Next(when("2027-02-02", "09:00"), "individual")
        done = hearings.adjourn(ada, case, first, reason=code(SEEK_COUNSEL), following=then, seen=1)
        last = looks.hearings(ada, case)[-1]
        assert rows(ada, case) == [("master", "2027-01-12", "adjourned"), ("individual", "2027-02-02", "scheduled")]
        assert (last.after_id, last.judge, last.minutes) == (first.pk, "Vega", 180)
        assert shows(ada, case)[0] == datetime(2027, 2, 2, 17, tzinfo=UTC)
        assert refused(lambda: hearings.vacate(ada, case, first, reason=None, seen=2)) != {}
        undoing.undo(ada, case, line_id=done.line)
        assert rows(ada, case) == [("master", "2027-01-12", "scheduled")]
        assert shows(ada, case)[0] == datetime(2027, 1, 12, 21, tzinfo=UTC)


def test_without_a_new_date_a_task_opens_until_it_is_entered(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first = add(ada, case, "2027-01-12").row
        done = hearings.adjourn(ada, case, first, reason=code(SEEK_COUNSEL), following=None, seen=1)
        tasks = Task.objects.visible_to(ada).filter(case=case, rule="docket.next_date")
        assert (done.tasks, [task.done_at for task in tasks], shows(ada, case)) == (1, [None], (None, ""))
        add(ada, case, "2027-02-02", after=first)
        assert [task.dropped for task in tasks.all() if task.done_at] == [False]
        assert "follows that one" in refused(lambda: add(ada, case, "2027-02-09", after=first))[""][0]


def test_a_hearing_that_is_ahead_was_not_held(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, days(3)).row
        assert list(refused(lambda: held.held(ada, case, row, outcome="continued", seen=1))) == ["outcome"]


def test_vacated_it_is_off_and_its_case_shows_none(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, days(3)).row
        done = hearings.vacate(ada, case, row, reason=code("adjournment_codes/9V"), seen=1)
        assert (rows(ada, case)[0][2], shows(ada, case)) == ("vacated", (None, ""))
        undoing.undo(ada, case, line_id=done.line)
        assert shows(ada, case)[0] == row.starts_at


def test_one_that_passed_is_shown_until_it_is_closed_or_another_is_ahead(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        gone = add(ada, case, "2026-11-02").row
        assert shows(ada, case)[0] == gone.starts_at
        ahead = add(ada, case, days(5), kind="individual").row
        assert shows(ada, case)[0] == ahead.starts_at
        held.held(ada, case, gone, outcome="continued", seen=1)
        assert shows(ada, case)[0] == ahead.starts_at


def test_by_the_clock_a_case_goes_on_to_its_next_hearing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        gone, ahead = add(ada, case, "2026-11-02").row, add(ada, case, days(5), kind="individual").row
    glances(case, next_hearing_at=gone.starts_at, next_hearing_zone=gone.time_zone)
    with as_application():
        jobs.go_on(0)
    with speaking(cast["attorney"]) as ada:
        assert shows(ada, case) == (ahead.starts_at, ahead.time_zone)
        hearings.vacate(ada, case, ahead, reason=None, seen=1)
    with as_application():
        jobs.go_on(0)
    with speaking(cast["attorney"]) as ada:
        assert shows(ada, case)[0] == gone.starts_at  # nobody has said what came of it
    with window("test"):
        assert agreement.expected(case.pk)["next_hearing_at"] == gone.starts_at


def test_a_case_shows_a_near_hearing_again_that_a_wrong_clock_passed_over(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        near, far = add(ada, case, days(1)).row, add(ada, case, days(30), kind="individual").row
    for wrong in (far.starts_at, None):
        glances(case, next_hearing_at=wrong, next_hearing_zone=far.time_zone if wrong else "")
        with as_application():
            jobs.go_on(0)
        with speaking(cast["attorney"]) as ada:
            assert shows(ada, case) == (near.starts_at, near.time_zone)


def test_a_court_that_is_set_before_there_is_a_proceeding_is_its_court(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        courts.set_court(ada, case, court=court(ADELANTO), since=date(2026, 10, 1), order="Notice", seen=0)
        add(ada, case, days(9), at=EL_PASO)
        assert [one.court_id for one in looks.proceedings(ada, case)] == [ADELANTO]


def test_the_court_on_file_leads_and_the_removal_proceeding_follows(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        done = add(ada, case, days(9))
        assert [one.court_id for one in looks.proceedings(ada, case)] == [None]
        courts.set_court(ada, case, court=court(ADELANTO), since=date(2026, 10, 1), order="Notice", seen=0)
        (removal,) = looks.proceedings(ada, case)
        assert removal.court_id == ADELANTO
        other = refused(
            lambda: proceedings.change(ada, case, removal, values={"court": court(EL_PASO)}, seen=removal.version)
        )
        assert other == {
            "court": ["The court on file is Adelanto Immigration Court. Set the court on file first, citing the order."]
        }
        courts.set_court(ada, again(ada, case), court=court(EL_PASO), since=date(2026, 11, 1), order="Order", seen=1)
        assert looks.proceedings(ada, case)[0].court_id == EL_PASO
        assert looks.one(ada, case, Hearing, done.row.pk).court_id == ADELANTO


def test_a_move_touches_no_hearing_and_no_proceeding(cast: Cast) -> None:
    case = open_case(cast["attorney"])

    def docket(actor: Actor) -> list[Any]:
        return [
            list(model.objects.visible_to(actor).filter(case=case).order_by("pk").values())
            if model not in (Hearing, Proceeding, Bond, Decision)
            else [(one.pk, one.version) for one in model.objects.visible_to(actor).filter(case=case).order_by("pk")]
            for model in (Proceeding, Hearing, Charge, Bond, Decision)
        ]

    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO_ICE), "2026-10-01")
        row = add(ada, case, days(9), kind="bond").row
        before, at_first = docket(ada), (row.starts_at, row.time_zone, row.court_id)
        move(ada, again(ada, case), at(EL_PASO_SPC), "2026-11-14")
        stands = looks.one(ada, case, Hearing, row.pk)
        assert docket(ada) == before
        assert (stands.starts_at, stands.time_zone, stands.court_id) == at_first


def test_a_wrong_entry_is_withdrawn_unless_something_hangs_on_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = add(ada, case, days(9)).row
        (removal,) = looks.proceedings(ada, case)
        assert "hangs on this entry" in refused(lambda: undoing.withdraw(ada, case, removal))[""][0]
        undoing.withdraw(ada, case, row)
        undoing.withdraw(ada, case, looks.proceedings(ada, case)[0])
        assert (rows(ada, case), looks.proceedings(ada, case), shows(ada, case)) == ([], [], (None, ""))
        with pytest.raises(Http404):
            undoing.withdraw(ada, case, row)


def test_undoing_a_hearing_takes_the_proceeding_along_that_it_opened(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first = add(ada, case, days(9))
        second = add(ada, case, days(16))
        undoing.undo(ada, case, line_id=first.line)
        assert [one.kind for one in looks.proceedings(ada, case)] == ["removal"]
        undoing.undo(ada, case, line_id=second.line)
        assert rows(ada, case) == []
        assert len(looks.proceedings(ada, case)) == 1


def test_a_volunteer_on_the_case_enters_a_hearing_and_nothing_else(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        bonds.request(ada, case, values={"theory": "236a"})
        theirs = add(ada, case, days(20)).row
    with speaking(cast["volunteer"]) as vic:
        mine = again(vic, case)
        done = add(vic, mine, days(9), kind="bond")
        assert (len(looks.hearings(vic, mine)), looks.bonds(vic, mine)) == (2, [])
        assert shows(vic, mine)[0] == done.row.starts_at
        forbidden: list[Callable[[], Any]] = [
            lambda: hearings.vacate(vic, mine, done.row, reason=None, seen=1),
            lambda: held.held(vic, mine, done.row, outcome="continued", seen=1),
            lambda: bonds.request(vic, mine, values={}),
            lambda: proceedings.open_one(vic, mine, values={"kind": "removal"}),
            lambda: undoing.withdraw(vic, mine, theirs),
        ]
        for attempt in forbidden:
            with pytest.raises(PermissionDenied):
                attempt()
        undoing.undo(vic, mine, line_id=done.line)
        assert shows(vic, mine)[0] == theirs.starts_at
    with speaking(cast["clinic"], SOUTH) as cleo, pytest.raises(PermissionDenied):
        add(cleo, case, days(9))


def test_a_hearing_stands_in_one_court_and_once(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        federal = {"kind": "federal", "medium": "P", "forum": "C.D. Cal.", "court": None}
        hearings.add(ada, case, when=when(days(9), "10:00"), values=federal)
        both = refused(lambda: add(ada, case, days(9), forum="C.D. Cal."))
        none = refused(
            lambda: hearings.add(ada, case, when=when(days(9), "10:00"), values={"kind": "master", "medium": "P"})
        )
        assert (list(both), none) == (["forum"], {"court": ["Choose the court."]})
        add(ada, case, days(9), "13:00")
        assert refused(lambda: add(ada, case, days(9), "13:00")) == {"day": ["This hearing is on file already."]}
