"""What production is as the files in deploy/ run it, asked from outside."""

import contextlib
import email
import http.client
import re
import shutil
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest

from tests.deploy.production import HOST, PATIENCE_SECONDS, Production, served

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    assert shutil.which("nginx"), "nginx is missing: deploy/bootstrap.sh proof installs it"
    with served(tmp_path_factory.mktemp("production")) as one:
        yield one


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
        '{"database": true, "migrations": true, "root_key": true, "walls": true, "worker": true, "audit_heads": true,'
        ' "copy": true}'
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
    besides = [production.home / name for name in ("everything.log", "everything-error.log")]  # as Debian's nginx.conf
    assert [path.read_text() for path in besides] == ["", ""]


def test_an_organization_is_founded_and_its_first_administrator_invited(production: Production) -> None:
    founded = ["found_organization", "--name=East Legal Aid", "--short-name=ELA", "--kind=clinic"]
    production.manage(*founded, "--time-zone=America/Chicago", "--admin-email=first@east.example")
    assert production.mail.came.acquire(timeout=PATIENCE_SECONDS), "no letter came"
    letter = email.message_from_bytes(production.mail.letters[-1])
    assert (letter["To"], letter["From"]) == ("first@east.example", "Casework <casework@example.org>")
    text = letter.get_payload(decode=True)
    assert isinstance(text, bytes)
    [address] = re.findall(rf"https://{re.escape(HOST)}/\S+", text.decode())
    status, _headers, body = production.ask("GET", urlsplit(address).path)
    assert (status, "East Legal Aid" in body) == (200, True)
