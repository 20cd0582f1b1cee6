"""The worker's side of the outbox."""

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from casework.notifications import actions

RETRIES = 7  # after 4, 16, 64, ... 16384 seconds: about six hours in all


@app.task(
    name=actions.SEND_TASK,
    retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=4),
    pass_context=True,
)
def send_message(context: JobContext, message_id: str) -> None:
    """Sends one message; the last failed try gives it up."""
    try:
        actions.send(message_id)
    except Exception:
        if context.job.attempts >= RETRIES:
            actions.give_up(message_id)
        raise


@app.periodic(cron="43 * * * *")
@app.task(name="notifications.empty_old")
def empty_old(timestamp: int) -> None:
    """Forgets what old messages said."""
    actions.empty_old(timezone.now())
