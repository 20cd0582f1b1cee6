"""Going from an event to a date: each unit, forward and back, and the step over closed days."""

import calendar as months_of
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from casework.docket.counting.calendar import DAY, Calendar, Closed
from casework.docket.counting.facts import (
    BEFORE,
    BUSINESS_DAYS,
    CLOCK_DAYS,
    MONTHS,
    OPEN_HOURS,
    ROLL_NEXT,
    ROLL_NONE,
    ROLL_PREVIOUS,
    ROLL_SET,
    YEARS,
    Facts,
    Moment,
    Rule,
    Step,
    Stop,
    day_of,
)


class ClockStands(ValueError):
    """A clock that was stopped and has not started again."""


@dataclass(frozen=True)
class Counted:
    """A date with its steps: before and after the step over closed days, and why there was one."""

    due: Moment
    unrolled: Moment
    closed: Closed | None
    steps: tuple[Step, ...]


def count(rule: Rule, facts: Facts, calendar: Calendar, *, length: int) -> Counted:
    """So many of the rule's units from the event. Raises ClockStands, and OverflowError beyond the year 9999."""
    if rule.needs_time:
        return _hours(rule, facts, calendar, length)
    steps = [Step("start", {"day": facts.on.isoformat()})]
    unrolled, due, more = _days(rule, facts, calendar, length)
    steps += more
    due, closed, rolled = roll(due, rule.roll, calendar)
    return Counted(due, unrolled, closed, (*steps, *rolled))


def _days(rule: Rule, facts: Facts, calendar: Calendar, length: int) -> tuple[date, date, list[Step]]:
    """The date without pauses of a clock, the date with them, and the steps."""
    back = rule.direction == BEFORE
    found = -length if back else length
    if rule.unit == CLOCK_DAYS:
        due, stops = run_clock(facts.on, length, facts.stops)
        return facts.on + length * DAY, due, [*stops, _counted(rule, length, due)]
    if rule.unit == BUSINESS_DAYS:
        due = calendar.business_days(facts.on, found)
    elif rule.unit in (MONTHS, YEARS):
        due = add_months(facts.on, found * (12 if rule.unit == YEARS else 1))
    elif back and not length:  # "before" without a length: the day itself is too late
        due = facts.on - DAY
        return due, due, [Step("day_before", {"day": due.isoformat()})]
    else:
        due = facts.on + found * DAY
    steps = [_counted(rule, length, due)]
    if rule.unit in (MONTHS, YEARS) and due.day != facts.on.day:
        steps.append(Step("month_end", {"day": due.isoformat()}))
    return due, due, steps


def _counted(rule: Rule, length: int, due: date) -> Step:
    code = "back" if rule.direction == BEFORE else "forward"
    return Step(code, {"length": length, "unit": rule.unit, "day": due.isoformat()})


def _hours(rule: Rule, facts: Facts, calendar: Calendar, length: int) -> Counted:
    start, zone = facts.moment, facts.zone
    assert start is not None  # noqa: S101 (asked for before)
    assert zone is not None  # noqa: S101
    span = timedelta(hours=-length if rule.direction == BEFORE else length)
    there = start.astimezone(zone)
    if rule.unit == OPEN_HOURS:
        due = calendar.open_time(start, span, zone).astimezone(zone)
    else:
        due = (start.astimezone(UTC) + span).astimezone(zone)
    wall = (there.replace(tzinfo=None) + span).replace(tzinfo=zone)
    steps = [Step("start_at", {"at": there.isoformat()})]
    if rule.unit == OPEN_HOURS:
        steps += _days_left_out(there, due, calendar)
    elif due.utcoffset() != there.utcoffset():
        steps.append(Step("clock_change", {"before": f"{there:%z}", "after": f"{due:%z}"}))
    steps.append(Step("elapsed", {"length": length, "unit": rule.unit, "at": due.isoformat()}))
    return Counted(due, wall, None, tuple(steps))


def _days_left_out(start: datetime, end: datetime, calendar: Calendar) -> list[Step]:
    found, day = [], start.date()
    while day <= end.date():
        if closed := calendar.why_closed(day):
            found.append(Step("left_out", {"day": day.isoformat(), **closed_values(closed)}))
        day += DAY
    return found


def closed_values(closed: Closed) -> dict[str, Any]:
    """A reason as a step keeps it."""
    return {"why": closed.kind, "name": closed.name, "name_es": closed.name_es, "observed": closed.observed}


def roll(day: date, how: str, calendar: Calendar) -> tuple[date, Closed | None, list[Step]]:
    """The day after the step over closed days, why there was one, and the steps."""
    closed = calendar.why_closed(day)
    if closed is None:
        return day, None, []
    said = Step("closed", {"day": day.isoformat(), **closed_values(closed)})
    if how in (ROLL_NEXT, ROLL_SET):
        due = calendar.next_open(day)
        return due, closed, [said, Step("rolled", {"day": due.isoformat()})]
    if how == ROLL_PREVIOUS:
        due = calendar.previous_open(day)
        return due, closed, [said, Step("rolled_back", {"day": due.isoformat()})]
    if how == ROLL_NONE:
        return day, None, [Step("stays", {"day": day.isoformat(), **closed_values(closed)})]
    return day, None, []


def add_months(day: date, count: int) -> date:
    """The same day so many months on, or back; the last of the month where there is none. Raises OverflowError."""
    years, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    if not date.min.year <= years <= date.max.year:
        raise OverflowError(f"the year {years}")
    return date(years, month + 1, min(day.day, months_of.monthrange(years, month + 1)[1]))


def run_clock(start: date, length: int, stops: Sequence[Stop]) -> tuple[date, list[Step]]:
    """The day on which so many days have run, stops left out, and what was left out.

    Raises ClockStands where the clock stopped before that day and has not started again.
    """
    now, left, steps = start, length, []
    for stop in sorted(stops, key=lambda one: (one.since, one.until or date.max)):
        since = max(stop.since, now)
        if stop.until is not None and stop.until <= since:
            continue
        if (since - now).days >= left:
            break
        if stop.until is None:
            raise ClockStands(since.isoformat())
        left -= (since - now).days
        days = (stop.until - since).days
        steps.append(
            Step("stopped", {
                "since": since.isoformat(), "until": stop.until.isoformat(), "days": days, "counted": length - left,
            })
        )  # fmt: skip
        now = stop.until
    return now + left * DAY, steps


def previous_open(moment: Moment, calendar: Calendar) -> date:
    """The last business day on or before a date."""
    return calendar.previous_open(day_of(moment))
