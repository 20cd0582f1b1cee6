"""A PDF that is written small holds what it held, for whoever opens it."""

import io
from typing import Any

import pikepdf
import pypdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, String

from casework.documents.packing import AT_ONCE, packed

DRAWN = b"q 0.5 g 10 10 80 80 re f Q " * 40
SAID = ["plain", "a\\b(c)d\r\n", "متن", "😀", "\x00\xff", ""]


def paper() -> pikepdf.Pdf:
    """Two pages, more objects than go into one stream, and one that nothing points at."""
    made = pikepdf.new()
    for _each in range(2):
        made.add_blank_page(page_size=(100, 100))
        made.pages[-1].Contents = made.make_stream(DRAWN)
    rows = [made.make_indirect(Dictionary(Text=String(SAID[at % len(SAID)]), At=at)) for at in range(AT_ONCE + 300)]
    made.Root.Rows = made.make_indirect(Array(rows))
    made.Root.Small = made.make_stream(b"x", Type=Name.Metadata)
    made.make_indirect(Dictionary(Nobody=True))
    return made


def seen(content: bytes) -> Any:
    with pikepdf.open(io.BytesIO(content)) as opened:
        assert opened.check_pdf_syntax() == []
        rows = [(str(one.Text), int(one.At)) for one in opened.Root.Rows]
        drawn = [page.Contents.read_bytes() for page in opened.pages]
        return rows, drawn, opened.Root.Small.read_bytes(), len(opened.objects)


def test_it_is_the_same_paper_for_less() -> None:
    plain = io.BytesIO()
    paper().save(plain)
    rows, drawn, small, objects = seen(packed(paper()))
    assert rows == [(SAID[at % len(SAID)], at) for at in range(AT_ONCE + 300)]
    assert (drawn, small) == ([DRAWN, DRAWN], b"x")
    assert objects == AT_ONCE + 300 + 11  # pages and what they hang on, streams of objects and their table
    assert len(packed(paper())) * 2 < len(plain.getvalue())


def test_the_same_paper_gives_the_same_bytes_also_a_second_time() -> None:
    once = packed(paper())
    assert packed(paper()) == once
    with pikepdf.open(io.BytesIO(once)) as opened:
        assert seen(packed(opened))[:3] == seen(once)[:3]


def test_other_libraries_open_it() -> None:
    made = packed(paper())
    rows: Any = pypdf.PdfReader(io.BytesIO(made), strict=True).root_object["/Rows"]
    assert rows[AT_ONCE]["/At"] == AT_ONCE
    assert pypdfium2.PdfDocument(made)[1].render().to_pil().getpixel((50, 50)) != (255, 255, 255)
