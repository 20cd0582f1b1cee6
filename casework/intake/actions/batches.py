"""Every write about forms for a whole visit: asking for them, making them, taking the file away."""

import contextlib
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.audit import actions as audit
from casework.documents.pdf import PaperError
from casework.documents.rules import PART_BYTES
from casework.intake import batches
from casework.intake.actions.paper import make_packet
from casework.intake.batches import MOST, Told, Wanted
from casework.intake.models import Batch, BatchPart, BatchState
from casework.intake.paper import piles
from casework.intake.paper.printing import NotYet


class NotMade(Exception):
    """Forms that cannot be made; its text is the word for why, empty where nobody wants them any more."""


@act("batch.started")
def start_batch(actor: Actor, *, wanted: Wanted) -> Happened[Batch]:
    """Leaves forms for these people to the worker. Raises ValidationError at "people" for nobody, and for too many."""
    if not wanted.cases:
        raise ValidationError({"people": _("Choose somebody.")}, code="nobody")
    if len(wanted.cases) > MOST:
        said = _("At most %(most)s at once. Take some off, and make theirs afterwards.") % {"most": MOST}
        raise ValidationError({"people": said}, code="most")
    if actor.user_id is None:
        raise PermissionDenied("nobody")
    batch = Batch(
        organization_id=actor.organization, made_by_id=actor.member, facility_key=wanted.facility_key,
        place=wanted.place[:160], cases=[str(one.pk) for one in wanted.cases], sections=list(wanted.sections),
        languages=list(wanted.languages), filled=wanted.filled,
    )  # fmt: skip
    batch.save(force_insert=True)
    told = {"people": len(batch.cases), "place": batch.place}
    return Happened(batch, thing=batch, fields=("batch",), told=told, about={"user": actor.user_id})


def make_batch(actor: Actor, batch: Batch, told: Told) -> None:
    """Makes all forms in one transaction, or none; one that was made or taken back before stays as it is.

    Who is still theirs to print is asked anew. `told` is called with how many are done, and so is whether anybody wants
    the rest.
    """
    why = ""
    try:
        with transaction.atomic():
            _must_run(actor, batch)
            _make(actor, batch, told=told)
    except NotMade as error:
        why = str(error)
    except (PaperError, NotYet):
        why = "layout"
    if why:
        with contextlib.suppress(NotMade):  # somebody has taken it back in that very moment
            stop_batch(actor, batch, why=why)


@act("batch.done")
def _make(actor: Actor, batch: Batch, *, told: Told) -> Happened[None]:
    wanted = batches.orders(actor, batch)
    if not wanted:
        raise NotMade("nobody")
    forms = [(make_packet(actor, case, order=one, filled=batch.filled, batch=batch), one) for case, one in wanted]

    def going_on(done: int) -> None:
        _must_run(actor, batch)
        told(done)

    pile = piles.pile(actor, batch, forms, going_on)
    held = _held(actor, batch)
    _keep(held, pile.written())
    left_out = len(held.cases) - len(forms)
    _set(held, state=BatchState.DONE, forms=len(forms), left_out=left_out, pages=pile.pages, ended_at=timezone.now())
    return Happened(None, thing=held, fields=("batch",), told={"people": len(forms), "left_out": left_out})


@act("batch.stopped")
def stop_batch(actor: Actor, batch: Batch, *, why: str) -> Happened[None]:
    """Notes that no form was made, and in a word why."""
    held = _held(actor, batch)
    _set(held, state=BatchState.STOPPED, why=why, ended_at=timezone.now())
    return Happened(None, thing=held, fields=("batch",), told={"why": why})


@act("batch.dropped")
def drop_batch(actor: Actor, batch: Batch) -> Happened[None]:
    """Takes the file away, or what is being made of it. Raises ValidationError where there is nothing any more."""
    held = _held(actor, batch, running=False)
    if held.state not in {BatchState.RUNNING, BatchState.DONE}:
        raise ValidationError(_("Nothing of it is there any more."), code="gone")
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.forget_batch(%s)", [held.pk])
    _set(held, state=BatchState.DROPPED, ended_at=timezone.now())
    return Happened(None, thing=held, fields=("batch",))


def sweep_batches() -> int:
    """Takes away what was kept for a day; how many. For the worker, by the clock."""
    with on_duty("sweep") as actor, connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.sweep_batches()")
        old = cursor.fetchall()
        for pk, organization in old:
            what = audit.What(organization, "intake.batch", pk)
            audit.write(acts.who(actor), "batch.dropped", what, fields=("batch",), basis="operator")
    return len(old)


def _keep(batch: Batch, content: bytes) -> None:
    for number, start in enumerate(range(0, len(content), PART_BYTES)):
        part = BatchPart(
            organization_id=batch.organization_id, batch=batch, number=number,
            content=content[start : start + PART_BYTES],
        )  # fmt: skip
        part.save(force_insert=True)


def _must_run(actor: Actor, batch: Batch) -> None:
    """Raises NotMade when somebody has taken it back, or it was made before."""
    if not Batch.objects.visible_to(actor).filter(pk=batch.pk, state=BatchState.RUNNING).exists():
        raise NotMade


def _held(actor: Actor, batch: Batch, *, running: bool = True) -> Batch:
    """The batch as it stands, held to the end of the transaction. Raises NotMade as `_must_run`."""
    found: Batch = Batch.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=batch.pk)
    if running and found.state != BatchState.RUNNING:
        raise NotMade
    return found


def _set(batch: Batch, **values: Any) -> None:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))
