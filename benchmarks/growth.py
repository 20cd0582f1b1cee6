"""What grows with the coalition: the same pages of the same organization of 10,000, beside ever more of other ones.

The databases are asked by turns, so that whatever else the machine does meets all of them. What a statement reads, in
blocks of 8 kB, does not depend on that at all: each is run once more under EXPLAIN, in its own transaction, by whoever
asks. `CASES=10000,100000` names other sizes, `ROUNDS=10` how often each is asked; what is there is not made again.
"""

import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import connections
from django.test import Client
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks import plot, search, seed
from benchmarks.management.commands.seed_scale import DATABASE, ready
from benchmarks.measure import ms
from benchmarks.scale import plan, store
from casework.access.actor import Actor, staff
from casework.access.context import SWAP, acting
from casework.access.doors import window
from casework.access.models import Membership, User

SIZES = (10_000, 100_000, 1_000_000)
NAMES = {10_000: f"{DATABASE}_10k", 100_000: f"{DATABASE}_100k", 1_000_000: DATABASE}
ROUNDS, WARM = int(os.environ.get("ROUNDS", "40")), 5
MOST = 1.3  # of what 10,000 take
LARGE = 5_000  # rows: to pass over so many is to read a whole table
LED = """
    SELECT c.id, c.person_id FROM cases_case c JOIN cases_assignment a ON a.case_id = c.id AND a.membership_id = %s
    WHERE c.stage = %s AND (c.next_hearing_at IS NOT NULL) = %s ORDER BY c.opened_at DESC LIMIT 1
"""


@dataclass
class Reading:
    """One statement of a page: how many blocks it reads, and which large tables it passes over whole."""

    sql: str
    blocks: int
    whole: list[str]


@dataclass
class Size:
    """A database, and the asker's browser there."""

    url: str
    cases: int
    ours: dict[str, Any] = field(default_factory=dict)
    client: Client = field(default_factory=Client)
    family: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        parts = conninfo_to_dict(self.url)
        for alias in ("default", "cache"):
            self.ours[alias] = connections.create_connection(alias)
            self.ours[alias].settings_dict = {**connections[alias].settings_dict, "NAME": parts["dbname"]}
        admin = self.ours["admin"] = connections.create_connection("default")
        options = {**self.ours["default"].settings_dict["OPTIONS"], "assume_role": None}
        own = {"USER": parts["user"], "PASSWORD": parts["password"], "OPTIONS": options}
        admin.settings_dict = {**self.ours["default"].settings_dict, **own}

    @contextmanager
    def here(self, *, as_admin: bool = False) -> Iterator[Any]:
        """Within the block Django asks this database."""
        before = {alias: connections[alias] for alias in ("default", "cache")}
        connections["default"], connections["cache"] = self.ours["admin" if as_admin else "default"], self.ours["cache"]
        try:
            with window("benchmark") if as_admin else ExitStack():
                yield connections["default"]
        finally:
            for alias, one in before.items():
                connections[alias] = one

    @property
    def actor(self) -> Actor:
        with self.here(as_admin=True):
            member = Membership.objects.select_related("organization").get(pk=plan.MEMBERSHIP)
            return staff(member, "Member 1.0")

    def enter(self) -> None:
        """The relative opens the window, which shuts after ten minutes."""
        self.family.post(f"/f/es/{self.ours['token']}/", {"pin": self.ours["pin"]})


Page = tuple[str, Callable[[Size], Any]]


def figures(admin: str, migrate: str) -> None:
    """Makes what is missing of the databases, asks every page of each, and prints what it took."""
    sizes = [int(one) for one in os.environ["CASES"].split(",")] if "CASES" in os.environ else list(SIZES)
    print(f"\nGrowth: an organization of {plan.OWN_CASES:,} among {', '.join(f'{one:,}' for one in sizes)} cases")
    urls = [seeded(admin, migrate, one) for one in sizes]  # a session would not live as long as a million takes
    there = [signed_in(url, one) for url, one in zip(urls, sizes, strict=True)]
    read = {name: [readings(size, ask) for size in there] for name, ask in pages()}
    blocks(read, sizes)
    taken = {name: in_turns(ask, there) for name, ask in pages()}
    table("milliseconds of a request, in process", taken, sizes, lambda one: one.ms)
    table("of it on a processor, with the server's", taken, sizes, lambda one: one.busy)
    print(f"\n{'of that, among the most cases':<42}{'web':>12}{'database':>12}{'web cores to one':>20}")
    for name, each in taken.items():
        web, database = (statistics.median(one) for one in (each[-1].web, each[-1].database))
        print(f"{name:<42}{web:12.1f}{database:12.1f}{web / database:20.1f}", flush=True)
    smallest, largest = f"{sizes[0]:,}", f"{sizes[-1]:,}"
    busy = {name: [statistics.median(one.busy) for one in of] for name, of in taken.items()}
    read_ = {name: [float(sum(one.blocks for one in of)) for of in each] for name, each in read.items()}
    of = f"among {largest} cases, as a multiple of that among {smallest}"
    plot.growth(busy, sizes, most=MOST, title=f"Processor time of a request {of}", name="growth-time")
    plot.growth(read_, sizes, most=MOST, title=f"Blocks that a page reads {of}", name="growth-blocks")


