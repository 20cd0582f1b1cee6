"""The demo's documents: small papers of our own layout that say that they are invented, as rows by the tables' owner.

Load the cases first. Each row has an id that follows from its key, so a second run changes nothing.
"""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from html import escape

from django.db import models, transaction
from django.utils import timezone

from casework.access.doors import window
from casework.cases.demo import Entry, Members, fixture, row_id
from casework.cases.models import Case
from casework.documents import looks, pdf
from casework.documents.checks import found
from casework.documents.models import Document, File, FilePart, FileState

ALL, FEW = "demo_documents.json", 2
BREAK = ' style="break-before: page"'
INVENTED = "Invented for the demonstration of Casework: no such person, case or paper exists."


def entries(*, few: bool = False) -> list[Entry]:
    """All documents as they are described, or the first few."""
    return fixture(ALL)["documents"][: FEW if few else None]


def size(*, few: bool = False) -> int:
    """How many documents `load` writes."""
    return len(entries(few=few))


def load(*, few: bool = False) -> Iterator[str]:
    """Writes the documents, and says which, one line each. What is there already stays as it is."""
    for one in entries(few=few):
        with transaction.atomic(), window("demo"):
            if not Document.objects.filter(pk=_id(one)).exists():
                for row in _rows(one):
                    row.save(force_insert=True)
        yield f"Document: {one['name']}"


def _id(one: Entry, part: str = "document") -> uuid.UUID:
    return row_id(f"{one['case']}/{one['name']}", part)


def _rows(one: Entry) -> Iterator[models.Model]:
    """The document, its file and its bytes, new and not yet written."""
    case = Case.objects.select_related("organization", "person").get(pk=row_id(one["case"], "case"))
    by = Members()(case.organization.short_name, one["by"])
    at, content = timezone.now() - timedelta(days=one["days"], hours=3), _paper(one)
    own = {"organization": case.organization, "case": case}
    document = Document(
        id=_id(one), **own, kind=one["kind"], tier=one["tier"], name=one["name"], added_at=at
    )  # fmt: skip
    file = File(
        id=_id(one, "file"), **own, document=document, name=f"{one['name']}.pdf", state=FileState.CLEAN,
        media_type=found.PDF, size=len(content), pages=len(one["pages"]), checksum=looks.checksum(content),
        uploaded_by=by, uploaded_by_name=by.user.name, uploaded_at=at, checked_at=at,
    )  # fmt: skip
    yield document
    yield file
    yield FilePart(id=_id(one, "part"), **own, document=document, file=file, number=0, content=content)


def _paper(one: Entry) -> bytes:
    """Each page with its head line, and with the line that says that it is invented."""
    pages = [
        f"<section{BREAK if number else ''}><h1>{escape(head)}</h1>"
        + "".join(f"<p>{escape(line)}</p>" for line in lines)
        + f"<p><strong>{INVENTED}</strong></p></section>"
        for number, (head, *lines) in enumerate(one["pages"])
    ]
    return pdf.from_html(f"<html><body><main>{''.join(pages)}</main></body></html>", title=one["name"], language="en")
