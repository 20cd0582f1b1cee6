"""What several acts on a case need: the row held still, an instant, a name."""

import uuid
from datetime import datetime

from django.db import connection
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.cases import reach
from casework.cases.models import Case


def locked(actor: Actor, case: Case) -> Case:
    """The case as it stands, held until the end of the transaction, so that a decision about it stays true.

    Rows that point to it are added all the while.
    """
    held: Case = Case.objects.visible_to(actor).select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    return held


def instant() -> datetime:
    """Now, and over neither for our clock nor for the database's: what begins or ends here counts at once for both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT least(now(), %s)", [timezone.now()])
        at: datetime = cursor.fetchone()[0]
    return at


def name_of(membership_id: uuid.UUID) -> str:
    """The name of a colleague; empty for one whom the organization does not know any more."""
    return Colleague.objects.filter(pk=membership_id).values_list("name", flat=True).first() or ""


def signature(actor: Actor, case: Case) -> str:
    """The actor's name, with the organization where it is not the case's own."""
    if actor.organization == case.organization_id:
        return actor.name
    return f"{actor.name}, {reach.of(actor).organizations[actor.organization].name}"[:150]
