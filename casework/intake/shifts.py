"""Shifts on the hotline: begun, ended with a note to the next, and what was left open then."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.intake import calls
from casework.intake.models import Shift


@dataclass(frozen=True)
class LeftOpen:
    """What waits at a moment: calls to take, to make again and drafts, and how many of all are urgent."""

    take: int = 0
    back: int = 0
    draft: int = 0
    urgent: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.take or self.back or self.draft)


def left_open(found: list[calls.Card]) -> LeftOpen:
    """Counts a queue."""
    kinds = Counter(card.kind for card in found)
    return LeftOpen(kinds[calls.TAKE], kinds[calls.BACK], kinds[calls.DRAFT], sum(card.urgent for card in found))


def mine(actor: Actor) -> Shift | None:
    """The actor's own shift that is not over."""
    found: Shift | None = (
        Shift.objects.visible_to(actor).filter(membership_id=actor.membership_id, ends_at=None).first()
    )
    return found


def last_note(actor: Actor) -> Shift | None:
    """The newest shift that ended with a note: it stands at the top of the queue."""
    found: Shift | None = (
        Shift.objects.visible_to(actor).filter(ends_at__isnull=False, note__isnull=False).order_by("-ends_at").first()
    )
    return found


def recent(actor: Actor, most: int = 20) -> list[Shift]:
    """Shifts that ended, the newest first."""
    return list(Shift.objects.visible_to(actor).filter(ends_at__isnull=False).order_by("-ends_at")[:most])


@act("shift.begun")
def begin(actor: Actor, *, at: datetime | None = None) -> Happened[Shift]:
    """Begins the actor's shift. Raises ValidationError when one of theirs is not over."""
    made = Shift(
        organization_id=actor.organization, membership_id=actor.member, name=actor.name, starts_at=at or timezone.now()
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Your shift has begun already."), code="begun") from error
    return Happened(made, thing=made, fields=("shift",))


@act("shift.ended")
def end(actor: Actor, shift: Shift, *, note: str) -> Happened[None]:
    """Ends the actor's own shift, with a note to the next; what is open is counted now.

    Raises ValidationError for one that is over, or somebody else's.
    """
    if shift.ends_at is not None or shift.membership_id != actor.membership_id:
        raise ValidationError(_("This shift is over, or it is not yours."), code="over")
    shift.ends_at, shift.note = timezone.now(), note.strip()
    shift.left_open = vars(left_open(calls.waiting(actor)))
    shift.save(update_fields=["ends_at", "note", "left_open"])
    return Happened(None, thing=shift, fields=("shift",), told={"left_open": shift.left_open})
