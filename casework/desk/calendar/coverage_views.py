"""Asking a colleague to cover a hearing; answering what a colleague asks."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.requests import StaffRequest, posted
from casework.desk.calendar import rows
from casework.desk.calendar.forms import CoverForm
from casework.docket import agenda, coverage
from casework.docket.models import CoverageState, Hearing


@require_http_methods(["GET", "HEAD", "POST"])
def cover_hearing(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    """Whom to ask, and what became of former requests."""
    found = _opened(request, pk, hearing)
    acts.may(request.actor, "coverage.asked", found.case)
    form = CoverForm(
        coverage.possible(request.actor, found), request.POST if request.method == "POST" else None
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            coverage.ask(request.actor, found.case, hearing=found, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your colleague is asked, and gets a mail. Nothing changes until they accept."))
            return redirect("cover_hearing", pk, hearing)
    asked = coverage.of_hearing(request.actor, found)
    context = {
        "row": rows.of(request.actor, [found], {}, rows.opened(request.actor, [found.case]))[found.pk],
        "form": form,
        "asked": asked,
        "open": next((one for one in asked if one.state == CoverageState.ASKED), None),
    }
    return render(request, "desk/calendar/cover.html", context)


@posted("cover_hearing", "pk", "hearing")
def end_cover(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> HttpResponse:
    """Takes the request that is open back."""
    found = _opened(request, pk, hearing)
    acts.may(request.actor, "coverage.withdrawn", found.case)
    open_now = [one for one in coverage.of_hearing(request.actor, found) if one.state == CoverageState.ASKED]
    try:
        for one in open_now:
            coverage.withdraw(request.actor, found.case, coverage=one)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("Nobody is asked any more."))
    return redirect("cover_hearing", pk, hearing)


@posted("today")
def accept_cover(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        case = coverage.accept(request.actor, pk)
    except ValidationError as error:
        messages.info(request, error.messages[0])
        return redirect("today")
    messages.success(request, _("You appear at this hearing now, and are on the team until two days after it."))
    return redirect("case", case.pk)


@posted("today")
def decline_cover(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    try:
        coverage.decline(request.actor, pk)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("Whoever asked you gets a mail."))
    return redirect("today")


def _opened(request: StaffRequest, pk: uuid.UUID, hearing: uuid.UUID) -> Hearing:
    """That the case was looked at is noted."""
    found = agenda.one(request.actor, pk, hearing)
    if found is None:
        raise Http404
    acts.note_look(request.actor, found.case)
    return found
