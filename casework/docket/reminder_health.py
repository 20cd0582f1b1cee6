"""Whether reminders come: what was due, sent, failed, and of which hearings nobody hears."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.docket.models.reminders import Reminder, ReminderState, Why
from casework.notifications import actions as outbox
from casework.notifications.models import State

LATELY = timedelta(days=7)
SLOW = timedelta(minutes=10)  # what is planned and due for so long waits for a worker
MOST = 50
GOOD, WAITING = frozenset({State.SENT}), frozenset({State.QUEUED, State.SENDING})
BAD = frozenset({State.FAILED, State.UNKNOWN})


@dataclass(frozen=True)
class Trouble:
    """A reminder that nobody may have got: for whom, when it was due, and what is wrong."""

    name: str
    due_at: datetime
    what: str
    says: str


@dataclass(frozen=True)
class Silent:
    """A hearing of the coming week of which nobody will be reminded; `somebody` could be."""

    at: datetime
    time_zone: str
    reference: str
    somebody: bool


@dataclass(frozen=True)
class Health:
    """Counts of the last 7 days, and what needs somebody."""

    due: int
    sent: int
    waiting: int
    failed: int
    dropped: list[tuple[str, int]]
    ahead: int
    by_sweep: int
    trouble: list[Trouble]
    silent: list[Silent]

    @property
    def is_well(self) -> bool:
        return not self.trouble and not self.silent


def of(actor: Actor, now: datetime) -> Health:
    """Of the organization in which the actor is an administrator."""
    ours = Reminder.objects.filter(organization_id=actor.organization)
    rows = list(ours.filter(due_at__gt=now - LATELY, due_at__lte=now).order_by("-due_at", "pk"))
    states = outbox.states(row.message_id for row in rows if row.message_id)
    found = {row.pk: _state(row, states, now) for row in rows}
    names = dict(Colleague.objects.values_list("pk", "name"))
    dropped = Counter(row.why or Why.GONE for row in rows if found[row.pk] == State.DROPPED)
    return Health(
        due=len(rows),
        sent=sum(state in GOOD for state in found.values()),
        waiting=sum(state in WAITING for state in found.values()),
        failed=sum(state in BAD for state in found.values()),
        dropped=[(str(Why(why).label), many) for why, many in dropped.most_common()],
        ahead=ours.filter(state=ReminderState.PLANNED, due_at__gt=now).count(),
        by_sweep=sum(row.by_sweep for row in rows),
        trouble=[
            Trouble(names.get(row.membership_id, ""), row.due_at, row.get_kind_display(), str(found[row.pk].label))
            for row in rows
            if found[row.pk] in BAD or (found[row.pk] == State.QUEUED and now - row.due_at > SLOW)
        ][:MOST],
        silent=_silent()[:MOST],
    )


def _state(row: Reminder, states: dict[uuid.UUID, State], now: datetime) -> State:
    """How far it has come, its letter included; a letter whose row is gone is unknown."""
    if row.state == ReminderState.HANDED and row.message_id:
        return states.get(row.message_id, State.UNKNOWN)
    return State.DROPPED if row.state == ReminderState.DROPPED else State.QUEUED


def _silent() -> list[Silent]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, time_zone, reference, somebody FROM ctx.silent_hearings()")
        return [Silent(*row) for row in cursor.fetchall()]
