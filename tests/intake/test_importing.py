"""All or nothing: what stops an import, what stands in the way of taking one back, what is kept and for how long."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from casework.access import rules, verbs
from casework.access.acts import REGISTRY
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Assignment, Case, CaseRole
from casework.intake import actions, jobs, progress
from casework.intake.checking import NEW
from casework.intake.models import Import, ImportedRow, Sheet, SheetPart, State
from casework.people.models import Person
from casework.vault.models import FileKey
from tests.cases.planting import again as found_again
from tests.cases.planting import member, open_case, refused, speaking
from tests.conftest import as_application
from tests.intake.bringing import THREE, again, bring, findings, imported, prepare, sheet_of, work

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def started(user: User, content: str = THREE) -> Import:
    with speaking(user) as actor:
        made = bring(actor, content)
        actions.start(actor, made, sheet=sheet_of(actor, made))
    return made


def standing(user: User, made: Import) -> Import:
    with speaking(user) as actor:
        found: Import = Import.objects.visible_to(actor).get(pk=made.pk)
    return found


def counted() -> tuple[int, int, int]:
    with window("a test looks"):
        return Person.objects.count(), Case.objects.count(), ImportedRow.objects.count()


def test_a_crash_in_the_middle_leaves_nothing_and_a_second_run_does_it(cast: Cast) -> None:
    made, before = started(cast["attorney"]), counted()

    def power_cut(rows: int) -> None:
        raise KeyboardInterrupt

    with speaking(cast["attorney"]) as ada, pytest.raises(KeyboardInterrupt), transaction.atomic():
        actions.carry_out(ada, made, power_cut)
    assert (counted(), standing(cast["attorney"], made).state) == (before, State.RUNNING)
    work(cast["attorney"], made)
    after = counted()
    assert [new - old for new, old in zip(after, before, strict=True)] == [3, 3, 3]
    work(cast["attorney"], made)  # the queue may give a job twice
    assert (counted(), progress.of(made.pk)) == (after, 0)


def test_what_changed_meanwhile_stops_it_and_nothing_is_written(cast: Cast) -> None:
    made = started(cast["attorney"])
    case = open_case(cast["attorney"], given_names="Marta")
    with speaking(cast["attorney"]) as ada:
        people.change(ada, found_again(ada, case), values={"a_number": "200000002"}, seen=1)
    before = counted()
    work(cast["attorney"], made)
    found = standing(cast["attorney"], made)
    assert (counted(), found.state, found.stopped) == (before, State.DRAFT, "changed")


def test_a_job_of_somebody_who_was_suspended_does_nothing(cast: Cast) -> None:
    made, before = started(cast["attorney"]), counted()
    Membership.objects.filter(user=cast["attorney"]).update(suspended_at=timezone.now())
    work(cast["attorney"], made)
    assert counted() == before


def test_the_upload_and_its_key_go_with_the_import(cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, THREE)
        sheet = sheet_of(ada, made)
        actions.start(ada, made, sheet=sheet)
    work(cast["attorney"], made)
    with window("a test looks"):
        left = (Sheet.objects.count(), SheetPart.objects.count(), FileKey.objects.filter(file_id=sheet.pk).count())
    assert left == (0, 0, 0)
    assert standing(cast["attorney"], made).file_name == "people.csv"


def test_a_file_is_dropped_by_hand_or_after_a_week(cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        first, second, third = bring(ada, THREE), bring(ada, THREE), bring(ada, THREE)
        actions.drop(ada, first)
        assert refused(lambda: actions.drop(ada, first)) == {
            "": ["This import has gone on meanwhile. Look at its page."]
        }
    with window("a test plants"):
        Import.objects.filter(pk=second.pk).update(made_at=timezone.now() - timedelta(days=8))
    with as_application():
        assert (actions.sweep(), actions.sweep()) == (1, 0)
    states = [standing(cast["attorney"], one) for one in (first, second, third)]
    assert [one.state for one in states] == [State.DROPPED, State.DROPPED, State.DRAFT]
    assert [one.file_name for one in states] == ["", "", "people.csv"]
    with window("a test looks"):
        assert Sheet.objects.count() == 1
    lines = Entry.objects.filter(verb="import.dropped").order_by("at")
    assert [(one.object_id, one.basis) for one in lines] == [(first.pk, "organization"), (second.pk, "operator")]


def test_what_somebody_did_since_stands_in_the_way(cast: Cast) -> None:
    made = imported(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        row = ImportedRow.objects.visible_to(ada).get(import_of=made, number=3)
    with speaking(cast["paralegal"]) as ben:
        case = Case.objects.visible_to(ben).get(pk=row.case_ref)
        cases.write_note(ben, case, text="Called.", kind="call")
    with speaking(cast["attorney"]) as ada:
        (found,) = actions.touched(made)
        assert found[:3] == (3, row.case_ref, "note.written")
        assert refused(lambda: actions.ask_undo(ada, made)) == {"": ["Something was done with these cases since."]}
        with pytest.raises(DatabaseError, match="not an import"), transaction.atomic():
            connection.cursor().execute("SELECT ctx.undo_import(%s)", [made.pk])


def test_somebody_who_is_quicker_than_the_worker_keeps_it(cast: Cast) -> None:
    made = imported(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.ask_undo(ada, made)
        row = ImportedRow.objects.visible_to(ada).get(import_of=made, number=2)
        cases.change_case(ada, Case.objects.visible_to(ada).get(pk=row.case_ref), values={"priority": 2}, seen=2)
    before = counted()
    work(cast["attorney"], made, task=jobs.take_back)
    found = standing(cast["attorney"], made)
    assert (counted(), found.state, found.stopped) == (before, State.DONE, "touched")


def test_looks_stand_in_nobodys_way(cast: Cast) -> None:
    """The database tells looks from acts by their words."""
    pattern = re.compile(
        r"\.([a-z]+_)?(viewed|previewed|listed|revealed|compared|printed|exported|downloaded|searched)$"
    )
    looks = set(verbs.LOOKS) - {"receiver.sought"}
    assert {verb for verb in looks | set(rules.LOOKS) if not pattern.search(verb)} == set()
    assert {verb for verb in REGISTRY if pattern.search(verb)} == set()


def test_a_colleague_sees_that_it_was_and_nothing_of_it(cast: Cast) -> None:
    made = imported(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        waiting = bring(ada, THREE, choices={str(row): NEW for row in (2, 3, 4)})
    with speaking(cast["paralegal"]) as ben, window("the walls alone"):
        assert [one.pk for one in Import.objects.all()] == [made.pk]
        assert Import.objects.get().file_name == "people.csv"
        assert (Sheet.objects.count(), SheetPart.objects.count(), ImportedRow.objects.count()) == (0, 0, 0)
        with pytest.raises(PermissionDenied):
            actions.ask_undo(ben, Import.objects.visible_to(ben).get())
        with pytest.raises(DatabaseError, match="not an import"), transaction.atomic():
            connection.cursor().execute("SELECT ctx.undo_import(%s)", [made.pk])
        connection.cursor().execute("SELECT ctx.forget_sheet(%s)", [waiting.pk])
    for key, organization in (
        ("admin", "North Legal Aid"),
        ("volunteer", "North Legal Aid"),
        ("clinic", "South Clinic"),
    ):
        with speaking(cast[key], organization), window("the walls alone"):
            assert Import.objects.count() == 0
    with speaking(cast["attorney"]) as ada:
        assert sheet_of(ada, waiting).report["counts"]["cases"] == 3


def test_no_row_names_a_case_that_was_there_before(cast: Cast) -> None:
    """Else taking an import back would take somebody's case away."""
    case = open_case(cast["attorney"])
    made = started(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        held = Import.objects.visible_to(ada).get(pk=made.pk)
        new = cases.open_case(ada, names={"given_names": "Rosa"})
        own = {"organization_id": ada.organization, "import_of": held}
        ImportedRow(**own, number=2, person_ref=new.person_id, case_ref=new.pk).save(force_insert=True)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ImportedRow(**own, number=3, person_ref=uuid.uuid4(), case_ref=new.pk).save(force_insert=True)
    with window("a test plants"):  # the line of the case is older than this transaction, as it would be
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
        connection.cursor().execute("ALTER TABLE audit_entry DISABLE TRIGGER only_added")
        Entry.objects.filter(case_id=case.pk).update(at=timezone.now() - timedelta(days=1))
        connection.cursor().execute("ALTER TABLE audit_entry ENABLE TRIGGER only_added")
    with speaking(cast["attorney"]), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ImportedRow(**own, number=4, person_ref=case.person_id, case_ref=case.pk).save(force_insert=True)


@pytest.fixture
def assigned_only(cast: Cast) -> None:
    Organization.objects.filter(short_name="NLA").update(visibility="assigned")


@pytest.mark.usefixtures("assigned_only")
def test_where_counsel_read_their_own_cases_whoever_imports_stands_on_each(cast: Cast) -> None:
    made = imported(cast["attorney"], THREE.replace("Given names", "Attorney,Given names").replace("\n", "\n,"))
    assert made.cases == 3
    with speaking(cast["attorney"]) as ada:
        rows = Assignment.objects.visible_to(ada).filter(case__opened_by=made.made_by)
        assert {(one.membership_id, one.role) for one in rows} == {(made.made_by_id, CaseRole.LEAD)}
        assert Case.objects.visible_to(ada).count() == 3
    with speaking(cast["paralegal"]) as ben:
        assert Case.objects.visible_to(ben).count() == 0


def test_a_lead_is_taken_from_the_row_or_from_the_batch(cast: Cast) -> None:
    ada, tomas = member(cast["attorney"], "North Legal Aid"), member(cast["second_admin"], "North Legal Aid")
    content = "First name,Last name,Attorney\nRosa,Tzul,ADA@north.example\nAna,Tzul,\n"
    made = imported(cast["paralegal"], content, lead=str(tomas.pk), stage="enquiry")
    with window("a test looks"):
        rows = ImportedRow.objects.filter(import_of=made).order_by("number")
        leads = [Assignment.objects.get(case_id=row.case_ref) for row in rows]
    assert [(one.membership_id, one.role) for one in leads] == [(ada.pk, "lead"), (tomas.pk, "lead")]


def test_nothing_of_a_row_stands_in_clear(cast: Cast) -> None:
    secrets = ("Kanariente", "Sigillo", "213554", "200000077", "1971-02-03", "geheim.csv", "mediaba")
    content = (
        "First name,Last name,DOB,A#,Contact,Phone,Relationship\nKanariente,Sigillo,1971-02-03,A200000077,Sigillo,"
    )
    with speaking(cast["attorney"]) as ada:
        made = actions.upload(ada, content=f"{content}2135540143,mediaba\n".encode(), file_name="geheim.csv")
        again(ada, made)
        assert findings(ada, made) == []
    assert told(secrets) == []
    with speaking(cast["attorney"]) as ada:
        actions.start(ada, made, sheet=sheet_of(ada, made))
    work(cast["attorney"], made)
    assert standing(cast["attorney"], made).cases == 1
    assert told(secrets) == []


def told(secrets: tuple[str, ...]) -> list[Any]:
    """Where one of these stands in any table, read as text."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            " AND relname NOT LIKE 'directory%'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ~ %s", ["|".join(secrets)])  # noqa: S608
            found += [table] if cursor.fetchone()[0] else []
    return found


def test_it_asks_for_what_is_missing_before_it_starts(cast: Cast) -> None:
    with speaking(cast["attorney"]) as ada:
        made = bring(ada, "First name,A#\nRosa,A1\n")
        with pytest.raises(ValidationError, match="corrected first"):
            actions.start(ada, made, sheet=sheet_of(ada, made))


def test_a_large_one_is_checked_by_the_worker(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.intake.actions.imports.AT_ONCE", 2)
    with speaking(cast["attorney"]) as actor:
        made: Import = actions.upload(actor, content=THREE.replace("ADLNTCA", "Nowhere").encode(), file_name="a.csv")
        prepare(actor, made)
        kept = sheet_of(actor, made)
        assert (made.state, kept.report) == (State.CHECKING, {})
        with pytest.raises(ValidationError):
            actions.start(actor, made, sheet=kept)
    [job] = ProcrastinateJob.objects.filter(task_name="intake.look_through")
    assert set(job.args) == {"actor", "object_id", "user"}
    for _second in range(2):
        work(cast["attorney"], made, task=jobs.look_through)
        with speaking(cast["attorney"]) as actor:
            assert [one.code for one in findings(actor, made)] == ["place"] * 3
            assert Import.objects.visible_to(actor).get(pk=made.pk).state == State.DRAFT
    lines = Entry.objects.filter(object_id=made.pk).order_by("at")
    assert list(lines.values_list("verb", flat=True)) == ["import.uploaded", "import.prepared", "import.checked"]
