"""Writing notes, correcting one's own, pinning them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.changes import by_tier
from casework.access.versions import ChangedMeanwhile
from casework.cases import reach
from casework.cases.actions.ground import signature
from casework.cases.models import Case, Note, NoteKind, Tier

FIELDS = ("text", "kind", "tier")


@act("note.written")
def write_note(
    actor: Actor, case: Case, *, text: str, tier: int = Tier.REPRESENTATION, kind: str = NoteKind.MEMO,
    pinned: bool = False,
) -> Happened[Note]:  # fmt: skip
    """Adds a note, signed by the actor. Raises ValidationError at "tier" for one that the actor may not write."""
    _check_tier(actor, case, tier)
    note = Note(
        organization_id=case.organization_id, case=case, tier=tier, kind=kind, author_id=actor.member,
        author_name=signature(actor, case), text=text, pinned_at=timezone.now() if pinned else None,
    )  # fmt: skip
    note.save(force_insert=True)
    return Happened(note, thing=note, fields=("note",), told={"kind": kind, "tier": int(tier)})


def change_note(actor: Actor, case: Case, *, note: Note, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Corrects one's own note; the audit line's id, which keeps what stood before, or None when nothing differs.

    Raises ChangedMeanwhile when the note's version is not `seen`, and ValidationError for somebody else's note and, at
    "tier", as `write_note`.
    """
    acts.may(actor, "note.changed", case)
    if note.version != seen:
        raise ChangedMeanwhile(note)
    if not is_own(actor, case, note):
        raise ValidationError(_("Only whoever wrote a note corrects it."), code="author")
    before = standing(note)
    different = {name: value for name, value in values.items() if value != before[name]}
    if not different:
        return None
    _check_tier(actor, case, different.get("tier", note.tier))
    lines: list[uuid.UUID] = [_change(actor, case, note=note, values=part) for part in by_tier(note, different)]
    return lines[-1]


@act("note.changed")
def _change(actor: Actor, case: Case, *, note: Note, values: Mapping[str, Any]) -> Happened[uuid.UUID]:
    before = standing(note)
    for name, value in values.items():
        setattr(note, name, value)
    note.save(update_fields=list(values))
    line = uuid.uuid4()
    return Happened(line, thing=note, changes={name: (before[name], values[name]) for name in values}, line=line)


@act("note.pinned")
def pin_note(actor: Actor, case: Case, *, note: Note, pinned: bool) -> Happened[None]:
    """Keeps the note at the head of the case, or lets it go. Raises ValidationError for one of a higher tier."""
    _of_case(case, note)
    _check_tier(actor, case, note.tier)
    note.pinned_at = timezone.now() if pinned else None
    note.save(update_fields=["pinned_at"])
    return Happened(None, thing=note, fields=("pinned_at",), told={"pinned": pinned})


def is_own(actor: Actor, case: Case, note: Note) -> bool:
    """Whether the note is the actor's and of this case."""
    return note.case_id == case.pk and note.author_id == actor.membership_id


def standing(note: Note) -> dict[str, Any]:
    """What can be changed, by field."""
    return {name: getattr(note, name) for name in FIELDS}


def _check_tier(actor: Actor, case: Case, tier: int) -> None:
    if tier > reach.of(actor).writes_up_to(case):
        raise ValidationError({"tier": _("You may not write notes of this kind here.")})


def _of_case(case: Case, note: Note) -> None:
    if note.case_id != case.pk:
        raise ValidationError(_("This note belongs to another case."), code="case")
