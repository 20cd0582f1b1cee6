"""PDF: what acts by itself, what hides another file, what is broken, what is meant to exhaust whoever opens it."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from casework.documents.checks.found import ends_as_archive

MOST_PAGES = 1_500
MOST_OBJECTS = 150_000
MOST_DEEP = 40
TAIL = 1024  # bytes behind the last end mark: some programs leave blanks and a line
SCRIPT, LAUNCH, ACTION, ATTACHED, MEDIA = "script", "launch", "action", "attached", "media"
ACTIONS = {
    "/JavaScript": SCRIPT, "/Launch": LAUNCH, "/SubmitForm": ACTION, "/ImportData": ACTION, "/GoToE": ATTACHED,
    "/GoToR": ACTION, "/Rendition": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA, "/RichMediaExecute": MEDIA,
    "/GoTo3DView": MEDIA,
}  # fmt: skip
KEYS = {
    "/JS": SCRIPT, "/JavaScript": SCRIPT, "/EmbeddedFiles": ATTACHED, "/EF": ATTACHED, "/XFA": "form",
    "/RichMediaContent": MEDIA,
}  # fmt: skip
TYPES = {"/EmbeddedFile": ATTACHED}
ANNOTATIONS = {
    "/FileAttachment": ATTACHED, "/RichMedia": MEDIA, "/Screen": MEDIA, "/3D": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA,
}  # fmt: skip


# Most objects of a paper name none of these; only those that do are looked into. (A text may name one, too.)
NAMED = re.compile(
    b"|".join(
        rb"%b(?![A-Za-z0-9])" % re.escape(name).encode() for name in sorted({*ACTIONS, *KEYS, *TYPES, *ANNOTATIONS})
    )
)


class Found(Exception):
    """Something that is not taken; its text is the code of why."""


def inside(content: bytes) -> dict[str, Any]:
    """Called in a process of its own."""
    try:
        return {"pages": _pages(content)}
    except Found as found:
        return {"reason": str(found)}
    except pikepdf.PasswordError:
        return {"reason": "locked"}
    except (pikepdf.PdfError, RuntimeError, ValueError, KeyError, TypeError, RecursionError):
        # without a device for random numbers qpdf cannot say that it is locked with the owner's password alone
        return {"reason": "locked" if b"/Encrypt" in content else "broken"}


def _pages(content: bytes) -> int:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Found("cut")
    if ends_as_archive(content) or content[end + 5 :].strip(b"\0 \t\r\n")[:1] or len(content) - end > TAIL:
        raise Found("two_in_one")
    with pikepdf.open(io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False) as paper:
        if paper.is_encrypted:
            raise Found("locked")
        if len(paper.objects) > MOST_OBJECTS:
            raise Found("too_much")
        for one in paper.objects:
            if NAMED.search(_written(one)):
                for part in _dictionaries(one):
                    _look(part)
        return _counted(paper)


def _written(one: Any) -> bytes:
    """An object in PDF's own signs, names without escapes; of a stream its dictionary."""
    if not isinstance(one, pikepdf.Object):  # a number, a text
        return b""
    written: bytes = (one.stream_dict if isinstance(one, pikepdf.Stream) else one).unparse(resolved=True)
    return written


def _counted(paper: Any) -> int:
    """How many pages there are: the tree is walked, since what it says of its size may be anything."""
    seen: set[tuple[int, int]] = set()
    waiting, pages = [paper.Root.Pages], 0
    while waiting:
        node = waiting.pop()
        at = node.objgen
        if at in seen and at != (0, 0):
            raise Found("broken")
        seen.add(at)
        if "/Kids" in node:
            waiting.extend(node.Kids)
        else:
            pages += 1
        if pages + len(waiting) > MOST_PAGES:
            raise Found("pages")
    if not pages:
        raise Found("broken")
    return pages


def _dictionaries(one: Any, depth: int = 0) -> Iterator[Any]:
    """All dictionaries that stand in an object itself; those it points at are objects of their own."""
    if depth > MOST_DEEP:
        raise Found("too_much")
    if isinstance(one, pikepdf.Array):
        for part in one:
            if not getattr(part, "is_indirect", False):
                yield from _dictionaries(part, depth + 1)
    elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield one
        for key in one.keys():  # noqa: SIM118 - of a stream, too
            part = one[key]
            if not getattr(part, "is_indirect", False):
                yield from _dictionaries(part, depth + 1)


def _look(part: Any) -> None:
    keys = set(part.keys())
    for key in keys & KEYS.keys():
        raise Found(KEYS[key])
    for name, known in (("/S", ACTIONS), ("/Type", TYPES), ("/Subtype", ANNOTATIONS)):
        if name in keys and isinstance(part[name], pikepdf.Name) and str(part[name]) in known:
            raise Found(known[str(part[name])])
