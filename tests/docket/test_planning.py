"""When somebody is reminded, and when not any more."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from casework.docket import planning
from casework.docket.planning import Standing

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
WEEK, DAY, HOURS = 7 * 24 * 60, 24 * 60, 120
ADA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)


@pytest.mark.parametrize(
    ("hours", "planned"),
    [
        (24 * 30, [WEEK, DAY, HOURS]),
        (24 * 7, [WEEK, DAY, HOURS]),  # the first is due at this very moment
        (24 * 6, [WEEK, DAY, HOURS]),  # entered late: the first is made up for
        (20, [DAY, HOURS]),  # of those that have passed only the last
        (1, [HOURS]),
    ],
)
def test_what_is_planned(hours: float, planned: list[int]) -> None:
    at = NOW + timedelta(hours=hours)
    found = planning.due(at, NOW, [HOURS, DAY, WEEK, DAY])
    assert [minutes for minutes, _due_at in found] == planned
    assert [due_at for _minutes, due_at in found] == [max(NOW, at - timedelta(minutes=one)) for one in planned]


def test_whoever_wants_no_reminder_gets_none() -> None:
    assert planning.due(NOW + timedelta(days=1), NOW, []) == []


AT = NOW + timedelta(hours=3)
STANDS = Standing("scheduled", AT, frozenset({ADA}))


@pytest.mark.parametrize(
    ("standing", "now", "why"),
    [
        (STANDS, NOW, ""),
        (None, NOW, "gone"),
        (Standing("vacated", AT, frozenset({ADA})), NOW, "over"),
        (Standing("scheduled", AT + timedelta(minutes=1), frozenset({ADA})), NOW, "moved"),
        (Standing("scheduled", AT, frozenset({BEN})), NOW, "others"),
        (Standing("scheduled", AT, frozenset()), NOW, "others"),
        (STANDS, AT, "begun"),
        (STANDS, AT - timedelta(seconds=1), ""),
        (Standing("scheduled", AT, frozenset({ADA}), begins=False), AT + timedelta(hours=20), ""),
    ],
)
def test_why_one_is_not_sent(standing: Standing | None, now: datetime, why: str) -> None:
    assert planning.not_due(standing, at=AT, member=ADA, now=now) == why


def test_of_several_that_are_due_the_nearest_alone_is_sent() -> None:
    due = [WEEK, DAY, HOURS]
    assert [one for one in due if not planning.is_overtaken(one, due)] == [HOURS]
    assert not planning.is_overtaken(DAY, [DAY])
