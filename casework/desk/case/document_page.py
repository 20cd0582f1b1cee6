"""What the pages of documents show, put together as their reader sees it."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from casework.access import acts
from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.cases import reach
from casework.cases.models import Case, Tier
from casework.desk.case import page, words
from casework.documents import looks, previews, wording
from casework.documents.checks import found
from casework.documents.looks import Listed
from casework.documents.models import DocumentKind, File

TYPES = {found.PDF: "PDF", found.JPEG: "JPEG", found.PNG: "PNG", found.HEIC: "HEIC", found.DOCX: "Word"}
MAY = {
    "add_document": "document.added", "add_version": "document.version_added", "change_document": "document.changed",
    "withdraw_document": "document.withdrawn", "restore_document": "document.restored",
    "check_document": "document.checked", "refuse_document": "document.refused",
}  # fmt: skip


@dataclass(frozen=True)
class Version:
    """A file in words: its type, why it was refused and what to do, whether its pages can be seen."""

    file: File
    type: str
    why: str
    do: str
    shown: bool


@dataclass(frozen=True)
class Row:
    """A document in words; `newest` is its newest file, `current` the newest that may be opened."""

    listed: Listed
    newest: Version
    current: Version | None
    tier: str
    tone: str

    @property
    def at(self) -> datetime:
        return self.newest.file.uploaded_at


def header(request: StaffRequest, case: Case) -> dict[str, Any]:
    """The header of the case, and what the reader may do with its documents."""
    context = page.header(request, case)
    context["may"] |= {name: acts.allowed(request.actor, verb, case) for name, verb in MAY.items()}
    context["may"]["add_document"] &= reach.of(request.actor).writes_up_to(case) > 0
    return context


def version(file: File) -> Version:
    why, do = (wording.why(file.reason), wording.what_to_do(file.reason)) if file.reason else ("", "")
    return Version(file, TYPES.get(file.media_type, ""), why, do, previews.can_be_shown(file))


def row(listed: Listed) -> Row:
    current = listed.current
    return Row(
        listed, version(listed.files[0]), version(current) if current else None, words.tier(listed.document.tier),
        page.TONES[Tier(listed.document.tier)],
    )  # fmt: skip


def lists(actor: Actor, case: Case) -> dict[str, Any]:
    """The documents of a case by kind, those that were not kept, and those that were withdrawn."""
    rows = [row(one) for one in looks.of_case(actor, case) if one.files]
    standing = [one for one in rows if not one.listed.document.withdrawn]
    kept = [one for one in standing if one.listed.is_kept]
    groups = groupby(kept, key=lambda one: one.listed.document.kind)
    return {
        "groups": [(str(DocumentKind(kind).label), list(of_kind)) for kind, of_kind in groups],
        "not_kept": [one for one in standing if not one.listed.is_kept],
        "withdrawn": [one for one in rows if one.listed.document.withdrawn and one.listed.is_kept],
    }


def shown_page(asked: str, file: File) -> int:
    """The page of a file that an address asks for; the first for what is none of its pages."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return number if 1 <= number <= file.pages else 1
