"""The directory's tables against their files: same rows, differences told, faults named, nothing lost."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from casework.directory import tables
from casework.directory.loading import Difference, TooMany, load, told
from casework.directory.management.commands.load_directory import FOLDER
from casework.directory.models import Area, Code, Court, DistrictArea, Facility, HearingLocation, Language, Nationality
from casework.directory.reading import Unreadable

pytestmark = pytest.mark.django_db
TODAY, LATER = date(2026, 11, 22), date(2026, 12, 22)


def lines(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.reader(opened))


def write(file: Path, rows: list[list[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened, lineterminator="\n").writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files, to write in."""
    return Path(shutil.copytree(FOLDER, tmp_path / "directory"))


def set_cell(file: Path, key: str, column: str, value: str) -> int:
    """Writes into one cell, named by the first cell of its line; the number of the line."""
    head, *rows = lines(file)
    at = next(number for number, row in enumerate(rows) if row[0] == key)
    rows[at][head.index(column)] = value
    write(file, [head, *rows])
    return at + 2


def without(file: Path, *keys: str) -> None:
    write(file, [row for row in lines(file) if row[0] not in keys])


# --- The files as they are


def test_each_table_has_the_rows_of_its_file() -> None:
    for table in tables.TABLES:
        assert (table.file, table.model._default_manager.count()) == (table.file, len(lines(FOLDER / table.file)) - 1)
    for name in tables.CODE_LISTS:
        file = FOLDER / "codes" / f"{name}.csv"
        assert (name, Code.objects.filter(list=name).count()) == (name, len(lines(file)) - 1)


