"""Merging the person of a case with another one who is the same human being, and undoing it."""

import uuid
from functools import partial
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts, verbs
from casework.access.changes import is_locked
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.access.versions import ChangedMeanwhile
from casework.cases import merging
from casework.cases import person as acts_on_person
from casework.cases.models import Case
from casework.custody.merging import overlapping
from casework.desk.case import merge_page, page
from casework.desk.case.merge_form import MergeForm, WhichForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import errors_to
from casework.people.models import Person


@require_http_methods(["GET", "HEAD", "POST"])
def merge_with(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Whom the person of the case may be, too; or the other case, by what is typed, which stands in no address."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, merging.MERGED, case)
    form = WhichForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found = merging.called(request.actor, case.whose, form.cleaned_data["which"])
        if found is not None:
            return redirect("merge_person", pk, found.pk)
        form.add_error("which", _("No other person whom you can see here has this reference or A-number."))
    alike = merge_page.alike(request.actor, case)
    acts.note_list(request.actor, "person.listed", [one.person for one in alike])
    context = page.header(request, case) | {"form": form, "alike": alike}
    return render(request, "desk/case/merge/which.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_person(request: StaffRequest, pk: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """Both files side by side, with the question whose value counts; then the merge."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, merging.MERGED, case)
    them = _other(request, case, other)
    acts.note_look(request.actor, them, merging.COMPARED)
    try:
        survivor, loser = merging.pair(case.whose, them)
        merging.must_see_whole(survivor, loser)
        form = _form(request, case, them, survivor, loser)
    except ValidationError as error:
        return _show(request, case, them, refused=error.messages[0])
    if not form.is_valid():
        return _show(request, case, them, form=form)
    if not form.is_current:
        return _changed(request, case, them, form)
    try:
        line = merging.merge(
            request.actor, case, survivor=survivor, loser=loser, taken=form.taken(loser), keeps=form.keeps
        )
    except ValidationError as error:
        errors_to(form, error)
        return _show(request, case, them, form=form)
    except ChangedMeanwhile:
        return _changed(request, case, them, form)
    undo = reverse("undo_merge", args=[case.pk, line])
    messages.success(request, _("The two files are merged."), extra_tags=undo)
    return redirect("case_people", case.pk)


@posted
def undo_merge(request: StaffRequest, case: Case, line: uuid.UUID) -> HttpResponse:
    """Puts two files apart again; from the stream of what was done one comes back there."""
    with refusals_said(request):
        kept = merging.part(request.actor, case, line_id=line)
        messages.success(request, _("Undone: the two files stand as before the merge."))
        if kept:
            names = ", ".join(verbs.field(name) for name in kept)
            messages.info(request, _("Changed since the merge, and left so: %(names)s.") % {"names": names})
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case_people", case.pk)


def _other(request: StaffRequest, case: Case, pk: uuid.UUID) -> Person:
    """The other file, as a survivor where it was merged. Raises Http404."""
    ours = Person.objects.visible_to(request.actor).filter(organization_id=case.organization_id)
    found: Person | None = ours.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found.survivor


def _form(request: StaffRequest, case: Case, them: Person, survivor: Person, loser: Person) -> MergeForm:
    """Raises ValidationError where something of either does not open."""
    if is_locked(survivor) or is_locked(loser):
        raise ValidationError(_("Something of one of them does not open."), code="locked")
    words = partial(merge_page.stays_in_words, request.actor)
    stays = overlapping(request.actor, survivor, loser)
    return MergeForm(case.whose, them, stays, words, request.POST if request.method == "POST" else None)


def _changed(request: StaffRequest, case: Case, them: Person, form: MergeForm) -> HttpResponse:
    """What stands now, with what was chosen, for whoever comes second."""
    data: Any = form.data
    data = data.copy()
    data |= {"version": str(form.mine.version), "other_version": str(form.other.version)}
    form.data = data
    form.add_error(None, _("Somebody changed one of the two files meanwhile. Compare them again, then merge."))
    return _show(request, case, them, form=form, status=HTTPStatus.CONFLICT)


def _show(request: StaffRequest, case: Case, them: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    form = more.get("form")
    if form is not None and "a_number" in form.asks:  # the choice shows both whole
        for row in (case, them):
            acts.note_look(request.actor, row, acts_on_person.REVEALED, ("a_number",))
    context = page.header(request, case) | {"rows": []} | more
    context["goes_on_here"] = them.merged_into_id is None or case.whose.merged_into_id is not None
    if case.whose.pk != them.pk:
        context["rows"] = merge_page.rows(request.actor, case.whose, them)
    return render(request, "desk/case/merge/compare.html", context, status=status)
