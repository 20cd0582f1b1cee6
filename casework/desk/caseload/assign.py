"""Giving many cases to a colleague at once, what came of it, and taking that back."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.models import Colleague
from casework.access.requests import StaffRequest, posted
from casework.cases import many
from casework.cases.models import Case, CaseRole
from casework.desk.caseload import views
from casework.desk.caseload.filters import FilterForm, colleagues, ids, query
from casework.desk.caseload.forms import AssignForm
from casework.people.models import Person

KEPT = "here:assigned"  # in the session: what came of the last time, until the next
ASSIGNED = "case.assigned"


@posted("caseload")
def assign_cases(request: StaffRequest) -> HttpResponse:
    """The cases that are ticked, or all that the page showed."""
    acts.may(request.actor, ASSIGNED)
    team = colleagues(request.actor)
    form = AssignForm(team, views.own(request).organization.time_zone, request.POST)
    ticked = ids(request.POST.getlist("row" if "all" in request.POST else "case"))[: views.PAGE]
    form.must_have(ticked)
    if not form.is_valid():
        return views.show(request, assign=form, ticked=frozenset(map(str, ticked)))
    arguments = form.arguments()
    found = many.assign(request.actor, ticked, **arguments)
    back = query(FilterForm(request.actor, team, request.GET).asked)
    _keep(request, found, back=back, member=str(arguments["to"].pk), role=arguments["role"])
    return redirect("assigned_cases")


@posted("caseload")
def take_back_cases(request: StaffRequest) -> HttpResponse:
    """What was done the last time, for whoever did it."""
    acts.may(request.actor, ASSIGNED)
    kept = request.session.get(KEPT)
    if not kept or kept["undone"]:
        return redirect("caseload")
    found = many.take_back(request.actor, ids(list(kept["done"].values())))
    _keep(request, found, back=kept["back"], member=kept["member"], role=kept["role"], undone=True)
    return redirect("assigned_cases")


@require_safe
def assigned_cases(request: StaffRequest) -> HttpResponse:
    """What was done and what was not, and why, by name: whoever may not see a case any more does not find it here."""
    acts.may(request.actor, ASSIGNED)
    kept = request.session.get(KEPT)
    if not kept:
        return redirect("caseload")
    cases = Case.objects.ours(request.actor).in_bulk(ids([*kept["done"], *kept["refused"]]))
    acts.note_list(request.actor, "case.listed", list(cases.values()))
    people = Person.objects.visible_to(request.actor).shown(case.person_id for case in cases.values())
    named = {str(pk): (case, people[case.person_id].full_name) for pk, case in cases.items()}
    context: dict[str, Any] = {
        "done": [named[pk] for pk in kept["done"] if pk in named],
        "refused": [(*named[pk], why) for pk, why in kept["refused"].items() if pk in named],
        "missing": kept["missing"],
        "who": Colleague.objects.filter(pk=uuid.UUID(kept["member"])).values_list("name", flat=True).first() or "",
        "role": CaseRole(kept["role"]).label,
        "undone": kept["undone"],
        "back": kept["back"],
    }
    return render(request, "desk/caseload/assigned.html", context)


def _keep(request: StaffRequest, found: many.Outcome, **more: Any) -> None:
    """For the page that says so, in the session, which is sealed."""
    request.session[KEPT] = {
        "done": {str(case): str(place) for case, place in found.done.items()},
        "refused": {str(case): why for case, why in found.refused.items()},
        "missing": found.missing,
        "undone": False,
        **more,
    }
