"""Paper that comes back: a form is made, filled in by another program, brought, looked at, taken over."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.desk.intake.paper_forms import PaperForm
from casework.documents import rules
from casework.documents.models import Document
from casework.intake.models import Answer, Packet
from casework.intake.paper import printing
from casework.intake.paper.printing import Order
from casework.intake.questions import lists
from tests.desk.test_intake import answers, begun
from tests.documents import hostile
from tests.programs import pypdf as filled

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
SECTIONS = ["identity"]


def laid_out(case: Case) -> None:
    """As the worker does it: each form that was asked for and is not there yet."""
    with window("looking"):
        rows = list(Packet.objects.filter(case=case).select_related("case__organization"))
    for one in rows:
        printing.lay_out(
            Order(
                one.set_version, tuple(one.sections), tuple(one.languages), one.asked_by, one.highest, tuple(one.off),
                one.case.organization.name,
            )
        )  # fmt: skip


def made(client: Client, case: Case, **chosen: Any) -> bytes:
    given = {"language": "en", "second": "", "sections": SECTIONS} | chosen
    answer = client.post(f"/intake/{case.pk}/paper/", given)
    assert answer.status_code == 302, answer.content.decode()
    laid_out(case)
    file = client.get(answer["Location"])
    assert file["Content-Type"] == "application/pdf"
    return bytes(file.content)


def brought(client: Client, case: Case, content: bytes, name: str = "form.pdf") -> Any:
    return client.post(f"/intake/{case.pk}/paper/returned/", {"file": SimpleUploadedFile(name, content)}, follow=True)


@pytest.fixture
def vic(enter: Enter) -> Client:
    return enter("volunteer")


def test_three_answers_come_back_from_paper(vic: Client) -> None:
    case = begun(vic)
    form = made(vic, case)
    back = filled(form, {
        "person_name__given_names": "Domingo", "place_of_birth": "Chajul, El Quiché", "country_of_birth": "Guatemala",
        "minor": "adult",
    })  # fmt: skip
    review = brought(vic, case, back)
    page = review.content.decode()
    assert "Chajul, El Quiché" in page
    assert page.count('name="take"') == 4
    assert answers(case) == {"incident_place": {"street": "Alameda St"}}
    address = review.redirect_chain[-1][0]
    after = vic.post(address, {"take": ["person_name", "place_of_birth", "country_of_birth"]}, follow=True)
    assert "3 answers were taken over." in after.content.decode()
    assert answers(case) == {
        "incident_place": {"street": "Alameda St"}, "person_name": {"given_names": "Domingo"},
        "place_of_birth": "Chajul, El Quiché", "country_of_birth": "GT",
    }  # fmt: skip
    with window("looking"):
        assert set(Answer.objects.filter(case=case).exclude(key="incident_place").values_list("source", flat=True)) == {
            "paper"
        }
    assert "Chajul, El Quiché" in vic.get(f"/cases/{case.pk}/intake/").content.decode()
    verbs = list(Entry.objects.filter(case_id=case.pk).values_list("verb", flat=True))
    assert [verbs.count(one) for one in ("packet.made", "packet.printed", "document.added")] == [1, 1, 1]


def test_the_page_that_waits_for_a_form_fetches_it_and_says_that_it_is_there(vic: Client) -> None:
    """A file leaves the page as it was: it would say for good that the form is being made."""
    case = begun(vic)
    address = vic.post(f"/intake/{case.pk}/paper/", {"language": "en", "second": "", "sections": SECTIONS})["Location"]
    for asked in (address, f"{address}?again=1"):
        waiting = vic.get(asked)
        assert (waiting.headers["Refresh"], "The form is being made" in waiting.content.decode()) == (
            "3; url=?again=1",
            True,
        )
    laid_out(case)
    there = vic.get(f"{address}?again=1")
    assert (there.headers["Refresh"], "The form is there" in there.content.decode()) == (f"0; url={address}", True)
    with window("looking"):
        assert not Entry.objects.filter(case_id=case.pk, verb="packet.printed").exists()
    assert vic.get(address)["Content-Type"] == "application/pdf"


def test_so_does_the_page_that_waits_for_a_blank_one(vic: Client) -> None:
    asked = "/intake/blank/?language=en&second=&sections=identity"
    assert vic.get(asked).headers["Refresh"] == "3; url=?language=en&second=&sections=identity&again=1"
    case = begun(vic)
    made(vic, case)
    there = vic.get(f"{asked}&again=1")
    assert there.headers["Refresh"] == f"0; url={asked}"
    assert vic.get(asked)["Content-Type"] == "application/pdf"


def test_a_form_that_a_viewer_blew_up_is_taken(vic: Client) -> None:
    """The page says 30 MB, and other forms of the product take eight."""
    case = begun(vic)
    body, mark, end = filled(made(vic, case), {"place_of_birth": "Chajul"}).rpartition(b"startxref")
    review = brought(vic, case, body + b"%" + b"x" * 12_000_000 + b"\n" + mark + end)
    assert "Chajul" in review.content.decode()


def test_a_form_of_another_case_is_refused_and_names_nobody(vic: Client) -> None:
    first, second = begun(vic), begun(vic)
    assert first.pk != second.pk
    said = brought(vic, second, made(vic, first, sections=["ending"])).content.decode()
    assert "This form was printed for another case." in said
    assert documents() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (hostile.action("JavaScript", JS="app.alert(1)"), "The PDF runs a script (JavaScript)."),
        (b"<html>", "It is a web page or drawing with code, not a document."),
        (hostile.paper()[:400], "The end of the file is missing."),
    ],
)
def test_bad_files_are_refused_with_a_reason(vic: Client, content: bytes, words: str) -> None:
    assert words in brought(vic, begun(vic), content).content.decode()
    assert documents() == []


def test_paper_without_fields_is_typed_beside_its_pages(vic: Client) -> None:
    case = begun(vic)
    page = brought(vic, case, hostile.picture(), "paper.jpg")
    shown = page.content.decode()
    assert "Type what stands on it." in shown
    assert "/pages/1/" in shown
    address = page.redirect_chain[-1][0]
    vic.post(f"{address}?type=1&part=identity", {"place_of_birth-seen": "0", "place_of_birth": "Nebaj"})
    with window("looking"):
        row = Answer.objects.select_related("case").get(case=case, key="place_of_birth")
    assert (row.value, row.source) == ("Nebaj", "paper")


def test_a_form_that_was_locked_with_a_password_is_refused(vic: Client) -> None:
    case, writer = begun(vic), PdfWriter(clone_from=io.BytesIO(hostile.paper()))
    writer.encrypt("", owner_password="kept to herself", algorithm="AES-256")
    locked = io.BytesIO()
    writer.write(locked)
    said = brought(vic, case, locked.getvalue()).content.decode()
    assert "It is encrypted, or locked with a password." in said
    assert "Save as PDF" in said
    assert documents() == []


def test_a_form_that_is_too_large_is_refused(vic: Client) -> None:
    case = begun(vic)
    said = brought(vic, case, hostile.paper() + b"\0" * rules.MOST_BYTES).content.decode()
    assert "The file is larger than 30 MB. Scan it in black and white" in said
    assert documents() == []


def test_a_form_that_was_flattened_is_typed_beside_its_pages(vic: Client) -> None:
    case = begun(vic)
    with pikepdf.open(io.BytesIO(filled(made(vic, case), {"place_of_birth": "Chajul"}))) as paper:
        paper.flatten_annotations("all")
        for page in paper.pages:
            del page["/Annots"]
        flat = io.BytesIO()
        paper.save(flat)
    shown = brought(vic, case, flat.getvalue()).content.decode()
    assert "it was written by hand, printed or flattened" in shown
    assert "/pages/1/" in shown
    assert [one.kind for one in documents()] == ["intake_form"]
    assert answers(case) == {"incident_place": {"street": "Alameda St"}}


def documents() -> list[Document]:
    with window("looking"):
        return list(Document.objects.all())


def test_a_form_of_an_older_version_maps_forward(vic: Client) -> None:
    """What is still asked can be taken over; what is not asked any more is shown and not dropped."""
    case = begun(vic)
    with pikepdf.open(io.BytesIO(filled(made(vic, case), {"place_of_birth": "Chajul", "gender": "woman"}))) as paper:
        fields = {str(one.T): one for one in paper.Root.AcroForm.Fields}
        said = str(fields["casework_form"].V)
        assert said.startswith("intake/1/")
        fields["casework_form"].V = pikepdf.String(said.replace("intake/1/", "intake/0/"))
        fields["name_in_use"].T, fields["name_in_use"].V = pikepdf.String("asked_long_ago"), pikepdf.String("Old words")
        older = io.BytesIO()
        paper.save(older)
    review = brought(vic, case, older.getvalue())
    page = review.content.decode()
    assert "This form is of an older version of the questions." in page
    assert page.index("Fields of no question") < page.index("asked_long_ago") < page.index("Old words")
    vic.post(review.redirect_chain[-1][0], {"take": ["place_of_birth", "gender", "asked_long_ago"]})
    assert answers(case) == {"incident_place": {"street": "Alameda St"}, "place_of_birth": "Chajul", "gender": "woman"}


def photographed(form: bytes, page: int, *, turned: float = 0) -> bytes:
    """A page as somebody photographs it: askew, small, and saved poorly."""
    sheet = pypdfium2.PdfDocument(form)[page].render(scale=1.6).to_pil().convert("RGB")
    made = io.BytesIO()
    sheet.rotate(turned, expand=True, fillcolor="gray").save(made, "JPEG", quality=40)
    return made.getvalue()


@pytest.mark.parametrize("turned", [0, 7, 180])
def test_a_photograph_is_matched_to_its_page_by_its_square_code(vic: Client, turned: float) -> None:
    case = begun(vic)
    form = made(vic, case, sections=["identity", "ending"])
    with pikepdf.open(io.BytesIO(form)) as paper:
        last = len(paper.pages) - 1
    photo = brought(vic, case, photographed(form, last, turned=turned), "photo.jpg")
    assert "The square codes say which pages these are" in photo.content.decode()
    assert "The square codes say" in vic.get(f"{address_of(case)}?type=1&part=ending").content.decode()
    first = brought(vic, case, photographed(form, 0, turned=turned), "first.jpg").content.decode()
    assert 'name="place_of_birth"' in first
    ending = vic.get(f"{address_of(case)}?type=1&part=ending").content.decode()
    assert "No square code of this section was read." in ending


def address_of(case: Case) -> str:
    with window("looking"):
        newest = Document.objects.filter(case=case).order_by("-added_at").first()
    assert newest
    return f"/intake/{case.pk}/paper/returned/{newest.pk}/"


def test_the_pages_of_a_scan_stand_first_where_their_section_is_typed(vic: Client) -> None:
    case = begun(vic)
    form, scan = made(vic, case, sections=["identity", "ending"]), pikepdf.new()
    with pikepdf.open(io.BytesIO(form)) as paper:
        pages = len(paper.pages)
    for number in range(pages):
        sheet = io.BytesIO()
        pypdfium2.PdfDocument(form)[number].render(scale=1.6).to_pil().convert("RGB").save(sheet, "PDF")
        with pikepdf.open(sheet) as one:
            scan.pages.extend(one.pages)
    scanned = io.BytesIO()
    scan.save(scanned)
    shown = brought(vic, case, scanned.getvalue(), "scan.pdf").content.decode()
    assert 'name="place_of_birth"' in shown
    assert shown.index("/pages/1/") < shown.index(f"/pages/{pages}/")
    ending = vic.get(f"{address_of(case)}?type=1&part=ending").content.decode()
    assert ending.index(f"/pages/{pages}/") < ending.index("/pages/1/")


def test_a_photograph_of_another_cases_form_is_refused(vic: Client) -> None:
    first, second = begun(vic), begun(vic)
    photo = photographed(made(vic, first, sections=["ending"]), 0)
    assert "This form was printed for another case." in brought(vic, second, photo, "photo.jpg").content.decode()
    assert documents() == []


@pytest.mark.parametrize(("chosen", "made_of"), [([], "all"), (["identity"], "identity")])
def test_a_form_is_whole_unless_sections_are_chosen(chosen: list[str], made_of: str) -> None:
    every = lists.intake().sections
    form = PaperForm(every, {"language": "en", "sections": chosen})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["sections"] == ([one.key for one in every] if made_of == "all" else [made_of])
