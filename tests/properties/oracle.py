"""Who sees what, told a second time: plain Python over its own facts, written from the design and not from the code.

Times are days; `now` is today. A share is one row here, whatever it is in the database.
"""

from dataclasses import dataclass, field

ATTORNEY, PARALEGAL, ADMIN = "attorney", "paralegal", "admin"
NEVER = float("inf")
# How an attempt ends: it is done; the case is not to be seen; the rules say no; the act itself says no.
DONE, UNSEEN, DENIED, REFUSED = "done", "unseen", "denied", "refused"


@dataclass
class Organization:
    """`wide`: attorneys and paralegals read all its cases."""

    wide: bool
    closed: bool = False


@dataclass
class Member:
    """A user's place in an organization."""

    user: str
    organization: str
    roles: frozenset[str]
    out: bool = False  # suspended, or over

    @property
    def reads(self) -> bool:
        return bool(self.roles & {ATTORNEY, PARALEGAL})


@dataclass
class Case:
    organization: str
    person: str
    restricted: bool = False


@dataclass
class Share:
    """Of one case with one user in an organization, or with its attorneys and paralegals (`user` is empty)."""

    case: str
    to: str
    user: str
    level: str
    counsel: bool
    until: float
    giver: str


@dataclass(frozen=True)
class Sight:
    """How one member meets one case.

    `writes` is the highest tier of notes that they may write, 0 for none. `edits` says whether they may change the case
    itself: those with whom it was shared may not.
    """

    basis: str
    tier: int
    writes: int
    shares: bool
    edits: bool

    @property
    def changes(self) -> bool:
        return self.writes > 0


