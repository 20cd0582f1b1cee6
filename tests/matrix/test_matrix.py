"""Every address, method, principal and relation, through both layers and through each alone."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from pytest_django.plugin import DjangoDbBlocker

from casework.access.acts import REGISTRY
from tests.conftest import fresh
from tests.matrix.addresses import NOT_BY_HTTP, addresses
from tests.matrix.asking import Digest, ask, digest_of_the_world
from tests.matrix.cells import SAFE, Cell, cells_of
from tests.matrix.expectations import rules_agree
from tests.matrix.judging import Tally, judge, judge_walls
from tests.matrix.layers import BOTH, DOORS, WALLS, only
from tests.matrix.planting import plant
from tests.matrix.world import PRINCIPALS, World

pytestmark = pytest.mark.usefixtures("for_hours")
SAMPLE, REST = "sample", "rest"
ONE_OF = {BOTH: 90, WALLS: 180, DOORS: 180}  # so many cells the sample holds one
PROOF = {BOTH: 1, WALLS: 4, DOORS: 8}  # and the long run: all that both layers answer, a part of what one does alone
MOST_TOLD = 60  # wrong cells in one report


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Everybody and everything, committed; afterwards the worker's database is as before."""
    with django_db_blocker.unblock():
        try:
            yield plant()
        finally:
            fresh()


def routes() -> dict[str, set[str]]:
    """The patterns of all addresses that the product answers to, by name."""
    found: dict[str, set[str]] = defaultdict(set)

    def walk(resolver: Any, before: str) -> None:
        for one in resolver.url_patterns:
            pattern = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one, pattern)
            else:
                found[one.name or pattern].add(pattern)

    walk(get_resolver(), "")
    return found


def test_every_address_has_its_expectations() -> None:
    tried, there = [(one.name, one.prepare) for one in addresses()], routes()
    assert len(set(tried)) == len(tried)
    known = {name for name, _before in tried}
    assert set(there) - known == set()
    assert known - set(there) == set()
    assert {name for name, patterns in there.items() if len(patterns) > 1} == set()


def test_every_act_is_tried_by_somebody_who_may() -> None:
    tried = {
        verb
        for principal in PRINCIPALS.values()
        for cell in cells_of(principal, addresses())
        if cell.method == "POST"
        for verb in cell.expected.verbs
    }
    assert set(REGISTRY) - tried - set(NOT_BY_HTTP) == set()
    assert set(NOT_BY_HTTP) & tried == set()
    assert set(NOT_BY_HTTP) - set(REGISTRY) == set()


def test_the_table_and_the_rules_say_the_same() -> None:
    assert rules_agree() == []


@pytest.mark.parametrize("share", [SAMPLE, pytest.param(REST, marks=pytest.mark.proof)])
@pytest.mark.parametrize("who", PRINCIPALS)
@pytest.mark.parametrize("run", ONE_OF)
def test_everybody_gets_what_the_table_says_and_no_more(
    world: World, run: str, who: str, share: str, record_property: Callable[[str, int], None]
) -> None:
    tally = Tally()
    with only(run):
        untouched = digest_of_the_world()
        for cell in cells_of(PRINCIPALS[who], addresses()):
            sampled = cell.in_sample(ONE_OF[run])
            asked = sampled if share == SAMPLE else cell.in_sample(PROOF[run]) and not sampled
            if asked and (run != WALLS or cell.method in SAFE):
                try_one(world, cell, run, untouched, tally)
    record_property(f"matrix, {run}: cells", tally.cells)
    record_property(f"matrix, {run}: foreign bytes", tally.foreign_bytes)
    if tally.wrong:
        pytest.fail("\n".join([*tally.wrong[:MOST_TOLD], f"{len(tally.wrong)} in all"]), pytrace=False)


def try_one(world: World, cell: Cell, run: str, untouched: Digest, tally: Tally) -> None:
    """Asks, compares, counts."""
    seen = ask(world, cell, untouched)
    wrong, foreign = judge_walls(cell, seen) if run == WALLS else judge(world, cell, seen)
    tally.cells += 1
    tally.foreign_bytes += foreign
    tally.wrong += [f"{cell}: {one}" for one in wrong]


@pytest.mark.parametrize("who", [pytest.param("tomas", marks=pytest.mark.proof), "anonymous"])
def test_no_form_is_taken_without_its_token(world: World, who: str) -> None:
    untouched, taken = digest_of_the_world(), []
    for address in addresses():
        cell = Cell(PRINCIPALS[who], address, "POST", address.relations[0])
        seen = ask(world, cell, untouched, strict=True)
        if seen.response.status_code != 403 or seen.after != seen.before:
            taken.append(f"{cell}: {seen.response.status_code}")
    assert taken == []
