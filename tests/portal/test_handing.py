"""Documents that families send from their phones: checked, kept apart until somebody takes them, or refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Case, Task
from casework.documents.models import Document, File, FilePart
from casework.documents.wording import WORDS
from casework.portal import handing, words
from casework.portal.models import FamilyWord
from casework.portal.words import LANGUAGES
from tests.cases.planting import open_case, speaking
from tests.documents import hostile
from tests.portal.planting import entered, forget_tries, invite, text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
HERE, SPOKEN = "/p/es/send/", words.of("es").words
PHOTO = hostile.picture("JPEG")


@pytest.fixture
def case(cast: Cast) -> Case:
    forget_tries()
    return open_case(cast["attorney"], given_names="Canary")


@pytest.fixture
def family(cast: Cast, case: Case) -> Client:
    return entered(invite(cast["attorney"], case))


def send(client: Client, content: bytes, name: str = "acta de nacimiento.jpg") -> Any:
    return client.post(HERE, {"file": SimpleUploadedFile(name, content)})


def every(model: Any) -> list[Any]:
    with window("test"):
        return list(model.objects.select_related("case"))


def at(case: Case, name: str, *ids: Any) -> str:
    return reverse(name, args=[case.pk, *ids])


def open_tasks(cast: Cast, case: Case) -> list[Task]:
    with speaking(cast["attorney"]) as ada:
        return list(Task.objects.visible_to(ada).filter(case=case, rule="portal.document", done_at=None))


def test_it_waits_for_the_team_with_a_receipt_and_a_task(cast: Cast, case: Case, family: Client, enter: Any) -> None:
    assert f'href="{HERE}"' in text(family)
    assert SPOKEN["file_help"] in family.get(HERE).content.decode()
    answer = send(family, PHOTO)
    receipt = answer.headers["Location"].removeprefix(f"{HERE}?sent=")
    assert f"Su recibo: {receipt}." in family.get(answer.headers["Location"]).content.decode()
    [document], [file], [word] = every(Document), every(File), every(FamilyWord)
    assert (word.receipt, word.document_id, word.text) == (receipt, document.pk, "acta de nacimiento.jpg")
    assert (file.state, file.source, file.media_type, file.number) == ("quarantined", "family", "image/jpeg", 1)
    assert (document.name, document.tier, document.kind) == ("acta de nacimiento", 2, "other_document")
    with speaking(cast["attorney"]) as ada:
        [task] = Task.objects.visible_to(ada).filter(case=case, rule="portal.document")
        assert (task.cause, task.assignee_id) == (word.pk, ada.membership_id)
    lines = list(Entry.objects.filter(verb__in=["window.handed_in", "document.added"]))
    assert [(one.verb, one.actor_kind, one.basis, one.case_id) for one in lines] == [
        ("window.handed_in", "family", "family", case.pk)
    ]
    staff = enter("attorney")
    listed = staff.get(at(case, "case_family")).content.decode()
    assert f'href="{at(case, "document", document.pk)}"' in listed
    page = staff.get(at(case, "document", document.pk)).content.decode()
    assert ("Accept it" in page, "Refuse it" in page, "Family" in page) == (True, True, True)
    assert staff.get(at(case, "download_document", document.pk, file.pk)).status_code == 404


def test_somebody_takes_it_and_it_is_a_document_like_all_others(
    cast: Cast, case: Case, family: Client, enter: Any
) -> None:
    send(family, PHOTO)
    assert len(open_tasks(cast, case)) == 1
    [document], [file] = every(Document), every(File)
    staff = enter("paralegal")
    staff.post(at(case, "check_document", document.pk))
    assert staff.get(at(case, "download_document", document.pk, file.pk)).content == PHOTO
    assert every(File)[0].pages == 1
    assert open_tasks(cast, case) == []
    assert Entry.objects.filter(verb="document.checked", case_id=case.pk).count() == 1
    refused = staff.post(at(case, "refuse_document", document.pk), follow=True).content.decode()
    assert "Only what a family sent and nobody has taken yet is refused." in refused


def test_somebody_refuses_it_and_nothing_of_it_is_kept(cast: Cast, case: Case, family: Client, enter: Any) -> None:
    send(family, PHOTO)
    [document] = every(Document)
    staff = enter("attorney")
    page = staff.post(at(case, "refuse_document", document.pk), follow=True).content.decode()
    assert "The family sent it, and the team did not take it." in page
    assert ([(one.state, one.reason) for one in every(File)], every(FilePart)) == ([("refused", "unwanted")], [])
    assert Entry.objects.filter(verb="document.refused", case_id=case.pk).count() == 1
    assert open_tasks(cast, case) == []


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.gif", b"GIF89a", "file_kind"), ("a.html", b"<html>", "file_kind"), ("a.jpg.exe", PHOTO, "file_kind"),
        ("a.pdf", hostile.action("JavaScript", JS="app.alert(1)"), "file_broken"), ("a.jpg", PHOTO[:60], "file_broken"),
        ("a.jpg", b"", "file_broken"),
    ],
)  # fmt: skip
def test_what_is_not_taken_says_what_to_do_in_their_language(
    family: Client, name: str, content: bytes, word: str
) -> None:
    answer = send(family, content, name)
    assert (answer.status_code, SPOKEN[word] in answer.content.decode()) == (200, True)
    assert (every(Document), every(FamilyWord)) == ([], [])


def test_without_a_file_and_with_one_that_is_too_large(family: Client) -> None:
    assert SPOKEN["file_none"] in family.post(HERE).content.decode()
    large = send(family, PHOTO + b"\0" * (handing.MOST_BYTES + 8192))
    assert (large.status_code, SPOKEN["file_large"] in large.content.decode()) == (200, True)
    assert every(Document) == []


def test_a_check_that_does_not_end_leaves_it_to_whoever_takes_it(
    case: Case, family: Client, enter: Any, settings: Any
) -> None:
    settings.CHECK_SECONDS = (0.0, 0.0)
    assert send(family, hostile.action("JavaScript", JS="app.alert(1)"), "a.pdf").status_code == 302
    [document] = every(Document)
    enter("attorney").post(at(case, "check_document", document.pk))
    assert [(one.state, one.reason) for one in every(File)] == [("refused", "script")]


def test_a_consent_that_does_not_cover_documents_takes_none(cast: Cast, case: Case) -> None:
    client = entered(invite(cast["attorney"], case, subjects=["custody", "hearings", "next_steps"]))
    assert HERE not in text(client)
    assert [client.get(HERE).headers["Location"], send(client, PHOTO).headers["Location"]] == ["/p/es/"] * 2
    assert Client().get(HERE).status_code == 403
    assert every(Document) == []


def test_too_many_of_a_day_ask_for_a_call(family: Client) -> None:
    for _each in range(20):
        send(family, b"GIF89a", "a.gif")
    answer = send(family, PHOTO)
    assert (answer.status_code, "Queremos hablar con usted." in answer.content.decode()) == (429, True)
    assert every(Document) == []
    forget_tries()


def test_a_case_without_room_takes_none(family: Client, case: Case) -> None:
    send(family, PHOTO)
    with window("planting"):
        File.objects.update(size=500 * 1024 * 1024)
    assert send(family, PHOTO).status_code == 429
    assert len(every(Document)) == 1
    forget_tries()


def test_nothing_of_it_stands_in_clear(family: Client) -> None:
    """As the pages of the database would show it."""
    send(family, b"%PDF-1.4 " + b"CANARY" * 9, "CANARY.gif.pdf")
    send(family, PHOTO, "CANARY.jpg")
    with connection.cursor() as cursor:
        found = []
        for table in ("documents_document", "documents_file", "documents_filepart", "portal_familyword"):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%CANARY%%'")  # noqa: S608
            found.append(cursor.fetchone()[0])
    assert found == [0, 0, 0, 0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_word(language: str) -> None:
    said = words.of(language).words
    assert {handing.why(reason) for reason in WORDS} <= set(said)
    assert {"hand_in", "file", "file_help", "file_none"} <= set(said)
