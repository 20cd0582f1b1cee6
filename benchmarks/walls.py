"""What the walls cost among 200,000 cases.

Doors and policies stand beside a superuser with a filter written by hand, and beside guardian's own list. The ways take
turns, so that whatever else the machine does meets all of them.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connections, transaction

from benchmarks import questions, seed
from benchmarks.measure import (
    FEW_REPEATS,
    REPEATS,
    SLOW_REPEATS,
    Question,
    Sides,
    Times,
    head,
    in_turns,
    last_statement,
    line,
    ms,
    single,
    statement,
)
from benchmarks.seed import BIG, NARROW, OWN, Place
from benchmarks.stock import Stock
from casework.access.actor import Actor, staff
from casework.access.context import SWAP, acting, speak
from casework.access.models import Membership, User

DATABASE = "casework_walls"
HAND, WALLS = "by hand", "walls"


def figures(admin: str, migrate: str) -> None:
    """Makes the database, asks everything, prints the tables."""
    print("\nWalls: 200,000 cases in five organizations", flush=True)
    url = seed.make(admin, migrate, DATABASE)
    sides = Sides(url)
    actors = {place.number: asker(sides, place) for place in (OWN, BIG, NARROW)}
    asked = questions.lists(actors) + questions.others(actors)
    head("the statement alone, in the database", HAND, WALLS)
    for question in asked:
        same(sides, question)
        line(question.name, in_the_database(sides, question), HAND, WALLS)
    head("in Django, with context and reach asked anew", HAND, WALLS)
    for question in [*asked, questions.opening(actors[OWN.number])]:
        line(question.name, in_django(sides, question), HAND, WALLS)
    for place, question, repeats in ((OWN, asked[0], SLOW_REPEATS), (BIG, asked[1], FEW_REPEATS)):
        beside_guardian(sides, Stock(url, place.organization, place.asker), question, repeats)
    fixed(sides, actors[OWN.number], actors[BIG.number])
    pages(sides)


def asker(sides: Sides, place: Place) -> Actor:
    """The first member of an organization."""
    with sides.as_admin():
        return staff(Membership.objects.select_related("organization").get(pk=place.asker), "the asker")


def same(sides: Sides, question: Question) -> None:
    """Both ways give the same rows, or the figures would mean nothing."""
    with acting(question.actor):
        ours = question.ours(question.actor)
    with sides.as_admin():
        assert ours == question.by_hand(), question.name


def in_the_database(sides: Sides, question: Question) -> Times:
    """The statement alone: executing it and fetching its rows."""
    with sides.as_admin():
        by_hand = last_statement(sides.admin, question.by_hand)
    with acting(question.actor):
        ours = last_statement(sides.app, lambda: question.ours(question.actor))
        sides.admin.set_autocommit(False)
        times = in_turns({HAND: statement(sides.admin, *by_hand), WALLS: statement(sides.app, *ours)}, question.repeats)
        sides.admin.rollback()
        sides.admin.set_autocommit(True)
    return times


def in_django(sides: Sides, question: Question) -> Times:
    """What a request does: a transaction, who asks, what they may see (asked anew), the rows as objects."""

    def by_hand() -> float:
        with sides.as_admin():
            return ms(within)

    def within() -> None:
        with transaction.atomic():
            question.by_hand()

    return in_turns({HAND: by_hand, WALLS: lambda: ms(lambda: anew(question))}, question.repeats)


def anew(question: Question) -> None:
    """Asks as somebody whose reach is not known yet."""
    actor = replace(question.actor)
    with acting(actor):
        question.ours(actor)


def beside_guardian(sides: Sides, stock: Stock, question: Question, repeats: int) -> None:
    """A list of one's own as guardian makes it, from one stored permission for each case."""
    try:
        with acting(question.actor):
            assert stock.rows() == [case.pk for case in question.ours(question.actor)]
            ours = last_statement(sides.app, lambda: question.ours(question.actor))
            head(f"get_objects_for_user, {stock.permissions} permissions", WALLS, "guardian")
            ways = {WALLS: statement(sides.app, *ours), "guardian": lambda: stock.ms("sql")}
            line("list of 50, the statement alone", in_turns(ways, repeats), WALLS, "guardian")
        ways = {WALLS: lambda: ms(lambda: anew(question)), "guardian": lambda: stock.ms("orm")}
        line("list of 50, in Django", in_turns(ways, repeats), WALLS, "guardian")
    finally:
        stock.stop()


