"""`python -m deploy.backup make|check|restore`: a copy of everything but the root key, sealed with it.

    make [FILE]      a copy of the database as it stands now; people go on working
    check FILE       restores it into a second server, which is thrown away, and compares what came out
    restore FILE     the same into an empty database, to go on with

The copy opens with the root key alone, like all that is sealed in it: keep that elsewhere (docs/keys.md). It holds
neither sessions, so everybody signs in again, nor the key with which contexts are signed, which `walls` writes anew.

ADMIN_URL in the environment names a role that reads all rows (a superuser, or BYPASSRLS with pg_read_all_data; to
restore: a superuser), and the settings are those of the serving processes, to restore with DATABASE_MIGRATE_URL; the
database and its roles are those that `deploy.roles` made. Without ADMIN_URL the demo's own server is meant.
"""

import contextlib
import itertools
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from casework.vault.cipher import SealBroken, seal, unseal
from deploy import demo
from deploy.postgres import BINARIES, PACKAGES, CannotStart, Server, create_roles, only_one

FOLDER = demo.VAR / "backups"
FIRST_LINE = b"casework backup 1\n"
LENGTH = struct.Struct(">I")
PIECE_BYTES = 1024 * 1024
# What is made anew: the key that signs contexts, and what only a running installation knows.
LEFT_OUT = ("ctx.key", "public.access_session", "public.access_cacheentry")
HEADS = "SELECT organization_id::text, number::text, encode(hash, 'hex') FROM public.audit_head ORDER BY 1"


class Refused(Exception):
    """The copy cannot be made, or is not whole; the message says why."""


@dataclass(frozen=True)
class Manifest:
    """What a copy holds: when it was made (UTC), rows of each table, and the end of each organization's audit."""

    made_at: str
    rows: dict[str, int]
    heads: list[list[str]]


def make(admin: str, path: Path) -> Manifest:
    """Writes a copy to `path`; what it says that it holds is of the same instant. Raises Refused."""
    with psycopg.connect(admin) as line:
        line.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = line.execute(
            "SELECT rolsuper OR rolbypassrls, pg_export_snapshot() FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if row is None or not row[0]:
            raise Refused("This role does not read all rows: a superuser, or BYPASSRLS, is needed (docs/install.md).")
        manifest = Manifest(datetime.now(UTC).isoformat(timespec="seconds"), _rows(line), _heads(line))
        command = ["pg_dump", "--format=custom", f"--snapshot={row[1]}"]
        command += [f"--exclude-table-data={table}" for table in LEFT_OUT]
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f"{path.name}.unfinished")
        try:
            with (
                os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
                _tool(command, admin, stdout=subprocess.PIPE) as dump,
            ):
                _seal(file, manifest, _read(dump.stdout))
                os.fsync(file.fileno())
            if dump.returncode:
                raise Refused("pg_dump failed; what it said stands above.")
        except BaseException:
            unfinished.unlink(missing_ok=True)  # on a full disk the database needs the room
            raise
    unfinished.rename(path)
    return manifest


def restore(path: Path, admin: str, database: str) -> None:
    """Brings a copy into a database that stands, with its roles (`create_roles`), and has no tables yet.

    Raises Refused for a copy that is cut, changed, or sealed with another root key, and for a database in use; then
    nothing of it stands there.
    """
    there = make_conninfo(admin, dbname=database)
    with psycopg.connect(there) as line:
        if line.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchone():
            raise Refused(f"The database {database} has tables already. Restore into an empty one.")
    with path.open("rb") as file:
        for _piece in _records(file):  # to its end, before anything is restored: a copy that was cut leaves nothing
            pass
        file.seek(0)
        command = ["pg_restore", "--exit-on-error", "--single-transaction", f"--dbname={database}"]
        with _tool(command, there, stdin=subprocess.PIPE) as done, contextlib.suppress(BrokenPipeError):
            _fill(done.stdin, itertools.islice(_records(file), 1, None))
    if done.returncode:
        raise Refused("pg_restore failed; what it said stands above.")


