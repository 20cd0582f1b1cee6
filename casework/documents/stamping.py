"""A form that was laid out once, made into somebody's: its code on each page, and what is known in its fields.

The files are our own. What is typed later a program draws with the light font of the field; what is known before gets
a drawing of its own (`inking`), since programs draw nothing in letters that this font does not have.
"""

import io
import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pikepdf
import segno
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, String

from casework.documents import inking
from casework.documents.inking import PADDING
from casework.documents.marks import CODE, LETTERS, SQUARE
from casework.documents.packing import packed
from casework.documents.pdf import FONTS

SIGN = "CW1"  # what the square code of a form begins with: sign, packet, page
EDGE = 2  # dots around the square
LETTER = 4.0  # points: a letter below it is at most so wide, and two thirds of the room there tall
WRITTEN = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-/"
TEXT = "/Tx"


def stamped(form: bytes, code: str, *, named: str, about: str, values: Mapping[str, str]) -> bytes:
    """The form with `code` on its pages; the field `named` says what it is, and `values` stand in the others.

    A text goes into a line, "on" into a box to tick, a code into a group. Raises a PaperError.
    """
    with pikepdf.open(io.BytesIO(form)) as paper:
        for number, page in enumerate(paper.pages, start=1):
            draw_square(page.Resources.XObject[CODE], code, number)
        paper.pages[0].Resources.XObject[LETTERS].write(letters(code))
        fields = dict(_fields(paper))
        if named in fields:
            fields[named].V = String(about)
            fields[named].AP = Dictionary(N=said(paper, about, size_of(fields[named])))
        texts = {name: text for name, text in values.items() if text and is_text(fields.get(name))}
        sizes = {name: size_of(fields[name]) for name in texts}
        for name, piece in inking.drawn(paper, inking.pen_of(paper), sizes, texts).items():
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


def is_text(field: Any) -> bool:
    return field is not None and field.FT == TEXT


def size_of(field: Any) -> tuple[float, float]:
    """How wide and how tall it is, in points."""
    left, low, right, high = map(float, field.Rect)
    return abs(right - left), abs(high - low)


def _tick(field: Any, value: str) -> None:
    """Marks a box, or one of a group."""
    if field is None or is_text(field):
        return
    name = Name("/" + value)
    for button in field.get("/Kids", [field]):
        if name in button.AP.N:
            button.AS = field.V = name


# --- The code


def draw_square(stream: Any, code: str, number: int) -> None:
    """The square code of a page as a mask of a bit for each of its dots, within a margin that readers need."""
    matrix = segno.make_qr(f"{SIGN}/{code}/{number}", error="m").matrix
    rows = [[0] * EDGE + list(line) + [0] * EDGE for line in matrix]
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


def letters(code: str) -> bytes:
    """The code in letters below its square: as wide as it, a short word in its middle."""
    wide = min(SQUARE, LETTER * len(code))
    return b"1 0 0 1 %.1f 0 cm %b" % ((SQUARE - wide) / 2, _outlined(code, wide))


def said(paper: pikepdf.Pdf, text: str, size: tuple[float, float]) -> Any:
    """What is seen in the field that says which form it is."""
    wide, tall = size
    room = min(4.6 * len(text), wide - 2 * PADDING)
    lines = b"q 1 0 0 1 %.1f %.1f cm %b Q" % (PADDING, tall / 3, _outlined(text, room))
    box = Array([0, 0, round(wide, 1), round(tall, 1)])
    return paper.make_stream(lines, Type=Name.XObject, Subtype=Name.Form, BBox=box)


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
    outlines, step = _letters()
    scale = wide / (step * len(text))
    lines = " ".join(f"{outlines[one]} f 1 0 0 1 {step} 0 cm" for one in text)
    return f"0 g q {scale:.6f} 0 0 {scale:.6f} 0 0 cm {lines} Q".encode()
