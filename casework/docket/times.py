"""When a hearing begins: what the paper says, on the clock of its court, and the instant that it is."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.look import clocks, dates

EARLIEST, LATEST = date(1980, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True)
class When:
    """A wall time in a zone (IANA). `later` says which of two is meant where the clock goes back."""

    day: date
    at: time
    zone: str
    later: bool | None = None


def columns(when: When) -> dict[str, Any]:
    """What a hearing keeps of it. Raises ValidationError at "clock" for a time that does not exist.

    Raises it at "which" (code "twice") where it is not said which of two is meant, and at "day".
    """
    if not EARLIEST <= when.day <= LATEST:
        raise ValidationError({"day": _("Check the year.")})
    try:
        found = clocks.instant(when.day, when.at, ZoneInfo(when.zone), later=when.later)
    except clocks.NoSuchTime as error:
        raise ValidationError({"clock": _skipped(when, error)}) from error
    except clocks.ShownTwice as error:
        words = _("The clock goes back that day and shows %(time)s twice. Say which one is meant.")
        said = ValidationError(words % {"time": dates.clock(when.at)}, code="twice")
        raise ValidationError({"which": said}) from error
    twice = len(clocks.instants(when.day, when.at, ZoneInfo(when.zone))) > 1
    later = bool(when.later) and twice
    return {"on": when.day, "at": when.at, "time_zone": when.zone, "starts_at": found, "is_later": later}


def _skipped(when: When, error: clocks.NoSuchTime) -> ValidationError:
    words = _(
        "%(time)s does not exist in %(city)s on that day, since the clock goes forward. The nearest times are"
        " %(before)s and %(after)s."
    )
    said = {
        "time": dates.clock(when.at), "city": dates.city(ZoneInfo(when.zone)), "before": _wall(error.before, when.day),
        "after": _wall(error.after, when.day),
    }  # fmt: skip
    return ValidationError(words % said, code="skipped")


def _wall(wall: datetime, day: date) -> str:
    """A wall time; with its day, where that is another one."""
    clock = str(dates.clock(wall))
    return clock if wall.date() == day else f"{dates.day(wall, short=True)}, {clock}"
