"""The boxes of a form: what answers put into them is read back as the same answers, whatever their letters are."""

import hashlib
import io
import unicodedata
from datetime import date
from typing import Any

import page
import pikepdf
import pypdfium2
import pytest

from casework.directory.models import Code, Court
from casework.documents import returned, stamping
from casework.documents.returned import Fields
from casework.intake.paper import boxes, printing, reading, saying, texts
from casework.intake.paper.boxes import FORM
from casework.intake.paper.printing import Order
from casework.intake.questions import lists
from casework.intake.questions.conditions import DECLINED, NOT_KNOWN, Answer
from casework.intake.questions.definition import CHOICES, LIST_OF, Question
from casework.intake.questions.normalizing import NONE, normalized
from tests import programs

pytestmark = pytest.mark.django_db
HOSTILE = [
    "مرحبا \u202eabc\u202c \u2067x\u2069", "x" * 3_900, "😀 👩‍👩‍👧 𝕏", "<script>alert(1)</script>", "=1+1", "@SUM(A1)",
    "Z\u0351\u0343a\u0301lgo", "ਮੈਂ ਪੰਜਾਬੀ ਹਾਂ", "王小明，四川", "a\\b(c)d", "Nguyễn Thị Hồng", "one\ntwo\nthree",
    "%PDF-1.7 endobj",
]  # fmt: skip
VALUES: dict[str, Any] = {
    "text": "Q'anjob'al = (K'iche')", "long_text": "Line\nand line", "date": "2026-03-09", "partial_date": "2026-03",
    "time": "21:30", "datetime": "2026-03-09T21:30", "yes_no": "no", "number": 3, "money": "1500.00",
    "phone": "+12135550143", "email": "rosa@example.org",
    "address": {"street": "12 Main St, Apt 3", "city": "Los Angeles", "state": "CA", "zip": "90012"},
    "person_name": {"given_names": "María José", "first_surname": "Núñez", "second_surname": "Ixchel"},
    "a_number": "012345678", "country": "GT", "facility": {"place": "Somewhere near Fresno"},
}  # fmt: skip


def sample(question: Question, *, small: bool = False) -> Any:
    """A value of the question's type, in its stored form."""
    if question.type == LIST_OF:
        row = {one.key: sample(one, small=True) for one in question.items}
        return [{key: value for key, value in row.items() if value is not None}] * min(2, question.at_most)
    if question.choices:
        codes = [one.code for one in question.choices]
        return codes[:2] if question.type == CHOICES else codes[-1]
    if small and question.type in {"address", "person_name"}:
        return {boxes.PARTS[question.type][0]: "Main Street"}
    found: dict[str, Any] = {
        "language": lambda: normalized(question, "K'iche'", lists.finders()),
        "court": lambda: Court.objects.sitting().order_by("key")[0].key,
        "code": lambda: Code.objects.filter(list=question.codes).order_by("code")[0].code,
        "text": lambda: VALUES["text"][: question.most or 200],
    }  # fmt: skip
    return found.get(question.type, lambda: VALUES.get(question.type))()


def through(question: Question, answer: Answer) -> Answer | str | None:
    """The answer that is read from the boxes into which this one was put."""
    values = boxes.filled(question, answer, saying.line)
    assert set(values) <= {box.name for box in boxes.all_of(question)}
    return reading._answer(question, boxes.written(question, values), "")


def test_every_question_comes_back_as_it_was() -> None:
    tried = set()
    for one in lists.intake():
        value = sample(one)
        if value is not None:
            assert through(one, Answer(value)) == Answer(value), one.key
            tried.add(one.type)
        for state in (NOT_KNOWN, DECLINED):
            assert through(one, Answer(None, state)) == Answer(None, state), one.key
    assert tried == {one.type for one in lists.intake()}
    number = lists.intake().by_key["a_number"]
    assert through(number, Answer(NONE)) == Answer(NONE)


def test_each_field_belongs_to_one_question() -> None:
    names = [box.name for one in lists.intake() for box in boxes.all_of(one) if box.kind != boxes.PICK]
    assert len(names) == len(set(names))


def read(values: dict[str, str], unclear: frozenset[str] = frozenset()) -> reading.Returned:
    return reading.returned(Fields(values, unclear, frozenset(values)), list(lists.intake()), {})


def test_what_cannot_be_taken_says_why_and_what_belongs_nowhere_is_shown() -> None:
    found = read(
        {
            FORM: "intake/0/ABCD-EFGH-JKMN", "birth_date": "3/4/1990", "minor": "gone",
            "place_of_birth": "\ue000x",
            "country_of_birth": "Guatemala", "country_of_birth__declined": "on", "agencies__hsi": "on",
            "agencies__gone": "on",
            "an_old_question": "kept",
        },
        frozenset({"birth_date_other"}),
    )  # fmt: skip
    errors = {one.key: getattr(one.error, "code", one.error) for one in found.proposed}
    assert errors == {
        "birth_date": "order", "minor": "choice", "place_of_birth": "lost", "country_of_birth": "twice",
        "agencies": "choice",
    }  # fmt: skip
    assert [one.answer for one in found.proposed] == [None] * 5
    assert found.unknown == [("an_old_question", "kept")]
    assert found.origin == reading.Origin(0, "ABCD-EFGH-JKMN")


