"""200,000 cases in five organizations, made inside the database: the same rows on every machine.

What a row does not say stands as its model's default. Every file has its key, and names open; of the notes those on the
cases that pages show, the others carry one sealed value that nobody opens.
"""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.types.json import Jsonb

from deploy.postgres import own_database

if TYPE_CHECKING:
    from casework.vault.cipher import Key

Keys = dict[uuid.UUID, "Key"]
ROOT = Path(__file__).resolve().parent.parent
CASES = NOTES = 200_000
GRANTS_ELSEWHERE = 3_000
NOTES_OF_ONE = 40  # beyond what chance gives it
GROUPS = 1_000
# Of the server: a rate of loading is not to be that of its checkpoints, and the cache is that of a small machine.
SERVER = {"max_wal_size": "16GB", "checkpoint_timeout": "30min", "shared_buffers": "1GB"}


@dataclass(frozen=True)
class Place:
    """An organization: which twentieths of the cases it holds, who reads them, and what its first member is."""

    number: int
    first: int
    share: int
    visibility: str
    attorneys: int
    role: str = "attorney"

    @property
    def organization(self) -> uuid.UUID:
        return key(f"organization {self.number}")

    @property
    def asker(self) -> uuid.UUID:
        """The membership of the first member, who asks in the figures."""
        return key(f"member {self.number}.0")

    @property
    def user(self) -> uuid.UUID:
        return key(f"user {self.number}.0")

    @property
    def case(self) -> uuid.UUID:
        """One that the asker is assigned to, with many notes."""
        return key(f"case {20 * self.attorneys + self.first}")


# An attorney has about 120 cases.
OWN = Place(1, 0, 2, "organization", 167)
BIG = Place(2, 2, 15, "organization", 1250, "paralegal")
NARROW = Place(3, 17, 1, "assigned", 83)
PLACES = (OWN, BIG, NARROW, Place(4, 18, 1, "organization", 83), Place(5, 19, 1, "organization", 83))

# Twenty cases in a row go round all organizations; 25 in 1,000 are restricted, scattered; one every 13 minutes.
PLAN = f"""
    CREATE TEMPORARY TABLE place AS SELECT *, md5('organization ' || n)::uuid AS organization
        FROM (VALUES {{places}}) AS p (n, first, share, visibility, attorneys, role);
    CREATE TEMPORARY TABLE member AS SELECT n, m, organization, n || '.' || m AS name, n * 10000 + m AS number,
        md5('member ' || n || '.' || m)::uuid AS id, md5('user ' || n || '.' || m)::uuid AS user_id,
        CASE m WHEN 0 THEN role ELSE 'attorney' END AS role
        FROM place, generate_series(0, attorneys - 1) AS m;
    CREATE TEMPORARY TABLE planned AS SELECT i, n, p.organization, m.id AS member, m.role, attorneys,
        md5('case ' || i)::uuid AS id, md5('person ' || i)::uuid AS person,
        hashint4(i::integer) & 1023 < 26 AS restricted, now() - ({CASES} - i) * interval '13 minutes' AS at
        FROM generate_series(0, {CASES} - 1) AS i JOIN place p ON i % 20 >= first AND i % 20 < first + share
        JOIN member m USING (n) WHERE m.m = (i / 20 * share + i % 20 - first) % attorneys ORDER BY i;
    CREATE INDEX ON planned (i);
    ANALYZE place, member, planned;
"""  # noqa: S608


def key(what: str) -> uuid.UUID:
    """The id of a row of the plan."""
    return uuid.UUID(bytes=md5(what.encode(), usedforsecurity=False).digest())


def make(admin: str, migrate: str, name: str) -> str:
    """Makes the database anew, migrated, walled and full; how an administrator connects to it."""
    url = empty(admin, migrate, name)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SET session_replication_role = replica")  # keys are not checked: the rows fit by construction
        places = ", ".join(f"({p.number}, {p.first}, {p.share}, '{p.visibility}', {p.attorneys}, '{p.role}')"
                           for p in PLACES)  # fmt: skip
        said("plan", lambda: server.execute(PLAN.format(places=places)))
        organizations(server)
        made: Keys = {}
        said("keys, and names sealed", lambda: made.update(keys(server)))
        cases(server)
        notes(server, made)
        grants(server)
        said("texts sealed", lambda: texts(server, made))
        said("statistics", lambda: server.execute("VACUUM (FREEZE, ANALYZE)"))
    return url


