"""What the worker does for families: their messages, planned and given to the outbox, and wrong PINs told."""

from django.utils import timezone
from procrastinate.contrib.django import app

from casework.portal import messages, tries


@app.periodic(cron="*/5 * * * *")
@app.task(name="portal.plan_messages")
def plan_messages(timestamp: int) -> None:
    """Plans whatever has no row: dates that have been published, by whatever way."""
    messages.plan(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="portal.hand_over_messages")
def hand_over_messages(timestamp: int) -> None:
    """Gives what is due to the outbox."""
    messages.hand_over_due(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="portal.warn_of_tries")
def warn_of_tries(timestamp: int) -> None:
    """Tells the team where many wrong PINs were tried."""
    tries.warn(timezone.now())
