"""How cases come and go: the flow as a pure rule, its acts, and what closing keeps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.access.acts import opened_details
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions, rules
from casework.cases.models import Case, Closing, Note, Stage, StageReason, Task
from casework.vault import keys
from tests.cases.planting import again, open_case, refused, speaking, verbs
from tests.clock import local_day

Cast = dict[str, User]
STAGES, REASONS = st.sampled_from(Stage.values), st.sampled_from(["", *StageReason.values])
OUTCOME: dict[str, Any] = {
    "code": "G", "released": "bond", "relief": "asylum", "removed": "no", "days_detained": 54, "bond_amount": 3500,
}  # fmt: skip


# --- The flow


@given(st.lists(st.tuples(STAGES, REASONS), max_size=12))
def test_no_way_of_moves_leads_into_an_active_or_a_closed_case_or_out_of_one(tries: list[tuple[str, str]]) -> None:
    """Acceptance, closing and reopening are the only ways in; a reason stands exactly where somebody said no."""
    stage, why = "enquiry", ""
    for to, reason in tries:
        if rules.may_move(stage, to, reason):
            stage, why = to, reason
        assert stage not in {"active", "closing", "closed"}
        assert bool(why) is (stage in {"declined", "referred"})


@given(STAGES, STAGES, REASONS)
def test_every_move_can_be_taken_back_in_moves_and_acts(stage: str, to: str, reason: str) -> None:
    """No stage is a dead end: from wherever a case is moved to, it can come to be active."""
    if not rules.may_move(stage, to, reason):
        return
    reached, ahead = set(), {to}
    while ahead:
        here = ahead.pop()
        reached.add(here)
        steps = set(rules.next_stages(here))
        steps |= {"active"} if rules.may_be_accepted(here) or here == "closed" else set()
        ahead |= steps - reached
    assert "active" in reached
    assert rules.may_be_accepted(stage) or rules.may_be_closed(stage) or stage in {"declined", "referred"}


@given(STAGES)
def test_a_stage_leads_to_known_stages_and_not_to_itself(stage: str) -> None:
    steps = rules.next_stages(stage)
    assert set(steps) <= set(Stage.values) - {stage}
    assert len(set(steps)) == len(steps)
    assert not (rules.may_be_accepted(stage) and rules.may_be_closed(stage))


def test_reasons_are_known() -> None:
    assert {reason for reasons in rules.REASONS.values() for reason in reasons} == set(StageReason.values)


@given(
    hearing=st.booleans(), deadline=st.booleans(), tasks=st.integers(0, 3), appearances=st.integers(0, 2),
    custody=st.sampled_from(["", "detained", "released"]), shares=st.integers(0, 2),
)  # fmt: skip
def test_what_is_still_open(
    *, hearing: bool, deadline: bool, tasks: int, appearances: int, custody: str, shares: int
) -> None:
    now, today = datetime(2026, 11, 22, 12, tzinfo=UTC), date(2026, 11, 22)
    found = rules.still_open(
        now=now, today=today, next_hearing_at=now + timedelta(hours=1) if hearing else now,
        next_deadline_on=today if deadline else today - timedelta(days=1), tasks=tasks, appearances=appearances,
        custody=custody, shares=shares,
    )  # fmt: skip
    assert list(found) == [
        one
        for one, stands in zip(
            rules.StillOpen, (hearing, deadline, tasks, appearances, custody == "detained", shares), strict=True
        )
        if stands
    ]


# --- Moving


def test_moves_follow_the_flow_and_are_kept(cast: Cast, db: None) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.move(ada, held, to="screening", seen=held.version)
        assert (held.stage, held.version) == ("screening", 2)
        assert refused(lambda: actions.move(ada, held, to="closed", seen=2)) == {
            "stage": ["From Screening a case does not go there."]
        }
        assert refused(lambda: actions.move(ada, held, to="declined", seen=2)) == {"reason": ["Choose a reason."]}
        assert refused(lambda: actions.move(ada, held, to="declined", reason="child", seen=2)) == {
            "reason": ["Choose a reason from the list."]
        }
        actions.move(ada, held, to="declined", reason="capacity", note="Asked South Clinic.", seen=2)
        standing = again(ada, case)
        assert (standing.stage, standing.stage_reason) == ("declined", "capacity")
        assert Note.objects.visible_to(ada).get().text == "Asked South Clinic."
        actions.move(ada, standing, to="screening", seen=standing.version)
        assert again(ada, case).stage_reason == ""
    assert verbs(case) == ["case.opened"] + ["case.stage_changed"] * 3


def test_who_comes_second_moves_nothing(cast: Cast, db: None) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first, second = again(ada, case), again(ada, case)
        actions.move(ada, first, to="offered", seen=1)
        with pytest.raises(ChangedMeanwhile):
            actions.move(ada, second, to="declined", reason="capacity", seen=1)
        assert again(ada, case).stage == "offered"


def test_a_case_that_is_taken_back_keeps_its_reference(cast: Cast, db: None) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        reference = actions.accept(ada, held)
        actions.move(ada, held, to="offered", seen=held.version)
        assert actions.accept(ada, held) == reference
        assert again(ada, case).stage == "active"


# --- Closing and reopening


def closable(user: User) -> Case:
    case = open_case(user)
    with speaking(user) as actor:
        actions.accept(actor, again(actor, case))
    return case


def test_closing_keeps_the_outcomes(cast: Cast, db: None) -> None:
    case, day = closable(cast["attorney"]), local_day()
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        kept = actions.add_task(ada, held, text="Send the file")
        actions.finish_task(ada, held, task=kept)
        actions.add_task(ada, held, text="Call")
        actions.close(ada, held, values=OUTCOME | {"closed_on": day}, drop_tasks=True, seen=held.version)
        closing = Closing.objects.visible_to(ada).get(case=case)
        assert {name: getattr(closing, name) for name in OUTCOME} == OUTCOME
        assert (held.stage, again(ada, case).stage) == ("closed", "closed")
        assert [one.dropped for one in Task.objects.visible_to(ada).order_by("made_at")] == [False, True]
        line = Entry.objects.get(verb="case.closed")
        keys.forget()
        told = opened_details([line])[line.pk] or {}
        assert (told["bond_amount"], told["changes"]) == (3500, {"stage": ["active", "closed"]})


@pytest.mark.parametrize("days", [-400, 1])
def test_a_case_is_closed_on_a_day_of_its_own(cast: Cast, db: None, days: int) -> None:
    case = closable(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        values = OUTCOME | {"closed_on": local_day() + timedelta(days=days)}
        assert list(refused(lambda: actions.close(ada, held, values=values, drop_tasks=False, seen=held.version))) == [
            "closed_on"
        ]
        assert again(ada, case).stage == "active"


def test_only_an_active_case_is_closed_and_only_a_closed_one_reopened(cast: Cast, db: None) -> None:
    case = open_case(cast["attorney"])
    values = OUTCOME | {"closed_on": local_day()}
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        assert refused(lambda: actions.close(ada, held, values=values, drop_tasks=False, seen=1)) == {
            "": ["Only an active case can be closed."]
        }
        assert refused(lambda: actions.reopen(ada, held)) == {"": ["This case is not closed."]}


def test_reopening_keeps_what_the_closing_said(cast: Cast, db: None) -> None:
    case, values = closable(cast["attorney"]), OUTCOME | {"closed_on": local_day()}
    with speaking(cast["attorney"]) as ada:
        for _time in range(2):
            held = again(ada, case)
            actions.close(ada, held, values=values, drop_tasks=False, seen=held.version)
            actions.reopen(ada, held)
        assert again(ada, case).stage == "active"
    with window("test"):
        rows = Closing.objects.filter(case=case)
        assert [(one.code, one.reopened_at is None) for one in rows] == [("G", False), ("G", False)]
    assert verbs(case)[-4:] == ["case.closed", "case.reopened"] * 2
