"""Photographs and scans: whole, of a size that can be drawn, and nothing else beside the picture."""

import io
import warnings
from typing import Any

import pillow_heif
from PIL import Image, MpoImagePlugin, PngImagePlugin, UnidentifiedImageError

from casework.documents.checks.found import HEIC, JPEG, PNG, ends_as_archive, holds_foreign, kind

MOST_PIXELS = 100_000_000  # a telephone of 108 megapixels writes 12 as a rule
MOST_SIDE = 30_000
FORMATS = {JPEG: ["JPEG", "MPO"], PNG: ["PNG"], HEIC: ["HEIF"]}
PNG_END = b"IEND\xae\x42\x60\x82"

# Nothing can be imported inside, when the limits hold.
Image.preinit()
REGISTERED = (MpoImagePlugin, PngImagePlugin)
pillow_heif.register_heif_opener()
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.options.THUMBNAILS = False
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, AttributeError, RuntimeError,
    UnidentifiedImageError, OverflowError,
)  # fmt: skip


def inside(content: bytes) -> dict[str, Any]:
    """Called in a process of its own."""
    if ends_as_archive(content) or holds_foreign(content):
        return {"reason": "two_in_one"}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = opened(content)
            if max(picture.size) > MOST_SIDE or picture.width * picture.height > MOST_PIXELS:
                return {"reason": "pixels"}
            picture.load()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return {"reason": "pixels"}
    except BROKEN:
        return {"reason": "broken_picture"}
    if content.startswith(b"\x89PNG") and not content.endswith(PNG_END):
        return {"reason": "two_in_one"}
    return {"pages": 1}


def opened(content: bytes) -> Image.Image:
    """The picture, of the very kind that its first bytes name."""
    return Image.open(io.BytesIO(content), formats=FORMATS[kind(content)[0]])
