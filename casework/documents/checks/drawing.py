"""Pages as pictures of our own, inside a process apart: nothing of the uploaded bytes goes into them but what is seen.

Where a photograph was taken, by which device, and whatever else stood beside it stays behind.
"""

import base64
import io
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, WebPImagePlugin

from casework.documents.checks.found import PDF, kind
from casework.documents.checks.pictures import opened

WIDE, HIGH = 1_240, 2_400  # pixels, at most
DPI_SCALE = 150 / 72
QUALITY = 78
REGISTERED = (WebPImagePlugin,)  # by its import: inside, nothing can be imported


def inside(content: bytes, page: int) -> dict[str, Any]:
    """Page `page`, counted from 1, as WebP; called in a process of its own. Raises whatever stands in the way."""
    picture = _paper(content, page) if kind(content)[0] == PDF else _photograph(content)
    made = io.BytesIO()
    picture.save(made, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=b"", xmp=b"")
    return {"picture": base64.b64encode(made.getvalue()).decode(), "width": picture.width, "height": picture.height}


def _paper(content: bytes, page: int) -> Image.Image:
    paper = pypdfium2.PdfDocument(content)
    paper.init_forms()  # else what was filled in is not drawn
    sheet = paper[page - 1]
    wide, high = sheet.get_size()
    scale = min(DPI_SCALE, WIDE / max(wide, 1), HIGH / max(high, 1))
    drawn: Image.Image = sheet.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
    return drawn


def _photograph(content: bytes) -> Image.Image:
    picture = opened(content)
    picture.draft("RGB", (WIDE * 2, HIGH * 2))  # a JPEG is decoded smaller, where it is much larger
    turned = ImageOps.exif_transpose(picture)
    turned.thumbnail((WIDE, HIGH))
    if turned.mode in {"RGBA", "LA", "PA", "P"}:
        whole = turned.convert("RGBA")
        paper = Image.new("RGB", whole.size, "white")
        paper.paste(whole, mask=whole.getchannel("A"))
        return paper
    clean = Image.new("RGB", turned.size)
    clean.paste(turned.convert("RGB"))
    return clean
