"""New keys: everything opens before, during and after, whatever cuts it short, and no write is lost."""

import io
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from casework.access import acts
from casework.access.actor import duty
from casework.access.context import forgotten
from casework.access.doors import window
from casework.audit import actions as audit
from casework.audit.models import Entry
from casework.people.models import NameToken, Person
from casework.vault import keys, rotation
from casework.vault.fields import Locked
from casework.vault.models import FileKey, OrganizationKey
from tests.house.rooms import ROOT
from tests.vault import files
from tests.vault.files import again, blob

pytestmark = pytest.mark.django_db(transaction=True)
FULL = {"birth_date": date(1991, 4, 3), "a_number": "900000001", "aliases": ["Jesenia"]}
PER_FILE = 8  # six of the person, two notes


def planted(count: int, short_name: str = "NLA") -> list[Person]:
    people = []
    for _ in range(count):
        people.append(files.person(short_name, **FULL))
        case = files.case(people[-1])
        files.note(case, "First")
        files.note(case, "Second")
    return people


def rotate(*options: str) -> list[str]:
    out = io.StringIO()
    call_command("rotate_keys", *options, stdout=out)
    return out.getvalue().splitlines()


def reads(person: Person) -> list[Any]:
    """All that stands sealed in a file, as somebody reads it who holds no key yet."""
    with forgotten(), window("the test"):
        row = Person.objects.get(pk=person.pk)
        notes = [note.text for case in row.cases.all() for note in case.notes.order_by("written_at")]
        filled = [field.name for field in row.sealed_fields() if field.name in files.NAMES | FULL]
        return [*(getattr(row, name) for name in filled), row.version, *notes]


WHOLE = [*files.NAMES.values(), FULL["aliases"], FULL["birth_date"], FULL["a_number"], 1, "First", "Second"]


def by_key(person: Person) -> dict[uuid.UUID, int]:
    with window("the test"):
        return dict(rotation.values_by_key(person.pk))


def current(person: Person) -> uuid.UUID:
    return FileKey.objects.get(file_id=person.pk, retired_at=None).pk


def all_rotated(people: list[Person]) -> bool:
    """Every value under the file's key of now, every key under the organization's of now, no older one left."""
    assert [reads(person) for person in people] == [WHOLE] * len(people)
    now = OrganizationKey.objects.get(organization_id=people[0].organization_id)
    return {FileKey.objects.exclude(organization_key=now).filter(organization_id=now.organization_id).count()} == {
        0
    } and all(by_key(person) == {current(person): PER_FILE} for person in people)


def lines(verb: str) -> list[uuid.UUID | None]:
    return list(Entry.objects.filter(verb=verb).order_by("at").values_list("object_id", flat=True))


def test_an_organization_gets_new_keys_and_everything_opens(deploying: dict[str, str]) -> None:
    people, (other,) = planted(3), planted(1, "SC")
    before = {person.pk: by_key(person) for person in people}
    assert before == {person.pk: {current(person): PER_FILE} for person in people}
    index, tokens = blob(people[0], "a_number_index"), NameToken.of(people[0].organization_id, "wana")
    there = by_key(other)
    said = rotate("--organization", "NLA")
    assert said[1:] == [
        "NLA: 3 files to do",
        "NLA: 3 files done, 0 remaining, 24 values",
        "NLA: done, old keys deleted: 1, values that do not open: 0",
    ]
    assert all_rotated(people)
    assert all(len(files.keys_of(person.pk)) == 2 for person in people)  # the older ones open lines of the audit
    assert all(before[person.pk].keys().isdisjoint(by_key(person)) for person in people)
    assert blob(people[0], "a_number_index") == index
    assert NameToken.of(people[0].organization_id, "wana") == tokens
    assert (by_key(other), reads(other)) == (there, WHOLE)
    assert lines("organization.keys_rotated") == [people[0].organization_id]


def test_one_file_gets_a_new_key(deploying: dict[str, str]) -> None:
    one, other = planted(2)
    before, there = current(one), by_key(other)
    assert rotate("--file", str(one.pk)) == ["1 file done, 8 values, values that do not open: 0"]
    assert current(one) != before
    assert (by_key(one), by_key(other)) == ({current(one): PER_FILE}, there)
    assert reads(one) == reads(other) == WHOLE
    assert lines("file.keys_rotated") == [one.pk]
    with pytest.raises(CommandError, match="no file with this id"):
        rotate("--file", str(uuid.uuid4()))


def test_all_organizations_and_what_was_begun_since_is_left_out(deploying: dict[str, str]) -> None:
    here, there = planted(1), planted(1, "SC")
    began = timezone.now()
    rotate("--organization", "NLA")
    key = current(here[0])
    said = rotate("--since", began.isoformat())
    assert "NLA: 0 files to do" in said
    assert "SC: 1 files to do" in said
    assert current(here[0]) == key
    assert all_rotated(here)
    assert all_rotated(there)
    rotate()
    assert current(here[0]) != key
    assert len(lines("organization.keys_rotated")) == 4


