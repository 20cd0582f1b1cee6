"""Rows: what is reached from one that came through a door, and that one made by hand reaches nothing.

As in test_doors.py the database's walls are away; the last tests have both layers.
"""

import copy
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import Count, FilteredRelation, Prefetch, Q, QuerySet, prefetch_related_objects
from django.db.models.query import RawQuerySet
from django.forms import modelform_factory
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.context import acting
from casework.access.doors import NotOpened, window
from casework.access.models import Membership, Organization, User
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions
from casework.cases.grants import CaseUserObjectPermission
from casework.cases.models import Assignment, Case, Note
from casework.people.models import Person
from tests.access.conftest import actor_of
from tests.conftest import as_application

pytestmark = pytest.mark.django_db

PAST = datetime(2026, 1, 1, tzinfo=UTC)


def opened(ada: Actor, world: dict[str, Any]) -> Case:
    found: Case = Case.objects.visible_to(ada).get(pk=world["own"][0].pk)
    return found


def taken_off(actor: Actor, case: Case) -> Actor:
    """The actor in a later request, no more assigned to the case, which is open to the whole organization."""
    with window("the test"):
        Assignment.objects.filter(case_id=case.pk).update(starts_at=PAST, ends_at=PAST)
    return replace(actor)


def restrict(case: Case) -> None:
    """Closes it to all but its team."""
    with window("the test"):
        Case.objects.filter(pk=case.pk).update(restricted=True)


# --- made by hand


@pytest.mark.parametrize("foreign", [True, False], ids=["of others", "one's own"])
def test_a_row_made_by_hand_reaches_nothing(ada: Actor, world: dict[str, Any], foreign: bool) -> None:
    case = world["foreign"] if foreign else world["own"][0]
    by_hand, note = Case(pk=case.pk), Note(case_id=case.pk)
    ways: dict[str, Callable[[], Any]] = {
        "children": lambda: list(by_hand.notes.all()),
        "children counted": by_hand.notes.count,
        "children of a child": lambda: list(Person(pk=case.person_id).cases.all()),
        "children changed": lambda: by_hand.notes.update(kind="call"),
        "children removed": lambda: by_hand.notes.all().delete(),
        "children added": lambda: by_hand.notes.add(world["notes"][1], bulk=True),
        "child found or made": lambda: by_hand.notes.get_or_create(kind="call"),
        "prefetched": lambda: prefetch_related_objects([by_hand], "notes"),
        "prefetched with a queryset": lambda: prefetch_related_objects(
            [by_hand], Prefetch("notes", Note.objects.all())
        ),
        "parent": lambda: note.case,
        "parent prefetched": lambda: prefetch_related_objects([note], "case"),
        "person": lambda: Case(pk=case.pk, person_id=case.person_id).person,
        "refreshed": by_hand.refresh_from_db,
        "refreshed in part": lambda: by_hand.refresh_from_db(fields=["stage"]),
        "deferred": lambda: Case.from_db("default", ["id"], [case.pk]).stage,
        "saved as if it were there": lambda: Case.from_db("default", ["id"], [case.pk]).save(),
        "forced": lambda: Case(pk=case.pk, stage="closed").save(force_update=True),
        "removed": by_hand.delete,
        "read from a copy and saved": lambda: next(
            serializers.deserialize("python", [{"model": "cases.case", "pk": case.pk, "fields": {}}])
        ).save(),
    }
    got_through = []
    for name, way in ways.items():
        with transaction.atomic():
            try:
                way()
            except NotOpened:
                continue
            finally:
                transaction.set_rollback(True)
        got_through.append(name)
    assert got_through == []


