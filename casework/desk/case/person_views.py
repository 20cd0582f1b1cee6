"""The person of a case: changing it, taking a change back, showing the whole A-number."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.changes import is_locked
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases import person as acts_on_person
from casework.cases.merging import MERGED
from casework.cases.models import Case
from casework.desk.case import conflicts, page
from casework.desk.case.person_form import SAME, PersonForm
from casework.desk.case.views import posted
from casework.people import rules
from casework.people.models import Person
from casework.people.same_number import candidates
from casework.vault.fields import Locked


@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; when somebody else saved meanwhile, 409 and a choice for each field that differs."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, acts_on_person.VERB, case)
    if request.method != "POST" or is_locked(case.whose):
        return _show(request, case, PersonForm(case.whose))
    cases = iter([case])

    def read() -> Person:
        nonlocal case
        case = next(cases, None) or Case.objects.visible_to(request.actor).get(pk=pk)
        return case.whose

    def keep(_person: Person, form: PersonForm) -> HttpResponse:
        return _saved(request, case, form) if _compared(request, case, form) else _show(request, case, form)

    answer = conflicts.saved(
        request, case, read, lambda person: PersonForm(person, request.POST), keep=keep,
        show=lambda form, status: _show(request, case, form, status),
    )  # fmt: skip
    return answer or redirect("case", pk)


def _compared(request: StaffRequest, case: Case, form: PersonForm) -> bool:
    """Whether a new A-number is nobody else's, or somebody has compared the two; else the form asks."""
    values = form.values()
    if values["a_number"] == case.whose.a_number:
        return True
    others = candidates(request.actor, case.whose, values)
    if not others or form.same_number:
        return True
    form.ask_about(others, merges=acts.allowed(request.actor, MERGED, case))
    form.add_error("same_number", _("Another person here has this A-number. Compare, then choose one."))
    return False


def _saved(request: StaffRequest, case: Case, form: PersonForm) -> HttpResponse:
    told = {"same_number": form.same_number} if form.same_number else {}
    line = acts_on_person.change(request.actor, case, values=form.values(), seen=case.whose.version, told=told)
    if line is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("The person is saved."), extra_tags=reverse("undo_person", args=[case.pk, line]))
    merges = form.same_number == SAME and acts.allowed(request.actor, MERGED, case)
    return redirect("merge_with" if merges else "case_people", case.pk)


def _show(request: StaffRequest, case: Case, form: PersonForm, status: int = 200) -> HttpResponse:
    """The form shows the whole A-number, so whoever opens it has seen it."""
    locked = is_locked(case.whose)
    if case.whose.a_number and not locked:
        acts.note_look(request.actor, case, acts_on_person.REVEALED, ("a_number",))
    context = page.header(request, case) | {"form": form, "locked": locked}
    return render(request, "desk/case/person.html", context, status=status)


@posted
def undo_person(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    """Takes one change back; from the stream of what was done one comes back there."""
    with refusals_said(request):
        acts_on_person.undo(request.actor, case, line_id=line)
        messages.success(request, _("Undone: the person stands as before that change."))
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case_people", case.pk)


@posted
def reveal_a_number(request: StaffRequest, case: Case) -> HttpResponse:
    """Shows the number once; nothing keeps it shown."""
    acts.may(request.actor, acts_on_person.REVEALED, case)
    acts.note_look(request.actor, case, acts_on_person.REVEALED, ("a_number",))
    number = case.whose.a_number
    revealed = number if isinstance(number, Locked) else rules.shown(number)
    if getattr(request, "htmx", False):
        return render(request, "parts/a_number.html", {"revealed": revealed})
    return page.show(request, case, revealed=revealed)
