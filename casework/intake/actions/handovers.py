"""Every write about hand-overs: offering an intake to other organizations in order, taking it back, answering.

What is offered stands on a card, what goes over in parts, both made here for each organization on the list: so whoever
declines, and the clock, need no key to let the next one be asked.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, queue, rules
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.coalition import neighbors
from casework.access.context import on_duty
from casework.audit import actions as audit
from casework.cases.actions.ground import instant, locked
from casework.cases.models import Case, Tier
from casework.cases.rules import may_be_accepted
from casework.intake import packing, receiving
from casework.intake.answers import is_draft
from casework.intake.models import (
    GOING,
    DeclineReason,
    HandOver,
    HandOverState,
    Offer,
    OfferCard,
    OfferPart,
    Withdrawn,
)  # fmt: skip
from casework.people import consents
from casework.people.models import Consent
from casework.people.rules import State, state

NOON = time(12)
DUTY, MOST = "hand_over", 5  # organizations on one list
COUNSEL_PURPOSE = "What counsel alone reads, criminal history among it"


@dataclass(frozen=True)
class Agreed:
    """How the person agreed, where no consent to share with an organization stands yet."""

    how: str
    given_at: datetime
    language: str = ""
    witness: str = ""


@dataclass(frozen=True)
class Sender:
    """The other end of an offer, as the database tells whoever answers it: ids alone."""

    organization: uuid.UUID
    case: uuid.UUID
    file: uuid.UUID
    offered_by: uuid.UUID


@act("handover.offered")
def offer(
    actor: Actor, case: Case, *, to: Sequence[uuid.UUID], reason: str, agreed: Agreed | None, counsel: bool = False,
    note: str = "",
) -> Happened[HandOver]:  # fmt: skip
    """Offers the case to the first of these organizations; the others follow in order, each citing a consent.

    Where the person has not agreed yet to share with one of them, `agreed` is written down; with `counsel`, that they
    agreed separately to what counsel alone reads. `note` goes over with the rest. Raises ValidationError at "to",
    "agreed" or "counsel", and for a case that does not wait, or is offered already.
    """
    if not actor.roles & rules.COUNSEL and not is_draft(case):
        raise ValidationError(_("Only counsel can hand over a case that is no draft any more."), code="stage")
    now = locked(actor, case)
    _check(actor, now, to, counsel=counsel)
    made = HandOver(
        organization_id=now.organization_id, case=now, made_by_id=actor.member, made_by_name=actor.name[:150],
        made_at=instant(), reason=reason, hours=packing.hours(bond=packing.is_bond(actor, now)),
        tells=packing.may_be_called(now.person),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("This case is offered already."), code="offered") from error
    standing = live_consents(actor, now)
    for at, there in enumerate(to, start=1):
        consent = standing.get(there) or _consent(actor, now, there, agreed)
        separate = _consent(actor, now, there, agreed, purpose=COUNSEL_PURPOSE) if counsel else None
        _prepare(actor, now, made, there, at=at, consent=consent, separate=separate, note=note)
    asked = _asked("SELECT ctx.go_on_offering(%s)", made.pk)
    if asked is None:
        raise ValidationError(_("Nobody on this list can be asked at present."), code="nobody")
    names = [neighbors()[one].name for one in to]
    return Happened(made, thing=case, fields=("handover",), told={"to": names, "why": reason}, about=_about(to[0]))


def _check(actor: Actor, case: Case, to: Sequence[uuid.UUID], *, counsel: bool) -> None:
    if not may_be_accepted(case.stage):
        raise ValidationError(_("Only a case that nobody has decided about is handed over."), code="stage")
    others = neighbors().keys() - {actor.organization}
    if not to or len(set(to)) != len(to) or len(to) > MOST or not set(to) <= others:
        raise ValidationError({"to": _("Choose another organization than yours, each once, and five at most.")})
    if counsel and actor.reach.person_tier(case.person_id) < Tier.COUNSEL:
        raise ValidationError({"counsel": _("Only counsel on the team of the case can hand this over.")})


def live_consents(actor: Actor, case: Case) -> dict[uuid.UUID, Consent]:
    """For each organization, the newest consent to share with it that counts now."""
    now = timezone.now()
    rows = case.person.consents.filter(to_organization__isnull=False).order_by("given_at")
    return {
        one.to_organization_id: one
        for one in rows
        if one.to_organization_id is not None
        and one.purpose != COUNSEL_PURPOSE
        and state(consents.as_given(one), now=now, reached_at=case.person.reached_at) == State.LIVE
    }


def _consent(actor: Actor, case: Case, there: uuid.UUID, agreed: Agreed | None, *, purpose: str = "") -> Consent:
    if agreed is None:
        raise ValidationError({"agreed": _("Write down how the person agreed. Without that nothing is offered.")})
    made: Consent = consents.give(
        actor, case.person, to_organization=there, how=agreed.how, given_at=agreed.given_at, language=agreed.language,
        witness=agreed.witness, purpose=purpose,
    )  # fmt: skip
    return made


def _prepare(
    actor: Actor, case: Case, made: HandOver, there: uuid.UUID, *, at: int, consent: Consent, separate: Consent | None,
    note: str,
) -> None:  # fmt: skip
    """An offer that waits for its turn, with its card and parts."""
    own: dict[str, Any] = {"organization_id": case.organization_id, "case": case}
    one = Offer(**own, hand_over=made, position=at, to_organization_id=there, consent=consent, counsel_consent=separate)
    one.save(force_insert=True)
    OfferCard(
        id=one.pk, organization_id=case.organization_id, to_organization_id=there, reason=made.reason,
        agreed_how=consent.how, agreed_at=consent.given_at, **packing.card(actor, case),
    ).save(force_insert=True)  # fmt: skip
    tiers = packing.tiers(actor, case, counsel=separate is not None)
    for tier in tiers:
        content = packing.part(actor, case, tier)
        if note.strip() and tier == min(tiers[-1], Tier.REPRESENTATION):
            content["note"] = [note.strip()]
        OfferPart(**own, offer=one, tier=tier, content=content, packed_at=made.made_at).save(force_insert=True)


@act("handover.went_on")
def go_on(actor: Actor, case: Case, *, hand_over: HandOver) -> Happened[uuid.UUID]:
    """Offers a case that came back to the next organization on its list; which offer it is.

    Raises ValidationError when nobody is left, and when somebody else was quicker.
    """
    try:
        with transaction.atomic():
            asked = _asked("SELECT ctx.go_on_offering(%s)", hand_over.pk)
    except DatabaseError as error:
        raise ValidationError(_("This hand-over is over, or is offered already."), code="gone") from error
    if asked is None:
        raise ValidationError(_("Nobody on this list can be asked at present."), code="nobody")
    there = Offer.objects.visible_to(actor).get(pk=asked).to_organization_id
    return Happened(asked, thing=case, fields=("handover",), told=_to(there), about=_about(there))


@act("handover.withdrawn")
def withdraw(actor: Actor, case: Case, *, hand_over: HandOver, why: str = Withdrawn.BY_HAND) -> Happened[None]:
    """Takes a case back that is offered, or came back. Raises ValidationError when somebody else was quicker."""
    try:
        with transaction.atomic():
            asked = _asked("SELECT ctx.withdraw_hand_over(%s, %s)", hand_over.pk, str(why))
    except DatabaseError as error:
        raise ValidationError(_("This hand-over is over."), code="gone") from error
    about = _about(asked) if asked else {}
    return Happened(None, thing=case, fields=("handover",), told={"why": str(why)}, about=about)


@act("handover.accepted")
def accept(actor: Actor, card: OfferCard) -> Happened[Case]:
    """Takes somebody over: a new person and case here, in screening, with all that the sender packed.

    Raises ValidationError when it is not offered any more: somebody else was quicker, here or there.
    """
    sender = _answered("SELECT from_organization, case_ref, file_ref, offered_by FROM ctx.accept_offer(%s)", card.pk)
    opened = Q(accepted_by=actor.member)  # by the database, a moment ago; their case stays out of sight
    parts = OfferPart.objects.visible_to(actor, opened).filter(offer_id=card.pk).order_by("tier")
    packed = [one.content for one in parts]
    from_name = neighbors()[sender.organization].name
    case = receiving.write(actor, card, packed, from_name=from_name)
    _asked("SELECT ctx.take_over_done(%s)", card.pk)
    _note_there(sender, "handover.accepted", card.pk)
    about = {"membership_id": sender.offered_by}
    return Happened(case, thing=case, fields=("handover",), told={"from": from_name}, about=about)


@act("handover.declined")
def decline(actor: Actor, card: OfferCard, *, why: str) -> Happened[None]:
    """Says no, with a reason: it comes back to the sender. Raises ValidationError as `accept`."""
    sender = _answered(
        "SELECT from_organization, case_ref, file_ref, offered_by FROM ctx.decline_offer(%s, %s)",
        card.pk, DeclineReason(why).value,
    )  # fmt: skip
    _note_there(sender, "handover.declined", card.pk)
    told = {"from": neighbors()[sender.organization].name, "why": why}
    return Happened(None, fields=("handover",), told=told, about={"membership_id": sender.offered_by})


def expire_one() -> bool:
    """Ends one offer whose time is over, and asks the next organization; whether there was one. For the worker."""
    with on_duty(DUTY) as product, connection.cursor() as cursor:
        cursor.execute(
            "SELECT offer, from_organization, case_ref, file_ref, offered_by, next_organization"
            " FROM ctx.expire_offers()"
        )
        row = cursor.fetchone()
        if row is not None:
            offer_id, *sender, following = row
            _expired(product, _named(offer_id, Sender(*sender)), offered_by=sender[-1], following=following)
    return row is not None


@act("handover.expired")
def _expired(actor: Actor, gone: Offer, *, offered_by: uuid.UUID, following: uuid.UUID | None) -> Happened[None]:
    about = {"membership_id": offered_by}
    if following is not None:
        queue.put_in(
            ["letters.offer_made"], {"actor": str(offered_by)} | {k: str(v) for k, v in _about(following).items()}
        )
    return Happened(None, thing=gone, fields=("next",) if following else ("returned",), about=about)


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """What is written about somebody who is offered goes along; what makes the offer untrue ends it (`wiring.py`)."""
    person = getattr(happened.thing, "audit_file_id", None)
    if person is None or not actor.membership_id or not _asked("SELECT ctx.is_offered(%s)", person):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT hand_over, case_ref, why FROM ctx.broken_hand_overs(%s)", [person])
        broken = {case: (made, why) for made, case, why in cursor.fetchall()}
    for case in Case.objects.visible_to(actor).filter(person_id=person, organization_id=actor.organization):
        if case.pk in broken:
            made = HandOver.objects.visible_to(actor).get(pk=broken[case.pk][0])
            withdraw(actor, case, hand_over=made, why=broken[case.pk][1])
        else:
            _renew(actor, case)


def restricted(actor: Actor, happened: Happened[Any]) -> None:
    """Whoever closes a case to all but its team did not mean another organization to read its card."""
    case = happened.thing
    if not isinstance(case, Case):
        return
    going = HandOver.objects.visible_to(actor).filter(case=case, state__in=[HandOverState.OPEN, HandOverState.RETURNED])
    for made in going:
        withdraw(actor, case, hand_over=made, why=Withdrawn.RESTRICTED)


def _renew(actor: Actor, case: Case) -> None:
    """Brings cards and parts up to date, as far as the actor sees; no line of its own: it follows from one."""
    ids = list(Offer.objects.visible_to(actor).filter(case=case, state__in=GOING).values_list("pk", flat=True))
    if not ids:
        return
    said = packing.card(actor, case)
    for card in OfferCard.objects.visible_to(actor).filter(pk__in=ids):
        different = [name for name, value in said.items() if getattr(card, name) != value]
        for name in different:
            setattr(card, name, said[name])
        card.save(update_fields=different)
    for part in OfferPart.objects.visible_to(actor).filter(offer_id__in=ids).select_related("case"):
        now = packing.renewed(actor, case, part.tier, part.content)
        if now != part.content:
            part.content, part.packed_at = now, timezone.now()
            part.save(update_fields=["content", "packed_at"])


def _answered(sql: str, *values: Any) -> Sender:
    """The other end. Raises ValidationError when nothing is offered any more."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        row = cursor.fetchone()
    if row is None:
        words = _("This is not offered to you any more: it was taken back, has run out, or a colleague was quicker.")
        raise ValidationError(words, code="gone")
    return Sender(*row)


def _note_there(sender: Sender, verb: str, offer_id: uuid.UUID) -> None:
    """The sender's book tells its own part: what became of the offer, and not who decided it elsewhere."""
    with on_duty(DUTY) as product:
        about = acts.what(_named(offer_id, sender))
        audit.write(acts.who(product), verb, about, fields=("handover",), basis=rules.NONE)


def _named(offer_id: uuid.UUID, sender: Sender) -> Offer:
    """An offer of which ids alone are known, for lines of the audit."""
    case = Case(pk=sender.case, organization_id=sender.organization, person_id=sender.file)
    return Offer(pk=offer_id, organization_id=sender.organization, case=case)


def _asked(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchone()[0]


def _to(there: uuid.UUID) -> dict[str, list[str]]:
    return {"to": [neighbors()[there].name]}


def _about(there: uuid.UUID) -> dict[str, uuid.UUID]:
    return {"to_organization_id": there}


def said_on(day: date) -> datetime:
    """A day as the instant at which a consent was given: now for today, else noon."""
    if day >= timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, NOON))
