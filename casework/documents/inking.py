"""What is seen of a text in a field of a form.

Where the light font of the fields, which every form holds anyway, has all letters of a text, it is written with that:
a hundred bytes and no layout. Arabic, Gurmukhi, Han and whatever combines are laid out, each with fonts of its own.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import islice
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name

from casework.documents import pdf
from casework.documents.limits import PIECES, Limits
from casework.documents.pdf import FONTS

SHOWN_MOST = 4_000
PADDING = 3.0
LARGEST, HIGH, ROW = 9.0, 0.55, 1.25  # points; of a field's height; of a line, in sizes
BASE = 1.013  # from the top of a line down to where its letters stand, in sizes
LIMITS = Limits(pages=1_500, cpu_seconds=40, wall_seconds=60.0)
LOOK = "div { line-height: 1.25; continue: discard; white-space: pre-wrap; text-align: start; overflow: hidden; }"
SPECIAL = re.compile(rb"[\\()]")
CHOSEN = re.compile(r"(/\S+) [\d.]+ Tf")  # the font, in what a field says of its looks

Sizes = Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Pen:
    """The font of the fields of a form: its name there, and the dictionary in which it is found."""

    name: str
    resources: Any


def pen_of(form: pikepdf.Pdf) -> Pen | None:
    """That of a form of ours; None for one without a line to write on."""
    fields: Any = form.Root.AcroForm
    fonts: Any = fields.DR.get("/Font") if "/DR" in fields else None
    for field in fields.Fields if fonts is not None else ():
        found = CHOSEN.search(str(field.get("/DA", "")))
        if found and found[1] in fonts:
            only = Dictionary(Font=Dictionary({found[1]: fonts[found[1]]}))
            return Pen(found[1], form.make_indirect(only))
    return None


def drawn(paper: pikepdf.Pdf, pen: Pen | None, sizes: Sizes, texts: Mapping[str, str]) -> dict[str, Any]:
    """What is seen of each text, in a field of its size. Raises a PaperError."""
    written = {
        name: _written(paper, pen, sizes[name], _shown(text)) for name, text in texts.items() if pen and _is_light(text)
    }
    others = {name: text for name, text in texts.items() if name not in written}
    return written | _laid_out(paper, sizes, others)


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_MOST else text[: SHOWN_MOST - 1] + "…"


def _room(size: tuple[float, float]) -> tuple[float, int, float]:
    """How large letters are in a field, in how many rows, and how far below its top the first one begins."""
    tall = size[1]
    large = min(LARGEST, tall * HIGH)
    rows = max(1, int((tall - 2) / (large * ROW)))
    return large, rows, 2.0 if rows > 1 else max(0.0, (tall - large * ROW) / 2)


# --- With the font of the fields


@cache
def _letters() -> Mapping[str, tuple[int, float]]:
    """For each letter that it has, the number of its glyph and how wide that is, in sizes."""
    font = TTFont(FONTS / "field.ttf")
    widths, scale = font["hmtx"], font["head"].unitsPerEm
    return {chr(code): (font.getGlyphID(name), widths[name][0] / scale) for code, name in font.getBestCmap().items()}


def _is_light(text: str) -> bool:
    known = _letters()
    return all(one in "\n\r" or (one in known and not unicodedata.combining(one)) for one in text)


def _written(paper: pikepdf.Pdf, pen: Pen | None, size: tuple[float, float], text: str) -> Any:
    if pen is None:
        raise ValueError("Nothing to write with.")
    (wide, tall), (large, most, top) = size, _room(size)
    lines = (line for part in text.splitlines() for line in _wrapped(part, (wide - 2 * PADDING) / large))
    shown = b"".join(
        f"{0 if at else PADDING:g} {-large * ROW if at else tall - top - large * BASE:.1f} Td".encode() + _said(line)
        for at, line in enumerate(islice(lines, most))
    )
    return paper.make_stream(
        f"BT {pen.name} {large:.1f} Tf ".encode() + shown + b"ET", Subtype=Name.Form,
        BBox=Array([0, 0, round(wide, 1), round(tall, 1)]), Resources=pen.resources,
    )  # fmt: skip


def _said(line: str) -> bytes:
    """A line as its glyphs, in two bytes each."""
    glyphs = b"".join(_letters()[one][0].to_bytes(2) for one in line)
    return b"(%b)Tj " % SPECIAL.sub(rb"\\\g<0>", glyphs).replace(b"\r", rb"\r")


def _wrapped(text: str, room: float) -> Iterator[str]:
    """The text in lines of so many sizes, broken after a blank where there is one."""
    known, start, blank, far = _letters(), 0, 0, 0.0
    for at, one in enumerate(text):
        far += known[one][1]
        if far > room and at > start:
            cut = blank if blank > start else at
            yield text[start:cut]
            start, far = cut, sum(known[each][1] for each in text[cut : at + 1])
        if one == " ":
            blank = at + 1
    yield text[start:]


# --- Laid out


def _laid_out(paper: pikepdf.Pdf, sizes: Sizes, texts: Mapping[str, str]) -> dict[str, Any]:
    """Each a page of the size of its field."""
    if not texts:
        return {}
    styles, pages = [], []
    for at, (name, text) in enumerate(texts.items()):
        large, rows, top = _room(sizes[name])
        wide, tall = sizes[name]
        styles.append(
            f"@page p{at} {{ size: {wide:.2f}pt {tall:.2f}pt; margin: 0; }}"
            f"#p{at} {{ page: p{at}; break-before: page; margin: {top:.2f}pt {PADDING}pt 0;"
            f" font-size: {large:.2f}pt; max-lines: {rows}; }}"
        )
        direction = "rtl" if _is_right_to_left(text) else "ltr"
        pages.append(f'<div id="p{at}" dir="{direction}">{escape(_shown(text))}</div>')
    html = f"<html><head><style>{''.join(styles)}{LOOK}</style></head><body>{''.join(pages)}</body></html>"
    made = pdf.from_html(html, title="-", language="en", limits=LIMITS, shape=PIECES)
    with pikepdf.open(io.BytesIO(made)) as pieces:
        seen = [paper.copy_foreign(piece.as_form_xobject()) for piece in pieces.pages]
    return dict(zip(texts, seen, strict=True))


def _is_right_to_left(text: str) -> bool:
    return next((kind in {"R", "AL"} for one in text if (kind := unicodedata.bidirectional(one)) in {"L", "R", "AL"}),
                False)  # fmt: skip
