"""What acceptance writes, and what it does not: a frozen list made of answers and of what the case holds. Pure.

Nothing is lost: each part of each answer stands in a cell of the plan, or among what stays an answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What becomes of a value."""

    NEW = "new"  # it is written
    SAME = "same"  # it stands already
    DIFFERS = "differs"  # answer and file disagree: a person chooses
    KEPT = "kept"  # it stays an answer, for the reason given
    IMPOSSIBLE = "impossible"  # it cannot be written, for the reason given


@dataclass(frozen=True)
class Cell:
    """One value: for which column, what stands there, what the answers say, and from which of them.

    `questions` are the parts of answers that it comes from: a key, or "list.0.item". `why` is a code (`words.WHY`).
    """

    column: str
    fate: Fate
    old: Any = None
    new: Any = None
    questions: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Row:
    """What is written to one row of a table: one that stands (`stands`: its id), or a new one.

    `key` names it in the plan, `about` says whom or what it is about. `given` is what stands in a new row whatever the
    answers are. What one row cannot be written without makes the whole row impossible.
    """

    key: str
    table: str
    cells: tuple[Cell, ...]
    stands: str = ""
    about: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)

    def of_fate(self, *fates: Fate) -> list[Cell]:
        return [cell for cell in self.cells if cell.fate in fates]


@dataclass(frozen=True)
class Left:
    """Part of an answer that has no column: "no_column", "not_known", "declined", or "not_asked" any more."""

    question: str
    why: str


@dataclass(frozen=True)
class Follow:
    """A task that follows: its rule (`cases.follow_ups`), what its words name, and the answers that ask for it."""

    rule: str
    values: Mapping[str, str] = field(default_factory=dict)
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All of it, in the order in which it is written."""

    rows: tuple[Row, ...]
    left: tuple[Left, ...]
    follows: tuple[Follow, ...]

    def cells(self) -> Iterator[tuple[str, Row, Cell]]:
        """Each cell with its key ("caller.phones") and its row."""
        for row in self.rows:
            for cell in row.cells:
                yield key_of(row, cell), row, cell

    @property
    def to_choose(self) -> list[str]:
        """The keys of cells about which a person chooses."""
        return [key for key, _row, cell in self.cells() if cell.fate == Fate.DIFFERS]

    @property
    def parts(self) -> frozenset[str]:
        """The parts of answers that the plan speaks of."""
        told = {part for row in self.rows for cell in row.cells for part in cell.questions}
        return frozenset(told | {one.question for one in self.left})


def key_of(row: Row, cell: Cell) -> str:
    return f"{row.key}.{cell.column}"


KEEP, TAKE = "keep", "take"
OF_A_LANGUAGE = frozenset({("person", "language_variety"), ("person", "language_town")})


@dataclass(frozen=True)
class Order:
    """One row that is to be written: these values, into the row that stands or into a new one."""

    row: Row
    values: Mapping[str, Any]

    @property
    def is_new(self) -> bool:
        return not self.row.stands


def ordered(plan: Plan, choices: Mapping[str, str], leave: frozenset[str] = frozenset()) -> tuple[Order, ...]:
    """What is written when a person has chosen: by cell "keep" or "take"; rows in `leave` stay answers.

    Raises KeyError for a cell that differs and was not chosen about.
    """
    found = []
    for row in plan.rows:
        taken = [
            cell for cell in row.cells
            if cell.fate == Fate.NEW or (cell.fate == Fate.DIFFERS and choices[key_of(row, cell)] == TAKE)
        ]  # fmt: skip
        if choices.get("person.language") == KEEP:  # a variety and a town are of the language that was answered
            taken = [cell for cell in taken if (row.key, cell.column) not in OF_A_LANGUAGE]
        if taken and row.key not in leave:
            found.append(Order(row, {cell.column: cell.new for cell in taken}))
    return tuple(found)


def scalar(column: str, old: Any, new: Any, *questions: str) -> Cell:
    """The cell of a single value: new where nothing stands, same, or differing."""
    if old in ("", None, [], {}):
        return Cell(column, Fate.NEW, old, new, questions)
    return Cell(column, Fate.SAME if old == new else Fate.DIFFERS, old, new, questions)


def united(column: str, old: list[Any], more: list[Any], *questions: str) -> Cell:
    """The cell of a list, to which what it does not hold is added."""
    added = [one for at, one in enumerate(more) if one not in old and one not in more[:at]]
    return Cell(column, Fate.NEW if added else Fate.SAME, old, [*old, *added], questions)


def kept(column: str, why: str, new: Any, *questions: str) -> Cell:
    return Cell(column, Fate.KEPT, None, new, questions, why)


def impossible(column: str, why: str, new: Any, *questions: str) -> Cell:
    return Cell(column, Fate.IMPOSSIBLE, None, new, questions, why)
