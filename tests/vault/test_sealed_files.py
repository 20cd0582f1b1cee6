"""Files on disk: what stands there is sealed, opens in its own place alone, and is swept up when nobody names it."""

import os
import stat
import uuid
from pathlib import Path

import pytest
from pytest_django import Settings

from casework.people.models import Person
from casework.vault import files as stored
from casework.vault import keys
from casework.vault.cipher import SealBroken
from casework.vault.files import TooLarge, read, remove, sweep
from tests.vault import files

pytestmark = pytest.mark.django_db
CONTENT = b"%PDF-1.7 Notice to Appear of Yesenia Cuautle" * 1000
OWNER = "document|6f1b7a52-59a3-4f0c-9f6f-2d1c6b1f6c11"


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path / "files"


def write(person: Person, content: bytes = CONTENT, owner: str = OWNER, limit: int = 10**6) -> str:
    return stored.write(content, organization=person.organization_id, file=person.pk, owner=owner, limit=limit)


def place(var: Path, name: str) -> Path:
    return var / name[:2] / name[2:4] / name


def test_what_was_written_is_read_and_stands_sealed_for_its_owner_alone(var: Path) -> None:
    name = write(files.person())
    path = place(var, name)
    assert read(name, owner=OWNER) == CONTENT
    assert b"Yesenia" not in path.read_bytes()
    assert [stat.S_IMODE(one.stat().st_mode) for one in (path, path.parent, path.parent.parent)] == [
        0o600, 0o700, 0o700,
    ]  # fmt: skip
    assert [one for one in var.rglob("*") if one.is_file()] == [path]


@pytest.mark.parametrize("content", [b"", b"x", os.urandom(100_000)])
def test_any_bytes_within_the_limit(content: bytes) -> None:
    person = files.person()
    assert read(write(person, content, limit=len(content)), owner=OWNER) == content
    with pytest.raises(TooLarge):
        write(person, content + b"x", limit=len(content))


def test_a_changed_cut_moved_foreign_or_missing_file_does_not_open(var: Path) -> None:
    person, other = files.person(), files.person("SC")
    name, second, foreign = write(person), write(person), write(other)
    whole = place(var, name).read_bytes()
    flipped = whole[:500] + bytes([whole[500] ^ 1]) + whole[501:]
    wrong = {
        "changed": flipped, "cut": whole[:-1], "half": whole[: len(whole) // 2], "header": whole[:20], "empty": b"",
        "longer": whole + b"x", "second": place(var, second).read_bytes(), "foreign": place(var, foreign).read_bytes(),
        "clear": CONTENT,
    }  # fmt: skip
    for content in wrong.values():
        place(var, name).write_bytes(content)
        with pytest.raises(SealBroken):
            read(name, owner=OWNER)
    place(var, name).write_bytes(whole)
    assert read(name, owner=OWNER) == CONTENT
    with pytest.raises(SealBroken):
        read(name, owner=f"document|{uuid.uuid4()}")
    place(var, second).unlink()
    place(var, second).symlink_to(place(var, name))
    for gone in (second, "0" * 32, "../../../etc/passwd", "", "x" * 32):
        with pytest.raises(SealBroken):
            read(gone, owner=OWNER)


def test_a_file_of_a_shredded_person_does_not_open() -> None:
    person = files.person()
    name = write(person)
    assert keys.shred(person.organization_id, person.pk) == 1
    with pytest.raises(SealBroken):
        read(name, owner=OWNER)


def test_removing_twice_is_no_error(var: Path) -> None:
    name = write(files.person())
    remove(name)
    remove(name)
    assert not place(var, name).exists()


def test_orphans_older_than_a_day_are_swept_up(var: Path) -> None:
    person = files.person()
    known, orphan, young = write(person), write(person), write(person)
    stranger = var / "ab" / "cd" / "notes.txt"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("not ours")
    old = 1_700_000_000
    for path in (place(var, known), place(var, orphan), stranger):
        os.utime(path, (old, old))
    assert sweep({known}) == 1
    assert [place(var, one).exists() for one in (known, orphan, young)] == [True, False, True]
    assert stranger.exists()
    assert sweep({known}) == 0
