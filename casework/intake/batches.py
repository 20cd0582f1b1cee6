"""Forms for a whole visit: who gets which, what the file holds, and for whom it still opens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.access import acts
from casework.access.actor import Actor
from casework.cases import reach
from casework.cases.models import Case
from casework.intake.answers import asker_of, off_of
from casework.intake.models import Batch, BatchPart, BatchState, Packet
from casework.intake.paper import printing
from casework.intake.paper.printing import Order
from casework.intake.questions import lists

MOST = 60  # people at once: a quarter of an hour's work at most, and a stack that one can carry
MADE, PRINTED = "packet.made", "packet.printed"
Told = Callable[[int], None]


@dataclass(frozen=True)
class Wanted:
    """Which forms somebody asks for: for whom, in which facility, of which sections, in which languages."""

    facility_key: str
    place: str
    cases: Sequence[Case]
    sections: Sequence[str]
    languages: Sequence[str]
    filled: bool


def orders(actor: Actor, batch: Batch) -> list[tuple[Case, Order]]:
    """The form of each that was chosen and whose form the actor may make now, as they were chosen.

    Whoever has no question that the actor may ask is left out, too.
    """
    rows = Case.objects.ours(actor).filter(pk__in=batch.cases).select_related("organization", "person")
    by_id = {str(one.pk): one for one in rows}
    off, found = tuple(sorted(off_of(actor))), []
    for case in (by_id[key] for key in batch.cases if key in by_id):
        order = Order(
            lists.intake().version, tuple(batch.sections), tuple(batch.languages), asker_of(actor),
            reach.of(actor).writes_up_to(case), off, case.organization.name,
        )  # fmt: skip
        if acts.allowed(actor, MADE, case) and printing.questions(order):
            found.append((case, order))
    return found


def forms(actor: Actor, batch: Batch) -> list[Packet]:
    """The forms in the file whose cases the actor may still print them of, in their order."""
    rows = Packet.objects.visible_to(actor).filter(batch=batch).select_related("case__organization", "case__person")
    at = {key: number for number, key in enumerate(batch.cases)}
    seen = [one for one in rows if acts.allowed(actor, PRINTED, one.case)]
    return sorted(seen, key=lambda one: at.get(str(one.case_id), 0))


def is_kept(batch: Batch, now: datetime) -> bool:
    """Whether there is a file."""
    return batch.state == BatchState.DONE and batch.goes_at is not None and now < batch.goes_at


def content(actor: Actor, batch: Batch) -> bytes:
    """The file. Ask `is_kept` before, and whether `forms` are all that it holds; the database asks that, too."""
    parts = BatchPart.objects.visible_to(actor).filter(batch=batch).order_by("number").select_related("batch")
    return b"".join(one.content for one in parts)
