"""The addresses of the search box. Every person's surname begins with the same word, which finds all whom one sees."""

from tests.matrix.cells import NO, Address, Answer, page
from tests.matrix.expectations import may, sight
from tests.matrix.world import CASES, SEARCH, SEARCHED, Principal, canary


def addresses() -> list[Address]:
    """The box, and what it finds."""
    return [
        Address("search", page(box) | {"POST": taken}, data=lambda *_: {"q": SEARCHED}),
        Address("search_results", page(found), kwargs=lambda *_: {"pk": SEARCH}),
    ]


def box(principal: Principal, _: str) -> Answer:
    return Answer(200) if may(principal, "cases.searched") else NO


def taken(principal: Principal, _: str) -> Answer:
    return Answer(302, to="/search/") if may(principal, "cases.searched") else NO


def found(principal: Principal, _: str) -> Answer:
    """All people of the cases that one sees, each organization's with a line of its own."""
    if not may(principal, "cases.searched"):
        return NO
    seen = {case for case in CASES if sight(principal, case).tier}
    homes = {CASES[case][0] for case in seen}
    shows = frozenset(canary(CASES[case][0], case, "person") for case in seen)
    return Answer(200, verbs=("cases.searched", *("case.listed",) * len(homes)), shows=shows)
