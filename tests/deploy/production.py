"""Production as the files in deploy/ run it: web and worker as their units say, behind nginx with TLS.

What dies is started again when `keep_up` is called, as the units' Restart does it; nothing else is mended.
"""

import contextlib
import datetime
import http.client
import os
import re
import shutil
import signal
import socket
import socketserver
import ssl
import string
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.conninfo import make_conninfo

from deploy.postgres import CannotStart, Server
from tests.deploy.prepared import prepared
from tests.house.rooms import ROOT

HOST = "casework.example"
DATABASE, URLS = "casework", ("DATABASE_URL", "DATABASE_MIGRATE_URL")
PATIENCE_SECONDS = 60
MAIN = """
daemon off;
pid {home}/nginx.pid;
error_log {home}/main.log;
events {{}}
http {{
    access_log {home}/everything.log;
    error_log {home}/everything-error.log;
    client_body_temp_path {home}/bodies;
    proxy_temp_path {home}/answers;
    fastcgi_temp_path {home}/f;
    uwsgi_temp_path {home}/u;
    scgi_temp_path {home}/s;
    include {home}/casework.conf;
}}
"""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every letter (RFC 5321) and keeps it, unless its mood is another.

    `mood`: "takes"; "away" (hangs up at once), "busy" (451 at the receiver), "loses" (takes the letter and hangs up
    without an answer), "twice" (answers each letter two times).
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Letterbox)
        self.letters: list[bytes] = []
        self.mood = "takes"
        self.tries = 0
        self.came = threading.Semaphore(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Letterbox(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        mood, self.server.tries = self.server.mood, self.server.tries + 1
        if mood == "away":
            return
        with contextlib.suppress(ConnectionError):
            self._talk(mood)

    def _talk(self, mood: str) -> None:
        said = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        said |= {b"RCPT": b"451 not now\r\n"} if mood == "busy" else {}
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            self.wfile.write(said.get(verb, b"250 yes\r\n"))
            if verb == b"DATA":
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter)
                self.server.came.release()
                if mood == "loses":
                    return
                self.wfile.write(b"250 taken\r\n" * (2 if mood == "twice" else 1))


def authority(home: Path) -> Path:
    """A certificate authority of our own and a certificate of the host; the authority's file."""

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    def certificate(
        subject: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
    ) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name(subject))
            .issuer_name(name("authority"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(subject)]), critical=False)
        )
        return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    ours, theirs = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (home / "authority.pem").write_bytes(certificate("authority", ours, ours, is_authority=True))
    (home / "fullchain.pem").write_bytes(certificate(HOST, theirs, ours, is_authority=False))
    (home / "privkey.pem").write_bytes(
        theirs.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return home / "authority.pem"


def unit(name: str) -> list[str]:
    """What a unit starts, from our own folder."""
    text = (ROOT / "deploy" / "units" / f"casework-{name}.service").read_text()
    command = str(re.findall(r"^ExecStart=(.+)$", text, re.MULTILINE)[0])
    return command.replace("/opt/casework/.venv/bin", str(Path(sys.executable).parent)).split()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Production:
    """Everything that runs, and what one asks of it from outside.

    `options` are further settings of the database's server, `settings` further ones of the product.
    """

    def __init__(
        self, home: Path, *, options: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None,
        server: type[Server] = Server,
    ) -> None:  # fmt: skip
        self.home = home
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.mail = MailServer()
        self.plain, self.secure, self.upstream = free_port(), free_port(), free_port()
        self.trusted = ssl.create_default_context(cafile=authority(home))
        self.server = server(home / "postgres", home / "server-secrets", options=options or {})
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        urls = {name: str(home / "secrets" / name.lower().replace("_", "-")) for name in URLS}
        example = (ROOT / "deploy" / "environment.example").read_text().replace("casework.example.org", HOST)
        chosen = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and line[0] != "#")
        self.environment = kept | chosen | {
            "CASEWORK_VAR": str(home), "SECRET_KEY": "k" * 30 + "e9" * 15,
            "DATABASE_URL_FILE": urls["DATABASE_URL"], "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.server_address[1]), "EMAIL_TLS": "no", "EMAIL_USER": "",
        } | dict(settings or {})  # fmt: skip
        self.deploys = {
            "CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL_FILE": urls["DATABASE_MIGRATE_URL"]
        }  # fmt: skip
        prepared("production", home, self.server, lambda: self._roles(kept, urls), self._prepare)
        self.commands = {
            "web": [word.replace("8000", str(self.upstream)) for word in unit("web")],
            "worker": unit("worker"),
            "nginx": ["nginx", "-p", str(home), "-c", str(self.proxy(self.upstream))],
        }

    def _roles(self, kept: dict[str, str], urls: Mapping[str, str]) -> None:
        made = self.run(["-m", "deploy.roles"], kept | {"ADMIN_URL": self.server.url(), "CASEWORK_VAR": str(self.home)})
        assert dict(line.split("=", 1) for line in made.splitlines()) == {f"{name}_FILE": urls[name] for name in URLS}

    def _prepare(self) -> None:
        self.manage("create_key")
        self.manage("prepare", owner=True)

    def start(self) -> None:
        """Web server, worker and proxy, and waits until all parts are ready."""
        for name in self.commands:
            self._start(name)
        self.until_ready()

    def proxy(self, upstream: int) -> Path:
        """Nginx's files: ours, filled in and moved to ports and a folder that anybody may use."""
        text = string.Template((ROOT / "deploy" / "proxy" / "casework.conf.template").read_text()).safe_substitute(
            CASEWORK_HOST=HOST, CASEWORK_UPSTREAM=f"127.0.0.1:{upstream}", CASEWORK_CERTIFICATE=str(self.home)
        )
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.plain}").replace("/var/log/nginx", str(self.home))
        (self.home / "casework.conf").write_text(text.replace("listen 443", f"listen 127.0.0.1:{self.secure}"))
        (self.home / "nginx.conf").write_text(MAIN.format(home=self.home))
        return self.home / "nginx.conf"

    def run(self, command: list[str], environment: Mapping[str, str]) -> str:
        """What a Python program prints. Raises CalledProcessError when it fails."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def manage(self, *command: str, owner: bool = False) -> str:
        """What one of the commands of manage.py prints; `owner` runs it as deploys do."""
        return self.run(["manage.py", *command], self.environment | (self.deploys if owner else {}))

    def administrator(self) -> psycopg.Connection[tuple[object, ...]]:
        """A connection that no wall holds back."""
        return psycopg.connect(make_conninfo(self.server.url(), dbname=DATABASE), autocommit=True)

    def kill(self, name: str) -> None:
        """SIGKILL for "database", "web" or "worker" with all its processes; nothing starts it again yet."""
        process = self.server.process if name == "database" else self.processes[name]
        assert process is not None
        with contextlib.suppress(ProcessLookupError):
            if name == "database":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def keep_up(self) -> list[str]:
        """Starts again what has died, as systemd does by the units; what that was. The database may refuse to start."""
        dead = [name for name, process in self.processes.items() if process.poll() is not None]
        for name in dead:
            self._start(name)
        if self.server.process is None or self.server.process.poll() is not None:
            dead.append("database")
            with contextlib.suppress(CannotStart):
                self.server.start()
        return dead

    def until_ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Starts again what dies, until all parts are right. Raises AssertionError with the end of the log."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.keep_up()
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            time.sleep(0.2)
        raise AssertionError((self.home / "processes.log").read_text()[-3000:])

    def ask(
        self, method: str, path: str, body: bytes | None = None, *, host: str = HOST, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Over TLS, as a browser does that was told where the host is."""
        line = http.client.HTTPConnection("127.0.0.1", self.secure, timeout=30)
        line.connect()
        line.sock = self.trusted.wrap_socket(line.sock, server_hostname=HOST)
        with contextlib.closing(line):
            line.request(method, path, body, {"Host": host} | {n.replace("_", "-"): v for n, v in headers.items()})
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read().decode(errors="replace")

    def stop(self) -> None:
        for process in reversed(self.processes.values()):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.server.stop()
        self.mail.shutdown()
        self.mail.server_close()
        shutil.rmtree(self.server.root, ignore_errors=True)

    def _start(self, name: str) -> None:
        with (self.home / "processes.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )


@contextlib.contextmanager
def served(home: Path, **chosen: Any) -> Iterator[Production]:
    """Runs within the block."""
    found = Production(home, **chosen)
    try:
        found.start()
        yield found
    finally:
        found.stop()
