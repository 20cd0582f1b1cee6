"""The documents of a case: the list, bringing files, one document with its versions."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, refusals_said, sent_too_much
from casework.cases import reach
from casework.cases.models import Case
from casework.desk.case import conflicts, document_page
from casework.desk.case.document_forms import ChangeDocumentForm, FilesForm, UploadForm
from casework.desk.case.document_page import header
from casework.desk.case.views import posted
from casework.documents import actions, again, looks, rules
from casework.documents.actions import Brought
from casework.documents.checking import Patience, check
from casework.documents.looks import Listed
from casework.documents.models import Document, File, FileState
from casework.look.versions import VersionedForm

LIST, PAGE, CHANGE = "desk/case/documents.html", "desk/case/document.html", "desk/case/document_change.html"


@require_http_methods(["GET", "HEAD", "POST"])
def case_documents(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """All documents that the reader may read; and the form for more."""
    case: Case = open_one(request.actor, Case.objects, pk)
    highest = reach.of(request.actor).writes_up_to(case)
    if request.method == "POST":
        acts.may(request.actor, "document.added", case)
        form = UploadForm(highest, request.POST, request.FILES, too_much=sent_too_much(request, rules.MOST_BYTES))
        if form.is_valid() and _brought(request, case, form):
            return redirect("case_documents", pk)
    else:
        form = UploadForm(highest)
    context = header(request, case) | document_page.lists(request.actor, case)
    return render(request, LIST, context | {"upload": form, "form": form if form.is_bound else None})


def _brought(request: StaffRequest, case: Case, form: UploadForm) -> bool:
    """Checks and keeps each file by itself; whether all went its way. What was wrong with one is said on the page."""
    patience, found, same = Patience(), [], 0
    given = form.cleaned_data
    for file, source in form.given():
        content = file.read()
        if looks.same(request.actor, case, content):
            same += 1
            continue
        checked = check(content, str(file.name), patience.for_one())
        brought = Brought(content, str(file.name), checked, source)
        title = given["name"] if len(form.given()) == 1 else ""
        try:
            kept = actions.add(
                request.actor, case, brought=brought, kind=given["kind"], tier=given["tier"], title=title
            )
        except ValidationError as error:
            form.add_error("tier" if hasattr(error, "error_dict") else "chosen", error.messages)
            break
        found.append(kept)
    _say(request, found, same)
    return not form.errors


def _say(request: StaffRequest, found: list[File], same: int) -> None:
    states = [one.state for one in found]
    for state, level, words in (
        (FileState.CLEAN, messages.success, ngettext(
            "%(number)s document was added.", "%(number)s documents were added.", states.count(FileState.CLEAN))),
        (FileState.QUARANTINED, messages.info, ngettext(
            "%(number)s file is still being checked, and cannot be opened yet.",
            "%(number)s files are still being checked, and cannot be opened yet.",
            states.count(FileState.QUARANTINED))),
        (FileState.REFUSED, messages.error, ngettext(
            "%(number)s file was not kept. This page says why.",
            "%(number)s files were not kept. This page says why.", states.count(FileState.REFUSED))),
    ):  # fmt: skip
        if state in states:
            level(request, words % {"number": states.count(state)})
    if same:
        words = ngettext(
            "%(number)s file is on this case already, and was not added again.",
            "%(number)s files are on this case already, and were not added again.", same,
        )  # fmt: skip
        messages.info(request, words % {"number": same})


@require_safe
def document(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    case, listed = _opened(request, pk, document, "document.viewed")
    acts.note_look(request.actor, listed.document, "document.viewed")
    return _show(request, case, listed, FilesForm())


def _show(request: StaffRequest, case: Case, listed: Listed, form: FilesForm) -> HttpResponse:
    asked = request.GET.get("version", "")
    current = next((one for one in listed.files if one.is_clean and str(one.number) == asked), listed.current)
    number = document_page.shown_page(request.GET.get("page", ""), current) if current else 1
    context = header(request, case) | {
        "row": document_page.row(listed), "document": listed.document,
        "versions": [document_page.version(one) for one in listed.files],
        "shown": document_page.version(current) if current else None, "number": number,
        "newer": number - 1, "older": number + 1 if current and number < current.pages else 0,
        "files": form, "form": form if form.is_bound else None,
    }  # fmt: skip
    return render(request, PAGE, context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_version(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Another file of a document; whoever comes without one is led to its page."""
    case, listed = _opened(request, pk, document, "document.version_added")
    if request.method != "POST":
        return redirect("document", pk, document)
    form = FilesForm(request.POST, request.FILES, too_much=sent_too_much(request, rules.MOST_BYTES))
    if form.is_valid() and len(form.given()) > 1:
        form.add_error("chosen", _("Choose one file: each is a version of its own."))
    if form.is_valid() and _added(request, case, listed, form):
        return redirect("document", pk, document)
    return _show(request, case, listed, form)


