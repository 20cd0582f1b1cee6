"""A spreadsheet becomes cases, and they go again: through the acts, the job and the walls."""

from datetime import UTC, datetime

import pytest

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases.models import Assignment, Case, Task
from casework.custody.models import Stint
from casework.docket.models import Hearing
from casework.intake import actions, jobs
from casework.intake.models import Import, ImportedRow, State
from casework.people.models import Contact, NameToken, Person
from casework.vault.models import FileKey
from tests.cases.planting import speaking
from tests.intake.bringing import imported, work

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
COUNTS = {"cases": 3, "contacts": 3, "stays": 3, "hearings": 3, "skipped": 0}


def test_three_rows_become_three_cases(cast: Cast) -> None:
    made = imported(cast["attorney"], stage="active")
    assert (made.state, {name: getattr(made, name) for name in COUNTS}) == (State.DONE, COUNTS)
    with speaking(cast["paralegal"]) as ben:
        rows = ImportedRow.objects.visible_to(ben)
        assert list(rows) == []  # which row became which case is for whoever brought it
        cases = list(Case.objects.ours(ben).filter(opened_by=made.made_by).order_by("reference"))
        assert [one.person.full_name for one in cases] == [
            "Domingo Pérez Tzul", "Marta Pérez Tzul", "Elías Pérez Tzul",
        ]  # fmt: skip
        one = cases[0]
        assert (one.stage, one.custody, one.facility_key) == ("active", "detained", "ADLNTCA")
        assert one.person.a_number == "200000001"
        contact = Contact.objects.visible_to(ben).get(person=one.person)
        assert contact.phones == [
            {"number": "+12135550141", "call": False, "text": False, "voicemail": False, "note": ""}
        ]
        hearing = Hearing.objects.visible_to(ben).get(case=one)
        assert (hearing.kind, hearing.medium, hearing.court_id, hearing.time_zone) == (
            "not_known", "", "adelanto", "America/Los_Angeles",
        )  # fmt: skip
        assert hearing.starts_at == one.next_hearing_at == datetime(2027, 3, 3, 17, tzinfo=UTC)
    verbs = set(Entry.objects.filter(case_id=one.pk).values_list("verb", flat=True))
    verbs |= set(Entry.objects.filter(file_id=one.person_id).values_list("verb", flat=True))
    assert verbs == {
        "case.opened", "person.changed", "contact.added", "custody.booked", "case.accepted", "hearing.added",
    }  # fmt: skip


def test_an_import_checks_nobody_for_conflicts(cast: Cast) -> None:
    """Thousands would ask thousands: such a case is checked when somebody asks for it or changes who stands in it."""
    imported(cast["attorney"], stage="active")
    assert not Entry.objects.filter(verb="conflict.checked").exists()


def test_an_import_is_taken_back_as_a_whole(cast: Cast) -> None:
    made = imported(cast["attorney"], stage="active")
    with speaking(cast["attorney"]) as ada:
        rows = list(ImportedRow.objects.visible_to(ada).filter(import_of=made))
        people, cases = [one.person_ref for one in rows], [one.case_ref for one in rows]
        assert actions.touched(made) == []
        actions.ask_undo(ada, made)
    work(cast["attorney"], made, task=jobs.take_back)
    with speaking(cast["attorney"]) as ada:
        assert Import.objects.visible_to(ada).get(pk=made.pk).state == State.UNDONE
    of_people, of_cases = {"person_id__in": people}, {"case_id__in": cases}
    with window("a test looks"):
        left = [
            Person.objects.filter(pk__in=people).count(), Case.objects.filter(pk__in=cases).count(),
            NameToken.objects.filter(**of_people).count(), Contact.objects.filter(**of_people).count(),
            Stint.objects.filter(**of_people).count(), Hearing.objects.filter(**of_cases).count(),
            Task.objects.filter(**of_cases).count(), Assignment.objects.filter(**of_cases).count(),
            FileKey.objects.filter(file_id__in=people).count(),
        ]  # fmt: skip
    assert left == [0] * 9