def _fill(into: IO[bytes] | None, pieces: Iterable[bytes]) -> None:
    if into:
        with into:
            into.writelines(pieces)


def compare(path: Path, admin: str, database: str) -> list[tuple[str, str, str]]:
    """What differs between a copy and the database that it was brought into: what, there, here."""
    manifest = read(path)
    with psycopg.connect(make_conninfo(admin, dbname=database)) as line:
        rows, heads = _rows(line), _heads(line)
    found = [
        (name, str(manifest.rows.get(name, "-")), str(rows.get(name, "-")))
        for name in sorted({*manifest.rows, *rows})
        if manifest.rows.get(name) != rows.get(name)
    ]
    before, after = ({one[0]: " ".join(one[1:]) for one in some} for some in (manifest.heads, heads))
    ends = sorted({*before, *after})
    return found + [(f"audit of {one}", before.get(one, "-"), after.get(one, "-")) for one in ends
                    if before.get(one) != after.get(one)]  # fmt: skip


def read(path: Path) -> Manifest:
    """What a copy says that it holds. Raises Refused for what is no copy of ours, or sealed with another key."""
    with path.open("rb") as file:
        return Manifest(**json.loads(next(_records(file))))


def _rows(line: psycopg.Connection) -> dict[str, int]:
    found = line.execute(
        "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('public', 'ctx') ORDER BY 1, 2"
    ).fetchall()
    wanted = [names for names in found if ".".join(names) not in LEFT_OUT]
    return {".".join(names): _count(line, sql.Identifier(*names)) for names in wanted}


def _count(line: psycopg.Connection, table: sql.Identifier) -> int:
    row = line.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone()
    return int(row[0]) if row else 0


def _heads(line: psycopg.Connection) -> list[list[str]]:
    return [list(row) for row in line.execute(HEADS).fetchall()]


# --- The file: a line, the id, then records; each is sealed for its place, so that none can be moved, cut off or added.


def _seal(file: IO[bytes], manifest: Manifest, pieces: Iterator[bytes]) -> None:
    pk = uuid.uuid4()
    file.write(FIRST_LINE + pk.bytes)
    number = 0
    for number, piece in enumerate((json.dumps(asdict(manifest)).encode(), *pieces)):
        _write(file, seal(piece, f"backup|{pk}|{number}"))
    _write(file, seal(b"", f"backup|{pk}|{number + 1}|end"))


def _read(dump: IO[bytes] | None) -> Iterator[bytes]:
    while dump and (piece := dump.read(PIECE_BYTES)):
        yield piece


def _write(file: IO[bytes], record: bytes) -> None:
    file.write(LENGTH.pack(len(record)) + record)


def _records(file: IO[bytes]) -> Iterator[bytes]:
    """What stands in each record, the manifest first; the last one only shows that nothing is missing."""
    if file.read(len(FIRST_LINE)) != FIRST_LINE:
        raise Refused("This is no copy made by `make backup`.")
    pk, number = uuid.UUID(bytes=file.read(16).ljust(16)), 0
    while True:
        head = file.read(LENGTH.size)
        record = file.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else b""
        try:
            piece = unseal(record, f"backup|{pk}|{number}")
        except SealBroken:
            break
        yield piece
        number += 1
    try:
        unseal(record, f"backup|{pk}|{number}|end")
    except SealBroken:
        what = "sealed with another root key, or damaged at its start" if number == 0 else "cut or changed"
        raise Refused(f"The copy is {what}.") from None


# --- Commands


def _tool(
    command: list[str], admin: str, *, stdin: int = subprocess.DEVNULL, stdout: int | None = None
) -> "subprocess.Popen[bytes]":
    """A tool of our own PostgreSQL, which knows older servers. How it signs in stands in its environment alone."""
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE",
             "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}  # fmt: skip
    given = {names[name]: str(value) for name, value in conninfo_to_dict(admin).items() if name in names}
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"} | given
    tool = PACKAGES / BINARIES / command[0]
    return subprocess.Popen([str(tool), *command[1:]], env=environment, stdin=stdin, stdout=stdout)


