"""Where the code of a form stands on its pages. Laying it out makes the room, stamping fills it."""

import pikepdf
from pikepdf import Array, Name

SQUARE, RIGHT, LOW, HIGH = 46.0, 51.0, 24.0, 6.5  # points: its side, from the right edge, from below; height of letters
CODE, LETTERS = Name("/Square"), Name("/Packet")


def make_room(paper: pikepdf.Pdf) -> None:
    """An empty square of its own on each page, and beneath it room for letters, which all pages share."""
    letters = _empty(paper, SQUARE, HIGH)
    for page in paper.pages:
        left = float(page.mediabox[2]) - RIGHT - SQUARE
        page.add_resource(_empty(paper, 1, 1), Name.XObject, CODE)
        page.add_resource(letters, Name.XObject, LETTERS)
        drawn = (
            f"\nQ\n/Artifact BMC q {SQUARE} 0 0 {SQUARE} {left:.2f} {LOW} cm 0 g {CODE} Do Q"
            f" q 1 0 0 1 {left:.2f} {LOW - HIGH - 2:.2f} cm {LETTERS} Do Q EMC"
        )
        page.Contents = paper.make_stream(b"q\n" + page.Contents.read_bytes() + drawn.encode())


def _empty(paper: pikepdf.Pdf, wide: float, tall: float) -> pikepdf.Stream:
    return paper.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, wide, tall]))
