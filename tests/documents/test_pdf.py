"""Papers read back by programs that did not make them: page-validation, pypdf, pikepdf."""

import io
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from django.utils.translation import gettext_lazy
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from casework.documents import pdf
from casework.documents.limits import Limits

# Cells, header cells and columns of the sample, by language.
LANGUAGES = {"es": 3, "en": 2, "ar": 3, "ht": 2, "zh-Hans": 2, "pa": 2, "ru": 2, "vi": 2}


def make(body: str, *, limits: Limits = pdf.DEFAULT_LIMITS) -> bytes:
    return pdf.from_html(f"<body><h1>Test</h1>{body}", title="Test", language="en", limits=limits)


def sample(language: str = "en") -> bytes:
    return pdf.from_template(
        "paper/sample.html",
        {},
        title="A sample",
        language=language,
        organization="North Legal Aid",
        printed_on=date(2025, 11, 21),
    )


def text(made: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def words(body: str) -> str:
    """What stands below the heading of a page made of `body`."""
    return text(make(body)).removeprefix("Test").strip()


def breaches(made: bytes) -> list[tuple[str, str]]:
    """The rules of PDF/UA-1 that the file breaks."""
    return [(failure.rule_id, failure.message) for failure in page.validate_pdf_bytes(made, profile="ua1").failures]


def tags(made: bytes) -> Iterator[Any]:
    """Every structure element of the file, parents first."""
    with pikepdf.open(io.BytesIO(made)) as opened:
        waiting: list[Any] = [opened.Root.StructTreeRoot.K[0]]
        while waiting:
            tag = waiting.pop()
            yield tag
            waiting.extend(kid for kid in tag.get("/K", []) if isinstance(kid, pikepdf.Dictionary))


def place_of(word: str, made: bytes) -> float:
    """How far from the left edge of the first page `word` begins, in points."""
    places: list[float] = []

    def note(fragment: str, page_matrix: list[float], text_matrix: list[float], *_font: object) -> None:
        if word in fragment:
            places.append(text_matrix[4] * page_matrix[0] + page_matrix[4])

    PdfReader(io.BytesIO(made)).pages[0].extract_text(visitor_text=note)
    return min(places)


@pytest.fixture(scope="module")
def paper() -> bytes:
    return sample()


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_sample_is_accessible(language: str) -> None:
    assert breaches(sample(language)) == []


def test_a_breach_would_be_found() -> None:
    assert [rule for rule, _ in breaches(make("<h3>Skipped a level</h3>"))] == ["PDFUA1-HEADING-NESTING-001"]


def test_title_language_and_page_are_declared(paper: bytes) -> None:
    reader = PdfReader(io.BytesIO(paper))
    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("A sample", "en")
    assert {tuple(map(float, one.mediabox[2:])) for one in reader.pages} == {(612.0, 792.0)}


def test_header_and_footer_of_the_second_page(paper: bytes) -> None:
    second = " ".join(PdfReader(io.BytesIO(paper)).pages[1].extract_text().split())
    header, footer = "North Legal Aid A sample", "Version 1, printed on November 21, 2025 Page 2 of 2"
    assert (second.count(header), second.count(footer)) == (1, 1)


def test_lazy_title_and_footer_speak_the_language_of_the_paper() -> None:
    made = pdf.from_template(
        "paper/sample.html",
        {},
        title=gettext_lazy("Monday"),
        language="fr",
        organization="North Legal Aid",
        printed_on=date(2026, 3, 9),
    )
    reader = PdfReader(io.BytesIO(made))
    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("lundi", "fr")
    assert "9 mars 2026" in text(made)


def test_every_foreign_part_names_its_language(paper: bytes) -> None:
    parts = (tag for tag in tags(paper) if tag.get("/S") in {"/TD", "/TH", "/Div"} and "/Lang" in tag)
    assert Counter(str(part["/Lang"]) for part in parts) == LANGUAGES


def test_header_cells_have_a_scope(paper: bytes) -> None:
    scopes = Counter(str(tag["/A"].get("/Scope")) for tag in tags(paper) if tag.get("/S") == "/TH")
    assert scopes == {"/Column": 6, "/Row": 11}


def test_facts_are_labels_with_bodies() -> None:
    made = make("<dl><div><dt>Place</dt><dd>Tacoma</dd></div></dl>")
    names = [str(tag["/S"]) for tag in tags(made) if tag.get("/S") in {"/L", "/LI", "/Lbl", "/LBody"}]
    assert sorted(names) == ["/L", "/LBody", "/LI", "/Lbl"]


def test_fonts_are_ours_and_embedded(paper: bytes) -> None:
    embedded = {}
    for one in PdfReader(io.BytesIO(paper)).pages:
        resources: Any = one["/Resources"]
        for font in resources["/Font"].values():
            descendant: DictionaryObject = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor: Any = descendant["/FontDescriptor"]
            embedded[font.get_object()["/BaseFont"].split("+")[1]] = bool(
                {"/FontFile2", "/FontFile3"} & descriptor.keys()
            )
    names = ["CwSans", "CwSans-Bold", "CwArabic", "CwArabic-Bold", "CwGurmukhi", "CwHan", "CwMono"]
    assert embedded == dict.fromkeys(names, True)


def test_same_bytes_every_time(paper: bytes) -> None:
    assert sample() == paper


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make("<p>Text")
    with pytest.raises(pdf.PaperTimeout):
        make("<p>Text", limits=Limits(wall_seconds=0.01))
    assert list(tmp_path.iterdir()) == []


def test_unknown_characters_become_squares() -> None:
    assert words("<p>Nguyễn, Ёлка, → ✓, <span lang=zh>律师</span>: \U0001f600 \ue000 &#x1F600;") == (
        "Nguyễn, Ёлка, → ✓, 律师: □ □ □"
    )


def test_every_character_has_a_glyph() -> None:
    made = make("<p>\U0001f600 \U00020000 ⁂ ⓐ ऄ ก \u2066x\u2069 a\u00adb</p><ul><li>a<ul><li>b</ul></ul><q>q</q>")
    assert breaches(made) == []


def test_scripts_that_shape_stay_accessible() -> None:
    assert breaches(make("<p>ਕਿਤਾਬ ਦਿਲ <b>ਕਿਤਾਬ</b> محامٍ <b>لا</b> 简体 <b>简体</b>")) == []


def test_an_endless_word_is_broken_and_kept() -> None:
    made = make("<p>" + "x" * 20_000)
    assert "".join(text(made).removeprefix("Test").split()).replace("\u200b", "") == "x" * 20_000


def test_an_endless_word_stays_in_its_cell() -> None:
    made = make("<table><tr><th scope=col>A<th scope=col>B<tr><td>" + "x" * 300 + "<td>Tacoma</table>")
    assert 300 < place_of("Tacoma", made) < 600


def test_right_to_left_begins_on_the_right() -> None:
    body = "<h1>x</h1><dl><div><dt>Tacoma</dt><dd>x</dd></div></dl>"
    left, right = (
        place_of("Tacoma", pdf.from_html(f"<html dir={direction}><body>{body}", title="x", language="en"))
        for direction in ("ltr", "rtl")
    )
    assert (round(left), right > 306) == (62, True)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on this machine that nobody has asked yet."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def refuses(body: str) -> None:
    with pytest.raises(pdf.PaperRefused, match="Not packaged"):
        make(body)


@pytest.mark.parametrize(
    "place",
    [
        '<link rel="stylesheet" href="{}">',
        '<link rel="attachment" href="{}">',
        '<style>@import "{}";</style>',
        "<style>p {{ background: url({}) }}</style><p>x",
        "<style>@font-face {{ font-family: x; src: url({}) }}</style>",
        '<object data="{}">x</object>',
        '<svg width="9" height="9" xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
    ],
)
def test_no_place_of_a_paper_asks_the_network(place: str, listener: socket.socket) -> None:
    refuses(place.format(f"http://127.0.0.1:{listener.getsockname()[1]}/a.svg"))
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/a.svg",
        "http:\\\\127.0.0.1:{port}/a.svg",
        "//127.0.0.1:{port}/a.svg",
        "{secret}",
        "packaged:{path}",
        "packaged:../casework/settings.py",
        "packaged:css/none.css",
        "data:image/svg+xml,%3Csvg/%3E",
        "a.svg",
    ],
)
def test_no_other_address_is_opened(address: str, listener: socket.socket, tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    port = listener.getsockname()[1]
    refuses(f'<img alt="x" src="{address.format(port=port, secret=secret.as_uri(), path=secret)}">')
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_packaged_files_are_served() -> None:
    made = make('<p><img alt="Box" src="packaged:paper/box.svg">')
    assert [str(tag["/Alt"]) for tag in tags(made) if tag.get("/S") == "/Figure"] == ["Box"]


def test_only_plain_links_remain() -> None:
    made = make('<p><a href="https://example.org/">a</a> <a href="javascript:x()">b</a> <a href="file:///x">c</a>')
    links = [note.get_object()["/A"]["/URI"] for note in PdfReader(io.BytesIO(made)).pages[0].get("/Annots", [])]
    assert links == ["https://example.org/"]


@pytest.mark.parametrize("extra", [0, 1])
def test_pages_are_counted(extra: int) -> None:
    body = "<p>x" + '<p style="break-before: page">x' * (2 + extra)
    if extra:
        with pytest.raises(pdf.PaperTooLong, match="more than 3 pages"):
            make(body, limits=Limits(pages=3))
    else:
        assert len(PdfReader(io.BytesIO(make(body, limits=Limits(pages=3)))).pages) == 3


def test_thousands_of_pages_end_early() -> None:
    with pytest.raises(pdf.PaperTooLong, match="more than 60 pages"):
        make("<pre>" + "x\n" * 50_000)


def test_text_is_counted() -> None:
    with pytest.raises(pdf.PaperTooLong, match="9,999 are allowed"):
        make("x" * 10_000, limits=Limits(html_characters=9_999))


def test_processor_time_is_limited() -> None:
    with pytest.raises(pdf.PaperTimeout, match="1 seconds of processor time"):
        make("<p>x" * 20_000, limits=Limits(cpu_seconds=1))


def test_memory_is_limited() -> None:
    with pytest.raises(pdf.PaperFailed, match="needs more than 64 MB"):
        make("<p>x", limits=Limits(memory_bytes=64 * 1024**2))


@pytest.mark.parametrize(("title", "language"), [("", "en"), (" ", "en"), ("Test", "")])
def test_title_and_language_are_required(title: str, language: str) -> None:
    with pytest.raises(ValueError, match="needs a title and a language"):
        pdf.from_html("<p>x", title=title, language=language)


def test_a_missing_library_is_named(tmp_path: Path) -> None:
    message = "cannot load library 'libpango-1.0-0'"
    (tmp_path / "weasyprint.py").write_text(f'raise OSError("{message}")')
    environment = pdf.environment(str(tmp_path))
    environment["PYTHONPATH"] = f"{tmp_path}:{environment['PYTHONPATH']}"
    command = [sys.executable, "-m", pdf.CHILD]
    child = subprocess.run(command, input=b"{}", capture_output=True, env=environment, check=False)
    with pytest.raises(pdf.PaperUnavailable, match=r"Debian: libpango-1\.0-0.*cannot load library"):
        pdf.explain(child.returncode, child.stderr.decode(), pdf.DEFAULT_LIMITS)


def test_a_failure_does_not_quote_the_paper() -> None:
    with pytest.raises(pdf.PaperFailed) as failure:
        make("<div>Rosa" * 3000)
    assert str(failure.value) == "The layout failed: RecursionError"
