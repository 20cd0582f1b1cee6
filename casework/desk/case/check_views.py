"""Looking one person up: the card with what one needs for it, and what was found."""

import uuid
from datetime import datetime
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.custody import checks, looks
from casework.custody.models import Outcome, Stay
from casework.desk.case import custody_page, page
from casework.desk.case.custody_forms import CheckForm
from casework.desk.case.custody_views import header

NEXT = {Outcome.MOVED: "record_move", Outcome.RELEASED: "record_release"}


@require_http_methods(["GET", "HEAD", "POST"])
def record_check(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """A look-up, from the queue or from the case; "moved" and "released" lead on to what is to be recorded then."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "check.recorded", case)
    stay = looks.open_stay(request.actor, case)
    last = looks.last_stint(request.actor, stay) if stay else None
    if stay is None or last is None:
        return redirect("case_custody", pk)
    form = CheckForm(case.organization.time_zone, request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_valid():
        try:
            seen = request.POST.get("seen", "")
            checks.record(request.actor, case, stay=stay, seen=seen, **form.arguments())
            return _on(request, case, form)
        except ChangedMeanwhile:
            form.add_error(None, page.meanwhile())
            last, status = looks.last_stint(request.actor, stay) or last, HTTPStatus.CONFLICT
        except ValidationError as error:
            form.add_error(None, error)
    context = header(request, case) | {
        "form": form, "stay": stay, "last": last, "on_file": custody_page.name_of(last),
        "checks": looks.checks(request.actor, stay, most=5), "from": _from(request),
        "seen": checks.as_seen(stay, last), "current": {"stay": stay}, "taken_until": _mine_until(request, stay),
    }  # fmt: skip
    return render(request, "desk/case/check.html", context, status=status)


def _on(request: StaffRequest, case: Case, form: CheckForm) -> HttpResponse:
    """Where one goes from what was found."""
    outcome, came = form.cleaned_data["outcome"], _from(request)
    if outcome in NEXT:
        words = _("Noted. Record now where the person is.") if outcome == Outcome.MOVED else _("Noted. Record now how.")
        messages.info(request, words)
        source = form.cleaned_data["method"]
        return redirect(f"{reverse(NEXT[outcome], args=[case.pk])}?source={source}&from={came}")
    messages.success(request, _("The look-up is recorded."))
    return redirect("checks") if came else redirect("case_custody", case.pk)


def _mine_until(request: StaffRequest, stay: Stay) -> datetime | None:
    """Until when the reader has the card; None without it."""
    mine = stay.taken_by_id is not None and stay.taken_by_id == request.actor.membership_id
    return stay.taken_until if mine and stay.taken_until and stay.taken_until > timezone.now() else None


def _from(request: StaffRequest) -> str:
    return "checks" if "checks" in (request.POST.get("from"), request.GET.get("from")) else ""
