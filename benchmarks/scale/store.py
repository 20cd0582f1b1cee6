"""Fills a database with so many cases, in as many processes as there are cores; one that has some gets more.

Whatever was committed stays: who stops it and starts it again goes on where it ended. A database that holds anything
that this did not write is left alone.
"""

import gc
import os
import queue
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

import django
import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from benchmarks.scale import plan
from benchmarks.seed import key, organizations, said

MARK = "casework benchmark, begun "
MAKING = "casework benchmark, being made"
AT_ONCE = 500  # cases in one transaction
EVERY_SECONDS = 10
PEOPLE = """
    CREATE TEMPORARY TABLE place AS SELECT *, md5('organization ' || n)::uuid AS organization,
        'organization' AS visibility FROM jsonb_to_recordset(%s) AS p (n int, attorneys int);
    CREATE TEMPORARY TABLE member AS SELECT n, m, organization, n || '.' || m AS name, n * 10000 + m AS number,
        md5('member ' || n || '.' || m)::uuid AS id, md5('user ' || n || '.' || m)::uuid AS user_id,
        CASE m - attorneys WHEN 0 THEN 'paralegal' WHEN 1 THEN 'volunteer' WHEN 2 THEN 'admin' ELSE 'attorney' END
        AS role FROM place, generate_series(0, attorneys + 2) AS m
"""
# All but those that another table's foreign keys rest on.
INDEXES = """
    SELECT i.indexrelid::regclass::text, c.conname, CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
        ELSE format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', i.indrelid::regclass, c.conname,
            pg_get_constraintdef(c.oid)) END
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')
    WHERE i.indrelid = %s::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.indexrelid)
"""
STANDING = """
    SELECT k.id, k.wrapped, k.wrapped_index, coalesce(h.number, 0), coalesce(h.hash, '')
    FROM vault_organizationkey k LEFT JOIN audit_head h USING (organization_id) WHERE organization_id = %s
"""


class Refused(RuntimeError):
    """The database is not one to be filled; the message says why."""


def seed(url: str, cases: int, own: int = plan.OWN_CASES, processes: int | None = None) -> None:
    """Makes them `cases`, of which `own` are the asker's organization's, in a database with tables. Raises Refused."""
    if cases < own:
        raise Refused(f"The asker's organization alone has {own:,} cases.")
    with psycopg.connect(url, autocommit=True) as server:
        base = begun(server)
        counts: dict[uuid.UUID, int] = dict(
            server.execute("SELECT organization_id, count(*) FROM cases_case GROUP BY 1").fetchall()
        )
        parts = list(_parts(plan.wanted(cases, own), counts))
        new = sum(last - first for _n, first, last in parts)
        if new > sum(counts.values()):
            drop_indexes(server)
        waiting = server.execute("SELECT to_regclass('benchmark.dropped') IS NOT NULL").fetchone() == (True,)
    if not new and not waiting:
        return
    began = time.perf_counter()
    if new:
        _in_processes(url, parts, base, own, processes or os.cpu_count() or 1)
        print(f"  {new:,} cases, {new / (time.perf_counter() - began):,.0f} a second", flush=True)
    with psycopg.connect(url, autocommit=True) as server:
        said("indexes", lambda: _make_indexes(url, server))
        _counters(server, base)
        said("statistics", lambda: _statistics(url, server))
        size = server.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
        print(f"  {cases:,} cases, {size and size[0]}, {time.perf_counter() - began:,.0f} s", flush=True)


def mark(server: psycopg.Connection[Any]) -> datetime | None:
    """The instant from which the days of a database of ours count; None for any other database."""
    found = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    ).fetchone()
    text = found[0] or "" if found else ""
    return datetime.fromisoformat(text.removeprefix(MARK)) if text.startswith(MARK) else None


def is_empty(server: psycopg.Connection[Any]) -> bool:
    """Whether nobody is in it: no table, or the product's tables without an organization."""
    tables = "SELECT count(*), to_regclass('access_organization') FROM pg_tables WHERE schemaname = 'public'"
    many, ours = server.execute(tables).fetchone() or (1, None)
    return not many or (ours is not None and not server.execute("SELECT FROM access_organization LIMIT 1").rowcount)


def begun(server: psycopg.Connection[Any]) -> datetime:
    """As `mark`; in an empty database organizations, members and keys are made. Raises Refused for any other."""
    base = mark(server)
    if base is not None:
        return base
    name = server.info.dbname
    if not is_empty(server):
        raise Refused(f"{name} holds what seed_scale did not write. Name another database.")
    base = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        places = [{"n": n, "attorneys": plan.attorneys(n)} for n in range(1, plan.ORGANIZATIONS + 1)]
        for statement in PEOPLE.split(";"):
            server.execute(statement, [Jsonb(places)] if "%s" in statement else None)
        organizations(server)
        _keys(server)
        server.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(MARK + base.isoformat()))
        )
    return base


def _keys(server: psycopg.Connection[Any]) -> None:
    """The key of each organization, and of its look-ups, under the root key of the settings."""
    from casework.vault.cipher import KEY_BYTES, Key, seal
    from casework.vault.keys import above

    with server.cursor().copy(
        "COPY vault_organizationkey (id, organization_id, wrapped, wrapped_index, made_at) FROM STDIN"
    ) as copy:
        for n in range(1, plan.ORGANIZATIONS + 1):
            one, organization = Key(uuid.uuid4(), os.urandom(KEY_BYTES)), key(f"organization {n}")
            index = one.seal(os.urandom(KEY_BYTES), f"index|{organization}")
            copy.write_row([one.id, organization, seal(one.secret, above(one.id, organization)), index, "now"])


