"""What the worker does for the docket: the next hearing by the clock, and reminders.

Reminders are planned as soon as something happens, swept for what was missed, and sent when they are due.
"""

import uuid

from django.db import connection, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from casework.access.context import on_duty
from casework.docket import reminders

RETRIES = 7  # after 4, 16, 64 ... seconds; the sweep comes anyway


@app.task(name=reminders.PLAN, retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=4))
def plan_reminders(object_id: str, **_ids: str) -> None:
    """Plans the reminders of a hearing that something happened to, and drops those that are not due any more."""
    reminders.plan(timezone.now(), [uuid.UUID(object_id)])


@app.periodic(cron="*/5 * * * *")
@app.task(name="docket.sweep_reminders")
def sweep_reminders(timestamp: int) -> None:
    """Plans whatever has no row: what came by other ways, and what a dead worker left."""
    reminders.plan(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="docket.hand_over_reminders")
def hand_over_reminders(timestamp: int) -> None:
    """Gives what is due to the outbox."""
    reminders.hand_over_due(timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(name="docket.morning")
def morning(timestamp: int) -> None:
    """The summary of the day, for those whose morning it is."""
    reminders.plan_digests(timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="docket.go_on")
def go_on(timestamp: int) -> None:
    """Time goes on: cases whose hearing has begun show the next one, where there is one."""
    with transaction.atomic(), on_duty("housekeeping"), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.go_on_to_next_hearings()")
