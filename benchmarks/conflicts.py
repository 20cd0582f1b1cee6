"""The conflict check: of people who stand in the files already, how many are found, and how many others beside them.

Asked is for each person once more as somebody else wrote them down (the habits of `names/`), as a new case would: by
the name alone, and with the birth date. Everybody in the files has one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from statistics import fmean, median
from typing import Any

import psycopg
from django.db import transaction

from benchmarks import seed
from benchmarks.measure import Sides, p95
from benchmarks.names import stored
from benchmarks.names.pairs import Pair, pairs
from benchmarks.names.people import people
from benchmarks.names.stored import Crowd

DATABASE = "casework_conflicts"
SIZE, PAIRS, SEED, ORGANIZATION = 10_000, 1_400, 1, 10
Found = tuple[bool, int, float]  # whether the person was, how many others were, in how many milliseconds


def figures(admin: str, migrate: str) -> None:
    """Makes the database, asks, prints the table."""
    url = seed.empty(admin, migrate, DATABASE)
    crowd = Crowd(ORGANIZATION, [*people(SIZE, SEED)])
    with psycopg.connect(url, autocommit=True) as server:
        stored.store(server, [crowd])
    ask = asking(Sides(url), crowd)
    asked = pairs(crowd.people, PAIRS)
    print(f"\n{SIZE} people, {len(asked)} checks")
    print(f"{'':<34}{'checks':>7}{'found':>8}{'others':>8}{'median':>8}{'p95':>6}{'none':>7}{'ms p50':>8}{'p95':>7}")
    for how, days in (("name alone", False), ("name and birth date", True)):
        found = [(one, ask(one, [crowd.people[one.number].born] if days else [])) for one in asked]
        line(how, [of for _one, of in found])
        for culture in sorted({one.culture for one in asked}):
            line(f"  {culture}", [of for one, of in found if one.culture == culture])
    strangers = [*people(SIZE + PAIRS, SEED + 7)][-PAIRS:]  # in no file
    for how, days in (("somebody new, name alone", False), ("somebody new, with a date", True)):
        line(how, [
            ask(Pair(-1, one.culture, " ".join(one.words), (), held_out=False, dated=False), [one.born] if days else [])
            for one in strangers
        ])  # fmt: skip


def asking(sides: Sides, crowd: Crowd) -> Callable[[Pair, Sequence[date]], Found]:
    from casework.access.actor import staff
    from casework.access.context import acting
    from casework.access.models import Membership
    from casework.intake import terms
    from casework.intake.conflicts import run
    from casework.people import asked

    with sides.as_admin():
        somebody = staff(Membership.objects.select_related("organization").get(pk=crowd.asker), "the asker")
    numbers = {crowd.person(number): number for number in range(len(crowd.people))}

    def ask(pair: Pair, days: Sequence[date]) -> Found:
        began = time.perf_counter()
        with acting(replace(somebody)), transaction.atomic():
            words = terms.of_words(crowd.organization, asked.read(pair.typed).name, terms.Beside(days))
            rows: list[Any] = run(words)
        met = {numbers[row[0]] for row in rows if row[0]}
        return pair.number in met, len(met - {pair.number}), (time.perf_counter() - began) * 1000

    return ask


def line(name: str, found: Sequence[Found]) -> None:
    others, times = sorted(of[1] for of in found), [of[2] for of in found]
    print(
        f"{name:<34}{len(found):>7}{sum(of[0] for of in found) / len(found):>8.3f}{fmean(others):>8.2f}"
        f"{median(others):>8.0f}{others[int(0.95 * len(others))]:>6}{sum(not one for one in others) / len(found):>7.2f}"
        f"{median(times):>8.1f}{p95(times):>7.1f}", flush=True,
    )  # fmt: skip
