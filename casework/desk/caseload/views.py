"""The cases one may see: those of the organization, and those that others share with it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases import reach
from casework.cases.models import Case
from casework.cases.pages import page
from casework.desk.caseload import rows

PAGE = 50


@require_safe
def caseload(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    found = page(Case.objects.ours(actor), request.GET, by="opened_at", size=PAGE)
    acts.note_list(actor, "case.listed", found.rows)
    context = {
        "rows": rows.ours(actor, found.rows),
        "page": found,
        "may_open": acts.allowed(actor, "case.opened"),
        "reads": acts.allowed(actor, "case.viewed"),
        "reader": reach.of(actor).reader,
        "shared": len(reach.of(actor).granted),
    }
    return render(request, "desk/caseload/ours.html", context)


@require_safe
def shared_cases(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    found = page(Case.objects.shared_with(actor), request.GET, by="opened_at", size=PAGE)
    acts.note_list(actor, "case.listed", found.rows)
    context = {
        "rows": rows.shared(actor, found.rows),
        "page": found,
        "may_open": acts.allowed(actor, "case.opened"),
        "reader": reach.of(actor).reader,
        "shared": len(reach.of(actor).granted),
    }
    return render(request, "desk/caseload/shared.html", context)
