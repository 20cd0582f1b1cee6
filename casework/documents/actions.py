"""Every write about documents: bringing one or another version, what it is called and who reads it, withdrawing it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases import reach
from casework.cases.actions.ground import signature
from casework.cases.models import Case
from casework.documents import looks, rules, wording
from casework.documents.checking import Checked
from casework.documents.models import Document, DocumentKind, File, FilePart, FileSource, FileState

CHANGED, TIER, WITHDRAWN, RESTORED = (
    "document.changed", "document.tier_changed", "document.withdrawn", "document.restored",
)  # fmt: skip
UNDOABLE = (CHANGED, TIER, WITHDRAWN)
CHECK = "documents.check"  # the worker's task


@dataclass(frozen=True)
class Brought:
    """A file as it came, and what its check found."""

    content: bytes
    name: str
    checked: Checked
    source: str = FileSource.SCREEN


@act("document.added")
def add(
    actor: Actor, case: Case, *, brought: Brought, kind: str = DocumentKind.OTHER, tier: int | None = None,
    title: str = "",
) -> Happened[File]:  # fmt: skip
    """Keeps a document with its first file. Of one that was refused nothing is kept but that it was, and why.

    Without `tier` it is read by those who usually read its kind. Raises ValidationError at "tier" for one that the
    actor may not write, and where there is no room.
    """
    highest = reach.of(actor).writes_up_to(case)
    chosen = rules.usual_tier(kind, highest) if tier is None else tier
    _must_reach(actor, case, chosen)
    name = rules.clean_name(title)[: rules.MOST_NAME] or rules.title_of(brought.name)
    document = Document(
        organization_id=case.organization_id, case=case, kind=kind, tier=chosen,
        name=name or str(DocumentKind(kind).label),
    )  # fmt: skip
    document.save(force_insert=True)
    file = _keep(actor, case, document, brought, number=1)
    return _kept(actor, document, file, "document")


@act("document.version_added")
def add_version(actor: Actor, case: Case, *, document: Document, brought: Brought) -> Happened[File]:
    """Keeps another file of a document; those before stay. Raises ValidationError where there is no room."""
    _must_be_of(case, document)
    _must_reach(actor, case, document.tier)
    held = Document.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    held.get(pk=document.pk)  # one after the other, so that each has its number
    last = File.objects.visible_to(actor).filter(document=document).order_by("-number").first()
    file = _keep(actor, case, document, brought, number=(last.number if last else 0) + 1)
    return _kept(actor, document, file, "file")


@act("document.checked")
def settle(actor: Actor, case: Case, *, document: Document, file: File, checked: Checked) -> Happened[None]:
    """Writes what the check of a file in quarantine found. Of one that is refused the bytes go."""
    _must_be_of(case, document)
    _judge(file, checked)
    file.save(update_fields=["state", "reason", "media_type", "pages", "checked_at"])
    if file.state == FileState.REFUSED:
        FilePart.objects.visible_to(actor).filter(file=file).delete()
    return Happened(None, thing=document, fields=("file",), told=_told(document, file))


@act("document.refused")
def refuse(actor: Actor, case: Case, *, document: Document, file: File) -> Happened[None]:
    """Does not take what a family sent: its bytes go. Raises ValidationError for anything else."""
    _must_be_of(case, document)
    if not file.is_familys or file.state != FileState.QUARANTINED:
        raise ValidationError(_("Only what a family sent and nobody has taken yet is refused."), code="taken")
    _judge(file, Checked(file.media_type, reason=rules.UNWANTED))
    file.save(update_fields=["state", "reason", "media_type", "pages", "checked_at"])
    FilePart.objects.visible_to(actor).filter(file=file).delete()
    return Happened(None, thing=document, fields=("file",), told=_told(document, file))


def from_family(case: Case, *, brought: Brought, answers: uuid.UUID) -> Document:
    """Keeps what a family sent, within their act: in quarantine until somebody takes it, whatever its check found.

    `case` need not come through a door: a family reaches none. `answers` is the member who gave them the link.
    """
    own = {"organization_id": case.organization_id, "case": case}
    name = rules.clean_name(brought.name)[: rules.MOST_NAME]
    title = rules.title_of(brought.name) or str(DocumentKind.OTHER.label)
    document = Document(kind=DocumentKind.OTHER, tier=rules.REPRESENTATION, name=title, **own)
    document.save(force_insert=True)
    file = File(
        document=document, name=name, size=len(brought.content), source=FileSource.FAMILY, uploaded_by_id=answers,
        media_type=brought.checked.media_type, checksum=looks.checksum(brought.content), **own,
    )  # fmt: skip
    file.save(force_insert=True)
    for part in _parts(file, brought.content):
        part.save(force_insert=True)
    return document


def change(actor: Actor, case: Case, *, document: Document, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes name, kind and tier; the audit line's id, or None when nothing differs. The tier is counsel's to change.

    Raises ChangedMeanwhile when the version is not `seen`, and ValidationError at "tier" as `add`.
    """
    acts.may(actor, CHANGED, case)
    _must_be_of(case, document)
    if document.version != seen:
        raise ChangedMeanwhile(document)
    different = changes.different(document, values)
    if not different:
        return None
    if "tier" in different:
        acts.may(actor, TIER, case)
        _must_reach(actor, case, different["tier"])
    lines = [
        (_set_tier if "tier" in part else _change)(actor, case, document=document, values=part)
        for part in changes.by_tier(document, different)
    ]
    return lines[-1]