def test_lines_of_the_audit_keep_their_keys(deploying: dict[str, str]) -> None:
    (person,) = planted(1)
    organization, told = person.organization_id, {"changes": {"language": ["", "es"]}}
    entries = []
    for about in (acts.what(person), audit.What(organization)):
        with transaction.atomic():
            entries.append(uuid.uuid4())
            detail = acts.sealed_detail(told, about, entries[-1])
            audit.write(acts.who(duty("operator")), "x", about, detail=detail, entry_id=entries[-1])
    assert "old keys deleted: 0" in rotate("--organization", "NLA")[-1]
    assert "old keys deleted: 1" in rotate("--organization", "NLA")[-1]
    with forgotten(), transaction.atomic():
        assert list(acts.opened_details(Entry.objects.filter(pk__in=entries)).values()) == [told, told]
    assert OrganizationKey.objects.filter(organization_id=organization).count() == 2


class Cut(BaseException):
    """As an interruption from outside."""


@contextmanager
def cut_at(monkeypatch: pytest.MonkeyPatch, name: str, time: int, *, after: bool) -> Iterator[None]:
    """The function of the rotation is cut short when it is called so often, before or after what it does."""
    original, calls = getattr(rotation, name), []

    def function(*args: Any, **kwargs: Any) -> Any:
        calls.append(name)
        if len(calls) == time and not after:
            raise Cut
        found = original(*args, **kwargs)
        if len(calls) == time:
            raise Cut
        return found

    with monkeypatch.context() as patch:
        patch.setattr(rotation, name, function)
        with pytest.raises(Cut):
            yield


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("name", "time"), [("begin", 1), ("rotate", 1), ("rotate", 2), ("_wrap_anew", 2), ("_seal_anew", 3), ("finish", 1)]
)
def test_cut_short_anywhere_it_goes_on(
    deploying: dict[str, str], monkeypatch: pytest.MonkeyPatch, name: str, time: int, after: bool
) -> None:
    people, began = planted(3), timezone.now()
    with cut_at(monkeypatch, name, time, after=after):
        rotate("--organization", "NLA")
    assert [reads(person) for person in people] == [WHOLE] * 3
    assert [sum(by_key(person).values()) for person in people] == [PER_FILE] * 3
    assert all(len(by_key(person)) == 1 for person in people)  # a file is done or not
    rotate("--organization", "NLA", "--since", began.isoformat())
    assert all_rotated(people)
    assert all(len(files.keys_of(person.pk)) == 2 for person in people)
    assert len(lines("organization.keys_rotated")) == 1


def test_killed_anywhere_it_goes_on(deploying: dict[str, str]) -> None:
    """A process of its own, killed when it has told of the first files; then again; then left to end."""
    people, began = planted(12), timezone.now().isoformat()
    line = "import casework.vault.rotation as r, sys; original = r.rotate\n" + (
        "def told(*args):\n    done = original(*args)\n    print('file', flush=True)\n    sys.stdin.readline()\n"
        "    return done\nr.rotate = told\n"
        "from django.core.management import execute_from_command_line as run\n"
        f"run(['manage.py', 'rotate_keys', '--organization', 'NLA', '--since', {began!r}])"
    )
    code = "import os, django; django.setup()\n" + line
    connection.close()
    for files_until_killed in (1, 4):
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, env=deploying, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin
        assert process.stdout
        seen = 0
        for said in process.stdout:
            seen += said == "file\n"
            if seen == files_until_killed:
                break
            if said == "file\n":
                process.stdin.write("\n")
                process.stdin.flush()
        process.kill()
        assert process.wait() == -9
        process.stdin.close()
        process.stdout.close()
        assert [reads(person) for person in people] == [WHOLE] * 12
    assert rotation.remaining(people[0].organization_id) == 12 - 5
    rotate("--organization", "NLA", "--since", began)
    assert all_rotated(people)
    assert len(lines("organization.keys_rotated")) == 1


