"""Days on which courts are closed beside weekends and federal holidays, as the organization knows them."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.desk.deadlines.views import LOOK
from casework.directory.models import Court
from casework.docket import reviews
from casework.docket.models import ClosedDay
from casework.look.forms import DateInput

ENTER = "closed_day.entered"


class ClosedDayForm(forms.Form):
    """Which court, which day, why, and from whom it is known."""

    court = forms.ModelChoiceField(
        label=gettext_lazy("Court"), queryset=Court.objects.none(), empty_label=gettext_lazy("Choose a court")
    )
    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=200)
    known_from = forms.CharField(
        label=gettext_lazy("Known from"),
        max_length=200,
        help_text=gettext_lazy("A notice, a page or a call, of which day."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["court"].queryset = Court.objects.sitting().order_by("name", "key")  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def closed_days(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, ENTER if request.method == "POST" else LOOK)
    form = ClosedDayForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            reviews.enter_closed_day(request.actor, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The day is entered. No date moves by it: pages warn."))
            return redirect("closed_days")
    context = {
        "form": form, "rows": reviews.closed_days(request.actor), "may_enter": acts.allowed(request.actor, ENTER),
    }  # fmt: skip
    return render(request, "desk/deadlines/closed.html", context)


@posted("closed_days")
def withdraw_closed_day(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    acts.may(request.actor, "closed_day.withdrawn")
    row = open_one(request.actor, ClosedDay.objects, pk)
    if not row.withdrawn:
        try:
            reviews.withdraw_closed_day(request.actor, row)
            messages.success(request, _("The day is taken off the list."))
        except ChangedMeanwhile:
            messages.info(request, _("Somebody saved this in the same moment. Try again."))
    return redirect("closed_days")
