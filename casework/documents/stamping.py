"""A form that was laid out once, made into somebody's: its code on each page, and what is known in its fields.

The files are our own. What is typed later a program draws with the light font of the field; what is known before gets
a drawing of its own, since that font has no Arabic, Gurmukhi or Han.
"""

import io
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
from casework.documents.pdf import FONTS
from casework.documents.slimming import packed

SIGN = "CW1"  # what the square code of a form begins with: sign, packet, page
SQUARE, RIGHT, LOW, HIGH = 46.0, 51.0, 24.0, 6.5  # points: its side, from the right edge, from below; height of letters
EDGE = 2  # dots around the square
SHOWN_MOST = 4_000
PADDING = 3.0
LIMITS = Limits(pages=1_500, cpu_seconds=40, wall_seconds=60.0)
TEXT, AREA = "/Tx", 1 << 12


def stamped(form: bytes, code: str, *, named: str, about: str, values: Mapping[str, str]) -> bytes:
    """The form with `code` on its pages; the field `named` says what it is, and `values` stand in the others.

    A text goes into a line, "on" into a box to tick, a code into a group. Raises a PaperError.
    """
    with pikepdf.open(io.BytesIO(form)) as paper:
        written = _outlined(paper, code, SQUARE, HIGH)
        for number, page in enumerate(paper.pages, start=1):
            _mark(paper, page, f"{SIGN}/{code}/{number}", written)
        fields = dict(_fields(paper))
        if named in fields:
            _, low, _, high = map(float, fields[named].Rect)
            tall = abs(high - low)
            fields[named].V = String(about)
            fields[named].AP = Dictionary(N=_outlined(paper, about, 4.6 * len(about), tall, margin=(PADDING, tall / 3)))
        texts = {name: text for name, text in values.items() if text and _is_text(fields.get(name))}
        for name, piece in zip(texts, _drawn(paper, fields, texts), strict=True):
            fields[name].V, fields[name].AP = String(texts[name]), Dictionary(N=piece)
        for name, value in values.items():
            _tick(fields.get(name), value)
        return packed(paper)


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


def _mark(paper: pikepdf.Pdf, page: Any, said: str, written: Any) -> None:
    left = float(page.mediabox[2]) - RIGHT - SQUARE
    square = page.add_resource(_square(paper, said), Name.XObject, Name("/Square"))
    letters = page.add_resource(written, Name.XObject, Name("/Packet"))
    drawn = (
        f"Q\n/Artifact BMC q {SQUARE} 0 0 {SQUARE} {left:.2f} {LOW} cm 0 g {square} Do Q"
        f" q 1 0 0 1 {left:.2f} {LOW - HIGH - 2:.2f} cm {letters} Do Q EMC"
    )
    page.contents_add(paper.make_stream(b"q"), prepend=True)
    page.contents_add(paper.make_stream(drawn.encode()))


def _square(paper: pikepdf.Pdf, said: str) -> Any:
    """The square code as a mask of a bit for each of its dots, within a margin that readers need."""
    rows = [bytes([0] * EDGE + list(line) + [0] * EDGE) for line in segno.make_qr(said, error="m").matrix]
    side = len(rows[0])
    blank = bytes(side)
    packed_rows = b"".join(
        int("".join("0" if dot else "1" for dot in line).ljust(-(-side // 8) * 8, "1"), 2).to_bytes(
            -(-side // 8), "big"
        )
        for line in [*[blank] * EDGE, *rows, *[blank] * EDGE]
    )
    stream = paper.make_stream(packed_rows)
    stream.Type, stream.Subtype, stream.ImageMask = Name.XObject, Name.Image, True
    stream.Width = stream.Height = side
    stream.BitsPerComponent = 1
    return stream


class _Path(BasePen):  # type: ignore[misc]
    """Outlines of letters as a path of a PDF."""

    def __init__(self, glyphs: Any, x: float, y: float, scale: float) -> None:
        super().__init__(glyphs)
        self.x, self.y, self.scale = x, y, scale
        self.parts: list[str] = []

    def _at(self, *points: tuple[float, float]) -> str:
        return " ".join(f"{self.x + x * self.scale:.2f} {self.y + y * self.scale:.2f}" for x, y in points)

    def _moveTo(self, one: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self.parts.append(f"{self._at(one)} m")

    def _lineTo(self, one: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self.parts.append(f"{self._at(one)} l")

    def _curveToOne(self, one: tuple[float, float], two: tuple[float, float], three: tuple[float, float]) -> None:  # noqa: N802 - as fontTools calls it
        self.parts.append(f"{self._at(one, two, three)} c")

    def _closePath(self) -> None:  # noqa: N802 - as fontTools calls it
        self.parts.append("h")


@cache
def _mono() -> TTFont:
    return TTFont(FONTS / "mono.ttf")


def _outlined(paper: pikepdf.Pdf, text: str, wide: float, tall: float, margin: tuple[float, float] = (0.0, 0.0)) -> Any:
    """The text as outlines, so that no font is needed."""
    font = _mono()
    glyphs, names = font.getGlyphSet(), font.getBestCmap()
    step = glyphs[names[ord("0")]].width
    scale = wide / (step * len(text))
    parts: list[str] = []
    for at, one in enumerate(text):
        pen = _Path(glyphs, margin[0] + at * step * scale, margin[1], scale)
        glyphs[names[ord(one)]].draw(pen)
        parts += pen.parts
    stream = paper.make_stream(f"0 g\n{' '.join(parts)} f".encode())
    stream.Type, stream.Subtype = Name.XObject, Name.Form
    stream.BBox = Array([0, 0, wide + 2 * margin[0], tall])
    return stream
