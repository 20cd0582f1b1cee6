"""How the walls are measured: two connections, works by turns, lines of a table."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from casework.access.actor import Actor
from casework.access.doors import window

REPEATS, SLOW_REPEATS, FEW_REPEATS, WARM = 300, 40, 15, 10
Times = dict[str, list[float]]


@dataclass(frozen=True)
class Question:
    """The same rows, asked through doors and walls, and by hand. Both answer what can be compared."""

    name: str
    actor: Actor
    ours: Callable[[Actor], Any]
    by_hand: Callable[[], Any]
    repeats: int = REPEATS


class Sides:
    """Two connections to one database, made as the product makes them.

    `app` is the application's role; `admin` an administrator whom no policy holds back.
    """

    def __init__(self, admin: str) -> None:
        parts = conninfo_to_dict(admin)
        for alias in ("default", "cache"):
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = parts["dbname"]
        self.app: Any = connections["default"]
        self.admin: Any = connections.create_connection("default")
        self.admin.settings_dict = {**self.app.settings_dict, "USER": parts["user"], "PASSWORD": parts["password"]}

    @contextmanager
    def as_admin(self) -> Iterator[None]:
        """Within the block Django asks as the administrator, without an actor."""
        connections["default"] = self.admin
        try:
            with window("benchmark"):
                yield
        finally:
            connections["default"] = self.app


def ms(work: Callable[[], object]) -> float:
    """How long the work takes, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def in_turns(ways: Mapping[str, Callable[[], float]], repeats: int) -> Times:
    """What each way measured, in milliseconds, the ways by turns; the first rounds do not count."""
    times: Times = {name: [] for name in ways}
    for number in range(repeats + WARM):
        for name, measure in ways.items():
            taken = measure()
            if number >= WARM:
                times[name].append(taken)
    return times


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


def head(title: str, first: str, second: str) -> None:
    """Above two columns: the medians in milliseconds, their ratio, the 95th percentiles."""
    print(f"\n{title:<50}{first:>9}{second:>10}{'ratio':>9}{'p95':>9}{'p95':>9}", flush=True)


def line(name: str, times: Times, first: str, second: str) -> None:
    """A line below `head`: the second way as a multiple of the first."""
    a, b = times[first], times[second]
    ratio = statistics.median(b) / statistics.median(a)
    print(
        f"{name:<50}{statistics.median(a):9.2f}{statistics.median(b):10.2f}{ratio:7.2f} x{p95(a):9.2f}{p95(b):9.2f}",
        flush=True,
    )


def single(name: str, times: list[float]) -> None:
    """A line of one measurement: median and 95th percentile, in milliseconds."""
    print(f"{name:<50}{statistics.median(times):9.3f}{p95(times):10.3f}", flush=True)


def last_statement(side: Any, work: Callable[[], object]) -> tuple[str, Any]:
    """The SQL and the values of the last thing that the work asks."""
    seen: list[tuple[str, Any]] = []

    def note(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        seen.append((statement, values))
        return execute(statement, values, many, context)

    with side.execute_wrapper(note):
        work()
    return seen[-1]


def statement(side: Any, sql: str, values: Any) -> Callable[[], float]:
    """Executes one statement and fetches its rows; how long it took."""

    def once() -> None:
        with side.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.fetchall()

    return lambda: ms(once)
