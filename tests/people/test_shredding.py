"""A shredded file opens for nobody any more, whatever of it was kept elsewhere, and the pages still stand."""

import io
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from casework.access import acts
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases.models import Case, Note
from casework.people.models import NameToken, Person
from casework.vault import keys, rotation
from casework.vault.fields import Locked
from casework.vault.models import FileKey
from tests.access.membership import actor_of
from tests.cases.planting import speaking
from tests.conftest import as_owner
from tests.vault import files
from tests.vault.files import again, blob, put

LOCKED = "Locked: cannot be opened"


@pytest.fixture(autouse=True)
def as_deploys_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests plant as the tables' owner, and the command looks whether it is one."""
    monkeypatch.setattr("casework.people.management.commands.shred_file.must_be_owner", lambda _command: None)


def shred(person_id: uuid.UUID, *options: str) -> str:
    out = io.StringIO()
    call_command("shred_file", str(person_id), "--reason", "Asked for by the family", *options, stdout=out)
    return out.getvalue()


@pytest.mark.django_db
def test_nothing_of_a_shredded_file_opens_any_more(cast: dict[str, User]) -> None:
    person, other = files.person(a_number="900000001", aliases=["Jesenia"]), files.person(a_number="900000001")
    note = files.note(files.case(person))
    kept = {name: blob(person, name) for name in ("given_names", "a_number")}
    assert shred(person.pk, "--yes") == "The file is shredded. Keys deleted: 1.\n"
    row = again(person)
    assert {getattr(row, name) for name in ("given_names", "first_surname", "a_number", "full_name")} == {LOCKED}
    assert isinstance(again(note).text, Locked)
    assert [bytes(key.wrapped) for key in FileKey.objects.filter(file_id=person.pk)] == [FileKey.GONE]
    assert (blob(person, "a_number_index"), blob(person, "given_names"), blob(note, "text")) == (None, b"", b"")
    with window("the test"):
        assert not NameToken.objects.filter(person_id=person.pk).exists()
        assert NameToken.objects.filter(person_id=other.pk).exists()
    assert again(other).a_number == "900000001"
    keys.of_organization(person.organization_id)  # the organization's key is there, and the old ciphertext
    for name, old in kept.items():
        put(person, name, old)
        assert isinstance(getattr(again(person), name), Locked)


@pytest.mark.django_db(transaction=True)
def test_a_request_that_was_under_way_does_not_bring_it_back() -> None:
    """It had opened the names and saves them afterwards."""
    with as_owner(), window("the test"):
        person = files.person()
        case = files.case(person, lead=Membership.objects.get(user__email="ada@north.example"))
        ada = actor_of(User.objects.get(email="ada@north.example"))

    def elsewhere() -> None:
        with as_owner():
            shred(person.pk, "--yes")
        connection.close()

    with acting(ada):
        row = Person.objects.visible_to(ada).get(pk=person.pk)
        assert row.full_name == "Yesenia Cuautle Tlahuel"
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
        with pytest.raises(keys.FileShredded), transaction.atomic():
            row.save(update_fields=["language"])
    with acting(ada):
        assert Person.objects.visible_to(ada).get(pk=person.pk).full_name == LOCKED
        assert blob(person, "given_names") == b""
        with pytest.raises(keys.FileShredded):
            files.note(case, "of the file")


@pytest.mark.django_db
def test_whoever_read_a_row_before_is_told_that_it_changed() -> None:
    """Also where nothing of it was known, and so nothing is sealed anew."""
    person = files.person(given_names="", first_surname="", second_surname="")
    row = again(person)
    assert shred(person.pk, "--yes") == "The file is shredded. Keys deleted: 0.\n"
    row.language = "quc"
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        row.save()
    row = again(person)
    row.given_names = "Yesenia"
    with pytest.raises(keys.FileShredded), transaction.atomic():
        row.save()
    assert (again(person).version, again(person).full_name) == (2, "")


@pytest.mark.django_db
def test_shredding_twice_and_rotating_make_no_key() -> None:
    person = files.person()
    assert [shred(person.pk, "--yes")[-3:] for _ in range(2)] == ["1.\n", "0.\n"]
    with window("the test"):
        assert rotation.rotate(person.organization_id, person.pk) == rotation.Done(person.pk, 0, 0)
    assert [retired for _key, retired in files.keys_of(person.pk)] == [False]
    with pytest.raises(keys.FileShredded):
        keys.of_file(person.organization_id, person.pk)


@pytest.mark.django_db
def test_what_is_written_in_a_shredded_file_is_refused_and_said(
    cast: dict[str, User], enter: Callable[[str], Client]
) -> None:
    person = files.person()
    case = files.case(person, lead=Membership.objects.get(user=cast["attorney"]))
    shred(person.pk, "--yes")
    client = enter("attorney")
    page = client.post(f"/cases/{case.pk}/notes/", {"text": "of the file", "kind": "call", "tier": "1"})
    assert (page.status_code, "This file was shredded" in page.content.decode()) == (410, True)
    with window("the test"):
        assert not Note.objects.exists()


@pytest.mark.django_db
def test_the_case_of_a_shredded_file_goes_on_without_details(
    cast: dict[str, User], enter: Callable[[str], Client]
) -> None:
    person = files.person()
    case = files.case(person, lead=Membership.objects.get(user=cast["attorney"]))
    shred(person.pk, "--yes")
    with speaking(cast["attorney"]) as ada:
        cases.accept(ada, Case.objects.visible_to(ada).get(pk=case.pk))
    (line,) = Entry.objects.filter(verb="case.accepted")
    assert (line.fields, line.detail) == (["stage", "reference"], None)


@pytest.mark.django_db
def test_the_audit_says_so_and_keeps_the_reason_sealed() -> None:
    person = files.person()
    shred(person.pk, "--yes")
    (line,) = Entry.objects.filter(verb="file.shredded")
    assert (line.object_id, line.file_id, line.actor_kind) == (person.pk, person.pk, "duty")
    assert b"family" not in bytes(line.detail or b"")
    assert acts.opened_details([line])[line.pk] == {"reason": "Asked for by the family"}


@pytest.mark.django_db
def test_pages_of_a_shredded_file_stand_and_say_it(cast: dict[str, User], enter: Callable[[str], Client]) -> None:
    person = files.person()
    lead = Membership.objects.get(user=cast["attorney"])
    case = files.case(person, lead=lead)
    files.note(case)
    client = enter("attorney")
    shred(person.pk, "--yes")
    for address in ("/cases/", f"/cases/{case.pk}/"):
        page = client.get(address)
        assert page.status_code == 200
        assert LOCKED in page.content.decode()
        assert "Yesenia" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "yes", str(uuid.UUID(int=7))])
def test_it_asks_first(monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    person = files.person()
    monkeypatch.setattr("builtins.input", lambda _words: typed)
    with pytest.raises(CommandError, match="Nothing was changed"):
        shred(person.pk)
    assert again(person).given_names == "Yesenia"
    monkeypatch.setattr("builtins.input", lambda _words: f" {person.pk} ")
    assert "Backups made before" in shred(person.pk)
    assert isinstance(again(person).given_names, Locked)


@pytest.mark.django_db
def test_somebody_who_is_not_there() -> None:
    with pytest.raises(CommandError, match="no person"):
        shred(uuid.uuid4(), "--yes")


@pytest.mark.django_db
def test_only_the_owner_shreds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    person: Any = files.person()
    with pytest.raises(CommandError, match="CASEWORK_DATABASE_ROLE=migrate"):
        shred(person.pk, "--yes")
    assert again(person).given_names == "Yesenia"
