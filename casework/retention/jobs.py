"""The worker's side: carrying out what two people agreed on, and telling those whom it concerns."""

from django.conf import settings
from django.db import connection
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from casework.access.context import on_duty
from casework.notifications import letters, readers
from casework.retention import actions

AT_ONCE = 2000  # steps in one run; the next one goes on
RETRIES = RetryStrategy(max_attempts=7, exponential_wait=4)
# Who gets which letter. It names no case and nobody but colleagues.
TOLD = {
    "proposed": ("other",),
    "agreed": ("two", "lead"),
    "withdrawn": ("two", "lead"),
    "done": ("two",),
}


@app.periodic(cron="*/5 * * * *")
@app.task(name="retention.carry_out")
def carry_out(timestamp: int) -> None:
    """Deletes the cases of purges whose 24 hours are over, person after person."""
    for _each in range(AT_ONCE):
        if not actions.purge_next():
            return


def _tells(kind: str) -> None:
    """Makes the task `retention.<kind>`. A second run writes nothing again."""

    @app.task(name=f"retention.{kind}", retry=RETRIES)
    def tell(actor: str, object_id: str) -> None:
        with on_duty("letters"):
            with connection.cursor() as cursor:
                cursor.execute("SELECT place, whom, due_at FROM ctx.purge_readers(%s)", [object_id])
                found = cursor.fetchall()
            by = readers.member(actor)
            facts = {"by": by.reader.name if by else "", "link": f"{settings.PUBLIC_URL}{reverse('kept')}"}
            # One of the two who leads a case, too, is told as one of the two; leads were told of nothing not agreed to.
            wanted = [one for one in sorted(found) if one[0] in TOLD[kind] and (one[0] != "lead" or one[2])]
            to = {whom: (place, due) for place, whom, due in wanted}
            for whom, (place, due) in to.items():
                member = readers.member(whom)
                if member is not None:
                    about = facts | {"organization": member.organization, "due": due, "lead": place == "lead"}
                    letter = letters.Letter(f"purge_{kind}", member.reader, about)
                    letters.post(letter, once=f"purge {kind} {object_id} {whom}")


for _kind in TOLD:
    _tells(_kind)
