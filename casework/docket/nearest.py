"""Which deadline a case shows: read whole in the database, whatever tier the speaker sees."""

from datetime import date

from django.db import connection

from casework.access.actor import Actor
from casework.cases.actions import glance
from casework.cases.models import Case


def settle(actor: Actor, case: Case) -> None:
    """Makes the case show the day to keep to that comes first, of all that is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.next_deadline(%s)", [case.pk])
        found: date | None = cursor.fetchone()[0]
    if case.next_deadline_on != found:
        glance(actor, case, next_deadline_on=found)
