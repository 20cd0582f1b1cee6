"""Pairs of somebody and what was typed to find them, drawn with a fixed seed."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from benchmarks.names.habits import HABITS, Habit
from benchmarks.names.people import Somebody

SEED = 20261122
WITH_DATE, SWAPPED, SECOND_HABIT = 0.35, 0.4, 0.25
REAL = Path(__file__).with_name("real.tsv")


@dataclass(frozen=True)
class Pair:
    """Whom somebody looks for (as number in the list of people), and what is typed."""

    number: int
    culture: str
    typed: str
    habits: tuple[str, ...]
    held_out: bool
    dated: bool


def pairs(people: Sequence[Somebody], size: int, *, seed: int = SEED) -> list[Pair]:
    """Half of them with habits that were tuned on, half with those held out; cultures alike."""
    draw = Random(seed)
    by_culture: dict[str, list[int]] = {}
    for number, one in enumerate(people):
        by_culture.setdefault(one.culture, []).append(number)
    found: list[Pair] = []
    while len(found) < size:
        culture = sorted(by_culture)[len(found) // 2 % len(by_culture)]
        number, held_out = draw.choice(by_culture[culture]), len(found) % 2 == 1
        pair = _pair(draw, people[number], number, held_out)
        if pair is not None:
            found.append(pair)
    return found


def _pair(draw: Random, one: Somebody, number: int, held_out: bool) -> Pair | None:
    fitting = [habit for habit in HABITS if habit.held_out is held_out and one.culture in habit.cultures]
    habit = draw.choice(fitting)
    typed = habit.way(draw, one)
    if typed is None or typed.lower().split() == " ".join(one.words).lower().split():
        return None
    used: list[Habit] = [habit]
    if draw.random() < SECOND_HABIT:  # a second one, on what the first one left
        second = draw.choice(fitting)
        more = second.way(draw, Somebody(one.culture, typed.replace(",", ""), "", "", one.born))
        enough = more is not None and len(more.split()) > 1
        used, typed = ([habit, second], str(more)) if enough else (used, typed)
    dated = draw.random() < WITH_DATE
    if dated:
        typed = f"{typed.strip()} {_date(draw, one.born)}"
    names = tuple(each.name for each in used)
    return Pair(number, one.culture, " ".join(typed.split()), names, held_out, dated)


def _date(draw: Random, born: date) -> str:
    day, month = born.day, born.month
    if draw.random() < SWAPPED and day <= 12:
        day, month = month, day
    return f"{month}/{day}/{born.year}"


@dataclass(frozen=True)
class Spelling:
    """One name in two spellings that people really have."""

    culture: str
    stored: str
    typed: str


def real_spellings() -> list[Spelling]:
    """Well-known ones, collected by hand; none of them was looked at while the search was tuned."""
    with REAL.open(encoding="utf-8", newline="") as file:
        return [Spelling(**row) for row in csv.DictReader(file, delimiter="\t")]
