"""Reading documents, as far as the actor sees them: which there are, and their bytes."""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import structlog

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.documents.models import Document, DocumentKind, File, FilePart, FileState


class DoesNotOpen(RuntimeError):
    """The bytes of a file are not what was kept: cut, changed, moved, or their key is gone."""


@dataclass(frozen=True)
class Listed:
    """A document with its files, the newest first."""

    document: Document
    files: list[File] = field(default_factory=list)

    @property
    def current(self) -> File | None:
        """The newest file that may be opened."""
        return next((one for one in self.files if one.is_clean), None)

    @property
    def waiting(self) -> File | None:
        """The newest file, where it is in quarantine."""
        return self.files[0] if self.files and self.files[0].state == FileState.QUARANTINED else None

    @property
    def refused(self) -> File | None:
        """The newest file, where it was refused."""
        return self.files[0] if self.files and self.files[0].state == FileState.REFUSED else None

    @property
    def is_kept(self) -> bool:
        """Whether any of its files is there."""
        return any(one.state != FileState.REFUSED for one in self.files)


def of_case(actor: Actor, case: Case) -> list[Listed]:
    """All documents of the case that the actor sees, by kind, then the newest first; in two queries."""
    order = {kind: at for at, kind in enumerate(DocumentKind.values)}
    rows = list(Document.objects.visible_to(actor).filter(case=case).select_related("case"))
    rows.sort(key=lambda one: (order[one.kind], -one.added_at.timestamp()))
    listed = {row.pk: Listed(row) for row in rows}
    for file in File.objects.visible_to(actor).filter(case=case).order_by("-number"):
        if file.document_id in listed:
            listed[file.document_id].files.append(file)
    return list(listed.values())


def one(actor: Actor, case: Case, pk: uuid.UUID) -> Listed | None:
    """One document of the case, withdrawn ones, too; None for what the actor may not know of."""
    row = Document.objects.visible_to(actor).filter(case=case, pk=pk).select_related("case").first()
    if row is None:
        return None
    files = File.objects.visible_to(actor).filter(document=row).select_related("case").order_by("-number")
    return Listed(row, list(files))


def to_cite(actor: Actor, case: Case, *, highest: int) -> Any:
    """Documents of the case that a row of this tier may name, the newest first."""
    rows = Document.objects.visible_to(actor).filter(case=case, withdrawn=False, tier__lte=highest)
    return rows.order_by("-added_at")


def checksum(content: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def same(actor: Actor, case: Case, content: bytes) -> File | None:
    """A file of the case that the actor sees with exactly these bytes, in a document that was not withdrawn."""
    index = File.index_of("checksum", case.organization_id, checksum(content))
    rows = File.objects.visible_to(actor).filter(case=case, checksum_index=index).exclude(state=FileState.REFUSED)
    there: File | None = rows.filter(document__withdrawn=False).select_related("document").first()
    return there


def content(actor: Actor, file: File) -> bytes:
    """The bytes as they were brought. Raises DoesNotOpen where they are not exactly those."""
    parts = [one.content for one in FilePart.objects.visible_to(actor).filter(file=file).order_by("number")
             .select_related("case")]  # fmt: skip
    whole = b"".join(one for one in parts if isinstance(one, bytes))
    if len(whole) != file.size or checksum(whole) != file.checksum:
        structlog.get_logger("casework").error("documents", state="a file does not open")
        raise DoesNotOpen(str(file.pk))
    return whole
