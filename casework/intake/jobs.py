"""The worker's side of imports and of paper. A job gets ids, and speaks for whoever asked, if they still count."""

import contextlib
import functools
import json
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from casework.access.actor import Actor
from casework.access.context import on_duty
from casework.access.delegation import as_member, delegated
from casework.documents.pdf import PaperError
from casework.intake import actions, batches, progress
from casework.intake.actions import handovers
from casework.intake.models import Batch, BatchState, Import
from casework.intake.paper import printing
from casework.intake.paper.printing import Order
from casework.notifications import letters, readers

LONGEST = "10min"  # of a statement, the commit of thousands of lines of the audit among them; requests have less
AT_ONCE = 500  # offers
TRIES = RetryStrategy(max_attempts=3, wait=10)


@delegated("intake.carry_out", retry=TRIES)
def carry_out(actor: str, object_id: str, user: str) -> None:
    """Imports what somebody has started. A second run finds it done.

    Its references are kept for it first and apart: whoever takes one from the count holds it to the end.
    """
    kept: list[str] = []

    def work(who: Actor, made: Import) -> bool:
        return actions.carry_out(who, made, functools.partial(progress.tell, made.pk), kept)

    _for(actor, user, Import, object_id, lambda who, made: kept.extend(actions.references_for(who, made)))
    _for(actor, user, Import, object_id, work)


@delegated("intake.look_through", retry=TRIES)
def look_through(actor: str, object_id: str, user: str) -> None:
    """Checks a large one that somebody has prepared. A second run finds it checked."""

    def work(who: Actor, made: Import) -> None:
        actions.look_through(who, made, functools.partial(progress.tell, made.pk))

    _for(actor, user, Import, object_id, work)


@delegated("intake.take_back", retry=TRIES)
def take_back(actor: str, object_id: str, user: str) -> None:
    """Takes an import back."""
    _for(actor, user, Import, object_id, actions.take_back)


@app.task(name="intake.conflict_asked", retry=TRIES)
def conflict_asked(actor: str, object_id: str, **ids: str) -> None:
    """Writes to whoever is to be asked because of a check or in a case (`object_id`), of each question once.

    It names nobody.
    """
    with on_duty("letters"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT task, whom FROM ctx.conflict_asked(%s)", [object_id])
            asked: list[tuple[uuid.UUID, uuid.UUID | None]] = cursor.fetchall()
        for task, whom in asked:
            to = readers.member(whom) if whom and str(whom) != actor else None
            if to is not None:
                facts = {"organization": to.organization, "link": f"{settings.PUBLIC_URL}{reverse('today')}"}
                letters.post(letters.Letter("conflict_asked", to.reader, facts), once=f"conflict asked {task}")


@app.periodic(cron="51 * * * *")
@app.task(name="intake.sweep")
def sweep(timestamp: int) -> None:
    """Drops spreadsheets that have waited for a week, and forms for a visit that were kept for a day."""
    actions.sweep()
    actions.sweep_batches()


@app.periodic(cron="* * * * *")
@app.task(name="intake.expire_offers")
def expire_offers(timestamp: int) -> None:
    """Ends offers that nobody answered in time, each in a transaction of its own, and asks the next organization."""
    for _each in range(AT_ONCE):
        if not handovers.expire_one():
            return


def _for(member: str, user: str, rows: Any, pk: str, work: Callable[[Actor, Any], object]) -> None:
    """Does it as the member. Nothing happens for one who counts no more."""
    with as_member(member, user) as actor, connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [LONGEST])
        made = rows.objects.visible_to(actor).filter(pk=pk).first() if actor else None
        if actor and made is not None:
            work(actor, made)


@app.task(name=printing.LAY_OUT)
def lay_out(order: str) -> None:
    """Lays out a form that somebody asked for, and keeps it. It holds nobody's data."""
    printing.lay_out(Order.read(json.loads(order)))


@delegated("intake.make_batch", retry=TRIES)
def make_batch(actor: str, object_id: str, user: str) -> None:
    """Makes forms for a visit that somebody asked for. A second run finds them made.

    What they have in common is laid out first and apart: it takes long, and holds nobody's data.
    """
    layouts: set[Order] = set()

    def look(who: Actor, batch: Batch) -> None:
        if batch.state == BatchState.RUNNING:
            layouts.update(order for _case, order in batches.orders(who, batch))

    def work(who: Actor, batch: Batch) -> None:
        actions.make_batch(who, batch, functools.partial(progress.tell, batch.pk))

    _for(actor, user, Batch, object_id, look)
    for order in layouts:
        with contextlib.suppress(PaperError):  # it is told when the forms are to be made
            printing.lay_out(order)
    _for(actor, user, Batch, object_id, work)
