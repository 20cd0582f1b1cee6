"""Of which incidents an intake tells: known ones that may be the same, linking, unlinking, reporting a new one."""

import uuid
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.views import posted
from casework.intake import incidents
from casework.intake.answers import answers_of
from casework.intake.models import Incident, IncidentLink


@require_safe
def case_incidents(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "incidents.viewed", case)
    linked = incidents.of_case(request.actor, case)
    zone = ZoneInfo(case.organization.time_zone)
    told = incidents.told_by(answers_of(request.actor, case), zone)
    found = incidents.candidates(request.actor, told, zone=zone, without=[one.incident_id for one in linked])
    acts.note_list(
        request.actor, "incidents.viewed", [*(one.incident for one in linked), *(one.incident for one in found)]
    )
    context = page.header(request, case) | {
        "linked": linked, "candidates": found, "told": told, "zone": case.organization.time_zone,
        "may_link": acts.allowed(request.actor, "incident.linked", case),
    }  # fmt: skip
    return render(request, "desk/case/calls/incidents.html", context)


@posted
def link_incident(request: StaffRequest, case: Case) -> HttpResponse:
    """Links a known incident, or, where none is named, one that is reported from the intake's own answers."""
    acts.may(request.actor, "incident.linked", case)
    named = request.POST.get("incident", "")
    with refusals_said(request), transaction.atomic():
        if named:
            incident = open_one(request.actor, Incident.objects, _id(named))
        else:
            givens = answers_of(request.actor, case)
            told = incidents.told_by(givens, ZoneInfo(case.organization.time_zone))
            incident = incidents.report(request.actor, values=incidents.values_of(told, givens))
        incidents.link(request.actor, case, incident=incident)
        messages.success(request, _("The intake hangs on this incident now."))
    return redirect("case_incidents", case.pk)


@posted
def unlink_incident(request: StaffRequest, case: Case, link: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "incident.unlinked", case)
    row = IncidentLink.objects.visible_to(request.actor).filter(case=case, pk=link).first()
    if row is None:
        raise Http404
    with refusals_said(request):
        incidents.unlink(request.actor, case, of=row)
        messages.success(request, _("The intake is off that incident."))
    return redirect("case_incidents", case.pk)


def _id(text: str) -> str:
    """An id out of a form; one that nothing has, for what is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.UUID(int=0))
