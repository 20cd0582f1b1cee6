"""Handing a case over: the form, a last look at what others will read, and how far it has come."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.cases.models import Case, StageReason, Tier
from casework.cases.rules import may_be_accepted
from casework.desk.handovers import words
from casework.desk.handovers.forms import OfferForm
from casework.intake import offers, packing
from casework.intake.actions import handovers
from casework.intake.models import OfferCard
from casework.intake.offers import Going
from casework.people import rules as person_rules

VERB = "handover.offered"


@require_http_methods(["GET", "HEAD", "POST"])
def offer_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; then a page that says what will be read, then the act. `step` tells which of them was left."""
    case: Case = open_one(request.actor, Case.objects, pk)
    going = offers.of_case(request.actor, case)
    if case.handed_over_at or (going and going.hand_over.is_under_way):
        return _status(request, case, going)
    acts.may(request.actor, VERB, case)
    if not may_be_accepted(case.stage):
        return _status(request, case, going)
    form = _form(request, case)
    if request.method == "POST" and request.POST.get("step") != "change" and form.is_valid():
        if request.POST.get("step") != "give":
            return _ask(request, case, form)
        if _give(request, case, form):
            return redirect("offer_case", pk)
    there = [words.could(one, case.facility_key, case.whose.language) for one in form.helpers.values()]
    there.sort(key=lambda one: (one.near_tone != "green", one.speaks_tone != "green", one.helper.organization.name))
    return render(request, "desk/handovers/offer.html", _about(case) | {"form": form, "could": there, "going": going})


def _form(request: StaffRequest, case: Case) -> OfferForm:
    data = request.POST if request.method == "POST" else None
    agreed_to = handovers.live_consents(request.actor, case)
    counsel = request.actor.reach.person_tier(case.person_id) >= Tier.COUNSEL
    return OfferForm(offers.helpers(request.actor).values(), agreed_to, data, counsel=counsel)


def _ask(request: StaffRequest, case: Case, form: OfferForm) -> HttpResponse:
    """What others read now, and what only whoever accepts."""
    counsel = form.cleaned_data.get("counsel", False)
    tiers = packing.tiers(request.actor, case, counsel=counsel)
    packed = [packing.part(request.actor, case, tier) for tier in tiers]
    said = OfferCard(reason=form.cleaned_data["reason"], **packing.card(request.actor, case))
    chosen = [form.helpers[str(one)].organization.name for one in form.to]
    context = _about(case) | {
        "form": form,
        "first": chosen[0],
        "others": chosen[1:],
        "hours": packing.hours(bond=said.is_bond),
        "card": words.card(said, ""),
        "reason": StageReason(form.cleaned_data["reason"]).label,
        "goes": words.goes_over(packed),
        "note": form.cleaned_data["note"],
        "counsel": counsel,
    }
    return render(request, "desk/handovers/confirm.html", context)


def _give(request: StaffRequest, case: Case, form: OfferForm) -> bool:
    """Whether it is done; else the form says why not."""
    try:
        handovers.offer(request.actor, case, **form.arguments())
    except ValidationError as error:
        fields = {"to": "first", "agreed": "how"}
        said = getattr(error, "error_dict", None)
        form.add_error(None, {fields.get(name, name): each for name, each in said.items()} if said else error)
        return False
    name = form.helpers[str(form.to[0])].organization.name
    messages.success(request, _("Offered to %(name)s. You can take it back until they answer.") % {"name": name})
    return True


def _status(request: StaffRequest, case: Case, going: Going | None) -> HttpResponse:
    now = going.now if going else None
    context = _about(case) | {
        "going": going,
        "left": words.left(now.offer.until) if now else "",
        "may_change": acts.allowed(request.actor, "handover.withdrawn", case),
    }
    return render(request, "desk/handovers/status.html", context)


def _about(case: Case) -> dict[str, Any]:
    """Whom it is about, on pages that are no page of the case."""
    person = case.whose
    ends = person_rules.masked(person.a_number) if person.a_number else ""
    return {"case": case, "name": person.full_name or _("Name not known yet"), "a_number": ends}


@posted("offer_case", "pk")
def offer_next(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "handover.went_on", case)
    going = offers.of_case(request.actor, case)
    try:
        if going:
            handovers.go_on(request.actor, case, hand_over=going.hand_over)
            messages.success(request, _("The next organization is asked."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("offer_case", pk)


@posted("offer_case", "pk")
def withdraw_offer(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "handover.withdrawn", case)
    going = offers.of_case(request.actor, case)
    try:
        if going and going.hand_over.is_under_way:
            handovers.withdraw(request.actor, case, hand_over=going.hand_over)
            messages.success(request, _("Taken back. What the other side had to read of it is gone."))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("offer_case", pk)
