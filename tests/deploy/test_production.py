"""Production as the files in deploy/ run it: web and worker as their units say, behind nginx with TLS."""

import contextlib
import datetime
import email
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
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.postgres import Server
from tests.house.rooms import ROOT

pytestmark = pytest.mark.proof
HOST = "casework.example"
PATIENCE_SECONDS = 60
MAIN = """
daemon off;
pid {home}/nginx.pid;
error_log {home}/main.log;
events {{}}
http {{
    client_body_temp_path {home}/bodies;
    proxy_temp_path {home}/answers;
    fastcgi_temp_path {home}/f;
    uwsgi_temp_path {home}/u;
    scgi_temp_path {home}/s;
    include {home}/casework.conf;
}}
"""


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every letter (RFC 5321) and keeps it."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Letterbox)
        self.letters: list[bytes] = []
        self.came = threading.Semaphore(0)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Letterbox(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper() if line.split() else b""
            self.wfile.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, b"250 yes\r\n"))
            if verb == b"DATA":
                letter = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(letter)
                self.wfile.write(b"250 taken\r\n")
                self.server.came.release()


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
    """Everything that runs, and what one asks of it from outside."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.mail = MailServer()
        self.plain, self.secure, upstream = free_port(), free_port(), free_port()
        self.trusted = ssl.create_default_context(cafile=authority(home))
        self.server = Server(home / "postgres", home / "server-secrets")
        self.processes: list[subprocess.Popen[bytes]] = []
        self.server.start()
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        made = self.run(["-m", "deploy.roles"], kept | {"ADMIN_URL": self.server.url(), "CASEWORK_VAR": str(home)})
        files = dict(line.split("=", 1) for line in made.splitlines())
        example = (ROOT / "deploy" / "environment.example").read_text().replace("casework.example.org", HOST)
        chosen = dict(line.split("=", 1) for line in example.splitlines() if "=" in line and line[0] != "#")
        self.environment = kept | chosen | {
            "CASEWORK_VAR": str(home), "SECRET_KEY": "k" * 30 + "e9" * 15,
            "DATABASE_URL_FILE": files["DATABASE_URL_FILE"], "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.server_address[1]), "EMAIL_TLS": "no", "EMAIL_USER": "",
        }  # fmt: skip
        deploy = {"CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL_FILE": files["DATABASE_MIGRATE_URL_FILE"]}
        self.run(["manage.py", "create_key"], self.environment)
        self.run(["manage.py", "prepare"], self.environment | deploy)
        self.start([word.replace("8000", str(upstream)) for word in unit("web")])
        self.start(unit("worker"))
        self.start(["nginx", "-p", str(home), "-c", str(self.proxy(upstream))])

    def proxy(self, upstream: int) -> Path:
        """Nginx's files: ours, filled in and moved to ports and a folder that anybody may use."""
        text = string.Template((ROOT / "deploy" / "proxy" / "casework.conf.template").read_text()).safe_substitute(
            CASEWORK_HOST=HOST, CASEWORK_UPSTREAM=f"127.0.0.1:{upstream}", CASEWORK_CERTIFICATE=str(self.home)
        )
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.plain}").replace("/var/log/nginx", str(self.home))
        (self.home / "casework.conf").write_text(text.replace("listen 443", f"listen 127.0.0.1:{self.secure}"))
        (self.home / "nginx.conf").write_text(MAIN.format(home=self.home))
        return self.home / "nginx.conf"

    def run(self, command: list[str], environment: dict[str, str]) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def start(self, command: list[str]) -> None:
        with (self.home / "processes.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            )

    def until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            os.sched_yield()
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
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.server.stop()
        self.mail.shutdown()
        self.mail.server_close()
        shutil.rmtree(self.server.root, ignore_errors=True)


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    assert shutil.which("nginx"), "nginx is missing: deploy/bootstrap.sh proof installs it"
    one = Production(tmp_path_factory.mktemp("production"))
    try:
        one.until_ready()
        yield one
    finally:
        one.stop()


def sign_in_page(production: Production) -> tuple[str, str]:
    """The cookie and the token of a sign-in page."""
    status, headers, body = production.ask("GET", "/account/login/")
    assert status == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert token
    cookies = "; ".join(one.split(";")[0] for one in headers.get_all("Set-Cookie", []))
    return cookies, token[1]


def test_all_parts_are_ready(production: Production) -> None:
    assert production.ask("GET", "/readyz")[2] == (
        '{"database": true, "migrations": true, "root_key": true, "walls": true, "worker": true, "audit_heads": true}'
    )


def test_everything_goes_over_tls(production: Production) -> None:
    line = http.client.HTTPConnection("127.0.0.1", production.plain, timeout=10)
    with contextlib.closing(line):
        line.request("GET", "/account/login/?next=/", headers={"Host": HOST})
        answer = line.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/account/login/?next=/")
    _status, headers, _body = production.ask("GET", "/account/login/")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "nginx/" not in headers["Server"]
    cookies = headers.get_all("Set-Cookie", [])
    assert cookies
    assert [one for one in cookies if not one.startswith("__Host-") or "; Secure" not in one] == []


def test_another_host_name_is_not_served(production: Production) -> None:
    other = ssl.create_default_context(cafile=production.home / "authority.pem")
    other.check_hostname = False
    with socket.create_connection(("127.0.0.1", production.secure)) as line, pytest.raises(ssl.SSLError):
        other.wrap_socket(line, server_hostname="other.example")
    assert production.ask("GET", "/account/login/", host="other.example")[0] == 421


def test_files_are_kept_by_browsers_for_good(production: Production) -> None:
    body = production.ask("GET", "/account/login/")[2]
    [first, *_rest] = re.findall(r'href="(/static/[^"]+\.css)"', body)
    status, headers, _text = production.ask("GET", first, Accept_Encoding="gzip")
    assert (status, headers["Cache-Control"], headers["Content-Encoding"]) == (
        200, "max-age=315360000, public, immutable", "gzip",
    )  # fmt: skip


def test_who_claims_another_address_is_counted_all_the_same(production: Production) -> None:
    said = []
    for number in range(7):
        cookies, token = sign_in_page(production)
        form = {"csrfmiddlewaretoken": token, "login": "nobody@else.example", "password": f"wrong {number}"}
        said.append(
            production.ask(
                "POST", "/account/login/", urlencode(form).encode(), Cookie=cookies, Referer=f"https://{HOST}/",
                Content_Type="application/x-www-form-urlencoded", X_Forwarded_For=f"203.0.113.{number}",
            )[2]
        )  # fmt: skip
    assert ["Wait five minutes" in page for page in said] == [False] * 5 + [True] * 2


def test_what_passes_stays_out_of_the_proxy_s_files(production: Production) -> None:
    large = b"x" * (8 * 1024 * 1024)
    assert production.ask("POST", "/account/login/", large, Content_Type="text/plain")[0] == 403
    assert production.ask("POST", "/account/login/", large + large, Content_Type="text/plain")[0] == 413
    production.ask("GET", "/feed/a-secret-of-somebody/")
    kept = [
        path for folder in ("bodies", "answers") for path in (production.home / folder).rglob("*") if path.is_file()
    ]
    assert kept == []
    logs = "".join((production.home / name).read_text() for name in ("casework.log", "casework-error.log", "main.log"))
    assert "POST" in logs
    assert [word for word in ("a-secret", "login", "127.0.0.1") if word in logs] == []


def test_an_organization_is_founded_and_its_first_administrator_invited(production: Production) -> None:
    founded = ["manage.py", "found_organization", "--name=East Legal Aid", "--short-name=ELA", "--kind=clinic"]
    production.run(
        [*founded, "--time-zone=America/Chicago", "--admin-email=first@east.example"], production.environment
    )
    assert production.mail.came.acquire(timeout=PATIENCE_SECONDS), "no letter came"
    letter = email.message_from_bytes(production.mail.letters[-1])
    assert (letter["To"], letter["From"]) == ("first@east.example", "Casework <casework@example.org>")
    text = letter.get_payload(decode=True)
    assert isinstance(text, bytes)
    [address] = re.findall(rf"https://{re.escape(HOST)}/\S+", text.decode())
    status, _headers, body = production.ask("GET", urlsplit(address).path)
    assert (status, "East Legal Aid" in body) == (200, True)
