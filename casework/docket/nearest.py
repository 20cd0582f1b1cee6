"""Which deadline a case shows, and which are near: read whole in the database, whatever tier the speaker sees."""

from datetime import date, datetime
from typing import Any

from django.db import connection

from casework.access.actor import Actor
from casework.cases.actions import glance
from casework.cases.models import Case
from casework.docket.models import Deadline
from casework.docket.models.deadlines import DeadlineState


def settle(actor: Actor, case: Case) -> None:
    """Makes the case show the day to keep to that comes first, of all that is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.next_deadline(%s)", [case.pk])
        found: date | None = cursor.fetchone()[0]
    if case.next_deadline_on != found:
        glance(actor, case, next_deadline_on=found)


def due_soon(actor: Actor, *, until: date, untouched_since: datetime | None = None) -> Any:
    """Open deadlines of all cases that the actor sees whose day to keep to is not after `until`, the first first.

    Overdue ones are among them. With `untouched_since`, only those to which nobody has done anything since.
    """
    rows = Deadline.objects.visible_to(actor).filter(
        withdrawn=False, state=DeadlineState.OPEN, keep_on__lte=until
    )  # fmt: skip
    if untouched_since is not None:
        rows = rows.filter(touched_at__lt=untouched_since)
    return rows.select_related("case", "rule_version").order_by("keep_on", "pk")


def missing(actor: Actor) -> Any:
    """Open deadlines without a date, because nobody has typed the judge's yet: an error until somebody does."""
    rows = Deadline.objects.visible_to(actor).filter(withdrawn=False, state=DeadlineState.OPEN, due_on=None)
    return rows.select_related("case", "rule_version").order_by("recorded_at", "pk")
