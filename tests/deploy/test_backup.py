"""Copies of a database: what is in them, what is refused, and that a restored one is equal."""

import resource
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from deploy import backup
from deploy.backup import Refused
from deploy.postgres import Server, create_roles

ANOTHER_KEY = "YW5vdGhlciByb290IGtleSBvZiB0aGUgdGVzdHMgISE="
CANARY = "Zenobia Quetzalmazin"
TABLES = """
    SET ROLE casework_owner;
    CREATE TABLE public.audit_head (organization_id uuid PRIMARY KEY, number bigint, hash bytea);
    CREATE TABLE public.access_session (session_key text);
    CREATE TABLE public.access_cacheentry (key text);
    CREATE TABLE public.people (id bigint PRIMARY KEY, name text);
    ALTER TABLE public.people ENABLE ROW LEVEL SECURITY;
    ALTER TABLE public.people FORCE ROW LEVEL SECURITY;
    INSERT INTO public.audit_head VALUES ('0d5b66a3-261d-4d3a-8a53-2c6a3f5a3d8a', 7, '\\xab');
    INSERT INTO public.access_session VALUES ('a session');
    INSERT INTO public.access_cacheentry VALUES ('a count');
    RESET ROLE;
    INSERT INTO public.people SELECT n, 'Zenobia Quetzalmazin ' || n FROM generate_series(1, 20000) n;
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("var")
    one = Server(home / "postgres", home / "secrets", options={"fsync": "off"})
    one.start()
    create_roles(one.url(), one.passwords, "first")
    with psycopg.connect(one.url(database="first"), autocommit=True) as line:
        line.execute(TABLES)
    yield one
    one.stop()
    shutil.rmtree(one.root)


@pytest.fixture
def copy(server: Server, tmp_path: Path) -> Path:
    backup.make(server.url(database="first"), tmp_path / "one.backup")
    return tmp_path / "one.backup"


def into(server: Server, copy: Path, database: str) -> None:
    create_roles(server.url(), server.passwords, database)
    backup.restore(copy, server.url(), database)


def ask(server: Server, database: str, query: str) -> Any:
    with psycopg.connect(server.url(database=database)) as line:
        return line.execute(query).fetchall()


def tables(server: Server, database: str) -> int:
    return int(ask(server, database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0][0])


def test_a_copy_says_what_it_holds_and_shows_nothing(copy: Path) -> None:
    held = backup.read(copy)
    assert held.rows == {"public.audit_head": 1, "public.people": 20000}
    assert held.heads == [["0d5b66a3-261d-4d3a-8a53-2c6a3f5a3d8a", "7", "ab"]]
    assert CANARY.encode() not in copy.read_bytes()
    assert b"people" not in copy.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in copy.parent.iterdir()] == ["one.backup"]


def test_a_restored_one_is_equal_and_keeps_its_walls(server: Server, copy: Path) -> None:
    into(server, copy, "second")
    assert backup.compare(copy, server.url(), "second") == []
    assert ask(server, "second", "SELECT name FROM people WHERE id = 20000") == [(f"{CANARY} 20000",)]
    assert ask(server, "second", "SELECT relforcerowsecurity FROM pg_class WHERE relname = 'people'") == [(True,)]
    assert ask(server, "second", "SELECT count(*) FROM access_session") == [(0,)]
    with pytest.raises(Refused, match="has tables already"):
        into(server, copy, "second")


def test_what_differs_is_named(server: Server, copy: Path) -> None:
    into(server, copy, "third")
    with psycopg.connect(server.url(database="third")) as line:
        line.execute("DELETE FROM people WHERE id < 4")
        line.execute("UPDATE audit_head SET number = 6")
    assert backup.compare(copy, server.url(), "third") == [
        ("public.people", "20000", "19997"), ("audit of 0d5b66a3-261d-4d3a-8a53-2c6a3f5a3d8a", "7 ab", "6 ab"),
    ]  # fmt: skip


@pytest.mark.parametrize("what", ["cut", "cut between records", "changed", "moved", "empty", "another file"])
def test_a_copy_that_is_not_whole_leaves_nothing(server: Server, copy: Path, what: str) -> None:
    whole = copy.read_bytes()
    middle, last = len(whole) // 2, whole.rindex(b"\0\0\0\x21")  # the record that says that nothing is missing
    copy.write_bytes({
        "cut": whole[:middle], "cut between records": whole[:last], "empty": b"", "another file": b"%PDF-1.7",
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
        "moved": whole[: len(backup.FIRST_LINE)] + bytes(16) + whole[len(backup.FIRST_LINE) + 16 :],
    }[what])  # fmt: skip
    with pytest.raises(Refused):
        into(server, copy, "fourth")
    assert tables(server, "fourth") == 0


def test_another_root_key_opens_nothing(server: Server, copy: Path, settings: Any) -> None:
    settings.VAULT_ROOT_KEY = ANOTHER_KEY
    with pytest.raises(Refused, match="another root key"):
        into(server, copy, "fourth")
    assert tables(server, "fourth") == 0


def test_a_role_that_does_not_read_all_rows_makes_none(server: Server, tmp_path: Path) -> None:
    """It would leave out, in silence, what its policies hide."""
    urls = create_roles(server.url(), server.passwords, "first")
    with pytest.raises(Refused, match="does not read all rows"):
        backup.make(make_conninfo(urls["migrate"], dbname="first"), tmp_path / "no.backup")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_not_kept_full(server: Server, tmp_path: Path) -> None:
    """What was written until there was no room goes away again."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            backup.make(server.url(database="first"), tmp_path / "one.backup")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
