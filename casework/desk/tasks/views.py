"""What is to be done in all cases: one's own tasks, the organization's, and those that have ended."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases import todo

PARTS = (todo.MINE, todo.ALL, todo.ENDED)


@require_safe
def tasks(request: StaffRequest) -> HttpResponse:
    """A page of one part (`part`). Their people are named, so that the list is written down."""
    actor = request.actor
    asked = request.GET.get("part", "")
    part = asked if asked in PARTS else todo.MINE
    found = todo.listed(actor, part, request.GET) if actor.is_staff else todo.NONE
    cases = {one.task.case_id: one.task.case for one in found.rows}
    acts.note_list(actor, "case.listed", list(cases.values()), ("to_do",))
    context = {
        "part": part,
        "tasks": found.rows,
        "page": found,
        "pressing": sum(one.due in todo.PRESSING for one in found.rows),
        "reads": acts.allowed(actor, "case.viewed") or acts.allowed(actor, "case.opened"),
    }
    return render(request, "desk/tasks/tasks.html", context)
