"""Every way to protected rows: shut until opened for an actor, and then of use.

No test here has the database's walls behind it: the tables' owner asks, so that only the doors can refuse.
"""

import gc
import io
import json
import pickle
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import FieldError
from django.core.management import CommandError, call_command
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_list_or_404, get_object_or_404
from pytest_django.plugin import DjangoDbBlocker

from casework.access.actor import NOBODY, Actor, duty, signed_in
from casework.access.doors import GuardedModel, GuardedQuery, NotOpened, open_one, window
from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases.models import Assignment, Case, Note
from casework.directory.models import PlaceNote
from casework.documents.models import FilePart, PagePicture
from casework.intake.models import (
    BatchPart,
    ColumnMemory,
    ImportedRow,
    OfferPart,
    QuestionChoice,
    SearchedTerm,
    Sheet,
    SheetPart,
)
from casework.people.models import NameToken, PartyToken, Person, PhoneToken
from casework.portal.models import FamilyMessage, FamilyNotice, FamilyTask, FamilyWord, Publication
from casework.vault.rows import SealedModel
from tests.access.conftest import actor_of, planted
from tests.access.routes import READS, REMOVALS, WRITES, Route, Rows, pks
from tests.conftest import as_owner, fresh, the_cast

pytestmark = pytest.mark.django_db

# What follows from names and telephones has tests of its own (tests/people/test_tokens.py, test_search.py). A note on a
# place and what hangs on an import hold no instant, which many routes need, and stand behind the doors of reports of
# errors and of imports; the same goes for parts of files and offers, for the one row that says what is asked, and for
# what a family's link shows, what was written there and is asked for, and messages to its holder.
WITHOUT_INSTANT = (
    PlaceNote, SearchedTerm, Sheet, SheetPart, ImportedRow, ColumnMemory, FilePart, PagePicture, OfferPart,
    QuestionChoice, BatchPart, Publication, FamilyWord, FamilyTask, FamilyNotice, FamilyMessage,
)  # fmt: skip
GUARDED: list[Any] = [
    model
    for model in apps.get_models()
    if issubclass(model, GuardedModel) and model not in (NameToken, PartyToken, PhoneToken, *WITHOUT_INSTANT)
]
each_model = pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """Planted once and committed, since four hundred tests ask it."""
    with django_db_blocker.unblock():
        try:
            with as_owner():
                made = planted(the_cast())
            yield made
        finally:
            fresh()


def rows_of(model: Any, ada: Actor, world: dict[str, Any], *, opened: bool) -> Rows:
    ids = [case.pk for case in world["own"]]
    keys = {
        Person: [case.person_id for case in world["own"]],
        Case: ids,
        Assignment: sorted(Assignment.objects.visible_to(ada).values_list("pk", flat=True)),
        Note: [note.pk for note in world["notes"]],
    }
    through = model.objects.visible_to(ada)
    seen = sorted(keys[model]) if model in keys else sorted(through.values_list("pk", flat=True))
    return Rows(model, through if opened else model.objects.all(), through, seen)


def outcome(route: Route, rows: Rows) -> Any:
    """What it answers, or "refused"; whatever it wrote is taken back."""
    try:
        with transaction.atomic():
            answer = route[0](replace(rows, tried=rows.tried.all(), opened=rows.opened.all()))
            transaction.set_rollback(True)
    except NotOpened:
        return "refused"
    except FieldError as error:
        return str(error).partition(" stands ")[2]
    return answer


def refused(call: Callable[[], Any], errors: tuple[type[Exception], ...] = (NotOpened,)) -> bool:
    try:
        call()
    except errors:
        return True
    return False


@each_model
def test_unopened_rows_are_refused_on_every_route(model: Any, ada: Actor, world: dict[str, Any]) -> None:
    rows = rows_of(model, ada, world, opened=False)
    routes = READS | WRITES | REMOVALS
    assert len(routes) > 90
    got_through = {name: outcome(route, rows) for name, route in routes.items()}
    assert {name: answer for name, answer in got_through.items() if answer != "refused"} == {}


@each_model
def test_opened_rows_are_of_use_on_every_route(model: Any, ada: Actor, world: dict[str, Any]) -> None:
    rows = rows_of(model, ada, world, opened=True)
    routes = READS | WRITES | (REMOVALS if model in (Assignment, Note) else {})  # others have rows that hang on them
    answers = {name: outcome(route, rows) for name, route in routes.items()}
    wanted = {name: rows.wanted(want) for name, (_, want) in routes.items()}
    if issubclass(model, SealedModel):
        wanted["serializers"] = "sealed: it is not written into a file."
    assert answers == wanted


@each_model
def test_every_manager_of_the_model_is_the_guarded_one(model: Any) -> None:
    managers = [*model._meta.managers, model._meta.default_manager, model._base_manager, model._default_manager]
    assert {type(manager).get_queryset(manager).query.__class__ for manager in managers} == {GuardedQuery}
    assert {manager.name for manager in managers} == {"objects"}
    assert not any(manager.use_in_migrations for manager in managers)