def _added(request: StaffRequest, case: Case, listed: Listed, form: FilesForm) -> bool:
    (file, source), content = form.given()[0], b""
    content = file.read()
    if looks.same(request.actor, case, content):
        _say(request, [], 1)
        return True
    checked = check(content, str(file.name), Patience().for_one())
    brought = Brought(content, str(file.name), checked, source)
    try:
        kept: File = actions.add_version(request.actor, case, document=listed.document, brought=brought)
    except ValidationError as error:
        form.add_error("chosen", error.messages)
        return False
    _say(request, [kept], 0)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def change_document(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID) -> HttpResponse:
    """Name, kind and who may read it; when it was saved in another window meanwhile, 409 and a choice."""
    case, listed = _opened(request, pk, document, "document.changed")
    highest = reach.of(request.actor).writes_up_to(case)
    may_tier = acts.allowed(request.actor, "document.tier_changed", case)

    def make(row: Any, data: Any = None) -> ChangeDocumentForm:
        return ChangeDocumentForm(row, highest, data, may_tier=may_tier)

    def show(form: VersionedForm, status: int = 200) -> HttpResponse:
        context = header(request, case) | {"form": form, "document": listed.document}
        return render(request, CHANGE, context, status=status)

    def keep(row: Document, form: VersionedForm) -> HttpResponse:
        line = actions.change(request.actor, case, document=row, values=form.values(), seen=row.version)
        if line is None:
            messages.info(request, _("Nothing was different."))
        else:
            messages.success(request, _("Saved."), extra_tags=reverse("undo_document", args=[pk, document, line]))
        return redirect("document", pk, document)

    if request.method != "POST":
        return show(make(listed.document))
    rows = iter([listed.document])
    answer = conflicts.saved(
        request, case, lambda: next(rows, None) or _standing(request, case, document).document,
        lambda row: make(row, request.POST), keep=keep, show=show,
    )  # fmt: skip
    return answer or redirect("document", pk, document)


@posted
def withdraw_document(request: StaffRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "document.withdrawn", case)
    with refusals_said(request):
        line = actions.withdraw(request.actor, case, document=_standing(request, case, document).document)
        undo = reverse("undo_document", args=[case.pk, document, line])
        messages.success(request, _("Withdrawn: it stands below the list, and can be put back."), extra_tags=undo)
    return redirect("case_documents", case.pk)


@posted
def restore_document(request: StaffRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "document.restored", case)
    actions.put_back(request.actor, case, document=_standing(request, case, document).document)
    messages.success(request, _("Put back on the list."))
    return redirect("case_documents", case.pk)


@posted
def check_document(request: StaffRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Looks once more at a file in quarantine, with more patience."""
    acts.may(request.actor, "document.checked", case)
    waiting = _standing(request, case, document).waiting
    if waiting is not None:
        again.check(request.actor, waiting)
    return redirect("document", case.pk, document)


@posted
def refuse_document(request: StaffRequest, case: Case, document: uuid.UUID) -> HttpResponse:
    """Does not take what a family sent."""
    acts.may(request.actor, "document.refused", case)
    listed = _standing(request, case, document)
    with refusals_said(request):
        actions.refuse(request.actor, case, document=listed.document, file=listed.files[0])
        messages.success(request, _("Refused, and nothing of it is kept. Tell the family what is missing."))
    return redirect("case_documents", case.pk)


@posted
def undo_document(request: StaffRequest, case: Case, document: uuid.UUID, line: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "document.changed", case)
    with refusals_said(request):
        actions.undo(request.actor, case, document=_standing(request, case, document).document, line_id=line)
        messages.success(request, _("Undone: the document stands as before."))
    if request.POST.get("from") == "activity":
        return redirect("case_activity", case.pk)
    return redirect("case_documents", case.pk)


def _opened(request: StaffRequest, pk: uuid.UUID, document: uuid.UUID, verb: str) -> tuple[Case, Listed]:
    """The case, for somebody who may do this to its documents, and one of them."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, verb, case)
    return case, _standing(request, case, document)


def _standing(request: StaffRequest, case: Case, document: uuid.UUID) -> Listed:
    """The document as it stands. Raises Http404 for one that the reader may not know of."""
    found = looks.one(request.actor, case, document)
    if found is None or not found.files:
        raise Http404
    return found
