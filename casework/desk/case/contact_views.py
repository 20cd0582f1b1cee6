"""Contacts and adverse parties of a case's person: adding, changing, taking off, taking back, the pass phrase."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.changes import is_locked
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said
from casework.cases.models import Case
from casework.desk.case import conflicts, page, people_page
from casework.desk.case.contact_forms import AdverseForm, ContactForm, PartyForm
from casework.desk.case.views import posted
from casework.people import contacts
from casework.people.models import AdverseParty, Contact


@dataclass(frozen=True)
class Kind:
    """One kind of people around a person: its table, its words, the address that takes a change back."""

    model: Any
    add: Callable[..., Any]
    added: str
    changed: str
    removed: str
    new_title: Any
    change_title: Any
    saved: Any
    url_undo: str

    def form(self, request: StaffRequest, party: Any, data: Any = None) -> PartyForm:
        if self.model is Contact:
            return ContactForm(party, data)
        return AdverseForm(party, request.actor.reach.person_tier(party.person_id), data)

    def empty(self, case: Case) -> Any:
        """A row to fill the form from; it is not saved. A new contact comes last."""
        row = self.model(person_id=case.person_id, organization_id=case.organization_id, version=0)
        if self.model is Contact:
            row.position = case.person.rows(Contact).filter(removed_at=None).count() + 1
        return row


CONTACT = Kind(
    Contact, contacts.add, "contact.added", "contact.changed", "contact.removed", gettext_lazy("Add a contact"),
    gettext_lazy("Change a contact"), gettext_lazy("The contact is saved."), "undo_contact",
)  # fmt: skip
ADVERSE = Kind(
    AdverseParty, contacts.add_adverse, "adverse.added", "adverse.changed", "adverse.removed",
    gettext_lazy("Add an adverse party"), gettext_lazy("Change an adverse party"),
    gettext_lazy("The adverse party is saved."), "undo_adverse",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return _new(request, pk, CONTACT)


@require_http_methods(["GET", "HEAD", "POST"])
def new_adverse(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    return _new(request, pk, ADVERSE)


@require_http_methods(["GET", "HEAD", "POST"])
def change_contact(request: StaffRequest, pk: uuid.UUID, party: uuid.UUID) -> HttpResponse:
    return _change(request, pk, party, CONTACT)


@require_http_methods(["GET", "HEAD", "POST"])
def change_adverse(request: StaffRequest, pk: uuid.UUID, party: uuid.UUID) -> HttpResponse:
    return _change(request, pk, party, ADVERSE)


@posted
def remove_contact(request: StaffRequest, case: Case, party: uuid.UUID) -> HttpResponse:
    return _remove(request, case, party, CONTACT)


@posted
def remove_adverse(request: StaffRequest, case: Case, party: uuid.UUID) -> HttpResponse:
    return _remove(request, case, party, ADVERSE)


@posted
def undo_contact(request: StaffRequest, case: Case, party: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    return _undo(request, case, party, line, CONTACT)


@posted
def undo_adverse(request: StaffRequest, case: Case, party: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    return _undo(request, case, party, line, ADVERSE)


@posted
def reveal_pass_phrase(request: StaffRequest, case: Case, party: uuid.UUID) -> HttpResponse:
    """Shows the phrase once; nothing keeps it shown."""
    acts.may(request.actor, contacts.REVEALED, case)
    found = _party(request, case, party, Contact)
    acts.note_look(request.actor, found, contacts.REVEALED, ("pass_phrase",))
    if getattr(request, "htmx", False):
        return render(request, "desk/case/people/phrase.html", {"phrase": found.pass_phrase})
    return people_page.show(request, case, revealed=found.pk)


def _party(request: StaffRequest, case: Case, pk: uuid.UUID, model: Any) -> Any:
    """The row, of this case's person. Raises Http404."""
    found = model.objects.visible_to(request.actor).filter(pk=pk, person_id__in=case.person.files).first()
    if found is None:
        raise Http404
    return found


def _new(request: StaffRequest, pk: uuid.UUID, kind: Kind) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, kind.added, case)
    form = kind.form(request, kind.empty(case), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kind.add(request.actor, case.person, values={name: form.cleaned_data[name] for name in form.names})
        messages.success(request, kind.saved)
        return redirect("case_people", pk)
    return _show(request, case, form, kind.new_title)


def _change(request: StaffRequest, pk: uuid.UUID, party: uuid.UUID, kind: Kind) -> HttpResponse:
    """The form; when somebody else saved meanwhile, 409 and a choice for each field that differs."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, kind.changed, case)
    row = _party(request, case, party, kind.model)

    def show(form: PartyForm, status: int = 200) -> HttpResponse:
        return _show(request, case, form, kind.change_title, status=status)

    def keep(now: Any, form: PartyForm) -> HttpResponse:
        line = contacts.change(request.actor, now, values=form.values(), seen=now.version)
        return _saved(request, case, now, line, kind)

    if request.method != "POST" or is_locked(row):
        return show(kind.form(request, row))
    rows = iter([row])
    answer = conflicts.saved(
        request, case, lambda: next(rows, None) or _party(request, case, party, kind.model),
        lambda now: kind.form(request, now, request.POST), keep=keep, show=show,
    )  # fmt: skip
    return answer or redirect("case_people", pk)


def _saved(request: StaffRequest, case: Case, row: Any, line: uuid.UUID | None, kind: Kind) -> HttpResponse:
    if line is None:
        messages.info(request, _("Nothing was different."))
    else:
        messages.success(request, kind.saved, extra_tags=reverse(kind.url_undo, args=[case.pk, row.pk, line]))
    return redirect("case_people", case.pk)


def _show(request: StaffRequest, case: Case, form: PartyForm, title: Any, *, status: int = 200) -> HttpResponse:
    """The form shows the pass phrase, so whoever opens it has seen it."""
    party, locked = form.party, is_locked(form.party)
    if isinstance(party, Contact) and party.pass_phrase and not locked:
        acts.note_look(request.actor, party, contacts.REVEALED, ("pass_phrase",))
    context = page.header(request, case) | {"form": form, "title": title, "locked": locked}
    return render(request, "desk/case/people/party.html", context, status=status)


def _remove(request: StaffRequest, case: Case, party: uuid.UUID, kind: Kind) -> HttpResponse:
    acts.may(request.actor, kind.removed, case)
    row = _party(request, case, party, kind.model)
    with refusals_said(request):
        line = contacts.remove(request.actor, row)
        words = _("%(name)s is off the list.") % {"name": row.name}
        messages.success(request, words, extra_tags=reverse(kind.url_undo, args=[case.pk, row.pk, line]))
    return redirect("case_people", case.pk)


def _undo(request: StaffRequest, case: Case, party: uuid.UUID, line: uuid.UUID, kind: Kind) -> HttpResponse:
    acts.may(request.actor, kind.changed, case)
    row = _party(request, case, party, kind.model)
    with refusals_said(request):
        contacts.undo(request.actor, row, line_id=line)
        messages.success(request, _("Undone: it stands as before that change."))
    return redirect("case_activity" if request.POST.get("from") == "activity" else "case_people", case.pk)
