"""Importing, taking back, dropping."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts, verbs
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.intake import actions
from casework.intake.models import Import, Sheet, State

MOST = 50  # rows that are named, of those that stand in the way


@posted("import", "pk")
def start_import(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    made: Import = open_one(request.actor, Import.objects, pk)
    acts.may(request.actor, "import.started", made)
    sheet: Sheet | None = Sheet.objects.visible_to(request.actor).filter(import_of=made).first()
    if sheet is not None:
        try:
            actions.start(request.actor, made, sheet=sheet)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ChangedMeanwhile:  # started a moment ago: its page says how far it has come
            pass
    return redirect("import", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_import(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Says what would go and what stands in the way; then leaves it to the worker."""
    made: Import = open_one(request.actor, Import.objects, pk)
    acts.may(request.actor, "import.undo_asked", made)
    if made.state != State.DONE:
        return redirect("import", pk)
    if request.method == "POST":
        try:
            actions.ask_undo(request.actor, made)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        except ChangedMeanwhile:
            pass
        return redirect("import", pk)
    found = actions.touched(made)
    seen = Case.objects.visible_to(request.actor).filter(pk__in=[one[1] for one in found[:MOST]])
    there = set(seen.values_list("pk", flat=True))
    rows = [
        (number, pk, verbs.says(verb) if verb else _("Something was done"), at)
        if pk in there
        else (number, None, _("Something was done"), None)
        for number, pk, verb, at in found[:MOST]
    ]
    context = {"made": made, "rows": rows, "more": len(found) - len(rows), "many": len(found)}
    return render(request, "desk/imports/undo.html", context)


@posted("import", "pk")
def drop_import(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    made: Import = open_one(request.actor, Import.objects, pk)
    acts.may(request.actor, "import.dropped", made)
    try:
        actions.drop(request.actor, made)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("import", pk)
    except ChangedMeanwhile:
        return redirect("import", pk)
    messages.success(request, _("The spreadsheet is dropped. Nothing of it is kept."))
    return redirect("imports")
