"""What stands in the fields of a PDF that somebody filled in, with whatever program; in a process apart.

Called after `papers.inside` has found nothing that acts by itself. A value is kept as it was written, but for line
ends and the composition of letters; what is unclear is said to be so, and nothing is guessed.
"""

import io
import unicodedata
from typing import Any

import pikepdf

MOST_FIELDS, MOST_DEEP, MOST_TEXT = 6_000, 12, 20_000
TEXT, BUTTON, CHOICE = "text", "button", "choice"
KINDS = {"/Tx": TEXT, "/Btn": BUTTON, "/Ch": CHOICE}
PUSH = 1 << 16
UNCLEAR = "unclear"
OFF = "/Off"


def inside(content: bytes) -> dict[str, Any]:
    """{"fields": [{name, kind, value, unclear}], "pages": n}; called in a process of its own."""
    with pikepdf.open(io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False) as paper:
        form = paper.Root.get("/AcroForm")
        found: list[dict[str, Any]] = []
        if isinstance(form, pikepdf.Dictionary):
            _walk(form.get("/Fields"), "", {}, found, set(), 0)
        return {"fields": found, "pages": len(paper.pages)}


def _walk(
    fields: Any, above: str, inherited: dict[str, Any], found: list[dict[str, Any]], seen: set[Any], deep: int
) -> None:
    if not isinstance(fields, pikepdf.Array) or deep > MOST_DEEP:
        return
    for field in fields:
        if not isinstance(field, pikepdf.Dictionary) or len(found) >= MOST_FIELDS:
            continue
        if field.is_indirect:
            if field.objgen in seen:
                continue
            seen.add(field.objgen)
        _field(field, above, inherited, found, seen, deep)


def _field(
    field: Any, above: str, inherited: dict[str, Any], found: list[dict[str, Any]], seen: set[Any], deep: int
) -> None:
    own = inherited | {key: field[key] for key in ("/FT", "/V", "/Ff") if key in field}
    name = ".".join(filter(None, [above, _text(field.get("/T"))]))
    kids = field.get("/Kids")
    named = isinstance(kids, pikepdf.Array) and any(isinstance(one, pikepdf.Dictionary) and "/T" in one for one in kids)
    if named:
        _walk(kids, name, own, found, seen, deep + 1)
        return
    kind = KINDS.get(str(own.get("/FT", "")))
    if kind is None or not name:
        return
    if kind == BUTTON:
        if _whole(own.get("/Ff")) & PUSH:
            return
        value, unclear = _button(field, kids, own.get("/V"))
    else:
        value, unclear = _plain(own.get("/V")), False
    found.append({"name": name[:200], "kind": kind, "value": value[:MOST_TEXT], "unclear": unclear})


def _button(field: Any, kids: Any, value: Any) -> tuple[str, bool]:
    """The state that is on: as the field says, and as its boxes show. Where the two differ it is unclear."""
    boxes = [one for one in kids if isinstance(one, pikepdf.Dictionary)] if isinstance(kids, pikepdf.Array) else [field]
    shown = [str(one["/AS"]) for one in boxes if isinstance(one.get("/AS"), pikepdf.Name) and str(one["/AS"]) != OFF]
    said = str(value) if isinstance(value, pikepdf.Name) else ""
    said = "" if said == OFF else said
    if not said and not shown:
        return "", False
    unclear = [said] != shown if said else True
    return (said or shown[0]).removeprefix("/"), unclear


def _plain(value: Any) -> str:
    """A text as it was written; of a rich one its plain text; of several chosen ones each on a line."""
    if isinstance(value, pikepdf.Array):
        return "\n".join(_plain(one) for one in value)
    if isinstance(value, pikepdf.Stream):
        return _lines(value.read_bytes()[: MOST_TEXT * 4].decode("utf-8", "replace"))
    return _lines(_text(value))


def _lines(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def _text(value: Any) -> str:
    if value is None or isinstance(value, pikepdf.Dictionary):
        return ""
    try:
        return str(value).removeprefix("/") if isinstance(value, pikepdf.Name) else str(value)
    except (UnicodeDecodeError, ValueError):
        return bytes(value).decode("latin-1")


def _whole(value: Any) -> int:
    return int(value) if isinstance(value, int) else 0
