"""How refusals are written down: each next to the same statement by somebody who may."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.walls.lines import Line

REFUSED, NOT_NOW = "42501", "23514"


@dataclass(frozen=True)
class Attempt:
    """One statement. `by` try it and get `then` (rows, their number or an SQLSTATE); `who_may` gets `gives`.

    "owner" is the owner of the tables, where no person may do it.
    """

    name: str
    statement: str
    by: str
    who_may: str
    then: Any = REFUSED
    gives: Any = 1


def each(*attempts: Attempt) -> pytest.MarkDecorator:
    """A test for each attempt and each person who tries it."""
    rows = [(one, who) for one in attempts for who in one.by.split()]
    return pytest.mark.parametrize(
        ("attempt", "who"), rows, ids=[f"{one.name} by {who}".replace(" ", "_") for one, who in rows]
    )


def outcome(attempt: Attempt, who: str, line: Line, owner: Line) -> tuple[Any, Any]:
    """What the one who tries gets, and what the one who may gets in the very same state."""
    may = owner if attempt.who_may == "owner" else line
    return line.attempt(who, attempt.statement), may.attempt(attempt.who_may, attempt.statement)