def opened(admin: str, migrate: str, cases: int) -> Size:
    """The database of that size, with the asker signed in and a relative who has a link."""
    return signed_in(seeded(admin, migrate, cases), cases)


def seeded(admin: str, migrate: str, cases: int) -> str:
    """The address of the database of that size, which is made where it is missing."""
    name = NAMES.get(cases, f"{DATABASE}_{cases}")
    print(f"  {name}", flush=True)
    url = ready(admin, migrate, name)
    store.seed(url, cases)
    seed.manage(migrate, name, "walls")  # of today, where the database is older
    return url


def signed_in(url: str, cases: int) -> Size:
    """The database at this address, with somebody to ask it."""
    size = Size(make_conninfo(url), cases)
    with size.here(as_admin=True) as connection:
        with connection.cursor() as cursor:
            for stage, dated in (("active", True), ("enquiry", False)):
                cursor.execute(LED, [plan.MEMBERSHIP, stage, dated])
                size.ours[stage], size.ours[f"{stage} person"] = cursor.fetchone()
        size.client.force_login(User.objects.get(pk=plan.USER))
    with size.here():
        _invite(size)
    return size


def _invite(size: Size) -> None:
    """A family link to the case, as the product makes it; and the name that the search is asked for."""
    from casework.cases.models import Case
    from casework.people import consents
    from casework.people.models import Contact
    from casework.portal import links
    from casework.portal.models import FamilyLink

    actor, now = size.actor, timezone.now()
    with acting(actor):
        case = Case.objects.visible_to(actor).select_related("person").get(pk=size.ours["active"])
        size.ours["name"] = case.person.full_name
        consent = consents.give(
            actor, case.person, contact=Contact.objects.visible_to(actor).get(person_id=case.person_id),
            subjects=("custody", "hearings", "next_steps"), how="phone", given_at=now - timedelta(minutes=1),
        )  # fmt: skip
        for old in FamilyLink.objects.visible_to(actor).filter(case=case, revoked_at=None):  # of an earlier run
            links.revoke(actor, old)
        made = links.invite(actor, case, consent=consent, language="es", ends_at=now + timedelta(days=9))
    size.ours |= {"token": made.token, "pin": made.pin}


def pages() -> list[Page]:
    """What is asked of each size."""

    def path(text: str) -> Callable[[Size], Any]:
        return lambda size: size.client.get(text.format(case=size.ours["active"]))

    return [
        ("Today", path("/")),
        ("Today, all cases", path("/?whose=all")),
        ("caseload", path("/cases/")),
        ("caseload by hearing", path("/cases/?sort=hearing")),
        ("my cases by deadline", path("/cases/?whose=mine&sort=deadline")),
        ("case page", path("/cases/{case}/")),
        ("its notes", path("/cases/{case}/notes/")),
        ("its people", path("/cases/{case}/people/")),
        ("calendar, month", path("/calendar/?view=month")),
        ("calendar, my month", path("/calendar/?view=month&whose=mine")),
        ("places to look up", path("/checks/")),
        ("tasks", path("/tasks/")),
        ("search", lambda size: size.client.post("/search/", {"q": size.ours["name"]}, follow=True)),
        ("family's page", lambda size: size.family.get("/p/es/")),
        ("an answer saved", _answer),
    ]  # fmt: skip


