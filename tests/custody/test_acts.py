"""Moves, releases, corrections and what takes them back: as acts, under the database's walls."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import person
from casework.cases.actions import assign, finish_task
from casework.cases.models import Case, Task
from casework.custody import actions, corrections, courts, looks, rules, undoing
from casework.custody.actions import Recorded
from casework.custody.models import CourtOnFile, Kind, Stay, Stint
from casework.custody.places import Where
from casework.directory.models import Court
from casework.people import consents, contacts
from casework.people.models import Consent, Contact
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking
from tests.conftest import as_owner
from tests.custody.planting import ADELANTO, B18, EL_PASO, LOST, at, book, move, on

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def held(cast: Cast, day: str = "2026-10-01") -> Case:
    """A case of somebody who is in Adelanto since that day."""
    case = open_case(cast["attorney"], given_names="Domingo")
    with speaking(cast["attorney"]) as ada:
        book(ada, case, at(ADELANTO), day)
    return case


def places(cast: Cast, case: Case) -> list[tuple[str, str, str]]:
    """The places on file: what, from, until, as days in UTC."""
    with speaking(cast["attorney"]) as ada:
        rows = [one for stay in looks.stays(ada, case) for one in looks.stints(ada, stay)]
        return [(one.facility_id or one.kind, _day(one.starts_at), _day(one.ends_at)) for one in rows]


def _day(instant: Any) -> str:
    return instant.date().isoformat() if instant else ""


def glance(cast: Cast, case: Case) -> tuple[str, str]:
    with speaking(cast["attorney"]) as ada:
        now = again(ada, case)
        return now.facility_key or now.place_kind, now.custody


def open_tasks(cast: Cast, case: Case) -> set[str]:
    with speaking(cast["attorney"]) as ada:
        return set(Task.objects.visible_to(ada).filter(case=case, done_at=None).values_list("rule", flat=True))


# --- What does not fit


def test_a_day_ahead_and_a_day_before_the_place_on_file_are_refused(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: move(ada, case, at(EL_PASO), "2099-01-01"))) == ["since"]
        assert list(refused(lambda: move(ada, case, at(EL_PASO), "2026-09-30"))) == ["since"]
        assert list(refused(lambda: move(ada, case, at(ADELANTO), "2026-10-05"))) == ["where"]
        assert list(refused(lambda: book(ada, case, at(EL_PASO), "2026-10-05"))) == [""]
        assert list(refused(lambda: move(ada, case, at(B18), "2026-03-08", clock="02:30"))) == ["since"]
    assert places(cast, case) == [(ADELANTO, "2026-10-01", "")]


def test_nobody_who_is_not_held_is_moved_or_released(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: move(ada, case, at(EL_PASO), "2026-10-05"))) == [""]
        assert list(refused(lambda: actions.release(ada, case, reason="bond", since=on("2026-10-05")))) == [""]


def test_two_moves_on_one_day_stand_in_their_order(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        move(ada, case, at(B18, Kind.HOLD_ROOM), "2026-10-05", clock="10:00")
        move(ada, case, LOST, "2026-10-05")
        move(ada, case, at(EL_PASO), "2026-10-05")
    assert [what for what, _from, _until in places(cast, case)] == [ADELANTO, B18, "not_located", EL_PASO]


def test_a_place_in_words_is_sealed_and_shown_to_no_list(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        move(ada, case, Where(Kind.ELSEWHERE, None, "A motel at the border"), "2026-10-05")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM custody_stint t WHERE t::text LIKE '%motel%'")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT place, place_kind FROM cases_case WHERE id = %s", [case.pk])
        assert cursor.fetchone() == ("", "elsewhere")
    with speaking(cast["attorney"]) as ada:
        stay = looks.open_stay(ada, case)
        last = looks.last_stint(ada, stay) if stay else None
        assert last
        assert last.place == "A motel at the border"


# --- The database holds it, whoever writes


def test_nobody_is_in_two_places_and_no_two_stays_are_open(cast: Cast) -> None:
    case = held(cast)
    stay, stint = Stay.objects.visible_to(owner(cast)).get(), Stint.objects.visible_to(owner(cast)).get()
    copies = [
        (stay, {}),
        (stint, {"starts_at": stint.starts_at.replace(day=20)}),
        (stint, {"ends_at": stint.starts_at}),
    ]
    for row, values in copies[:2]:
        row.pk, row._state.adding = None, True
        for name, value in values.items():
            setattr(row, name, value)
        row.id = type(row)._meta.pk.get_default()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
    assert places(cast, case) == [(ADELANTO, "2026-10-01", "")]


def owner(cast: Cast) -> Actor:
    with speaking(cast["attorney"]) as ada:
        return ada


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE custody_stint SET ends_at = starts_at - interval '1 second'",
        "UPDATE custody_stint SET facility_id = NULL",
        "UPDATE custody_stint SET kind = 'not_located'",
        "UPDATE custody_stay SET ended_at = now()",
        "UPDATE custody_stay SET reason = 'bond'",
        "UPDATE custody_stay SET ended_at = began_at - interval '1 day', reason = 'bond'",
    ],
)
def test_what_makes_no_sense_does_not_stand(cast: Cast, change: str) -> None:
    held(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_row_stays_with_its_person(cast: Cast) -> None:
    held(cast)
    other = open_case(cast["attorney"])
    for table in ("custody_stay", "custody_stint"):
        with pytest.raises(Exception, match="stays"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET person_id = %s", [other.person_id])  # noqa: S608


# --- Releases


def test_a_release_ends_all_and_a_new_arrest_begins_anew(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        done: Recorded = actions.release(ada, case, reason="bond", since=on("2026-10-20"))
        assert (done.stay.is_open, done.stay.next_check_at) == (False, None)
    assert glance(cast, case) == ("", "released")
    assert {"custody.reach", "custody.new_address", "custody.check_ins", "custody.bond_papers"} <= open_tasks(
        cast, case
    )
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: book(ada, case, at(EL_PASO), "2026-10-10"))) == ["since"]
        book(ada, again(ada, case), at(EL_PASO), "2026-11-01")
    assert glance(cast, case) == (EL_PASO, "detained")
    assert "custody.detained_again" in open_tasks(cast, case)
    assert [what for what, _from, _until in places(cast, case)] == [ADELANTO, EL_PASO]


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("removed", "removed"), ("voluntary_departure", "departed"), ("deceased", "deceased"), ("parole", "released"),
    ],
)  # fmt: skip
def test_the_glance_says_how_it_ended(cast: Cast, reason: str, state: str) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        actions.release(ada, case, reason=reason, since=on("2026-10-20"))
    assert glance(cast, case) == ("", state)


@pytest.mark.parametrize("key", ["attorney", "volunteer"])
@pytest.mark.parametrize(
    ("ends", "left"),
    [("revoked", ["Brother"]), ("marked", ["Brother"]), ("removed", ["Brother"]), ("silent", []), ("renamed", None)],
)
def test_nobody_is_asked_to_tell_somebody_who_may_not_be_told_any_more(
    cast: Cast, key: str, ends: str, left: list[str] | None
) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        row, now = again(ada, case), timezone.now()
        brother, sister = (
            contacts.add(ada, row.person, values={"kind": "family", "name": name}) for name in ("Brother", "Sister")
        )
        consents.give(ada, row.person, contact=brother, subjects=["custody"], how="phone", given_at=now)
        given: Consent = consents.give(ada, row.person, contact=sister, subjects=["custody"], how="phone", given_at=now)
        assign(ada, row, membership=member(cast["volunteer"], NORTH), role="volunteer")
        move(ada, row, at(EL_PASO), "2026-11-10")
    with speaking(cast[key]) as actor:
        row, sister = again(actor, case), Contact.objects.visible_to(actor).get(pk=sister.pk)
        if ends == "revoked":
            consents.revoke(actor, Consent.objects.visible_to(actor).get(pk=given.pk))
        elif ends == "marked":
            contacts.change(actor, sister, values={"must_not_know": True}, seen=1)
        elif ends == "removed":
            contacts.remove(actor, sister)
        elif ends == "silent":
            person.change(actor, row, values={"no_contact": True}, seen=row.person.version)
        else:
            contacts.change(actor, sister, values={"name": "Petrona"}, seen=1)
    with speaking(cast["attorney"]) as ada:
        rows = Task.objects.visible_to(ada).filter(case=case, rule="custody.tell_contact", done_at=None)
        assert sorted(one.values["contact"] for one in rows) == (["Brother", "Sister"] if left is None else left)


# --- Taking back


def test_undo_of_a_move_puts_all_back_and_drops_its_open_tasks(cast: Cast) -> None:
    case = held(cast)
    before, tasks = places(cast, case), open_tasks(cast, case)
    with speaking(cast["attorney"]) as ada:
        done = move(ada, case, at(EL_PASO), "2026-11-14")
        first = Task.objects.visible_to(ada).get(cause=done.stint and done.stint.pk, rule="custody.visiting")
        finish_task(ada, case, task=first)
        undoing.undo(ada, case, line_id=done.line)
    assert places(cast, case) == before
    assert open_tasks(cast, case) == tasks
    assert glance(cast, case) == (ADELANTO, "detained")
    with speaking(cast["attorney"]) as ada:
        assert Task.objects.visible_to(ada).get(pk=first.pk).dropped is False
        said = refused(lambda: undoing.undo(ada, case, line_id=done.line))
    assert said == {"": ["This cannot be undone any more: Ada Quispe recorded something since. Correct it instead."]}


def test_what_was_to_be_done_about_a_place_goes_with_it_and_comes_back(cast: Cast) -> None:
    """Nobody is sent to ask Adelanto about visits for somebody who is in El Paso, and then out."""

    def about_places() -> dict[str, str]:
        with speaking(cast["attorney"]) as ada:
            rows = Task.objects.visible_to(ada).filter(case=case, done_at=None)
            return {one.rule: one.values["place"] for one in rows if "place" in one.values}

    case = held(cast)
    first, asked = about_places(), {"custody.confirm_place", "custody.visiting"}
    assert asked <= first.keys()
    assert {first[rule] for rule in asked} == {"Adelanto ICE Processing Center"}
    with speaking(cast["attorney"]) as ada:
        move(ada, again(ada, case), at(EL_PASO), "2026-10-20")
    assert {about_places()[rule] for rule in asked} == {"El Paso Service Processing Center"}
    second = about_places()
    with speaking(cast["attorney"]) as ada:
        done = actions.release(ada, again(ada, case), reason="bond", since=on("2026-11-02"))
    assert about_places().keys() & rules.OF_BEING_HELD == set()
    with speaking(cast["attorney"]) as ada:
        undoing.undo(ada, again(ada, case), line_id=done.line)
    assert about_places() == second


def test_undo_of_a_booking_and_of_a_release(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first = book(ada, case, at(ADELANTO), "2026-10-01")
        freed: Recorded = actions.release(ada, case, reason="bond", since=on("2026-10-20"))
        undoing.undo(ada, case, line_id=freed.line)
        assert looks.open_stay(ada, case)
        with pytest.raises(Exception, match="recorded something since"):
            undoing.undo(ada, case, line_id=first.line)
    other = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        first = book(ada, other, at(ADELANTO), "2026-10-01")
        undoing.undo(ada, other, line_id=first.line)
        assert looks.stays(ada, other) == []
        book(ada, other, at(EL_PASO), "2026-09-15")
    assert glance(cast, other) == (EL_PASO, "detained")


def test_undo_is_refused_when_somebody_built_on_it(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        done = move(ada, case, at(EL_PASO), "2026-11-10")
    with speaking(cast["paralegal"]) as ben:
        move(ben, again(ben, case), LOST, "2026-11-12")
    with speaking(cast["attorney"]) as ada:
        said = refused(lambda: undoing.undo(ada, case, line_id=done.line))
    assert said == {"": ["This cannot be undone any more: Ben Okoye recorded something since. Correct it instead."]}
    assert len(places(cast, case)) == 3


def test_undo_from_another_case_of_the_person_drops_the_tasks_where_they_are(cast: Cast) -> None:
    case = held(cast)
    before = open_tasks(cast, case)
    with as_owner():
        other = Case(organization=case.organization, person=case.person, opened_by=case.opened_by, stage="active")
        other.save(force_insert=True)
    with speaking(cast["attorney"]) as ada:
        done = move(ada, again(ada, case), at(EL_PASO), "2026-11-14")
        assert done.tasks
        undoing.undo(ada, again(ada, other), line_id=done.line)
    assert open_tasks(cast, case) == before


def test_undo_of_anothers_line_is_not_there(cast: Cast) -> None:
    case, other = held(cast), held(cast)
    with speaking(cast["attorney"]) as ada:
        done = move(ada, other, at(EL_PASO), "2026-11-10")
        with pytest.raises(Http404):
            undoing.undo(ada, case, line_id=done.line)
        viewed = Entry.objects.filter(verb="custody.booked").first()
        assert viewed


# --- Corrections


def three(cast: Cast) -> Case:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        move(ada, case, LOST, "2026-10-10")
        move(ada, case, at(EL_PASO), "2026-10-20")
    return case


def correct(actor: Actor, case: Case, number: int, starts: str, ends: str, *, of: Case | None = None) -> Recorded:
    stay = looks.open_stay(actor, case)
    row = looks.stints(actor, stay)[number] if stay else None
    assert row
    found = Where(row.kind, row.facility, row.place or "")
    until = on(ends) if ends else None
    return corrections.correct(
        actor, of or case, row, where=found, starts=on(starts), ends=until, source="visit", seen=row.version
    )


@pytest.mark.parametrize(
    ("number", "starts", "ends", "found"),
    [
        (1, "2026-10-08", "2026-10-20", ["2026-10-01", "2026-10-08", "2026-10-20"]),
        (1, "2026-10-12", "2026-10-18", ["2026-10-01", "2026-10-12", "2026-10-18"]),
        (1, "2026-10-08", "2026-10-22", ["2026-10-01", "2026-10-08", "2026-10-22"]),
        (0, "2026-09-20", "2026-10-11", ["2026-09-20", "2026-10-11", "2026-10-20"]),
        (2, "2026-10-15", "", ["2026-10-01", "2026-10-10", "2026-10-15"]),
    ],
)
def test_a_correction_moves_the_neighbors_that_touch(
    cast: Cast, number: int, starts: str, ends: str, found: list[str]
) -> None:
    case = three(cast)
    tasks = open_tasks(cast, case)
    with speaking(cast["attorney"]) as ada:
        done = correct(ada, case, number, starts, ends)
    rows = places(cast, case)
    assert [start for _what, start, _end in rows] == found
    assert [end for _what, _start, end in rows] == [*found[1:], ""]
    assert open_tasks(cast, case) == tasks
    with speaking(cast["attorney"]) as ada:
        undoing.undo(ada, case, line_id=done.line)
    assert [start for _what, start, _end in places(cast, case)] == ["2026-10-01", "2026-10-10", "2026-10-20"]


@pytest.mark.parametrize(
    ("number", "starts", "ends", "field"),
    [
        (1, "2026-09-20", "2026-10-20", "starts"), (1, "2026-10-12", "2026-10-11", "ends"),
        (1, "2026-10-10", "", "ends"), (2, "2026-10-20", "2026-10-25", "ends"), (0, "2026-10-01", "2099-01-01", "ends"),
    ],
)  # fmt: skip
def test_a_correction_that_does_not_fit_is_refused_at_its_field(
    cast: Cast, number: int, starts: str, ends: str, field: str
) -> None:
    case = three(cast)
    before = places(cast, case)
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: correct(ada, case, number, starts, ends))) == [field]
    assert places(cast, case) == before


def test_a_correction_of_another_version_is_told(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        stay = looks.open_stay(ada, case)
        row = looks.last_stint(ada, stay) if stay else None
        assert row
        with pytest.raises(ChangedMeanwhile):
            corrections.correct(
                ada, case, row, where=at(EL_PASO), starts=on("2026-10-01"), ends=None, source="visit", seen=7
            )


def test_a_gap_is_closed_and_opened_again(cast: Cast) -> None:
    case = three(cast)
    with speaking(cast["attorney"]) as ada:
        stay = looks.open_stay(ada, case)
        assert stay
        lost = looks.stints(ada, stay)[1]
        with as_owner():
            Stint.objects.visible_to(ada).filter(pk=lost.pk).update(withdrawn=True)
    with speaking(cast["attorney"]) as ada:
        before = looks.stints(ada, stay)[0]
        done: Recorded = corrections.close_gap(ada, case, before, where=at(B18, Kind.HOLD_ROOM), source="self")
        assert list(refused(lambda: corrections.close_gap(ada, case, before, where=LOST, source="self"))) == [""]
    assert [what for what, _from, _until in places(cast, case)] == [ADELANTO, B18, EL_PASO]
    with speaking(cast["attorney"]) as ada:
        undoing.undo(ada, case, line_id=done.line)
    assert [what for what, _from, _until in places(cast, case)] == [ADELANTO, EL_PASO]


def test_whoever_may_not_correct_takes_no_correction_back(cast: Cast) -> None:
    case = three(cast)
    with speaking(cast["attorney"]) as ada:
        done = correct(ada, case, 1, "2026-10-08", "2026-10-20")
        assign(ada, again(ada, case), membership=member(cast["volunteer"], NORTH), role="volunteer")
    standing = places(cast, case)
    with speaking(cast["volunteer"]) as vic, pytest.raises(PermissionDenied):
        undoing.undo(vic, again(vic, case), line_id=done.line)
    assert places(cast, case) == standing


def test_a_place_is_corrected_in_its_own_case(cast: Cast) -> None:
    case, other = held(cast), open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada, pytest.raises(Http404):
        correct(ada, case, 0, "2026-10-02", "", of=again(ada, other))


# --- The court on file


def test_only_a_cited_order_sets_the_court(cast: Cast) -> None:
    case = held(cast)
    adelanto, spc = Court.objects.get(key="adelanto"), Court.objects.get(key="el-paso-spc")
    with speaking(cast["attorney"]) as ada:
        day = on("2026-10-02").day
        assert list(refused(lambda: courts.set_court(ada, case, court=adelanto, since=day, order=" ", seen=0))) == [
            "order"
        ]
        ahead = on("2099-01-01").day
        assert list(refused(lambda: courts.set_court(ada, case, court=adelanto, since=ahead, order="x", seen=0))) == [
            "since"
        ]
        courts.set_court(ada, case, court=adelanto, since=day, order="NTA", seen=0)
        with pytest.raises(ChangedMeanwhile):
            courts.set_court(ada, case, court=spc, since=day, order="Order", seen=0)
        courts.set_court(ada, case, court=spc, since=day, order="Order of Oct 5", seen=1)
        assert CourtOnFile.objects.visible_to(ada).get(case=case).court_id == "el-paso-spc"


# --- Who may


def test_who_may_record_a_move(cast: Cast) -> None:
    case = held(cast)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        seen = again(cleo, case)
        stay = looks.open_stay(cleo, seen)
        assert stay
        assert [one.facility_id for one in looks.stints(cleo, stay)] == [ADELANTO]
        with pytest.raises(PermissionDenied):
            move(cleo, seen, at(EL_PASO), "2026-11-14")


def test_a_second_case_and_a_hidden_one_show_the_same_place(cast: Cast) -> None:
    """Restricted cases that whoever records does not see are kept true, too."""
    case = held(cast)
    with as_owner():
        other = Case(
            organization=case.organization,
            person=case.person,
            opened_by=case.opened_by,
            restricted=True,
            stage="active",
        )
        other.save(force_insert=True)
    with speaking(cast["paralegal"]) as ben:
        assert not Case.objects.visible_to(ben).filter(pk=other.pk).exists()
        move(ben, again(ben, case), at(EL_PASO), "2026-11-14")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT facility_key, custody FROM cases_case WHERE person_id = %s", [case.person_id])
        assert cursor.fetchall() == [(EL_PASO, "detained")]
