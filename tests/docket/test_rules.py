"""The rules of hearings: which one a case shows, in which proceeding one stands, when one needs its outcome."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.docket import rules
from casework.docket.models.kinds import HearingKind, HearingState, ProceedingKind

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)


@dataclass
class One:
    """What the rules look at."""

    state: str
    starts_at: datetime


HEARINGS = st.lists(
    st.builds(
        One,
        st.sampled_from(HearingState.values),
        st.integers(-90, 90).map(lambda days: NOW + timedelta(days=days, hours=1)),
    )
)


@given(HEARINGS)
def test_a_case_shows_the_next_that_stands_else_the_last_that_nobody_closed(hearings: list[One]) -> None:
    found = rules.next_of(hearings, NOW)
    standing = sorted(one.starts_at for one in hearings if one.state == HearingState.SCHEDULED)
    ahead = [at for at in standing if at >= NOW]
    assert (found.starts_at if found else None) == next(iter([*ahead[:1], *standing[-1:]]), None)


@pytest.mark.parametrize(
    ("state", "hours", "needed"),
    [("scheduled", -1, True), ("scheduled", 1, False), ("held", -1, False), ("vacated", -1, False)],
)
def test_only_what_nobody_closed_needs_an_outcome(state: str, hours: int, needed: bool) -> None:
    assert rules.needs_outcome(state, NOW + timedelta(hours=hours), NOW) is needed


def test_each_kind_has_its_proceedings_and_its_length() -> None:
    assert set(rules.USUAL) == set(HearingKind.values)
    assert {kind for kinds in rules.USUAL.values() for kind in kinds} <= set(ProceedingKind.values)
    assert {kind: rules.usual_proceeding(kind) for kind in HearingKind.values} == {
        "master": "removal", "individual": "removal", "bond": "bond", "credible_fear": "credible_fear",
        "reasonable_fear": "reasonable_fear", "custody_review": "continued_detention", "status": "", "federal": "",
        "other": "", "not_known": "",
    }  # fmt: skip
    assert [rules.usual_minutes(kind) for kind in ("master", "individual", "bond", "other")] == [30, 180, 60, 60]


@pytest.mark.parametrize(
    ("kind", "standing", "at"),
    [
        ("master", ["bond", "withholding_only"], 1), ("master", ["withholding_only", "removal"], 1),
        ("bond", ["removal"], None), ("federal", ["removal", "habeas"], 1), ("other", ["removal"], None),
    ],
)  # fmt: skip
def test_a_hearing_belongs_to_an_open_proceeding(kind: str, standing: list[str], at: int | None) -> None:
    assert rules.belongs(kind, standing) == at
