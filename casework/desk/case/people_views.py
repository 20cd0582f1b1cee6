"""The page about a case's person, what makes them vulnerable, and that somebody has spoken with them."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import people_page
from casework.desk.case.views import posted
from casework.people import actions, rules


@require_safe
def case_people(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return people_page.show(request, open_one(request.actor, Case.objects, pk))


@posted
def flag_person(request: StaffRequest, case: Case) -> HttpResponse:
    acts.may(request.actor, "person.flagged", case)
    wanted = [one for one in request.POST.getlist("flags") if one in rules.TEAM_FLAGS | rules.COUNSEL_FLAGS]
    if actions.set_flags(request.actor, case.person, wanted):
        messages.success(request, _("Saved."))
    else:
        messages.info(request, _("Nothing was different."))
    return redirect("case_people", case.pk)


@posted
def reach_person(request: StaffRequest, case: Case) -> HttpResponse:
    actions.reached(request.actor, case.whose, at=timezone.now())
    messages.success(request, _("Noted. What was decided for the person until now has ended: ask for their consent."))
    return redirect("case_people", case.pk)
