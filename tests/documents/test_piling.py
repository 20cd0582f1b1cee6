"""Forms put together to be printed: what stood in fields is ink, and still says what it is."""

import io
from typing import Any

import page
import pikepdf
import pypdfium2
import pytest
from pypdf import PdfReader

from casework.documents import pdf, returned
from casework.documents.limits import FORM
from casework.documents.piling import Layout, Pile
from casework.documents.stamping import stamped

FIELDS = """
<html lang="en"><head><link rel="stylesheet" href="packaged:css/form.css"></head><body><h1>Form</h1><main>
<input type="text" name="about" readonly title="Which form">
<p>Name</p><input type="text" name="given" title="Name">
<p>Grown up</p><input type="radio" name="minor" value="adult" title="Adult" data-group="Grown up"> Adult
<input type="radio" name="minor" value="child" title="Child" data-group="Grown up"> Child
<p>Papers</p><input type="checkbox" name="passport" title="Passport"> Passport
<p>Story</p><textarea name="story" title="Story"></textarea>
</main></body></html>
"""
VALUES = {"given": "María 王小明", "minor": "adult", "passport": "on", "story": "مرحبا\nਮੈਂ ਪੰਜਾਬੀ ਹਾਂ"}


@pytest.fixture(scope="module")
def form() -> bytes:
    return pdf.from_html(FIELDS, title="Form", language="es", shape=FORM)


@pytest.fixture(scope="module")
def piled(form: bytes) -> bytes:
    pile = Pile(pdf.from_html("<body><h1>List</h1><p>Who gets which", title="List", language="en"))
    layout = Layout(form)
    for code, values in (("AAAA-AAAA-AAAA", VALUES), ("BBBB-BBBB-BBBB", {}), ("CCCC-CCCC-CCCC", {"minor": "gone"})):
        pile.add(layout, code, named="about", about=f"intake/1/{code}", values=values)
    assert pile.pages == 8
    return pile.written()


def tags(made: bytes) -> list[list[Any]]:
    """For each form its fields in order: role, whether it is marked, what a reader says of it."""
    with pikepdf.open(io.BytesIO(made)) as opened:
        found: dict[Any, list[Any]] = {}
        for one in opened.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Form":
                top: Any = one
                while "/Lang" not in top:
                    top = top.P
                row = (str(one.A.Role), str(one.A.get("/checked", "")), str(one.A.Desc), "/K" in one)
                found.setdefault(top.objgen, []).append(row)
        return [sorted(one) for one in found.values()]


def test_it_breaks_no_rule_and_has_no_field(piled: bytes) -> None:
    assert [one.rule_id for one in page.validate_pdf_bytes(piled, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(piled)) as opened:
        assert opened.check_pdf_syntax() == []
        assert "/AcroForm" not in opened.Root
        assert [one for one in opened.pages if "/Annots" in one] == []
        assert str(opened.Root.Lang) == "en"
        whole = opened.Root.StructTreeRoot.K[0]
        assert [(str(one.S), str(one.Lang)) for one in whole.K if "/Lang" in one] == [("/Part", "es")] * 3
    assert returned.fields(piled).names == frozenset()


def test_each_has_its_own_code_and_words(piled: bytes) -> None:
    assert [(one.code, one.page, one.at) for one in returned.squares(piled)] == [
        ("AAAA-AAAA-AAAA", 1, 3), ("BBBB-BBBB-BBBB", 1, 5), ("CCCC-CCCC-CCCC", 1, 7),
    ]  # fmt: skip
    said = [one.extract_text() for one in PdfReader(io.BytesIO(piled)).pages]
    assert ["María" in one for one in said] == [False, False, True, False, False, False, False, False]
    assert ["Papers" in one for one in said] == [False, False, True, False, True, False, True, False]


def test_what_was_marked_is_told_to_whoever_listens(piled: bytes) -> None:
    off = [
        ("/cb", "/off", "Passport", True), ("/rb", "/off", "Adult", True), ("/rb", "/off", "Child", True),
        ("/tv", "", "Name", False), ("/tv", "", "Story", False), ("/tv", "", "Which form", True),
    ]  # fmt: skip
    on = [
        ("/cb", "/on", "Passport", True), ("/rb", "/off", "Child", True), ("/rb", "/on", "Adult", True),
        ("/tv", "", "Name", True), ("/tv", "", "Story", True), ("/tv", "", "Which form", True),
    ]  # fmt: skip
    assert tags(piled) == [on, off, off]


def test_what_they_share_is_kept_once(form: bytes) -> None:
    layout, sizes = Layout(form), []
    for many in (1, 21):
        pile = Pile(pdf.from_html("<body><h1>List</h1>", title="List", language="en"))
        for number in range(many):
            pile.add(layout, f"AAAA-AAAA-{number:04d}", named="about", about="intake/1", values={})
        sizes.append(len(pile.written()))
    assert (sizes[1] - sizes[0]) / 20 < len(form) / 4


def test_it_looks_as_the_form_itself(form: bytes, piled: bytes) -> None:
    alone = pypdfium2.PdfDocument(stamped(form, "AAAA-AAAA-AAAA", named="about", about="intake/1/AAAA-AAAA-AAAA",
                                          values=VALUES))  # fmt: skip
    alone.init_forms()
    seen = [one.render(scale=2, grayscale=True).to_pil() for one in (alone[0], pypdfium2.PdfDocument(piled)[2])]
    dark = [sum(one.histogram()[:128]) for one in seen]
    assert abs(dark[0] - dark[1]) < dark[0] / 50
