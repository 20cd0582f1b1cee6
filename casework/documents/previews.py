"""Pages as pictures of our own: drawn in a process apart, kept sealed, and never the bytes that were brought."""

import base64
import binascii
from contextlib import suppress

from django.db import IntegrityError, transaction

from casework.access import acts
from casework.access.actor import Actor
from casework.cases.models import Case
from casework.documents import apart, checking, looks
from casework.documents.checks import found
from casework.documents.models import File, PagePicture

DRAW_SECONDS = 10.0
DRAWING = "casework.documents.checks.drawing:inside"
MOST_PICTURE = 8 * 1024 * 1024
SHOWN = frozenset({found.PDF, found.JPEG, found.PNG, found.HEIC})


class NotDrawn(RuntimeError):
    """A page could not be shown as a picture."""


def can_be_shown(file: File) -> bool:
    return file.is_clean and file.media_type in SHOWN and file.pages > 0


def picture(actor: Actor, case: Case, file: File, number: int) -> bytes:
    """A page as a picture of ours (WebP): as it was drawn before, else drawn now, apart, and kept where one may write.

    Raises NotDrawn, and DoesNotOpen.
    """
    kept = PagePicture.objects.visible_to(actor).filter(file=file, number=number).select_related("case").first()
    if kept is not None and isinstance(kept.content, bytes):
        return kept.content
    drawn = _drawn(looks.content(actor, file), file.media_type, number)
    if kept is None and acts.allowed(actor, "document.added", case):
        _keep(file, number, drawn)
    return drawn


def _drawn(whole: bytes, media_type: str, number: int) -> bytes:
    limits = checking.limits(media_type, DRAW_SECONDS, MOST_PICTURE)
    try:
        answer = apart.read(DRAWING, whole, limits, page=number)
        made = base64.b64decode(answer["picture"], validate=True)
    except (apart.NotRead, KeyError, TypeError, binascii.Error) as error:
        raise NotDrawn(str(number)) from error
    if not (made.startswith(b"RIFF") and made[8:12] == b"WEBP"):
        raise NotDrawn(str(number))
    return made


def _keep(file: File, number: int, picture: bytes) -> None:
    """Keeps a page as it was drawn; another request may have done so first."""
    row = PagePicture(
        organization_id=file.organization_id, case=file.case, document_id=file.document_id, file=file, number=number,
        content=picture,
    )  # fmt: skip
    with suppress(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
