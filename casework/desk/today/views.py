"""What needs the person, first thing in the morning."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.access import acts, members
from casework.access.coalition import neighbors
from casework.access.middleware import FACTORS
from casework.access.models import Colleague, FactorReset
from casework.access.requests import StaffRequest
from casework.access.rules import account_needs
from casework.access.sessions import hashed
from casework.desk.today import sections
from casework.docket import coverage
from casework.intake import offers
from casework.intake.models import OfferCard
from casework.retention import kept


@require_safe
def today(request: StaffRequest) -> HttpResponse:
    facts = account_facts(request)
    needs = account_needs(second_factors=facts["second_factors"], recovery_codes=facts["recovery_codes"])
    resets, to_confirm = said_lost(request), 0
    if request.actor.is_staff and acts.allowed(request.actor, "factor_reset.confirmed"):
        to_confirm = members.resets_to_confirm(request.actor).count()
    purge = kept.waits_for(request.actor)
    own = len(needs) + len(resets)
    page: dict[str, Any] = {
        "needs": needs,
        "resets": resets,
        "to_confirm": to_confirm,
        "purge": purge,
        "own": own,
        "total": own + bool(to_confirm) + bool(purge),
        "now": timezone.now(),
        "offers": offered(request),
        "asked_of_me": coverage.asked_of(request.actor) if acts.allowed(request.actor, "coverage.accepted") else [],
    }
    return render(request, "desk/today/today.html", sections.of(request) | facts | page)


@require_safe
def changes(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/today/changes.html", sections.told_in_full(request))


def offered(request: StaffRequest) -> list[tuple[OfferCard, str]]:
    """What other organizations offer, and which one does; asked only where the organization's count says so."""
    if request.membership is None or not request.membership.organization.offers_waiting:
        return []
    cards = offers.incoming(request.actor)
    offers.note_incoming(request.actor, cards)
    there = neighbors() if cards else {}
    return [(one, there[one.organization_id].name) for one in cards]


def said_lost(request: StaffRequest) -> list[tuple[FactorReset, str]]:
    """The open requests to take this person's second factor off, and who asked: a name where it is a colleague."""
    resets = list(members.resets_about(request.user.pk))
    askers = Colleague.objects.filter(pk__in=[one.asked_by_id for one in resets])
    names = dict(askers.values_list("pk", "name"))
    return [(one, names.get(one.asked_by_id, "")) for one in resets]


def account_facts(request: StaffRequest) -> dict[str, int]:
    """The counts that Today speaks of: apps and passkeys, unused recovery codes, other live sessions."""
    user = request.user
    mine = list(Authenticator.objects.filter(user=user))
    codes = [one.wrap() for one in mine if one.type == Authenticator.Type.RECOVERY_CODES]
    here = hashed(request.session.session_key or "")
    return {
        "second_factors": sum(one.type in FACTORS for one in mine),
        "recovery_codes": sum(len(one.get_unused_codes()) for one in codes),
        "other_sessions": user.sessions.live().exclude(session_key=here).count(),
    }
