"""Dates, times and ages as people read them, in the language of the page.

The clock is never read here: `now` and the reader's zone are arguments. What Babel makes of a day, a time of day or a
distance is kept: a page says the same few some hundred times, and each costs as much as a line of a list.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import dates
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# Named deliberately: plain "es" has a 24-hour clock, and Babel resolves "ht" to French without a word.
LOCALES = {
    "ar": "ar_EG", "en": "en_US", "es": "es_US", "fr": "fr", "pa": "pa", "pt": "pt", "pt-br": "pt",
    "ru": "ru", "uk": "uk", "vi": "vi", "zh-hans": "zh_Hans",
}  # fmt: skip
DAY_PATTERNS = {"en_US": "EEEE, MMMM d", "es_US": "EEEE d 'de' MMMM"}
SHORT_DAY_PATTERNS = {"en_US": "EEE, MMM d", "es_US": "EEE d MMM"}
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NO_BREAK = "\N{NO-BREAK SPACE}"
kept = lru_cache(maxsize=4096)


@dataclass(frozen=True)
class Clock:
    """A time of day, its half of the day apart (empty where the clock has 24 hours)."""

    digits: str
    half: str

    def __str__(self) -> str:
        return f"{self.digits}{NO_BREAK}{self.half}" if self.half else self.digits


def locale() -> str:
    """The Babel locale of the page; English for a language that Babel does not know."""
    return LOCALES.get((get_language() or "en").lower(), "en_US")


def clock(value: datetime | time) -> Clock:
    """The time of day of `value` in its own zone: 8:30 am, 8:30 a. m."""
    return _clock(time(value.hour, value.minute), locale())


@kept
def _clock(shown: time, spoken: str) -> Clock:
    words = dates.format_time(shown, "short", locale=spoken)
    digits, _blank, half = words.replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK).replace(NO_BREAK, " ").partition(" ")
    if spoken == "en_US":
        half = half.lower()
    elif spoken == "es_US":
        half = half.replace(".m.", f".{NO_BREAK}m.")
    return Clock(digits, half)


def span(starts: time, ends: time) -> str:
    """From one time of day to a later one: 9:00 am to 5:30 pm."""
    return _("%(starts)s to %(ends)s") % {"starts": clock(starts), "ends": clock(ends)}


def weekday(number: int) -> str:
    """The name of a weekday on its own; 0 is Monday."""
    name: str = dates.get_day_names("wide", "stand-alone", locale=locale())[number]
    return name


def day(value: date, *, short: bool = False, year: bool = False) -> str:
    """A date with its weekday: Saturday, November 21. A language without a pattern of ours gets the year as well."""
    plain = value.date() if isinstance(value, datetime) else value
    return _day(plain, short, year, locale())


@kept
def _day(value: date, short: bool, year: bool, spoken: str) -> str:
    pattern = (SHORT_DAY_PATTERNS if short else DAY_PATTERNS).get(spoken)
    if pattern is None:
        return dates.format_date(value, "full", locale=spoken)
    if year:
        pattern += {"en_US": ", y", "es_US": " y" if short else " 'de' y"}[spoken]
    return dates.format_date(value, pattern, locale=spoken).replace(".", "")


def month_day(value: date) -> str:
    """A date where there is little room: Nov 21, 21 nov."""
    return dates.format_skeleton("MMMd", value, locale=locale())


def plain(value: date) -> str:
    """A date without its weekday, as papers give a birth date: March 3, 1990."""
    return dates.format_date(value, "long", locale=locale())


def days(first: date, last: date) -> str:
    """From one date to a later one, what both share said once: Nov 23 – 29, 2026."""
    return dates.format_interval(first, last, "yMMMMd", locale=locale()).replace("\N{THIN SPACE}", " ")


def month(value: date) -> str:
    """The month and year of a date: December 2025."""
    return dates.format_skeleton("yMMMM", value, locale=locale())


def city(zone: tzinfo) -> str:
    """The place a time zone is called after: Phoenix, Los Ángeles."""
    return _city(zone, locale())


@kept
def _city(zone: tzinfo, spoken: str) -> str:
    return dates.get_timezone_location(zone, locale=spoken, return_city=True)


def zone_of(zone: ZoneInfo | str) -> ZoneInfo:
    """`zone` as an object; the argument may be its IANA key."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def here(there: datetime, reader: tzinfo) -> str:
    """The same instant for the reader (`12:00 here`), or nothing when the two clocks agree.

    The half of the day is left out when it is the same, the weekday unless it differs.
    """
    mine = there.astimezone(reader)
    if mine.utcoffset() == there.utcoffset():
        return ""
    theirs, ours = clock(there), clock(mine)
    words = ours.digits if ours.half == theirs.half else str(ours)
    if mine.date() != there.date():
        words = f"{dates.format_date(mine, 'EEE', locale=locale()).replace('.', '')} {ours}"
    return _("%(time)s here") % {"time": words}


def age(value: datetime, now: datetime, reader: tzinfo) -> str:
    """How long ago, or until when: 5 hours ago, in 2 days. From two days on, calendar days of the reader count."""
    gone = now - value
    if abs(gone) < MINUTE:
        return _("just now")
    days = (now.astimezone(reader).date() - value.astimezone(reader).date()).days
    if abs(gone) < HOUR:
        return _ago(gone, "minute")
    if abs(gone) < DAY or abs(days) < 2:
        return _ago(gone, "hour")
    return day_age(value.astimezone(reader).date(), now.astimezone(reader).date())


def day_age(value: date, today: date) -> str:
    """The distance of two dates: today, tomorrow, in 12 days, 7 days ago."""
    days = (today - value).days
    if abs(days) < 2:
        return {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}[days]
    return _ago(timedelta(days=days), "day")


def _ago(gone: timedelta, unit: str) -> str:
    # The threshold keeps days from becoming weeks, and the rounding is ours: 1 h 50 min is one hour.
    step = {"minute": MINUTE, "hour": HOUR, "day": DAY}[unit]
    whole = abs(gone) // step * step
    return _distance(-whole if gone > timedelta(0) else whole, unit, locale())


@kept
def _distance(whole: timedelta, unit: str, spoken: str) -> str:
    return dates.format_timedelta(
        whole,
        granularity=unit,  # type: ignore[arg-type]
        threshold=1e9,
        add_direction=True,
        locale=spoken,
    )
