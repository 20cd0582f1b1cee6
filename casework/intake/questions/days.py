"""Days and times as people write them, in their stored form (`normalizing.py`). Pure."""

import re

from casework.intake import rules as cells
from casework.intake.questions.refused import Refused

_NUMBER = re.compile(r"\d{5,}(\.\d+)?")  # a day in a spreadsheet; what somebody types is rather a zip code
_MONTH = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})|(\d{4})\s*[-/.]\s*(\d{1,2})")
_MONTH_NAMED = re.compile(r"([a-z]{3,10})\.?\s*(?:de |del |of )?\s*(\d{4})")


def date_of(plain: str, order: str) -> str:
    """The stored form of a day. Raises Refused."""
    if _NUMBER.fullmatch(plain):
        raise Refused("day")
    try:
        return cells.day(plain, order).isoformat()
    except cells.NoDay as error:
        raise Refused(error.args[0]) from error


def partial_date_of(plain: str, order: str) -> str:
    """That of a day of which the month alone, or the year, may be known. Raises Refused."""
    if re.fullmatch(r"\d{4}", plain):
        return _month(plain, "")
    if found := _MONTH.fullmatch(plain):
        return _month(found[2] or found[3], found[1] or found[4])
    if found := _MONTH_NAMED.fullmatch(plain.lower()):
        month = cells.MONTHS.get(found[1])
        if month is None:
            raise Refused("day")
        return _month(found[2], str(month))
    return date_of(plain, order)


def _month(year: str, month: str) -> str:
    if not 1880 <= int(year) <= 2200:
        raise Refused("year")
    if month and not 1 <= int(month) <= 12:
        raise Refused("calendar")
    return f"{int(year)}-{int(month):02}" if month else f"{int(year)}"


def time_of(plain: str) -> str:
    """That of a time of day. Raises Refused."""
    try:
        return f"{cells.clock(plain):%H:%M}"
    except ValueError as error:
        raise Refused("clock") from error


def datetime_of(plain: str, order: str) -> str:
    """That of a day, with or without a time. Raises Refused."""
    day, _between, clock = plain.replace(",", " ").partition("T" if re.match(r"\d{4}-\d{2}-\d{2}T", plain) else " ")
    try:
        return date_of(plain, order) if not clock else f"{date_of(day, order)}T{time_of(clock.strip())}"
    except Refused as error:
        if error.code != "day" or "T" in plain[:11]:
            raise
    words = plain.replace(",", " ").split()
    for at in range(len(words) - 1, 1, -1):  # 3 March 2027 9:30 pm
        try:
            return f"{date_of(' '.join(words[:at]), order)}T{time_of(' '.join(words[at:]))}"
        except Refused:
            continue
    return date_of(plain, order)
