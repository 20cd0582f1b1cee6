"""Subscribing to the calendar from elsewhere, and what a program gets that has the address."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from casework.access import acts, limits
from casework.access.requests import StaffRequest, here_again, posted
from casework.desk.calendar.forms import FeedForm
from casework.docket import agenda, feeds

CALENDAR_FILE = "text/calendar; charset=utf-8"
KEPT = "here:feed"  # in the session, which is sealed: an address just made, until it was shown once
TOO_MANY = 429


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: StaffRequest) -> HttpResponse:
    """Makes an address, for somebody who has just said again who they are; it is shown once."""
    here_again(request, "calendar_feed")
    acts.may(request.actor, "feed.made")
    form = FeedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        raise_if_reauthentication_required(request, app="account")
        try:
            made = feeds.make(request.actor, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            request.session[KEPT] = made.token
        return redirect("calendar_feed")
    token = request.session.pop(KEPT, None) if request.method == "GET" else None
    context: dict[str, Any] = {
        "form": form,
        "feed": feeds.standing(request.actor),
        "address": feeds.address(token) if token else "",
    }
    return render(request, "desk/calendar/feed.html", context)


@posted("calendar_feed")
def end_feed(request: StaffRequest) -> HttpResponse:
    try:
        feeds.revoke(request.actor)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("The address is dead. Calendars that had it keep what they had fetched."))
    return redirect("calendar_feed")


@login_not_required
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of whoever holds the address. Nobody can tell one that was never given from one that is dead.

    Whoever may be signed in on the browser that asks counts for nothing.
    """
    tried = limits.unknown_feed(request)
    if tried is None:
        return HttpResponse(status=TOO_MANY)
    found = feeds.behind(token)
    if found is None:
        raise Http404
    tried.give_back()
    if limits.feed(feeds.hashed(token)) is None:
        return HttpResponse(status=TOO_MANY)
    with translation.override(found.language), timezone.override(ZoneInfo(found.time_zone)):
        return _file(feeds.body(found, timezone.now()), "casework.ics")


@require_safe
def hearing_file(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    """One hearing for counsel's own calendar. Without a name, but it leaves the product: that is noted."""
    found = agenda.one(request.actor, pk, hearing)
    if found is None:
        raise Http404
    acts.may(request.actor, "hearing.exported", found.case)
    acts.note_look(request.actor, found.case, "hearing.exported")
    answer = _file(feeds.one_file(request.actor, found, timezone.now()), f"hearing-{found.on}.ics")
    answer.headers["Content-Disposition"] = f'attachment; filename="hearing-{found.on}.ics"'
    return answer


def _file(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=CALENDAR_FILE)
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
