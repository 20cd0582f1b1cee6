"""What an organization asks: switching sections and questions off and on, and taking that back."""

import uuid
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.intake.models import QuestionChoice
from casework.intake.questions import lists

CHOSEN = "questions.chosen"


def choice_of(actor: Actor) -> QuestionChoice:
    """The organization's choice; one that is not kept yet where it has made none."""
    found = QuestionChoice.objects.visible_to(actor).first()
    return found or QuestionChoice(organization_id=actor.organization, off=[], version=0)


def choose(actor: Actor, off: Collection[str], *, seen: int) -> uuid.UUID | None:
    """Switches these off, and all others on; the audit line's id, or None when nothing differs.

    Raises ChangedMeanwhile when the version is not `seen`, and ValidationError for what is always asked.
    """
    acts.may(actor, CHOSEN)
    row = choice_of(actor)
    if row.version != seen:
        raise ChangedMeanwhile(row)
    questions = lists.intake()
    known = {one.key for one in questions} | {one.key for one in questions.sections}
    if set(off) & questions.always_asked:
        raise ValidationError(_("What can stop an intake is always asked."), code="always")
    wanted = sorted(set(off) & known)
    return _choose(actor, wanted, row=row) if wanted != sorted(row.off) else None


def undo_choice(actor: Actor, *, line_id: uuid.UUID) -> None:
    """Puts back what was asked before, as a new act. Raises as `changes.before`."""
    acts.may(actor, CHOSEN)
    row = choice_of(actor)
    _choose(actor, changes.before(row, line_id, [CHOSEN])["off"], row=row, undoes=line_id)


@act(CHOSEN)
def _choose(
    actor: Actor, off: list[str], *, row: QuestionChoice, undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    line, told = uuid.uuid4(), {"undoes": undoes} if undoes else {}
    written: dict[str, tuple[Any, Any]] = {"off": (sorted(row.off), off)}
    row.off = off
    if row.version:
        row.save(update_fields=["off"])
    else:
        row.version = 1
        row.save(force_insert=True)
    return Happened(line, thing=row, changes=written, told=told, line=line)
