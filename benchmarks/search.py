"""The search by name: what it finds and how long it takes, beside `pg_trgm` on the same names in clear.

End to end is what the product does between the form and the page: who asks, the tokens, the statements under the
policies, opening and ranking, the cases, the lines of the audit. `pg_trgm` is asked by an administrator whom no policy
holds back, on folded names, and sorts by likeness and birth date.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
from django.db import transaction

from benchmarks import seed
from benchmarks.measure import Sides, p95
from benchmarks.names import stored
from benchmarks.names.habits import plain
from benchmarks.names.pairs import Pair, pairs, real_spellings
from benchmarks.names.people import Somebody, people
from benchmarks.names.stored import Crowd

DATABASE = "casework_search"
SIZES, PAIRS, SEED, TEN, PAGE = {10: 10_000, 200: 200_000}, 2_800, 1, 10, 20
EACH = {10: 3, 200: 15}  # of so many pairs one is asked of pg_trgm, which takes up to a second
OTHERS = 20_000  # enough of each culture for the real spellings
TRGM = """
    SELECT number FROM clear_{n} WHERE name %% %s OR (%s::text <> '' AND born = ANY (%s::date[]))
    ORDER BY similarity(name, %s) + CASE WHEN born = ANY (%s::date[]) THEN 0.25 ELSE 0 END DESC LIMIT 10
