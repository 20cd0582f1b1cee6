"""The walk: whatever people do about cases, in any order, and after each step the question who sees what.

It is asked three ways at least: through the doors under row-level security, in plain SQL under a signed token, and
through the doors alone, as the tables' owner; and, for one member and case at a time, over HTTP.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from casework.access import acts, members, organizations
from casework.access.actor import Actor, duty, staff
from casework.access.coalition import neighbors, receiver
from casework.access.context import acting
from casework.access.models import Membership, Organization
from casework.access.requests import CHOSEN
from casework.cases import actions, rules
from casework.cases.access import viewers
from casework.cases.models import Assignment, Case, Note
from casework.cases.reach import of
from casework.people.models import Person
from tests.conftest import as_application
from tests.properties import oracle
from tests.properties.oracle import ADMIN, DENIED, DONE, NEVER, REFUSED, UNSEEN, Member, Share, World

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
SHORT, LONG, PASSING = 30, 300, 40  # days
ROLES = [frozenset(roles) for roles in (
    {"admin"}, {"attorney"}, {"paralegal"}, {"volunteer"}, {"admin", "paralegal"}, {"admin", "volunteer"},
)]  # fmt: skip
a_member, a_case = st.sampled_from(sorted(PEOPLE)), st.sampled_from(sorted(OPENED))
an_organization = st.sampled_from(["NLA", "RRH", "SC"])
a_share = st.tuples(  # level, counsel tier, days
    st.sampled_from(["view", "change", "share", "share"]), st.booleans(), st.sampled_from([SHORT, LONG])
)
Call = Callable[[Actor, Case], object]


class Sharing(RuleBasedStateMachine):
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
                self.ask(sorted(PEOPLE))
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
            case = actions.open_case(actor, names={"given": key})
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

    def day(self, day: float) -> datetime | None:
        return None if day == NEVER else self.began + timedelta(days=day - self.world.now)

    # --- what people do

    @rule(giver=a_member, case=a_case, to=an_organization, single=a_member | st.none(), what=a_share)
    def share(self, giver: str, case: str, to: str, single: str | None, what: tuple[str, bool, int]) -> None:
        """With one person in their own organization, or with all counsel of an organization."""
        level, counsel, days = what
        if single:
            to = PEOPLE[single][1]
            if not (self.world.live(single) and self.world.members[single].reads):
                return
        if self.world.organizations[to].closed:
            return
        until = self.world.now + days

        def call(actor: Actor, row: Case) -> None:
            place = neighbors()[self.places[to].pk]
            person = receiver(place.id, PEOPLE[single][0]) if single else None
            assert (person is not None) == (single is not None and self.world.members[giver].reads)
            actions.share(
                actor,
                row,
                to=place,
                receiver=person,
                level=level,
                counsel_tier=counsel,
                expires_at=self.day(until),  # type: ignore[arg-type]
            )

        user = PEOPLE[single][0] if single else ""
        expected = self.world.share(Share(case, to, user, level, counsel, until, giver))
        assert self.attempt(giver, case, call) == expected

    @rule(actor=a_member, case=a_case, to=an_organization, single=a_member | st.none())
    def revoke(self, actor: str, case: str, to: str, single: str | None) -> None:
        if single:
            to = PEOPLE[single][1]
        self.end_share(actor, case, to, PEOPLE[single][0] if single else "")

    @precondition(lambda self: self.world.given)
    @rule(data=st.data(), actor=a_member | st.none())
    def revoke_what_was_given(self, data: st.DataObject, actor: str | None) -> None:
        share = data.draw(st.sampled_from(self.world.given))
        self.end_share(actor or share.giver, share.case, share.to, share.user)

    def end_share(self, actor: str, case: str, to: str, email: str) -> None:
        user = next((one.pk for one in self.users.values() if one.email == email), None)

        def call(by: Actor, row: Case) -> None:
            actions.revoke(by, row, to_organization_id=self.places[to].pk, user_id=user)

        expected = self.world.revoke(actor, case, to, email)
        assert self.attempt(actor, case, call) == expected

    @precondition(lambda self: self.world.given or any(end < NEVER for end in self.world.team.values()))
    @rule()
    def time_passes(self) -> None:
        """Ends move towards the present, which in a transaction stands still."""
        self.world.now += PASSING
        with connection.cursor() as cursor:
            for table, columns in {
                "cases_caseuserobjectpermission": ["expires_at"],
                "cases_casegroupobjectpermission": ["expires_at"],
                "cases_assignment": ["starts_at", "ends_at"],
            }.items():
                moves = ", ".join(f"{column} = {column} - interval '{PASSING} days'" for column in columns)
                cursor.execute(f"UPDATE {table} SET {moves}")  # noqa: S608 (our own names)

    @rule(actor=a_member, case=a_case, restricted=st.booleans())
    def restrict(self, actor: str, case: str, restricted: bool) -> None:
        def call(by: Actor, row: Case) -> None:
            (actions.restrict if restricted else actions.unrestrict)(by, row)

        expected = self.world.restrict(actor, case, restricted=restricted)
        assert self.attempt(actor, case, call) == expected

    @rule(actor=a_member, case=a_case, whom=a_member, ends=st.booleans())
    def assign(self, actor: str, case: str, whom: str, ends: bool) -> None:
        until = self.world.now + SHORT if ends else NEVER
        possible = rules.roles_on_case(self.world.members[whom].roles) - {"lead"}  # a second lead is another story

        def call(by: Actor, row: Case) -> None:
            target_row = Membership(pk=self.ids[whom])
            role = min(possible, default="volunteer")
            actions.assign(by, row, membership=target_row, role=role, ends_at=self.day(until))

        expected = self.world.put_on_team(actor, case, whom, until)
        assert self.attempt(actor, case, call) == expected

    @rule(actor=a_member, case=a_case, whom=a_member)
    def unassign(self, actor: str, case: str, whom: str) -> None:
        place = Assignment(case_id=self.cases[case].pk, ends_at=self.began - timedelta(days=1))

        def call(by: Actor, row: Case) -> None:
            team = Assignment.objects.visible_to(by).filter(Assignment.live(), case=row)
            actions.unassign(by, row, assignment=team.filter(membership_id=self.ids[whom]).first() or place)

        expected = self.world.take_off_team(actor, case, whom)
        assert self.attempt(actor, case, call) == expected

    @rule(actor=a_member, case=a_case, tier=st.sampled_from([1, 2, 3]))
    def write_note(self, actor: str, case: str, tier: int) -> None:
        written: list[Note] = []

        def call(by: Actor, row: Case) -> None:
            written.append(actions.write_note(by, row, text="more", tier=tier))

        assert self.attempt(actor, case, call) == self.world.note(actor, case, tier)
        for note in written:
            self.keep_note(note, case, tier)

    # --- what happens to people and organizations

    def administrator(self, organization: str, but: str = "") -> Actor | None:
        keys = [key for key, one in self.world.members.items() if one.organization == organization and key != but]
        live = [key for key in keys if self.world.live(key) and ADMIN in self.world.members[key].roles]
        return self.actor(live[0]) if live else None

    @rule(whom=a_member)
    def suspend_or_restore(self, whom: str) -> None:
        one = self.world.members[whom]
        admin = self.administrator(one.organization, but=whom)
        row = Membership.objects.get(pk=self.ids[whom])
        if admin is None or row.ends_at:
            return
        with as_application(), acting(admin):
            (members.restore if one.out else members.suspend)(admin, row)
        one.out = not one.out

    @rule(whom=a_member)
    def end_membership_or_begin_anew(self, whom: str) -> None:
        one, row = self.world.members[whom], Membership.objects.filter(pk=self.ids[whom])
        if row.get().suspended_at is None:
            row.update(ends_at=None if one.out else self.began - timedelta(minutes=1))
            one.out = not one.out

    @rule(whom=a_member, roles=st.sampled_from(ROLES))
    def change_roles(self, whom: str, roles: frozenset[str]) -> None:
        Membership.objects.filter(pk=self.ids[whom]).update(roles=sorted(roles))
        self.world.members[whom].roles = roles

    @rule(organization=an_organization)
    def switch_visibility(self, organization: str) -> None:
        admin, wide = self.administrator(organization), not self.world.organizations[organization].wide
        if admin is None:
            return
        with as_application(), acting(admin):
            organizations.change(admin, {"visibility": "organization" if wide else "assigned"})
        self.world.organizations[organization].wide = wide

    @precondition(lambda self: self.steps > 5 and not any(one.closed for one in self.world.organizations.values()))
    @rule(organization=an_organization)
    def close_organization(self, organization: str) -> None:
        operator = duty("operator")
        with as_application(), acting(operator):
            organizations.close(operator, self.places[organization])
        self.world.close(organization)

    # --- who sees what

    @initialize()
    def everybody_at_first(self) -> None:
        self.ask(sorted(PEOPLE))

    @invariant()
    def everybody_after_each_step(self) -> None:
        """Each step asks a part of them, in turn, or all."""
        self.steps += 1
        keys = sorted(PEOPLE)
        self.ask(keys if self.every_step else [keys[(self.steps * 3 + more) % len(keys)] for more in range(3)])

    @rule(member=a_member, case=a_case)
    def open_the_page(self, member: str, case: str) -> None:
        """June does so in either of her places."""
        client = Client(raise_request_exception=False)
        client.force_login(self.users[member])
        session = client.session
        session[CHOSEN] = str(self.ids[member])
        session.save()
        answered = client.get(reverse("case", args=[self.cases[case].pk])).status_code
        if self.world.live(member):
            assert answered == (200 if self.world.sight(member, case) else 404)

    def ask(self, keys: list[str]) -> None:
        for member in keys:
            self.ask_doors(member)
            self.ask_sql(member)
        for case in sorted(OPENED):
            self.ask_who_sees(case)

    def expected(self, member: str) -> tuple[set[str], set[str], set[str]]:
        return self.world.cases_of(member), self.world.notes_of(member), self.world.people_of(member)

    def ask_doors(self, member: str) -> None:
        """Alone, and with the walls behind them; and what the rules would let the member do."""
        alone = self.actor(member)
        if alone is None:
            assert not self.world.live(member)
            return
        assert self.found(alone) == self.expected(member)
        assert self.offered(alone) == self.rights(member)
        both = self.token(member)
        with as_application(), acting(both):
            assert self.found(both) == self.expected(member)
            shared = {self.names[pk] for pk in Case.objects.shared_with(both).values_list("pk", flat=True)}
            ours = {self.names[pk] for pk in Case.objects.ours(both).values_list("pk", flat=True)}
        assert shared == {case for case in self.cases if self.world.held(member, case)}
        assert ours | shared == self.world.cases_of(member)

    def found(self, actor: Actor) -> tuple[set[str], ...]:
        rows = [model.objects.visible_to(actor).values_list("pk", flat=True) for model in (Case, Note, Person)]
        return tuple({self.names[pk] for pk in keys} for keys in rows)

    def offered(self, actor: Actor) -> dict[str, tuple[int, bool, bool, bool]]:
        return {
            key: (
                of(actor).writes_up_to(row),
                acts.allowed(actor, "note.written", row),
                acts.allowed(actor, "case.shared", row),
                acts.allowed(actor, "case.assigned", row),
            )
            for key, row in ((self.names[row.pk], row) for row in Case.objects.visible_to(actor))
        }

    def rights(self, member: str) -> dict[str, tuple[int, bool, bool, bool]]:
        sights = {case: it for case in self.cases if (it := self.world.sight(member, case))}
        reads = self.world.members[member].reads
        return {case: (it.writes, it.changes, it.shares, reads and it.basis != "share") for case, it in sights.items()}

    def ask_sql(self, member: str) -> None:
        """Also for those who do not count any more, whose token still stands."""
        world, counted = self.world, self.world.live(member)
        actor = self.token(member)
        with as_application(), acting(actor), transaction.atomic():
            assert self.keys("SELECT 'c', id FROM cases_case UNION ALL SELECT 'n', id FROM cases_note"
                             " UNION ALL SELECT 'p', id FROM people_person") == self.expected(member)  # fmt: skip
            changing = {case for case in self.cases if (it := world.sight(member, case)) and it.changes}
            # A restricted case may be changed by counsel on its team alone, though others may add to it.
            barred = {
                case
                for case in changing
                if world.cases[case].restricted and not (world.assigned(member, case) and world.members[member].reads)
            }
            changed = self.keys(
                "WITH c AS (UPDATE cases_case SET opened_at = opened_at WHERE id <> ALL (%s) RETURNING id),"
                " n AS (UPDATE cases_note SET kind = kind RETURNING id),"
                " p AS (UPDATE people_person SET language = language RETURNING id)"
                " SELECT 'c', id FROM c UNION ALL SELECT 'n', id FROM n UNION ALL SELECT 'p', id FROM p",
                [self.cases[case].pk for case in barred],
            )
            assert changed == (
                changing - barred, world.writable_notes_of(member), world.people_of(member, to_change=True),
            )  # fmt: skip
            for case in barred:
                self.refused("UPDATE cases_case SET opened_at = opened_at WHERE id = %s", self.cases[case].pk)
            assert counted or not any(changed)

    def keys(self, statement: str, *values: Any) -> tuple[set[str], ...]:
        """Names of cases, notes and people, from rows of kind and key."""
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        return tuple({self.names[pk] for kind, pk in rows if kind == wanted} for wanted in "cnp")

    def refused(self, statement: str, *values: Any) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, values)
        except DatabaseError:
            return
        raise AssertionError(statement)

    def ask_who_sees(self, case: str) -> None:
        """One who may share the case is told exactly who sees it and why; one who may not is told nothing."""
        world, keys = self.world, sorted(PEOPLE)
        sights = {member: it for member in keys if (it := world.sight(member, case))}
        may = [member for member, it in sights.items() if it.shares]
        may_not = [member for member in keys if member not in may and world.live(member)]
        expected = {(self.ids[member], it.basis, it.tier, it.changes, it.shares) for member, it in sights.items()}
        for asking, told in ((may, expected), (may_not, set())):
            if asking:
                actor = self.token(asking[self.steps % len(asking)])
                with as_application(), acting(actor):
                    rows = viewers(actor, self.cases[case])
                found = {(one.membership_id, one.basis, one.tier, one.may_change, one.may_share) for one in rows}
                assert found == told


class SharingInFull(Sharing):
    """The same, and everybody is asked after each step."""

    every_step = True