def _parts(wanted: dict[int, int], counts: dict[uuid.UUID, int]) -> Iterator[tuple[int, int, int]]:
    """Which cases of which organization are missing: number, first, the one after the last."""
    for n, many in wanted.items():
        there = counts.get(key(f"organization {n}"), 0)
        if there < many:
            yield n, there, many


def _in_processes(url: str, parts: list[tuple[int, int, int]], base: datetime, own: int, processes: int) -> None:
    """Each organization's cases are made by one process, since its audit lines hang together in one chain."""
    context = get_context("spawn")
    done: Any = context.Queue()
    workers = [
        context.Process(target=work, args=(url, parts[at::processes], base, own, done), daemon=True)
        for at in range(processes)
    ]
    for one in workers:
        one.start()
    total, made, began, told = sum(last - first for _n, first, last in parts), 0, time.perf_counter(), 0.0
    while any(one.is_alive() for one in workers) or not done.empty():
        try:
            made += done.get(timeout=1)
        except queue.Empty:
            continue
        passed = time.perf_counter() - began
        if passed - told > EVERY_SECONDS:
            told, left = passed, (total - made) * passed / made
            print(f"  {made:>9,} of {total:,}  {made / passed:6,.0f}/s  {_clock(left)} left", flush=True)
    if any(one.exitcode for one in workers):
        raise RuntimeError("A process ended early; what it committed stays, and the same command goes on from there.")


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def work(url: str, parts: list[tuple[int, int, int]], base: datetime, own: int, done: Any) -> None:
    """One process: organization after organization, so many cases in a transaction."""
    django.setup()
    gc.disable()  # rows make no cycles, and to look for some passes over all tokens that are kept
    from benchmarks.scale.rows import Maker, Organization
    from casework.vault import keys
    from casework.vault.models import OrganizationKey

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SET session_replication_role = replica")  # keys are not checked: the rows fit by construction
        server.execute("SET synchronous_commit = off")
        for n, first, last in parts:
            row = server.execute(STANDING, [key(f"organization {n}")]).fetchone()
            assert row is not None
            found = OrganizationKey(
                id=row[0], organization_id=key(f"organization {n}"), wrapped=row[1], wrapped_index=row[2]
            )
            over = keys.unwrapped(found)
            assert over is not None, "the root key is another one than when the database was begun"
            of = Organization(n, over, keys.index_secret(found, over), *row[3:])
            for begin in range(first, last, AT_ONCE):
                maker, end = Maker(base, own), min(begin + AT_ONCE, last)
                for i in range(begin, end):
                    maker.case(of, i)
                write(server, maker.tables.values(), of)
                done.put(end - begin)


def write(server: psycopg.Connection[Any], tables: Any, of: Any) -> None:
    """All of them or nothing."""
    with server.transaction(), server.cursor() as cursor:
        for table in tables:
            columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
            with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)) as copy:
                copy.write("\n".join(table.lines).encode())
        cursor.execute(
            "INSERT INTO audit_head (organization_id, number, hash) VALUES (%s, %s, %s)"
            " ON CONFLICT (organization_id) DO UPDATE SET number = excluded.number, hash = excluded.hash",
            [of.id, of.number, of.hash],
        )


def drop_indexes(server: psycopg.Connection[Any]) -> None:
    """Each is made again in the end, sorted, which is far less work than to keep it while rows come at random."""
    from benchmarks.scale.rows import MODELS

    with server.transaction():
        server.execute("CREATE SCHEMA IF NOT EXISTS benchmark")
        server.execute("CREATE TABLE IF NOT EXISTS benchmark.dropped (definition text PRIMARY KEY)")
        for model in MODELS:
            for name, constraint, definition in server.execute(INDEXES, [model._meta.db_table]).fetchall():
                server.execute("INSERT INTO benchmark.dropped VALUES (%s)", [definition])
                server.execute(
                    f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {constraint}"
                    if constraint
                    else f"DROP INDEX {name}"
                )


def _make_indexes(url: str, server: psycopg.Connection[Any]) -> None:
    """Those that were dropped, also by a run that was stopped; then the list of them goes, which no wall knows."""

    def make(definition: str) -> None:
        with psycopg.connect(url) as one:
            one.execute("SET LOCAL maintenance_work_mem = '512MB'")
            one.execute(sql.SQL(definition))
            one.execute("DELETE FROM benchmark.dropped WHERE definition = %s", [definition])

    if not server.execute("SELECT FROM pg_namespace WHERE nspname = 'benchmark'").rowcount:
        return
    waiting = [one for (one,) in server.execute("SELECT definition FROM benchmark.dropped").fetchall()]
    # One table at a time is locked by adding a constraint: plain indexes first, side by side.
    constraints = [one for one in waiting if one.startswith("ALTER")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(make, [one for one in waiting if one not in constraints]))
        list(pool.map(make, constraints))
    server.execute("DROP SCHEMA benchmark CASCADE")


def _statistics(url: str, server: psycopg.Connection[Any]) -> None:
    """Of each table, the large ones first and side by side."""
    tables = server.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " ORDER BY pg_relation_size(oid) DESC"
    ).fetchall()

    def look(table: tuple[str]) -> None:
        with psycopg.connect(url, autocommit=True) as one:
            one.execute(sql.SQL("VACUUM (FREEZE, ANALYZE) " + table[0]))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(look, tables))


def _counters(server: psycopg.Connection[Any], base: datetime) -> None:
    """The next case that is accepted gets a number that is free."""
    server.execute(
        "INSERT INTO cases_referencecounter (organization_id, year, last)"
        " SELECT organization_id, %s, count(*) FROM cases_case GROUP BY 1"
        " ON CONFLICT (organization_id, year) DO UPDATE SET last = excluded.last",
        [base.year],
    )
