"""Saying what the columns are, and correcting cells: both are followed by a check of the whole."""

import re
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.desk.imports import words
from casework.desk.imports.forms import ColumnsForm
from casework.desk.imports.page import CHOICES
from casework.intake import actions, lists
from casework.intake.checking import ASK, SKIP, Setup, kept_findings
from casework.intake.models import Import, Sheet, State
from casework.intake.sheets import MOST_SIGNS, plain

PREPARE = "import.prepared"
CELL, ROW, OUT = re.compile(r"cell-([0-9]{1,6})-([0-9]{1,3})"), re.compile(r"row-([0-9]{1,6})"), "leave_out"


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    made: Import = open_one(request.actor, Import.objects, pk)
    acts.may(request.actor, PREPARE, made)
    if made.state != State.DRAFT:
        return redirect("import", pk)
    sheet: Sheet = Sheet.objects.visible_to(request.actor).get(import_of=made)
    rows, known = actions.rows_of(request.actor, sheet), lists.of(request.actor)
    data = request.POST if request.method == "POST" else None
    form = ColumnsForm(sheet, rows, known, data)
    if data is not None and form.is_valid():
        return _checked(request, made, sheet, form.wanted(), form.cleaned_data["version"])
    context: dict[str, Any] = {
        "made": made, "form": form, "read_as": words.read_as(sheet.read_as), "rows": len(rows), "checked": sheet.report,
    }  # fmt: skip
    return render(request, "desk/imports/columns.html", context)


@posted("import", "pk")
def correct_import(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Takes corrected cells, and what becomes of rows."""
    made: Import = open_one(request.actor, Import.objects, pk)
    acts.may(request.actor, PREPARE, made)
    if made.state != State.DRAFT:
        return redirect("import", pk)
    sheet: Sheet = Sheet.objects.visible_to(request.actor).get(import_of=made)
    setup = Setup.of(sheet.setup)
    _take(request.POST, setup)
    if OUT in request.POST:
        asked = {one.row for one in kept_findings(sheet.report) if one.level == ASK}
        setup.choices |= {str(row): SKIP for row in asked}
    seen = request.POST.get("version", "")
    return _checked(
        request, made, sheet, setup, int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0
    )


def _take(data: QueryDict, setup: Setup) -> None:
    for name, value in data.items():
        text = str(value)
        if (cell := CELL.fullmatch(name)) and int(cell[2]) < len(setup.columns):
            setup.fixes.setdefault(cell[1], {})[cell[2]] = plain(text[:MOST_SIGNS])
        elif (row := ROW.fullmatch(name)) and text in CHOICES:
            setup.choices[row[1]] = text


def _checked(request: StaffRequest, made: Import, sheet: Sheet, setup: Setup, seen: int) -> HttpResponse:
    try:
        actions.prepare(request.actor, made, sheet=sheet, setup=setup, seen=seen)
    except ChangedMeanwhile:
        messages.error(request, _("This page was out of date. Look at what stands now, and do it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    number = request.POST.get("page", "")
    return redirect(
        reverse("import", args=[made.pk]) + (f"?page={number}" if number.isascii() and number.isdigit() else "")
    )
