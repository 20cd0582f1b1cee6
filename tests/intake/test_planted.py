"""Every planted error is named at its row and cell, and nothing else is; what is right is imported."""

from datetime import date

import pytest

from casework.access.models import User
from casework.cases import actions, person
from casework.cases.models import Case
from casework.intake.checking import SKIP
from casework.intake.models import Import, State
from tests.cases.planting import speaking
from tests.intake.bringing import again, bring, findings, sheet_of
from tests.intake.planted import PLANTED, as_csv, expected, rows

pytestmark = pytest.mark.django_db
MONTH_FIRST = {"3": "mdy"}


@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8-sig"), (";", "utf-16")])
def test_thirty_errors_are_named_at_their_cells(cast: dict[str, User], delimiter: str, encoding: str) -> None:
    content = as_csv(rows(60), delimiter=delimiter, encoding=encoding)
    assert len(PLANTED) == 30
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, content, orders=MONTH_FIRST)
        found = findings(ada, made)
        assert {(one.row, one.column, one.code) for one in found} == expected()
        assert len(found) == 30
        assert sheet_of(ada, made).report["ready"] is False
        again(ada, made, choices={str(row): SKIP for row in PLANTED})
        assert findings(ada, made) == []
        assert sheet_of(ada, made).report["counts"] == {
            "rows": 60, "skipped": 30, "cases": 30, "contacts": 30, "stays": 30, "hearings": 30, "errors": 0, "asks": 0,
            "notes": 0,
        }  # fmt: skip


def test_a_corrected_cell_counts(cast: dict[str, User]) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, as_csv(rows(5)), orders=MONTH_FIRST)
        assert [(one.row, one.code) for one in findings(ada, made)] == [
            (3, "day_calendar"), (4, "day_short_year"), (5, "day_year"), (6, "day_day"),
        ]  # fmt: skip
        again(
            ada, made, fixes={"3": {"3": "1988-12-31"}, "4": {"3": "12/31/1988"}, "5": {"3": ""}, "6": {"3": "33968"}}
        )
        assert findings(ada, made) == []


def test_what_is_the_matter_with_headers_is_told_at_them(cast: dict[str, User]) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, "Name,name,\nRosa,Tzul,5\n", columns=["given_names", "first_surname", "alert"])
        assert [(one.row, one.column, one.code, one.about) for one in findings(ada, made)] == [
            (1, 1, "header_twice", {"other": 0}),
            (1, 2, "header_missing", {}),
        ]


def test_nothing_of_another_organization_is_known(cast: dict[str, User]) -> None:
    """The same file, once brought by the clinic, is new to everybody else."""
    content = "First name,Last name,DOB,A#\nRosa,Tzul,1990-03-03,200000009\n"
    with speaking(cast["clinic"], "South Clinic") as cleo:
        case = actions.open_case(cleo, names={"given_names": "Rosa", "first_surname": "Tzul"})
        person.change(cleo, case, values={"a_number": "200000009"}, seen=case.whose.version)
        made = bring(cleo, content)
        assert [one.code for one in findings(cleo, made)] == ["number_there"]
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, content)
        assert findings(ada, made) == []
        assert Case.objects.visible_to(ada).filter(pk=case.pk).count() == 0
        assert Import.objects.visible_to(ada).get(pk=made.pk).state == State.DRAFT


def test_somebody_with_another_spelling_of_the_name_and_the_birth_date_is_asked_about(cast: dict[str, User]) -> None:
    with speaking(cast["attorney"]) as ada:
        case = actions.open_case(ada, names={"given_names": "Elías", "first_surname": "Velásquez"})
        person.change(ada, case, values={"birth_date": date(1990, 3, 3)}, seen=case.whose.version)
        made = bring(ada, "First name,Last name,DOB\nElias,Belasquez,1990-03-03\nElias,Belasquez,1990-03-04\n")
        (found,) = findings(ada, made)
        assert (found.row, found.code, found.about) == (
            2, "person_there", {"case": str(case.pk), "person": str(case.person_id)},
        )  # fmt: skip
