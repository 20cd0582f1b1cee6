"""Two files of one human being: merged, seen as one by whoever sees both, and put apart again."""

import uuid
from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from casework.access.actor import duty
from casework.access.acts import opened_details
from casework.access.doors import window
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions, history, merging
from casework.cases import person as acts_on_person
from casework.cases.models import Case, Note
from casework.people import actions as people
from casework.people import consents, contacts
from casework.people.models import AdverseParty, Contact, NameToken, Person
from casework.people.same_number import candidates
from casework.vault import rotation
from casework.vault.fields import Locked
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking, to
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
NUMBER = "012345678"


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    """Two cases of one woman under two names, each in a file of its own; only the second knows her number."""
    one = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    other = open_case(cast["attorney"], given_names="Rosa María", first_surname="Tzul", second_surname="Pérez")
    change(cast["attorney"], other, a_number=NUMBER, birth_date=date(1991, 3, 12), nationalities=["GT"])
    return one, other


def change(user: User, case: Case, **values: Any) -> uuid.UUID | None:
    with speaking(user) as actor:
        now = again(actor, case)
        return acts_on_person.change(actor, now, values=values, seen=now.whose.version)


def merge(user: User, one: Case, other: Case, *, taken: Collection[str] = (), keeps: Case | None = None) -> uuid.UUID:
    """Merges the second case's file into the first one's, in a request of its own."""
    with speaking(user) as actor:
        here, there = again(actor, one), again(actor, other)
        survivor, loser = merging.pair(here.whose, there.whose)
        line: uuid.UUID = merging.merge(
            actor, here, survivor=survivor, loser=loser, taken=taken, keeps=keeps.person_id if keeps else None
        )
    return line


def part(user: User, case: Case, line: uuid.UUID) -> list[str]:
    with speaking(user) as actor:
        return merging.part(actor, again(actor, case), line_id=line)


def seen(user: User, case: Case, organization: str = NORTH) -> Person:
    """The person that the pages of a case show to a member."""
    with speaking(user, organization) as actor:
        found = again(actor, case).whose
        assert merging.fields_of(found)  # opened now, while this member speaks
        return found


def rows() -> dict[uuid.UUID, dict[str, Any]]:
    """Every person as it stands, but for the version."""
    fields = [*merging.WRITTEN, "merged_into_id"]
    with window("the test"):
        return {one.pk: {name: getattr(one, name) for name in fields} for one in Person.objects.all()}


# --- Merging, and undoing it


def test_whoever_sees_both_meets_one_person_in_both_cases(cast: Cast, two: tuple[Case, Case]) -> None:
    one, other = two
    merge(cast["attorney"], one, other)
    for case in two:
        person = seen(cast["attorney"], case)
        assert (person.pk, person.full_name, person.aliases) == (
            one.person_id, "Rosa Tzul Pérez", ["Rosa Tzul", "Rosa María Tzul Pérez"],
        )  # fmt: skip
        assert (person.a_number, person.birth_date, person.nationalities) == (NUMBER, date(1991, 3, 12), ["GT"])


def test_undoing_puts_everything_back(cast: Cast, two: tuple[Case, Case]) -> None:
    before = rows()
    line = merge(cast["attorney"], *two, taken=["given_names"])
    assert rows() != before
    assert part(cast["attorney"], two[1], line) == []
    assert rows() == before


def test_values_are_chosen_one_by_one(cast: Cast, two: tuple[Case, Case]) -> None:
    change(cast["attorney"], two[0], alert="Only after 6 pm", language="QUC", language_variety="Nahualá")
    change(cast["attorney"], two[1], alert="Ask for Petrona", language="SPA", no_contact=True)
    merge(cast["attorney"], *two, taken=["alert", "language"])
    person = seen(cast["attorney"], two[0])
    assert (person.alert, person.language, person.language_variety, person.no_contact) == (
        "Ask for Petrona", "SPA", "", True,
    )  # fmt: skip


