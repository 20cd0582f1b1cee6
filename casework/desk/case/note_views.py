"""The notes of a case: reading, writing, correcting, pinning."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases import actions, reach
from casework.cases.actions.notes import is_own
from casework.cases.models import Case, Note
from casework.cases.pages import page as page_of
from casework.desk.case import conflicts, page
from casework.desk.case.forms import NoteForm
from casework.desk.case.views import posted
from casework.desk.case.work_forms import ChangeNoteForm

SIZE = 25
WRITE = "write"  # in the address of whoever comes to write one


@require_http_methods(["GET", "HEAD", "POST"])
def case_notes(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """All notes that the reader may read, the pinned ones first; and the form for one more."""
    case: Case = open_one(request.actor, Case.objects, pk)
    highest = reach.of(request.actor).writes_up_to(case)
    if request.method != "POST":
        form = NoteForm(highest) if acts.allowed(request.actor, "note.written", case) else None
        if form and WRITE in request.GET:
            form.fields["text"].widget.attrs["autofocus"] = True
        return _show(request, case, form)
    acts.may(request.actor, "note.written", case)
    form = NoteForm(highest, request.POST)
    if not form.is_valid():
        return _show(request, case, form)
    actions.write_note(request.actor, case, **form.cleaned_data)
    messages.success(request, _("The note is saved."))
    return redirect("case_notes", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def change_note(request: StaffRequest, pk: uuid.UUID, note: uuid.UUID) -> HttpResponse:
    """The form for one's own note; when it was saved in another window meanwhile, 409 and a choice."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "note.changed", case)
    row = _note(case, note)
    if not is_own(request.actor, case, row):
        raise PermissionDenied("somebody else's note")
    highest = reach.of(request.actor).writes_up_to(case)

    def show(form: ChangeNoteForm, status: int = 200) -> HttpResponse:
        context = page.header(request, case) | {"form": form, "note": row}
        return render(request, "desk/case/change_note.html", context, status=status)

    def keep(now: Note, form: ChangeNoteForm) -> HttpResponse:
        if actions.change_note(request.actor, case, note=now, values=form.values(), seen=now.version) is None:
            messages.info(request, _("Nothing was different."))
        else:
            messages.success(request, _("The note is saved. What it said before stays in the case's activity."))
        return redirect("case_notes", pk)

    if request.method != "POST":
        return show(ChangeNoteForm(row, highest))
    rows = iter([row])
    answer = conflicts.saved(
        request, case, lambda: next(rows, None) or _note(case, note),
        lambda now: ChangeNoteForm(now, highest, request.POST), keep=keep, show=show,
    )  # fmt: skip
    return answer or redirect("case_notes", pk)


@posted
def pin_note(request: StaffRequest, case: Case, note: uuid.UUID) -> HttpResponse:
    """Pins a note, or lets it go (`pinned` empty)."""
    acts.may(request.actor, "note.pinned", case)
    pinned = bool(request.POST.get("pinned"))
    with refusals_said(request):
        actions.pin_note(request.actor, case, note=_note(case, note), pinned=pinned)
        messages.success(request, _("Pinned above the other notes.") if pinned else _("Not pinned any more."))
    return redirect("case_notes", case.pk)


def _note(case: Case, pk: uuid.UUID) -> Note:
    """The note as it stands. Raises Http404 for one that the reader may not know of."""
    found: Note | None = case.notes.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _show(request: StaffRequest, case: Case, form: NoteForm | None) -> HttpResponse:
    found = page_of(case.notes.filter(pinned_at=None), request.GET, by="written_at", size=SIZE)
    pinned = [] if request.GET.keys() - {WRITE} else list(case.notes.exclude(pinned_at=None).order_by("-pinned_at"))
    context = page.header(request, case) | {
        "pinned": page.written(request, case, pinned),
        "notes": page.written(request, case, found.rows),
        "pages": found,
        "note_form": form,
        "form": form if form and form.is_bound else None,
    }
    return render(request, "desk/case/notes.html", context)
