"""What if the decision is served on ...: every rule of an event, counted, without a case."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.docket import reviews
from casework.docket.asking import EventForm
from casework.docket.book import open_book
from casework.docket.shown import Shown, shown

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
    found = _results(request, form) if asks and form.is_valid() else []
    context: dict[str, Any] = {
        "form": form, "asks": form.asks if asks else [], "answered": asks and form.is_valid(),
        "found": [one for one in found if one.counts], "not_here": [one for one in found if not one.counts],
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "desk/deadlines/what_if.html", context)


def _results(request: StaffRequest, form: EventForm) -> list[Shown]:
    """One for each rule of the event; empty, with an error in the form, for a time that does not exist."""
    signed, found = reviews.sign_offs(request.actor), []
    try:
        for version in form.rules:
            rule = form.book.rules[version.rule]
            facts, said = form.facts(rule)
            result = form.book.compute(rule, facts)
            found.append(shown(version, result, said=said, signed=signed.get(version.pk)))
    except OverflowError:
        form.add_error("on", _("Choose a day that is less far away."))
    except ValidationError as error:
        form.add_error(None, error)
    return [] if form.errors else found