def empty(admin: str, migrate: str, name: str, comment: str = "") -> str:
    """Makes the database anew, migrated and walled, with a comment; how an administrator connects to it."""
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(comment)))
    own_database(make_conninfo(admin, dbname=name), name)
    said("tables and walls", lambda: manage(migrate, name, "migrate", "--verbosity=0"))
    return make_conninfo(admin, dbname=name)


def manage(migrate: str, name: str, *command: str) -> None:
    """Runs a command of the product as the tables' owner."""
    environment = os.environ | {
        "CASEWORK_DATABASE_ROLE": "migrate",
        "DATABASE_MIGRATE_URL": make_conninfo(migrate, dbname=name),
        "DJANGO_SETTINGS_MODULE": "casework.settings",
    }
    run = [sys.executable, "manage.py", *command]
    subprocess.run(run, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def said(what: str, work: Callable[[], Any]) -> None:
    """Works, and says how long it took."""
    began = time.perf_counter()
    rows = getattr(work(), "rowcount", 0)
    print(f"  {what:<42}{rows if rows > 0 else '':>9}  {time.perf_counter() - began:6.1f} s", flush=True)


def fill(server: psycopg.Connection[Any], model: Any, source: str, **given: str) -> None:
    """Inserts a row of the model for each of the source, a FROM clause; `given` holds an expression for a column."""
    from casework.vault.fields import SealedField

    for field in model._meta.concrete_fields:
        if field.column not in given and field.get_internal_type() != "BigAutoField":
            if isinstance(field, SealedField):
                given[str(field.column)] = "NULL"
                continue
            default = Jsonb(field.get_default()) if field.get_internal_type() == "JSONField" else field.get_default()
            moment = getattr(field, "auto_now_add", False)
            given[field.column] = "now()" if moment else sql.Literal(default).as_string(server)
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(given)}) SELECT {', '.join(given.values())} {source}"
    said(model._meta.label, lambda: server.execute(into))


def organizations(server: psycopg.Connection[Any]) -> None:
    """Organizations and their members, each with a second factor."""
    from allauth.mfa.models import Authenticator
    from django.contrib.auth.models import Group

    from casework.access.models import Membership, Organization, User

    fill(server, Group, "FROM place", id=f"{GROUPS} + n", name="organization::text")
    fill(
        server, Organization, "FROM place", id="organization", name="'Organization ' || n", short_name="'O' || n",
        kind="'legal_services'", time_zone="'America/Los_Angeles'", visibility="visibility", group_id=f"{GROUPS} + n",
    )  # fmt: skip
    fill(
        server, User, "FROM member", id="user_id", email="'m' || name || '@example.org'", name="'Member ' || name",
        password="'!'",  # noqa: S106
    )  # fmt: skip
    fill(server, Authenticator, "FROM member", id="number", user_id="user_id", type="'totp'", data="'{}'")
    fill(
        server, Membership, "FROM member", id="id", user_id="user_id", organization_id="organization",
        roles="ARRAY[role]", starts_at="now() - interval '6 years'",
    )  # fmt: skip


def cases(server: psycopg.Connection[Any]) -> None:
    """A person, a case and whoever leads it, 200,000 times."""
    from casework.cases.models import Assignment, Case
    from casework.people.models import Person

    fill(
        server, Person, "FROM planned JOIN named USING (person)", id="person", organization_id="organization",
        given_names="given", first_surname="surname", opened_by_id="member", created_at="at",
    )  # fmt: skip
    fill(
        server, Case, "FROM planned", id="id", organization_id="organization", person_id="person",
        reference="'O' || n || '-' || i", stage="'active'", matters="'{bond}'", restricted="restricted",
        opened_at="at", opened_by_id="member",
    )  # fmt: skip
    fill(
        server, Assignment, "FROM planned", id="md5('assignment ' || i)::uuid", organization_id="organization",
        case_id="id", membership_id="member", role="CASE role WHEN 'attorney' THEN 'lead' ELSE role END",
        starts_at="at", made_by_id="member",
    )  # fmt: skip


def notes(server: psycopg.Connection[Any], made: Keys) -> None:
    """200,000 notes in tiers, on cases at random, and many on one case of each organization."""
    from casework.cases.models import Note

    sealed = sql.Literal(next(iter(made.values())).seal(b"Spoke with the family by telephone.", "bench"))

    single = ", ".join(f"'{place.case}'::uuid" for place in PLACES)
    fill(
        server, Note,
        f"FROM (SELECT j, abs(hashint4(j)) % {CASES} AS i FROM generate_series(1, {NOTES}) AS j"  # noqa: S608
        f" UNION ALL SELECT {NOTES} + i * 100 + j, i FROM planned, generate_series(1, {NOTES_OF_ONE}) AS j"
        f" WHERE id = ANY (ARRAY[{single}])) AS many JOIN planned USING (i)",
        id="md5('note ' || j)::uuid", organization_id="organization", case_id="id", text=sealed.as_string(server),
        tier="(ARRAY[1, 2, 2, 2, 3])[1 + j % 5]", author_id="member", author_name="'Somebody'",
        written_at="at + j % 1000 * interval '1 hour'",
    )  # fmt: skip