def check(path: Path) -> list[tuple[str, str, str]]:
    """The drill: the copy on a second server, counts and ends of audits compared, the audit walked, every seal opened.

    What differs; empty where nothing does. Raises Refused for an audit that is not whole and a seal that does not open.
    """
    with tempfile.TemporaryDirectory(prefix="casework-drill-") as folder:
        home = Path(folder)
        server = Server(home / "postgres", home / "secrets")
        server.start()
        try:
            urls = create_roles(server.url(), home / "secrets", demo.DATABASE)
            restore(path, server.url(), demo.DATABASE)
            _prove(urls["migrate"])
            return compare(path, server.url(), demo.DATABASE)
        finally:
            server.stop()
            shutil.rmtree(server.root, ignore_errors=True)


def _prove(migrate: str | None, commands: tuple[str, ...] = ("walls", "audit_verify", "open_seals")) -> None:
    """Walls, audit and seals of a restored database: of `migrate`, or of the settings. Raises Refused."""
    own = dict(os.environ)
    if migrate:
        elsewhere = {f"{name}{file}" for name in ("DATABASE_URL", "DATABASE_MIGRATE_URL") for file in ("", "_FILE")}
        own = {name: value for name, value in own.items() if name not in elsewhere} | {"DATABASE_MIGRATE_URL": migrate}
    own["CASEWORK_DATABASE_ROLE"] = "migrate"
    for command in commands:
        done = subprocess.run([sys.executable, "manage.py", command], cwd=demo.ROOT, env=own, check=False)
        if done.returncode:
            raise Refused(f"manage.py {command} found something: see above.")


def _run(what: str, path: Path) -> int:
    admin = os.environ.get("ADMIN_URL")
    installed = bool(os.environ.keys() & {"DATABASE_URL", "DATABASE_URL_FILE"})
    if admin is None and not (what == "check" and installed):
        os.environ.update(demo.environment(demo.chosen_port(), {"app": f"dbname={demo.DATABASE}"}))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "casework.settings")
    if what == "check":
        return _say(read(path), check(path))
    name = str(settings.DATABASES["default"]["NAME"])
    with contextlib.nullcontext(admin) if admin else _demos() as admin:
        if what == "make":
            manifest = make(make_conninfo(admin, dbname=name), path)
            print(f"{path}: {_size(manifest)}, {path.stat().st_size} bytes")
            return 0
        migrate = None if "ADMIN_URL" in os.environ else create_roles(admin, demo.SECRETS, name)["migrate"]
        _prove(migrate, ("check",))  # before anything stands there: a second try would be refused
        restore(path, admin, name)
        _prove(migrate)
        return _say(read(path), compare(path, admin, name))


@contextlib.contextmanager
def _demos() -> Iterator[str]:
    """The demo's own server: as it runs, or started for this alone."""
    server = Server(demo.VAR / "postgres", demo.SECRETS)
    with only_one(demo.VAR / "demo.lock") as ours:
        if ours:
            server.start()
        try:
            yield server.url()
        finally:
            if ours:
                server.stop()


def _say(manifest: Manifest, differs: list[tuple[str, str, str]]) -> int:
    print(f"Copy of {manifest.made_at}: {_size(manifest)}, {len(manifest.heads)} audits")
    for what, there, here in differs:
        print(f"  differs: {what}: {there} in the copy, {here} restored")
    print("Nothing differs." if not differs else f"{len(differs)} differ.")
    return 1 if differs else 0


def _size(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} rows of {len(manifest.rows)} tables"


def main(arguments: list[str]) -> int:
    what = arguments[0] if arguments else ""
    if what not in {"make", "check", "restore"} or len(arguments) > 2 or (what != "make" and len(arguments) < 2):
        print(__doc__)
        return 2
    stamp = datetime.now(UTC).strftime("%Y-%m-%d-%H%M%S")
    path = Path(arguments[1]) if len(arguments) > 1 else FOLDER / f"{stamp}.backup"
    try:
        return _run(what, path)
    except (Refused, CannotStart, ImproperlyConfigured, psycopg.Error, OSError) as error:
        print(error)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
