"""`make demo`: everything set up and served on this machine, with invented people.

Starts the database, prepares it, serves the pages and runs the worker, until Ctrl-C or SIGTERM. What it needs stands
in `var/` (or `CASEWORK_VAR`); deleting that folder starts anew. `DATABASE_URL` (a role that may create roles and
databases on PostgreSQL 17 or later) replaces the embedded server, where the demo has a database of its own; `PORT` is
where it is served.
"""

import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import psycopg

from deploy import translations
from deploy.postgres import CannotStart, Server, create_roles, die_with_parent, only_one, secret_file

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("CASEWORK_VAR", ROOT / "var"))
SECRETS = VAR / "secrets"
DATABASE = "casework_demo"
PROCESSES = VAR / "demo.processes"
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_RUNTIME_DIR")
HEALTH_SECONDS = 60
RESTARTS, WITHIN_SECONDS = 5, 60.0


class Stop(Exception):
    """Somebody asked us to stop. `asked` remembers it: Python drops an exception that meets it while it tidies up."""

    asked = False


class Child:
    """A process that is started again when it dies, unless it dies again and again."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name, self.command, self.environment = name, command, environment
        self.log = VAR / "log" / f"{name}.log"
        self.starts: list[float] = []
        self.process = self._launch()

    def restart(self) -> None:
        """Starts the process again. Raises CannotStart when it keeps ending."""
        if len([at for at in self.starts if time.monotonic() - at < WITHIN_SECONDS]) >= RESTARTS:
            raise CannotStart(f"The {self.name} process keeps ending. See {self.log}")
        self.process = self._launch()

    def _launch(self) -> "subprocess.Popen[bytes]":
        self.starts.append(time.monotonic())
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            return subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )

    def stop(self) -> None:
        """Asks the process to end; after ten seconds, and for helpers that it left behind, the kernel does it."""
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_orphans(record: Path) -> None:
    """Ends what a killed predecessor left: the kernel asks its children to stop, but one that just starts may not hear.

    Each child leads a group. Numbers are given again to other processes, so a group counts only while one of its
    members runs from our folder.
    """
    groups = set(record.read_text().split() if record.exists() else [])
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            group = (folder / "stat").read_text().rpartition(")")[2].split()[2]  # proc(5): field 5 of stat
            if group in groups and is_ours(folder):
                os.kill(int(folder.name), signal.SIGKILL)
                time.sleep(0.2)  # until the kernel has given its port back


def is_ours(process: Path) -> bool:
    """Whether a folder of /proc is a web server or worker that runs from here."""
    command = (process / "cmdline").read_bytes()
    return (process / "cwd").readlink() == ROOT and (b"granian" in command or b"procrastinate" in command)


def say(text: str) -> None:
    print(text, flush=True)


def chosen_port() -> int:
    """`PORT`, or 8000. Raises CannotStart for anything but a port that everybody may open."""
    value = os.environ.get("PORT", "8000")
    if not (value.isascii() and value.isdigit() and 1024 <= int(value) <= 65535):
        raise CannotStart(f"PORT must be a number from 1024 to 65535, not {value!r}.")
    return int(value)


def port_is_taken(port: int) -> bool:
    """Whether somebody listens on the port, or holds it, on any loopback address."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            if probe.connect_ex((address, port)) == 0:
                return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def environment(port: int, urls: dict[str, str]) -> dict[str, str]:
    """All that our processes know; the application never learns the migrate role's password."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return kept | {
        "CASEWORK_MODE": "demo",
        "CASEWORK_VAR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "casework.settings",
        "BIND": "127.0.0.1",
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "SECRET_KEY": secret_file(SECRETS / "secret-key"),
        "DATABASE_URL": urls["app"],
        "PYTHONUNBUFFERED": "1",
    }


def manage(arguments: list[str], settings: dict[str, str]) -> None:
    """Runs one of Django's commands to its end. Raises CannotStart when it fails."""
    done = subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=settings, check=False)
    if done.returncode:
        raise CannotStart(f"manage.py {arguments[0]} failed.")


def fingerprint() -> str:
    """Changes when any file of the product does."""
    files = [file for part in ("casework", "templates", "static", "fixtures") for file in (ROOT / part).rglob("*.*")]
    facts = [
        f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in sorted(files) if file.suffix != ".pyc"
    ]
    return hashlib.sha256("\n".join([*facts, (ROOT / "requirements.lock").read_text()]).encode()).hexdigest()


