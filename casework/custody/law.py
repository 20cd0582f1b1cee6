"""What courts hold on bond, by circuit: dated positions with their citation, from `fixtures/custody`.

An attorney confirms each before the office relies on it.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.conf import settings

from casework.custody.rules import Law

FILE = settings.BASE_DIR / "fixtures" / "custody" / "legal_positions.csv"
BOND, VENUE = "bond_eligibility_entered_without_inspection", "bond_venue"
HABEAS = "28 USC 2241"
PETITION = "INA 242(b)(2)"
ADDRESS = "8 CFR 1003.15(d)(2)"
BOND_REQUEST = "8 CFR 1003.19"


@dataclass(frozen=True)
class _Row:
    topic: str
    jurisdiction: str
    starts: date | None
    ends: date | None
    law: Law


@cache
def _rows() -> tuple[_Row, ...]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return tuple(_row(one) for one in csv.DictReader(file))


def _row(one: dict[str, str]) -> _Row:
    law = Law(
        one["jurisdiction"],
        one["position"],
        one["authority"],
        date.fromisoformat(one["as_of"]),
        one["status"],
        one["note"],
    )
    return _Row(one["topic"], one["jurisdiction"], _day(one["effective_from"]), _day(one["effective_to"]), law)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def on_bond(circuit: str, on: date) -> Law | None:
    """The position of a circuit on that day; None where nothing is known of it."""
    return _newest(BOND, circuit, on)


def on_bond_court(on: date) -> Law | None:
    """To which court a request for bond goes."""
    return _newest(VENUE, "nationwide", on)


def pending(on: date) -> Law | None:
    """What waits before the Supreme Court and would settle the question for all circuits."""
    return _newest(BOND, "nationwide", on, position="pending")


def _newest(topic: str, jurisdiction: str, on: date, position: str = "") -> Law | None:
    found = [
        one
        for one in _rows()
        if (one.topic, one.jurisdiction) == (topic, jurisdiction)
        and position in ("", one.law.position)
        and (one.starts is None or one.starts <= on)
        and (one.ends is None or one.ends > on)
    ]
    return max(found, key=lambda one: one.starts or date.min).law if found else None
