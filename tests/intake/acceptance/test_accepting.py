"""Accepting an intake in one act: what is written, what is refused, and taking it back."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from casework.access import acts
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Appearance, Assignment, Case, Task
from casework.custody import actions as custody
from casework.custody.models import Stint
from casework.docket.models import Bond, Hearing, Proceeding
from casework.intake.acceptance.writing import NotWritten
from casework.intake.actions import accepting
from casework.intake.models import CallLog, Incident
from casework.people import contacts
from casework.people.models import AdverseParty, Consent, Contact, Person, Vulnerability
from tests.access.membership import actor_of, audit, do, place
from tests.conftest import as_owner
from tests.custody.planting import B18, at, on
from tests.intake.acceptance.planting import (
    ADELANTO,
    COURT,
    accept,
    answers,
    day,
    everything,
    full,
    join,
    met,
    shown,
    taken,
    undo,
)

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
SAFE = {"call": True, "text": False, "voicemail": False, "note": ""}


def test_all_rows_that_follow_from_an_intake(cast: Cast) -> None:
    case = full(cast)
    done = accept(cast["attorney"], case)
    with window("looking"):
        now = Case.objects.get(pk=case.pk)
    assert (now.stage, now.reference) == ("active", done.reference)
    assert done.reference.startswith("NLA-")
    mine = {"pk": case.person_id}
    names = ("given_names", "first_surname", "a_number_missing", "birth_date", "country_of_birth", "language")
    assert shown(Person, *names, **mine) == [("Mateo", "Hernández", "none", date(1990, 2, 3), "GT", "MAM")]
    assert shown(Person, "language_town", "aliases", **mine) == [("Todos Santos", ["Mateo Ernandes"])]
    of_person = {"person_id": case.person_id}
    assert shown(Contact, "name", "kind", "relationship", "position", "must_not_know", "phones", **of_person) == [
        ("Julio", "other", "Cousin", 3, True, []),
        ("Luis", "other", "", 2, False, [SAFE | {"number": "+12135550144", "text": True}]),
        ("Rosa Hernández", "family", "", 1, False, [SAFE | {"number": "+12135550143"}]),
    ]
    assert shown(AdverseParty, "name", "kind", "tier", **of_person) == [("Pedro Coyote", "smuggler", 3)]
    [(subjects, how, purpose)] = shown(Consent, "subjects", "how", "purpose", **of_person)
    assert (subjects, how) == (["custody", "hearings"], "phone")
    assert cast["volunteer"].name in purpose
    assert shown(Vulnerability, "flag", **of_person) == [("disability",), ("indigenous_language",)]
    assert shown(Stint, "facility_id", "kind", "source", "confirmed_by_name", "starts_precision", **of_person) == [
        (ADELANTO, "facility", "family", cast["volunteer"].name, "day")
    ]
    of_case = {"case_id": case.pk}
    assert shown(Proceeding, "kind", "court_id", **of_case) == [("bond", None), ("removal", COURT)]
    assert shown(Hearing, "kind", "medium", "court_id", "on", "at", **of_case) == [
        ("master", "V", COURT, date.fromisoformat(day(9)), time(8, 30))
    ]
    assert shown(Bond, "theory", "result", "amount", "decided_on", **of_case) == [
        ("236a", "set", 5000, date.fromisoformat(day(-2)))
    ]
    lead = place(cast["attorney"]).pk
    with window("looking"):
        team = Assignment.objects.filter(Assignment.live(), case=case).values_list("membership_id", "role")
        assert set(team) == {(lead, "lead"), (place(cast["volunteer"]).pk, "volunteer")}
        rules = set(Task.objects.filter(case=case, done_at=None).values_list("rule", flat=True))
    assert {"intake.appearance", "intake.hearing", "intake.decision", "intake.signed_departure"} <= rules
    line = next(one for one in audit() if one[0] == "intake.accepted")
    assert line[1] == [
        "stage", "reference", "adverse_party", "bond", "consent", "contact", "flags", "hearing", "person", "proceeding",
        "stint",
    ]  # fmt: skip


def test_a_call_that_was_promised_is_a_task_and_call_and_incident_stay_answers(cast: Cast) -> None:
    """An incident is shared by many intakes: a person says which, so acceptance makes none and tells of none."""
    case = taken(cast["volunteer"], call_back_at=f"{day(1)}T09:00", channel="hotline", location_type="work")
    accept(cast["attorney"], case)
    with window("looking"):
        task = Task.objects.get(case=case, rule="intake.call_back")
        assert task.values == {"day": day(1)}
        assert (Incident.objects.count(), CallLog.objects.filter(case=case).count()) == (0, 1)
    overdue = taken(cast["volunteer"], call_back_at=f"{day(-3)}T09:00", person_name={"given_names": "Zenaida"},
                    caller_phone="+12135550179", caller_name="Ofelia")  # fmt: skip
    accept(cast["attorney"], overdue)
    with window("looking"):
        assert not Task.objects.filter(case=overdue, rule="intake.call_back").exists()


def test_an_appearance_since_keeps_acceptance_from_being_taken_back(cast: Cast) -> None:
    """One that stood before does not, and one that was withdrawn again does not."""
    case = taken(cast["volunteer"])
    filed(cast["attorney"], case, form="g28")
    accept(cast["attorney"], case)
    now = filed(cast["attorney"], case, form="eoir28")
    with pytest.raises(ValidationError, match="An appearance was written down since"):
        undo(cast["attorney"], case)
    with window("looking"):
        assert Case.objects.get(pk=case.pk).stage == "active"
    do(
        actor_of(cast["attorney"]),
        lambda actor: cases.withdraw_appearance(
            actor, met(actor, case), appearance=Appearance.objects.visible_to(actor).get(pk=now.pk),
            withdrawn_on=timezone.localdate(), seen=now.version,
        ),
    )  # fmt: skip
    undo(cast["attorney"], case)
    with window("looking"):
        assert Case.objects.get(pk=case.pk).stage == "enquiry"


def filed(user: User, case: Case, *, form: str) -> Appearance:
    found: Appearance = do(
        actor_of(user),
        lambda actor: cases.file_appearance(
            actor, met(actor, case), form=form, membership=place(user), filed_on=timezone.localdate()
        ),
    )
    return found


def test_a_line_of_acceptance_names_no_value(cast: Cast) -> None:
    case = full(cast)
    accept(cast["attorney"], case)
    line = Entry.objects.get(verb="intake.accepted")
    with as_owner():
        told = acts.opened_details([line])[line.pk]
    assert "Mateo" not in str(told)
    assert "Rosa" not in str(told)


def test_a_place_is_as_old_as_the_answer_says(cast: Cast) -> None:
    """The reader of the case must not take for confirmed today what a caller knew two days ago."""
    case = taken(cast["volunteer"], known_at=f"{day(-2)}T10:00", known_by="Her sister", held_since=day(-5))
    accept(cast["attorney"], case)
    [(confirmed, by)] = shown(Stint, "confirmed_at", "confirmed_by_name", person_id=case.person_id)
    assert (timezone.localtime(confirmed).date().isoformat(), by) == (day(-2), "Her sister")


# --- Refused


def refused(cast: Cast, case: Case, key: str = "attorney", **more: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        accept(cast[key], case, **more)
    with window("looking"):
        assert Case.objects.get(pk=case.pk).stage == "enquiry"
        assert not Contact.objects.filter(person_id=case.person_id).exists()
    return caught.value


def test_a_volunteer_accepts_nothing(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    with pytest.raises(PermissionDenied):
        accept(cast["volunteer"], case, lead=cast["attorney"])


def test_a_lead_is_named_and_is_an_attorney(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    assert list(refused(cast, case, led=False).message_dict) == ["lead"]
    assert list(refused(cast, case, lead=cast["paralegal"]).message_dict) == ["lead"]
    assert accept(cast["paralegal"], case, lead=cast["attorney"]).reference


def test_a_child_alone_is_no_adult_intake(cast: Cast) -> None:
    case = taken(cast["volunteer"], birth_date=day(-4000), minor="alone")
    assert refused(cast, case).code == "child"


def test_two_answers_are_settled_first(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    join(cast["attorney"], case, "co_counsel")
    answers(cast["attorney"], case, country_of_birth="MX")  # has not seen the other's
    assert refused(cast, case).code == "two_answers"


def test_what_somebody_saw_is_what_is_written(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    with pytest.raises(ChangedMeanwhile):
        accept(cast["attorney"], case, seal="0" * 32)


def test_a_value_that_differs_waits_for_a_choice(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    change(cast["attorney"], case, birth_date=date(1991, 2, 3), gender="man")
    assert refused(cast, case).code == "choose"
    accept(cast["attorney"], case, choices={"person.birth_date": "keep"})
    assert shown(Person, "birth_date", "country_of_birth", pk=case.person_id) == [(date(1991, 2, 3), "GT")]


def test_a_value_that_was_taken_is_written(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    change(cast["attorney"], case, birth_date=date(1991, 2, 3))
    accept(cast["attorney"], case, choices={"person.birth_date": "take"})
    assert shown(Person, "birth_date", pk=case.person_id) == [(date(1990, 2, 3),)]


def change(user: User, case: Case, **values: Any) -> None:
    do(actor_of(user), lambda actor: people.change(
        actor, met(actor, case), values=values, seen=met(actor, case).person.version,
    ))  # fmt: skip


def test_what_a_room_refuses_is_said_at_its_row_and_can_stay_an_answer(cast: Cast) -> None:
    """The NTA is of a day that the court's calendar has not reached where the organization's has: the room says so."""
    case = taken(cast["volunteer"], bond_state="judge_set", bond_decided_on=day(-2), bond_amount="0.00")
    with pytest.raises(NotWritten) as caught:
        accept(cast["attorney"], case)
    assert caught.value.row == "bond"
    accept(cast["attorney"], case, leave=frozenset({"bond"}))
    assert shown(Bond, "result", case_id=case.pk) == []


# --- Taken back


def test_undo_restores_all_that_stood(cast: Cast) -> None:
    case = full(cast)
    before = everything()
    reference = accept(cast["attorney"], case).reference
    assert everything() != before
    assert undo(cast["attorney"], case) == reference
    after = everything()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    with window("looking"):
        assert Case.objects.get(pk=case.pk).reference == reference
    assert accept(cast["attorney"], case).reference == reference


def test_undo_restores_what_was_changed(cast: Cast) -> None:
    """A case that held something already: a lead, a contact, a place, a hearing to be."""
    case = taken(cast["volunteer"], court=COURT, judge="Lee")
    join(cast["attorney"], case, "lead")
    ada = actor_of(cast["attorney"])
    do(ada, lambda actor: contacts.add(actor, met(actor, case).person, values={
        "name": "Rosa", "phones": [SAFE | {"number": "+12135550143"}], "kind": "friend",
    }))  # fmt: skip
    do(
        ada,
        lambda actor: custody.book(
            actor, met(actor, case), where=at(B18, "hold_room"), since=on(day(-9)), source="family"
        ),
    )
    before = everything()
    choices = {"caller.kind": "take", "stint.facility": "take"}
    accept(cast["attorney"], case, choices=choices)
    assert shown(Contact, "kind", person_id=case.person_id) == [("family",)]
    assert [one[0] for one in shown(Stint, "facility_id", person_id=case.person_id)] == [ADELANTO, B18]
    undo(cast["attorney"], case)
    assert {table: rows for table, rows in everything().items() if rows != before[table]} == {}


def not_undone(cast: Cast, case: Case) -> str:
    stood = everything()
    with pytest.raises(ValidationError) as caught:
        undo(cast["attorney"], case)
    assert everything() == stood
    return str(caught.value.messages[0])


def test_undo_is_refused_with_the_reason_where_somebody_built_on_it(cast: Cast) -> None:
    case = full(cast)
    accept(cast["attorney"], case)
    bea = actor_of(cast["paralegal"])
    do(bea, lambda actor: custody.move(actor, met(actor, case), where=at(B18), since=on(day(-1)), source="phone"))
    assert cast["paralegal"].name in not_undone(cast, case)


def test_undo_is_refused_when_somebody_appeared_changed_a_contact_or_closed_the_case(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    accept(cast["attorney"], case)
    ada = actor_of(cast["attorney"])
    with window("looking"):
        [rosa] = Contact.objects.filter(person_id=case.person_id)
    line = do(ada, lambda actor: contacts.change(
        actor, Contact.objects.visible_to(actor).get(pk=rosa.pk), values={"name": "Rosa H."}, seen=1,
    ))  # fmt: skip
    assert "Rosa H." in not_undone(cast, case)
    do(ada, lambda actor: contacts.undo(actor, Contact.objects.visible_to(actor).get(pk=rosa.pk), line_id=line))
    assert "Rosa" in not_undone(cast, case)
    do(ada, lambda actor: cases.move(actor, met(actor, case), to="closing", seen=met(actor, case).version))
    assert "not active" in not_undone(cast, case)


def test_undo_ends_with_the_hour(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    accept(cast["attorney"], case)
    [line] = Entry.objects.filter(verb="intake.accepted")
    assert accepting.is_in_time(line, line.at + timedelta(hours=1))
    assert not accepting.is_in_time(line, line.at + timedelta(hours=1, seconds=1))


def test_only_the_last_acceptance_is_taken_back_and_once(cast: Cast) -> None:
    case = taken(cast["volunteer"])
    assert "No acceptance" in not_undone(cast, case)
    accept(cast["attorney"], case)
    undo(cast["attorney"], case)
    assert "No acceptance" in not_undone(cast, case)
