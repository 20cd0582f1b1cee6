"""A shredded file opens for nobody any more, whatever of it was kept elsewhere, and the pages still stand."""

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from casework.access import acts
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.people.models import NameToken
from casework.vault import keys
from casework.vault.fields import Locked
from casework.vault.models import FileKey
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
    assert FileKey.objects.filter(file_id=person.pk).count() == 0
    assert blob(person, "a_number_index") is None
    with window("the test"):
        assert not NameToken.objects.filter(person_id=person.pk).exists()
        assert NameToken.objects.filter(person_id=other.pk).exists()
    assert again(other).a_number == "900000001"
    keys.of_organization(person.organization_id)  # the organization's key is there, and the old ciphertext
    for name, old in kept.items():
        put(person, name, old)
        assert isinstance(getattr(again(person), name), Locked)


@pytest.mark.django_db
def test_the_audit_says_so_and_keeps_the_reason_sealed() -> None:
    person = files.person()
    shred(person.pk, "--yes")
    (line,) = Entry.objects.filter(verb="file.shredded")
    assert (line.object_id, line.file_id, line.actor_kind) == (person.pk, person.pk, "duty")
    assert b"family" not in bytes(line.detail or b"")
    assert acts.opened_details([line])[line.pk] == {"reason": "Asked for by the family"}
    assert FileKey.objects.filter(file_id=person.pk).count() == 0


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