"""


@dataclass(frozen=True)
class Asked:
    """What came of one pair: at which place the person stood (0 for nowhere), and how long it took, in milliseconds.

    `busy` is what of it this process and its server process spent on a processor: that is the same on a busy machine.
    """

    pair: Pair
    place: int
    ms: float
    busy: float


def figures(admin: str, migrate: str) -> None:
    """Makes the database, asks everything both ways, prints the tables."""
    url = seed.empty(admin, migrate, DATABASE)
    crowds = [Crowd(n, [*people(size, SEED), *real()]) for n, size in SIZES.items()]
    with psycopg.connect(url, autocommit=True) as server:
        stored.store(server, crowds)
    sides = Sides(url)
    for crowd in crowds:
        asked = [*pairs(crowd.people[: SIZES[crowd.n]], PAIRS), *real_pairs(SIZES[crowd.n])]
        print(f"\n{len(crowd.people)} people, {len(asked)} pairs, load {os.getloadavg()[0]:.1f}", flush=True)
        sides.app.ensure_connection()
        ours = run(asked, ours_by(sides, crowd), sides.app.connection.info.backend_pid)
        with psycopg.connect(url, autocommit=True) as server:
            theirs = run(asked[:: EACH[crowd.n]], trgm_by(server, crowd), server.info.backend_pid)
        table(crowd, ours, theirs)


def real() -> list[Somebody]:
    """People with the first of two real spellings of a name, and another name of their culture."""
    by_culture: dict[str, list[Somebody]] = {}
    for one in people(OTHERS, SEED + 1):
        by_culture.setdefault(one.culture, []).append(one)
    found = []
    for number, spelling in enumerate(real_spellings()):
        other = by_culture.get(spelling.culture, by_culture["chinese"])[number]
        found.append(Somebody(f"real {spelling.culture}", spelling.stored, other.first, "", other.born))
    return found


def real_pairs(after: int) -> list[Pair]:
    """The second spelling, with the other name as it is."""
    found = []
    for number, (one, somebody) in enumerate(zip(real_spellings(), real(), strict=True)):
        typed = f"{one.typed} {somebody.first}"
        found.append(Pair(after + number, somebody.culture, typed, ("real spelling",), held_out=True, dated=False))
    return found


def run(asked: Sequence[Pair], ask: Callable[[Pair], list[int]], server: int) -> list[Asked]:
    """Each pair once, after some that do not count. `server` is the process of the database that answers."""
    for pair in asked[:25]:
        ask(pair)
    found = []
    for pair in asked:
        busy, began = worked(server), time.perf_counter()
        answer = ask(pair)
        taken, busy = (time.perf_counter() - began) * 1000, worked(server) - busy
        found.append(Asked(pair, answer.index(pair.number) + 1 if pair.number in answer else 0, taken, busy))
    return found


def worked(server: int) -> float:
    """Milliseconds that this process and that of the server have been on a processor (Linux)."""
    theirs = int(Path(f"/proc/{server}/schedstat").read_text().split()[0])
    return (time.process_time_ns() + theirs) / 1e6


def ours_by(sides: Sides, crowd: Crowd) -> Callable[[Pair], list[int]]:
    from casework.access.actor import staff
    from casework.access.context import acting
    from casework.access.models import Membership
    from casework.cases import search
    from casework.people import asked

    with sides.as_admin():
        somebody = staff(Membership.objects.select_related("organization").get(pk=crowd.asker), "the asker")
    numbers = {crowd.person(number): number for number in range(len(crowd.people))}

    def ask(pair: Pair) -> list[int]:
        actor = replace(somebody)  # whose reach is not known yet
        with acting(actor), transaction.atomic():
            return [numbers[one.case.person_id] for one in search.answer(actor, asked.read(pair.typed)).found]

    return ask


def trgm_by(server: psycopg.Connection[Any], crowd: Crowd) -> Callable[[Pair], list[int]]:
    from casework.people import asked

    statement = TRGM.format(n=crowd.n)

    def ask(pair: Pair) -> list[int]:
        read = asked.read(pair.typed)
        name, days = plain(read.name), list(read.days)
        rows = server.execute(statement, [name, "x" if days else "", days, name, days]).fetchall()
        return [number for (number,) in rows]

    return ask


def table(crowd: Crowd, ours: list[Asked], theirs: list[Asked]) -> None:
    """Recall by kind of pair and by culture, and latency."""
    namesakes = common(crowd)
    print(f"{'':<26}{'pairs':>6}{'@1':>7}{'@10':>7}{'page':>7}{'pg_trgm @1':>12}{'@10':>7}")

    def line(name: str, picks: Callable[[Asked], bool]) -> None:
        mine, other = [one for one in ours if picks(one)], [one for one in theirs if picks(one)]
        if mine:
            shares = [share(mine, most) for most in (1, TEN, PAGE)]
            print(f"{name:<26}{len(mine):>6}{shares[0]:>7.3f}{shares[1]:>7.3f}{shares[2]:>7.3f}", end="")
            print(f"{share(other, 1):>12.3f}{share(other, TEN):>7.3f}")

    made = [one for one in ours if not one.pair.culture.startswith("real")]
    line("generated, all", lambda one: not is_real(one))
    line(
        "  but for namesakes",
        lambda one: not is_real(one) and not (one.pair.number in namesakes and not one.pair.dated),
    )
    line("  habits tuned on", lambda one: not is_real(one) and not one.pair.held_out)
    line("  habits held out", lambda one: not is_real(one) and one.pair.held_out)
    line("  with a birth date", lambda one: not is_real(one) and one.pair.dated)
    for culture in sorted({one.pair.culture for one in made}):
        line(f"  {culture}", of(culture))
    line("real spellings, all", is_real)
    for culture in sorted({one.pair.culture for one in ours} - {one.pair.culture for one in made}):
        line(f"  {culture.removeprefix('real ')}", of(culture))
    for name, found in (("ours", ours), ("pg_trgm", theirs)):
        for what, times in (("", [one.ms for one in found]), (", busy", [one.busy for one in found])):
            print(f"{name + what:<26}{median(times):>7.1f} ms p50{p95(times):>8.1f} ms p95", flush=True)


def of(culture: str) -> Callable[[Asked], bool]:
    return lambda one: one.pair.culture == culture


def is_real(one: Asked) -> bool:
    return one.pair.culture.startswith("real")


def share(found: list[Asked], most: int) -> float:
    return sum(0 < one.place <= most for one in found) / len(found) if found else float("nan")


def common(crowd: Crowd) -> set[int]:
    """People whose very name ten others have: no order of a list tells them apart without a date."""
    by_name: dict[tuple[str, ...], list[int]] = {}
    for number, one in enumerate(crowd.people):
        by_name.setdefault(tuple(sorted(plain(" ".join(one.words)).split())), []).append(number)
    return {number for numbers in by_name.values() if len(numbers) > TEN for number in numbers}
