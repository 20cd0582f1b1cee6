"""Writing notes."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases import reach
from casework.cases.actions.ground import signature
from casework.cases.models import Case, Note, NoteKind, Tier


@act("note.written")
def write_note(
    actor: Actor, case: Case, *, text: str, tier: int = Tier.REPRESENTATION, kind: str = NoteKind.MEMO
) -> Happened[Note]:
    """Adds a note, signed by the actor. Raises ValidationError at "tier" for one that the actor may not write."""
    if tier > reach.of(actor).writes_up_to(case):
        raise ValidationError({"tier": _("You may not write notes of this kind here.")})
    note = Note(
        organization_id=case.organization_id, case=case, tier=tier, kind=kind, author_id=actor.member,
        author_name=signature(actor, case), text=text,
    )  # fmt: skip
    note.save(force_insert=True)
    return Happened(note, thing=note, fields=("note",), told={"kind": kind, "tier": int(tier)})
