"""What leaves of documents: a page as a picture of ours, and the file itself, as an attachment alone.

Both are written down before they leave. What was uploaded is never shown inside our pages.
"""

import uuid
from urllib.parse import quote

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case.document_page import header
from casework.documents import looks, previews, rules
from casework.documents.models import Document, File

SANDBOX = "default-src 'none'; sandbox"


@require_safe
def download_document(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """The very bytes that were brought, under a name that says what they are."""
    case, row, found = _clean(request, pk, document, file, "document.downloaded")
    try:
        whole = looks.content(request.actor, found)
    except looks.DoesNotOpen:
        context = header(request, case) | {"document": row}
        return render(request, "desk/case/document_locked.html", context, status=410)
    acts.note_look(request.actor, row, "document.downloaded", (f"version {found.number}",))
    answer = _guarded(whole, found.media_type)
    answer.headers["Content-Disposition"] = attachment(rules.name_for(row.name, found.media_type))
    return answer


@require_safe
def document_picture(
    request: StaffRequest, pk: uuid.UUID, document: uuid.UUID, file: uuid.UUID, number: int
) -> HttpResponse:
    """A page of a document as a picture. 404 for one that cannot be drawn: the page beside it says what to do."""
    case, row, found = _clean(request, pk, document, file, "document.previewed")
    if not previews.can_be_shown(found) or not 1 <= number <= found.pages:
        raise Http404
    try:
        drawn = previews.picture(request.actor, case, found, number)
    except (previews.NotDrawn, looks.DoesNotOpen) as error:
        raise Http404 from error
    acts.note_look(request.actor, row, "document.previewed", (f"page {number}",))
    answer = _guarded(drawn, "image/webp")
    answer.headers["Content-Disposition"] = "inline"
    return answer


def attachment(name: str) -> str:
    """A header that offers a file under a name of any letters (RFC 6266, with RFC 8187 for those beyond ASCII)."""
    plain = "".join(one if one.isascii() and one.isprintable() and one not in '"\\%' else "_" for one in name)
    more = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{more}'


def _clean(
    request: StaffRequest, pk: uuid.UUID, document: uuid.UUID, file: uuid.UUID, verb: str
) -> tuple[Case, Document, File]:
    """A file that may be opened, for somebody who may do this with it; Http404 for everything else."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, verb, case)
    listed = looks.one(request.actor, case, document)
    found = next((one for one in listed.files if one.pk == file and one.is_clean), None) if listed else None
    if listed is None or found is None:
        raise Http404
    return case, listed.document, found


def _guarded(content: bytes, media_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
