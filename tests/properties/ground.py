"""The people and cases of the walk, planted twice: in the database, and in the oracle's world."""

import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis.stateful import RuleBasedStateMachine

from casework.access.actor import Actor, staff
from casework.access.context import acting
from casework.access.models import Membership, Organization
from casework.cases import actions
from casework.cases.models import Assignment, Case, Note
from tests.conftest import as_application
from tests.properties import oracle
from tests.properties.oracle import DENIED, DONE, NEVER, REFUSED, UNSEEN, Member, World

PEOPLE = {
    "ada": ("ada@north.example", "NLA"),
    "ben": ("ben@north.example", "NLA"),
    "nia": ("nia@north.example", "NLA"),
    "tomas": ("tomas@north.example", "NLA"),
    "vic": ("vic@north.example", "NLA"),
    "cleo": ("cleo@south.example", "SC"),
    "omar": ("omar@south.example", "SC"),
    "hana": ("hana@hotline.example", "RRH"),
    "june there": ("june@hotline.example", "RRH"),
    "june here": ("june@hotline.example", "NLA"),
}
# Who opens which case, and for whom: two are of one person.
OPENED = {"first": "ada", "second": "ada", "third": "vic", "south": "cleo", "line": "june there"}
SAME_PERSON = ("second", "first")
Call = Callable[[Actor, Case], object]


class Ground(RuleBasedStateMachine):
    """Every example is taken back at its end; the test around it is one transaction."""

    every_step = False  # whether each step asks everybody, or a part; the end of an example asks everybody anyhow

    def __init__(self) -> None:
        super().__init__()
        self.steps = 0
        self.taken_back = transaction.atomic()
        self.taken_back.__enter__()
        try:
            self.plant()
        except BaseException:
            self.teardown_database()
            raise

    def teardown_database(self) -> None:
        transaction.set_rollback(True)
        self.taken_back.__exit__(None, None, None)

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None:  # the walk came to its end
                self.ask(sorted(PEOPLE), sorted(OPENED))
        finally:
            self.teardown_database()

    # --- the beginning

    def plant(self) -> None:
        self.began = timezone.now()
        rows = Membership.objects.select_related("organization", "user")
        found = {key: rows.get(user__email=email, organization__short_name=at) for key, (email, at) in PEOPLE.items()}
        self.ids = {key: row.pk for key, row in found.items()}
        self.users = {key: row.user for key, row in found.items()}
        self.places = {one.short_name: one for one in Organization.objects.all()}
        self.world = World(
            {name: oracle.Organization(one.visibility == "organization") for name, one in self.places.items()},
            {
                key: Member(row.user.email, row.organization.short_name, frozenset(row.roles))
                for key, row in found.items()
            },
        )
        self.cases: dict[str, Case] = {}
        self.names: dict[Any, str] = {}  # of cases, notes and people, by key
        self.counter = count()
        for key, opener in OPENED.items():
            self.open(key, opener)

    def open(self, key: str, opener: str) -> None:
        actor = self.actor(opener)
        assert actor is not None
        person = SAME_PERSON[1] if key == SAME_PERSON[0] else key
        if person == key:
            case = actions.open_case(actor, names={"given_names": key})
        else:
            case = self.open_again(actor, self.cases[person])
        self.cases[key] = case
        self.names |= {case.pk: key, case.person_id: person}
        self.world.cases[key] = oracle.Case(PEOPLE[opener][1], person)
        self.world.team[opener, key] = NEVER
        for tier in (1, 2, 3):
            note = Note(organization_id=case.organization_id, case=case, tier=tier, author_id=case.opened_by_id)
            note.text = f"{key} {tier}"
            note.save()
            self.keep_note(note, key, tier)

    def open_again(self, actor: Actor, first: Case) -> Case:
        """A second case of the same person, led by the same attorney."""
        here = {"organization_id": first.organization_id}
        case = Case(person_id=first.person_id, opened_by_id=actor.member, **here)
        case.save()
        Assignment(case=case, membership_id=actor.member, made_by_id=actor.member, role="lead",
                   starts_at=self.began - timedelta(days=1), **here).save()  # fmt: skip
        return case

    def keep_note(self, note: Note, case: str, tier: int) -> None:
        self.names[note.pk] = f"{case} {tier} {next(self.counter)}"
        self.world.notes[self.names[note.pk]] = (case, tier)

    # --- who asks

    def actor(self, member: str) -> Actor | None:
        """As a request would find out; None for a membership that does not count."""
        found = Membership.objects.live().select_related("organization").filter(pk=self.ids[member]).first()
        return staff(found, member) if found else None

    def token(self, member: str) -> Actor:
        """As a request that began before would go on, whatever has become of the membership."""
        return staff(Membership.objects.select_related("organization").get(pk=self.ids[member]), member)

    def attempt(self, member: str, case: str, call: Call) -> str:
        """What becomes of it when this member tries: as the application, under the walls."""
        actor = self.actor(member)
        if actor is None:
            return UNSEEN
        with as_application(), acting(actor):
            row = Case.objects.visible_to(actor).filter(pk=self.cases[case].pk).first()
            if row is None:
                return UNSEEN
            try:
                with transaction.atomic():
                    call(actor, row)
            except PermissionDenied:
                return DENIED
            except ValidationError:
                return REFUSED
        return DONE

    def day(self, day: float) -> Any:
        return None if day == NEVER else self.began + timedelta(days=day - self.world.now)

    def ask(self, keys: list[str], cases: list[str]) -> None:
        raise NotImplementedError
