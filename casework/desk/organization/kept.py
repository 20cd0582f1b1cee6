"""What is kept and for how long; and deleting it for good, which takes two people and a day."""

import uuid
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts, organizations
from casework.access.models import Organization
from casework.access.requests import StaffRequest, here_again, posted, refusals_said
from casework.desk.organization.forms import KeepingForm
from casework.retention import actions
from casework.retention import kept as reading
from casework.retention.models import Purge

LISTED, FORMER = 100, 5  # on one page


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: StaffRequest) -> HttpResponse:
    """An administrator sets how long; whoever has a say sees what is past that, by number and day alone."""
    acts.may(request.actor, "kept.viewed")
    mine = Organization.objects.get(pk=request.actor.organization)
    given = request.POST if request.method == "POST" else None
    form = KeepingForm(given, initial={"retention_years": mine.retention_years})
    if request.method == "POST":
        acts.may(request.actor, "organization.changed")
        if form.is_valid():
            changed = organizations.change(request.actor, form.cleaned_data)
            messages.success(request, _("Saved.") if changed else _("Nothing was different."))
            return redirect("kept")
    acts.note_look(request.actor, mine, "kept.viewed")
    return render(request, "desk/organization/kept.html", _page(request, mine) | {"form": form})


def _page(request: StaffRequest, mine: Organization) -> dict[str, Any]:
    past, purges = reading.past(request.actor), list(reading.purges(request.actor)[: FORMER + 1])
    free, held = [one for one in past if not one.why], [one for one in past if one.why]
    open_one = next((one for one in purges if one.is_open), None)
    return {
        "organization": mine,
        "purge": open_one,
        "may_agree": open_one is not None and _may_agree(request, open_one),
        "former": [one for one in purges if not one.is_open],
        "free": free[:LISTED],
        "more_free": len(free) - LISTED,
        "held": held[:LISTED],
        "more_held": len(held) - LISTED,
        "statistics": reading.statistics(request.actor),
        "may_change": acts.allowed(request.actor, "organization.changed"),
        "may_propose": acts.allowed(request.actor, "purge.proposed") and free and open_one is None,
    }


@posted("kept")
def propose_purge(request: StaffRequest) -> HttpResponse:
    here_again(request, "propose_purge")
    acts.may(request.actor, "purge.proposed")
    raise_if_reauthentication_required(request, app="account")
    with refusals_said(request):
        actions.propose(request.actor)
        messages.success(request, _("Proposed. Nothing goes before a second person agrees."))
    return redirect("kept")


@require_http_methods(["GET", "HEAD", "POST"])
def purge(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What a purge would take, and the second person's word. Whoever gives it says again who they are."""
    here_again(request, "purge")
    one = _opened(request, pk)
    if request.method == "POST":
        acts.may(request.actor, "purge.agreed")
        raise_if_reauthentication_required(request, app="account")
        with refusals_said(request):
            actions.agree(request.actor, one)
            messages.success(request, _("Agreed. The cases go in 24 hours, unless somebody stops it."))
        return redirect("kept")
    acts.note_look(request.actor, one, "purge.viewed")
    page = {
        "purge": one,
        "items": one.items.order_by("closed_on", "reference"),
        "may_agree": _may_agree(request, one),
        "may_change": acts.allowed(request.actor, "organization.changed"),
    }
    return render(request, "desk/organization/purge.html", page)


@posted("kept")
def withdraw_purge(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    one = _opened(request, pk)
    with refusals_said(request):
        actions.withdraw(request.actor, one)
        messages.success(request, _("Stopped. What had not gone by now stays."))
    return redirect("kept")


def _opened(request: StaffRequest, pk: uuid.UUID) -> Purge:
    """A purge of the organization; 404 for anybody else's."""
    acts.may(request.actor, "purge.viewed")
    found: Purge = get_object_or_404(reading.purges(request.actor), pk=pk)
    return found


def _may_agree(request: StaffRequest, one: Purge) -> bool:
    waits = one.is_open and one.agreed_at is None and one.proposed_by_id != request.actor.membership_id
    return waits and acts.allowed(request.actor, "purge.agreed", one)
