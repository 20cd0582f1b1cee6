"""What if the decision is served on ...: every rule of an event, counted, without a case."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.docket.asking import EventForm, results
from casework.docket.book import open_book

LOOK = "rules.viewed"


@require_safe
def what_if(request: StaffRequest) -> HttpResponse:
    """The question stands in the address, so that it can be kept; nothing of it is about a person."""
    acts.may(request.actor, LOOK)
    membership = request.membership
    zone = membership.organization.time_zone if membership else "America/New_York"
    asks = "show" in request.GET
    first = {name: request.GET[name] for name in ("event", "on") if name in request.GET}
    form = EventForm(open_book(), request.GET if asks else None, zone=zone, initial=first)
    found = results(request.actor, form) if asks and form.is_valid() else []
    context: dict[str, Any] = {
        "form": form, "asks": form.asks if asks else [], "answered": asks and form.is_valid(),
        "found": [one for one in found if one.counts], "not_here": [one for one in found if not one.counts],
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "desk/deadlines/what_if.html", context)