def test_every_file_of_the_folder_is_read() -> None:
    read = {table.file for table in tables.TABLES} | {f"codes/{name}.csv" for name in tables.CODE_LISTS}
    read |= {tables.FACILITY_DISTRICTS, tables.LANGUAGE_ALIASES, tables.DEADLINE_READINGS, tables.DEADLINE_QUESTIONS}
    assert {str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*.csv")} == read


def test_a_second_run_finds_no_difference() -> None:
    found = load(FOLDER, today=TODAY)
    assert [one for one in found if one] == []
    assert told(found[1]) == ["court: 81 rows, no difference"]


def test_codes_stay_text() -> None:
    """`NA` and `NU` are codes, and zeros in front belong to zip codes."""
    assert Nationality.objects.get(code="NU").name == "Nicaragua"
    assert Nationality.objects.get(code="ES").name == "El Salvador"
    assert HearingLocation.objects.filter(code="NAN").count() in {0, 1}
    assert Code.objects.get(key="adjournment_codes/01").meaning == "ALIEN TO SEEK REPRESENTATION"
    assert Court.objects.filter(zip__startswith="0").exists()
    for name in tables.CODE_LISTS:
        column = "decision_key" if name == "decision_codes" else "code"
        file = FOLDER / "codes" / f"{name}.csv"
        keys = {f"{name}/{row[lines(file)[0].index(column)].strip()}" for row in lines(file)[1:]}
        assert set(Code.objects.filter(list=name).values_list("key", flat=True)) == keys


def test_a_row_is_as_in_its_file_and_joined_with_others() -> None:
    one = Facility.objects.select_related("field_office", "district").get(key="ADLNTCA")
    assert (one.name, one.city, one.zip, one.status) == (
        "Adelanto ICE Processing Center",
        "Adelanto",
        "92301",
        "active",
    )
    assert one.field_office is not None
    assert (one.field_office.name, str(one.district), one.circuit) == ("Los Angeles Field Office", "C.D. Cal.", "9")
    assert (one.as_of, one.retired_on, one.time_zone) == (date(2026, 4, 20), None, "America/Los_Angeles")
    assert DistrictArea.objects.get(key="CA|Alameda").district_id == "N.D. Cal."
    assert Area.objects.get(key="ATL|Georgia|").field_office_id == "ATL"
    assert Language.objects.get(code="QUI").aliases == ["Quiché", "Kiche"]
    assert {one.code for one in Language.objects.called("konjobal")} == {"KON", "KNJ"}
    assert HearingLocation.objects.get(code="ADL").court_id == "adelanto"


def test_what_nobody_knows_is_empty() -> None:
    assert Facility.objects.filter(phone="").count() == 1328
    assert Facility.objects.filter(field_office=None).count() == 138
    assert Facility.objects.filter(lat=None, geo_precision="").count() == 69
    unknown = Court.objects.filter(lat=None).order_by("key").values_list("key", flat=True)
    assert list(unknown) == [
        "board-of-appeals-clerk-s-office", "chelmsford", "concord", "downstate-fishkill",
        "falls-church-adjudication-center",
    ]  # fmt: skip


# --- A newer file


def of_court(found: list[Difference]) -> list[str]:
    return told(next(one for one in found if one.name == "court"))


def test_a_newer_file_is_told_and_written_once(folder: Path) -> None:
    """One cell is different, one court is new, two are gone, and come back in the file after it."""
    courts, facilities = folder / "courts.csv", folder / "facilities.csv"
    set_cell(facilities, "ADLNTCA", "phone", "(909) 555-0142")
    row = lines(courts)[1]
    write(courts, [*lines(courts), ["new-court", "XYZ", "New Immigration Court", *row[3:]]])
    without(courts, "denver", "dallas")
    point = {"denver", "dallas"} & set(Code.objects.values_list("extra__court_key", flat=True))
    assert point == {"denver", "dallas"}  # of other files: what they name may be gone

    found = load(folder, today=TODAY)
    assert of_court(found) == [
        "court: 80 rows, 1 added, 0 changed, 2 gone (kept)",
        "    added: new-court",
        "    gone: dallas, denver",
    ]
    assert told(next(one for one in found if one.name == "facility")) == [
        "facility: 1676 rows, 0 added, 1 changed, 0 gone (kept)",
        "    phone: 1 changed; ADLNTCA: '' became '(909) 555-0142'",
    ]
    assert Facility.objects.get(key="ADLNTCA").phone == "(909) 555-0142"
    assert Court.objects.get(key="new-court").name == "New Immigration Court"
    denver = Court.objects.get(key="denver")
    assert (denver.retired_on, denver.is_historic, denver.status) == (TODAY, True, "open")
    assert not Court.objects.current().filter(key="denver").exists()

    assert [one for one in load(folder, today=LATER) if one] == []
    assert Court.objects.get(key="denver").retired_on == TODAY  # the first day counts

    assert of_court(load(FOLDER, today=LATER)) == [
        "court: 81 rows, 0 added, 0 changed, 1 gone (kept), 2 back",
        "    gone: new-court",
        "    back: dallas, denver",
    ]
    assert Court.objects.get(key="denver").retired_on is None


def test_half_a_file_is_refused_unless_it_is_meant(folder: Path) -> None:
    without(folder / "courts.csv", *[row[0] for row in lines(folder / "courts.csv")[20:]])
    with pytest.raises(TooMany, match="court: 62 of 81 rows are no longer in the file"):
        load(folder, today=TODAY)
    assert Court.objects.current().count() == 81
    load(folder, today=TODAY, many=True)
    assert Court.objects.current().count() == 19


def test_a_dry_run_tells_the_same_and_changes_nothing(folder: Path) -> None:
    set_cell(folder / "facilities.csv", "ADLNTCA", "phone", "(909) 555-0142")
    without(folder / "courts.csv", "denver")
    found = [one.name for one in load(folder, today=TODAY, dry_run=True) if one]
    assert found == ["court", "hearinglocation", "facility"]
    assert Court.objects.current().count() == 81
    assert Facility.objects.get(key="ADLNTCA").phone == ""


# --- Files that do not fit

WRONG = [  # file, key, column, what is written there, what is said
    ("courts.csv", "eloy", "timezone", "America/Eloy", "is no IANA time zone: America/Eloy"),
    ("courts.csv", "florence", "status", "shut", "must be one of open, closing, closed_or_moved, delisted: shut"),
    ("courts.csv", "phoenix", "name", "", "is empty"),
    ("courts.csv", "dallas", "source", "S99", "no source has the code S99"),
    ("courts.csv", "denver", "source", "", "names no source"),
    ("courts.csv", "york", "court_key", "", "is empty"),
    ("courts.csv", "omaha", "court_key", "oma/ha", "may hold letters, digits, - and _ only: oma/ha"),
    ("facilities.csv", "ADLNTCA", "first_use", "01/10/2022", "is no date (YYYY-MM-DD): 01/10/2022"),
    ("facilities.csv", "BALDWAL", "lat", "north", "is no number: north"),
    ("facilities.csv", "ETOWAAL", "lat", "134", "must lie between -90 and 90: 134"),
    ("facilities.csv", "PCKNSAL", "aor_code", "XXX", "nothing has the key XXX"),
    ("facilities.csv", "MILLRAR", "state", "Arkansas", "is longer than 2 letters"),
    ("facility_districts.csv", "ADLNTCA", "facility_key", "NOWHERE", "no facility has the key NOWHERE"),
    ("codes/languages.csv", "QUI", "selectable", "yes", "must be 0 or 1: yes"),
    ("codes/case_types.csv", "CDR", "code", "", "is empty"),
    ("language_aliases.csv", "QUI", "code", "zzz", "no language has the code zzz"),
]  # fmt: skip


def test_every_wrong_cell_is_named_and_nothing_is_changed(folder: Path) -> None:
    expected = []
    for file, key, column, value, says in WRONG:
        line = set_cell(folder / file, key, column, value)
        expected.append(f"{file}, line {line}, column {column}: {says}")
    assert sorted(faults(folder)) == sorted(expected)
    assert Court.objects.get(key="eloy").time_zone == "America/Phoenix"


def faults(folder: Path) -> list[str]:
    with pytest.raises(Unreadable) as caught:
        load(folder, today=TODAY)
    return caught.value.faults


def test_what_is_missing_double_or_uneven_is_named(folder: Path) -> None:
    head, *rows = lines(folder / "courts.csv")
    write(folder / "courts.csv", [["key", *head[1:]], *rows])
    (folder / "codes" / "case_types.csv").unlink()
    (folder / "language_aliases.csv").write_bytes("code,alias\nQUI,Quiché\n".encode("latin-1"))
    offices = lines(folder / "opla_offices.csv")
    write(folder / "opla_offices.csv", [*offices[:2], offices[2][:-1], [*offices[3], "more"], offices[1], *offices[4:]])
    assert sorted(faults(folder)) == [
        "codes/case_types.csv: cannot be read as UTF-8 text (FileNotFoundError).",
        "courts.csv, line 1: the column court_key is missing.",
        "language_aliases.csv: cannot be read as UTF-8 text (UnicodeDecodeError).",
        "opla_offices.csv, line 3: more or fewer cells than the head has.",
        "opla_offices.csv, line 4: more or fewer cells than the head has.",
        f"opla_offices.csv, line 5, column office_key: the key {offices[1][0]} stands there twice",
    ]


# --- The command


def run(*options: str) -> str:
    said = io.StringIO()
    call_command("load_directory", *options, stdout=said)
    return said.getvalue()


def test_the_application_may_not_load() -> None:
    with pytest.raises(CommandError, match=r"CASEWORK_DATABASE_ROLE=migrate manage\.py load_directory"):
        run()


@pytest.fixture
def as_a_deploy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.directory.management.commands.load_directory.must_be_owner", lambda _command: None)


@pytest.mark.usefixtures("as_a_deploy")
def test_the_command_says_what_differs(folder: Path) -> None:
    set_cell(folder / "facilities.csv", "ADLNTCA", "phone", "(909) 555-0142")
    said = run(f"--folder={folder}", "--dry-run").splitlines()
    assert "    phone: 1 changed; ADLNTCA: '' became '(909) 555-0142'" in said
    assert said[-1] == "Nothing was changed (--dry-run)."
    assert all(line.endswith("no difference") for line in run().splitlines())


@pytest.mark.usefixtures("as_a_deploy")
def test_the_command_names_faults_and_refuses_half_files(folder: Path) -> None:
    without(folder / "courts.csv", *[row[0] for row in lines(folder / "courts.csv")[20:]])
    with pytest.raises(CommandError, match="With --many it is done all the same"):
        run(f"--folder={folder}")
    line = set_cell(folder / "courts.csv", "eloy", "timezone", "nowhere")
    with pytest.raises(CommandError) as caught:
        run(f"--folder={folder}")
    said = f"courts.csv, line {line}, column timezone: is no IANA time zone: nowhere\nNothing was changed."
    assert str(caught.value) == said
