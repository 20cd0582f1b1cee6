"""A form that was laid out once, made into somebody's: its code on each page, and what is known in its fields.

The files are our own. What is typed later a program draws with the light font of the field; what is known before gets
a drawing of its own, since that font has no Arabic, Gurmukhi or Han.
"""

import io
import string
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from typing import Any

import pikepdf
import segno
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

from casework.documents import pdf
from casework.documents.limits import PIECES, Limits
from casework.documents.marks import CODE, LETTERS, SQUARE
from casework.documents.packing import packed
from casework.documents.pdf import FONTS

SIGN = "CW1"  # what the square code of a form begins with: sign, packet, page
EDGE = 2  # dots around the square
WRITTEN = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-/"
SHOWN_MOST = 4_000
PADDING = 3.0
LIMITS = Limits(pages=1_500, cpu_seconds=40, wall_seconds=60.0)
TEXT, AREA = "/Tx", 1 << 12


def stamped(form: bytes, code: str, *, named: str, about: str, values: Mapping[str, str]) -> bytes:
    """The form with `code` on its pages; the field `named` says what it is, and `values` stand in the others.

    A text goes into a line, "on" into a box to tick, a code into a group. Raises a PaperError.
    """
    with pikepdf.open(io.BytesIO(form)) as paper:
        for number, page in enumerate(paper.pages, start=1):
            _draw_square(page.Resources.XObject[CODE], f"{SIGN}/{code}/{number}")
        paper.pages[0].Resources.XObject[LETTERS].write(_outlined(code, SQUARE))
        fields = dict(_fields(paper))
        if named in fields:
            _, low, _, high = map(float, fields[named].Rect)
            tall = abs(high - low)
            fields[named].V = String(about)
            fields[named].AP = Dictionary(N=_said(paper, about, tall))
        texts = {name: text for name, text in values.items() if text and _is_text(fields.get(name))}
        for name, piece in zip(texts, _drawn(paper, fields, texts), strict=True):
            fields[name].V, fields[name].AP = String(texts[name]), Dictionary(N=piece)
        for name, value in values.items():
            _tick(fields.get(name), value)
        return packed(paper)


def names_on_pages(form: bytes) -> list[list[str]]:
    """For each page of a form of ours the names of its fields, in their order."""
    with pikepdf.open(io.BytesIO(form)) as paper:
        return [[str(one.get("/Parent", one).T) for one in page.get("/Annots", [])] for page in paper.pages]


def _fields(paper: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    for field in paper.Root.AcroForm.Fields:
        yield str(field.T), field


def _is_text(field: Any) -> bool:
    return field is not None and field.FT == TEXT


def _tick(field: Any, value: str) -> None:
    """Marks a box, or one of a group."""
    if field is None or _is_text(field):
        return
    name = Name("/" + value)
    for button in field.get("/Kids", [field]):
        if name in button.AP.N:
            button.AS = field.V = name


# --- What is known, drawn


def _drawn(paper: pikepdf.Pdf, fields: Mapping[str, Any], texts: Mapping[str, str]) -> list[Any]:
    """What is seen of each text: a page of the size of its field."""
    if not texts:
        return []
    with pikepdf.open(io.BytesIO(_laid_out(fields, texts))) as pieces:
        return [paper.copy_foreign(piece.as_form_xobject()) for piece in pieces.pages]


def _laid_out(fields: Mapping[str, Any], texts: Mapping[str, str]) -> bytes:
    styles, pages = [], []
    for at, (name, text) in enumerate(texts.items()):
        left, low, right, high = map(float, fields[name].Rect)
        wide, tall = abs(right - left), abs(high - low)
        size = min(9.0, tall * 0.55)
        rows = max(1, int((tall - 2) / (size * 1.25)))
        top = 2.0 if rows > 1 else max(0.0, (tall - size * 1.25) / 2)
        styles.append(
            f"@page p{at} {{ size: {wide:.2f}pt {tall:.2f}pt; margin: 0; }}"
            f"#p{at} {{ page: p{at}; break-before: page; margin: {top:.2f}pt {PADDING}pt 0;"
            f" font-size: {size:.2f}pt; max-lines: {rows}; }}"
        )
        direction = "rtl" if _is_right_to_left(text) else "ltr"
        pages.append(f'<div id="p{at}" dir="{direction}">{escape(_shown(text))}</div>')
    html = f"<html><head><style>{''.join(styles)}{LOOK}</style></head><body>{''.join(pages)}</body></html>"
    return pdf.from_html(html, title="-", language="en", limits=LIMITS, shape=PIECES)


LOOK = "div { line-height: 1.25; continue: discard; white-space: pre-wrap; text-align: start; overflow: hidden; }"


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_MOST else text[: SHOWN_MOST - 1] + "…"


def _is_right_to_left(text: str) -> bool:
    return next((kind in {"R", "AL"} for one in text if (kind := unicodedata.bidirectional(one)) in {"L", "R", "AL"}),
                False)  # fmt: skip


# --- The code


def _draw_square(stream: Any, said: str) -> None:
    """The square code as a mask of a bit for each of its dots, within a margin that readers need."""
    rows = [[0] * EDGE + list(line) + [0] * EDGE for line in segno.make_qr(said, error="m").matrix]
    side = len(rows[0])
    wide = -(-side // 8)
    blank = [[0] * side] * EDGE
    dots = (
        int("".join("0" if dot else "1" for dot in line).ljust(wide * 8, "1"), 2) for line in [*blank, *rows, *blank]
    )
    stream.write(b"".join(line.to_bytes(wide) for line in dots))
    stream.Subtype, stream.ImageMask, stream.BitsPerComponent = Name.Image, True, 1
    stream.Width = stream.Height = side
    del stream.BBox


def _said(paper: pikepdf.Pdf, text: str, tall: float) -> Any:
    """What is seen in the field that says which form it is."""
    wide = 4.6 * len(text)
    drawn = b"q 1 0 0 1 %.1f %.1f cm %b Q" % (PADDING, tall / 3, _outlined(text, wide))
    box = Array([0, 0, wide + 2 * PADDING, tall])
    return paper.make_stream(drawn, Type=Name.XObject, Subtype=Name.Form, BBox=box)


class _Path(BasePen):  # type: ignore[misc]
    """The outline of a letter as a path of a PDF, in the units of its font."""

    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.parts: list[str] = []

    def _add(self, sign: str, *points: tuple[float, float]) -> None:
        self.parts += [f"{round(x)} {round(y)}" for x, y in points] + [sign]

    def _moveTo(self, one: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self._add("m", one)

    def _lineTo(self, one: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self._add("l", one)

    def _curveToOne(self, one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self._add("c", one, two, three)

    def _closePath(self) -> None:  # noqa: N802 - as fontTools calls it
        self._add("h")


@cache
def _letters() -> tuple[Mapping[str, str], int]:
    """The outlines of the letters that are written so, and how far it is from one to the next."""
    font = TTFont(FONTS / "mono.ttf")
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    found = {}
    for one in WRITTEN:
        pen = _Path(glyphs)
        glyphs[names[ord(one)]].draw(pen)
        found[one] = " ".join(pen.parts)
    return found, glyphs[names[ord("0")]].width


def _outlined(text: str, wide: float) -> bytes:
    """The text as outlines from the origin, so that no font is needed."""
    letters, step = _letters()
    scale = wide / (step * len(text))
    drawn = " ".join(f"{letters[one]} f 1 0 0 1 {step} 0 cm" for one in text)
    return f"0 g q {scale:.6f} 0 0 {scale:.6f} 0 0 cm {drawn} Q".encode()
