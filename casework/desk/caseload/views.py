"""The cases one may see: those of the organization, and those that others share with it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.models import Membership
from casework.access.requests import StaffRequest
from casework.cases import reach
from casework.cases.models import Case
from casework.cases.pages import Page, ordered, page
from casework.custody import caseload as custody
from casework.desk.caseload import rows
from casework.desk.caseload.filters import FilterForm, colleagues, query, without_order
from casework.desk.caseload.forms import AssignForm

PAGE = 50


@require_safe
def caseload(request: StaffRequest) -> HttpResponse:
    return show(request)


def show(
    request: StaffRequest, *, assign: AssignForm | None = None, ticked: frozenset[str] = frozenset()
) -> HttpResponse:
    """A page of the caseload; with a form that was filled in wrongly, that form and the ticks as they were left."""
    actor, membership = request.actor, request.membership
    if membership is None:
        return render(request, "desk/caseload/ours.html", {"reader": False})
    team = colleagues(actor)
    form = FilterForm(actor, team, request.GET)
    order = custody.ORDERS[form.asked.order]
    found = ordered(custody.cases(actor, form.asked), request.GET, order=order, size=PAGE)
    acts.note_list(actor, "case.listed", found.rows)
    may_assign = acts.allowed(actor, "case.assigned")
    if may_assign and assign is None:
        assign = AssignForm(team, membership.organization.time_zone)
    context = _heads(request) | {
        "rows": rows.ours(actor, found.rows),
        "page": _along(found, query(form.asked)),
        "filters": form,
        "asked": form.asked,
        "query": query(form.asked),
        "unsorted": without_order(form.asked),
        "assign": assign,
        "form": assign if assign and assign.is_bound else None,
        "ticked": ticked,
        "may_export": acts.allowed(actor, "caseload.exported"),
        "reads": acts.allowed(actor, "case.viewed"),
    }
    return render(request, "desk/caseload/ours.html", context)


@require_safe
def shared_cases(request: StaffRequest) -> HttpResponse:
    actor = request.actor
    found = page(Case.objects.shared_with(actor), request.GET, by="opened_at", size=PAGE)
    acts.note_list(actor, "case.listed", found.rows)
    context = _heads(request) | {"rows": rows.shared(actor, found.rows), "page": found}
    return render(request, "desk/caseload/shared.html", context)


def _heads(request: StaffRequest) -> dict[str, Any]:
    """What stands above either list."""
    mine = reach.of(request.actor)
    return {
        "may_open": acts.allowed(request.actor, "case.opened"),
        "reader": mine.reader,
        "shared": len(mine.granted),
    }


def _along(found: Page[Any], asked: str) -> Page[Any]:
    """The ways to the other pages of the same list."""
    newer, older = (f"{asked}&{way[1:]}" if way and len(asked) > 1 else way for way in (found.newer, found.older))
    return Page(found.rows, newer, older)


def own(request: StaffRequest) -> Membership:
    """The membership somebody acts in; raises PermissionDenied without one."""
    if request.membership is None:
        raise PermissionDenied("not a member")
    return request.membership
