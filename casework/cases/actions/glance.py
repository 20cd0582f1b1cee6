"""What lists show of a case at a glance, copied from the rooms above: where the person is, what comes next."""

import json
from typing import Any

from django.db import connection

from casework.access.actor import Actor
from casework.cases.models import Case

PLACE = ("facility_key", "place", "place_kind", "place_since", "place_as_of", "custody")
NEXT = ("next_hearing_at", "next_hearing_zone", "next_deadline_on")


def glance(actor: Actor, case: Case, **columns: Any) -> None:
    """Writes these columns of the case, for acts of custody and docket, which note what happened themselves.

    Whoever works on the case may, volunteers on its team too: the database asks. The case's version stays, since
    nobody edited the case. Raises KeyError for a column that is not copied, and ProgrammingError for a case that is
    not this actor's to work on.
    """
    if unknown := columns.keys() - {*PLACE, *NEXT}:
        raise KeyError(", ".join(sorted(unknown)))
    written = json.dumps(columns, default=lambda value: value.isoformat())
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.glance(%s, %s::jsonb)", [case.pk, written])
    for name, value in columns.items():
        setattr(case, name, value)
