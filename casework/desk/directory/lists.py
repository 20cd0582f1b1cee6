"""The lists of facilities and of courts: found by name, state and status, a page at a time."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.access.requests import StaffRequest
from casework.desk.directory.places import members_only
from casework.directory.models import Court, CourtStatus, Facility, FacilityStatus

SIZE = 50
IN_USE, ALL = "", "all"


class Filter(forms.Form):
    """Every filter may stay empty. What an address asks wrongly counts as not asked."""

    q = forms.CharField(
        label=_("Name, town or code"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    state = forms.ChoiceField(label=_("State"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=1000, widget=forms.HiddenInput)
    use_required_attribute = False

    def __init__(self, data: Any, rows: Any, statuses: list[tuple[str, Any]]) -> None:
        super().__init__(data)
        state, status = self.fields["state"], self.fields["status"]
        assert isinstance(state, forms.ChoiceField) and isinstance(status, forms.ChoiceField)  # noqa: S101, PT018
        states = rows.order_by("state").values_list("state", flat=True).distinct()
        state.choices = [("", _("All states")), *((one, one) for one in states)]
        status.choices = statuses
        self.is_valid()
        for field in self.fields.values():
            field.required = True  # every filter may stay empty, and nobody needs to be told of each

    def asked(self, name: str) -> Any:
        """What is asked for; empty where nothing, or nothing that makes sense, is."""
        return self.cleaned_data.get(name) or ""

    def page_at(self, number: int) -> str:
        """The query string of another page of the same list."""
        kept = {name: self.asked(name) for name in ("q", "state", "status") if self.asked(name)}
        return f"?{urlencode(kept | {'page': number})}"


@require_safe
def facilities(request: StaffRequest) -> HttpResponse:
    members_only(request.actor)
    statuses = [(IN_USE, _("In use")), *FacilityStatus.choices, (ALL, _("All, historic ones too"))]
    form = Filter(request.GET, Facility.objects.all(), statuses)
    status, rows = form.asked("status"), Facility.objects.all()
    if status != ALL:
        rows = rows.filter(status=status) if status else rows.in_use()
    return render(request, "desk/directory/facilities.html", _page(form, rows) | {"page": "facility"})


@require_safe
def courts(request: StaffRequest) -> HttpResponse:
    members_only(request.actor)
    statuses = [(IN_USE, _("Open or closing")), *CourtStatus.choices, (ALL, _("All, closed ones too"))]
    form = Filter(request.GET, Court.objects.all(), statuses)
    status, rows = form.asked("status"), Court.objects.all()
    if status != ALL:
        rows = rows.filter(status=status) if status else rows.sitting()
    return render(request, "desk/directory/courts.html", _page(form, rows) | {"page": "court"})


def _page(form: Filter, rows: Any) -> dict[str, Any]:
    """One page of what is asked for. With words that stand nowhere, what is spelled nearly so."""
    words, number = form.asked("q"), form.asked("page") or 1
    if form.asked("state"):
        rows = rows.filter(state=form.asked("state"))
    first = (number - 1) * SIZE
    found = list(rows.called(words).order_by("name", "key")[first : first + SIZE + 1])
    nearly = bool(words) and not found and number == 1
    if nearly:
        found = list(rows.nearly_called(words).order_by("name", "key")[: SIZE + 1])
    return {
        "form": form,
        "rows": found[:SIZE],
        "nearly": nearly and bool(found),
        "before": form.page_at(number - 1) if number > 1 else "",
        "after": form.page_at(number + 1) if len(found) > SIZE and not nearly else "",
    }
