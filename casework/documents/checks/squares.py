"""The square codes on pages that came back: which form and page a scan or photograph shows; in a process apart."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image, ImageOps

from casework.documents.checks.found import PDF, kind
from casework.documents.checks.pictures import opened

MOST_PAGES, MOST_OF_PAGE, MOST_SIDE, LONGEST = 80, 4, 2_400, 60
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
SCALE = 110 / 72  # at 72 dpi it was read as well


def inside(content: bytes) -> dict[str, Any]:
    """{"squares": [[page, text]]}, pages counted from 1; called in a process of its own."""
    pages = _paper(content) if kind(content)[0] == PDF else _photograph(content)
    return {
        "squares": [
            [number, one.text[:LONGEST]]
            for number, page in enumerate(islice(pages, MOST_PAGES), start=1)
            for one in zxingcpp.read_barcodes(page, formats=QR)[:MOST_OF_PAGE]
        ]
    }


def _paper(content: bytes) -> Iterator[Image.Image]:
    for sheet in pypdfium2.PdfDocument(content):
        scale = min(SCALE, MOST_SIDE / max(1, *sheet.get_size()))
        yield sheet.render(scale=scale, grayscale=True).to_pil()


def _photograph(content: bytes) -> Iterator[Image.Image]:
    picture = opened(content)
    picture.draft("L", (MOST_SIDE, MOST_SIDE))
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((MOST_SIDE, MOST_SIDE))
    yield turned.convert("L")