def fixed(sides: Sides, own: Actor, big: Actor) -> None:
    """What is paid whatever is asked: saying who asks, and each set that a policy may need."""
    print(f"\n{'paid whatever is asked':<50}{'ms':>9}{'p95':>10}")

    def empty() -> None:
        with transaction.atomic(), sides.app.cursor() as cursor:
            cursor.execute("SELECT 1, 1")

    def tell() -> None:
        with transaction.atomic():
            speak(own)

    times = in_turns({"empty": lambda: ms(empty), "tell": lambda: ms(tell)}, REPEATS)
    single("a transaction that selects a constant", times["empty"])
    single("a transaction that says who asks", times["tell"])
    for actor, size in ((own, "20,000"), (big, "150,000")):
        for name in ("claim", "wide", "mine", "granted", "closed", "closed_people"):
            single(f"ctx.{name}(), organization with {size} cases", each(actor, name))


def each(actor: Actor, name: str, calls: int = 20) -> list[float]:
    """Milliseconds for one call of a function, without the way to the database."""
    sql = f"SELECT count(x) FROM (SELECT ctx.{name}() AS x FROM generate_series(1, {calls}) OFFSET 0) AS calls"  # noqa: S608
    with acting(actor):
        times = in_turns({name: statement(connections["default"], sql, ())}, SLOW_REPEATS)
    return [taken / calls for taken in times[name]]


def pages(sides: Sides) -> None:
    """Whole requests, answered as an administrator and as the application's role; and what saying who asks takes."""
    from django.test import Client

    client = Client()
    with sides.as_admin():
        client.force_login(User.objects.get(pk=OWN.user))
    head("a request, in process: without and with policies", "without", "with")
    for path in ("/account/profile/", "/cases/", "/cases/shared/", f"/cases/{OWN.case}/"):
        whole, within = request(sides, client, path), in_statements(sides, client, path)
        line(f"GET {path[:40]}", whole, "without", "with")
        line("  of it in the database", within, "without", "with")
        more = statistics.median(within["with"]) - statistics.median(within["without"])
        print(f"  what the walls add is of the request{more / statistics.median(whole['with']):32.0%}")
        said = saying(sides, client, path)
        print(f"  of it saying who asks, {len(said)} statements{sum(said):30.2f}")


def request(sides: Sides, client: Any, path: str) -> Times:
    """One page, both ways."""

    def get() -> None:
        assert client.get(path).status_code == 200, path

    def without() -> float:
        with sides.as_admin():
            return ms(get)

    return in_turns({"without": without, "with": lambda: ms(get)}, SLOW_REPEATS)


def in_statements(sides: Sides, client: Any, path: str) -> Times:
    """Of one page, what its statements take, both ways."""

    def summed(side: Any) -> float:
        taken = 0.0

        def watch(execute: Callable[..., Any], *asked: Any) -> Any:
            nonlocal taken
            began = time.perf_counter()
            answer = execute(*asked)
            taken += (time.perf_counter() - began) * 1000
            return answer

        with side.execute_wrapper(watch):
            assert client.get(path).status_code == 200, path
        return taken

    def without() -> float:
        with sides.as_admin():
            return summed(sides.admin)

    return in_turns({"without": without, "with": lambda: summed(sides.app)}, SLOW_REPEATS)


def saying(sides: Sides, client: Any, path: str) -> list[float]:
    """The milliseconds of each statement of one request that says who asks."""
    said: list[float] = []

    def watch(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        began = time.perf_counter()
        answer = execute(sql, values, many, context)
        if sql == SWAP:
            said.append((time.perf_counter() - began) * 1000)
        return answer

    with sides.app.execute_wrapper(watch):
        client.get(path)
    return said
