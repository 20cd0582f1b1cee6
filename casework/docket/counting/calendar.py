"""Days on which federal offices are open. Closed are Saturdays, Sundays and federal legal holidays (8 CFR 1001.1(h)).

A holiday closes its own day and the day on which it is observed. Holidays of a state and one-off closings are not known
here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cached_property

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6
ON_SATURDAY, ON_SUNDAY, HOLIDAY = "saturday", "sunday", "holiday"


@dataclass(frozen=True)
class Feast:
    """A legal holiday: its own day, the day on which it is observed, its name in English and in Spanish."""

    actual: date
    observed: date
    name: str
    name_es: str


@dataclass(frozen=True)
class Closed:
    """Why a day is closed: `saturday`, `sunday` or `holiday`; its names, and whether that day only observes it."""

    kind: str
    name: str = ""
    name_es: str = ""
    observed: bool = False


@dataclass(frozen=True)
class Calendar:
    """The open and closed days, as far as holidays are known."""

    feasts: tuple[Feast, ...]
    _by_day: dict[date, Closed] = field(init=False, repr=False, compare=False)

    def __init__(self, feasts: Iterable[Feast]) -> None:
        object.__setattr__(self, "feasts", tuple(feasts))
        by_day = {
            day: Closed(HOLIDAY, one.name, one.name_es, observed=day != one.actual)
            for one in self.feasts
            for day in (one.observed, one.actual)
        }
        object.__setattr__(self, "_by_day", by_day)

    @cached_property
    def years(self) -> tuple[int, int]:
        """The first and the last year whose holidays are known; (0, 0) for none."""
        years = [one.actual.year for one in self.feasts]
        return (min(years), max(years)) if years else (0, 0)

    def knows(self, *days: date) -> bool:
        """Whether the holidays of all these days' years are known."""
        first, last = self.years
        return all(first <= day.year <= last for day in days)

    def why_closed(self, day: date) -> Closed | None:
        """Why this day is closed; None for a business day. At a weekend the weekday counts as the reason."""
        if day.weekday() == SATURDAY:
            return Closed(ON_SATURDAY)
        if day.weekday() == SUNDAY:
            return Closed(ON_SUNDAY)
        return self._by_day.get(day)

    def next_open(self, day: date) -> date:
        """The day itself, or the first business day after it."""
        while self.why_closed(day):
            day += DAY
        return day

    def previous_open(self, day: date) -> date:
        """The day itself, or the last business day before it."""
        while self.why_closed(day):
            day -= DAY
        return day

    def business_days(self, day: date, count: int) -> date:
        """The business day so many of them after `day`, or before it for a negative count; `day` does not count."""
        step = DAY if count > 0 else -DAY
        for _one in range(abs(count)):
            day += step
            while self.why_closed(day):
                day += step
        return day

    def open_time(self, start: datetime, length: timedelta, zone: tzinfo) -> datetime:
        """The instant (UTC) after so much time on business days, each from midnight to midnight in `zone`."""
        now, left = start.astimezone(UTC), length
        while True:
            day = now.astimezone(zone).date()
            midnight = datetime.combine(day + DAY, time.min, tzinfo=zone).astimezone(UTC)
            if not self.why_closed(day):
                if left <= midnight - now:
                    return now + left
                left -= midnight - now
            now = midnight
