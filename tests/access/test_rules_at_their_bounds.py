"""Rules at the very instant and number where they change, and the whole head of their table."""

from datetime import UTC, datetime, timedelta

import pytest

from casework.access import rules
from casework.access.rules import ACTS, LOOKS, AccountNeed, Line, MemberState, account_needs, may, member_state, table

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
LONG_AGO, ONE_DAY = NOW - timedelta(days=900), timedelta(days=1)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "state"),
    [
        (LONG_AGO, None, "active"),
        (NOW, None, "active"),
        (NOW + MOMENT, None, "coming"),
        (NOW + MOMENT, NOW + ONE_DAY, "coming"),
        (LONG_AGO, NOW - MOMENT, "ended"),
        (LONG_AGO, NOW, "ended"),
        (LONG_AGO, NOW + MOMENT, "ending"),
    ],
)
def test_a_membership_begins_and_ends_at_an_instant(starts_at: datetime, ends_at: datetime | None, state: str) -> None:
    assert member_state(now=NOW, starts_at=starts_at, ends_at=ends_at, suspended=False) == MemberState(state)
    suspended = member_state(now=NOW, starts_at=starts_at, ends_at=ends_at, suspended=True)
    assert suspended == MemberState.SUSPENDED


def test_few_codes_are_one_or_two() -> None:
    few = [number for number in range(12) if AccountNeed.FEW_RECOVERY_CODES in account_needs(
        second_factors=2, recovery_codes=number)]  # fmt: skip
    assert few == [1, 2]


def test_a_line_that_names_nobody_names_nobody() -> None:
    assert LOOKS["members.viewed"] == Line("see members and invitations", frozenset({"admin"}))
    assert ACTS["case.restricted"] == Line("close a case to all but its team", assigned=frozenset({"attorney"}))
    assert ACTS["invitation.accepted"] == Line("join by an invitation", duties=frozenset({"door"}))
    assert LOOKS["case.access_viewed"].share == "share"


def test_an_errand_without_a_name_may_nothing() -> None:
    everything = frozenset({"admin", "attorney", "paralegal", "volunteer"})
    assert not any(may(verb, kind="duty", roles=everything, basis="organization") for verb in LOOKS | ACTS)


def test_the_table_has_a_head_and_a_row_for_each_line_that_somebody_may() -> None:
    head, rule, *rows = table().split("\n")
    assert head == "|  | administrator | attorney | paralegal | intake volunteer | another organization |"
    assert rule == "| --- | --- | --- | --- | --- | --- |"
    assert rows[0] == "| read a case |  | yes | yes | when assigned | when shared to view |"
    assert "| search the audit, without what stands in its lines | yes |  |  |  |  |" in rows
    assert all(row.count("|") == 7 for row in rows)


def test_of_a_copy_counsel_do_what_is_listed_and_nobody_else_anything() -> None:
    def allowed(*roles: str) -> set[str]:
        return {one for one in ACTS | LOOKS if may(one, kind="staff", roles=frozenset(roles), basis=rules.COPY)}

    assert allowed(rules.ATTORNEY) == allowed(rules.PARALEGAL, rules.ADMIN) == rules.ON_A_COPY
    assert allowed(rules.ADMIN, rules.VOLUNTEER) == set()
