"""Imports in the hands of somebody who means harm, and imports that come to nothing."""

import io
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access import acts
from casework.access.doors import window
from casework.access.models import Membership, User
from casework.audit import actions as audit
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases.models import Case
from casework.intake import actions, jobs, sheets
from casework.intake.models import Import, ImportedRow, Sheet, State
from casework.people import contacts
from casework.people.models import PhoneToken
from tests.cases.planting import NORTH, member, speaking
from tests.conftest import as_application
from tests.intake.bringing import THREE, bring, imported, sheet_of, work

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
SHEET = "xl/worksheets/sheet1.xml"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MISSING = '<c t="s"><v>7</v></c>'  # a text that the workbook does not have


def started(user: User) -> Import:
    with speaking(user) as actor:
        made = bring(actor, THREE)
        actions.start(actor, made, sheet=sheet_of(actor, made))
    return made


def of_row(actor: Any, made: Import, number: int = 3) -> Case:
    row = ImportedRow.objects.visible_to(actor).get(import_of=made, number=number)
    found: Case = Case.objects.visible_to(actor).get(pk=row.case_ref)
    return found


def workbook(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook whose parts somebody has changed by hand."""
    book, raw, out = Workbook(), io.BytesIO(), io.BytesIO()
    book.active.append(["First name"])
    book.save(raw)
    with zipfile.ZipFile(raw) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for part in before.infolist():
            after.writestr(part.filename, change(part.filename, before.read(part)))
    return out.getvalue()


def test_taking_back_takes_the_telephones_that_search_knows(cast: Cast) -> None:
    made = imported(cast["attorney"])
    with window("test"):
        assert PhoneToken.objects.count() == 3
    with speaking(cast["attorney"]) as ada:
        actions.ask_undo(ada, made)
    work(cast["attorney"], made, task=jobs.take_back)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with speaking(cast["attorney"]) as ada:
        found = Import.objects.visible_to(ada).get(pk=made.pk)
    with window("test"):
        assert (found.state, found.stopped, PhoneToken.objects.count()) == (State.UNDONE, "", 0)


def test_a_forged_line_hides_nothing_that_was_done_since(cast: Cast) -> None:
    made = imported(cast["attorney"])
    with speaking(cast["paralegal"]) as ben:
        with speaking(cast["attorney"]) as ada:
            pk = of_row(ada, made).pk
        case = Case.objects.visible_to(ben).get(pk=pk)
        cases.change_case(ben, case, values={"priority": 2}, seen=case.version)
    with speaking(cast["attorney"]) as ada:
        what = audit.What(ada.organization, "intake.import", made.pk)
        audit.write(acts.who(ada), "import.done", what, fields=("import",), basis="organization")
        assert [verb for _number, _case, verb, _at in actions.touched(made)] == ["case.changed"]


def test_of_what_counsel_alone_reads_it_is_told_that_something_was_done(cast: Cast) -> None:
    made = imported(cast["paralegal"], lead=str(member(cast["attorney"], NORTH).pk))
    with speaking(cast["paralegal"]) as ben:
        pk = of_row(ben, made).pk
    with speaking(cast["attorney"]) as ada:
        case = Case.objects.visible_to(ada).get(pk=pk)
        contacts.add_adverse(ada, case.person, values={"kind": "abuser", "tier": 3, "name": "X", "phones": []})
    with speaking(cast["paralegal"]) as ben:
        assert not Entry.objects.filter(verb="adverse.added").exists()
        assert [verb for _number, _case, verb, _at in actions.touched(made)] == [""]


@pytest.mark.parametrize("state", [State.RUNNING, State.UNDOING])
def test_what_nobody_carries_out_is_given_up_after_a_day(cast: Cast, state: str) -> None:
    made = started(cast["attorney"]) if state == State.RUNNING else imported(cast["attorney"])
    if state == State.UNDOING:
        with speaking(cast["attorney"]) as ada:
            actions.ask_undo(ada, made)
    Membership.objects.filter(user=cast["attorney"]).update(suspended_at=timezone.now())
    work(cast["attorney"], made, task=jobs.carry_out if state == State.RUNNING else jobs.take_back)
    for age, kept in (
        (timedelta(hours=20), state),
        (timedelta(hours=25), "draft" if state == State.RUNNING else "done"),
    ):
        with window("test"):
            Import.objects.filter(pk=made.pk).update(started_at=timezone.now() - age)
        with as_application():
            actions.sweep()
        with window("test"):
            assert Import.objects.get(pk=made.pk).state == kept


def test_a_spreadsheet_whose_import_came_to_nothing_goes_after_a_week(cast: Cast) -> None:
    made, old = started(cast["attorney"]), timezone.now() - timedelta(days=8)
    with window("test"):
        Import.objects.filter(pk=made.pk).update(made_at=old, started_at=old)
    with as_application():
        actions.sweep()
    with window("test"):
        assert (Sheet.objects.count(), Import.objects.get(pk=made.pk).state) == (0, State.DROPPED)


def test_the_page_of_an_import_under_way_keeps_no_session_awake_and_is_one_look(enter: Enter, cast: Cast) -> None:
    made, client = started(cast["attorney"]), enter("attorney")
    page = client.get(reverse("import", args=[made.pk]))
    assert page.headers["Refresh"] == "3; url=?again=1"
    session = client.session
    session["seen"] = int(time.time()) - 600
    session.save()
    assert client.get(reverse("import", args=[made.pk]) + "?again=1").headers["Refresh"] == "3; url=?again=1"
    assert int(time.time()) - client.session["seen"] > 500
    assert Entry.objects.filter(verb="import.viewed").count() == 1


def test_of_two_imports_at_once_the_second_is_told_to_wait(cast: Cast) -> None:
    """Neither would see the people of the other."""
    made, rival = started(cast["attorney"]), connection.copy()
    with rival.cursor() as cursor:
        cursor.execute("BEGIN")
        key = f"import {made.organization_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        work(cast["attorney"], made)
        cursor.execute("ROLLBACK")
    rival.close()
    with window("test"):
        found = Import.objects.get(pk=made.pk)
        assert (found.state, found.stopped, Case.objects.count()) == (State.DRAFT, "busy", 0)


def test_a_lead_of_many_rows_gets_one_letter(cast: Cast) -> None:
    imported(cast["paralegal"], lead=str(member(cast["attorney"], NORTH).pk))
    (job,) = ProcrastinateJob.objects.filter(task_name="letters.work")
    assert job.args["membership_id"] == str(member(cast["attorney"], NORTH).pk)


def test_a_double_click_does_it_once(enter: Enter, cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, THREE)
    client = enter("attorney")
    for _time in range(2):
        answer = client.post(reverse("start_import", args=[made.pk]))
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("import", args=[made.pk]))
    assert Entry.objects.filter(verb="import.started").count() == 1


def test_a_corrected_cell_is_cleaned_as_an_uploaded_one_and_numbers_are_bounded(enter: Enter, cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made, client = bring(ada, THREE), enter("attorney")
    where = reverse("correct_import", args=[made.pk])
    client.post(where, {"version": "2", "cell-2-0": "Do\x00min\x1bgo"})
    with speaking(cast["attorney"]) as ada:
        assert sheet_of(ada, made).setup["fixes"]["2"]["0"].isprintable()
    assert client.post(where, {"version": "9" * 5000}).status_code == 302


def test_every_row_of_a_file_with_blank_lines_is_read() -> None:
    read = sheets.read(("First name\n" + "".join(f"N{at}\n\n\n" for at in range(7_500))).encode())
    assert len(read.rows) == 7_500


@pytest.mark.parametrize(
    "part",
    [
        f'<worksheet xmlns="{SPREADSHEET}"><sheetData><row>{MISSING}</row></sheetData></worksheet>'.encode(),
        f'<!DOCTYPE a [<!ENTITY b "x">]><worksheet xmlns="{SPREADSHEET}"/>'.encode("utf-16"),
        b"<worksheet",
    ],
)
def test_a_workbook_that_was_tampered_with_is_said_to_be_unreadable(part: bytes) -> None:
    with pytest.raises(sheets.Unreadable):
        sheets.read(workbook(lambda name, content: part if name == SHEET else content))
