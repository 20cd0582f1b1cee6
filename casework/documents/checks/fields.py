"""What stands in the fields of a PDF that somebody filled in, with whatever program; in a process apart.

Called after `papers.inside` has found nothing that acts by itself. A value is kept as it was written, but for line
ends and the composition of letters; what is unclear is said to be so, and nothing is guessed.
"""

import io
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import pikepdf

MOST_FIELDS, MOST_DEEP, MOST_TEXT = 6_000, 12, 20_000
TEXT, BUTTON, CHOICE = "text", "button", "choice"
KINDS = {"/Tx": TEXT, "/Btn": BUTTON, "/Ch": CHOICE}
PUSH = 1 << 16
UNCLEAR = "unclear"
OFF = "/Off"


@dataclass
class _Walk:
    """What was found so far, and which fields were met."""

    found: list[dict[str, Any]] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)


def inside(content: bytes) -> dict[str, Any]:
    """{"fields": [{name, kind, value, unclear}], "pages": n}; called in a process of its own."""
    with pikepdf.open(io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False) as paper:
        form, walk = paper.Root.get("/AcroForm"), _Walk()
        if isinstance(form, pikepdf.Dictionary):
            _fields(walk, form.get("/Fields"), "", {})
        return {"fields": walk.found, "pages": len(paper.pages)}


def _fields(walk: _Walk, fields: Any, above: str, inherited: dict[str, Any]) -> None:
    if not isinstance(fields, pikepdf.Array) or above.count(".") > MOST_DEEP:
        return
    for one in fields:
        if not isinstance(one, pikepdf.Dictionary) or len(walk.found) >= MOST_FIELDS:
            continue
        if one.is_indirect:
            if one.objgen in walk.seen:
                continue
            walk.seen.add(one.objgen)
        _field(walk, one, above, inherited)


def _field(walk: _Walk, one: Any, above: str, inherited: dict[str, Any]) -> None:
    own = inherited | {key: one[key] for key in ("/FT", "/V", "/Ff") if key in one}
    name = f"{above}.{_text(one.get('/T'))}" if above else _text(one.get("/T"))
    kids = one.get("/Kids")
    if isinstance(kids, pikepdf.Array) and any(isinstance(kid, pikepdf.Dictionary) and "/T" in kid for kid in kids):
        _fields(walk, kids, name, own)
        return
    kind = KINDS.get(str(own.get("/FT", "")))
    if kind is None or not name or (kind == BUTTON and _whole(own.get("/Ff")) & PUSH):
        return
    value, unclear = _button(one, kids, own.get("/V")) if kind == BUTTON else (_plain(own.get("/V")), False)
    walk.found.append({"name": name[:200], "kind": kind, "value": value[:MOST_TEXT], "unclear": unclear})


def _button(one: Any, kids: Any, value: Any) -> tuple[str, bool]:
    """The state that is on: as the field says, and as its boxes show. Where the two differ it is unclear."""
    boxes = [kid for kid in kids if isinstance(kid, pikepdf.Dictionary)] if isinstance(kids, pikepdf.Array) else [one]
    shown = [str(box["/AS"]) for box in boxes if isinstance(box.get("/AS"), pikepdf.Name) and str(box["/AS"]) != OFF]
    said = str(value) if isinstance(value, pikepdf.Name | pikepdf.String) else ""  # pypdf writes it as a text
    said = "/" + said.removeprefix("/") if said.strip("/") not in {"", "Off"} else ""
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
