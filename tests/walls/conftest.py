"""A database of its own for the attempts, planted once: every attempt is taken back, so nothing has to be restored."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from casework.access import demo
from deploy.postgres import own_database
from tests.environment import PREFIX
from tests.walls.cast import Ground, plant
from tests.walls.lines import Line


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    """A clone of the template with the cast's rows and many more, which never change."""
    name = f"{PREFIX}walls_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(os.environ["TEST_ADMIN_URL"], autocommit=True) as server:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        server.execute(drop)
        server.execute(copy.format(sql.Identifier(name), sql.Identifier(os.environ["TEST_TEMPLATE"])))
        app, admin, migrate = (
            make_conninfo(os.environ[f"TEST_{role}_URL"], dbname=name) for role in ("APP", "ADMIN", "MIGRATE")
        )
        own_database(admin, name)
        with psycopg.connect(admin, autocommit=True) as owner:
            owner.execute("SET ROLE casework_owner")
            names = plant(owner, {member.key: member.email for member in demo.cast()})
        yield Ground(app, admin, migrate, names)
        server.execute(drop)


@pytest.fixture(scope="package")
def line(ground: Ground) -> Iterator[Line]:
    """A connection of the application's role, used by one attempt after the other, as a pool would."""
    one = Line(ground)
    yield one
    one.connection.close()


@pytest.fixture(scope="package")
def owner(ground: Ground) -> Iterator[Line]:
    """A connection of the tables' owner, whom no policy holds back: where nobody else may do it."""
    one = Line(ground, "owner")
    yield one
    one.connection.close()
