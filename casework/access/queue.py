"""The queue of jobs: who may put one in, and how the worker is told apart from whoever asks for pages.

The application's role reads and writes the tables of procrastinate only on a duty (walls.sql): "queue" puts jobs in and
counts them, "worker" takes them. The worker signs that duty on each of its own connections, whenever one is taken out
of the pool, so that a token lives for minutes and a connection that another process opens gets none.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from procrastinate import App, PsycopgConnector, periodic
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from casework.access.context import REQUEST_SECONDS, on_duty, sign

PUT_IN, TAKE = "queue", "worker"


def put_in(tasks: Iterable[str], ids: Mapping[str, str]) -> None:
    """Leaves a job for each of these tasks, which commits with the surrounding transaction."""
    wanted = list(tasks)
    if not wanted:
        return
    with on_duty(PUT_IN):
        for task in wanted:
            app.configure_task(task).defer(**ids)


class Connector(DjangoConnector):
    """As procrastinate's own, with a worker that is on duty."""

    def get_worker_connector(self) -> PsycopgConnector:
        return PsycopgConnector(pool_factory=_pool, kwargs=connector_params(self.alias))


class Clock(periodic.PeriodicDeferrer):
    """As procrastinate's own, for a clock that jumps.

    Procrastinate's puts in a job for every minute that was missed, and none at all, until that time comes again, once
    the clock was put back. What runs by the clock here does all that is due when it runs, so the last time counts.
    """

    def get_timestamps(self, periodic_task: Any, since: int | None, until: float) -> Iterable[int]:
        known = since if since is not None and since <= until else None
        return list(super().get_timestamps(periodic_task, known, until))[-1:]


def install(to: App) -> None:
    """Called once by procrastinate, when Django is ready (`PROCRASTINATE_ON_APP_READY`)."""
    to.connector = to.job_manager.connector = Connector()
    periodic.PeriodicDeferrer = Clock  # type: ignore[misc]  # what a worker makes for itself


def _pool(**options: Any) -> AsyncConnectionPool[Any]:
    """Procrastinate's pool; instead of asking a connection whether it lives, it is told its duty, which shows it."""
    return AsyncConnectionPool(**(options | {"check": _say}))


async def _say(connection: AsyncConnection[Any]) -> None:
    token = sign("duty", TAKE, None, REQUEST_SECONDS, pid=connection.info.backend_pid)
    await connection.set_autocommit(True)
    await connection.execute("SELECT set_config('ctx.token', %s, false)", [token])
    await connection.set_autocommit(False)
