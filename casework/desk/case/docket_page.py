"""What the docket tab of a case shows: proceedings with their hearings, what needs an outcome, bond, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.custody import looks as custody
from casework.desk.case.docket_outcomes import section
from casework.docket import defaults, looks, rules
from casework.docket.models import Bond, Charge, Decision, Hearing, Proceeding
from casework.docket.models.kinds import BondResult, HearingOutcome, HearingState, ProceedingKind
from casework.people import languages

TONES = {
    HearingState.SCHEDULED: "accent", HearingState.HELD: "green", HearingState.ADJOURNED: "amber",
    HearingState.VACATED: "",
}  # fmt: skip
CHARGED = frozenset({ProceedingKind.REMOVAL, ProceedingKind.DEPORTATION, ProceedingKind.EXCLUSION})
BOND_TONES = {
    BondResult.SET: "green", BondResult.RECOGNIZANCE: "green", BondResult.DENIED: "red",
    BondResult.NO_JURISDICTION: "red",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A hearing in a row. `open` when nobody has closed it, `late` when it has begun and needs its outcome.

    `before` and `then` are its neighbors in the chain; `may_follow` when it goes on and the next is not on file yet.
    """

    hearing: Hearing
    appears: str
    late: bool
    before: Hearing | None = None
    then: Hearing | None = None

    @property
    def open(self) -> bool:
        return self.hearing.is_ahead

    @property
    def spoken(self) -> str:
        return languages.name_of(self.hearing.language_id) if self.hearing.language_id else ""

    @property
    def has_begun(self) -> bool:
        """Whether its day has come, on the calendar of the court: before, nobody held it."""
        return self.hearing.on <= timezone.localdate(timezone.now(), self.hearing.zone)

    @property
    def tone(self) -> str:
        return "red" if self.late else TONES[HearingState(self.hearing.state)]

    @property
    def may_follow(self) -> bool:
        goes_on = self.hearing.state == HearingState.ADJOURNED or self.hearing.outcome == HearingOutcome.CONTINUED
        return goes_on and self.then is None


@dataclass(frozen=True)
class Money:
    """A request for bond, and what can be recorded about it next."""

    bond: Bond

    @property
    def tone(self) -> str:
        return BOND_TONES.get(BondResult(self.bond.result), "")

    @property
    def may_be_posted(self) -> bool:
        asked = self.bond.result == BondResult.NONE and bool(self.bond.ice_amount)
        return self.bond.posted_on is None and (self.bond.result == BondResult.SET or asked)

    @property
    def may_end(self) -> bool:
        return self.bond.posted_on is not None and not self.bond.end


@dataclass(frozen=True)
class Charged:
    """A charge, with its section as lawyers write it."""

    charge: Charge
    short: str


@dataclass(frozen=True)
class Part:
    """A proceeding with what stands in it; None for hearings that stand in none. `waits`: the next date is missing."""

    proceeding: Proceeding | None
    ahead: list[Shown] = field(default_factory=list)
    past: list[Shown] = field(default_factory=list)
    charges: list[Charged] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    bonds: list[Money] = field(default_factory=list)

    @property
    def has_charges(self) -> bool:
        """Whether DHS makes charges in such a proceeding."""
        return self.proceeding is not None and self.proceeding.kind in CHARGED

    @property
    def waits(self) -> list[Shown]:
        return [one for one in self.past if one.may_follow]


def context(actor: Actor, case: Case) -> dict[str, Any]:
    """All that the tab shows, but for the header of the case."""
    now = timezone.now()
    hearings = looks.hearings(actor, case)
    shown = _shown(hearings, looks.names(hearings), now)
    parts = _parts(actor, case, shown)
    place = defaults.expected(actor, case)
    return {
        "parts": parts,
        "late": [one for one in shown if one.late],
        "court": custody.court(actor, case),
        "elsewhere": place if place and _is_elsewhere(shown, place.expected_court) else None,
        "now": now,
    }


def card(actor: Actor, case: Case) -> dict[str, Any]:
    """What the first page says of the docket: the next hearing, how many need their outcome, the newest bond."""
    hearings = looks.hearings(actor, case)
    now = timezone.now()
    coming = rules.next_of([one for one in hearings if one.starts_at >= now], now)
    bonds = looks.bonds(actor, case)
    return {
        "coming": coming,
        "appears": looks.names([coming]).get(coming.appearing_id, "") if coming else "",
        "late": sum(rules.needs_outcome(one.state, one.starts_at, now) for one in hearings),
        "bond": Money(bonds[0]) if bonds else None,
    }


def _shown(hearings: list[Hearing], names: Mapping[Any, str], now: datetime) -> list[Shown]:
    by_key = {one.pk: one for one in hearings}
    follows = {one.after_id: one for one in hearings if one.after_id}
    return [
        Shown(
            one, names.get(one.appearing_id, ""), rules.needs_outcome(one.state, one.starts_at, now),
            by_key.get(one.after_id) if one.after_id else None, follows.get(one.pk),
        )
        for one in hearings
    ]  # fmt: skip


def _parts(actor: Actor, case: Case, shown: list[Shown]) -> list[Part]:
    """By proceeding: what is heard next first, then what is open, then what has ended or stands in none."""
    proceedings: list[Proceeding | None] = [*looks.proceedings(actor, case), None]
    charges, decisions = looks.charges(actor, case), looks.decisions(actor, case)
    bonds = looks.bonds(actor, case)
    found = []
    for one in proceedings:
        key = one.pk if one else None
        here = [row for row in shown if row.hearing.proceeding_id == key]
        found.append(
            Part(
                one,
                ahead=[row for row in here if row.open],
                past=[row for row in reversed(here) if not row.open],
                charges=[Charged(row, section(row.code)) for row in charges if row.proceeding_id == key],
                decisions=[row for row in decisions if row.proceeding_id == key],
                bonds=[Money(row) for row in bonds if row.proceeding_id == key],
            )
        )
    shown_ones = [one for one in found if one.proceeding or one.ahead or one.past or one.bonds]
    heard = sorted((one for one in shown_ones if one.ahead), key=lambda one: one.ahead[0].hearing.starts_at)
    return [*heard, *(one for one in shown_ones if not one.ahead)]


def _is_elsewhere(shown: list[Shown], court: str) -> bool:
    """Whether a hearing that is ahead is at another court than the one nearest to where the person is held."""
    return bool(court) and any(one.open and one.hearing.court_id not in (court, None) for one in shown)
