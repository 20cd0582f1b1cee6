"""Incidents of the last days, one of them, and what is done about it."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.changes import since
from casework.access.doors import open_one
from casework.access.models import Organization
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.desk.incidents.forms import IncidentForm, VerifyForm
from casework.intake import incidents as known
from casework.intake.models import Agency, Incident
from casework.look import dates
from casework.look.versions import Theirs

TRIES = 3


@dataclass(frozen=True)
class Told:
    """An incident in words. `intakes` counts those that hang on it, whoever may open them."""

    incident: Incident
    intakes: int

    @property
    def agencies(self) -> str:
        return ", ".join(str(Agency(one).label) for one in self.incident.agencies)


def zone_of(request: StaffRequest) -> str:
    """The organization's clock."""
    return Organization.objects.get(pk=request.actor.organization).time_zone


@require_safe
def incidents(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, known.VIEWED)
    found = known.recent(request.actor, now=timezone.now())
    counts = known.counted(found)
    rows = [Told(one, counts.get(one.pk, 0)) for one in found]
    acts.note_list(request.actor, known.VIEWED, found)
    context = {
        "rows": rows, "unverified": sum(row.incident.verified_at is None for row in rows), "zone": zone_of(request),
        "days": known.AGO.days,
    }  # fmt: skip
    return render(request, "desk/incidents/incidents.html", context)


@require_safe
def incident(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return _show(request, open_one(request.actor, Incident.objects, pk), VerifyForm())


def _show(request: StaffRequest, row: Incident, verify: VerifyForm) -> HttpResponse:
    """One incident; of the intakes on it, those that the reader may open are named."""
    links = known.links_of(request.actor, row)
    acts.note_list(request.actor, "case.listed", [link.case for link in links])
    count = known.counted([row]).get(row.pk, 0)
    named = [(link, link.case.whose.full_name or _("Name not known yet")) for link in links]
    context = {
        "told": Told(row, count), "incident": row, "links": named, "hidden": max(0, count - len(links)),
        "form": verify, "zone": zone_of(request),
    }  # fmt: skip
    return render(request, "desk/incidents/incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_incident(request: StaffRequest) -> HttpResponse:
    """One that is about nobody's case: a sighting."""
    acts.may(request.actor, "incident.reported")
    form = IncidentForm(zone_of(request), None, request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = known.report(request.actor, values=form.incident_values())
        messages.success(request, _("The incident is noted. It counts as not verified."))
        return redirect("incident", made.pk)
    return render(request, "desk/incidents/form.html", {"form": form, "incident": None})


@require_http_methods(["GET", "HEAD", "POST"])
def change_incident(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; when a colleague saved meanwhile, 409 and a choice for each field that differs."""
    row: Incident = open_one(request.actor, Incident.objects, pk)
    acts.may(request.actor, known.VERBS[0], row)
    zone = zone_of(request)
    if request.method != "POST":
        return _form(request, row, IncidentForm(zone, row))
    for _try in range(TRIES):
        form = IncidentForm(zone, row, request.POST)
        if not form.is_valid():
            return _form(request, row, form)
        if _must_choose(row, form):
            return _form(request, row, form, HTTPStatus.CONFLICT)
        try:
            line = known.change(request.actor, row, values=form.incident_values(), seen=row.version)
        except ChangedMeanwhile:
            row.refresh_from_db()
            continue
        _say(request, row, line)
        return redirect("incident", pk)
    messages.info(request, _("Somebody else changed it in the same moment. Look at it, and save again."))
    return redirect("change_incident", pk)


def _must_choose(row: Incident, form: IncidentForm) -> bool:
    """Whether somebody else changed what was typed otherwise; the form then asks whose counts."""
    if form.seen == row.version:
        return False
    now, zone = timezone.now(), timezone.get_current_timezone()
    names = {"happened_at": "day", "exact_time": "at"}
    changes = {names.get(name, name): one for name, one in since(row, form.seen).items()}
    if "day" in changes:
        changes.setdefault("at", changes["day"])
    theirs = {
        name: Theirs("", f"{one.who}, {dates.age(one.at, now, zone)}", told=False)
        for name, one in changes.items()
        if name in form.standing
    }
    differ, settled = form.different(theirs), form.is_settled
    form.ask(differ, theirs)
    if not differ or (settled and not form.must_choose()):
        return False
    if not settled:
        form.add_error(None, _("Somebody else saved this meanwhile. Choose what counts for each field, then save."))
    return True


@posted("incident", "pk")
def verify_incident(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    row: Incident = open_one(request.actor, Incident.objects, pk)
    form = VerifyForm(request.POST)
    if form.is_valid():
        try:
            line = known.verify(request.actor, row, how=form.cleaned_data["how"])
        except ValidationError as error:
            form.add_error(None, error.messages[0])
        except ChangedMeanwhile:
            form.add_error(None, _("Somebody else changed it in the same moment. Look at it, and save again."))
        else:
            _say(request, row, line)
            return redirect("incident", pk)
    return _show(request, row, form)


@posted("incident", "pk")
def undo_incident(request: StaffRequest, pk: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    row: Incident = open_one(request.actor, Incident.objects, pk)
    try:
        known.undo(request.actor, row, line_id=line)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Undone: it stands as before that change."))
    return redirect("incident", pk)


def _say(request: StaffRequest, row: Incident, line: uuid.UUID | None) -> None:
    if line is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("The incident is saved."), extra_tags=reverse("undo_incident", args=[row.pk, line]))


def _form(request: StaffRequest, row: Incident, form: Any, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, "desk/incidents/form.html", {"form": form, "incident": row}, status=status)
