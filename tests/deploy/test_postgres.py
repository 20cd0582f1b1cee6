"""The embedded server: from paths with spaces, after a kill, beside a lock file whose process is another program."""

import os
import shutil
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from deploy.postgres import CannotStart, Server, create_roles

FAST = {"fsync": "off"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    # pytest's folders are closed to others, and so is the home of many an installation.
    return tmp_path / "a folder with spaces" / "var"


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    one = Server(home / "postgres", home / "secrets", options=FAST)
    one.start()
    yield one
    one.stop()
    shutil.rmtree(one.root)  # below a closed home, root keeps the data elsewhere


def answer(server: Server, question: str = "SELECT 1") -> object:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_it_starts_in_a_path_with_spaces_and_trusts_nobody(server: Server, home: Path) -> None:
    assert answer(server, "SHOW listen_addresses") == ""
    assert answer(server, "SHOW log_parameter_max_length") == "0"
    assert answer(server, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url(password="guess"))
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secrets" / "postgres").stat().st_mode) == 0o600


def test_folders_above_keep_their_modes(tmp_path: Path, home: Path) -> None:
    above = [tmp_path, *list(tmp_path.parents)[:-1]]
    before = [folder.stat().st_mode for folder in above]
    one = Server(home / "postgres", home / "secrets", options=FAST)
    one.start()
    one.stop()
    shutil.rmtree(one.root)
    assert [folder.stat().st_mode for folder in above] == before


def test_what_was_committed_survives_a_kill(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    assert answer(server, "SELECT id FROM kept") == 7


def test_a_lock_file_whose_process_is_another_program_is_no_hindrance(server: Server) -> None:
    server.stop()
    lock = server.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.data}\n{int(time.time())}\n5432\n{server.sockets}\n\n0\n")
    server.start()
    assert answer(server) == 1


def test_a_server_that_outlived_its_runner_is_ended_first(server: Server) -> None:
    first = server.process
    assert first is not None
    reaper = threading.Thread(target=first.wait)  # as init would: a dead child that nobody collects keeps its number
    reaper.start()
    second = Server(server.home, server.passwords, options=FAST)
    second.start()
    reaper.join()
    assert (answer(second), first.returncode) == (1, 0)
    second.stop()


def test_roles_are_made_once_and_mended(server: Server) -> None:
    urls = create_roles(server.url(), server.passwords)
    assert create_roles(server.url(), server.passwords) == urls
    with psycopg.connect(urls["app"]) as connection:
        assert connection.execute("SELECT current_user::text, current_database()::text").fetchone() == (
            "casework_app",
            "casework",
        )
    with psycopg.connect(urls["migrate"]) as connection:
        connection.execute("SET ROLE casework_owner")
        connection.execute("CREATE TABLE planted (id int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        stranger(server)


def stranger(server: Server) -> None:
    """A role of nobody's, trying the door."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("CREATE ROLE stranger LOGIN PASSWORD 'x'")
    psycopg.connect(make_conninfo(server.url(), user="stranger", password="x", dbname="casework"))


def test_a_managed_server_needs_no_superuser(server: Server) -> None:
    """What docs/install.md asks of a server that is not ours: a role that may create roles and databases."""
    with psycopg.connect(server.url(), autocommit=True) as admin:
        admin.execute("CREATE ROLE manager LOGIN CREATEROLE CREATEDB PASSWORD 'x'")
    manager = make_conninfo(server.url(), user="manager", password="x")
    urls = create_roles(manager, server.passwords)
    assert create_roles(manager, server.passwords) == urls
    with psycopg.connect(urls["migrate"], autocommit=True) as connection:
        connection.execute("SET ROLE casework_owner")
        connection.execute("CREATE TABLE planted (id int)")
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("SET ROLE casework_definer")
        connection.execute("CREATE SCHEMA ctx")
    with psycopg.connect(urls["app"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT * FROM planted")


def test_a_cut_lock_file_is_no_hindrance(server: Server) -> None:
    server.stop()
    (server.data / "postmaster.pid").write_text("")
    server.start()
    assert answer(server) == 1


def test_somebody_elses_roles_are_left_alone(server: Server, tmp_path: Path) -> None:
    urls = create_roles(server.url(), server.passwords)
    with pytest.raises(CannotStart, match="Roles of another Casework"):
        create_roles(server.url(), tmp_path / "other")
    psycopg.connect(urls["app"]).close()


def test_a_runtime_folder_of_root_is_not_used(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """After a login root has one that the system user cannot enter; everybody else's is the best place there is."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    one = Server(home / "postgres", home / "secrets", options=FAST)
    assert one.sockets.is_relative_to(runtime) == (os.geteuid() != 0)
    one.start()
    assert answer(one) == 1
    one.stop()
    shutil.rmtree(one.root)


def test_a_narrow_umask_and_deleted_data(home: Path) -> None:
    before = os.umask(0o077)
    try:
        one = Server(home / "postgres", home / "secrets", options=FAST)
        one.start()
        one.stop()
        shutil.rmtree(home)
        again = Server(home / "postgres", home / "secrets", options=FAST)
        again.start()
        assert answer(again) == 1
        again.stop()
    finally:
        os.umask(before)
    for root in {one.root, again.root}:
        shutil.rmtree(root, ignore_errors=True)
