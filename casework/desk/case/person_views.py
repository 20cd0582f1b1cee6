"""The person of a case: changing it, taking a change back, showing the whole A-number."""

import uuid
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.changes import Change, since
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.access.versions import ChangedMeanwhile
from casework.cases import person as acts_on_person
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.person_form import PersonForm
from casework.desk.case.views import posted, refusals_said
from casework.look import dates
from casework.look.versions import Theirs
from casework.people import rules
from casework.vault.fields import Locked

TRIES = 3


@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The form; when somebody else saved meanwhile, 409 and a choice for each field that differs."""
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, acts_on_person.VERB, case)
    if request.method != "POST" or acts_on_person.is_locked(case.person):
        return _show(request, case, PersonForm(case.person))
    for _try in range(TRIES):
        form = PersonForm(case.person, request.POST)
        if not form.is_valid():
            return _show(request, case, form)
        if (refusal := _in_conflict(request, case, form)) is not None:
            return refusal
        try:
            return _saved(request, case, form)
        except ChangedMeanwhile:  # in this very moment
            case = Case.objects.visible_to(request.actor).get(pk=pk)
    messages.info(request, page.meanwhile())
    return redirect("case", pk)


def _in_conflict(request: StaffRequest, case: Case, form: PersonForm) -> HttpResponse | None:
    """The page that asks whose value counts, or that says where no choice was made; None when all is clear."""
    if form.seen == case.person.version:
        return None
    changes = since(case.person, form.seen)
    told = acts.allowed(request.actor, "case.history_viewed", case)
    theirs = {name: Theirs(one.was, _who(request, one), told) for name, one in changes.items()}
    names, settled = form.different(theirs), form.is_settled
    form.ask(names, theirs)
    if not names or (settled and not form.must_choose()):
        return None
    if not settled:
        form.add_error(None, _why(request, [changes[name] for name in names]))
    return _show(request, case, form, status=HTTPStatus.CONFLICT)


def _name(request: StaffRequest, change: Change) -> str:
    return _("You, in another window") if change.user_id == request.actor.user_id else change.who


def _who(request: StaffRequest, change: Change) -> str:
    """Who made it so, and how long ago."""
    age = dates.age(change.at, timezone.now(), timezone.get_current_timezone())
    return _("%(who)s, %(ago)s") % {"who": _name(request, change), "ago": age}


def _why(request: StaffRequest, changes: list[Change]) -> str:
    names = ", ".join(dict.fromkeys(_name(request, one) for one in changes))
    words = _(
        "Saved meanwhile by: %(names)s. Nothing of yours is lost. Choose below what counts for each field that differs,"
        " then save."
    )
    return words % {"names": names}


def _saved(request: StaffRequest, case: Case, form: PersonForm) -> HttpResponse:
    line = acts_on_person.change(request.actor, case, values=form.values(), seen=case.person.version)
    if line is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, _("The person is saved."), extra_tags=reverse("undo_person", args=[case.pk, line]))
    return redirect("case", case.pk)


def _show(request: StaffRequest, case: Case, form: PersonForm, status: int = 200) -> HttpResponse:
    """The form shows the whole A-number, so whoever opens it has seen it."""
    locked = acts_on_person.is_locked(case.person)
    if case.person.a_number and not locked:
        acts.note_look(request.actor, case, acts_on_person.REVEALED, ("a_number",))
    context = page.header(request, case) | {"form": form, "locked": locked}
    return render(request, "desk/case/person.html", context, status=status)


@posted
def undo_person(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    """Takes one change back; from the stream of what was done one comes back there."""
    with refusals_said(request):
        acts_on_person.undo(request.actor, case, line_id=line)
        messages.success(request, _("Undone: the person stands as before that change."))
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case", case.pk)


@posted
def reveal_a_number(request: StaffRequest, case: Case) -> HttpResponse:
    """Shows the number once; nothing keeps it shown."""
    acts.may(request.actor, acts_on_person.REVEALED, case)
    acts.note_look(request.actor, case, acts_on_person.REVEALED, ("a_number",))
    number = case.person.a_number
    revealed = number if isinstance(number, Locked) else rules.spaced(number)
    if getattr(request, "htmx", False):
        return render(request, "parts/a_number.html", {"revealed": revealed})
    return page.show(request, case, revealed=revealed)
