"""Where sealed files lie on the disk, and what of it is ours."""

import os
from pathlib import Path

import pytest
from pytest_django import Settings

from casework.people.models import Person
from casework.vault import files as stored
from casework.vault.cipher import SealBroken
from tests.vault import files

pytestmark = pytest.mark.django_db
OWNER = "document|6f1b7a52-59a3-4f0c-9f6f-2d1c6b1f6c11"
LONG_AGO = 1_700_000_000


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.VAR_DIR.mkdir()
    return tmp_path / "var"


def write(person: Person) -> str:
    return stored.write(b"A letter", organization=person.organization_id, file=person.pk, owner=OWNER, limit=100)


def place(var: Path, name: str) -> Path:
    return var / "files" / name[:2] / name[2:4] / name


def test_a_link_to_the_very_file_is_not_followed(var: Path, tmp_path: Path) -> None:
    name = write(files.person())
    assert stored.read(name, owner=OWNER) == b"A letter"
    place(var, name).rename(tmp_path / "moved")
    place(var, name).symlink_to(tmp_path / "moved")
    with pytest.raises(SealBroken):
        stored.read(name, owner=OWNER)


def test_a_disk_that_is_not_there_is_not_made_up(var: Path) -> None:
    person = files.person()
    var.rmdir()
    with pytest.raises(FileNotFoundError):
        write(person)
    assert not var.exists()


def test_all_orphans_are_counted(var: Path) -> None:
    person = files.person()
    names = [write(person) for _ in range(3)]
    for name in names:
        os.utime(place(var, name), (LONG_AGO, LONG_AGO))
    assert stored.sweep({names[0]}) == 2
    assert [place(var, name).exists() for name in names] == [True, False, False]
    assert stored.sweep(set()) == 1
    assert stored.sweep(set()) == 0


def test_a_file_in_the_wrong_folder_is_not_ours(var: Path) -> None:
    name = write(files.person())
    stray = var / "files" / "zz" / "zz" / name
    stray.parent.mkdir(parents=True)
    place(var, name).rename(stray)
    os.utime(stray, (LONG_AGO, LONG_AGO))
    assert stored.sweep(set()) == 0
    assert stray.exists()
