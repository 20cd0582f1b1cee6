"""Who there is, and how many cases each organization has. Everything follows from numbers, so that a database can grow.

Case `i` of organization `n` is the same case whether 10,000 were asked for or 1,000,000, but for its keys and nonces.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.seed import key

ORGANIZATIONS, ASKERS = 60, 1
OWN_CASES = 10_000  # of the organization that asks
LED_BY_ASKER = 120
ATTORNEYS, ATTORNEYS_ELSEWHERE = 84, 140  # each leads about 120 cases, when there are a million
DIRECTORY = Path(__file__).resolve().parent.parent.parent / "fixtures" / "directory"
PLACES, COURTS = 60, 12
# The attorney who asks in the figures: the first member of the first organization.
ORGANIZATION, MEMBERSHIP, USER = key("organization 1"), key("member 1.0"), key("user 1.0")


@dataclass(frozen=True)
class Somewhere:
    """A facility or court of the directory."""

    key: str
    name: str
    time_zone: str


def attorneys(n: int) -> int:
    return ATTORNEYS if n == ASKERS else ATTORNEYS_ELSEWHERE


def lead(n: int, i: int, own: int) -> int:
    """Which member leads the case; the asker 120 of the organization's own, spread over all years."""
    if n == ASKERS:
        return 0 if i * LED_BY_ASKER % own < LED_BY_ASKER else 1 + i % (ATTORNEYS - 1)
    return i % ATTORNEYS_ELSEWHERE


def wanted(cases: int, own: int) -> dict[int, int]:
    """How many cases each organization is to have."""
    others = cases - own
    each, more = divmod(others, ORGANIZATIONS - 1)
    return {n: own if n == ASKERS else each + (n - 2 < more) for n in range(1, ORGANIZATIONS + 1)}


@cache
def facilities() -> list[Somewhere]:
    """Some that are in use."""
    rows = [row for row in _rows("facilities.csv") if row["status"] == "active" and row["timezone"]]
    return [Somewhere(row["facility_key"], row["name"], row["timezone"]) for row in rows[:PLACES]]


@cache
def courts() -> list[Somewhere]:
    """Some that are open, with a detained docket."""
    rows = [row for row in _rows("courts.csv") if row["status"] == "open" and row["detained_docket"] == "yes"]
    return [Somewhere(row["court_key"], row["name"], row["timezone"]) for row in rows[:COURTS]]


def _rows(name: str) -> list[dict[str, str]]:
    with (DIRECTORY / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
