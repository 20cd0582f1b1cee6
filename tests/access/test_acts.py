"""Acts: the rule is asked, the transaction holds everything together, consequences follow once."""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from casework import wiring
from casework.access import acts, queue, rules
from casework.access.actor import NOBODY, Actor, duty, signed_in
from casework.access.acts import REGISTRY, Happened, Then, act, allowed
from casework.access.context import acting, on_duty
from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.people.models import Person
from tests.access.conftest import actor_of
from tests.audit.books import superuser
from tests.conftest import as_application, as_owner
from tests.house.rooms import ROOT, sources

TABLE: dict[str, Then] = {}  # the tests' own wiring
ROLES = (rules.ADMIN, rules.ATTORNEY, rules.PARALEGAL, rules.VOLUNTEER)
BASES = (rules.NONE, rules.ORGANIZATION, rules.ASSIGNED, *(f"share:{level}" for level in rules.SHARE_LEVELS))


@dataclass(frozen=True)
class Thing:
    """Met on one ground by everybody."""

    basis: str
    organization_id: None = None

    def basis_for(self, actor: Actor) -> str:
        return self.basis


@pytest.fixture
def own_table(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """Acts and wiring of the tests, in the place of the product's."""
    settings.WIRING = f"{__name__}.TABLE"
    monkeypatch.setattr(acts, "REGISTRY", {})
    for verb in ("outer.done", "inner.done", "deep.done", "after.done"):
        monkeypatch.setitem(rules.ACTS, verb, rules.Line(verb, roles=frozenset({rules.ATTORNEY})))
    yield
    TABLE.clear()


def languages() -> list[str]:
    """What the acts of these tests wrote: people, by language."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT language FROM people_person WHERE language LIKE 'test %' ORDER BY created_at")
        return [row[0] for row in cursor.fetchall()]


def add(actor: Actor, language: str) -> Person:
    person = Person(organization_id=actor.organization, opened_by_id=actor.member, language=f"test {language}")
    person.save()
    return person


def verbs() -> list[str]:
    return list(Entry.objects.order_by("at").values_list("verb", flat=True))


# --- the rule


@pytest.mark.django_db
@pytest.mark.parametrize("verb", sorted(rules.ACTS))
def test_an_act_does_what_allowed_says(own_table: None, cast: dict[str, User], verb: str) -> None:
    @act(verb)
    def do(actor: Actor, thing: Any) -> Happened[str]:
        return Happened("done")

    user = cast["attorney"]
    membership = actor_of(user)
    somebody = [
        Actor("staff", user.pk, membership.membership_id, membership.organization_id, frozenset(roles))
        for many in range(1, 5)
        for roles in combinations(ROLES, many)
    ]
    errands = [duty(name) for name in ("door", "outbox", "sweep", "letters", "operator", "housekeeping")]
    wrong = []
    for actor in [*somebody, *errands, signed_in(user.pk), NOBODY]:
        for thing in [Thing(basis) for basis in BASES]:
            try:
                done = do(actor, thing) == "done"
            except PermissionDenied:
                done = False
            if done != allowed(actor, verb, thing):
                wrong.append((actor, thing))
    assert wrong == []


@pytest.mark.django_db
def test_the_thing_is_looked_at_whichever_way_it_is_handed_over(
    own_table: None, cast: dict[str, User], world: dict[str, Any]
) -> None:
    @act("outer.done")
    def do(actor: Actor, case: Case | None = None, *, why: str = "") -> Happened[str]:
        return Happened("done")

    @act("inner.done")
    def do_with_nothing_else(actor: Actor, case: Case) -> Happened[str]:
        return Happened("done")

    cleo = actor_of(cast["clinic"])
    assert do_with_nothing_else(cleo, case=world["foreign"]) == "done"
    with pytest.raises(PermissionDenied):
        do_with_nothing_else(cleo, case=world["own"][0])
    assert do(cleo) == do(cleo, world["foreign"]) == do(cleo, case=world["foreign"], why="so") == "done"
    for arguments in ({"case": world["own"][0]}, {"case": Case(pk=world["own"][0].pk)}):
        with pytest.raises(PermissionDenied):
            do(cleo, **arguments)


@pytest.mark.django_db
def test_a_row_that_came_through_no_door_is_met_on_no_ground(ada: Actor, world: dict[str, Any]) -> None:
    """Else it could say of itself that it belongs to whoever asks."""
    foreign = world["foreign"]
    disguised = Case(pk=foreign.pk, organization_id=ada.organization, person_id=foreign.person_id)
    assert (acts.basis(ada, disguised), acts.basis(ada, foreign)) == ("none", "none")
    with pytest.raises(PermissionDenied):
        actions.write_note(ada, disguised, text="planted")


@pytest.mark.django_db
def test_whoever_may_not_starts_nothing(own_table: None, cast: dict[str, User]) -> None:
    @act("outer.done")
    def do(actor: Actor) -> Happened[None]:
        add(actor, "never")
        return Happened(None)

    with pytest.raises(PermissionDenied):
        do(actor_of(cast["paralegal"]))
    assert (languages(), verbs()) == ([], [])


def test_a_verb_needs_a_line_and_stands_once(own_table: None) -> None:
    def do(actor: Actor) -> Happened[None]:
        return Happened(None)

    with pytest.raises(KeyError, match="no line"):
        act("case.dreamt")(do)
    act("outer.done")(do)
    with pytest.raises(KeyError, match="already"):
        act("outer.done")(do)


def test_every_verb_has_its_act_and_every_act_its_verb() -> None:
    for path, _tree in sources():
        if re.search(r"^@act\(", (ROOT / path).read_text(), re.MULTILINE):
            importlib.import_module(path.removesuffix(".py").replace("/", "."))
    assert sorted(REGISTRY) == sorted(rules.ACTS)
    first = {verb: next(iter(inspect.signature(one).parameters.items())) for verb, one in REGISTRY.items()}
    assert {verb for verb, (name, one) in first.items() if (name, one.annotation) != ("actor", Actor)} == set()


# --- transaction and audit line


@pytest.mark.django_db
def test_the_line_says_who_did_what_to_whose_row_on_what_ground(cast: dict[str, User], ada: Actor) -> None:
    case = actions.open_case(ada, names={})
    actions.restrict(ada, case)
    line = Entry.objects.get(verb="case.restricted")
    assert (line.actor_kind, line.actor_id, line.user_id, line.roles) == (
        "staff", ada.membership_id, cast["attorney"].pk, ["attorney"],
    )  # fmt: skip
    assert (line.organization_id, line.actor_organization_id) == (ada.organization_id, ada.organization_id)
    assert (line.object_type, line.object_id, line.fields, line.basis) == (
        "cases.case", case.pk, ["restricted"], "assigned",
    )  # fmt: skip


@pytest.mark.django_db
def test_the_ground_is_the_one_before_the_act(own_table: None, ada: Actor, world: dict[str, Any]) -> None:
    thing = world["own"][0]

    @act("outer.done")
    def do(actor: Actor, case: Case) -> Happened[None]:
        actor.reach.__dict__.update(mine=[], wide=False)
        return Happened(None, thing=case)

    do(ada, thing)
    assert Entry.objects.get(verb="outer.done").basis == "assigned"
    assert acts.basis(ada, thing) == "none"


@pytest.mark.django_db
def test_a_line_about_an_organization_stands_in_its_own_audit(own_table: None, ada: Actor) -> None:
    north, south = Organization.objects.order_by("name").filter(short_name__in=["NLA", "SC"])

    @act("outer.done")
    def do(actor: Actor, organization: Organization) -> Happened[None]:
        return Happened(None, thing=organization)

    do(ada, south)
    line = Entry.objects.get(verb="outer.done")
    assert (line.organization_id, line.actor_organization_id) == (south.pk, north.pk)


@pytest.mark.django_db
def test_what_fails_leaves_neither_row_nor_line(own_table: None, ada: Actor) -> None:
    @act("outer.done")
    def do(actor: Actor) -> Happened[None]:
        add(actor, "lost")
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 (any)
        do(ada)
    assert (languages(), verbs()) == ([], [])


@pytest.mark.django_db
def test_without_its_line_nothing_is_done(own_table: None, ada: Actor) -> None:
    """Nobody told the database who asks, so it takes no line."""

    @act("outer.done")
    def do(actor: Actor) -> Happened[None]:
        with as_owner():
            add(actor, "lost")
        return Happened(None)

    with as_application(), pytest.raises(DatabaseError):
        do(ada)
    assert (languages(), verbs()) == ([], [])


# --- consequences


def telling(told: list[str], text: str) -> Callable[[Actor, Happened[Any]], None]:
    """A consequence that notes what it heard."""

    def tell(actor: Actor, happened: Happened[Any]) -> None:
        told.append(f"{text}: {happened.result}")

    return tell


@pytest.mark.django_db
def test_consequences_follow_once_at_the_end_of_the_outermost_act(own_table: None, ada: Actor) -> None:
    told: list[str] = []

    @act("inner.done")
    def inner(actor: Actor, name: str) -> Happened[str]:
        told.append(f"did {name}")
        return Happened(name, fields=("name",))

    @act("outer.done")
    def outer(actor: Actor) -> Happened[None]:
        inner(actor, "one")
        inner(actor, "two")
        told.append("did outer")
        return Happened(None)

    TABLE["inner.done"] = Then(now=(telling(told, "then"),))
    TABLE["outer.done"] = Then(now=(telling(told, "then outer"),), fields=("name",))
    outer(ada)
    assert told == ["did one", "did two", "did outer", "then: one", "then: two"]  # the outer one changed no name
    TABLE["inner.done"], TABLE["outer.done"] = TABLE["outer.done"], TABLE["inner.done"]
    del told[:]
    outer(ada)  # what is limited to other fields holds up nothing that comes after it
    assert told == ["did one", "did two", "did outer", "then outer: one", "then outer: two", "then: None"]
    TABLE["inner.done"] = Then(now=(telling(told, "then"),), fields=("other",))
    del told[:]
    outer(ada)
    assert told == ["did one", "did two", "did outer", "then: None"]
    TABLE["inner.done"] = Then(now=(telling(told, "then"),))
    del told[:]
    inner(ada, "three")
    assert told == ["did three", "then: three"]
    assert verbs() == [*["inner.done", "inner.done", "outer.done"] * 3, "inner.done"]


@pytest.mark.django_db
def test_a_consequence_may_act_and_be_followed_in_turn(own_table: None, ada: Actor) -> None:
    told: list[str] = []

    @act("after.done")
    def after(actor: Actor) -> Happened[None]:
        return Happened(None)

    @act("outer.done")
    def outer(actor: Actor) -> Happened[None]:
        return Happened(None)

    def then_after(actor: Actor, happened: Happened[Any]) -> None:
        after(actor)

    TABLE["outer.done"] = Then(now=(then_after,))
    TABLE["after.done"] = Then(now=(telling(told, "after"),))
    outer(ada)
    assert (told, verbs()) == (["after: None"], ["outer.done", "after.done"])


@pytest.mark.django_db
def test_what_is_left_out_is_so_also_where_wiring_limits_it_to_fields(own_table: None, ada: Actor) -> None:
    """Once and twice over, as `wiring.py` puts its table together."""
    came: list[str] = []

    def left_out(actor: Actor, happened: Happened[Any]) -> None:
        came.append("left out")

    def follows(actor: Actor, happened: Happened[Any]) -> None:
        came.append("follows")

    @act("inner.done")
    def inner(actor: Actor) -> Happened[None]:
        return Happened(None, fields=("name",))

    TABLE["inner.done"] = Then(now=(left_out, follows), fields=("name",))
    once = wiring._with(TABLE, ("inner.done",), follows)
    TABLE.update(wiring._with(once, ("inner.done",), left_out))
    inner(ada)
    assert came == ["left out", "follows", "follows", "left out"]
    came.clear()
    with acts.apart(without=[left_out]):
        inner(ada)
    assert came == ["follows", "follows"]


@pytest.mark.django_db
def test_a_failing_consequence_takes_all_back(own_table: None, ada: Actor) -> None:
    @act("inner.done")
    def inner(actor: Actor) -> Happened[None]:
        add(actor, "inner")
        return Happened(None)

    @act("outer.done")
    def outer(actor: Actor) -> Happened[None]:
        add(actor, "outer")
        inner(actor)
        return Happened(None)

    def fail(actor: Actor, happened: Happened[Any]) -> None:
        raise ValueError

    TABLE["outer.done"] = Then(later=("tests.later",))
    TABLE["inner.done"] = Then(now=(fail,))
    with pytest.raises(ValueError):  # noqa: PT011 (any)
        outer(ada)
    assert (languages(), verbs(), ProcrastinateJob.objects.count()) == ([], [], 0)
    TABLE.clear()
    outer(ada)
    assert (languages(), verbs()) == (["test outer", "test inner"], ["inner.done", "outer.done"])


@pytest.mark.django_db
def test_nothing_follows_from_an_act_that_failed_inside_another(own_table: None, ada: Actor) -> None:
    told: list[str] = []

    @act("deep.done")
    def deep(actor: Actor) -> Happened[None]:
        add(actor, "deep")
        return Happened(None)

    @act("inner.done")
    def inner(actor: Actor) -> Happened[None]:
        deep(actor)
        raise ValueError

    @act("outer.done")
    def outer(actor: Actor) -> Happened[None]:
        deep(actor)
        try:
            inner(actor)
        except ValueError:
            add(actor, "outer")
        return Happened(None)

    for verb in ("deep.done", "inner.done", "outer.done"):
        TABLE[verb] = Then(now=(telling(told, verb),))
    outer(ada)
    assert (told, verbs()) == (["deep.done: None", "outer.done: None"], ["deep.done", "outer.done"])
    assert languages() == ["test deep", "test outer"]


@pytest.mark.django_db
def test_later_jobs_carry_ids_alone(own_table: None, ada: Actor, world: dict[str, Any]) -> None:
    @act("outer.done")
    def do(actor: Actor, case: Case) -> Happened[str]:
        return Happened("Canary", thing=case, about={"person_id": case.person_id, "name": "Canary"})

    case = world["own"][0]
    TABLE["outer.done"] = Then(later=("tests.later", "tests.later_still"))
    do(ada, case)
    jobs = ProcrastinateJob.objects.order_by("id").values_list("task_name", "args")
    ids = {"actor": str(ada.membership_id), "object_id": str(case.pk), "person_id": str(case.person_id)}
    assert list(jobs) == [("tests.later", ids), ("tests.later_still", ids)]


@pytest.mark.django_db(transaction=True)
def test_later_jobs_commit_with_the_act_and_are_lost_with_it(own_table: None) -> None:
    @act("outer.done")
    def do(actor: Actor) -> Happened[None]:
        return Happened(None, thing=add(actor, "kept"))

    def jobs() -> list[str]:
        """As another connection sees them."""
        with superuser() as other:
            return [name for (name,) in other.execute("SELECT task_name FROM procrastinate_jobs").fetchall()]

    TABLE["outer.done"] = Then(later=("tests.later",))
    with as_owner():
        ada = actor_of(User.objects.get(email="ada@north.example"))
    with acting(ada):
        do(ada)
        with on_duty(queue.PUT_IN):
            assert ProcrastinateJob.objects.count() == 1
        transaction.set_rollback(True)
    assert jobs() == []
    with acting(ada):
        do(ada)
        assert jobs() == []
    assert jobs() == ["tests.later"]
    with as_owner():
        assert (languages(), verbs()) == (["test kept"], ["outer.done"])
