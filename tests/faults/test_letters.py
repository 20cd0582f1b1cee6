"""Mail server and provider of texts are away, busy, answer twice or not at all, and the worker is killed meanwhile.

Everything arrives once; or nobody knows whether it did, and then it stands as unknown and is not sent again.
"""

import email
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.deploy.production import PATIENCE_SECONDS, Production, served

pytestmark = pytest.mark.proof
EACH = 8
MOODS = ("away", "busy", "loses")  # and then "twice"
PUT = """
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "casework.settings"
django.setup()
from casework.notifications.actions import Mail, Text, queue_mail
for number in range(int(sys.argv[1]), int(sys.argv[2])):
    queue_mail("letter", Mail(f"to{number}@example.org", "Word", f"number {number}.\\n"))
    queue_mail("text", Text(f"+1213555{number:04d}", f"number {number}."))
"""
STATES = "SELECT kind, state, count(*) FROM notifications_message GROUP BY kind, state"


class Provider(ThreadingHTTPServer):
    """Takes texts as Twilio does, with the moods of the mail server."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.mood, self.tries = "takes", 0
        self.taken: list[str] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Desk(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode().replace("+", " ")
        mood, self.server.tries = self.server.mood, self.server.tries + 1
        if mood in {"loses", "twice", "takes"}:
            self.server.taken.append(text)
        if mood in {"away", "loses"}:
            self.close_connection = True
            return
        answer = b"{}"
        for _ in range(2 if mood == "twice" else 1):
            self.send_response(503 if mood == "busy" else 201)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def states(casework: Production) -> dict[str, Counter[str]]:
    """By kind, how many messages have come how far."""
    found: dict[str, Counter[str]] = {"letter": Counter(), "text": Counter()}
    with casework.administrator() as admin:
        for kind, state, number in admin.execute(STATES).fetchall():
            found[str(kind)][str(state)] = int(str(number))
    return found


def until(holds: Callable[[], bool], casework: Production, seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, states(casework)
        casework.keep_up()
        time.sleep(0.2)


def numbers(texts: list[str]) -> Counter[int]:
    return Counter(int(found[1]) for text in texts if (found := re.search(r"number (\d+)\.", text)))


def test_everything_arrives_once_or_is_unknown(tmp_path: Path) -> None:
    texts = Provider()
    told = {"TWILIO_SID": "AC1", "TWILIO_TOKEN": "secret", "TWILIO_FROM": "+12135550199",
            "TWILIO_URL": f"http://127.0.0.1:{texts.server_address[1]}"}  # fmt: skip
    with served(tmp_path / "home", settings=told) as casework:
        for number, mood in enumerate((*MOODS, "twice")):
            casework.mail.mood = texts.mood = mood
            wanted = casework.mail.tries + EACH, texts.tries + EACH
            casework.run(["-c", PUT, str(EACH * number), str(EACH * (number + 1))], casework.environment)
            until(lambda wanted=wanted: casework.mail.tries >= wanted[0] and texts.tries >= wanted[1], casework)  # type: ignore[misc]
            casework.kill("worker")
        until(lambda: not any(one["queued"] + one["sending"] for one in states(casework).values()), casework,
              6 * PATIENCE_SECONDS)  # fmt: skip
        found = states(casework)
    for kind, arrived in (("letter", letters(casework)), ("text", numbers(texts.taken))):
        sums = found[kind]
        assert set(sums) <= {"sent", "unknown"}
        assert sum(sums.values()) == 4 * EACH
        assert arrived.most_common(1)[0][1] == 1, f"a {kind} came twice"
        assert len(arrived) >= sums["sent"], f"a {kind} is said to be sent, and was not"
        assert len(arrived) + sums["unknown"] >= 4 * EACH, f"a {kind} was lost, and nothing says so"
        assert sums["unknown"] > 0


def letters(casework: Production) -> Counter[int]:
    bodies = [email.message_from_bytes(one).get_payload(decode=True) for one in casework.mail.letters]
    return numbers([body.decode() for body in bodies if isinstance(body, bytes)])
