"""What a cell of the matrix is: who asks for which address, how, about which row, and what is expected."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.matrix.world import PRINCIPALS, Principal, World

METHODS = ("GET", "HEAD", "POST", "PUT")
SAFE = ("GET", "HEAD")
NONE = "-"  # the one relation of an address that names no row
GATES = {"unknown": "account_login", "no factor": "mfa_index"}  # where those are sent who are not signed in completely


@dataclass(frozen=True)
class Answer:
    """What is expected. `to` begins the address of a redirect; `verbs` are audit lines; `shows` must be seen."""

    status: int
    to: str = ""
    verbs: tuple[str, ...] = ()
    shows: frozenset[str] = frozenset()
    changes: bool = False
    tells: frozenset[str] = frozenset()  # what may be told here although this principal may not know it elsewhere


Expect = Callable[[Principal, str], Answer]


@dataclass(frozen=True)
class Address:
    """One route: about which rows it may be asked, and who gets what.

    `answers` has an expectation for each method; one without is refused with 405.
    """

    name: str
    answers: dict[str, Expect]
    relations: tuple[str, ...] = (NONE,)
    kwargs: Callable[[World, str], dict[str, Any]] = lambda *_: {}
    data: Callable[[World, Principal, str], dict[str, Any]] = lambda *_: {}
    query: Callable[[World, Principal, str], str] = lambda *_: ""
    gates: frozenset[str] = frozenset(GATES)  # whom it sends away, whatever they ask
    prepare: Callable[[World, Principal, str], None] | None = None  # what must stand before a POST, as the owner
    about_case: bool = False  # the relation is a case
    among: frozenset[str] = frozenset(PRINCIPALS)  # who asks, where one page is slow and asks for nobody


@dataclass(frozen=True)
class Cell:
    """Who asks what, how, about which row."""

    principal: Principal
    address: Address
    method: str
    relation: str

    def __str__(self) -> str:
        return f"{self.principal.key} {self.method} {self.address.name} {self.relation}"

    def in_sample(self, one_of: int) -> bool:
        """Always the same ones."""
        return zlib.crc32(str(self).encode()) % one_of == 0

    @property
    def expected(self) -> Answer:
        address, principal = self.address, self.principal
        if principal.state in address.gates:
            return Answer(302, to=reverse(GATES[principal.state]))
        expect = address.answers.get(self.method)
        return expect(principal, self.relation) if expect else Answer(405)


def cells_of(principal: Principal, addresses: list[Address]) -> Iterator[Cell]:
    """Every method on every address, about every row that it may be asked about."""
    for address in addresses:
        if principal.key not in address.among:
            continue
        for method in METHODS:
            for relation in _rows(principal, address, method):
                yield Cell(principal, address, method, relation)


def _rows(principal: Principal, address: Address, method: str) -> Iterable[str]:
    """All rows; three, where the answer comes before any row is looked for, and for HEAD, which is GET's answer."""
    early = method == "HEAD" or method not in address.answers or principal.state in address.gates
    return dict.fromkeys([*address.relations[:2], address.relations[-1]]) if early else address.relations


OK, NO, NOT_THERE = Answer(200), Answer(403), Answer(404)


def page(expect: Expect) -> dict[str, Expect]:
    """Answers of a page that is only looked at."""
    return {"GET": expect, "HEAD": expect}


def screen(expect: Expect) -> dict[str, Expect]:
    """Answers of a page that takes a form, too, and no HEAD."""
    return {"GET": expect}


def always(answer: Answer) -> Expect:
    return lambda *_: answer


def posted(to: str, expect: Expect) -> dict[str, Expect]:
    """Answers of an address that takes a form alone, and leads whoever comes without one to a page."""
    return {**page(always(led(to, changes=False))), "POST": expect}


def led(name: str, *verbs: str, changes: bool = True) -> Answer:
    """What follows a form that was right."""
    return Answer(302, to=reverse(name), verbs=verbs, changes=changes)