def test_what_was_written_since_stays(cast: Cast, two: tuple[Case, Case]) -> None:
    line = merge(cast["attorney"], *two)
    change(cast["paralegal"], two[1], a_number="087654321", alert="Only after 6 pm", aliases=["Rosa Tzul", "Chita"])
    with speaking(cast["attorney"]) as actor:
        added = contacts.add(actor, again(actor, two[1]).person, values={"name": "Petrona", "kind": "family"})
    assert part(cast["attorney"], two[0], line) == ["a_number"]
    person = seen(cast["attorney"], two[0])
    assert (person.a_number, person.alert, person.aliases) == ("087654321", "Only after 6 pm", ["Chita"])
    assert person.birth_date is None
    assert added.person_id == two[1].person_id  # in the file of the case in which it was written


def test_a_merge_is_undone_once(cast: Cast, two: tuple[Case, Case]) -> None:
    line = merge(cast["attorney"], *two)
    part(cast["attorney"], two[0], line)
    assert refused(lambda: part(cast["attorney"], two[0], line)) == {"": ["This merge was undone already."]}
    with pytest.raises(Http404):
        part(cast["attorney"], open_case(cast["attorney"]), line)
    with pytest.raises(Http404):
        part(cast["attorney"], two[0], uuid.uuid4())


def test_both_can_be_merged_again(cast: Cast, two: tuple[Case, Case]) -> None:
    part(cast["attorney"], two[0], merge(cast["attorney"], *two))
    merge(cast["attorney"], two[1], two[0])
    assert seen(cast["attorney"], two[0]).pk == two[1].person_id


def test_a_third_file_joins_the_survivor_and_goes_alone(cast: Cast, two: tuple[Case, Case]) -> None:
    third = open_case(cast["attorney"], given_names="Rosita", first_surname="Tzul")
    first = merge(cast["attorney"], *two)
    second = merge(cast["attorney"], third, two[1])  # from the new file's side: what was merged into goes on
    assert {seen(cast["attorney"], case).pk for case in (*two, third)} == {two[0].person_id}
    part(cast["attorney"], third, first)
    assert [seen(cast["attorney"], case).pk for case in (*two, third)] == [
        two[0].person_id, two[1].person_id, two[0].person_id,
    ]  # fmt: skip
    part(cast["attorney"], third, second)
    assert {one["merged_into_id"] for one in rows().values()} == {None}


def test_two_that_have_others_are_not_merged(cast: Cast, two: tuple[Case, Case]) -> None:
    more = [open_case(cast["attorney"], given_names=name) for name in ("Rosita", "Chita")]
    merge(cast["attorney"], *two)
    merge(cast["attorney"], *more)
    words = "Others were merged into each of these two files. Undo the merges of one of them first."
    assert refused(lambda: merge(cast["attorney"], two[0], more[0])) == {"": [words]}
    assert refused(lambda: merge(cast["attorney"], *two)) == {"": ["These two files are merged already."]}


