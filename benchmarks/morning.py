"""What the caseload and Today cost in an organization of 20,000 cases, 400 of them one's own."""

import statistics
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
from django.db import connections

from benchmarks import seed
from benchmarks.measure import SLOW_REPEATS, Sides, in_turns, last_statement, ms, p95, statement
from benchmarks.seed import OWN
from benchmarks.walls import asker
from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.models import User
from casework.cases.pages import Page, ordered
from casework.custody.caseload import ORDERS, Asked, cases

DATABASE, SIZE, MINE, PAGES = "casework_morning", 50, 400, 20
# Scattered by the id: a third closed, hearings for six in ten, deadlines for four, a place for nine.
GLANCES = """
    WITH drawn AS (SELECT id, abs(hashtext(id::text)) AS h FROM cases_case WHERE organization_id = %s)
    UPDATE cases_case c SET
        stage = CASE WHEN h %% 100 < 33 THEN 'closed' WHEN h %% 100 < 36 THEN 'enquiry' ELSE 'active' END,
        next_hearing_at = CASE WHEN h %% 10 < 6 THEN now() + (h %% 4999) * interval '1 hour' END,
        next_hearing_zone = 'America/Los_Angeles',
        next_deadline_on = CASE WHEN h %% 7 < 3 THEN current_date + h %% 211 - 3 END,
        custody = CASE WHEN h %% 9 > 0 THEN 'detained' ELSE '' END,
        place_kind = CASE h %% 97 WHEN 0 THEN 'not_located' ELSE 'facility' END,
        facility_key = 'ADLNTCA', place = 'Adelanto', place_since = current_date - h %% 301,
        place_as_of = CASE WHEN h %% 9 > 0 THEN now() - (h %% 701) * interval '1 hour' END
    FROM drawn d WHERE d.id = c.id
"""
MORE = """
    INSERT INTO cases_assignment (id, organization_id, case_id, membership_id, role, starts_at, made_by_id)
    SELECT gen_random_uuid(), organization_id, id, %s, 'co_counsel', now(), %s FROM cases_case c
    WHERE organization_id = %s AND NOT EXISTS (
        SELECT FROM cases_assignment a WHERE a.case_id = c.id AND a.membership_id = %s) LIMIT %s
"""
# One for each that a case shows.
HEARINGS = """
    INSERT INTO docket_hearing (id, organization_id, case_id, recorded_by_id, recorded_at, withdrawn, version, kind,
        medium, court_id, forum, judge, "on", at, is_later, time_zone, starts_at, minutes, interpreter, state, outcome)
    SELECT gen_random_uuid(), organization_id, id, opened_by_id, now(), false, 1, 'master', 'V', 'adelanto', '', '',
        (next_hearing_at AT TIME ZONE next_hearing_zone)::date, (next_hearing_at AT TIME ZONE next_hearing_zone)::time,
        false, next_hearing_zone, next_hearing_at, 30, '', 'scheduled', ''
    FROM cases_case WHERE organization_id = %s AND next_hearing_at IS NOT NULL
"""


def figures(admin: str, migrate: str) -> None:
    """Makes the database, asks for pages of every order and with every filter, then for whole pages."""
    print("\nCaseload and Today: 20,000 cases in one organization, under the walls", flush=True)
    url = seed.make(admin, migrate, DATABASE)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SET session_replication_role = replica")
        server.execute(GLANCES, [OWN.organization])
        server.execute(HEARINGS, [OWN.organization])
        server.execute(MORE, [OWN.asker, OWN.asker, OWN.organization, OWN.asker, MINE - 120])
        server.execute("VACUUM (FREEZE, ANALYZE) cases_case, cases_assignment, docket_hearing")
    sides = Sides(url)
    actor = asker(sides, OWN)
    print(f"\n{'50 rows, the statement alone':<50}{'ms':>9}{'p95':>10}{'blocks':>9}  by")
    for name in ORDERS:
        orders(sides, actor, name)
    for asked in (
        Asked(whose="mine", order="hearing"), Asked(hearing="14", order="hearing"), Asked(stage="new"),
        Asked(lead="none"), Asked(stale=True, order="place"), Asked(custody="changed", order="place"),
        Asked(language="SP", order="hearing"),
    ):  # fmt: skip
        named = ", ".join(f"{key} {value}" for key, value in vars(asked).items() if value and key != "names")
        one(sides, actor, named, lambda asked=asked: first(actor, asked))
    requests(sides)


def first(actor: Actor, asked: Asked, at: str = "") -> Page[Any]:
    word, _, place = at.removeprefix("?").partition("=")
    return ordered(cases(actor, asked), {word: place}, order=ORDERS[asked.order], size=SIZE)


def orders(sides: Sides, actor: Actor, name: str) -> None:
    """The first page of an order, the hundredth, and the last but one."""
    asked = Asked(order=name, stage="any")
    one(sides, actor, f"{name}, first page", lambda: first(actor, asked))
    with acting(actor):
        page, ways = first(actor, asked), [""]
        while page.older:
            ways.append(page.older)
            page = first(actor, asked, page.older)
    one(sides, actor, f"{name}, page 100", lambda: first(actor, asked, ways[99]))
    one(sides, actor, f"{name}, page {len(ways) - 1} of {len(ways)}", lambda: first(actor, asked, ways[-2]))


def one(sides: Sides, actor: Actor, name: str, work: Any) -> None:
    """A statement: what it takes, how many blocks of 8 kB it reads, and by which index it comes (or that it sorts)."""
    with acting(actor):
        sql, values = last_statement(sides.app, work)
        with connections["default"].cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {sql}", values)
            plan = cursor.fetchone()[0][0]["Plan"]
        times = in_turns({name: statement(sides.app, sql, values)}, SLOW_REPEATS)
    blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    nodes = list(_nodes(plan))
    by = "sorted" if any(node["Node Type"].endswith("Sort") for node in nodes) else next(
        (node["Index Name"] for node in nodes if node.get("Index Name", "").startswith("case_")), "all rows"
    )  # fmt: skip
    taken = times[name]
    print(f"{name:<50}{statistics.median(taken):9.2f}{p95(taken):10.2f}{blocks:9}  {by}", flush=True)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)


def requests(sides: Sides) -> None:
    """Whole pages in process, as the application's role; of it the work of this process alone."""
    from django.test import Client

    client = Client()
    with sides.as_admin():
        client.force_login(User.objects.get(pk=OWN.user))
    print(f"\n{'a request, in process':<50}{'ms':>9}{'p95':>10}{'Python':>9}")
    paths = ("/", "/?whose=all", "/cases/", "/cases/?sort=hearing", "/cases/?whose=mine&sort=deadline",
             "/cases/?custody=changed&sort=place", "/cases/?language=SP")  # fmt: skip
    for path in paths:
        worked: list[float] = []

        def get(path: str = path, worked: list[float] = worked) -> None:
            began = time.process_time()
            assert client.get(path).status_code == 200, path
            worked.append((time.process_time() - began) * 1000)

        taken = in_turns({path: partial(ms, get)}, PAGES)[path]
        print(
            f"GET {path:<46}{statistics.median(taken):9.1f}{p95(taken):10.1f}{statistics.median(worked):9.1f}",
            flush=True,
        )
