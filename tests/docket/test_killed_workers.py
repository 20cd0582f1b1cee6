"""A worker that is killed with SIGKILL at each step: nobody is reminded twice, and nothing is missing in silence.

The worker is a process of its own. It stops where a test makes it wait (for a lock of the database, or for an answer of
the mail server), and is killed there.
"""

import os
import signal
import socketserver
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.utils import timezone
from pytest_django import Settings

from casework.access.actor import Actor, staff
from casework.access.context import acting
from casework.access.models import Membership
from casework.cases import actions
from casework.docket import reminder_health, reminders
from casework.docket.models import Reminder
from casework.notifications import actions as outbox
from casework.notifications.models import Message
from tests.conftest import as_owner
from tests.docket.hearings import hear, in_days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]
PATIENCE = 20.0


class MailServer(socketserver.ThreadingTCPServer):
    """Takes letters. At the command `stops_at` it says that it was reached, and answers no more."""

    daemon_threads = True

    def __init__(self, stops_at: str = "") -> None:
        super().__init__(("127.0.0.1", 0), Letters)
        self.stops_at, self.reached = stops_at, threading.Event()
        self.taken: list[str] = []


class Letters(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server: Any = self.server
        if server.stops_at == "CONNECT":
            server.reached.set()
            self.rfile.read()
            return
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            command = line.split()[0].decode().upper() if line.split() else ""
            if command == server.stops_at:
                server.reached.set()
                self.rfile.read()  # until whoever asked is gone
                return
            if command == "DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    if not part:
                        return
                    text += part
                server.taken.append(text.decode())
                if server.stops_at == "TAKEN":
                    server.reached.set()
                    self.rfile.read()
                    return
            self.wfile.write(b"250 fine\r\n")


@contextmanager
def mail_server(settings: Settings, stops_at: str = "") -> Iterator[MailServer]:
    with MailServer(stops_at) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = "django.core.mail.backends.smtp.EmailBackend", False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield server
        server.shutdown()


@contextmanager
def worker(work: Callable[[], object]) -> Iterator[int]:
    """A process that does it on connections of its own; killed at the end of the block."""
    pid = os.fork()
    if pid == 0:
        try:
            for alias in ("default", "cache"):
                connections[alias].connection = None  # the parent's
            work()
        finally:
            os._exit(0)
    try:
        yield pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@contextmanager
def locked(table: str) -> Iterator[Callable[[], None]]:
    """Nobody writes the table within the block; gives what waits until somebody tries to."""
    settings_dict = connections["default"].settings_dict
    admin = psycopg.connect(os.environ["TEST_ADMIN_URL"], dbname=settings_dict["NAME"])
    try:
        admin.execute(f"LOCK TABLE {table} IN SHARE MODE")
        asked = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"

        def wait() -> None:
            until = time.monotonic() + PATIENCE
            while not admin.execute(asked, [table]).fetchone():
                assert time.monotonic() < until, "nobody tries to write there"

        yield wait
    finally:
        admin.close()


def actor_of(email: str) -> Actor:
    with as_owner():
        rows = Membership.objects.select_related("organization", "user")
        one = rows.get(user__email=email, organization__short_name="NLA")
    return staff(one, one.user.name)


@pytest.fixture
def hearing(transactional_db: None) -> uuid.UUID:
    """A hearing in two days; the reminder of a week before is due at once."""
    ada = actor_of("ada@north.example")
    with acting(ada):
        case = actions.open_case(ada, names={"given_names": "Rosa"})
        me = Membership.objects.get(pk=ada.member)
        return hear(case, in_days(2), me, appearing=me).pk


def rest_of_the_work() -> None:
    """What workers do afterwards, by the clock and by the queue: each step again, twice."""
    for _ in range(2):
        reminders.plan(timezone.now())
        reminders.hand_over_due(timezone.now())
        with as_owner():
            waiting = list(Message.objects.values_list("pk", flat=True))
        for pk in waiting:
            outbox.send(str(pk))


def outcome() -> tuple[list[str], list[str]]:
    with as_owner():
        due = Reminder.objects.filter(due_at__lte=timezone.now())
        return sorted(due.values_list("state", flat=True)), sorted(Message.objects.values_list("state", flat=True))


def is_said_to_administrators() -> bool:
    nia = actor_of("nia@north.example")
    with acting(nia):
        return [one.says for one in reminder_health.of(nia, timezone.now()).trouble] == ["Unknown"]


SENT = (["handed"], ["sent"])


@pytest.mark.parametrize("table", ["docket_reminder", "notifications_message", "procrastinate_jobs"])
def test_killed_before_the_letter_stands_in_the_outbox(
    hearing: uuid.UUID, settings: Settings, table: str
) -> None:  # fmt: skip
    """While it plans, while it writes the letter, while it puts the job in: the next worker does it."""
    if table != "docket_reminder":
        reminders.plan(timezone.now())

    def work() -> None:
        reminders.plan(timezone.now())
        reminders.hand_over_due(timezone.now())

    with locked(table) as wait, worker(work):
        wait()
    assert outcome()[1] == []
    with mail_server(settings) as server:
        rest_of_the_work()
        assert (len(server.taken), outcome()) == (1, SENT)


def queued() -> str:
    """The letter in the outbox."""
    reminders.plan(timezone.now())
    reminders.hand_over_due(timezone.now())
    with as_owner():
        return str(Message.objects.get().pk)


def test_killed_after_the_letter_stands_in_the_outbox(hearing: uuid.UUID, settings: Settings) -> None:
    queued()
    with mail_server(settings) as server:
        rest_of_the_work()
        assert (len(server.taken), outcome()) == (1, SENT)


def test_killed_before_the_mail_server_was_told_anything(hearing: uuid.UUID, settings: Settings) -> None:
    message = queued()
    with mail_server(settings, "CONNECT") as server, worker(lambda: outbox.send(message)):
        assert server.reached.wait(PATIENCE)
    with mail_server(settings) as server:
        rest_of_the_work()
        assert (len(server.taken), outcome()) == (1, SENT)


@pytest.mark.parametrize(
    ("stops_at", "taken"), [("EHLO", 0), ("MAIL", 0), ("RCPT", 0), ("DATA", 0), ("TAKEN", 1), ("QUIT", 1)]
)
def test_killed_while_it_spoke_with_the_mail_server(
    hearing: uuid.UUID, settings: Settings, stops_at: str, taken: int
) -> None:
    """Nobody knows whether the letter went out: it is not sent a second time, and administrators are told."""
    message = queued()
    with mail_server(settings, stops_at) as server, worker(lambda: outbox.send(message)):
        assert server.reached.wait(PATIENCE)
        first = len(server.taken)
    with mail_server(settings) as server:
        rest_of_the_work()
        assert (first + len(server.taken), outcome()) == (taken, (["handed"], ["unknown"]))
    assert is_said_to_administrators()


def test_two_workers_at_once_send_one_letter(hearing: uuid.UUID, settings: Settings) -> None:
    with mail_server(settings) as server:
        with worker(_all), worker(_all), worker(_all):
            until = time.monotonic() + PATIENCE
            while outcome() != SENT:
                assert time.monotonic() < until
        rest_of_the_work()
        assert (len(server.taken), outcome()) == (1, SENT)


def _all() -> None:
    for _ in range(3):
        reminders.plan(timezone.now())
        reminders.hand_over_due(timezone.now())
        with as_owner():
            waiting = list(Message.objects.values_list("pk", flat=True))
        for pk in waiting:
            outbox.send(str(pk))
    signal.pause()