def test_whoever_comes_second_merges_nothing(cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as actor:
        here, there = again(actor, two[0]).person, again(actor, two[1]).person
    change(cast["paralegal"], two[1], alert="Only after 6 pm")
    with speaking(cast["attorney"]) as actor, pytest.raises(ChangedMeanwhile):
        merging.merge(actor, again(actor, two[0]), survivor=here, loser=there)
    merge(cast["paralegal"], two[1], two[0])
    with speaking(cast["attorney"]) as actor, pytest.raises(ChangedMeanwhile):
        merging.merge(actor, again(actor, two[0]), survivor=here, loser=there)


# --- What hangs on a person


def test_contacts_consents_and_flags_of_both_stand_together(cast: Cast, two: tuple[Case, Case]) -> None:
    now = datetime(2026, 10, 1, tzinfo=UTC)
    with speaking(cast["attorney"]) as actor:
        one, other = again(actor, two[0]), again(actor, two[1])
        sister = contacts.add(actor, other.person, values={"name": "Petrona", "kind": "family"})
        people.set_flags(actor, other.person, ["elderly"])
        consents.give(actor, one.person, how="phone", given_at=now, to_organization=_south())
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor:
        one = again(actor, two[0])
        assert list(one.person.rows(Contact)) == [sister]
        assert people.flags(actor, one.person) == {"elderly"}
        assert one.whose.first_reached_at == now
        given = consents.give(actor, one.whose, how="phone", given_at=now, contact=sister, subjects=["custody"])
        assert given.person_id == two[1].person_id  # beside the contact
        assert consents.told_to(one.whose, [sister], [given], now=now)[0].told.subjects == ("custody",)
        assert people.set_flags(actor, one.person, []) == ["elderly"]


def test_a_wish_for_no_contact_counts_wherever_it_is_written(cast: Cast, two: tuple[Case, Case]) -> None:
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor:
        actions.assign(actor, again(actor, two[1]), membership=member(cast["volunteer"], NORTH), role="volunteer")
    with speaking(cast["volunteer"]) as actor:
        mine = again(actor, two[1])
        assert (mine.whose.pk, mine.whose.full_name) == (two[1].person_id, "Rosa María Tzul Pérez")  # as before
        acts_on_person.change(actor, mine, values={"no_contact": True}, seen=mine.whose.version)
    person = seen(cast["attorney"], two[0])
    assert not person.no_contact
    with speaking(cast["attorney"]) as actor:
        assert again(actor, two[0]).whose.wants_no_contact


def test_a_pair_is_no_longer_two_with_one_number_and_is_found_by_either_name(
    cast: Cast, two: tuple[Case, Case]
) -> None:
    change(cast["attorney"], two[0], a_number=NUMBER)
    with speaking(cast["attorney"]) as actor:
        person = again(actor, two[0]).whose
        values = merging.fields_of(person)
        assert [one.person.pk for one in candidates(actor, person, values)] == [two[1].person_id]
        assert [one.pk for one in merging.alike(actor, person)] == [two[1].person_id]
    merge(cast["attorney"], *two)
    third = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as actor:
        person = again(actor, two[0]).whose
        assert candidates(actor, person, merging.fields_of(person)) == []
        assert [one.pk for one in merging.alike(actor, person)] == [third.person_id]
        other = again(actor, third).whose
        assert [one.person.pk for one in candidates(actor, other, values)] == [two[0].person_id]
        assert [one.pk for one in merging.alike(actor, other)] == [two[0].person_id]
        for form in ("wmaria", "wperez", "wrosa"):
            token = NameToken.of(person.organization_id, form)
            found = NameToken.objects.visible_to(actor).filter(token=token, person_id=two[0].person_id)
            assert found.count() == 1


def test_the_other_case_is_found_by_its_reference_or_number(cast: Cast, two: tuple[Case, Case]) -> None:
    foreign = open_case(cast["clinic"], SOUTH, given_names="Luz")
    with speaking(cast["attorney"]) as actor:
        reference = actions.accept(actor, again(actor, two[1]))
        person = again(actor, two[0]).whose
        for text in (reference.lower(), f" {reference} ", "A012-345-678"):
            found = merging.called(actor, person, text)
            assert found is not None
            assert found.pk == two[1].person_id
        for text in ("", "NLA-1999-0001", "A099-999-999", str(foreign.pk)):
            assert merging.called(actor, person, text) is None


# --- Who may, and what stays closed


def _south() -> uuid.UUID:
    return to(SOUTH).id


WALLS = "This takes somebody who sees every case of both, and of two files to be merged none is restricted."


def test_a_restricted_case_keeps_its_file_apart(cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, two[1]))
    assert refused(lambda: merge(cast["attorney"], *two)) == {"": [WALLS]}


def test_somebody_who_does_not_see_every_case_merges_nothing(cast: Cast, two: tuple[Case, Case]) -> None:
    hidden = _second_case(cast["attorney"], two[1])
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, hidden))
    assert refused(lambda: merge(cast["paralegal"], *two)) == {"": [WALLS]}


