"""The demo's hand-overs: one that waits for an answer of North Legal Aid, one that it made, one that came back.

Written as rows by the tables' owner, after all other rooms; a second run changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.access.actor import staff
from casework.access.doors import window
from casework.access.models import Organization
from casework.cases import reach
from casework.cases.demo import Members, row_id
from casework.cases.models import Case
from casework.intake import packing
from casework.intake.models import HandOver, Offer, OfferCard, OfferPart
from casework.people.models import Consent

FACILITIES = {"NLA": ["ADLNTCA"], "SC": []}


@dataclass(frozen=True)
class Planned:
    """A hand-over: of which case, by whom, to whom in order; `declined` says how the first one answered."""

    key: str
    organization: str
    who: str
    to: tuple[str, ...]
    reason: str
    hours_ago: int
    note: str
    declined: str = ""


PLANS = (
    Planned("hold-room", "RRH", "both", ("NLA", "SC"), "specialty", 5, "Her sister called at night."),
    Planned("no-number", "NLA", "paralegal", ("SC",), "capacity", 20, "Asked for a call in the evening."),
    Planned("zhiqiang", "NLA", "paralegal", ("SC", "RRH"), "capacity", 30, "", declined="language"),
)


def size(*, few: bool = False) -> int:
    """How many hand-overs `load` writes."""
    return len(_plans(few))


def load(*, few: bool = False) -> Iterator[str]:
    """Writes the hand-overs, and says what it wrote, one line each."""
    with transaction.atomic(), window("demo"):
        members, there = Members(), {one.short_name: one for one in Organization.objects.all()}
        for short_name, keys in FACILITIES.items():
            Organization.objects.filter(pk=there[short_name].pk, facilities=[]).update(facilities=keys)
        for plan in _plans(few):
            if not HandOver.objects.filter(pk=row_id(plan.key, "hand-over")).exists():
                _write(plan, members, there)
        for one in there.values():
            waiting = Offer.objects.filter(to_organization=one, state="offered").count()
            Organization.objects.filter(pk=one.pk).update(offers_waiting=waiting)
    for plan in _plans(few):
        yield f"{plan.organization} hands over to {', '.join(plan.to)}"


def _plans(few: bool) -> list[Planned]:
    return [] if few else list(PLANS)


def _write(plan: Planned, members: Members, there: dict[str, Organization]) -> None:
    case = Case.objects.select_related("person", "organization").get(pk=row_id(plan.key, "case"))
    by, now = members(plan.organization, plan.who), timezone.now()
    actor, at = staff(by, by.user.name), now - timedelta(hours=plan.hours_ago)
    vars(reach.of(actor))["grants"] = {}  # the owner of the tables has nothing shared with them
    made = HandOver(
        id=row_id(plan.key, "hand-over"), organization=case.organization, case=case, made_by=by,
        made_by_name=by.user.name, made_at=at, state="returned" if plan.declined else "open", reason=plan.reason,
        hours=packing.USUAL_HOURS, tells=True,
    )  # fmt: skip
    made.save(force_insert=True)
    for position, name in enumerate(plan.to, start=1):
        to = there[name]
        first = position == 1
        consent = Consent(
            organization=case.organization, person=case.person, to_organization=to, how="phone", given_at=at,
            recorded_by=by, recorded_by_name=by.user.name, recorded_at=at,
        )  # fmt: skip
        consent.save(force_insert=True)
        state = ("declined" if plan.declined else "offered") if first else "waiting"
        until = at + timedelta(hours=packing.USUAL_HOURS) if first else None
        offer = Offer(
            organization=case.organization, case=case, hand_over=made, position=position, to_organization=to,
            consent=consent, state=state, offered_at=at if first else None, until=until,
            answered_at=at + timedelta(hours=3) if state == "declined" else None,
            answer=plan.declined if state == "declined" else "",
        )  # fmt: skip
        offer.save(force_insert=True)
        if state != "declined":
            _pack(plan, actor, case, offer, consent)


def _pack(plan: Planned, actor: Any, case: Case, offer: Offer, consent: Consent) -> None:
    """What the other side reads, and what goes over."""
    OfferCard(
        id=offer.pk, organization=case.organization, to_organization_id=offer.to_organization_id, until=offer.until,
        reason=plan.reason, agreed_how=consent.how, agreed_at=consent.given_at, **packing.card(actor, case),
    ).save(force_insert=True)  # fmt: skip
    for tier in packing.TO_ALL:
        content = packing.part(actor, case, tier)
        if tier == packing.TO_ALL[-1] and plan.note:
            content["note"] = [plan.note]
        OfferPart(
            organization=case.organization, case=case, offer=offer, tier=tier, content=content,
            packed_at=offer.offered_at or timezone.now(),
        ).save(force_insert=True)  # fmt: skip
