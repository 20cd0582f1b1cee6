"""Errors in the directory: reporting one, the organization's reports, settling one."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.desk.directory import places
from casework.directory import actions
from casework.directory.models import ErrorReport

MOST = 100
REPORT, SETTLE = "directory_error.reported", "directory_error.resolved"


def _words(label: Any, help_text: Any = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=actions.MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ReportForm(forms.Form):
    """What is wrong is enough."""

    wrong = _words(gettext_lazy("What is wrong"), gettext_lazy("Write nothing about a person here."), required=True)
    right = _words(gettext_lazy("What is right"), gettext_lazy("If you know it."))
    how_known = _words(gettext_lazy("How you know"), gettext_lazy("A call, a letter, a page with its address."))


class AnswerForm(forms.Form):
    """What came of a report."""

    answer = _words(gettext_lazy("What came of it"), gettext_lazy("Whoever reported it reads this."), required=True)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: StaffRequest, kind: str, key: str) -> HttpResponse:
    acts.may(request.actor, REPORT)
    place = places.place_of(kind, key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.report(request.actor, place, **form.cleaned_data)
        messages.success(request, _("The report is sent to those who keep the directory."))
        return redirect("facility" if kind == "facilities" else "court", key)
    return render(request, "desk/directory/report.html", {"place": place, "kind": kind, "form": form})


@require_safe
def directory_reports(request: StaffRequest) -> HttpResponse:
    """All reports of the organization, those that wait first."""
    places.members_only(request.actor)
    rows = ErrorReport.objects.visible_to(request.actor).select_related("facility", "court")
    found = list(rows.order_by("resolved_at", "-reported_at")[:MOST])
    waiting, settled = [one for one in found if not one.resolved_at], [one for one in found if one.resolved_at]
    page = {
        "waiting": sorted(waiting, key=lambda one: one.reported_at, reverse=True),
        "settled": sorted(settled, key=lambda one: one.resolved_at, reverse=True),
        "may_settle": acts.allowed(request.actor, SETTLE),
    }
    return render(request, "desk/directory/reports.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, SETTLE)
    row = ErrorReport.objects.visible_to(request.actor).select_related("facility", "court").filter(pk=pk).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.resolve(request.actor, row, answer=form.cleaned_data["answer"])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The report is settled."))
        return redirect("directory_reports")
    return render(request, "desk/directory/settle.html", {"report": row, "form": form})
