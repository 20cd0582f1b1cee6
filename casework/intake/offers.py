"""Reading hand-overs: what is offered to one's organization, what one's own is handing over, and who could help."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.utils import timezone

from casework.access import acts, rules
from casework.access.actor import Actor
from casework.access.coalition import Neighbor, neighbors
from casework.audit import actions as audit
from casework.cases.models import Case
from casework.intake.models import HandOver, Offer, OfferCard, OfferState

LATELY = timedelta(days=90)
MOST, ANSWERED = 50, (OfferState.ACCEPTED, OfferState.DECLINED)


@dataclass(frozen=True)
class Helper:
    """Another organization as it is shown to those who look for help.

    `facilities` are the keys of those where it helps people, empty for wherever they are; `capacity` is how many open
    cases it says that it can carry. `answers_in` is the median time that it took for the last 90 days' offers of one's
    own organization, None without any.
    """

    organization: Neighbor
    phone: str
    languages: list[str]
    facilities: list[str]
    capacity: int | None
    answers_in: timedelta | None = None

    def covers(self, facility: str) -> bool | None:
        """Whether it helps people held there; None where nobody knows."""
        return facility in self.facilities if self.facilities and facility else None

    def speaks(self, language: str) -> bool | None:
        return language in self.languages if self.languages and language else None


@dataclass(frozen=True)
class Asked:
    """The offer to one organization, with what that one says of itself; None for one that was closed."""

    offer: Offer
    helper: Helper | None


@dataclass(frozen=True)
class Going:
    """A hand-over with its list, in order."""

    hand_over: HandOver
    asked: list[Asked] = field(default_factory=list)

    @property
    def now(self) -> Asked | None:
        """Who has it at present."""
        return next((one for one in self.asked if one.offer.state == OfferState.OFFERED), None)

    @property
    def waiting(self) -> list[Asked]:
        return [one for one in self.asked if one.offer.state == OfferState.WAITING]

    @property
    def taker(self) -> Asked | None:
        """Who has taken it over."""
        return next((one for one in self.asked if one.offer.state == OfferState.ACCEPTED), None)

    @property
    def last_answer(self) -> Asked | None:
        """The last one that is over."""
        over = [one for one in self.asked if one.offer.answered_at and one.offer.state != OfferState.ACCEPTED]
        return max(over, key=lambda one: _instant(one.offer.answered_at), default=None)


def helpers(actor: Actor) -> dict[uuid.UUID, Helper]:
    """The other organizations of the installation, by id, in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, phone, languages, facilities, capacity FROM ctx.helpers()")
        told: dict[uuid.UUID, tuple[str, list[str], list[str], int | None]] = {
            row[0]: row[1:] for row in cursor.fetchall()
        }
    took = _took(actor)
    found = [_helper(one, told[one.id], took.get(one.id)) for one in neighbors().values() if one.id in told]
    return {one.organization.id: one for one in found if one.organization.id != actor.organization}


def _helper(organization: Neighbor, told: tuple[Any, ...], answers_in: timedelta | None) -> Helper:
    phone, languages, facilities, capacity = told
    return Helper(organization, phone, languages, facilities, capacity, answers_in)


def _took(actor: Actor) -> dict[uuid.UUID, timedelta]:
    """How long each organization took for the answers of the last 90 days."""
    rows = Offer.objects.visible_to(actor).filter(state__in=ANSWERED, answered_at__gte=timezone.now() - LATELY)
    times: dict[uuid.UUID, list[timedelta]] = {}
    for to, offered_at, answered_at in rows.values_list("to_organization_id", "offered_at", "answered_at"):
        times.setdefault(to, []).append(answered_at - offered_at)
    return {to: timedelta(seconds=median(one.total_seconds() for one in each)) for to, each in times.items()}


def incoming(actor: Actor) -> list[OfferCard]:
    """What is offered to the actor's organization, the one that ends first before the others."""
    if not actor.is_staff or not acts.allowed(actor, "offer.viewed"):
        return []
    rows = OfferCard.objects.visible_to(actor).filter(to_organization_id=actor.organization, until__gt=timezone.now())
    return list(rows.order_by("until", "pk")[:MOST])


def note_incoming(actor: Actor, cards: list[OfferCard], verb: str = "offer.listed") -> None:
    """That these were seen, in the book of whoever saw them: the other end has a book of its own."""
    if not cards:
        return
    ids = tuple(one.pk for one in cards)
    about = audit.What(actor.organization, "intake.offercard", ids[0] if len(ids) == 1 else None, ids=ids)
    audit.write(acts.who(actor), verb, about, basis=rules.ORGANIZATION)


def outgoing(actor: Actor) -> list[Going]:
    """What the actor's organization is handing over or has handed over, what is under way first, then the newest."""
    rows = list(
        HandOver.objects.visible_to(actor).select_related("case__person").order_by("ended_at", "-made_at")[:MOST]
    )  # NULL comes last in PostgreSQL, so what is under way is put first here
    rows.sort(key=lambda one: (not one.is_under_way, -one.made_at.timestamp()))
    return _with_lists(actor, rows)


def of_case(actor: Actor, case: Case) -> Going | None:
    """The newest hand-over of a case."""
    rows = HandOver.objects.visible_to(actor).filter(case=case).order_by("-made_at")[:1]
    found = _with_lists(actor, list(rows))
    return found[0] if found else None


def _with_lists(actor: Actor, rows: list[HandOver]) -> list[Going]:
    if not rows:
        return []
    there = helpers(actor)
    lists: dict[uuid.UUID, list[Asked]] = {}
    offers = Offer.objects.visible_to(actor).filter(hand_over_id__in=[one.pk for one in rows]).order_by("position")
    for one in offers:
        lists.setdefault(one.hand_over_id, []).append(Asked(one, there.get(one.to_organization_id)))
    return [Going(one, lists.get(one.pk, [])) for one in rows]


def _instant(at: datetime | None) -> datetime:
    return at or datetime.min.replace(tzinfo=timezone.get_default_timezone())
