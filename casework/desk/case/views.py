"""One case: opening it, its first page, its team."""

import functools
import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.forms import AssignForm, NewCaseForm
from casework.people import asked, kept

CaseView = Callable[..., HttpResponse]


def posted(view: CaseView) -> CaseView:
    """A view that takes a form about a case; whoever comes without one is led to the case.

    So is whoever comes second where two change one row: it is said, and nothing is written.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def guarded(request: StaffRequest, pk: uuid.UUID, **more: uuid.UUID) -> HttpResponse:
        case = open_one(request.actor, Case.objects, pk)
        if request.method == "POST":
            try:
                return view(request, case, **more)
            except ChangedMeanwhile:
                messages.info(request, page.meanwhile())
        return redirect("case", pk)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, "case.opened")
    typed = kept.kept(request.session, request.GET.get("search", ""))  # and not found
    names = asked.as_columns(asked.read(typed).name)
    form = NewCaseForm(request.POST if request.method == "POST" else None, initial=names)
    if request.method == "POST" and form.is_valid():
        case = actions.open_case(request.actor, **form.arguments())
        return redirect("case", case.pk)
    return render(request, "desk/case/new.html", {"form": form})


@require_safe
def case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return page.show(request, open_one(request.actor, Case.objects, pk))


@posted
def restrict_case(request: StaffRequest, case: Case) -> HttpResponse:
    actions.restrict(request.actor, case)
    messages.success(request, _("The case is restricted to its team."))
    return redirect("case", case.pk)


@posted
def unrestrict_case(request: StaffRequest, case: Case) -> HttpResponse:
    actions.unrestrict(request.actor, case)
    messages.success(request, _("The case is open to the organization again."))
    return redirect("case", case.pk)


@posted
def assign_case(request: StaffRequest, case: Case) -> HttpResponse:
    acts.may(request.actor, "case.assigned", case)
    form = AssignForm(page.candidates(request, page.team(request, case)), request.POST)
    if form.is_valid():
        try:
            actions.assign(request.actor, case, **form.arguments())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            name = form.cleaned_data["member"].colleague.name
            messages.success(request, _("%(name)s is on the team.") % {"name": name})
            return redirect("case", case.pk)
    return page.show(request, case, assign=form)


@posted
def unassign_case(request: StaffRequest, case: Case) -> HttpResponse:
    """Takes one place of the team away; somebody who thereby loses sight of the case is led to the list."""
    acts.may(request.actor, "case.unassigned", case)
    place = next((one for one in page.team(request, case) if str(one.assignment.pk) == request.POST.get("place")), None)
    if place is None:
        raise Http404
    with refusals_said(request):
        actions.unassign(request.actor, case, assignment=place.assignment)
        messages.success(request, _("%(name)s is off the team.") % {"name": place.name})
        if place.assignment.membership_id == request.actor.membership_id and not place.still_reads:
            return redirect("caseload")
    return redirect("case", case.pk)
