"""How far a case has come, and how it ends."""

import uuid
from http import HTTPStatus
from typing import Any

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
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases import access, actions, rules, todo
from casework.cases.models import Case, Stage
from casework.custody import looks as custody
from casework.desk.case import conflicts, page
from casework.desk.case.stage_forms import CloseForm, DetailsForm, StageForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import errors_to
from casework.docket import looks as docket
from casework.docket.models.kinds import BondResult


@require_http_methods(["GET", "HEAD", "POST"])
def change_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the case is for; when somebody else saved meanwhile, 409 and a choice for each field that differs."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.changed", case)

    def show(form: DetailsForm, status: int = 200) -> HttpResponse:
        return render(request, "desk/case/details.html", page.header(request, case) | {"form": form}, status=status)

    if request.method != "POST":
        return show(DetailsForm(case))
    rows = iter([case])

    def read() -> Case:
        found: Case = next(rows, None) or Case.objects.visible_to(request.actor).get(pk=pk)
        return found

    def keep(case: Case, form: DetailsForm) -> HttpResponse:
        line = actions.change_case(request.actor, case, values=form.values(), seen=case.version)
        if line is None:
            messages.info(request, _("Nothing was different."))
        else:
            undo = reverse("undo_case", args=[case.pk, line])
            messages.success(request, _("The case is saved."), extra_tags=undo)
        return redirect("case", case.pk)

    answer = conflicts.saved(request, case, read, lambda row: DetailsForm(row, request.POST), keep=keep, show=show)
    return answer or redirect("case", pk)


@posted
def undo_case(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    """Takes one change of the case back."""
    with refusals_said(request):
        actions.undo_case(request.actor, case, line_id=line)
        messages.success(request, _("Undone: the case stands as before that change."))
    return redirect("case_activity", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def move_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.stage_changed", case)
    form, status = StageForm(case, request.POST if request.method == "POST" else None), HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            actions.move(request.actor, case, **form.arguments())
        except ValidationError as error:
            errors_to(form, error)
        except ChangedMeanwhile:
            case = _now(request, case)
            form = StageForm(case, request.POST)
            conflicts.once_more(form, case.version)
            status = HTTPStatus.CONFLICT
        else:
            said = _("The case is now: %(stage)s.") % {"stage": Stage(case.stage).label}
            messages.success(request, said)
            return redirect("case", pk)
    return render(request, "desk/case/move.html", page.header(request, case) | {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def close_case(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What is still open, and how it ended."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "case.closed", case)
    tasks, context = todo.count(request.actor, case), page.header(request, case)
    still = _still_open(request, case, tasks, context)
    given = request.POST if request.method == "POST" else None
    known = {} if given else _known(request, case)
    form, status = CloseForm(case, tasks=tasks, still_open=bool(still), known=known, data=given), HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            actions.close(request.actor, case, **form.arguments())
        except ValidationError as error:
            errors_to(form, error)
        except ChangedMeanwhile:
            case = _now(request, case)
            conflicts.once_more(form, case.version)
            context, status = page.header(request, case), HTTPStatus.CONFLICT
        else:
            messages.success(request, _("The case is closed."))
            return redirect("case", pk)
    shown = {"form": form, "still": still, "open_tasks": tasks}
    return render(request, "desk/case/close.html", context | shown, status=status)


def _known(request: StaffRequest, case: Case) -> dict[str, Any]:
    """What custody and docket say already of how it ended, to be looked over instead of typed."""
    bonds = docket.bonds(request.actor, case)
    return {
        "days_detained": custody.days_held(request.actor, case),
        "bond_amount": next((one.amount for one in bonds if one.result == BondResult.SET), None),
    }


@posted
def reopen_case(request: StaffRequest, case: Case) -> HttpResponse:
    with refusals_said(request):
        actions.reopen(request.actor, case)
        messages.success(request, _("The case is active again."))
    return redirect("case", case.pk)


def _still_open(request: StaffRequest, case: Case, tasks: int, context: dict[str, Any]) -> list[str]:
    found = rules.still_open(
        now=timezone.now(), today=timezone.localdate(), next_hearing_at=case.next_hearing_at,
        next_deadline_on=case.next_deadline_on, tasks=tasks, appearances=len(context["appearances"]),
        custody=case.custody, shares=len(access.shares(request.actor, case)),
    )  # fmt: skip
    return [one.value for one in found]


def _now(request: StaffRequest, case: Case) -> Case:
    """The case as it stands."""
    found: Case = Case.objects.visible_to(request.actor).get(pk=case.pk)
    return found
