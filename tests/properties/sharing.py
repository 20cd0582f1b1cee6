"""The walk: whatever people do about cases, in any order, and after each step the question who sees what.

It is asked through the doors under row-level security, in plain SQL under a signed token, through the doors alone, and
now and then over HTTP.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from casework.access import members, organizations
from casework.access.actor import Actor, duty
from casework.access.coalition import neighbors, receiver
from casework.access.context import acting
from casework.access.models import Membership
from casework.access.requests import CHOSEN
from casework.cases import actions, rules
from casework.cases.models import Assignment, Case, Note
from tests.conftest import as_application
from tests.properties.asking import Asking
from tests.properties.ground import OPENED, PEOPLE
from tests.properties.oracle import ADMIN, ATTORNEY, NEVER, Member, Share, Sight

SHORT, LONG, PASSING = 30, 300, 40  # days
LATE = 5  # steps
ROLES = [frozenset(roles) for roles in (
    {"admin"}, {"attorney"}, {"paralegal"}, {"volunteer"}, {"admin", "paralegal"}, {"admin", "volunteer"},
)]  # fmt: skip
a_member = st.sampled_from(sorted(PEOPLE))
an_organization = st.sampled_from(["NLA", "RRH", "SC"])
a_share = st.tuples(  # level, counsel tier, days
    st.sampled_from(["view", "change", "share", "share"]), st.booleans(), st.sampled_from([SHORT, LONG])
)


class Sharing(Asking):
    """What happens in an example."""

    @invariant()
    def everybody_after_each_step(self) -> None:
        """Each step asks a part of them, in turn, or all."""
        keys, cases = sorted(PEOPLE), sorted(OPENED)
        if not self.every_step:
            keys = [keys[(self.steps * 2 + more) % len(keys)] for more in range(2)]
            cases = [cases[self.steps % len(cases)]]
        self.steps += 1
        self.ask(keys, cases)

    # --- what people do

    @rule(data=st.data(), what=st.sampled_from([
        *["share"] * 5, *["pass_on"] * 3, *["revoke"] * 2, *["assign"] * 2, *["unassign"] * 2, *["restrict"] * 2,
        *["write_note"] * 2, "time_passes", *["fate"] * 3, *["open_the_page"] * 2,
    ]))  # fmt: skip
    def somebody(self, data: st.DataObject, what: str) -> None:
        """One rule, so that the walk goes to and fro between all that can happen."""
        getattr(self, what)(data)

    def pick(self, data: st.DataObject, likely: Iterable[Any], every: Iterable[Any]) -> Any:
        """One that makes sense, three times out of four, where there is any."""
        sensible = sorted(likely)
        usual = bool(sensible) and data.draw(st.sampled_from([True, True, True, False]))
        return data.draw(st.sampled_from(sensible if usual else sorted(every)))

    def pick_pair(self, data: st.DataObject, makes_sense: Callable[[Member, Sight], bool]) -> tuple[str, str]:
        """A member and a case, rather such that the member can do something about it."""
        pairs = [(member, case) for member in PEOPLE for case in OPENED]
        sights = {pair: it for pair in pairs if (it := self.world.sight(*pair))}
        likely = [pair for pair, it in sights.items() if makes_sense(self.world.members[pair[0]], it)]
        found: tuple[str, str] = self.pick(data, likely, pairs)
        return found

    def share(self, data: st.DataObject) -> None:
        """By anybody who may."""
        self.give(data, *self.pick_pair(data, lambda _, it: it.shares))

    def pass_on(self, data: st.DataObject) -> None:
        """A share of a share."""
        self.give(data, *self.pick_pair(data, lambda _, it: it.shares and it.basis == "share"))

    def give(self, data: st.DataObject, giver: str, case: str) -> None:
        """To one person in their own organization, or to all counsel of an organization."""
        level, counsel, days = data.draw(a_share)
        inside = {PEOPLE[giver][1], self.world.cases[case].organization}
        single = ""
        if data.draw(st.booleans()):
            readers = [key for key, one in self.world.members.items() if self.world.live(key) and one.reads]
            if not readers:
                return
            single = self.pick(data, [key for key in readers if PEOPLE[key][1] not in inside], readers)
        open_places = [name for name, one in self.world.organizations.items() if not one.closed]
        to = PEOPLE[single][1] if single else self.pick(data, set(open_places) - inside, open_places or ["NLA"])
        if self.world.organizations[to].closed:
            return
        until = self.world.now + days

        def call(actor: Actor, row: Case) -> None:
            place = neighbors()[self.places[to].pk]
            person = receiver(actor, place.id, PEOPLE[single][0]) if single else None
            assert (person is not None) == (single != "" and self.world.members[giver].reads)
            actions.share(
                actor, row, to=place, receiver=person, level=level, counsel_tier=counsel, expires_at=self.day(until)
            )

        expected = self.world.share(Share(case, to, PEOPLE[single][0] if single else "", level, counsel, until, giver))
        assert self.attempt(giver, case, call) == expected

    def revoke(self, data: st.DataObject) -> None:
        whole = data.draw(st.booleans())
        given = [(share.giver, share.case, share.to, share.user) for share in self.world.given]
        owners = [
            (member, *share[1:])
            for share in given
            for member in PEOPLE
            if (it := self.world.sight(member, share[1])) and it.shares
        ]
        anything = [
            (member, case, PEOPLE[other][1], "" if whole else PEOPLE[other][0])
            for member in PEOPLE for case in OPENED for other in PEOPLE
        ]  # fmt: skip
        actor, case, to, email = self.pick(data, given + owners, anything)
        user = next((one.pk for one in self.users.values() if one.email == email), None)

        def call(by: Actor, row: Case) -> None:
            actions.revoke(by, row, to_organization_id=self.places[to].pk, user_id=user)

        expected = self.world.revoke(actor, case, to, email)
        assert self.attempt(actor, case, call) == expected

    def time_passes(self, data: st.DataObject) -> None:
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

    def restrict(self, data: st.DataObject) -> None:
        restricted = data.draw(st.booleans())
        actor, case = self.pick_pair(data, lambda one, it: it.basis == "assigned" and ATTORNEY in one.roles)

        def call(by: Actor, row: Case) -> None:
            (actions.restrict if restricted else actions.unrestrict)(by, row)

        expected = self.world.restrict(actor, case, restricted=restricted)
        assert self.attempt(actor, case, call) == expected

    def assign(self, data: st.DataObject) -> None:
        actor, case = self.pick_pair(data, lambda one, it: one.reads and it.basis != "share")
        here = [key for key, (_, at) in PEOPLE.items() if at == self.world.cases[case].organization]
        whom = self.pick(data, [key for key in here if not self.world.assigned(key, case)], PEOPLE)
        until = data.draw(st.sampled_from([self.world.now + SHORT, NEVER]))
        possible = rules.roles_on_case(self.world.members[whom].roles) - {"lead"}  # a second lead is another story

        def call(by: Actor, row: Case) -> None:
            role = min(possible, default="volunteer")
            actions.assign(by, row, membership=Membership(pk=self.ids[whom]), role=role, ends_at=self.day(until))

        expected = self.world.put_on_team(actor, case, whom, until)
        assert self.attempt(actor, case, call) == expected

    def unassign(self, data: st.DataObject) -> None:
        actor, case = self.pick_pair(data, lambda one, it: one.reads and it.basis != "share")
        whom = self.pick(data, [key for key in PEOPLE if self.world.assigned(key, case)], PEOPLE)
        over = Assignment(case_id=self.cases[case].pk, ends_at=self.began - timedelta(days=1))

        def call(by: Actor, row: Case) -> None:
            team = Assignment.objects.visible_to(by).filter(Assignment.live(), case=row)
            actions.unassign(by, row, assignment=team.filter(membership_id=self.ids[whom]).first() or over)

        expected = self.world.take_off_team(actor, case, whom)
        assert self.attempt(actor, case, call) == expected

    def write_note(self, data: st.DataObject) -> None:
        tier = data.draw(st.sampled_from([1, 2, 3]))
        actor, case = self.pick_pair(data, lambda _, it: it.writes >= tier)
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

    def fate(self, data: st.DataObject) -> None:
        """What changes for somebody, or for a whole organization."""
        fate = data.draw(st.sampled_from(["suspend", "suspend", "end", "roles", "roles", "visibility", "close"]))
        if fate in {"visibility", "close"}:
            place = data.draw(an_organization)
            (self.switch_visibility if fate == "visibility" else self.close)(place)
            return
        whom = data.draw(a_member)
        if fate == "roles":
            self.change_roles(whom, data.draw(st.sampled_from(ROLES)))
        else:
            (self.suspend_or_restore if fate == "suspend" else self.end_or_begin_anew)(whom)

    def suspend_or_restore(self, whom: str) -> None:
        one = self.world.members[whom]
        admin = self.administrator(one.organization, but=whom)
        row = Membership.objects.get(pk=self.ids[whom])
        if admin is None or row.ends_at:
            return
        with as_application(), acting(admin):
            (members.restore if one.out else members.suspend)(admin, row)
        one.out = not one.out

    def end_or_begin_anew(self, whom: str) -> None:
        one, row = self.world.members[whom], Membership.objects.filter(pk=self.ids[whom])
        if row.get().suspended_at is None:
            row.update(ends_at=None if one.out else self.began - timedelta(minutes=1))
            one.out = not one.out

    def change_roles(self, whom: str, roles: frozenset[str]) -> None:
        Membership.objects.filter(pk=self.ids[whom]).update(roles=sorted(roles))
        self.world.members[whom].roles = roles

    def switch_visibility(self, organization: str) -> None:
        admin, wide = self.administrator(organization), not self.world.organizations[organization].wide
        if admin is None:
            return
        with as_application(), acting(admin):
            organizations.change(admin, {"visibility": "organization" if wide else "assigned"})
        self.world.organizations[organization].wide = wide

    def close(self, organization: str) -> None:
        """One in an example, and not at its beginning: nothing happens there any more."""
        if self.steps < LATE or any(one.closed for one in self.world.organizations.values()):
            return
        operator = duty("operator")
        with as_application(), acting(operator):
            organizations.close(operator, self.places[organization])
        self.world.close(organization)

    def open_the_page(self, data: st.DataObject) -> None:
        """June does so in either of her places."""
        member, case = self.pick_pair(data, lambda *_: True)
        client = Client(raise_request_exception=False)
        client.force_login(self.users[member])
        session = client.session
        session[CHOSEN] = str(self.ids[member])
        session.save()
        answered = client.get(reverse("case", args=[self.cases[case].pk])).status_code
        if self.world.live(member):
            assert answered == (200 if self.world.sight(member, case) else 404)


class SharingInFull(Sharing):
    """The same, and everybody is asked after each step."""

    every_step = True
