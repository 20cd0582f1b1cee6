"""The tasks of a case: opening, changing, ending them."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Membership
from casework.access.requests import StaffRequest, refusals_said
from casework.cases import actions, reach, todo
from casework.cases.actions import tasks
from casework.cases.models import Case, Task
from casework.desk.case import conflicts, page
from casework.desk.case.views import posted
from casework.desk.case.work_forms import ChangeTaskForm, TaskForm, errors_to

ENDED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def case_tasks(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What is to be done, what has ended, and the form for one more."""
    case: Case = open_one(request.actor, Case.objects, pk)
    may = acts.allowed(request.actor, "task.opened", case)
    if request.method == "POST":
        acts.may(request.actor, "task.opened", case)
    form = TaskForm(*_possible(request, case), request.POST if request.method == "POST" else None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.add_task(request.actor, case, **form.cleaned_data)
        except ValidationError as error:
            errors_to(form, error)
        else:
            messages.success(request, _("The task is open."))
            return redirect("case_tasks", pk)
    context = page.header(request, case) | {
        "tasks": todo.of_case(request.actor, case),
        "ended": todo.of_case(request.actor, case, ended=True, most=ENDED),
        "task_form": form,
        "form": form if form and form.is_bound else None,
    }
    return render(request, "desk/case/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change_task(request: StaffRequest, pk: uuid.UUID, task: uuid.UUID) -> HttpResponse:
    """The form for a task; when somebody else saved meanwhile, 409 and a choice for each field that differs."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "task.changed", case)
    row, possible = _task(case, task), _possible(request, case)
    if not row.is_open:
        messages.info(request, _("This task has ended. Reopen it first."))
        return redirect("case_tasks", pk)

    def show(form: ChangeTaskForm, status: int = 200) -> HttpResponse:
        context = page.header(request, case) | {"form": form, "task": row, "says": tasks.says(row)}
        return render(request, "desk/case/change_task.html", context, status=status)

    def keep(now: Task, form: ChangeTaskForm) -> HttpResponse:
        try:
            line = actions.change_task(request.actor, case, task=now, values=form.arguments(), seen=now.version)
        except ValidationError as error:
            errors_to(form, error)
            return show(form)
        messages.success(request, _("The task is saved.") if line else _("Nothing was different."))
        return redirect("case_tasks", pk)

    if request.method != "POST":
        return show(ChangeTaskForm(row, *possible))
    rows = iter([row])
    answer = conflicts.saved(
        request, case, lambda: next(rows, None) or _task(case, task),
        lambda now: ChangeTaskForm(now, *possible, request.POST), keep=keep, show=show,
    )  # fmt: skip
    return answer or redirect("case_tasks", pk)


@posted
def end_task(request: StaffRequest, case: Case, task: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "task.done", case)
    with refusals_said(request):
        actions.finish_task(request.actor, case, task=_task(case, task))
        messages.success(request, _("Done."), extra_tags=reverse("reopen_task", args=[case.pk, task]))
    return redirect(*_back(request, case))


@posted
def drop_task(request: StaffRequest, case: Case, task: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "task.dropped", case)
    with refusals_said(request):
        actions.drop_task(request.actor, case, task=_task(case, task))
        messages.success(request, _("Dropped."), extra_tags=reverse("reopen_task", args=[case.pk, task]))
    return redirect(*_back(request, case))


@posted
def reopen_task(request: StaffRequest, case: Case, task: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "task.reopened", case)
    with refusals_said(request):
        actions.reopen_task(request.actor, case, task=_task(case, task))
        messages.success(request, _("The task is open again."))
    return redirect(*_back(request, case))


def _back(request: StaffRequest, case: Case) -> tuple[Any, ...]:
    """Where somebody came from: the list of tasks, the case's first page, or its tasks."""
    return {"tasks": ("tasks",), "case": ("case", case.pk)}.get(
        request.POST.get("from", ""), ("case_tasks", case.pk)
    )  # fmt: skip


def _task(case: Case, pk: uuid.UUID) -> Task:
    """The task as it stands. Raises Http404 for one that the reader may not know of."""
    found: Task | None = case.tasks.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _possible(request: StaffRequest, case: Case) -> tuple[Any, int]:
    """Who can have a task of the case, and the highest tier that the reader may write."""
    highest = reach.of(request.actor).writes_up_to(case)
    held = tasks.may_hold(request.actor, case, 1)
    holders = Membership.objects.filter(pk__in=held).select_related("colleague").order_by("colleague__name")
    return holders, highest