@dataclass
class World:
    """The facts, and what follows from them."""

    organizations: dict[str, Organization]
    members: dict[str, Member]
    cases: dict[str, Case] = field(default_factory=dict)
    notes: dict[str, tuple[str, int]] = field(default_factory=dict)  # case and tier
    team: dict[tuple[str, str], float] = field(default_factory=dict)  # (member, case), and until when
    given: list[Share] = field(default_factory=list)
    now: float = 0

    # --- seeing

    def live(self, member: str) -> bool:
        one = self.members[member]
        return not one.out and not self.organizations[one.organization].closed

    def assigned(self, member: str, case: str) -> bool:
        """Administrators see content only with a second role."""
        on_team = self.team.get((member, case), 0) > self.now
        return self.live(member) and on_team and self.members[member].roles != {ADMIN}

    def whole(self, member: str, case: str) -> bool:
        """By reading the whole organization, from which a restricted case is taken out."""
        one, it = self.members[member], self.cases[case]
        wide = self.organizations[one.organization].wide
        return self.live(member) and one.reads and wide and one.organization == it.organization and not it.restricted

    def held(self, member: str, case: str) -> list[Share]:
        """What was shared with the member and lasts."""
        one = self.members[member]
        if not self.live(member) or not one.reads or self.organizations[self.cases[case].organization].closed:
            return []
        mine = [share for share in self.given if share.case == case and share.to == one.organization]
        return [share for share in mine if share.user in ("", one.user) and share.until > self.now]

    def sight(self, member: str, case: str) -> Sight | None:
        """None for somebody who may not know of the case."""
        one, shares = self.members[member], self.held(member, case)
        team, whole = self.assigned(member, case), self.whole(member, case)
        if not (team or whole or shares):
            return None
        on_team = 3 if one.reads else 1
        changing = [share for share in shares if share.level != "view"]
        return Sight(
            "assigned" if team else "organization" if whole else "share",
            max([on_team * team, 2 * whole, *(2 + share.counsel for share in shares)]),
            max([on_team * team, 2 * whole, *(2 + share.counsel for share in changing)]),
            bool(one.reads and (team or whole)) or any(share.level == "share" for share in shares),
            whole or (team and (one.reads or not self.cases[case].restricted)),
        )

    def cases_of(self, member: str) -> set[str]:
        return {case for case in self.cases if self.sight(member, case)}

    def notes_of(self, member: str) -> set[str]:
        return {key for key, (case, tier) in self.notes.items() if (it := self.sight(member, case)) and it.tier >= tier}

    def people_of(self, member: str, *, to_change: bool = False) -> set[str]:
        """Who sees a case sees its person; whose organization's it is may change the person, too."""
        sights = {case: self.sight(member, case) for case in self.cases}
        return {self.cases[case].person for case, it in sights.items() if it and (it.basis != "share" or not to_change)}

    # --- doing

    def put_on_team(self, actor: str, case: str, target: str, until: float) -> str:
        if (end := self._counsel_of_the_house(actor, case)) != DONE:
            return end
        one = self.members[target]
        stranger = one.organization != self.cases[case].organization
        if stranger or not self.live(target) or one.roles == {ADMIN} or self.team.get((target, case), 0) > self.now:
            return REFUSED
        self.team[target, case] = until
        return DONE

    def take_off_team(self, actor: str, case: str, target: str) -> str:
        if (end := self._counsel_of_the_house(actor, case)) != DONE:
            return end
        if self.team.get((target, case), 0) <= self.now:
            return REFUSED
        it, others = self.cases[case], [one for one in self.members if one != target]
        stays_open = self.organizations[it.organization].wide and not it.restricted
        if not stays_open and not any(self.assigned(one, case) and self.members[one].reads for one in others):
            return REFUSED
        self.team[target, case] = 0
        return DONE

    def restrict(self, actor: str, case: str, *, restricted: bool) -> str:
        it = self.sight(actor, case)
        if it is None:
            return UNSEEN
        if it.basis != "assigned" or ATTORNEY not in self.members[actor].roles:
            return DENIED
        self.cases[case].restricted = restricted
        return DONE

    def share(self, share: Share) -> str:
        it = self.sight(share.giver, share.case)
        if it is None:
            return UNSEEN
        if not it.shares:
            return DENIED
        own, owner = self.members[share.giver].organization, self.cases[share.case].organization
        if share.to in (own, owner) or share.until > self.may_share_until(share.giver, share.case, share.counsel):
            return REFUSED
        self._settle(share.case)
        key = (share.case, share.user or share.to)
        before = [one for one in self.given if (one.case, one.user or one.to) == key]
        if any(one.to != share.to or (own != owner and one.giver != share.giver) for one in before):
            return REFUSED  # somebody else's hand
        self.given = [one for one in self.given if one not in before] + [share]
        self._settle(share.case)
        return DONE

    def revoke(self, actor: str, case: str, to: str, user: str) -> str:
        it = self.sight(actor, case)
        if it is None:
            return UNSEEN
        if not it.shares:
            return DENIED
        ours = self.members[actor].organization == self.cases[case].organization
        gone = [
            share
            for share in self.given
            if (share.case, share.to, share.user) == (case, to, user) and share.until > self.now
            and (ours or share.giver == actor)
        ]  # fmt: skip
        if not gone:
            return REFUSED
        self.given = [share for share in self.given if share not in gone]
        self._settle(case)
        return DONE

    def close(self, organization: str) -> None:
        """What it shared and what was shared with it ends, and what it had passed on."""
        self.organizations[organization].closed = True
        self.given = [one for one in self.given if organization not in (one.to, self.cases[one.case].organization)]
        for case in self.cases:
            self._settle(case)

    def note(self, actor: str, case: str, tier: int) -> str:
        it = self.sight(actor, case)
        if it is None:
            return UNSEEN
        if not it.changes:
            return DENIED
        return DONE if tier <= it.writes else REFUSED

    def may_share_until(self, actor: str, case: str, counsel: bool) -> float:
        """Nobody gives for longer than they have it, nor a counsel tier that they do not have themselves."""
        one = self.members[actor]
        if one.reads and (self.assigned(actor, case) or (self.whole(actor, case) and not counsel)):
            return NEVER
        own = [share for share in self.held(actor, case) if share.level == "share" and (share.counsel or not counsel)]
        return max((share.until for share in own), default=0)

    def _counsel_of_the_house(self, actor: str, case: str) -> str:
        it = self.sight(actor, case)
        if it is None:
            return UNSEEN
        return DONE if self.members[actor].reads and it.basis != "share" else DENIED

    def _settle(self, case: str) -> None:
        """What was passed on reaches no further than the right of the organization that passed it on."""
        owner = self.cases[case].organization
        self.given = [share for share in self.given if share.case != case or share.until > self.now]
        while True:
            rights = {owner: {(NEVER, True)}}
            grown = True
            while grown:
                grown = False
                for share in self.given:
                    if share.case != case or share.level != "share":
                        continue
                    for until, counsel in list(rights.get(self.members[share.giver].organization, ())):
                        reached = (min(until, share.until), counsel and share.counsel)
                        grown |= reached not in rights.setdefault(share.to, set())
                        rights[share.to].add(reached)
            if not self._cut(case, owner, rights):
                return

    def _cut(self, case: str, owner: str, rights: dict[str, set[tuple[float, bool]]]) -> bool:
        """Whether anything had to be taken away."""
        cut = False
        for share in list(self.given):
            giver = self.members[share.giver].organization
            if share.case != case or giver == owner:
                continue
            until = max((end for end, _ in rights.get(giver, ())), default=0)
            counsel_until = max((end for end, counsel in rights.get(giver, ()) if counsel), default=0)
            if until <= self.now:
                self.given.remove(share)
                cut = True
                continue
            if share.until > until or (share.counsel and counsel_until < min(share.until, until)):
                share.until = min(share.until, until)
                share.counsel = share.counsel and counsel_until >= share.until
                cut = True
        return cut
