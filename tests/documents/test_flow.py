"""Documents as people bring and read them: upload, preview, download, versions, changes, withdrawing."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.documents.models import Document, File, FilePart, PagePicture
from casework.vault import keys, rotation
from tests.cases.planting import open_case
from tests.desk.test_caseload import queries, text
from tests.documents import hostile

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
CANARY = "KanariOfADocument"


def at(case: Case, *more: object) -> str:
    return f"/cases/{case.pk}/documents/" + "".join(f"{one}/" for one in more)


def bring(client: Client, case: Case, *files: tuple[str, bytes], **typed: Any) -> Any:
    given = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(at(case), {"kind": "court_order", "tier": "", "chosen": given} | typed, follow=True)


def every(model: Any) -> list[Any]:
    with window("test"):
        return list(model.objects.select_related("case").order_by("pk"))


def one_document(enter: Enter, case: Case, who: str = "attorney", **typed: Any) -> Document:
    made = hostile.paper(lambda paper: paper.docinfo.__setitem__("/Title", CANARY), pages=2)
    bring(enter(who), case, (f"{CANARY}.pdf", made), **typed)
    found: Document = every(Document)[-1]
    return found


def verbs() -> list[str]:
    return list(Entry.objects.filter(verb__startswith="document.").order_by("at").values_list("verb", flat=True))


def test_good_files_stay_and_each_bad_one_says_why(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"], given_names="Rosa"), enter("attorney")
    shown = bring(
        client, case, ("order.pdf", hostile.paper()), ("photo.png", hostile.picture("PNG")),
        ("x.pdf", hostile.action("JavaScript", JS="app.alert(1)")), ("page.pdf", b"<html>"),
    ).content.decode()  # fmt: skip
    assert "2 documents were added." in shown
    assert "2 files were not kept. This page says why." in shown
    assert "The PDF runs a script (JavaScript)." in shown
    assert "It is a web page or drawing with code, not a document." in shown
    states = sorted((one.state, one.reason, one.media_type, one.pages) for one in every(File))
    assert states == [
        ("clean", "", "application/pdf", 1), ("clean", "", "image/png", 1), ("refused", "script", "application/pdf", 0),
        ("refused", "web_page", "", 0),
    ]  # fmt: skip
    kept = {one.file_id for one in every(FilePart)}
    assert kept == {one.pk for one in every(File) if one.state == "clean"}
    assert verbs() == ["document.added"] * 4


def test_what_was_brought_leaves_as_it_came_and_as_an_attachment_alone(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    whole = hostile.paper(pages=3)
    bring(client, case, ("x.pdf", whole), name="Órden\u202e de <custodia>")
    document, file = every(Document)[0], every(File)[0]
    answer = client.get(at(case, document.pk, "files", file.pk))
    assert answer.content == whole
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"_rden de custodia.pdf\"; filename*=UTF-8''%C3%93rden%20de%20custodia.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert verbs() == ["document.added", "document.downloaded"]


def test_a_page_is_a_picture_of_ours_without_the_place_of_the_photograph(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = CANARY, {1: "N", 2: (34.0, 3.0, 0.0)}
    bring(client, case, ("photo.jpg", hostile.picture(exif=exif.tobytes(), size=(1800, 900))))
    document, file = every(Document)[0], every(File)[0]
    answer = client.get(at(case, document.pk, "files", file.pk, "pages", 1))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    with Image.open(io.BytesIO(answer.content)) as drawn:
        assert (drawn.format, drawn.width, dict(drawn.getexif())) == ("WEBP", 1240, {})
    assert CANARY.encode() not in answer.content
    assert len(every(PagePicture)) == 1
    assert client.get(at(case, document.pk, "files", file.pk, "pages", 1)).content == answer.content
    assert client.get(at(case, document.pk, "files", file.pk, "pages", 2)).status_code == 404
    assert verbs().count("document.previewed") == 2


def test_another_version_leaves_the_one_before(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    document = one_document(enter, case)
    second = hostile.paper(pages=5)
    page = client.post(at(case, document.pk, "versions"), {"chosen": SimpleUploadedFile("b.pdf", second)}, follow=True)
    assert "Version 2" in page.content.decode()
    files = sorted(every(File), key=lambda one: one.number)
    assert [(one.number, one.pages, one.is_clean) for one in files] == [(1, 2, True), (2, 5, True)]
    assert client.get(at(case, document.pk, "files", files[0].pk)).status_code == 200
    assert client.get(at(case, document.pk, "files", files[1].pk)).content == second
    again = client.post(at(case, document.pk, "versions"), {"chosen": SimpleUploadedFile("b.pdf", second)}, follow=True)
    assert "1 file is on this case already, and was not added again." in again.content.decode()


def test_it_is_changed_withdrawn_and_put_back(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    document = one_document(enter, case)
    typed = {"name": "Bond order", "kind": "court_filing", "tier": 3, "version": 1}
    assert client.post(at(case, document.pk, "change"), typed).status_code == 302
    again = client.post(at(case, document.pk, "change"), typed | {"name": "Another"})
    assert again.status_code == 409
    line = Entry.objects.get(verb="document.tier_changed").pk
    client.post(at(case, document.pk, "undo", line))
    row = every(Document)[0]
    assert (row.name, row.kind, row.tier) == (CANARY, "court_order", 2)
    client.post(at(case, document.pk, "withdraw"))
    assert "1 document that was withdrawn" in text(client, at(case))
    client.post(at(case, document.pk, "restore"))
    assert [one.withdrawn for one in every(Document)] == [False]
    activity = text(client, f"/cases/{case.pk}/activity/")
    assert "Withdrew a document" in activity
    assert "Put a withdrawn document back" in activity


def test_a_document_of_counsel_is_counsels(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    document = one_document(enter, case, kind="medical")
    assert document.tier == 3
    file = every(File)[0]
    for address in (at(case, document.pk), at(case, document.pk, "files", file.pk)):
        assert enter("attorney").get(address).status_code == 200
        assert enter("paralegal").get(address).status_code == 404  # sees the case, and is not on its team
    assert CANARY not in text(enter("paralegal"), at(case))


def test_no_byte_of_it_stands_in_clear_and_it_follows_its_keys(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    document = one_document(enter, case)
    file = every(File)[0]
    client.get(at(case, document.pk, "files", file.pk, "pages", 1))
    with connection.cursor() as cursor:
        for table in ("document", "file", "filepart", "pagepicture"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM documents_{table} t")  # noqa: S608 (our own names)
            stands = str(cursor.fetchone()[0])
            for canary in (CANARY, CANARY.encode().hex(), b"%PDF-".hex(), b"WEBP".hex(), file.checksum):
                assert canary not in stands, (table, canary)
    before = client.get(at(case, document.pk, "files", file.pk)).content
    with window("test"):
        done = rotation.rotate(case.organization_id, case.person_id)
        assert done.locked == 0
        assert len(rotation.values_by_key(case.person_id)) == 1
    assert client.get(at(case, document.pk, "files", file.pk)).content == before
    with window("test"):
        keys.shred(case.organization_id, case.person_id)
        keys.forget()
    assert client.get(at(case, document.pk, "files", file.pk)).status_code in {404, 410}


def test_swapped_bytes_are_not_given_out(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    bring(client, case, ("a.pdf", hostile.paper(pages=1)), ("b.pdf", hostile.paper(pages=2)))
    first, second = every(FilePart)
    with connection.cursor() as cursor:
        swap = "UPDATE documents_filepart SET content = %s WHERE id = %s"
        cursor.execute("SELECT content FROM documents_filepart WHERE id = %s", [second.pk])
        cursor.execute(swap, [cursor.fetchone()[0], first.pk])
    answer = client.get(at(case, first.document_id, "files", first.file_id))
    assert answer.status_code == 410
    assert "This file does not open" in answer.content.decode()
    assert client.get(at(case, second.document_id, "files", second.file_id)).status_code == 200


def test_what_is_in_quarantine_is_opened_by_nobody_until_it_was_checked(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    document = one_document(enter, case)
    file = every(File)[0]
    with window("test"):
        File.objects.update(state="quarantined", pages=0)
    assert client.get(at(case, document.pk, "files", file.pk)).status_code == 404
    assert "In quarantine" in text(client, at(case))
    client.post(at(case, document.pk, "check"))
    assert [(one.state, one.pages) for one in every(File)] == [("clean", 2)]
    assert "document.checked" in verbs()


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(enter: Enter, cast: Cast, many: int) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    bring(client, case, *((f"{number}.pdf", hostile.paper(pages=number + 1)) for number in range(many)))
    assert queries(client, at(case)) == 16


def test_an_empty_list_says_how_to_begin(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    assert "No documents yet" in text(enter("attorney"), at(case))


def test_what_is_too_large_or_missing_is_said_at_the_field(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    nothing = client.post(at(case), {"kind": "letter"}).content.decode()
    assert "Choose a file, or take a photograph." in nothing
    large = SimpleUploadedFile("a.pdf", b"%PDF-" + bytes(61 * 1024**2))
    found = client.post(at(case), {"kind": "letter", "chosen": large}).content.decode()
    assert "These files are larger than 60 MB together. Upload fewer at once." in found
    eleven = [SimpleUploadedFile(f"{number}.pdf", b"x") for number in range(11)]
    assert "Too many files at once." in client.post(at(case), {"kind": "letter", "chosen": eleven}).content.decode()
    assert every(Document) == []
