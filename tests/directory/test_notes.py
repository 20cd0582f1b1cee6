"""Notes of an organization about places, and reports of errors: who writes, what is kept, what is refused."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from casework.access.actor import NOBODY, duty
from casework.access.changes import history
from casework.access.doors import NotOpened
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.directory import actions
from casework.directory.models import ErrorReport, PlaceNote
from tests.cases.planting import HOTLINE, SOUTH, member, speaking
from tests.directory.places import court, days_ago, facility, noted, reported

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


# --- Notes


def test_a_note_says_who_checked_it_when(cast: Cast) -> None:
    note = noted(cast["volunteer"], "  Bring a letter.\nNo phones.  ")
    assert (note.text, note.checked_on, note.checked_by_name) == (
        "Bring a letter.\nNo phones.",
        days_ago(1),
        "Vic Saldaña",
    )
    assert (note.place, note.version, note.organization.short_name) == (facility(), 1, "NLA")
    line = Entry.objects.get(verb="directory_note.saved")
    assert (line.object_id, line.object_type, line.fields) == (note.pk, "directory.placenote", ["text", "checked_on"])
    assert (line.case_id, line.file_id, line.organization_id) == (None, None, note.organization_id)


@pytest.mark.parametrize("key", ["admin", "attorney", "paralegal", "volunteer"])
def test_every_member_notes(cast: Cast, key: str) -> None:
    assert noted(cast[key]).checked_by_id == member(cast[key], "North Legal Aid").pk


def test_a_second_save_counts_on_and_keeps_what_stood(cast: Cast) -> None:
    noted(cast["volunteer"], "Nine to five.")
    noted(cast["paralegal"], "Nine to four.", checked_on=days_ago(0), seen=1)
    with speaking(cast["admin"]) as actor:
        note = actions.note_of(actor, facility(), "visiting")
        assert note is not None
        earlier = [(one.was, one.now, one.who) for one in history(note, "text")]
        assert (note.text, note.version, note.checked_by_name) == ("Nine to four.", 2, "Ben Okoye")
    assert earlier == [("Nine to five.", "Nine to four.", "Ben Okoye"), ("", "Nine to five.", "Vic Saldaña")]


def test_whoever_read_an_older_version_changes_nothing(cast: Cast) -> None:
    noted(cast["volunteer"])
    for seen in (0, 2):
        with speaking(cast["paralegal"]) as actor, pytest.raises(ChangedMeanwhile):
            actions.save_note(actor, facility(), topic="visiting", text="Mine.", checked_on=days_ago(0), seen=seen)
    assert PlaceNote.objects.visible_to(_actor(cast)).get().text == "Bring a letter."


def _actor(cast: Cast, key: str = "attorney") -> Any:
    with speaking(cast[key]) as actor:
        return actor


def test_the_second_of_two_first_notes_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    noted(cast["volunteer"])
    monkeypatch.setattr(actions, "note_of", lambda *_: None)  # read before the other one committed
    with speaking(cast["paralegal"]) as actor, pytest.raises(ChangedMeanwhile), transaction.atomic():
        actions.save_note(actor, facility(), topic="visiting", text="Mine.", checked_on=days_ago(0), seen=0)


def test_saving_what_stands_writes_nothing(cast: Cast) -> None:
    noted(cast["volunteer"])
    with speaking(cast["paralegal"]) as actor:
        same: dict[str, Any] = {"topic": "visiting", "text": "Bring a letter.", "checked_on": days_ago(1)}
        assert actions.save_note(actor, facility(), **same, seen=1) is None
        nothing = same | {"topic": "mail", "text": " "}
        assert actions.save_note(actor, facility(), **nothing, seen=0) is None
    assert Entry.objects.filter(verb="directory_note.saved").count() == 1
    assert noted(cast["paralegal"], checked_on=days_ago(0), seen=1).checked_by_name == "Ben Okoye"  # checked again


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"checked_on": days_ago(-2)}, "checked_on"),
        ({"text": "x" * 4001}, "text"),
        ({"topic": "filing"}, None),  # facilities have none
        ({"topic": "weather"}, None),
    ],
)
def test_what_cannot_be_noted(cast: Cast, more: dict[str, Any], field: str | None) -> None:
    given: dict[str, Any] = {"topic": "visiting", "text": "x", "checked_on": days_ago(0), "seen": 0} | more
    with speaking(cast["attorney"]) as actor, pytest.raises(ValidationError) as caught:
        actions.save_note(actor, facility(), **given)
    assert list(getattr(caught.value, "error_dict", {})) == ([field] if field else [])


def test_a_court_has_topics_of_its_own(cast: Cast) -> None:
    note = noted(cast["attorney"], topic="filing", place=court())
    assert (note.place, note.facility_id) == (court(), None)
    with speaking(cast["attorney"]) as actor:
        assert PlaceNote.objects.visible_to(actor).about(court()).count() == 1
        assert PlaceNote.objects.visible_to(actor).about(facility()).count() == 0


def test_organizations_note_the_same_place_each_for_itself(cast: Cast) -> None:
    noted(cast["attorney"], "North.")
    noted(cast["clinic"], "South.", SOUTH)
    for key, organization, text in (("volunteer", "North Legal Aid", "North."), ("clinic_admin", SOUTH, "South.")):
        with speaking(cast[key], organization) as actor:
            assert [one.text for one in PlaceNote.objects.visible_to(actor).about(facility())] == [text]
    with speaking(cast["hotline"], HOTLINE) as actor:
        assert list(PlaceNote.objects.visible_to(actor)) == []
    assert list(PlaceNote.objects.visible_to(NOBODY)) == []
    with pytest.raises(NotOpened):
        PlaceNote.objects.exists()


# --- Errors


def test_a_report_waits_until_it_is_settled(cast: Cast) -> None:
    row = reported(cast["volunteer"], " The street. ", right="Main Street 1", how_known="Was there.")
    assert (row.wrong, row.right, row.how_known) == ("The street.", "Main Street 1", "Was there.")
    assert (row.reported_by_name, row.resolved_at, row.place) == ("Vic Saldaña", None, facility())
    with speaking(cast["admin"]) as actor:
        mine = ErrorReport.objects.visible_to(actor).get()
        actions.resolve(actor, mine, answer=" Corrected. ")
        with pytest.raises(ValidationError, match="settled already"):
            actions.resolve(actor, mine, answer="Again.")
    row = ErrorReport.objects.visible_to(_actor(cast)).get()
    assert (row.answer, row.resolved_by_name, row.resolved_at is None) == ("Corrected.", "Nia Haddad", False)


def test_two_who_settle_at_once(cast: Cast) -> None:
    reported(cast["volunteer"])
    with speaking(cast["admin"]) as actor:
        first, second = (ErrorReport.objects.visible_to(actor).get() for _ in range(2))
        actions.resolve(actor, first, answer="One.")
        with pytest.raises(ValidationError, match="settled already"):
            actions.resolve(actor, second, answer="Two.")
        assert ErrorReport.objects.visible_to(actor).get().answer == "One."


def test_a_report_and_an_answer_say_something(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Say what is wrong"):
        reported(cast["volunteer"], " ")
    with pytest.raises(ValidationError, match="4000 letters"):
        reported(cast["volunteer"], "x" * 4001)
    reported(cast["volunteer"])
    with speaking(cast["admin"]) as actor, pytest.raises(ValidationError, match="Say what came of it"):
        actions.resolve(actor, ErrorReport.objects.visible_to(actor).get(), answer=" ")


def test_only_administrators_and_the_operator_settle(cast: Cast) -> None:
    reported(cast["volunteer"])
    for key in ("attorney", "paralegal", "volunteer"):
        with speaking(cast[key]) as actor, pytest.raises(PermissionDenied):
            actions.resolve(actor, ErrorReport.objects.visible_to(actor).get(), answer="Mine.")
    with speaking(cast["clinic_admin"], SOUTH) as actor:
        assert list(ErrorReport.objects.visible_to(actor)) == []
    assert ErrorReport.objects.visible_to(duty("operator")).count() == 1
    assert ErrorReport.objects.visible_to(duty("letters")).count() == 0
