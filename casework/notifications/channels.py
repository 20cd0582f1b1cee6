"""The ways a message leaves: e-mail over the mail server, a text over one provider's HTTP interface, or into a file.

A channel opens its line first, so that a message is taken in hand only when there is somebody to give it to. Sending
raises `Refused` for what was surely not taken, and anything else for what may have been.
"""

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

EMAIL, SMS = "email", "sms"
STOPPED = "21610"  # the provider's code for a number from which STOP was sent
TAKEN, TOO_MANY, AWAY = range(200, 300), 429, 503
SECONDS = 20
# GSM 03.38, the alphabet in which a text has 160 signs; signs of its extension count twice. In any other, 70.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")


class Refused(Exception):
    """It was not taken. `code` is what the other side answered; `final` when another try would get the same."""

    def __init__(self, code: str, *, final: bool) -> None:
        super().__init__(code)
        self.code, self.final = code, final


class Line(Protocol):
    """An open way out. `name` tells one message from another in places that are asked twice."""

    def send(self, to: str, subject: str, text: str, name: str) -> None: ...


@contextmanager
def line(channel: str) -> Iterator[Line]:
    """Opens the way of a channel. Raises what keeps it shut."""
    if channel == EMAIL:
        with closing(get_connection()) as mail:
            mail.open()
            yield _Mail(mail)
    elif settings.SMS_PROVIDER == "twilio":
        parts = urlsplit(settings.TWILIO_URL)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        with closing(kind(parts.hostname or "", parts.port, timeout=SECONDS)) as http:
            http.connect()
            yield _Twilio(http)
    elif settings.SMS_PROVIDER == "file":
        yield _File(Path(settings.SMS_FILE_PATH))
    else:
        raise Refused("no provider", final=True)


def sends_texts() -> bool:
    """Whether this installation has a provider of texts."""
    return bool(settings.SMS_PROVIDER)


def parts(text: str) -> int:
    """How many texts the provider makes of one: of 160 signs, or 70 where one sign is not in GSM 03.38 (UTF-16)."""
    if GSM.issuperset(set(text) - GSM_TWICE):
        size, one, more = len(text) + sum(sign in GSM_TWICE for sign in text), 160, 153
    else:
        size, one, more = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if size <= one else -(-size // more)


class _Mail:
    def __init__(self, connection: BaseEmailBackend) -> None:
        self.connection = connection

    def send(self, to: str, subject: str, text: str, name: str) -> None:
        try:
            headers = {"Message-ID": name}
            EmailMessage(subject, text, to=[to], connection=self.connection, headers=headers).send()
        except (SMTPResponseException, SMTPRecipientsRefused, ConnectionRefusedError) as error:
            raise Refused(type(error).__name__, final=False) from error


class _Twilio:
    """Twilio's Messages resource: POST /2010-04-01/Accounts/{sid}/Messages.json, form encoded, basic authentication.

    201 is taken; an error is JSON with a `code`. Source: twilio.com/docs/messaging/api/message-resource.
    """

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection

    def send(self, to: str, subject: str, text: str, name: str) -> None:
        pair = base64.b64encode(f"{settings.TWILIO_SID}:{settings.TWILIO_TOKEN}".encode()).decode()
        self.connection.request(
            "POST", f"/2010-04-01/Accounts/{settings.TWILIO_SID}/Messages.json",
            urlencode({"To": to, "From": settings.TWILIO_FROM, "Body": text}),
            {"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip
        answer = self.connection.getresponse()
        status, body = answer.status, answer.read(100_000)
        if status in TAKEN:
            return
        if status < 500 or status == AWAY:
            raise Refused(_code(body) or str(status), final=status not in (TOO_MANY, AWAY))
        raise ConnectionError(str(status))  # it broke on the other side: nobody knows whether before or after


class _File:
    """A text as a file: where there is no provider, nothing can reach a real telephone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, to: str, subject: str, text: str, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{secrets.token_hex(8)}.txt").write_text(f"To: {to}\n\n{text}\n", encoding="utf-8")


def _code(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("code") or "") if isinstance(found, dict) else ""
