"""What others offer, and what one's own organization is handing over; an offer, and the answer to it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.coalition import neighbors
from casework.access.requests import StaffRequest, posted
from casework.desk.handovers import words
from casework.desk.handovers.forms import AcceptForm, DeclineForm
from casework.intake import conflicts, offers
from casework.intake.actions import handovers as actions
from casework.intake.actions.conflicts import TooManyChecks
from casework.intake.models import OfferCard
from casework.intake.offers import Going


@require_safe
def handovers(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "offer.listed")
    cards = offers.incoming(request.actor)
    offers.note_incoming(request.actor, cards)
    there, going = neighbors(), offers.outgoing(request.actor)
    acts.note_list(request.actor, "case.listed", [one.hand_over.case for one in going], ("handovers",))
    context = {
        "cards": [words.card(one, there[one.organization_id].name) for one in cards],
        "going": [(one, _name(one), words.left(one.now.offer.until) if one.now else "") for one in going],
    }
    return render(request, "desk/handovers/handovers.html", context)


def _name(one: Going) -> str:
    return one.hand_over.case.whose.full_name or _("Name not known yet")


@require_safe
def offered(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return _show(request, _card(request, pk))


def _card(request: StaffRequest, pk: uuid.UUID) -> OfferCard:
    """The card of an offer to one's own organization, noted as seen in its book before anything of it leaves."""
    acts.may(request.actor, "offer.viewed")
    rows = OfferCard.objects.visible_to(request.actor).filter(to_organization_id=request.actor.organization)
    row: OfferCard | None = rows.filter(pk=pk, until__isnull=False).first()
    if row is None:
        raise Http404
    offers.note_incoming(request.actor, [row], "offer.viewed")
    return row


def _show(
    request: StaffRequest, row: OfferCard, *, accept: AcceptForm | None = None, decline: DeclineForm | None = None
) -> HttpResponse:  # fmt: skip
    found = _check(request, row)
    context: dict[str, Any] = {
        "card": words.card(row, neighbors()[row.organization_id].name),
        "agreed": words.agreed(row),
        "matches": [words.match(one) for one in found.hits] if found else [],
        "unseen": found.unseen if found else None,
        "too_many": found is None,
        "accept": accept or AcceptForm(),
        "decline": decline or DeclineForm(),
        "form": accept or decline,
    }
    return render(request, "desk/handovers/card.html", context)


def _check(request: StaffRequest, row: OfferCard) -> conflicts.Words | None:
    """Whom the whole organization knows by these names or the number; nothing where the reader searched too often."""
    try:
        found = conflicts.check_words(
            request.actor, [row.full_name, *row.names.get("aliases", [])], a_number=row.a_number
        )
    except TooManyChecks:
        return None
    acts.note_list(request.actor, "person.listed", [one.person for one in found.hits])
    return found


@posted("offered", "pk")
def accept_offer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    row = _card(request, pk)
    acts.may(request.actor, "handover.accepted", row)
    form = AcceptForm(request.POST)
    if not form.is_valid():
        return _show(request, row, accept=form)
    try:
        case = actions.accept(request.actor, row)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("handovers")
    messages.success(request, _("Taken over: the case is yours, in screening. Call the person or their family now."))
    return redirect("case", case.pk)


@posted("offered", "pk")
def decline_offer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    row = _card(request, pk)
    acts.may(request.actor, "handover.declined", row)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, row, decline=form)
    try:
        actions.decline(request.actor, row, why=form.cleaned_data["why"])
        messages.success(request, _("Declined. The other organization is told why, and nothing of it stays here."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("handovers")