def _answer(size: Size) -> Any:
    """One answer of an intake, as a page sends it when somebody has typed it; another one each time."""
    seen = size.ours.get("seen", "0")
    posted = {"part": "identity", "only": "alert", "alert": f"Call after {seen}", "alert-seen": seen}
    found = size.client.post(
        "/intake/answer/", posted | {"case": size.ours["enquiry"]}, headers={"HX-Request": "true"}
    )  # fmt: skip
    now = re.search(r'name="alert-seen" value="(\d+)"', found.content.decode())
    size.ours["seen"] = now[1] if now else "0"
    return found


@dataclass
class Taken:
    """Milliseconds: as the clock has them, and those that this process and its server process worked."""

    ms: list[float] = field(default_factory=list)
    web: list[float] = field(default_factory=list)
    database: list[float] = field(default_factory=list)

    @property
    def busy(self) -> list[float]:
        return [sum(both) for both in zip(self.web, self.database, strict=True)]


def in_turns(ask: Callable[[Size], Any], sizes: list[Size]) -> list[Taken]:
    """The page of each, round by round."""
    found = [Taken() for _ in sizes]
    for size in sizes:
        with size.here():
            size.enter()
    for number in range(ROUNDS + WARM):
        for size, taken in zip(sizes, found, strict=True):
            with size.here() as connection:
                connection.ensure_connection()
                server = connection.connection.info.backend_pid
                both, web = search.worked(server), time.process_time_ns()
                passed = ms(partial(_asked, ask, size))
                web = time.process_time_ns() - web
                if number >= WARM:
                    taken.ms.append(passed)
                    taken.web.append(web / 1e6)
                    taken.database.append(search.worked(server) - both - web / 1e6)
    return found


def _asked(ask: Callable[[Size], Any], size: Size) -> None:
    answered(ask(size))


def answered(response: Any) -> None:
    """The page itself, and not the lock of a session that nobody used for a while."""
    assert not getattr(response.wsgi_request, "locked", False)
    assert response.status_code == 200, (response.status_code, response.request["PATH_INFO"])


def table(title: str, taken: dict[str, list[Taken]], sizes: list[int], of: Callable[[Taken], list[float]]) -> None:
    print(f"\n{title:<42}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>9}")
    for name, each in taken.items():
        medians = [statistics.median(of(one)) for one in each]
        line(name, medians, "12.1f")


def line(name: str, values: list[float], form: str) -> None:
    ratio = values[-1] / values[0] if values[0] else float("nan")
    note = "   grows" if ratio > MOST else ""
    print(f"{name:<42}" + "".join(f"{value:{form}}" for value in values) + f"{ratio:8.2f}x{note}", flush=True)


def readings(size: Size, ask: Callable[[Size], Any]) -> list[Reading]:
    """What each statement of the page reads that only reads."""
    found: list[Reading] = []

    def watch(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SELECT", "WITH")) and sql != SWAP and not many:
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values)
                plan_ = cursor.fetchone()[0][0]["Plan"]
            found.append(Reading(sql, plan_["Shared Hit Blocks"] + plan_["Shared Read Blocks"], list(_whole(plan_))))
        return execute(sql, values, many, context)

    with size.here() as connection:
        size.enter()
        answered(ask(size))
        with connection.execute_wrapper(watch):
            answered(ask(size))
    return found


def _whole(node: dict[str, Any]) -> Iterator[str]:
    """Tables that are passed over whole."""
    rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    if node["Node Type"] == "Seq Scan" and rows > LARGE:
        yield node["Relation Name"]
    for below in node.get("Plans", []):
        yield from _whole(below)


def blocks(read: dict[str, list[list[Reading]]], sizes: list[int]) -> None:
    """What each page reads, then the statements that read more, and those that pass over a large table."""
    print(f"\n{'blocks of 8 kB that a page reads':<42}" + "".join(f"{size:>12,}" for size in sizes) + f"{'ratio':>9}")
    for name, each in read.items():
        line(name, [sum(one.blocks for one in of) for of in each], "12,.0f")
    print("\nstatements that read 1.3 x as much and 20 blocks more, or a large table whole")
    for name, each in read.items():
        if len({len(of) for of in each}) > 1:
            print(f"{name}: {[len(of) for of in each]} statements")
        for same in zip(*each, strict=False):
            counts = [one.blocks for one in same]
            if counts[-1] > max(MOST * counts[0], counts[0] + 20) or same[-1].whole:
                print(f"{name:<24}{counts!s:<28}{' '.join(same[-1].whole)}  {same[-1].sql[:5000]}", flush=True)
