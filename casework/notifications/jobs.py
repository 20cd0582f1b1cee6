"""The worker's side: sending what is in the outbox, and writing the letters that follow from acts."""

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from casework.access.context import on_duty
from casework.notifications import actions, letters

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


def _writes(kind: str) -> None:
    """Makes the task `letters.<kind>`, which gets the ids of an act. A second run writes nothing again."""

    @app.task(
        name=f"letters.{kind}",
        retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=4),
        pass_context=True,
    )
    def write(context: JobContext, /, **ids: str) -> None:
        with on_duty("letters"):
            for letter in letters.LATER[kind](ids):
                once = letter.occasion or f"{context.job.id} {letter.kind} {letter.reader.email}"
                letters.post(letter, once=once)


for _kind in letters.LATER:
    _writes(_kind)
