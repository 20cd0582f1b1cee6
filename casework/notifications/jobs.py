"""The worker's side of the outbox."""

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from casework.notifications import actions

ATTEMPTS = 6  # with waits of 4, 16, 64, 256 and 1024 seconds: about 23 minutes


@app.task(
    name=actions.SEND_TASK,
    retry=RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=4),
    pass_context=True,
)
def send_message(context: JobContext, message_id: str) -> None:
    """Sends one message; the last failed try gives it up."""
    try:
        actions.send(message_id)
    except Exception:
        if context.job.attempts + 1 >= ATTEMPTS:
            actions.give_up(message_id)
        raise
