"""The database, the cast and the clients that tests share."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
import pytest_django
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connections, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client, TransactionTestCase
from django.test.client import ClientHandler
from django.utils import translation
from hypothesis import HealthCheck, settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from casework.access import demo
from casework.access.models import User
from casework.people import countries, languages
from deploy.postgres import own_database
from tests.environment import PREFIX
from tests.pristine import Pristine

ALIASES = {"default", "cache"}
PRISTINE = Pristine()
# How long an example takes says something of the machine, not of the rule.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
# At its true cost (100 MB, eight threads) hashing passwords took a large part of all tests' time.
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 64, 1


def clone() -> None:
    """A fresh copy of the template, cast included, in the place of this worker's database."""
    name = f"{PREFIX}test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    connections.close_all()
    with psycopg.connect(os.environ["TEST_ADMIN_URL"], autocommit=True) as admin:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        admin.execute(drop)
        admin.execute(copy.format(sql.Identifier(name), sql.Identifier(os.environ["TEST_TEMPLATE"])))
    own_database(make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=name), name)
    with psycopg.connect(make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=name), autocommit=True) as admin:
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO casework_test").format(sql.Identifier(name)))
        admin.execute("GRANT USAGE ON SCHEMA public TO casework_test")
    parts = conninfo_to_dict(make_conninfo(os.environ["TEST_URL"], dbname=name))
    for alias in ALIASES:
        connections[alias].settings_dict.update(
            NAME=name, USER=parts["user"], PASSWORD=parts["password"], HOST=parts["host"], PORT=parts.get("port") or ""
        )
        connections[alias].settings_dict["OPTIONS"]["assume_role"] = "casework_app"
    PRISTINE.remember(name)


def fresh() -> None:
    """This worker's database as it was cloned: by taking back what was committed, or by another clone.

    A clone writes a thousand files. What a test committed is a few rows: tables that changed are emptied and filled
    again from what they held. Where a large table changed, or the schema, there is a new clone.
    """
    if not PRISTINE.brought_back():
        clone()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """Instead of Django's own test database: a clone of the template, reached as the application's own role."""
    with django_db_blocker.unblock():
        clone()
        with as_owner():  # read once in each process, so that no test counts it among its queries
            languages.known()
            countries.known()

    def teardown(self: TransactionTestCase) -> None:
        fresh()

    # Django would empty all tables, which the application's role may not; this also brings the cast back.
    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


def become(role: str) -> None:
    """For the rest of the transaction."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")


@contextmanager
def as_owner() -> Iterator[None]:
    """Within the block the tables' owner asks, whom no policy holds back: to plant and to look."""
    with transaction.atomic():
        become("casework_owner")
        yield
        become("casework_app")


@contextmanager
def as_application() -> Iterator[None]:
    """Within the block the application's own role asks, inside a test that otherwise asks as the owner."""
    become("casework_app")
    try:
        yield
    finally:
        if not connections["default"].needs_rollback:
            become("casework_owner")


@pytest.fixture(autouse=True)
def planting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test inside one transaction plants and looks as the owner; what a client asks, the application's role answers.

    A test with `transaction=True` is the application's role itself, and uses `as_owner`.
    """
    mark = request.node.get_closest_marker("django_db")
    if (mark is None and "db" not in request.fixturenames) or (mark and mark.kwargs.get("transaction")):
        return
    request.getfixturevalue("db")
    if "live_server" in request.fixturenames or "transactional_db" in request.fixturenames:
        return
    become("casework_owner")
    answer = ClientHandler.get_response

    def answered_by_the_application(self: ClientHandler, request: HttpRequest) -> HttpResponseBase:
        with as_application():
            return answer(self, request)

    monkeypatch.setattr(ClientHandler, "get_response", answered_by_the_application)


@pytest.fixture(autouse=True)
def speaking_english() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread, where in production the next one chooses anew."""
    with translation.override("en"):
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test may reach the cache's connection too. (A fixture would come too late.)"""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is None and "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=sorted(ALIASES)))
        elif mark is not None and "databases" not in mark.kwargs:
            item.add_marker(pytest.mark.django_db(**mark.kwargs, databases=sorted(ALIASES)), append=False)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """At the end, the sums of what tests counted with `record_property`."""
    found: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                found.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    for name, value in sorted(found.items()):
        terminalreporter.write_line(f"{name}: {value:,}")


def the_cast() -> dict[str, User]:
    """By key: attorney, paralegal, admin, volunteer (North Legal Aid), clinic, hotline."""
    users = {user.email: user for user in User.objects.all()}
    return {member.key: users[member.email] for member in demo.cast()}


@pytest.fixture
def cast(db: None) -> dict[str, User]:
    return the_cast()


@pytest.fixture
def for_hours(settings: pytest_django.Settings) -> None:
    """No session locks, however long a test asks with sessions that it began with."""
    settings.SESSION_IDLE_SECONDS = settings.SESSION_COOKIE_AGE


@pytest.fixture
def enter(cast: dict[str, User]) -> Callable[[str], Client]:
    """A client signed in as the member of the cast with this key, who has just said again who they are."""

    def enter_as(key: str) -> Client:
        client = Client()
        client.force_login(cast[key])
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
        session["account_authentication_methods_user"] = str(cast[key].pk)
        session.save()
        return client

    return enter_as
