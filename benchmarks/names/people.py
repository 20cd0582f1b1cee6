"""People with names as their cultures have them, the same for each seed."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from benchmarks.names.stock import CULTURES, DRAWN, GIVEN, SURNAMES, TAIL

FIRST_BIRTH, DAYS = date(1955, 1, 1), 18_600


@dataclass(frozen=True)
class Somebody:
    """Names in the order of the papers, as the columns hold them, and a birth date."""

    culture: str
    given: str
    first: str
    second: str
    born: date

    @property
    def words(self) -> list[str]:
        return " ".join([self.given, self.first, self.second]).split()


def people(size: int, seed: int) -> Iterator[Somebody]:
    """So many of them."""
    draw = Random(seed)
    for _ in range(size):
        yield somebody(draw, draw.choices(CULTURES, [DRAWN[one] for one in CULTURES])[0])


def somebody(draw: Random, culture: str) -> Somebody:
    """One of this culture."""
    given, second = _given(draw, culture), ""
    first = surname(draw, culture)
    chance = draw.random()
    if culture in ("spanish", "mayan"):
        given += f" {_given(draw, culture)}" if chance < 0.6 else ""
        second = surname(draw, culture) if draw.random() < 0.9 else ""
        if draw.random() < 0.05:
            first = f"{draw.choice(['de la', 'de', 'del', 'de los'])} {first}"
    elif culture == "south_asian":
        middle = draw.choice(["Singh", "Kaur", "Kumar", "Lal", "Chandra", "Bahadur", "Prasad"])
        given += f" {middle}" if chance < 0.5 else ""
    elif culture == "arabic":
        given += f" {_given(draw, culture)}" if chance < 0.3 else ""
    elif culture == "chinese" and chance < 0.75:
        given += _given(draw, culture).lower()
    elif culture == "russian":
        first += "a" if given.endswith("a") and first.endswith(("v", "n")) else ""
    return Somebody(culture, given, first, second, FIRST_BIRTH + timedelta(days=draw.randrange(DAYS)))


def surname(draw: Random, culture: str) -> str:
    """A common one or, every second time, a rare one."""
    if draw.random() < (0.85 if culture == "chinese" else 0.5):
        return _by_rank(draw, SURNAMES[culture])
    head, tail = TAIL[culture]
    return f"{draw.choice(head.split() or [''])}{draw.choice(tail.split())}"


def _given(draw: Random, culture: str) -> str:
    return _by_rank(draw, GIVEN[culture])


def _by_rank(draw: Random, names: str) -> str:
    words, weights = _ranked(names)
    return words[bisect(weights, draw.random() * weights[-1])]


@cache
def _ranked(names: str) -> tuple[list[str], list[float]]:
    words = names.split()
    return words, list(accumulate(1 / (rank + 4) for rank in range(len(words))))
