"""The conflict check of a case: running it, deciding about whom it found, taking a decision back."""

import uuid

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
from casework.cases.models import Case
from casework.desk.case import conflict_page, page
from casework.desk.case.conflict_form import UNSEEN, DecideForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import errors_to
from casework.intake.actions import conflicts
from casework.intake.conflicts import standing
from casework.intake.models import ConflictDecision


@require_safe
def case_conflicts(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Whom the check found, as far as the reader meets them, and what was decided."""
    return _show(request, _case(request, pk))


@posted
def check_conflicts(request: StaffRequest, case: Case) -> HttpResponse:
    """Searches once more."""
    done = conflicts.check(request.actor, case)
    if done.waits:
        messages.error(request, _("Too many checks within the hour. An attorney or paralegal can run it."))
    else:
        messages.success(request, _("The check has run."))
    return redirect("case_conflicts", case.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def decide_conflict(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Decides about one hit, or about all that the reader does not see."""
    case = _case(request, pk)
    if request.method != "POST":
        return redirect("case_conflicts", pk)
    acts.may(request.actor, conflicts.DECIDED, case)
    key = request.POST.get("about", "")[:40]
    form = DecideForm({}, request.POST, prefix=key, merges=key != UNSEEN)
    if not form.is_valid():
        return _show(request, case, form)
    unseen = standing(request.actor, case).unseen if key == UNSEEN else None
    try:
        conflicts.decide(
            request.actor, case, outcome=form.cleaned_data["outcome"], reason=form.cleaned_data["reason"],
            hits=form.versions, asked=unseen.whom if unseen else None,
        )  # fmt: skip
    except ValidationError as error:
        errors_to(form, error)
        return _show(request, case, form)
    except ChangedMeanwhile:
        messages.info(request, page.meanwhile())
        return redirect("case_conflicts", pk)
    messages.success(request, _("The decision is kept."))
    return redirect("case_conflicts", pk)


@posted
def undo_conflict(request: StaffRequest, case: Case, decision: uuid.UUID) -> HttpResponse:
    """Takes a decision back: what it was about is open again."""
    acts.may(request.actor, conflicts.UNDONE, case)
    row = ConflictDecision.objects.visible_to(request.actor).filter(case=case, pk=decision).first()
    if row is None:
        raise Http404
    with refusals_said(request):
        conflicts.undo(request.actor, case, decision=row)
        messages.success(request, _("The decision is taken back. The match is open again."))
    return redirect("case_conflicts", case.pk)


def _case(request: StaffRequest, pk: uuid.UUID) -> Case:
    """The case, for its own organization. Raises Http404 for everybody else."""
    case: Case = open_one(request.actor, Case.objects.visible_to(request.actor), pk)
    acts.may(request.actor, conflicts.CHECKED, case)
    return case


def _show(request: StaffRequest, case: Case, wrong: DecideForm | None = None) -> HttpResponse:
    context = page.header(request, case) | conflict_page.of(request, case, wrong)
    return render(request, "desk/case/conflicts/page.html", context)
