"""Who is on duty when."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts, organizations
from casework.access.models import DutyHour, Organization
from casework.access.requests import StaffRequest, posted
from casework.desk.organization.forms import DutyForm
from casework.desk.organization.week import week


@require_http_methods(["GET", "POST"])
def roster(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "organization.changed")
    mine = Organization.objects.get(pk=request.actor.organization)
    acts.note_look(request.actor, mine, fields=("duty_hours",))
    able = list(organizations.live_attorneys(mine.pk).select_related("colleague").order_by("colleague__name"))
    form = DutyForm(able, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = organizations.change(request.actor, {}, more_duty=form.shifts())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The time on duty is added.") if changed else _("That stood here already."))
            return redirect("organization_duty")
    days = week(mine, timezone.now())
    page = {"form": form, "organization": mine, "able": able, "week": days, "anybody": any(day.duty for day in days)}
    return render(request, "desk/organization/duty.html", page | {"may_change": True})


@posted("organization_duty")
def remove(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    if not DutyHour.objects.filter(pk=pk, organization_id=request.actor.organization).exists():
        raise Http404
    organizations.change(request.actor, {}, less_duty=[pk])
    messages.success(request, _("The time on duty is removed."))
    return redirect("organization_duty")
