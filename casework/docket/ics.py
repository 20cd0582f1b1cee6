"""Calendar files (RFC 5545), right in programs that read only the simplest description of a time zone.

Each zone of the United States is described by two yearly rules: a list of single changes, which libraries write by
themselves, is read to its first date only by some programs, and a hearing in March came out an hour wrong.
"""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard

PRODUCT = "-//Casework//Docket//EN"
ALARMS = (timedelta(days=-1), timedelta(hours=-2))
EVERY = timedelta(hours=1)  # how often a program is asked to look
SUNDAY = 6
# Since 2007 (Energy Policy Act of 2005, section 110): from the second Sunday of March to the first of November, 2:00.
SPRING, AUTUMN, SINCE = (3, 2), (11, 1), 2007
CHECKED = range(SINCE, SINCE + 31)


@dataclass(frozen=True)
class Timed:
    """A hearing as a calendar shows it. `zone` is an IANA key, in which its time is written; `off` strikes it out."""

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    zone: str
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    off: bool = False
    alarms: bool = True


@dataclass(frozen=True)
class AllDay:
    """A day on which something ends."""

    uid: str
    sequence: int
    on: date
    summary: str
    description: str = ""
    url: str = ""
    off: bool = False


def written(name: str, items: Iterable[Timed | AllDay], now: datetime) -> bytes:
    """The file, with each zone that it names."""
    found = list(items)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for zone in sorted({one.zone for one in found if isinstance(one, Timed)}):
        if (described := _described(zone)) is not None:
            calendar.add_component(described)
    for one in found:
        calendar.add_component(_timed(one, now) if isinstance(one, Timed) else _all_day(one, now))
    return bytes(calendar.to_ical())


def _timed(one: Timed, now: datetime) -> Event:
    event = _event(one, now)
    starts, ends = _spelt(one)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    event.add("transp", "TRANSPARENT" if one.off else "OPAQUE")
    if one.location:
        event.add("location", one.location)
    for before in ALARMS if one.alarms and not one.off else ():
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", before)
        alarm.add("description", one.summary)
        event.add_component(alarm)
    return event


def _all_day(one: AllDay, now: datetime) -> Event:
    event = _event(one, now)
    event.add("dtstart", one.on)
    event.add("dtend", one.on + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _event(one: Timed | AllDay, now: datetime) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", now)
    event.add("status", "CANCELLED" if one.off else "CONFIRMED")
    event.add("summary", one.summary)
    if one.description:
        event.add("description", one.description)
    if one.url:
        event.add("url", one.url)
    return event


def _spelt(one: Timed) -> tuple[datetime, datetime]:
    """Beginning and end on the clock of the zone; as UTC where that clock cannot say which of two hours is meant."""
    begins = one.starts_at.astimezone(UTC)  # first: minutes added to a wall time would leave a change of the clock out
    instants = begins, begins + timedelta(minutes=one.minutes)
    zone = zoneinfo.ZoneInfo(one.zone)
    starts, ends = (at.astimezone(zone) for at in instants)
    return instants if _described(one.zone) is None or starts.fold or ends.fold else (starts, ends)


@cache
def _described(key: str) -> Timezone | None:
    """A zone by its rules; None for one that has others than those of the United States, and is written as UTC."""
    zone = zoneinfo.ZoneInfo(key)
    winter, summer = (datetime(CHECKED[-1], month, 15, 12, tzinfo=zone) for month in (1, 7))
    if key == "UTC" or not all(_keeps(zone, year) for year in CHECKED):
        return None
    made = Timezone()
    made.add("tzid", key)
    made.add_component(_rule(TimezoneStandard(), AUTUMN, summer, winter))
    if winter.utcoffset() != summer.utcoffset():
        made.add_component(_rule(TimezoneDaylight(), SPRING, winter, summer))
    return made


def _rule(
    part: "TimezoneStandard | TimezoneDaylight", when: tuple[int, int], old: datetime, new: datetime
) -> Component:
    part.add("dtstart", datetime.combine(_sunday(SINCE, *when), datetime.min.time()).replace(hour=2))
    if old.utcoffset() != new.utcoffset():
        month, number = when
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": f"{number}SU"})
    part.add("tzoffsetfrom", old.utcoffset())
    part.add("tzoffsetto", new.utcoffset())
    part.add("tzname", new.tzname() or "")
    return part


def _keeps(zone: zoneinfo.ZoneInfo, year: int) -> bool:
    """Whether the clock changes in a year when those of the United States do, or never."""

    def offset(at: datetime) -> timedelta | None:
        return at.replace(tzinfo=zone).utcoffset()

    first, spring, autumn = datetime(year, 1, 1), _two(year, SPRING), _two(year, AUTUMN)  # noqa: DTZ001 - wall times
    step, winter = timedelta(minutes=1), offset(first)
    summer = offset(datetime(year, 7, 1))  # noqa: DTZ001
    days = (first + timedelta(days=n, hours=12) for n in range(365))
    return (
        offset(spring - step) == winter
        and offset(spring + timedelta(hours=1)) == summer
        and offset(autumn - timedelta(hours=1) - step) == summer
        and offset(autumn) == winter
        and all(offset(at) == (summer if spring < at < autumn else winter) for at in days)
    )


def _two(year: int, when: tuple[int, int]) -> datetime:
    return datetime.combine(_sunday(year, *when), datetime.min.time()).replace(hour=2)


def _sunday(year: int, month: int, number: int) -> date:
    """The first, second ... Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 7 * (number - 1))