def withdraw(actor: Actor, case: Case, *, document: Document) -> uuid.UUID:
    """Takes a document off the list. Its files stay, and it can be put back."""
    _must_be_of(case, document)
    if document.withdrawn:
        raise ValidationError(_("This document was withdrawn already."), code="withdrawn")
    line: uuid.UUID = _withdraw(actor, case, document=document)
    return line


def undo(actor: Actor, case: Case, *, document: Document, line_id: uuid.UUID) -> None:
    """Puts back what stood before a change or a withdrawal, as a new act.

    Raises Http404 for a line that is not of this document, ValidationError where somebody built on it.
    """
    _must_be_of(case, document)
    values = changes.before(document, line_id, UNDOABLE)
    if "withdrawn" in values:
        _restore(actor, case, document=document, values=values, undoes=line_id)
        return
    if "tier" in values:
        acts.may(actor, TIER, case)
        _must_reach(actor, case, values["tier"])
    for part in changes.by_tier(document, values):
        (_set_tier if "tier" in part else _change)(actor, case, document=document, values=part, undoes=line_id)


def put_back(actor: Actor, case: Case, *, document: Document) -> None:
    """Puts a withdrawn document back on the list."""
    _must_be_of(case, document)
    if document.withdrawn:
        _restore(actor, case, document=document, values={"withdrawn": False})


@act(CHANGED)
def _change(
    actor: Actor, case: Case, *, document: Document, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    return _written(document, values, undoes)


@act(TIER)
def _set_tier(
    actor: Actor, case: Case, *, document: Document, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    return _written(document, values, undoes)


@act(WITHDRAWN)
def _withdraw(actor: Actor, case: Case, *, document: Document) -> Happened[uuid.UUID]:
    return _written(document, {"withdrawn": True})


@act(RESTORED)
def _restore(
    actor: Actor, case: Case, *, document: Document, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    return _written(document, values, undoes)


def _written(document: Document, values: Mapping[str, Any], undoes: uuid.UUID | None = None) -> Happened[uuid.UUID]:
    line, told = uuid.uuid4(), {"name": document.name} | ({"undoes": undoes} if undoes else {})
    return Happened(line, thing=document, changes=changes.write(document, values), told=told, line=line)


def _keep(actor: Actor, case: Case, document: Document, brought: Brought, *, number: int) -> File:
    file = File(
        organization_id=case.organization_id, case=case, document=document, number=number,
        name=rules.clean_name(brought.name)[: rules.MOST_NAME], size=len(brought.content), source=brought.source,
        checksum=looks.checksum(brought.content), uploaded_by_id=actor.member, uploaded_by_name=signature(actor, case),
    )  # fmt: skip
    if brought.checked.ended:
        _judge(file, brought.checked)
    if file.state != FileState.REFUSED:
        _must_fit(case, len(brought.content))
    file.save(force_insert=True)
    if file.state != FileState.REFUSED:
        for part in _parts(file, brought.content):
            part.save(force_insert=True)
    return file


def _judge(file: File, checked: Checked) -> None:
    reason = checked.reason if checked.ended else "too_much"
    file.state = FileState.REFUSED if reason else FileState.CLEAN
    file.reason, file.media_type, file.pages = reason, checked.media_type, checked.pages
    file.checked_at = timezone.now()


def _parts(file: File, content: bytes) -> list[FilePart]:
    return [
        FilePart(
            organization_id=file.organization_id, case=file.case, document_id=file.document_id, file=file,
            number=number, content=content[start : start + rules.PART_BYTES],
        )
        for number, start in enumerate(range(0, len(content), rules.PART_BYTES))
    ]  # fmt: skip


def _told(document: Document, file: File) -> dict[str, Any]:
    told = {"name": document.name, "number": file.number, "state": file.state, "size": file.size, "file": file.pk}
    return told | ({"reason": file.reason} if file.reason else {})


def _kept(actor: Actor, document: Document, file: File, field: str) -> Happened[File]:
    """A file whose check has not ended is left to the worker (`wiring.py`)."""
    waits = file.state == FileState.QUARANTINED
    return Happened(
        file, thing=document, fields=(field, "quarantine") if waits else (field,), told=_told(document, file),
        about={"file_id": file.pk, "user_id": actor.user_id} if waits else {},
    )  # fmt: skip


def _must_reach(actor: Actor, case: Case, tier: int) -> None:
    if tier > reach.of(actor).writes_up_to(case):
        raise ValidationError({"tier": _("You may not keep documents of this kind here.")})


def _must_be_of(case: Case, document: Document) -> None:
    if document.case_id != case.pk:
        raise PermissionDenied("another case's")


def _must_fit(case: Case, more: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT of_case, of_organization FROM ctx.document_space(%s)", [case.pk])
        row = cursor.fetchone()
    reason = rules.no_room(rules.Space(*(row or (0, 0))), more)
    if reason:
        raise ValidationError(f"{wording.why(reason)} {wording.what_to_do(reason)}", code=reason)
