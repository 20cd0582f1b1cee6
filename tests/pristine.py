"""A database brought back to how it was cloned, without another clone."""

import os
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

LARGE = 400  # rows: whoever changes a larger table gets a new clone
# Whether anything that a schema is made of was written since: rows of these catalogs carry the transaction that did it.
CATALOGS = (
    "pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_index", "pg_policy", "pg_proc", "pg_trigger",
    "pg_type", "pg_namespace", "pg_rewrite", "pg_default_acl", "pg_extension", "pg_event_trigger", "pg_depend",
)  # fmt: skip
TABLES = """
    SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1
"""
SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename), last_value FROM pg_sequences ORDER BY 1"
Told = dict[str, tuple[int, int]]
Connection = psycopg.Connection[tuple[Any, ...]]


class Pristine:
    """What this process's database held when it was cloned."""

    def __init__(self) -> None:
        self.name = ""

    def remember(self, name: str) -> None:
        """Notes what stands there now, and from which transaction on something is new."""
        self.name = name
        with self._admin() as admin:
            self.tables = [row[0] for row in admin.execute(TABLES)]
            self.sequences: dict[str, int | None] = dict(admin.execute(SEQUENCES).fetchall())
            self.since = _next(admin)
            self.rows = {name: many for name, (many, _new) in self._told(admin, self.tables).items()}
            self.catalogs = self._told(admin, CATALOGS)
            self.held = {
                name: _copied(admin, name) for name in self.tables if 0 < self.rows[name] <= LARGE
            }  # fmt: skip

    def brought_back(self) -> bool:
        """Takes everything back that was committed since; False where only a new clone does it."""
        connections.close_all()
        with self._admin() as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if admin.info.parameter_status("is_superuser") != "on":
                return False
            same = [row[0] for row in admin.execute(TABLES)] == self.tables
            if not same or self._told(admin, CATALOGS) != self.catalogs:
                return False
            told = self._told(admin, self.tables)
            changed = [name for name, state in told.items() if state != (self.rows[name], 0)]
            if any(self.rows[name] > LARGE for name in changed):
                return False
            admin.execute("SET session_replication_role = replica")  # neither triggers nor foreign keys hold it back
            for name in changed:
                admin.execute(sql.SQL("DELETE FROM {}").format(_of(name)))
                if name in self.held:
                    _fill(admin, name, self.held[name])
            for name, last in admin.execute(SEQUENCES).fetchall():
                if last != self.sequences[name]:
                    stood = self.sequences[name]
                    admin.execute("SELECT setval(%s, %s, %s)", [name, stood or 1, stood is not None])
            admin.execute("RESET session_replication_role")
            self.since = _next(admin)
        return True

    def _admin(self) -> Connection:
        return psycopg.connect(make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=self.name), autocommit=True)

    def _told(self, admin: Connection, names: Sequence[str]) -> Told:
        """How many rows each of these has, and how many of them are new."""
        each = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, count(*), count(*) FILTER (WHERE xmin::text::bigint >= {}) FROM {}").format(
                sql.Literal(name), sql.Literal(self.since), _of(name)
            )
            for name in names
        )
        return {name: (many, new) for name, many, new in admin.execute(each)}


def _of(name: str) -> sql.SQL:
    return sql.SQL(name)  # quoted by the server


def _next(admin: Connection) -> int:
    """The number of the transaction that asks: whatever is written from now on carries a higher one."""
    row = admin.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
    assert row is not None
    return int(row[0])


def _copied(admin: Connection, name: str) -> bytes:
    with admin.cursor() as cursor, cursor.copy(sql.SQL("COPY {} TO STDOUT").format(_of(name))) as copy:
        return b"".join(copy)


def _fill(admin: Connection, name: str, rows: bytes) -> None:
    with admin.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(_of(name))) as copy:
        copy.write(rows)
