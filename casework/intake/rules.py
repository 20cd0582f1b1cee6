"""Pure decisions about what stands in cells: days, times, formulas, and whose column is which."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

MONTH_FIRST, DAY_FIRST = "mdy", "dmy"
EITHER, MIXED = "either", "mixed"
EXCEL_BEGAN = date(1899, 12, 30)  # with the day that Excel's calendar counts and ours does not
EXCEL_DAYS = range(7_306, 73_051)  # 1920 to 2099; smaller numbers are years
FORMULA = ("=", "+", "@")
BROKEN = ("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")
MONTHS = {
    **{name: at for at, names in enumerate(
        ("jan january ene enero", "feb february febrero", "mar march marzo", "apr april abr abril", "may mayo",
         "jun june junio", "jul july julio", "aug august ago agosto", "sep sept september septiembre setiembre",
         "oct october octubre", "nov november noviembre", "dec december dic diciembre"), start=1) for name in
        names.split()},
}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_SLASHED = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*(?:\d{1,2}|[a-z]{3})\s*[-/.]\s*'?\d{2}", re.IGNORECASE)
_DAY_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|º|°)?[\s\-./]+(?:de\s+)?([a-z]{3,10})\.?,?[\s\-./]+(?:de\s+)?(\d{4})")
_MONTH_NAMED = re.compile(r"([a-z]{3,10})\.?[\s\-./]+(\d{1,2})(?:st|nd|rd|th)?,?[\s\-./]+(\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::\d{2})?\s*([ap])?\.?\s*(?:m\.?)?", re.IGNORECASE)


class NoDay(ValueError):
    """No day; `args[0]` says why: "order", "short_year", "year", "calendar" or "day"."""


def is_formula(text: str) -> bool:
    """Whether a program would compute the cell, or shows that it could not. A phone number with a plus is none."""
    if text.startswith("+"):
        return not re.fullmatch(r"\+[\d\s().\-]+(?:ext\.?\s*\d+)?", text)
    return text.startswith(FORMULA) or text.upper() in BROKEN


def order_of(texts: Iterable[str]) -> str:
    """How a column writes days: month or day first, EITHER where no cell tells, MIXED where cells tell both.

    Empty where no cell needs it.
    """
    pairs = [(int(found[1]), int(found[2])) for text in texts if (found := _SLASHED.fullmatch(text.strip()))]
    if not pairs:
        return ""
    month_first = any(second > 12 >= first for first, second in pairs)
    day_first = any(first > 12 >= second for first, second in pairs)
    if month_first and day_first:
        return MIXED
    if month_first or day_first:
        return MONTH_FIRST if month_first else DAY_FIRST
    return "" if all(first == second for first, second in pairs) else EITHER


def day(text: str, order: str = "") -> date:
    """The day that somebody wrote: 2027-03-03, 3/3/2027 (in the order of the column), 3 March 2027, Excel's number.

    Raises NoDay.
    """
    plain = " ".join(text.strip().lower().replace(",", ", ").split())
    if found := _ISO.fullmatch(text.strip()):
        return _of(int(found[1]), int(found[2]), int(found[3]))
    if found := _SLASHED.fullmatch(text.strip()):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        if first != second and order not in (MONTH_FIRST, DAY_FIRST):
            raise NoDay("order")
        return _of(year, second, first) if order == DAY_FIRST else _of(year, first, second)
    if found := _DAY_NAMED.fullmatch(plain.replace(", ", " ")):
        return _of(int(found[3]), _month(found[2]), int(found[1]))
    if found := _MONTH_NAMED.fullmatch(plain.replace(", ", " ")):
        return _of(int(found[3]), _month(found[1]), int(found[2]))
    raise_for(plain)
    return EXCEL_BEGAN + timedelta(days=int(plain.partition(".")[0]))


def raise_for(plain: str) -> None:
    """Raises NoDay for what is not Excel's number of a day."""
    if _SHORT_YEAR.fullmatch(plain):
        raise NoDay("short_year")
    digits = plain.partition(".")[0]
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:  # of thousands Python makes no number
        raise NoDay("day")
    if int(digits) not in EXCEL_DAYS:
        raise NoDay("year" if len(digits) == 4 else "day")


def _of(year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError as error:
        raise NoDay("calendar") from error


def _month(name: str) -> int:
    if name not in MONTHS:
        raise NoDay("day")
    return MONTHS[name]


def clock(text: str) -> time:
    """The time that somebody wrote: 9:00, 9 am, 13.30, 2027-03-03 09:00. Raises ValueError."""
    plain = text.strip()
    if _ISO.fullmatch(plain) and len(plain) > 10:
        return time.fromisoformat(f"{datetime.fromisoformat(plain.replace('/', '-')):%H:%M}")
    found = _CLOCK.fullmatch(plain)
    if not found or (found[2] is None and found[3] is None):
        raise ValueError(text)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    if hour > 23 or minute > 59:
        raise ValueError(text)
    return time.fromisoformat(f"{hour:02}:{minute:02}")


def names(text: str) -> dict[str, str]:
    """The parts of a whole name that gives surnames first: "Pérez Tzul, Domingo". Raises ValueError without a comma."""
    surnames, comma, given = text.partition(",")
    words = surnames.split()
    if not comma or not words or not given.strip():
        raise ValueError(text)
    two = len(words) == 2
    return {
        "given_names": " ".join(given.split()), "first_surname": words[0] if two else " ".join(words),
        "second_surname": words[1] if two else "",
    }  # fmt: skip