def test_a_merge_is_undone_by_whoever_sees_both_even_when_one_was_restricted(
    cast: Cast, two: tuple[Case, Case]
) -> None:
    line = merge(cast["attorney"], *two)
    hidden = _second_case(cast["attorney"], two[1])
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, hidden))
    assert refused(lambda: part(cast["paralegal"], two[0], line)) == {"": [WALLS]}
    part(cast["attorney"], two[0], line)


def test_volunteers_and_other_organizations_merge_nothing(cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as actor:
        for case in two:
            actions.assign(actor, again(actor, case), membership=member(cast["volunteer"], NORTH), role="volunteer")
            give(actor, again(actor, case), SOUTH, level="share", counsel_tier=True)
    for user, organization in ((cast["volunteer"], NORTH), (cast["clinic"], SOUTH)):
        with speaking(user, organization) as actor:
            here, there = again(actor, two[0]), again(actor, two[1])
            with pytest.raises(PermissionDenied):
                merging.merge(actor, here, survivor=here.person, loser=there.person)


def test_a_merge_stands_on_a_case_of_one_of_the_two(cast: Cast, two: tuple[Case, Case]) -> None:
    third = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as actor:
        here, there, elsewhere = (again(actor, case) for case in (*two, third))
        with pytest.raises(PermissionDenied):
            merging.merge(actor, elsewhere, survivor=here.person, loser=there.person)


def test_nobody_sees_more_than_before(cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as actor:
        give(actor, again(actor, two[1]), SOUTH, counsel_tier=True)
        for case in two:
            values = {"name": "Ramiro", "kind": "abuser", "tier": 3, "phones": []}
            contacts.add_adverse(actor, again(actor, case).person, values=values)
        contacts.add(actor, again(actor, two[0]).person, values={"name": "Petrona", "kind": "family"})
    merge(cast["attorney"], *two)
    with speaking(cast["clinic"], SOUTH) as actor:
        case = again(actor, two[1])
        assert (case.whose.pk, case.person.files) == (two[1].person_id, [two[1].person_id])
        assert list(case.person.rows(Contact)) == []
        assert Person.objects.visible_to(actor).count() == 1
    with speaking(cast["paralegal"]) as actor:
        assert again(actor, two[0]).person.rows(Contact).count() == 1
        assert again(actor, two[0]).person.rows(AdverseParty).count() == 0


STATEMENTS = {
    "into one that stands for nobody": "UPDATE people_person SET merged_into_id = %(other)s WHERE id = %(one)s",
    "two at once": "UPDATE people_person SET merged_into_id = %(one)s WHERE id IN (%(one)s, %(other)s)",
    "undone with others left": "UPDATE people_person SET merged_into_id = NULL WHERE id = %(survivor)s",
    "from one to another": "UPDATE people_person SET merged_into_id = %(one)s WHERE id = %(loser)s",
}


def test_the_database_keeps_chains_out(cast: Cast, two: tuple[Case, Case]) -> None:
    more = [open_case(cast["attorney"], given_names=name) for name in ("Rosita", "Chita")]
    merge(cast["attorney"], *more)
    names = ("one", "other", "survivor", "loser")
    ids = dict(zip(names, (case.person_id for case in (*two, *more)), strict=True))
    with speaking(cast["attorney"]):
        _refused_by_the_database(STATEMENTS["into one that stands for nobody"], ids)
        _refused_by_the_database(STATEMENTS["undone with others left"], ids)
        _refused_by_the_database(STATEMENTS["from one to another"], ids)


def test_the_database_refuses_a_merge_that_is_not_theirs(cast: Cast, two: tuple[Case, Case]) -> None:
    ids = {"one": two[0].person_id, "other": two[1].person_id}
    itself = "UPDATE people_person SET merged_into_id = id WHERE id = %(one)s"
    with speaking(cast["attorney"]) as actor:
        actions.restrict(actor, again(actor, two[0]))
        actions.assign(actor, again(actor, two[1]), membership=member(cast["volunteer"], NORTH), role="volunteer")
        _refused_by_the_database(itself, ids)
    with speaking(cast["volunteer"]):
        _refused_by_the_database(itself.replace("one", "other"), ids)


def test_nobody_is_written_down_as_merged(cast: Cast, two: tuple[Case, Case]) -> None:
    merge(cast["attorney"], *two)
    with speaking(cast["attorney"]) as actor, as_application():
        made = Person(organization_id=actor.organization, opened_by_id=actor.member, merged_into_id=two[0].person_id)
        with pytest.raises(DatabaseError), transaction.atomic():
            made.save(force_insert=True)


def _refused_by_the_database(statement: str, values: dict[str, uuid.UUID]) -> None:
    with as_application(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def _second_case(user: User, case: Case) -> Case:
    """Another case of the same person."""
    with speaking(user) as actor:
        made = Case(organization_id=actor.organization, person_id=case.person_id, opened_by_id=actor.member)
        made.save(force_insert=True)
        actions.assign(actor, again(actor, made), membership=member(user, NORTH), role="lead")
    return made


# --- The audit, and the keys


def test_the_lines_say_it_in_both_cases(cast: Cast, two: tuple[Case, Case]) -> None:
    line = merge(cast["attorney"], *two)
    part(cast["attorney"], two[1], line)
    stands = {case.pk: _told(cast["attorney"], case) for case in two}
    assert [verb for verb, _kept in stands[two[0].pk]] == ["person.parted", "person.merged"]
    merged = stands[two[0].pk][1][1]
    assert (merged["who"], merged["loser"]) == ("Rosa María Tzul Pérez", str(two[1].person_id))
    assert merged["changes"]["aliases"] == [[], ["Rosa Tzul", "Rosa María Tzul Pérez"]]
    assert stands[two[1].pk] == [("person.parted", {}), ("person.merged", {})]  # nothing of the other file


def test_while_they_are_merged_a_case_tells_of_both_files_once(cast: Cast, two: tuple[Case, Case]) -> None:
    merge(cast["attorney"], *two)
    assert [[verb for verb, _kept in _told(cast["attorney"], case)] for case in two] == [["person.merged"]] * 2
    with speaking(cast["attorney"]) as actor:
        verbs = [line.verb for line in history.activity(actor, again(actor, two[0]), {}).rows]
    assert "person.changed" in verbs  # what was done to the other file before


def _told(user: User, case: Case) -> list[tuple[str, dict[str, Any]]]:
    with speaking(user) as actor:
        lines = [one for one in history.activity(actor, again(actor, case), {}).rows if one.verb in history.MERGES]
        kept = opened_details(lines)
        return [(one.verb, kept[one.pk] or {}) for one in lines]


def test_new_keys_for_either_file_change_nothing(cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as actor:
        for case in two:
            actions.write_note(actor, again(actor, case), text="A note")
    before = rows()
    line = merge(cast["attorney"], *two)
    with window("the test"):
        for case in two:
            done = rotation.rotate(case.organization_id, case.person_id)
            assert (done.sealed > 0, done.locked) == (True, 0)
    with speaking(cast["attorney"]) as actor:
        assert {str(note.text) for note in Note.objects.visible_to(actor)} == {"A note"}
    assert seen(cast["attorney"], two[1]).full_name == "Rosa Tzul Pérez"
    part(cast["attorney"], two[0], line)
    assert rows() == before


def test_shredding_one_file_shreds_all_of_the_person(cast: Cast, two: tuple[Case, Case]) -> None:
    line = merge(cast["attorney"], *two)
    with window("the test"):
        gone = people.shred(duty("operator"), Person.objects.get(pk=two[1].person_id), reason="Asked for")
    assert gone == 2
    for case in two:
        assert isinstance(seen(cast["attorney"], case).full_name, Locked)
    assert Entry.objects.filter(verb="file.shredded").count() == 2
    words = "This cannot be undone: what stood before does not open."
    assert refused(lambda: part(cast["attorney"], two[0], line)) == {"": [words]}
