"""Who leads a case from when, and who appears in it."""

import uuid
import zoneinfo
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Membership
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions
from casework.cases.models import Appearance, Case
from casework.desk.case import page
from casework.desk.case.stage_forms import AppearForm, HandOverForm, WithdrawForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import errors_to


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.lead_handed_over", case)
    context = page.header(request, case)
    lead = context["lead"]
    today = timezone.localdate(timezone=zoneinfo.ZoneInfo(case.organization.time_zone))
    given = request.POST if request.method == "POST" else None
    others = _attorneys(case).exclude(pk=lead.assignment.membership_id if lead else None)
    form = HandOverForm(others, has_lead=lead is not None, today=today, data=given)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.hand_over(request.actor, case, **form.arguments())
        except ValidationError as error:
            errors_to(form, error)
        else:
            messages.success(
                request, _said(form.cleaned_data["member"].colleague.name, made.starts_at > timezone.now())
            )
            return redirect("case", pk)
    return render(request, "desk/case/hand_over.html", context | {"form": form})


@posted
def cancel_hand_over(request: StaffRequest, case: Case) -> HttpResponse:
    with refusals_said(request):
        actions.cancel_hand_over(request.actor, case)
        messages.success(request, _("The hand-over is cancelled. Nothing changes."))
    return redirect("case", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def file_appearance(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "appearance.filed", case)
    form = AppearForm(_attorneys(case), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.file_appearance(request.actor, case, **form.arguments())
        except ValidationError as error:
            errors_to(form, error)
        else:
            messages.success(request, _("The appearance is noted."))
            return redirect("case", pk)
    return render(request, "desk/case/appearance.html", page.header(request, case) | {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_appearance(request: StaffRequest, pk: uuid.UUID, appearance: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "appearance.withdrawn", case)
    row: Appearance | None = case.appearances.filter(pk=appearance, withdrawn_on=None).first()
    if row is None:
        raise Http404
    form = WithdrawForm(row.version, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day, seen = form.cleaned_data["withdrawn_on"], form.cleaned_data["version"]
        try:
            actions.withdraw_appearance(request.actor, case, appearance=row, withdrawn_on=day, seen=seen)
        except ValidationError as error:
            errors_to(form, error)
        except ChangedMeanwhile:
            messages.info(request, page.meanwhile())
            return redirect("case", pk)
        else:
            messages.success(request, _("The withdrawal is noted."))
            return redirect("case", pk)
    return render(request, "desk/case/appearance.html", page.header(request, case) | {"form": form, "appearance": row})


def _attorneys(case: Case) -> Any:
    """Members of the case's organization who can lead it and appear in it."""
    live = Membership.objects.live().filter(organization_id=case.organization_id, roles__contains=["attorney"])
    return live.select_related("colleague").order_by("colleague__name")


def _said(name: str, later: bool) -> str:
    words = _("%(name)s leads the case from that day on.") if later else _("%(name)s leads the case now.")
    return words % {"name": name}
