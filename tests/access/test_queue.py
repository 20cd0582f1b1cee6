"""The queue: jobs are put in on duty, and a worker that signs its duty takes them. Nobody else meets them."""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from procrastinate import connector, periodic
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException
from psycopg.conninfo import conninfo_to_dict

from casework.access import queue
from casework.access.actor import NOBODY
from casework.access.context import acting, on_duty
from casework.notifications.actions import SEND_TASK, Mail, queue_mail
from casework.notifications.models import Message, State
from tests.audit.books import superuser

QUEUE = "tests"
LETTER = Mail(to="ada@north.example", subject="Un aviso", text="Hola, Ada.\n")


@pytest.fixture
def installed(transactional_db: None) -> Iterator[None]:
    """Django and the worker ask as an installation does, with the application's own login."""
    connection.close()
    before, parts = dict(connection.settings_dict), conninfo_to_dict(os.environ["TEST_APP_URL"])
    connection.settings_dict |= {"USER": parts["user"], "PASSWORD": parts["password"]}
    yield
    connection.close()
    connection.settings_dict |= before


def jobs() -> list[tuple[str, str, str]]:
    """What waits, whoever may see it, but for what is due by the clock."""
    with superuser() as other:
        return other.execute(
            "SELECT task_name, queue_name, status::text FROM procrastinate_jobs WHERE args ->> 'timestamp' IS NULL"
            " ORDER BY id"
        ).fetchall()


def work(by: connector.BaseAsyncConnector) -> None:
    """A worker of the tests' own jobs, until nothing is left that it sees."""
    with app.replace_connector(by):

        async def run() -> None:
            async with app.open_async():
                await app.run_worker_async(
                    queues=[QUEUE], wait=False, listen_notify=False, install_signal_handlers=False
                )

        asyncio.run(run())


def test_a_worker_on_duty_does_the_jobs_and_another_one_finds_none(installed: None) -> None:
    message = queue_mail("notice", LETTER)
    with on_duty(queue.PUT_IN):
        app.configure_task(SEND_TASK, queue=QUEUE).defer(message_id=str(message.pk))
    waits, ours = (SEND_TASK, "default", "todo"), (SEND_TASK, QUEUE, "todo")
    assert jobs() == [waits, ours]
    with pytest.raises(ConnectorException):  # it may not even say that it is there
        work(DjangoConnector().get_worker_connector())
    assert jobs() == [waits, ours]
    work(queue.Connector().get_worker_connector())
    assert jobs() == [waits]
    with on_duty("outbox"):
        assert Message.objects.get(pk=message.pk).state == State.SENT


def test_the_app_has_the_connector_that_is_on_duty() -> None:
    assert type(app.connector) is type(app.job_manager.connector) is queue.Connector


@pytest.mark.django_db(transaction=True)
def test_a_job_is_seen_on_duty_alone_and_commits_with_its_transaction() -> None:
    with acting(NOBODY):
        queue.put_in(["tests.first", "tests.second"], {"object_id": "x"})
        queue.put_in([], {})
        assert ProcrastinateJob.objects.count() == 0
        with on_duty(queue.PUT_IN):
            assert ProcrastinateJob.objects.count() == 2
        assert jobs() == []
    assert jobs() == [("tests.first", "default", "todo"), ("tests.second", "default", "todo")]


MINUTES, NIGHTLY = "docket.hand_over_reminders", "access.export_heads"


def due(clock: queue.Clock, at: datetime) -> dict[str, datetime]:
    """What a worker puts in by the clock at this instant: for which."""
    wanted = {MINUTES, NIGHTLY}
    found = [
        (one.task.name, stamp) for one, stamp in clock.get_previous_tasks(at.timestamp()) if one.task.name in wanted
    ]
    assert len(found) == len(dict(found))
    return {name: datetime.fromtimestamp(stamp, UTC) for name, stamp in found}


def test_a_worker_whose_clock_jumps_puts_in_each_job_once_and_goes_on() -> None:
    clock = queue.Clock(app.periodic_registry)
    now, minute, week = datetime(2026, 11, 23, 2, 29, 5, tzinfo=UTC), timedelta(minutes=1), timedelta(days=7)
    full = now.replace(second=0)
    assert due(clock, now) == {MINUTES: full, NIGHTLY: full}
    assert due(clock, now) == {}
    assert due(clock, now + minute) == {MINUTES: full + minute}
    assert due(clock, now + week) == {MINUTES: full + week, NIGHTLY: full + week}
    assert due(clock, now + 2 * minute)[MINUTES] == full + 2 * minute  # put back
    assert due(clock, now + 3 * minute) == {MINUTES: full + 3 * minute}


def test_that_clock_is_the_workers() -> None:
    assert periodic.PeriodicDeferrer is queue.Clock


def test_a_time_that_was_just_done_is_not_done_again() -> None:
    clock = queue.Clock(app.periodic_registry)
    [task] = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name == MINUTES]
    full = datetime(2026, 11, 23, 2, 29, tzinfo=UTC).timestamp()
    assert clock.get_timestamps(task, int(full), full) == []
    assert clock.get_timestamps(task, None, full + 5) == [int(full)]
    assert clock.get_timestamps(task, int(full) - 60, full + 5) == [int(full)]
    assert clock.get_timestamps(task, int(full) - 600, full + 5) == [int(full)]  # one for all that were missed
