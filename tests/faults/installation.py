"""A whole installation in a folder of its own: database, web server, people of the demo; and browsers that use it."""

import contextlib
import html
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg.conninfo import make_conninfo

from deploy.postgres import Server, create_roles, secret_file
from tests.deploy.prepared import prepared
from tests.house.rooms import ROOT

PATIENCE_SECONDS = 60
DATABASE = "casework_demo"
FORM, TOKEN = "application/x-www-form-urlencoded", "csrfmiddlewaretoken"


class Installation:
    """What runs from `home`. Durable as in production: the server's settings are those of the product."""

    def __init__(self, home: Path, options: Mapping[str, str], server: type[Server] = Server, **settings: str) -> None:
        self.home = home
        self.server = server(home / "postgres", home / "secrets", options=options)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.environment = (
            {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
            | {
                "CASEWORK_MODE": "demo",
                "CASEWORK_VAR": str(home),
                "DJANGO_SETTINGS_MODULE": "casework.settings",
                "PORT": str(self.port),
                "PUBLIC_URL": f"http://localhost:{self.port}",
                "SECRET_KEY": secret_file(home / "secrets" / "secret-key"),
                "PYTHONUNBUFFERED": "1",
            }
            | settings
        )
        self.as_owner = {"CASEWORK_DATABASE_ROLE": "migrate"}
        prepared("demo", home, self.server, self._roles, self._prepare)
        self.web: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None
        self.start_web()

    def _roles(self) -> None:
        urls = create_roles(self.server.url(), self.home / "secrets", DATABASE)
        self.environment["DATABASE_URL"], self.as_owner["DATABASE_MIGRATE_URL"] = urls["app"], urls["migrate"]

    def _prepare(self) -> None:
        self.run("manage.py", "create_key")
        self.run("manage.py", "prepare", owner=True)

    def run(self, *command: str, owner: bool = False) -> str:
        """What a Python program of the product prints."""
        environment = self.environment | (self.as_owner if owner else {})
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def start_web(self) -> None:
        command = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
        command += ["--port", str(self.port), "--workers", "2", "--blocking-threads", "2", "--no-ws"]
        with (self.home / "web.log").open("ab") as output:
            self.web = subprocess.Popen(
                [*command, "casework.wsgi:application"],
                cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip
        self._until_it_answers()

    def start_worker(self) -> None:
        with (self.home / "worker.log").open("ab") as output:
            self.worker = subprocess.Popen(
                [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "2"],
                cwd=ROOT, env=self.environment, stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def kill_web(self) -> None:
        """SIGKILL for the web server and its workers, as when the machine runs out of memory; then it starts again."""
        assert self.web is not None
        os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()
        self.start_web()

    def kill_database(self) -> None:
        """SIGKILL for PostgreSQL; then it starts again and recovers."""
        assert self.server.process is not None
        self.server.process.kill()
        self.server.process.wait()
        self.server.start()

    def administrator(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(make_conninfo(self.server.url(), dbname=DATABASE), autocommit=True)

    def stop(self) -> None:
        for process in filter(None, (self.web, self.worker)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.server.stop()
        shutil.rmtree(self.server.root, ignore_errors=True)

    def _until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Browser(self.port).get("/healthz")[0] == 200:
                    return
            os.sched_yield()
        raise AssertionError((self.home / "web.log").read_text()[-3000:])


class Browser:
    """Follows no redirection, keeps cookies, and sends forms back with the token of their page."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def enter(self, key: str) -> "Browser":
        """Signed in as one of the cast."""
        assert self.post(f"/demo/enter/{key}/", {}, page="/account/login/")[0] == 302
        return self

    def get(self, path: str) -> tuple[int, str, str]:
        """Status, body, and where a redirection leads."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: Mapping[str, str], page: str) -> tuple[int, str, str]:
        """Sends the form that stands on `page`."""
        return self.send(path, {TOKEN: self.token(page), **fields})

    def token(self, page: str) -> str:
        """The token of the forms on a page."""
        found = re.search(rf'name="{TOKEN}" value="([^"]+)"', self.get(page)[1])
        assert found is not None, page
        return html.unescape(found[1])

    def send(self, path: str, fields: Mapping[str, str]) -> tuple[int, str, str]:
        """Just these fields, token included."""
        return self._ask("POST", path, urlencode(fields))

    def beside(self) -> "Browser":
        """Another tab."""
        other = Browser(self.port)
        other.cookies = dict(self.cookies)
        return other

    def upload(self, path: str, fields: Mapping[str, str], name: str, content: bytes) -> tuple[int, str, str]:
        """Sends the form of the page itself, with a file in its field "chosen"."""
        parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode()
                 for key, value in {TOKEN: self.token(path), **fields}.items()]  # fmt: skip
        head = f'Content-Disposition: form-data; name="chosen"; filename="{name}"\r\nContent-Type: image/png\r\n\r\n'
        body = b"".join(b"--border\r\n" + part + b"\r\n" for part in [*parts, head.encode() + content])
        return self._ask("POST", path, body + b"--border--\r\n", "multipart/form-data; boundary=border")

    def _ask(self, method: str, path: str, body: str | bytes | None, kind: str = FORM) -> tuple[int, str, str]:
        headers = {
            "Host": f"localhost:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers |= {"Content-Type": kind, "Origin": f"http://localhost:{self.port}"}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            line.request(method, path, body, headers)
            answer = line.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _equals, rest = cookie.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return answer.status, answer.read().decode(errors="replace"), answer.headers.get("Location", "")


@contextlib.contextmanager
def installed(
    home: Path, options: Mapping[str, str] | None = None, *, server: type[Server] = Server, **settings: str
) -> Iterator[Installation]:
    """Runs within the block. `options` are those of the database's server, `settings` those of the product."""
    found = Installation(home, options or {}, server, **settings)
    try:
        yield found
    finally:
        found.stop()
