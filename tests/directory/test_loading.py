"""The directory's tables against their files: same rows, differences told, faults named, nothing lost."""

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from casework.directory import tables
from casework.directory.loading import load, told
from casework.directory.management.commands.load_directory import FOLDER
from casework.directory.models import Code

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def lines(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def count(name: str) -> int:
    return len(lines(FOLDER / name)) - 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to write in."""
    return Path(shutil.copytree(FOLDER, tmp_path / "directory"))


def rewrite(file: Path, change: dict[tuple[str, str], str]) -> None:
    """Sets cells, named by the first cell of their line and by the column."""
    head, *rows = lines(file)
    for (key, column), value in change.items():
        next(row for row in rows if row[0] == key)[head.index(column)] = value
    write(file, [head, *rows])


def write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)


def test_each_table_has_the_rows_of_its_file() -> None:
    for table in tables.TABLES:
        assert (table.file, table.model._default_manager.count()) == (table.file, count(table.file))
    for name in tables.CODE_LISTS:
        assert (name, Code.objects.filter(list=name).count()) == (name, count(f"codes/{name}.csv"))


def test_a_second_run_finds_no_difference() -> None:
    found = load(FOLDER, today=TODAY)
    assert [one for one in found if one] == []
    assert told(found[1]) == ["court: 81 rows, no difference"]
