"""People who are held, for the tests of this room: real facilities of the directory, through the acts."""

from datetime import date, time

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.custody import actions
from casework.custody.actions import Recorded, Since
from casework.custody.models import Kind
from casework.custody.places import Where
from casework.directory.models import Facility

ADELANTO, EL_PASO, B18 = "ADLNTCA", "EPC", "LOSHOLD"


def at(key: str, kind: str = Kind.FACILITY) -> Where:
    """A facility of the directory."""
    return Where(kind, Facility.objects.select_related("field_office").get(pk=key))


LOST = Where(Kind.NOT_LOCATED)


def on(day: str, clock: str = "") -> Since:
    return Since(date.fromisoformat(day), time.fromisoformat(clock) if clock else None)


def book(actor: Actor, case: Case, where: Where, day: str, *, source: str = "family", clock: str = "") -> Recorded:
    done: Recorded = actions.book(actor, case, where=where, since=on(day, clock), source=source)
    return done


def move(actor: Actor, case: Case, where: Where, day: str, *, source: str = "phone", clock: str = "") -> Recorded:
    done: Recorded = actions.move(actor, case, where=where, since=on(day, clock), source=source)
    return done