def test_a_row_made_by_hand_is_never_taken_for_one_that_is_there(world: dict[str, Any]) -> None:
    """It can only be added, which its key forbids."""
    foreign = world["foreign"]
    fields = {"organization_id": foreign.organization_id, "person_id": foreign.person_id, "opened_by_id": uuid.uuid4()}
    for names in (None, ["stage"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case(pk=foreign.pk, stage="closed", **fields).save(update_fields=names)
    with window("the test"):
        assert Case.objects.get(pk=foreign.pk).stage == "enquiry"


def test_a_row_that_was_added_here_may_be_changed_and_removed(ada: Actor, world: dict[str, Any]) -> None:
    person = Person(organization_id=ada.organization, opened_by_id=ada.member, language="es")
    person.save()
    person.language = "quc"
    person.save()
    person.save(update_fields=["language"])
    person.refresh_from_db()
    assert (person.in_hand, person.language) == (True, "quc")
    with pytest.raises(NotOpened):  # nobody opened it, so nothing is reached from it
        list(person.cases.all())
    assert person.delete()[0] == 1


@pytest.mark.parametrize("conflicts", [True, False])
def test_rows_added_in_bulk(ada: Actor, world: dict[str, Any], conflicts: bool) -> None:
    """With conflicts ignored nobody knows which of them were added."""
    rows = [Person(organization_id=ada.organization, opened_by_id=ada.member, given_names="Rosa") for _ in range(2)]
    made = Person.objects.bulk_create(rows, ignore_conflicts=conflicts)
    assert [row.in_hand for row in made] == [not conflicts, not conflicts]
    with window("the test"):
        there = Person.objects.count()
        if conflicts:
            Person.objects.bulk_create(rows, ignore_conflicts=True)
        assert Person.objects.count() == there


def test_another_key_on_a_row_in_hand(ada: Actor, world: dict[str, Any]) -> None:
    case = opened(ada, world)
    case.pk = world["foreign"].pk
    for way in (case.save, case.delete, lambda: case.save(update_fields=["stage"])):
        with pytest.raises(NotOpened), transaction.atomic():
            way()
    with pytest.raises(Case.DoesNotExist):
        case.refresh_from_db()
    assert list(case.notes.all()) == []
    case.pk, case._state.adding = uuid.uuid4(), True  # a copy is added, not changed
    case.save()
    assert case.in_hand


def test_a_copy_of_a_row_is_in_nobody_s_hand(ada: Actor, world: dict[str, Any]) -> None:
    for twin in (copy.copy(opened(ada, world)), copy.deepcopy(opened(ada, world))):
        with pytest.raises(NotOpened):
            twin.save()
        with pytest.raises(NotOpened):
            list(twin.notes.all())


# --- through a door


def test_what_is_reached_from_an_opened_row_is_opened_for_the_same_actor(ada: Actor, world: dict[str, Any]) -> None:
    case, note = opened(ada, world), world["notes"][0]
    assert list(case.notes.all()) == [note]
    assert (case.notes.count(), case.notes.exists(), case.notes.get().case.person.cases.get()) == (1, True, case)
    assert case.person.full_name == "First"
    assert list(case.notes.visible_to(ada)) == [note]
    assert Case.objects.visible_to(ada).only("id").get(pk=case.pk).stage == "enquiry"
    assert case.notes.update(kind="call") == 1
    assert case.notes.create(
        organization_id=case.organization_id, author_id=ada.member, author_name="", text="Ours"
    ).in_hand
    case.refresh_from_db()
    case.save()


@pytest.mark.parametrize(
    "queryset",
    [
        lambda ada: Case.objects.visible_to(ada).prefetch_related("notes"),
        lambda ada: Case.objects.visible_to(ada).prefetch_related(Prefetch("notes", Note.objects.all())),
        lambda ada: Case.objects.visible_to(ada).prefetch_related(Prefetch("notes", Note.objects.visible_to(ada))),
        lambda ada: Case.objects.visible_to(ada).prefetch_related(Prefetch("notes", Note.objects.all(), to_attr="all")),
        lambda ada: Case.objects.visible_to(ada).prefetch_related("person__cases__notes"),
    ],
    ids=["name", "unopened queryset", "opened queryset", "attribute", "far"],
)
def test_a_prefetch_is_filtered_for_the_actor(ada: Actor, world: dict[str, Any], queryset: Any) -> None:
    """Ada reads her organization, but the counsel tier of her own cases alone; of the other she has been taken off."""
    case, other = world["own"]
    secrets = [actions.write_note(ada, one, text="Counsel", tier=3) for one in world["own"]]
    ada = taken_off(ada, other)
    found = {row.pk: set(getattr(row, "all", None) or row.notes.all()) for row in queryset(ada)}
    assert found == {case.pk: {world["notes"][0], secrets[0]}, other.pk: {world["notes"][1]}}


def test_a_prefetch_that_is_kept_serves_no_second_actor(
    ada: Actor, world: dict[str, Any], cast: dict[str, User]
) -> None:
    kept = Prefetch("notes", Note.objects.all())
    assert [len(case.notes.all()) for case in Case.objects.visible_to(ada).prefetch_related(kept)] == [1, 1]
    with pytest.raises(NotOpened):
        list(Case.objects.visible_to(actor_of(cast["clinic"])).prefetch_related(kept))


def test_selected_rows_remember_the_actor_too(ada: Actor, world: dict[str, Any]) -> None:
    ada = taken_off(ada, world["own"][0])
    note = Note.objects.visible_to(ada).select_related("case__person").get(pk=world["notes"][0].pk)
    case = note.case
    assert (case.in_hand, case.person.in_hand) == (True, True)
    restrict(case)
    assert (list(case.notes.all()), list(case.person.cases.all())) == ([], [])


def test_reading_through_a_row_made_by_hand_does_not_open_it(ada: Actor, world: dict[str, Any]) -> None:
    by_hand = Case(pk=world["own"][0].pk)
    assert [note.case for note in by_hand.notes.visible_to(ada)] == [by_hand]
    with pytest.raises(NotOpened):
        list(by_hand.notes.all())
    with pytest.raises(NotOpened):
        by_hand.save(force_update=True)


def test_whoever_loses_sight_of_a_row_reaches_nothing_from_it_any_more(ada: Actor, world: dict[str, Any]) -> None:
    """Ada reads the organization, and then the case is closed to all but its team, to which she does not belong."""
    ada = taken_off(ada, world["own"][0])
    case = opened(ada, world)
    note = case.notes.get()
    part = Case.objects.visible_to(ada).only("id").get(pk=case.pk)
    restrict(case)
    assert (list(case.notes.all()), case.notes.exists()) == ([], False)
    gone: dict[str, Any] = {
        "refreshed": case.refresh_from_db,
        "refreshed in part": lambda: case.refresh_from_db(fields=["stage"]),
        "deferred": lambda: part.stage,
        "parent": lambda: note_of(note).case,
        "person": lambda: case.person,
    }
    for way in gone.values():
        with pytest.raises((Case.DoesNotExist, Person.DoesNotExist)):
            way()
    with pytest.raises(ChangedMeanwhile), transaction.atomic():
        case.save(update_fields=["stage"])
    for names in (["kind"], None):
        with pytest.raises(Case.DoesNotExist), transaction.atomic():  # whose file it would be sealed for
            note.save(force_update=True, update_fields=names)
    with window("the test"):
        assert Case.objects.get(pk=case.pk).stage == "enquiry"


def note_of(note: Note) -> Note:
    """As it was read, its case forgotten."""
    note._state.fields_cache.clear()
    return note


def test_the_way_down_leads_through_a_door_only(ada: Actor, world: dict[str, Any]) -> None:
    """Whoever sees a case does not see all its notes, so nothing is asked of them in passing."""
    cases, people = Case.objects.visible_to(ada), Person.objects.visible_to(ada)
    ways: dict[str, Callable[[], Any]] = {
        "filter": lambda: cases.filter(notes__tier=3),
        "exclude": lambda: cases.exclude(notes__tier=3),
        "Q": lambda: cases.filter(Q(stage="enquiry") | Q(notes__tier=3)),
        "isnull": lambda: cases.filter(notes=None),
        "row": lambda: cases.filter(notes=world["foreign_note"]),
        "annotate": lambda: cases.annotate(n=Count("notes")),
        "aggregate": lambda: cases.aggregate(n=Count("notes__id")),
        "values": lambda: cases.values("notes__author_name"),
        "order": lambda: list(cases.order_by("notes__written_at")),
        "alias": lambda: cases.alias(n=FilteredRelation("notes", condition=Q(notes__tier=3))).filter(n__tier=3),
        "up and down": lambda: Note.objects.visible_to(ada).filter(case__person__cases__stage="closed"),
        "further down": lambda: people.filter(cases__notes__tier=3),
        "sub-query": lambda: cases.filter(pk__in=people.values("cases")),
    }
    got_through = []
    for name, way in ways.items():
        try:
            way()
        except NotOpened:
            continue
        except Exception as error:  # noqa: BLE001
            got_through.append(f"{name}: {error!r}")
        else:
            got_through.append(name)
    assert got_through == []
    assert list(
        cases.filter(pk__in=Note.objects.visible_to(ada).filter(tier=2).values("case")).order_by("pk")
    ) == sorted(world["own"], key=lambda case: case.pk)
    assert Note.objects.visible_to(ada).filter(case__person__language="", case__stage="enquiry").count() == 2


def test_open_tables_lead_to_no_protected_ones() -> None:
    """A foreign key from a protected row has no name on the other side where that is not protected itself."""
    named = [
        f"{model.__name__}.{relation.get_accessor_name()}"
        for model in (Organization, User, Membership)
        for relation in model._meta.related_objects
        if relation.related_model in (Case, Person, Assignment, Note)
    ]
    assert named == []


def test_a_grant_leads_to_its_case_through_a_door_only(
    ada: Actor, world: dict[str, Any], cast: dict[str, User]
) -> None:
    case, cleo = world["own"][0], actor_of(cast["clinic"])
    grant = CaseUserObjectPermission(
        content_object=case, organization_id=case.organization_id, to_organization_id=cleo.organization,
        user_id=cast["clinic"].pk, permission=Permission.objects.get(codename="view_case"), granted_by_id=ada.member,
        granted_by_name="Ada", expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    grant.save()
    assert grant.content_object is case  # the one it was given
    grants = CaseUserObjectPermission.objects.filter(pk=grant.pk)
    with pytest.raises(NotOpened):
        _ = grants.get().content_object
    with pytest.raises(NotOpened):
        list(grants.prefetch_related("content_object"))
    ours = Case.objects.visible_to(ada)
    assert grants.prefetch_related(Prefetch("content_object", ours)).get().content_object == case
    with pytest.raises(NotOpened):
        list(grants.select_related("content_object"))


def test_rows_that_another_query_brings_along_are_refused(ada: Actor, world: dict[str, Any]) -> None:
    ways: list[Any] = [QuerySet(Case), RawQuerySet("SELECT * FROM cases_case", model=Case)]
    for rows in ways:
        with pytest.raises(NotOpened):
            list(rows)
    assert len(list(Case.objects.visible_to(ada).select_related("person", "organization"))) == 2


def test_checks_of_a_new_row_need_no_door(ada: Actor, world: dict[str, Any]) -> None:
    case = world["own"][0]
    fields = {"organization_id": case.organization_id, "author_id": ada.member, "author_name": "Ada"}
    note = Note(case_id=case.pk, text="Ours", **fields)
    note.full_clean(exclude=["id"])
    with pytest.raises(NotOpened):
        _ = note.case


def test_a_model_form_offers_opened_rows_only(ada: Actor, world: dict[str, Any]) -> None:
    form_class = modelform_factory(Note, fields=["case", "kind"])
    with pytest.raises(NotOpened):
        form_class().as_p()
    form: Any = form_class({"case": str(world["own"][0].pk), "kind": "call"})
    form.fields["case"].queryset = Case.objects.visible_to(ada)
    assert form.is_valid(), form.errors
    form = form_class({"case": str(world["foreign"].pk), "kind": "call"})
    form.fields["case"].queryset = Case.objects.visible_to(ada)
    assert list(form.errors) == ["case"]


def test_a_door_opens_on_a_part_of_what_somebody_may_see(ada: Actor, world: dict[str, Any]) -> None:
    one, other = world["own"]
    assert list(Case.objects.visible_to(ada, Q(pk=other.pk))) == [other]
    assert list(Case.objects.visible_to(ada, Q(pk=other.pk)).filter(pk=one.pk)) == []


def test_what_was_read_in_a_window_leads_nowhere_when_it_is_over(ada: Actor, world: dict[str, Any]) -> None:
    with window("the test"):
        note = Note.objects.select_related("case").get(pk=world["notes"][0].pk)
        alone = Note.objects.get(pk=note.pk)
        case = note.case
    ways: list[Callable[[], Any]] = [
        lambda: list(case.notes.all()), lambda: case.person, lambda: alone.case, lambda: list(case.person.cases.all()),
    ]  # fmt: skip
    for way in ways:
        with pytest.raises(NotOpened):
            way()


def test_each_refusal_says_what_was_shut(ada: Actor, world: dict[str, Any], cast: dict[str, User]) -> None:
    """Whoever writes code reads them, and finds out what to do instead."""
    cases, theirs = Case.objects.visible_to(ada), Case.objects.visible_to(actor_of(cast["clinic"]))
    kept = Prefetch("notes", Note.objects.all())
    list(cases.prefetch_related(kept))
    person = Person(organization_id=ada.organization, opened_by_id=ada.member, given_names="Rosa")
    by_hand = Case(pk=world["own"][0].pk)
    ways: dict[str, Callable[[], Any]] = {
        "cases.Case: use visible_to(actor).": lambda: list(Case.objects.all()),
        "cases.Case: all parts must be opened for the same actor.": lambda: list(cases.union(theirs)),
        "cases.Case: both sides must be opened for the same actor.": lambda: cases | theirs,
        "case__person__cases__stage: use a sub-query that is opened itself.": lambda: Note.objects.visible_to(
            ada
        ).filter(case__person__cases__stage="closed"),
        "raw() knows no actor.": lambda: Case.objects.raw("SELECT * FROM cases_case"),
        "bulk_create() would change rows that nobody opened.": lambda: Person.objects.bulk_create(
            [person], update_conflicts=True, update_fields=["language"], unique_fields=["id"]
        ),
        "This queryset was opened for somebody else.": lambda: list(theirs.prefetch_related(kept)),
        "cases.Case: this row comes through no door.": lambda: Case.from_db("default", ["id"], [by_hand.pk]),
        "cases.Case: this row did not come through a door.": lambda: by_hand.save(force_update=True),
    }
    said = []
    for way in ways.values():
        with pytest.raises(NotOpened) as shut:
            way()
        said.append(str(shut.value))
    assert said == list(ways)
    with pytest.raises(NotOpened, match=r"^raw\(\) knows no actor\.$"):
        cases.raw("SELECT * FROM cases_case")


# --- with the database's walls behind the doors


def test_with_both_layers_an_opened_row_is_of_use(cast: dict[str, User], ada: Actor, world: dict[str, Any]) -> None:
    with as_application(), acting(ada):
        case = opened(ada, world)
        assert [note.text for note in case.notes.select_related("case")] == ["Ours"]
        actions.write_note(ada, case, text="Another")
        assert case.notes.count() == 2
        case.refresh_from_db()
        assert (case.person.full_name, case.stage) == ("First", "enquiry")


def test_another_connection_knows_nobody(ada: Actor, world: dict[str, Any]) -> None:
    with as_application(), acting(ada):
        assert list(Case.objects.visible_to(ada).using("cache")) == []
