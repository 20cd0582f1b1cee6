import os
import time
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateWorker
from pytest_django import Settings

from casework.access import heads


def beat(seconds_ago: int) -> None:
    """A worker that reported so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def test_healthz_answers_without_a_database() -> None:
    response = Client().get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


RIGHT = dict.fromkeys(("database", "migrations", "root_key", "walls", "worker", "audit_heads", "copy"), True)


@pytest.fixture(autouse=True)
def without_copies(settings: Settings, tmp_path: Path) -> Path:
    """Where copies would lie."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "backups"


@pytest.mark.django_db
def test_readyz_with_a_live_worker() -> None:
    beat(5)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, RIGHT)


@pytest.mark.django_db
@pytest.mark.parametrize(("names", "young"), [
    (["now.backup", "old.backup"], True), (["old.backup"], False), (["now.backup.unfinished"], False), ([], False),
])  # fmt: skip
def test_readyz_says_that_the_last_copy_is_old(without_copies: Path, names: list[str], young: bool) -> None:
    beat(5)
    without_copies.mkdir()
    for name in names:
        (without_copies / name).touch()
        if name.startswith("old"):
            days_ago = time.time() - 3 * 24 * 3600
            os.utime(without_copies / name, (days_ago, days_ago))
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (200, RIGHT | {"copy": young})


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "damaged", "b" * 43 + "="])
def test_readyz_with_no_root_key_or_another(settings: Settings, key: str) -> None:
    beat(5)
    settings.VAULT_ROOT_KEY = key
    response = Client().get("/readyz")
    assert (response.status_code, response.json()) == (
        503,
        RIGHT | {"root_key": False, "walls": False},
    )


@pytest.mark.django_db
@pytest.mark.parametrize("seconds_ago", [None, 120])
def test_readyz_without_a_live_worker(seconds_ago: int | None) -> None:
    assert not ProcrastinateWorker.objects.exists()
    if seconds_ago:
        beat(seconds_ago)
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["worker"]) == (503, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("days_ago", "went_out"), [(1, False), (8, True)])
def test_readyz_tells_of_a_failed_export_of_heads_and_serves_on(days_ago: int, went_out: bool) -> None:
    beat(5)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', %s, 'failed')"
            " RETURNING id",
            [heads.JOB],
        )
        job = cursor.fetchone()[0]
        cursor.execute("DELETE FROM procrastinate_events WHERE job_id = %s", [job])
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " VALUES (%s, 'failed', now() - make_interval(days => %s))",
            [job, days_ago],
        )
    response = Client().get("/readyz")
    assert (response.status_code, response.json()["audit_heads"]) == (200, went_out)


@pytest.mark.django_db(transaction=True)
def test_readyz_says_when_the_database_is_gone() -> None:
    wrapper = connections["default"]
    wrapper.close()
    name = wrapper.settings_dict["NAME"]
    wrapper.settings_dict["NAME"] = "casework_absent"
    try:
        visitor = Client(headers={"host": "10.0.0.7"})
        visitor.cookies["session"] = "x" * 32
        alive = visitor.get("/healthz")
        response = visitor.get("/readyz")
    finally:
        wrapper.close()
        wrapper.settings_dict["NAME"] = name
    assert (alive.status_code, response.status_code, response.json()) == (
        200,
        503,
        dict.fromkeys(RIGHT, False) | {"copy": True},
    )