@each_model
def test_other_ways_to_an_unopened_queryset(model: Any, ada: Actor, world: dict[str, Any]) -> None:
    ways: dict[str, Callable[[], Any]] = {
        "default manager": model._default_manager.all,
        "base manager": model._base_manager.all,
        "manager of another database": lambda: model.objects.db_manager("cache").all(),
        "another database": lambda: model.objects.using("cache"),
        "hints of a row that nobody opened": lambda: model.objects.db_manager(hints={"instance": model()}).all(),
        "content type": ContentType.objects.get_for_model(model).get_all_objects_for_this_type,
        "emptied and filled": lambda: model.objects.none() | model.objects.all(),
    }
    assert [name for name, way in ways.items() if not refused(lambda way=way: list(way()))] == []  # type: ignore[misc]
    calls: dict[str, Callable[[], Any]] = {
        "class": lambda: get_object_or_404(model, organization_id=ada.organization),
        "class, many": lambda: get_list_or_404(model),
        "content type, one": lambda: ContentType.objects.get_for_model(model).get_object_for_this_type(pk=uuid.uuid4()),
        "raw of the manager": lambda: model.objects.raw("SELECT 1"),
        "raw of the queryset": lambda: model.objects.visible_to(ada).raw("SELECT 1"),
        "upsert": lambda: model.objects.bulk_create(
            [], update_conflicts=True, unique_fields=["pk"], update_fields=["organization"]
        ),
        "no actor": lambda: model.objects.visible_to(None),
    }
    assert [name for name, call in calls.items() if not refused(call, (NotOpened, AttributeError))] == []


@each_model
def test_none_stays_usable(model: Any) -> None:
    none = model.objects.none()
    assert (list(none), none.count(), none.exists(), none.first(), none.update(), none.delete()[0]) == (
        [], 0, False, None, 0, 0,
    )  # fmt: skip
    assert list(none | none) == list(none.filter(pk=uuid.uuid4()).values("pk")) == []
    assert list(Organization.objects.filter(pk__in=none.values("organization"))) == []


@each_model
def test_whoever_is_not_on_staff_sees_nothing(model: Any, world: dict[str, Any], cast: dict[str, User]) -> None:
    actors = (NOBODY, signed_in(cast["attorney"].pk), duty("sweep"), duty("door", cast["attorney"].pk))
    assert [model.objects.visible_to(actor).count() for actor in actors] == [0, 0, 0, 0]


@each_model
def test_what_is_stored_is_opened_by_nobody(model: Any, ada: Actor, world: dict[str, Any]) -> None:
    opened = model.objects.visible_to(ada)
    kept = pickle.loads(pickle.dumps(opened))  # noqa: S301
    assert pks(kept) == pks(opened)  # what was read stays read
    assert refused(lambda: list(kept.all()[:1].all()))
    again = model.objects.all()
    again.query = pickle.loads(pickle.dumps(opened.query))  # noqa: S301
    assert refused(lambda: list(again))
    row = pickle.loads(pickle.dumps(opened.first()))  # noqa: S301
    assert refused(row.refresh_from_db)
    assert refused(row.save)


@each_model
def test_rows_opened_for_two_actors_do_not_mix(
    model: Any, ada: Actor, world: dict[str, Any], cast: dict[str, User]
) -> None:
    ours, theirs = model.objects.visible_to(ada), model.objects.visible_to(actor_of(cast["clinic"]))
    assert refused(lambda: list(ours | theirs))
    assert refused(lambda: list(ours ^ theirs))
    assert refused(lambda: list(ours.union(theirs)))
    assert (list(ours & theirs), list(ours.visible_to(actor_of(cast["clinic"])))) == ([], [])


@each_model
def test_the_management_commands_find_it_shut(model: Any, world: dict[str, Any]) -> None:
    with pytest.raises(CommandError, match="visible_to"):
        call_command("dumpdata", model._meta.label, stdout=io.StringIO())
    copied = io.StringIO()
    with window("a copy for the tests"):
        if not issubclass(model, SealedModel):
            call_command("dumpdata", model._meta.label, stdout=copied)
            assert len(json.loads(copied.getvalue())) == 3
            return
        with pytest.raises(CommandError, match="stands sealed"):
            call_command("dumpdata", model._meta.label, stdout=copied)
    gc.collect()  # closes what it had begun to read
    assert len(json.loads(copied.getvalue() + "]")) == 0


@each_model
def test_what_a_window_opened_is_shut_when_it_is_over(model: Any, world: dict[str, Any]) -> None:
    before = model.objects.all()
    with window("the test"):
        row = model.objects.first()
        assert refused(lambda: list(before))
    assert refused(lambda: list(model.objects.all()))
    for name in ("cases", "notes", "assignments"):
        if hasattr(getattr(row, name, None), "all"):
            assert refused(lambda name=name: list(getattr(row, name).all()))  # type: ignore[misc]


def test_open_one_answers_the_same_for_what_is_foreign_and_what_is_not_there(ada: Actor, world: dict[str, Any]) -> None:
    own, foreign = world["own"][0], world["foreign"]
    assert open_one(ada, Case.objects, own.pk) == own
    looks = Entry.objects.filter(verb="case.viewed").values_list("actor_id", "object_id", "basis")
    assert list(looks) == [(ada.membership_id, own.pk, "assigned")]
    for pk in (foreign.pk, uuid.uuid4()):
        with pytest.raises(Http404) as caught:
            open_one(ada, Case.objects, pk)
        assert str(caught.value) == ""
    assert looks.count() == 1
