"""The database, the cast and the clients that tests share."""

import os
from collections.abc import Callable

import psycopg
import pytest
from django.db import connections
from django.test import Client, TransactionTestCase
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from casework.access import demo
from casework.access.models import User
from deploy.postgres import own_database
from tests.environment import PREFIX

ALIASES = {"default", "cache"}


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
    parts = conninfo_to_dict(make_conninfo(os.environ["TEST_APP_URL"], dbname=name))
    for alias in ALIASES:
        connections[alias].settings_dict.update(
            NAME=name, USER=parts["user"], PASSWORD=parts["password"], HOST=parts["host"], PORT=parts.get("port") or ""
        )


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> None:
    """Instead of Django's own test database: a clone of the template, reached as the application's own role."""
    with django_db_blocker.unblock():
        clone()

    def fresh(self: TransactionTestCase) -> None:
        clone()

    # Django would empty all tables, which the application's role may not; a new clone also brings the cast back.
    TransactionTestCase._fixture_teardown = fresh  # type: ignore[attr-defined]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test may reach the cache's connection too. (A fixture would come too late.)"""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and "databases" not in mark.kwargs:
            item.add_marker(pytest.mark.django_db(**mark.kwargs, databases=sorted(ALIASES)), append=False)


@pytest.fixture
def cast(db: None) -> dict[str, User]:
    """The cast, by key: attorney, paralegal, admin, volunteer (North Legal Aid), clinic, hotline."""
    users = {user.email: user for user in User.objects.all()}
    return {member.key: users[member.email] for member in demo.cast()}


@pytest.fixture
def enter(cast: dict[str, User]) -> Callable[[str], Client]:
    """A client signed in as the member of the cast with this key."""

    def enter_as(key: str) -> Client:
        client = Client()
        client.force_login(cast[key])
        return client

    return enter_as
