"""What a clock in a place shows, and when it shows it. Pure: no clock is read here.

The zones are those of the IANA database, as Python's `zoneinfo` has it.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class NoSuchTime(ValueError):
    """A wall time that the clock skipped. `before` and `after` are the nearest that it shows, without a zone."""

    def __init__(self, wall: datetime, before: datetime, after: datetime) -> None:
        super().__init__(f"{wall:%Y-%m-%d %H:%M}")
        self.before, self.after = before, after


class ShownTwice(ValueError):
    """A wall time that the clock shows twice, at `first` and at `second` (UTC)."""

    def __init__(self, wall: datetime, first: datetime, second: datetime) -> None:
        super().__init__(f"{wall:%Y-%m-%d %H:%M}")
        self.first, self.second = first, second


def instants(day: date, at: time, zone: tzinfo) -> list[datetime]:
    """When the clock in `zone` shows this, in UTC: once, twice where it goes back, never where it goes forward."""
    wall = datetime.combine(day, at.replace(fold=0))
    found = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(one for one in found if one.astimezone(zone).replace(tzinfo=None) == wall)


def instant(day: date, at: time, zone: tzinfo, *, later: bool | None = None) -> datetime:
    """The instant, in UTC. Raises NoSuchTime; `later` says which of two, and without it ShownTwice is raised."""
    found = instants(day, at, zone)
    if not found:
        raise _skipped(datetime.combine(day, at.replace(fold=0)), zone)
    if len(found) > 1 and later is None:
        raise ShownTwice(datetime.combine(day, at), found[0], found[1])
    return found[-1 if later else 0]


def _skipped(wall: datetime, zone: tzinfo) -> NoSuchTime:
    """The wall times on both sides of the gap: the last minute before it and the first after it."""
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    offset = early.astimezone(zone).utcoffset()
    while late - early > SECOND:
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    jump = late.replace(microsecond=0)
    return NoSuchTime(wall, *((one.astimezone(zone).replace(tzinfo=None)) for one in (jump - MINUTE, jump)))
