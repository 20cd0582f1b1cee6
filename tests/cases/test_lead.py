"""Handing the lead over: one person leads at any time, whatever was planned, cancelled and handed on."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.cases import actions
from casework.cases.models import Assignment, Case
from tests.cases.planting import NORTH, again, member, open_case, refused, speaking
from tests.conftest import become

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
HERE = ZoneInfo("America/Los_Angeles")
TOMAS = "Tomás Rivera-Echeverría de la Cruz"
ATTORNEYS = ("attorney", "second_admin")


def places(case: Case) -> list[tuple[str, str, datetime, datetime | None]]:
    with window("test"):
        rows = Assignment.objects.filter(case=case).select_related("membership__user").order_by("starts_at", "pk")
        return [(one.membership.user.name, one.role, one.starts_at, one.ends_at) for one in rows]


def leaders(case: Case, at: datetime) -> list[str]:
    return [
        name for name, role, starts, ends in places(case) if role == "lead" and starts <= at and (not ends or at < ends)
    ]


def midnight(days: int) -> datetime:
    return datetime.combine(timezone.localdate(timezone=HERE) + timedelta(days=days), time(0), HERE)


def test_the_lead_changes_at_the_beginning_of_the_day(cast: Cast) -> None:
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    at = midnight(9)
    with speaking(cast["attorney"]) as ada:
        actions.hand_over(ada, again(ada, case), to=tomas, on=at.date(), then="co_counsel")
    assert leaders(case, at - timedelta(microseconds=1)) == ["Ada Quispe"]
    assert leaders(case, at) == [TOMAS]
    assert {(name, role) for name, role, _starts, ends in places(case) if ends is None} == {
        (TOMAS, "lead"), ("Ada Quispe", "co_counsel"),
    }  # fmt: skip


def test_today_is_now_and_what_the_new_lead_was_ends(cast: Cast) -> None:
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.assign(ada, held, membership=tomas, role="co_counsel")
        actions.hand_over(ada, held, to=tomas, on=timezone.localdate(timezone=HERE))
    assert [(name, role) for name, role, _starts, ends in places(case) if ends is None] == [(TOMAS, "lead")]


def test_a_plan_that_was_cancelled_stands_in_nobodys_way(cast: Cast) -> None:
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.hand_over(ada, held, to=tomas, on=midnight(9).date())
        actions.cancel_hand_over(ada, held)
        actions.hand_over(ada, held, to=tomas, on=timezone.localdate(timezone=HERE))
    assert leaders(case, timezone.now()) == [TOMAS]


def test_a_planned_hand_over_is_cancelled_whole(cast: Cast) -> None:
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.assign(ada, held, membership=tomas, role="co_counsel")
        before = {one[:2] for one in places(case) if one[3] is None}
        on = midnight(5).date()
        actions.hand_over(ada, held, to=tomas, on=on, then="supervisor")
        assert refused(lambda: actions.hand_over(ada, held, to=tomas, on=on)) == {
            "day": ["Another hand-over is planned. Cancel that one first."]
        }
        actions.cancel_hand_over(ada, held)
        assert {one[:2] for one in places(case) if one[3] is None} == before
        assert refused(lambda: actions.cancel_hand_over(ada, held)) == {"": ["No hand-over is planned."]}
        actions.hand_over(ada, held, to=tomas, on=on)
    assert leaders(case, midnight(6)) == [TOMAS]


def test_whoever_is_to_lead_is_not_taken_off_while_the_other_still_goes(cast: Cast) -> None:
    """Else nobody would lead from that day on, and nobody could open a restricted case."""
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    with speaking(cast["attorney"]) as ada:
        held = again(ada, case)
        actions.restrict(ada, held)
        planned = actions.hand_over(ada, held, to=tomas, on=midnight(5).date())
        assert list(refused(lambda: actions.unassign(ada, held, assignment=planned))) == [""]
        actions.cancel_hand_over(ada, held)
    assert leaders(case, midnight(6)) == ["Ada Quispe"]


@pytest.mark.parametrize(
    ("key", "days", "then", "field"),
    [
        ("attorney", 1, "", "member"), ("paralegal", 1, "", "member"), ("second_admin", -1, "", "day"),
        ("second_admin", 1, "paralegal", "role"),
    ],
)  # fmt: skip
def test_what_is_refused(cast: Cast, key: str, days: int, then: str, field: str) -> None:
    case, to = open_case(cast["attorney"]), member(cast[key], NORTH)
    on = midnight(days).date()
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: actions.hand_over(ada, again(ada, case), to=to, on=on, then=then))) == [field]
    assert len(places(case)) == 1


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hand"), st.sampled_from(ATTORNEYS), st.integers(0, 4), st.sampled_from(["", "co_counsel"])),
        st.just(("cancel",)),
    ),
    max_size=6,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_at_any_time_one_person_leads(cast: Cast, steps: list[tuple[object, ...]]) -> None:
    become("casework_owner")
    case = open_case(cast["attorney"])
    began = places(case)[0][2]
    people: dict[object, Membership] = {key: member(cast[key], NORTH) for key in ATTORNEYS}
    with speaking(cast["attorney"]) as ada:
        for step in steps:
            try:
                if step[0] == "cancel":
                    actions.cancel_hand_over(ada, again(ada, case))
                else:
                    _hand, key, days, then = step
                    on = midnight(int(str(days))).date()
                    actions.hand_over(ada, again(ada, case), to=people[key], on=on, then=str(then))
            except ValidationError:
                pass
    rows = places(case)
    turns = sorted({at.astimezone(UTC) for _name, _role, *times in rows for at in times if at})
    asked = {at for turn in turns for at in (turn, turn + timedelta(microseconds=1)) if at >= began}
    asked |= {turn - timedelta(microseconds=1) for turn in turns if turn > began}
    assert {at: len(leaders(case, at)) for at in asked} == dict.fromkeys(asked, 1)