def prepare_once(admin: str, settings: dict[str, str], migrate_url: str) -> None:
    """Prepares, unless the database's own comment says that it was done for just these files."""
    translations.compile_catalogs()
    now = fingerprint()
    with psycopg.connect(admin, autocommit=True) as server:
        said = server.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone()
        if said == (now,) and (VAR / "static").exists() and (VAR / "keys" / "root.key").exists():
            return
        prepare(settings, migrate_url)
        server.execute(f"COMMENT ON DATABASE {DATABASE} IS '{now}'")


def prepare(settings: dict[str, str], migrate_url: str) -> None:
    """Key, tables, walls, people and static files."""
    if not (VAR / "keys" / "root.key").exists():
        manage(["create_key"], settings)
    deploy = settings | {"CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL": migrate_url}
    say("Tables, walls and people ...")
    manage(["prepare"], deploy)


def serve(children: list[Child], settings: dict[str, str], port: int) -> None:
    """Starts the web server and the worker, and adds each to `children` as soon as it runs."""
    web = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", settings["BIND"]]
    web += ["--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws", "casework.wsgi:application"]
    worker = [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"]
    for name, command in (("web", web), ("worker", worker)):
        children.append(Child(name, command, settings))
        record(children)


def answers(port: int, child: Child) -> bool:
    """Waits until the web server answers on /healthz. False when its process ended or a minute is over."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while time.monotonic() < deadline and child.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            if b" 200 " in line.recv(100):
                return True
        time.sleep(0.1)
    return False


def record(children: list[Child]) -> None:
    """Notes our processes for a successor, in case that we are killed."""
    PROCESSES.write_text(" ".join(str(child.process.pid) for child in children))


def welcome(port: int) -> None:
    """Prints the address, and who one can be there."""
    cast = json.loads((ROOT / "fixtures" / "cast.json").read_text(encoding="utf-8"))
    names = {entry["short_name"]: entry["name"] for entry in cast["organizations"]}
    say(f"\n  Casework is at http://localhost:{port}\n\n  Enter there as one of these invented people:")
    for person in cast["people"]:
        places = [f"{', '.join(one['roles'])}, {names[one['organization']]}" for one in person["memberships"]]
        say(f"    {person['name']:<34} {'; '.join(places)}")
    say("")


def watch(children: list[Child], server: Server | None) -> None:
    """Starts again what dies, until it is told to stop."""
    while not Stop.asked:
        time.sleep(1)
        if server is not None and server.process is not None and server.process.poll() is not None:
            say("PostgreSQL ended; starting it again.")
            server.start()
        for child in children:
            if child.process.poll() is not None:
                say(f"The {child.name} process ended (code {child.process.returncode}); starting it again.")
                child.restart()
                record(children)


def run(port: int) -> None:
    """From nothing to a served demo; returns when told to stop. Raises CannotStart with what to do."""
    end_orphans(PROCESSES)
    if port_is_taken(port):
        raise CannotStart(f"Port {port} is taken. Free it, or choose another: make demo PORT={port + 1}")
    outside = os.environ.get("DATABASE_URL")
    server = None if outside else Server(VAR / "postgres", SECRETS)
    children: list[Child] = []
    began = time.monotonic()
    try:
        if server:
            say("PostgreSQL ...")
            server.start()
        os.umask(0o077)  # mails and logs of the demo are for its owner alone
        admin = outside or server.url()  # type: ignore[union-attr]
        urls = create_roles(admin, SECRETS, DATABASE)
        settings = environment(port, urls)
        prepare_once(admin, settings, urls["migrate"])
        serve(children, settings, port)
        if not answers(port, children[0]):
            raise CannotStart(f"The web server does not answer. See {children[0].log}")
        welcome(port)
        say(f"  Ready after {time.monotonic() - began:.1f} s. Ctrl-C stops everything.")
        watch(children, server)
    finally:
        for child in reversed(children):
            child.stop()
        PROCESSES.unlink(missing_ok=True)
        if server:
            server.stop()


def main() -> int:
    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        Stop.asked = True
        raise Stop

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    with only_one(VAR / "demo.lock") as ours:
        if not ours:
            say("The demo runs already from this folder. Stop it first, or use it.")
            return 1
        try:
            with contextlib.suppress(Stop):
                run(chosen_port())
            say("\nStopped.")
        except (CannotStart, psycopg.OperationalError) as error:
            say(f"\n{error}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
