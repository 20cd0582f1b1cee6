"""What somebody typed into the search box, taken apart. Pure.

A text may hold a name, a date or year of birth, an A-number, a telephone number, the reference of a case, in any order.
Digits that can be more than one of these count as each: eight may be an older A-number or a number abroad.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from casework.people import phones, rules, tokens

MOST = 200  # signs
_DAY = re.compile(r"(?<![\d-])(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?![\d-])")
_REFERENCE = re.compile(
    r"(?<![\w-])(?:([^\W\d_]\w{0,11}(?=-)|[^\W\d_]{1,5})[\s-]{1,2})?((?:19|20)\d\d)[\s-](\d{1,6})(?![\w-])"
)
_DIGITS = re.compile(r"(?<!\w)(?:[Aa]?[\s#.:\u2010-\u2015-]*)?[+(]?\d[\d\s().\-#/\u2010-\u2015]*(?!\w)")
_YEAR, _ONLY_NUMBER = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d{1,6}")
TWO_DIGITS, TURN, MOST_SURNAMES = 2, 30, 2


@dataclass(frozen=True)
class Reference:
    """Of a case, as far as it was typed: the organization's letters and the year may be missing."""

    number: int
    year: int | None = None
    letters: str = ""


@dataclass(frozen=True)
class Asked:
    """The parts. `days` are the readings of a date, the common one (month first) before the other."""

    name: str = ""
    days: tuple[date, ...] = ()
    years: tuple[int, ...] = ()
    a_number: str = ""
    phones: tuple[str, ...] = ()
    reference: Reference | None = None
    words: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether something stands in it that fits or does not."""
        return bool(self.a_number or self.phones or self.reference)

    @property
    def in_order(self) -> str:
        """The name with surnames behind, where they stood before a comma; `words` are its words."""
        return _in_order(self.name)

    @property
    def by_name(self) -> bool:
        return bool(self.words or self.days)


def read(typed: str) -> Asked:
    """Takes a text apart."""
    left = " ".join(typed[:MOST].split())
    reference, left = _reference(left)
    days, left = _days(left)
    a_number = ""
    numbers: list[str] = []
    years: list[int] = []
    for found in list(_DIGITS.finditer(left)):
        text = found[0].strip()
        left = left.replace(found[0], " ", 1)
        if _YEAR.fullmatch(text):
            years.append(int(text))
        elif _ONLY_NUMBER.fullmatch(text) and reference is None:
            reference = Reference(int(text))
        with contextlib.suppress(ValueError):
            a_number = rules.a_number(text) or a_number
        numbers += _phones(text)
    words = tokens.parts(_in_order(left))[: tokens.MOST_WORDS]
    name = left.strip() if words else ""
    return Asked(name, days, tuple(years), a_number, tuple(dict.fromkeys(numbers)), reference, words)


def as_columns(name: str) -> dict[str, str]:
    """A typed name in the columns of a person, to begin with: surnames come last, or before a comma.

    Two words are a given name and a surname; of more, the last two are surnames. Particles go with the word after them.
    """
    before, comma, after = name.partition(",")
    surnames, given = (_grouped(before), _grouped(after)) if comma else ([], _grouped(name))
    while not comma and len(given) > 1 and len(surnames) < MOST_SURNAMES:
        surnames.insert(0, given.pop())
    return {
        "given_names": " ".join(given), "first_surname": " ".join(surnames[:1]),
        "second_surname": " ".join(surnames[1:]),
    }  # fmt: skip


def _in_order(name: str) -> str:
    before, _comma, after = name.partition(",")
    return f"{after} {before}".strip()


def _grouped(text: str) -> list[str]:
    """The words as they were typed, each with the particles before it."""
    found, before = [], ""
    for word in text.split():
        before = f"{before} {word}".strip()
        if word.casefold() not in tokens.PARTICLES:
            found.append(before)
            before = ""
    return [*found, *([before] if before else [])]


def _reference(text: str) -> tuple[Reference | None, str]:
    found = _REFERENCE.search(text)
    if found is None:
        return None, text
    letters, year, number = found.groups()
    return Reference(int(number), int(year), (letters or "").upper()), text.replace(found[0], " ", 1)


def _days(text: str) -> tuple[tuple[date, ...], str]:
    found = _DAY.search(text)
    if found is None:
        return (), text
    first, _between, middle, last = found.groups()
    readings = tuple(dict.fromkeys(_readings(first, middle, last)))
    return (readings, text.replace(found[0], " ", 1)) if readings else ((), text)


def _readings(first: str, middle: str, last: str) -> Iterator[date]:
    if len(first) > TWO_DIGITS:
        orders = [(first, middle, last), (first, last, middle)]
    else:
        orders = [(last, first, middle), (last, middle, first)]
    for year, month, day in orders:
        with contextlib.suppress(ValueError):
            yield date(_year(year), int(month), int(day))


def _year(digits: str) -> int:
    """Two digits are of the century in which somebody alive was born."""
    number = int(digits)
    if len(digits) > TWO_DIGITS:
        return number
    return number + (2000 if number < TURN else 1900)


def _phones(text: str) -> Iterator[str]:
    """As people here dial it; and with the code of its country, whose sign was left out."""
    digits = re.sub(r"\D", "", text)
    if text[:1] in "Aa" or len(digits) < rules.A_NUMBER_SHORTEST:
        return
    for one in dict.fromkeys([text, f"+{digits}"]):
        with contextlib.suppress(ValueError):
            yield phones.normalized(one)