def keys(server: psycopg.Connection[Any]) -> Keys:
    """A key of each organization and of each file, and the names sealed under it, for the rows that follow."""
    from casework.people.models import Person
    from casework.vault.cipher import KEY_BYTES, Key, seal
    from casework.vault.keys import above, wrapping

    over = {place.organization: Key(uuid.uuid4(), os.urandom(KEY_BYTES)) for place in PLACES}
    with server.cursor().copy(
        "COPY vault_organizationkey (id, organization_id, wrapped, wrapped_index, made_at) FROM STDIN"
    ) as copy:
        for organization, key in over.items():
            index = key.seal(os.urandom(KEY_BYTES), f"index|{organization}")
            copy.write_row([key.id, organization, seal(key.secret, above(key.id, organization)), index, "now"])
    rows = server.execute("SELECT person, organization FROM planned").fetchall()
    made = {person: Key(uuid.uuid4(), os.urandom(KEY_BYTES)) for person, _ in rows}
    with server.cursor().copy(
        "COPY vault_filekey (id, organization_id, file_id, organization_key_id, wrapped, made_at) FROM STDIN"
    ) as copy:
        for person, organization in rows:
            key, wrapped_by = made[person], over[organization]
            wrapped = wrapped_by.seal(key.secret, wrapping(key.id, person))
            copy.write_row([key.id, organization, person, wrapped_by.id, wrapped, "now"])
    server.execute("CREATE TEMPORARY TABLE named (person uuid, given bytea, surname bytea)")
    columns: list[Any] = [Person._meta.get_field(name) for name in ("given_names", "first_surname")]
    with server.cursor().copy("COPY named FROM STDIN") as copy:
        for person, key in made.items():
            names = zip((b"Yesenia Xochiquetzal", b"Cuautle"), columns, strict=True)
            copy.write_row([person, *(key.seal(name, column.place(person, 1)) for name, column in names)])
    server.execute("ANALYZE named")
    return made


def texts(server: psycopg.Connection[Any], made: Keys) -> psycopg.Cursor[Any]:
    """Notes that can be opened, for the pages that are asked for."""
    from casework.cases.models import Note

    text: Any = Note._meta.get_field("text")
    told = b"Spoke with the family by telephone; they will bring the papers on Thursday."
    found = server.execute(
        "SELECT n.id, c.person_id FROM cases_note n JOIN cases_case c ON c.id = n.case_id WHERE c.id = ANY (%s)",
        [[place.case for place in PLACES]],
    ).fetchall()
    with server.cursor() as cursor:
        cursor.executemany(
            "UPDATE cases_note SET text = %s WHERE id = %s",
            [(made[person].seal(told, text.place(note, 0)), note) for note, person in found],
        )
        return cursor


def grants(server: psycopg.Connection[Any]) -> None:
    """200 cases of the big organization for the one that asks, half of them for its asker alone; some elsewhere."""
    from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission

    permission = "(SELECT id FROM auth_permission WHERE codename = 'view_case')"
    common = {
        "content_object_id": "id", "organization_id": "organization", "permission_id": permission,
        "granted_by_id": "member", "granted_by_name": "'Somebody'", "expires_at": "now() + interval '90 days'",
        "counsel_tier": "i % 7 = 0",
    }  # fmt: skip
    ours = f"FROM planned WHERE n = {BIG.number} AND NOT restricted AND i % 1000"
    fill(
        server, CaseUserObjectPermission, f"{ours} = 510 LIMIT 100",
        user_id=f"'{OWN.user}'", to_organization_id=f"'{OWN.organization}'", **common,
    )  # fmt: skip
    fill(
        server, CaseGroupObjectPermission, f"{ours} = 505 LIMIT 100",
        group_id=f"{GROUPS + OWN.number}", to_organization_id=f"'{OWN.organization}'", **common,
    )  # fmt: skip
    fill(
        server, CaseGroupObjectPermission, f"FROM planned WHERE n = {OWN.number} LIMIT {GRANTS_ELSEWHERE}",
        group_id=f"{GROUPS + 4}", to_organization_id=f"'{key('organization 4')}'", **common,
    )  # fmt: skip