def test_two_buttons_that_are_on_are_unclear() -> None:
    found = read({"minor": "adult"}, frozenset({"minor"}))
    assert [(one.key, one.error, one.answer) for one in found.proposed] == [("minor", "unclear", None)]


def order(*languages: str, sections: tuple[str, ...] = ("ending",)) -> Order:
    return Order(lists.intake().version, sections, languages, "trained", 1, (), "North Legal Aid")


@pytest.fixture(scope="module")
def form() -> bytes:
    return printing.laid_out(order("en", "ar"))


def test_a_form_has_the_fields_of_its_questions_and_breaks_no_rule(form: bytes) -> None:
    fields = returned.fields(form)
    assert fields.names == printing.names(printing.questions(order("en"))) | {FORM}
    assert (fields.values, fields.unclear) == ({}, frozenset())
    assert [one.rule_id for one in page.validate_pdf_bytes(form, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(form)) as opened:
        assert opened.check_pdf_syntax() == []
        assert "/NeedAppearances" not in opened.Root.AcroForm
        assert {str(one.Tabs) for one in opened.pages} == {"/S"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_letters_come_back_as_they_were(form: bytes, text: str) -> None:
    asked = [box for one in printing.questions(order("en")) for box in boxes.all_of(one)]
    name = next(box.name for box in asked if box.kind in {boxes.LINE, boxes.AREA})
    made = stamping.stamped(form, "ABCD-EFGH-JKMN", named=FORM, about="intake/1/ABCD-EFGH-JKMN", values={name: text})
    fields = returned.fields(made)
    assert fields.values == {FORM: "intake/1/ABCD-EFGH-JKMN", name: unicodedata.normalize("NFC", text)}
    assert len(made) < 250 * 1024
    assert [one.rule_id for one in page.validate_pdf_bytes(made, profile="ua1").failures] == []
    with pikepdf.open(io.BytesIO(made)) as opened:
        assert opened.check_pdf_syntax() == []


def test_a_form_that_would_become_too_large_is_refused(form: bytes) -> None:
    asked = [box for one in printing.questions(order("en")) for box in boxes.all_of(one)]
    name = next(box.name for box in asked if box.kind in {boxes.LINE, boxes.AREA})
    said = "".join(hashlib.sha256(f"{number}".encode()).hexdigest() for number in range(10_000))
    with pytest.raises(printing.TooLarge):
        printing.somebodys(form, order("en"), "ABCD-EFGH-JKMN", {name: said}, date(2026, 11, 23))


SCRIPTS = ["مرحبا بكم", "ਮੈਂ ਪੰਜਾਬੀ ਹਾਂ", "王小明四川省", "Nguyễn Thị Hồng", "Привет всем"]


def ink(made: bytes, name: str) -> int:
    """How many dark dots are seen within a field."""
    place = next(one for one in programs.places(made) if one.name == name)
    paper = pypdfium2.PdfDocument(made)
    paper.init_forms()
    sheet = paper[place.page]
    high = sheet.get_height()
    box = (place.left + 2, high - place.high + 2, place.right - 2, high - place.low - 2)
    seen = sheet.render(scale=2, grayscale=True).to_pil().crop(tuple(round(2 * one) for one in box))
    return sum(seen.histogram()[:128])


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_is_known_is_seen_in_its_own_script(form: bytes, text: str) -> None:
    asked = [box for one in printing.questions(order("en")) for box in boxes.all_of(one)]
    name = next(box.name for box in asked if box.kind in {boxes.LINE, boxes.AREA})

    def known(value: str) -> bytes:
        return stamping.stamped(form, "BLANK", named=FORM, about="intake/1/BLANK", values={name: value})

    assert ink(known(""), name) == 0
    assert ink(known(text), name) > 3 * ink(known("."), name) > 0
    assert ink(known(text), name) != ink(known("\u25a1" * len(text)), name)  # what no font can draw


def test_each_language_names_questions_that_there_are() -> None:
    keys, sections = lists.intake().by_key, {one.key for one in lists.intake().sections}
    assert texts.languages() == ("en", "es", "ht", "zh-hans", "ar", "pa")
    for language in texts.languages():
        words = texts.words(language)
        assert set(words.fixed) == set(texts.words("en").fixed)
        assert set(words.translated.get("questions", {})) <= set(keys)
        assert set(words.translated.get("sections", {})) <= sections
        for key, choices in words.translated.get("choices", {}).items():
            assert set(choices) == keys[key].offered
    assert [one for one in texts.languages() if texts.words(one).reviewed] == ["en"]
