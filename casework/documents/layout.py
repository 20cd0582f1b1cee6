"""HTML to PDF/UA-1, inside the child process: packaged files only, counted pages, tags completed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
import weasyprint.layout
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from casework.documents import forms, slimming, tags
from casework.documents.letters import Alphabet, legible
from casework.documents.limits import FORM, PAPER, PIECES

STATIC = Path(__file__).resolve().parent.parent.parent / "static"
TYPES = {
    ".css": "text/css",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}
LOOK = "packaged:css/paper.css"
LINKS = ("https://", "mailto:", "tel:", "#")
NOT_TEXT = frozenset({"script", "style"})


class TooManyPages(Exception):
    """The paper has more pages than allowed."""


class Refused(Exception):
    """The paper asks for an address that is not packaged."""


class Packaged(URLFetcher):
    """Serves `packaged:css/paper.css` from the static folder; every other address stops the layout."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []  # because WeasyPrint goes on when an image inside an SVG is refused

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file behind `url`. Raises FatalURLFetchingError for anything but a packaged file of a known type."""
        path = (STATIC / url.removeprefix("packaged:").lstrip("/")).resolve()
        if url.startswith("packaged:") and path.is_relative_to(STATIC) and path.suffix in TYPES and path.is_file():
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": TYPES[path.suffix]})
        self.refused.append(url)
        raise FatalURLFetchingError(url)


def pdf(html: str, *, title: str, language: str, pages: int, shape: str = PAPER) -> bytes:
    """The PDF of a page of HTML, in one of the shapes of `limits.py`. Raises TooManyPages and Refused."""
    tags.install()
    limit_pages(pages)
    packaged = Packaged()
    try:
        made = laid_out(html, title, language, packaged, shape)
    except FatalURLFetchingError as error:
        raise Refused(error) from error
    if packaged.refused:
        raise Refused(packaged.refused[0])
    return slimming.slim(made) if shape == FORM else made


def laid_out(html: str, title: str, language: str, packaged: Packaged, shape: str) -> bytes:
    """The PDF of a page of HTML that fetches what it needs through `packaged`."""
    alphabet, fonts = Alphabet(drawable()), FontConfiguration()
    # Always this style sheet: text without any font would crash the process.
    look = CSS(url=LOOK, url_fetcher=packaged, font_config=fonts)
    source = HTML(string=html, base_url="packaged:", url_fetcher=packaged)
    root = source.etree_element
    root.set("lang", language)
    prepare(root, alphabet)
    document = source.render(stylesheets=[look], font_config=fonts, pdf_forms=shape == FORM)
    document.metadata.title = legible(title, alphabet)
    document.metadata.lang = language

    def finish(_document: object, made: pydyf.PDF) -> None:
        tags.name_every_glyph(made)
        forms.complete(document, made)

    variant = None if shape == PIECES else "pdf/ua-1"
    return bytes(document.write_pdf(pdf_variant=variant, finisher=finish, pdf_forms=shape == FORM))


def drawable() -> frozenset[int]:
    """The code points for which the packaged fonts have a glyph."""
    fonts = sorted(path for path in (STATIC / "fonts").iterdir() if path.suffix in TYPES)
    return frozenset(code for path in fonts for code in TTFont(path, lazy=True).getBestCmap())


def prepare(root: Element, alphabet: Alphabet) -> None:
    """Make all text legible, and take away links that lead into a script or a file."""
    for element in root.iter():
        if element.tag not in NOT_TEXT:
            element.text = element.text and legible(element.text, alphabet)
        element.tail = element.tail and legible(element.tail, alphabet)
        if element.tag in {"a", "area"} and not element.get("href", "#").startswith(LINKS):
            del element.attrib["href"]


def limit_pages(pages: int) -> None:
    """Stop every layout of this process at page `pages` + 1, not after the last: 2,000 pages take most of a minute."""
    make_all_pages = weasyprint.layout.make_all_pages

    def counted(*given: Any) -> Iterator[Any]:
        for number, page in enumerate(make_all_pages(*given), start=1):
            if number > pages:
                raise TooManyPages
            yield page

    weasyprint.layout.make_all_pages = counted
