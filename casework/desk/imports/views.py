"""The imports of the organization, bringing another one, and the page of one."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts, lock
from casework.access.doors import open_one
from casework.access.models import Colleague
from casework.access.requests import StaffRequest, sent_too_much
from casework.cases.pages import page as paged
from casework.desk.imports import page, words
from casework.desk.imports.forms import UploadForm
from casework.intake import actions, columns, progress, sheets
from casework.intake.models import KEPT_DAYS, Import, Sheet, State
from casework.look.sheet import download

UPLOAD = "import.uploaded"
SIZE = 20
SECONDS = 3  # between two looks at one that is under way
UNDER_WAY = (State.CHECKING, State.RUNNING, State.UNDOING)


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, UPLOAD)
    form = UploadForm()
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        made = _uploaded(request, form)
        if made is not None:
            return redirect("import_columns", made.pk)
    found = paged(Import.objects.visible_to(request.actor), request.GET, by="made_at", size=SIZE)
    acts.note_list(request.actor, "import.viewed", found.rows)
    known = Colleague.objects.filter(pk__in={one.made_by_id for one in found.rows})
    names = dict(known.values_list("pk", "name")) if found.rows else {}
    rows = [(one, names.get(one.made_by_id, ""), one.made_by_id == request.actor.membership_id) for one in found.rows]
    return render(request, "desk/imports/imports.html", {"form": form, "rows": rows, "page": found})


def _uploaded(request: StaffRequest, form: UploadForm) -> Import | None:
    if sent_too_much(request, sheets.MOST_BYTES):
        form.errors.clear()
        form.add_error("file", words.unreadable(sheets.Unreadable("bytes", most=sheets.MOST_BYTES // 1024 // 1024)))
    if not form.is_valid():
        return None
    file = form.cleaned_data["file"]
    try:
        made: Import = actions.upload(request.actor, content=file.read(), file_name=str(file.name))
    except sheets.Unreadable as error:
        form.add_error("file", words.unreadable(error))
        return None
    return made


@require_safe
def import_template(request: StaffRequest) -> HttpResponse:
    """A spreadsheet to begin with: headers that are known, and one row as an example, which is left out."""
    acts.may(request.actor, UPLOAD)
    return download(columns.template(), "casework-import.csv")


@require_safe
def one_import(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """An import as it stands: what is wrong with it, how far it has come, what became of it.

    While it is under way the page asks again by the clock: that is no use of the session, and no look.
    """
    if lock.AGAIN in request.GET:
        under_way = Import.objects.visible_to(request.actor).filter(pk=pk, state__in=UNDER_WAY).first()
        return _under_way(request, under_way) if under_way else redirect("import", pk)
    made: Import = open_one(request.actor, Import.objects, pk)
    mine = made.made_by_id == request.actor.membership_id
    context: dict[str, Any] = {"made": made, "mine": mine, "state": made.state, "kept_days": KEPT_DAYS}
    if made.state == State.DRAFT:
        return _draft(request, made, context)
    if made.state in UNDER_WAY:
        return _under_way(request, made)
    name = Colleague.objects.filter(pk=made.made_by_id).values_list("name", flat=True).first()
    return render(request, "desk/imports/done.html", context | {"facts": page.written(made), "name": name or ""})


def _under_way(request: StaffRequest, made: Import) -> HttpResponse:
    context = {"made": made, "state": made.state, "so_far": min(progress.of(made.pk), made.rows)}
    response = render(request, "desk/imports/running.html", context)
    response["Refresh"] = f"{SECONDS}; url=?{lock.AGAIN}=1"
    return response


def _draft(request: StaffRequest, made: Import, context: dict[str, Any]) -> HttpResponse:
    sheet: Sheet = Sheet.objects.visible_to(request.actor).get(import_of=made)
    if not sheet.report:
        return redirect("import_columns", made.pk)
    found = page.findings(request, request.actor, sheet, actions.rows_of(request.actor, sheet))
    if made.stopped:
        messages.error(request, words.stopped(made.stopped))
    counts = sheet.report["counts"]
    context |= {
        "sheet": sheet, "counts": counts, "facts": page.facts(counts), "found": found, "ready": sheet.report["ready"],
        "more": sheet.report["found"] - len(sheet.report["findings"]), "read_as": words.read_as(sheet.read_as),
        "at": request.GET.get("page", ""),
    }  # fmt: skip
    return render(request, "desk/imports/check.html", context)