class Elsewhere(threading.Thread):
    """Runs it over a connection of its own."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function, self.error = function, ""
        self.start()

    def run(self) -> None:
        try:
            self.function()
        except BaseException as error:  # noqa: BLE001 (the test tells)
            self.error = repr(error)
        finally:
            connection.close()


def test_whoever_writes_meanwhile_loses_nothing(deploying: dict[str, str]) -> None:
    """A writer holds the file: the rotation waits for what it wrote, and seals that, too."""
    (person,) = planted(1)
    holds, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic(), window("the test"):
            row = Person.objects.get(pk=person.pk)
            row.given_names = "Ana"
            row.save()
            files.note(row.cases.get(), "Third")
            holds.set()
            assert may_end.wait(20)

    writer = Elsewhere(write)
    assert holds.wait(20)
    rotating = Elsewhere(lambda: rotate("--organization", "NLA"))
    rotating.join(1.2)  # it tries again and again
    assert rotating.is_alive()
    assert reads(person) == WHOLE  # and nobody waits to read
    may_end.set()
    writer.join(20)
    rotating.join(30)
    assert (writer.error, rotating.error, rotating.is_alive()) == ("", "", False)
    found = ["Ana", *WHOLE[1:6], 2, "First", "Second", "Third"]
    assert reads(person) == found
    assert by_key(person) == {current(person): PER_FILE + 1}


def test_whoever_comes_during_the_rotation_of_the_file_writes_under_the_new_key(
    deploying: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among them one who had read the row before: the version did not change."""
    (person,) = planted(1)
    row, before = again(person), current(person)
    row.given_names = "Ana"
    started, original = threading.Event(), rotation._seal_anew
    threads: list[Elsewhere] = []

    def write() -> None:
        with transaction.atomic(), window("the test"):
            started.set()
            row.save()
            files.note(row.cases.get(), "Third")

    def slowly(*args: Any) -> Any:
        if not threads:
            threads.append(Elsewhere(write))
            assert started.wait(20)
            threads[0].join(0.3)
            assert (threads[0].error, threads[0].is_alive()) == ("", True)
            assert [reads(person)] == [WHOLE]
        return original(*args)

    monkeypatch.setattr(rotation, "_seal_anew", slowly)
    rotate("--organization", "NLA")
    threads[0].join(20)
    assert reads(person) == ["Ana", *WHOLE[1:6], 2, "First", "Second", "Third"]
    assert by_key(person) == {current(person): PER_FILE + 1}
    assert current(person) != before


def test_what_does_not_open_stays_and_is_counted(deploying: dict[str, str]) -> None:
    (person,) = planted(1)
    damaged = bytearray(blob(person, "first_surname") or b"")
    damaged[-1] ^= 1
    files.put(person, "first_surname", bytes(damaged))
    assert "values that do not open: 1" in rotate("--organization", "NLA")[-1]
    assert blob(person, "first_surname") == bytes(damaged)
    assert isinstance(reads(person)[1], Locked)
    assert reads(person)[2:] == WHOLE[2:]


def test_a_key_that_was_tampered_with_does_not_hold_up_the_others(deploying: dict[str, str]) -> None:
    broken, *people = planted(3)
    FileKey.objects.filter(file_id=broken.pk).update(wrapped=b"\x02" + bytes(60))
    for _ in range(2):
        rotate("--organization", "NLA")
        assert [reads(person) for person in people] == [WHOLE] * 2
    assert isinstance(reads(broken)[0], Locked)
    assert all(len(files.keys_of(person.pk)) == 3 for person in people)


def test_a_file_opened_meanwhile_is_under_the_new_key(deploying: dict[str, str]) -> None:
    people = planted(1)
    rotate("--organization", "NLA")
    people += planted(1)
    assert rotation.remaining(people[0].organization_id) == 0
    assert all_rotated(people)


def test_a_shredded_file_gets_no_key_and_holds_no_older_one_up(deploying: dict[str, str]) -> None:
    gone, person = planted(2)
    keys_shredded = keys.shred(gone.organization_id, gone.pk)
    said = rotate("--organization", "NLA")
    assert (keys_shredded, said[1], said[-1][:28]) == (1, "NLA: 1 files to do", "NLA: done, old keys deleted:")
    assert OrganizationKey.objects.filter(organization_id=gone.organization_id).count() == 1
    assert [bytes(key.wrapped) for key in FileKey.objects.filter(file_id=gone.pk)] == [FileKey.GONE]
    with pytest.raises(CommandError, match="was shredded"):
        rotate("--file", str(gone.pk))
    assert reads(person) == WHOLE


def test_a_file_that_is_shredded_while_it_waits_gets_no_key(
    deploying: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted(planted(2), key=lambda person: person.pk)
    original = rotation.rotate

    def slowly(organization: uuid.UUID, file: uuid.UUID) -> Any:
        done = original(organization, file)
        if file == first.pk:
            with transaction.atomic():
                keys.shred(organization, second.pk)
        return done

    monkeypatch.setattr(rotation, "rotate", slowly)
    rotate("--organization", "NLA")
    assert [bytes(key.wrapped) for key in FileKey.objects.filter(file_id=second.pk)] == [FileKey.GONE]


def test_only_the_owner_rotates(transactional_db: None) -> None:
    with pytest.raises(CommandError, match="CASEWORK_DATABASE_ROLE=migrate"):
        rotate()


def test_mistakes_are_said(deploying: dict[str, str]) -> None:
    with pytest.raises(CommandError, match="no organization"):
        rotate("--organization", "XXX")
    with pytest.raises(CommandError, match="time zone"):
        rotate("--since", "2026-11-22T05:00")


def test_with_another_root_key_nothing_is_rotated(deploying: dict[str, str], settings: Any) -> None:
    (person,) = planted(1)
    before = current(person)
    right, settings.VAULT_ROOT_KEY = settings.VAULT_ROOT_KEY, "b" * 43 + "="
    with pytest.raises(CommandError, match="right root key"):
        rotate("--organization", "NLA")
    settings.VAULT_ROOT_KEY = right
    assert (current(person), reads(person)) == (before, WHOLE)
    keys.forget()
