"""Invented people as the product stores them: sealed under keys of their own, with tokens; and in clear, beside.

A person is a case of the organization. All goes in by COPY; the tokens' indexes are made afterwards.
"""

import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import psycopg

from benchmarks.names.habits import plain
from benchmarks.names.people import Somebody
from benchmarks.seed import fill, key, organizations, said

PLAN = """
    CREATE TEMPORARY TABLE place AS SELECT *, md5('organization ' || n)::uuid AS organization
        FROM unnest(%s::int[]) AS n, (VALUES ('organization', 1, 'attorney')) AS p (visibility, attorneys, role);
    CREATE TEMPORARY TABLE member AS SELECT n, 0 AS m, organization, n || '.0' AS name, n AS number,
        md5('member ' || n || '.0')::uuid AS id, md5('user ' || n || '.0')::uuid AS user_id, role FROM place;
    CREATE TEMPORARY TABLE named (n int, person uuid, given bytea, first bytea, second bytea, born bytea);
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), c.conname, c.contype
    FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
    WHERE i.indrelid = 'people_nametoken'::regclass
"""


@dataclass(frozen=True)
class Crowd:
    """All people of one organization."""

    n: int
    people: Sequence[Somebody]

    @property
    def organization(self) -> uuid.UUID:
        return key(f"organization {self.n}")

    @property
    def asker(self) -> uuid.UUID:
        return key(f"member {self.n}.0")

    def person(self, number: int) -> uuid.UUID:
        return key(f"person {self.n}.{number}")


def store(server: psycopg.Connection[Any], crowds: Sequence[Crowd]) -> None:
    """Writes them down."""
    server.execute("SET session_replication_role = replica")  # keys are not checked: the rows fit by construction
    server.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for statement in PLAN.split(";"):
        if statement.strip():
            server.execute(statement, [[crowd.n for crowd in crowds]] if "%s" in statement else None)
    organizations(server)
    secrets: dict[int, bytes] = {}
    for crowd in crowds:
        said(f"{len(crowd.people)} people sealed", partial(_sealed, server, crowd, secrets))
    _rows(server)
    indexes = server.execute(INDEXES).fetchall()
    for name, _definition, constraint, _kind in indexes:
        drop = (
            f"ALTER TABLE people_nametoken DROP CONSTRAINT {constraint} CASCADE" if constraint else f"DROP INDEX {name}"
        )
        server.execute(drop)
    for crowd in crowds:
        said("tokens", partial(_tokens, server, crowd, secrets))
        _clear(server, crowd)
    for _name, definition, _constraint, _kind in indexes:
        said("index", partial(server.execute, definition))
    said("statistics", lambda: server.execute("VACUUM (FREEZE, ANALYZE)"))


def _sealed(server: psycopg.Connection[Any], crowd: Crowd, secrets: dict[int, bytes]) -> None:
    """Keys, and the names under them; into `secrets` goes that of the organization's look-ups."""
    from casework.people.models import Person
    from casework.vault.cipher import KEY_BYTES, Key, seal
    from casework.vault.keys import above, wrapping

    over, secret = Key(uuid.uuid4(), os.urandom(KEY_BYTES)), os.urandom(KEY_BYTES)
    index = over.seal(secret, f"index|{crowd.organization}")
    with server.cursor().copy(
        "COPY vault_organizationkey (id, organization_id, wrapped, wrapped_index, made_at) FROM STDIN"
    ) as copy:
        copy.write_row(
            [over.id, crowd.organization, seal(over.secret, above(over.id, crowd.organization)), index, "now"]
        )
    made = [Key(uuid.uuid4(), os.urandom(KEY_BYTES)) for _ in crowd.people]
    with server.cursor().copy(
        "COPY vault_filekey (id, organization_id, file_id, organization_key_id, wrapped, made_at) FROM STDIN"
    ) as copy:
        for number, one in enumerate(made):
            person = crowd.person(number)
            copy.write_row(
                [one.id, crowd.organization, person, over.id, over.seal(one.secret, wrapping(one.id, person)), "now"]
            )
    columns: list[Any] = [
        Person._meta.get_field(name) for name in ("given_names", "first_surname", "second_surname", "birth_date")
    ]
    with server.cursor().copy("COPY named FROM STDIN") as copy:
        for number, (somebody, one) in enumerate(zip(crowd.people, made, strict=True)):
            person = crowd.person(number)
            values = (somebody.given, somebody.first, somebody.second, somebody.born)
            cells = zip(values, columns, strict=True)
            sealed = [
                one.seal(column.pack(value), column.place(person, 1)) if value else None for value, column in cells
            ]
            copy.write_row([crowd.n, person, *sealed])
    secrets[crowd.n] = secret


def _rows(server: psycopg.Connection[Any]) -> None:
    from casework.cases.models import Case
    from casework.people.models import Person

    server.execute("ANALYZE named")
    source = "FROM named JOIN member USING (n)"
    fill(
        server, Person, source, id="person", organization_id="organization", given_names="given", first_surname="first",
        second_surname="second", birth_date="born", opened_by_id="member.id",
    )  # fmt: skip
    fill(
        server, Case, source, id="md5('case ' || person)::uuid", organization_id="organization", person_id="person",
        reference="'O' || n || '-' || left(person::text, 13)", stage="'active'", opened_by_id="member.id",
    )  # fmt: skip


def _tokens(server: psycopg.Connection[Any], crowd: Crowd, secrets: dict[int, bytes]) -> Any:
    from casework.people import tokens
    from casework.people.models.person import TOKEN_BYTES
    from casework.vault import keys

    @cache
    def of_name(name: str) -> frozenset[str]:
        return frozenset(tokens.of_name(name))

    @cache
    def token(form: str) -> bytes:
        return keys.indexed(secrets[crowd.n], "name", form)[:TOKEN_BYTES]

    def rows() -> Iterator[list[Any]]:
        for number, one in enumerate(crowd.people):
            person = crowd.person(number)
            names = (one.given, one.first, one.second)
            forms = tokens.across(names).union(*map(of_name, names), tokens.of_dates([one.born]))
            forms |= tokens.whole(" ".join(names))
            for form in forms:
                yield [uuid.UUID(bytes=os.urandom(16), version=4), crowd.organization, person, token(form)]

    cursor = server.cursor()
    with cursor.copy(
        "COPY people_nametoken (id, organization_id, person_id, token) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.set_types(["uuid", "uuid", "uuid", "bytea"])
        for row in rows():
            copy.write_row(row)
    return cursor


def _clear(server: psycopg.Connection[Any], crowd: Crowd) -> None:
    """The same people as nobody should store them, with the index that PostgreSQL has for likeness."""
    table = f"clear_{crowd.n}"
    server.execute(f"CREATE TABLE {table} (number int, name text, born date)")
    with server.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for number, one in enumerate(crowd.people):
            copy.write_row([number, plain(" ".join(one.words)), one.born])
    said("pg_trgm", lambda: server.execute(f"CREATE INDEX ON {table} USING gin (name gin_trgm_ops)"))
