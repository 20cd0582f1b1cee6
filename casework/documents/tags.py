"""What WeasyPrint 70 leaves out of the tags of a PDF: languages below the root, header scopes, terms of definition
lists, the text of some Gurmukhi letters.

Wraps a function that WeasyPrint does not publish; the pinned version and the tests of the tag tree guard that.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pydyf
import weasyprint.pdf.tags

type_of_tree = Callable[..., Iterator[pydyf.Dictionary]]


def install() -> None:
    """Complete the tags of every PDF that this process writes from now on."""
    weasyprint.pdf.tags._build_box_tree = completed(weasyprint.pdf.tags._build_box_tree)


def completed(build: type_of_tree) -> type_of_tree:
    """`build`, which yields the tags of a box, with what is missing in them."""

    @wraps(build)
    def wrapper(box: Any, parent: pydyf.Dictionary, *rest: Any) -> Iterator[pydyf.Dictionary]:
        element = getattr(box, "_box", box).element  # a placeholder stands for an absolutely placed box
        if element is None or element.tag in {"html", "body"}:
            yield from build(box, parent, *rest)
            return
        if element.tag in {"dt", "dd"} and parent["S"] == "/Div":
            parent["S"] = "/LI"  # dl > div: the div is the list item
        for tag in build(box, parent, *rest):
            if element.tag == "dt" and tag["S"] == "/LBody":
                tag["S"] = "/Lbl"
            if tag["S"] == "/TH":
                tag["A"]["Scope"] = "/Row" if element.get("scope") == "row" else "/Column"
            if language := element.get("lang"):
                tag["Lang"] = pydyf.String(language)
            yield tag

    return wrapper


def name_every_glyph(pdf: pydyf.PDF) -> None:
    """Give glyphs without text a zero width space: a reordered vowel sign shares its neighbour's text (7.21.7)."""
    for stream in pdf.objects:
        if isinstance(stream, pydyf.Stream) and b"begincmap" in stream.stream:
            stream.stream = [line.replace(b"> <>", b"> <200b>") for line in stream.stream]
