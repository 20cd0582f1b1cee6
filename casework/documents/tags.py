"""What WeasyPrint 70 leaves out of the tags of a PDF: languages below the root, header scopes, some Gurmukhi letters.

Wraps two functions that WeasyPrint does not publish; the pinned version and the tests of the tag tree guard that.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pydyf
import weasyprint.pdf.tags

type_of_tree = Callable[..., Iterator[pydyf.Dictionary]]


def completed(build: type_of_tree) -> type_of_tree:
    """`build` (which yields the tags of a box) with /Lang where the element has `lang`, and /Scope on header cells."""

    @wraps(build)
    def wrapper(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:
        box = getattr(box, "_box", box)  # a placeholder stands for an absolutely placed box
        element = box.element
        for tag in build(box, *rest):
            if element is not None and element.tag not in {"html", "body"}:
                if language := element.get("lang"):
                    tag["Lang"] = pydyf.String(language)
                if tag["S"] == "/TH":
                    tag["A"]["Scope"] = "/Row" if element.get("scope") == "row" else "/Column"
            yield tag

    return wrapper


def install() -> None:
    """Complete the tags of every PDF that this process writes from now on."""
    weasyprint.pdf.tags._build_box_tree = completed(weasyprint.pdf.tags._build_box_tree)


def name_every_glyph(pdf: pydyf.PDF) -> None:
    """Give glyphs without text a zero width space: a reordered vowel sign shares its neighbour's text (7.21.7)."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and b"begincmap" in stream.stream:
            stream.stream = [line.replace(b"> <>", b"> <200b>") for line in stream.stream]
