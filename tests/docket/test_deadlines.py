"""Deadlines of a case as acts, under the database's walls, and what changes elsewhere ask of them."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.http import Http404
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.cases.actions import assign
from casework.cases.actions.tasks import says
from casework.cases.models import Case, Task
from casework.custody import actions as custody
from casework.custody import undoing as custody_undoing
from casework.directory.loading import load
from casework.directory.models import RuleVersion
from casework.docket import agreement, asked, looks, reviews, undoing
from casework.docket.actions import deadlines, hearings
from casework.docket.actions.deadlines import Given
from casework.docket.book import open_book
from casework.docket.models import Deadline
from tests.cases.planting import NORTH, again, member, open_case, speaking
from tests.clock import local_day
from tests.conftest import as_owner
from tests.custody.planting import ADELANTO as ADELANTO_ICE
from tests.custody.planting import at, book, on
from tests.directory.test_loading import folder, set_cell  # noqa: F401 (a fixture)
from tests.docket.planting import add, days, when

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def given(rule: str, day: str, *, detained: str = "", event: str = "ij_decision", **more: Any) -> Given:
    beside = {name: more.pop(name) for name in ("hearing", "decision", "paper", "target") if name in more}
    facts, _said = asked.facts(
        open_book().rules[rule], on=day, zone="America/Los_Angeles", detained=detained, extra=more
    )
    return Given(event, facts, **beside)


def keep(actor: Actor, case: Case, rule: str, day: str, **more: Any) -> Deadline:
    version = RuleVersion.objects.newest().get(rule=rule)
    row: Deadline = deadlines.add(actor, case, version=version, given=given(rule, day, **more)).row
    return row


def shows(actor: Actor, case: Case) -> date | None:
    return again(actor, case).next_deadline_on


def day(text: str) -> date:
    return date.fromisoformat(text)


def asks(actor: Actor, case: Case) -> list[str]:
    rows = Task.objects.visible_to(actor).filter(case=case, done_at=None, rule__startswith="docket.")
    return [says(one) for one in rows.order_by("due_on", "rule")]


# --- Counting


def test_a_deadline_keeps_its_rule_its_inputs_and_its_steps(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        keep(ada, case, "bia_appeal_30", "2026-10-15", detained="yes", asylum_on_merits="no")
        row = looks.deadlines(ada, case)[0]
        assert (row.due_on, row.unrolled_on, row.safe_on, row.keep_on) == (
            day("2026-11-16"), day("2026-11-14"), day("2026-10-26"), day("2026-10-26"),
        )  # fmt: skip
        assert (row.rule_version_id, row.detained, row.answers["asylum_on_merits"]) == ("bia_appeal_30|1", True, False)
        assert [one["code"] for one in row.steps] == ["start", "forward", "closed", "rolled", "safe_by_rule"]
        assert (row.must_be_confirmed, shows(ada, case)) == (True, day("2026-10-26"))


def test_a_case_shows_the_first_day_to_keep_to_of_all_that_is_open(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        later = keep(ada, case, "pfr_30", "2026-10-15", event="bia_decision")
        first = keep(ada, case, "bia_appeal_30", "2026-10-15")
        assert shows(ada, case) == day("2026-10-26")
        done = deadlines.finish(ada, again(ada, case), first, seen=1)
        assert (shows(ada, case), later.keep_on) == (day("2026-11-16"), day("2026-11-16"))
        undoing.undo(ada, again(ada, case), line_id=done.line)
        assert shows(ada, case) == day("2026-10-26")
    with as_owner(), window("agreement"):
        assert agreement.expected(case.pk)["next_deadline_on"] == day("2026-10-26")


def test_a_volunteer_who_sees_no_deadline_leaves_the_day_as_it_is(cast: Cast) -> None:
    """Whoever enters a hearing settles the case, whatever tier they see."""
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        keep(ada, case, "bia_appeal_30", "2026-10-15")
        assign(ada, again(ada, case), membership=member(cast["volunteer"], NORTH), role="volunteer")
    with speaking(cast["volunteer"]) as vic:
        seen = again(vic, case)
        assert looks.deadlines(vic, seen) == []
        add(vic, seen, days(9))
        assert shows(vic, case) == day("2026-10-26")
        with pytest.raises(PermissionDenied):
            keep(vic, seen, "pfr_30", "2026-10-15")


def test_the_judges_date_is_an_error_until_somebody_types_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        rule = "ij_individual_filing_detained"
        row = keep(ada, case, rule, "2026-12-15", detained="yes", event="individual_hearing")
        assert (row.is_missing, row.keep_on, shows(ada, case)) == (True, None, None)
        set_by_judge = {"detained": "yes", "event": "individual_hearing", "judge_date": "2026-12-05"}
        with pytest.raises(ValidationError) as refused:
            deadlines.change(ada, case, row, given=given(rule, "2026-12-15", **set_by_judge), seen=1)
        assert list(refused.value.error_dict) == ["paper"]
        typed = given(rule, "2026-12-15", **set_by_judge, paper="Order of November 20")
        changed = deadlines.change(ada, case, row, given=typed, seen=1)
        assert changed is not None
        assert (changed.row.due_on, str(changed.row.paper)) == (day("2026-12-07"), "Order of November 20")
        assert shows(ada, case) == day("2026-12-07")


def test_what_does_not_count_here_is_refused(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        for rule, when_, more in (
            ("bia_bond_appeal_30", "2026-10-15", {"detained": "no"}),
            ("bia_appeal_30", "2026-10-15", {"appeal_waived": "yes"}),
            ("bia_appeal_10_ifr", "2026-02-01", {}),
        ):
            with pytest.raises(ValidationError):
                keep(ada, case, rule, when_, **more)
        with pytest.raises(ValidationError) as refused:
            keep(ada, case, "habeas_none", "2026-10-15", event="detention")
        assert list(refused.value.error_dict) == ["target"]
        row = keep(ada, case, "habeas_none", "2026-10-15", event="detention", target=day("2026-10-16"))
        assert (row.basis, row.keep_on) == ("target", day("2026-10-16"))
        assert len(looks.deadlines(ada, case)) == 1


def test_a_date_of_an_order_counts_on_the_next_business_day_and_is_safe_before(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = deadlines.order(
            ada, case, title="Evidence", day=day("2026-12-05"), paper="Order of Nov 20", zone="America/Los_Angeles"
        ).row
        assert (row.basis, row.due_on, row.unrolled_on, row.keep_on) == (
            "order", day("2026-12-07"), day("2026-12-05"), day("2026-12-04"),
        )  # fmt: skip
        with pytest.raises(ValidationError):
            deadlines.order(ada, case, title="Evidence", day=day("2026-12-05"), paper=" ", zone="UTC")
        with pytest.raises(ValidationError):
            deadlines.change(ada, case, row, given=given("ij_call_up_date", "2026-12-01"), seen=1)


# --- Changing


def test_counting_anew_takes_a_confirmation_off_and_undo_brings_it_back_to_whoever_signed(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "bia_appeal_30", "2026-10-15")
        deadlines.confirm(ada, case, row, keep_on=day("2026-11-16"), seen=1)
        assert (row.keep_on, row.confirmed_by_name, row.must_be_confirmed) == (day("2026-11-16"), "Ada Quispe", False)
        with pytest.raises(ValidationError):
            deadlines.confirm(ada, case, row, keep_on=day("2026-11-17"), seen=2)
    with speaking(cast["paralegal"]) as ben:
        seen = looks.one(ben, again(ben, case), Deadline, row.pk)
        changed = deadlines.change(ben, seen.case, seen, given=given("bia_appeal_30", "2026-10-16"), seen=2)
        assert changed is not None
        assert (changed.row.confirmed_at, changed.row.keep_on) == (None, day("2026-10-26"))
        undoing.undo(ben, again(ben, case), line_id=changed.line)
        back = looks.one(ben, again(ben, case), Deadline, row.pk)
        assert (back.trigger_on, back.keep_on, back.confirmed_at) == (day("2026-10-15"), day("2026-11-16"), None)


def test_nothing_differs_and_somebody_was_faster(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "pfr_30", "2026-10-15", event="bia_decision")
        same = given("pfr_30", "2026-10-15", event="bia_decision")
        assert deadlines.change(ada, case, row, given=same, seen=1) is None
        with pytest.raises(ChangedMeanwhile):
            deadlines.change(ada, case, row, given=same, seen=2)
        with pytest.raises(Http404):
            deadlines.finish(ada, open_case(cast["attorney"]), row, seen=1)


def test_an_override_keeps_its_reason_and_is_never_counted_again(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "pfr_30", "2026-10-15", event="bia_decision")
        with pytest.raises(ValidationError):
            deadlines.override(ada, case, row, day=day("2026-11-10"), reason=" ", seen=1)
        deadlines.override(ada, case, row, day=day("2026-11-10"), reason="The clerk closes early", seen=1)
        assert (row.basis, row.due_on, row.counted_on) == ("override", day("2026-11-10"), day("2026-11-16"))
        assert (str(row.reason), row.confirmed_by_name) == ("The clerk closes early", "Ada Quispe")
        with pytest.raises(ValidationError):
            deadlines.change(ada, case, row, given=given("pfr_30", "2026-10-20", event="bia_decision"), seen=2)
    with speaking(cast["paralegal"]) as ben, pytest.raises(PermissionDenied):
        deadlines.override(ben, again(ben, case), row, day=day("2026-11-12"), reason="Mine", seen=2)


def test_only_an_attorney_confirms_even_past_the_acts(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "bia_appeal_30", "2026-10-15")
    with speaking(cast["paralegal"]) as ben:
        seen = looks.one(ben, again(ben, case), Deadline, row.pk)
        with pytest.raises(PermissionDenied):
            deadlines.confirm(ben, seen.case, seen, keep_on=day("2026-11-16"), seen=1)
        for who in (ben.member, ada.member):
            seen.confirmed_by_id, seen.confirmed_at = who, timezone.now()
            with pytest.raises(DatabaseError), transaction.atomic():
                seen.save(update_fields=["confirmed_by", "confirmed_at"])
    with speaking(cast["clinic"], "South Clinic") as cleo:
        assert list(Deadline.objects.visible_to(cleo)) == []


def test_a_dropped_deadline_says_why(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "bia_appeal_30", "2026-10-15")
        with pytest.raises(ValidationError):
            deadlines.drop(ada, case, row, reason="", seen=1)
        deadlines.drop(ada, case, row, reason="The appeal was waived", seen=1)
        assert (row.state, str(row.reason), shows(ada, case)) == ("dropped", "The appeal was waived", None)
        with pytest.raises(ValidationError):
            deadlines.finish(ada, case, row, seen=2)


# --- Rules that change


def test_a_rule_that_changes_moves_no_date_and_asks_for_a_review(cast: Cast, folder: Path) -> None:  # noqa: F811
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = keep(ada, case, "pfr_30", "2026-10-15", event="bia_decision")
    with as_owner():
        set_cell(folder / "deadlines.csv", "pfr_30", "length", "20")
        load(folder, today=day("2026-12-01"))
    with speaking(cast["attorney"]) as ada:
        stands = looks.one(ada, again(ada, case), Deadline, row.pk)
        assert (stands.rule_version_id, stands.due_on) == ("pfr_30|1", day("2026-11-16"))
        reviews.sign_off(ada, RuleVersion.objects.newest().get(rule="pfr_30"))
        assert asks(ada, case) == [
            "A rule reads otherwise since Tuesday, December 1: look at the deadline of Monday, November 16 again"
        ]
        changed = deadlines.change(
            ada, stands.case, stands, given=given("pfr_30", "2026-10-15", event="bia_decision"), seen=1
        )
        assert changed is not None
        assert (changed.row.rule_version_id, changed.row.due_on) == ("pfr_30|2", day("2026-11-04"))


# --- Custody and hearings that change


def test_a_release_asks_with_the_dates_that_would_count_and_ends_bond_tasks(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    hearing_day, today = days(60), local_day()
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO_ICE), (today - timedelta(days=20)).isoformat())
        add(ada, again(ada, case), hearing_day, kind="individual")
        keep(ada, again(ada, case), "bia_appeal_30", "2026-10-15")
        out = custody.release(ada, again(ada, case), reason="bond", since=on((today - timedelta(days=1)).isoformat()))
        rules = set(
            Task.objects.visible_to(ada).filter(case=case, done_at=None, rule__startswith="docket.").values_list(
                "rule", flat=True
            )
        )  # fmt: skip
        assert rules == {"docket.released", "docket.ar11", "docket.filing"}
        due = Task.objects.visible_to(ada).get(case=case, rule="docket.filing").due_on
        assert due is not None
        assert due <= day(hearing_day) - timedelta(days=30)
        assert len(looks.deadlines(ada, again(ada, case))) == 1  # nothing was added by itself
        assert not Task.objects.visible_to(ada).filter(rule="custody.bond_court", done_at=None).exists()
        custody_undoing.undo(ada, again(ada, case), line_id=out.line)
        assert asks(ada, case) == []


def test_a_release_asks_whoever_records_it(cast: Cast) -> None:
    """A volunteer sees no deadline, and yet it is asked to look at those that there are."""
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        book(ada, again(ada, case), at(ADELANTO_ICE), (local_day() - timedelta(days=20)).isoformat())
        keep(ada, again(ada, case), "bia_appeal_30", "2026-10-15")
    with speaking(cast["volunteer"]) as vic:
        assert looks.deadlines(vic, again(vic, case)) == []
        custody.release(vic, again(vic, case), reason="bond", since=on((local_day() - timedelta(days=1)).isoformat()))
    with window("test"):
        assert Task.objects.filter(case=case, rule="docket.released").count() == 1


def test_a_hearing_that_moves_asks_to_count_its_deadlines_again(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        hearing = add(ada, case, days(90), kind="individual").row
        row = keep(
            ada, again(ada, case), "ij_individual_filing_30", days(90), detained="no", event="individual_hearing",
            hearing=hearing,
        )  # fmt: skip
        same = {"kind": "individual", "medium": "V", "court": hearing.court, "proceeding": None}
        hearings.change(ada, again(ada, case), hearing, when=when(days(97), "13:00"), values=same, seen=1)
        assert len(asks(ada, case)) == 1
        assert "was moved: count its deadlines again" in asks(ada, case)[0]
        assert looks.one(ada, again(ada, case), Deadline, row.pk).due_on == row.due_on
