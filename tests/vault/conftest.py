"""The tables' owner, in transactions that last, as a deploy asks; and how the application asks the same database."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from casework.access import walls
from casework.access.doors import window
from casework.people.models import Person
from tests.vault import files


@pytest.fixture
def deploying(transactional_db: None) -> Iterator[dict[str, str]]:
    """Django asks as a deploy does. The environment of another process that does the same."""
    connection.close()
    before = dict(connection.settings_dict), dict(connection.settings_dict["OPTIONS"])
    parts = conninfo_to_dict(os.environ["TEST_MIGRATE_URL"])
    connection.settings_dict |= {"USER": parts["user"], "PASSWORD": parts["password"]}
    connection.settings_dict["OPTIONS"]["assume_role"] = walls.OWNER
    url: Any = make_conninfo(os.environ["TEST_MIGRATE_URL"], dbname=connection.settings_dict["NAME"])
    yield os.environ | {"CASEWORK_DATABASE_ROLE": "migrate", "DATABASE_MIGRATE_URL": url}
    connection.close()
    connection.settings_dict |= before[0]
    connection.settings_dict["OPTIONS"] |= before[1]


@pytest.fixture
def rosa(db: None) -> Person:
    return files.person(**files.FULL)


@pytest.fixture
def people(rosa: Person) -> Any:
    """All people, opened."""
    with window("the test"):
        return Person.objects.all()
