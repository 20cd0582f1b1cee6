"""Shifts: begun with one click, ended with a note to the next; what others left."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.requests import StaffRequest, posted
from casework.desk.calls.forms import EndForm
from casework.intake import calls, shifts


@posted("calls")
def begin_shift(request: StaffRequest) -> HttpResponse:
    try:
        shifts.begin(request.actor)
    except ValidationError as error:
        messages.info(request, error.messages[0])
    else:
        messages.success(request, _("Your shift has begun."))
    return redirect("calls")


@require_http_methods(["GET", "HEAD", "POST"])
def shifts_page(request: StaffRequest) -> HttpResponse:
    """The end of one's own shift, and the notes of the last ones."""
    acts.may(request.actor, "shift.ended")
    mine = shifts.mine(request.actor)
    form = EndForm(request.POST if request.method == "POST" else None)
    if mine is not None and form.is_valid():
        shifts.end(request.actor, mine, note=form.cleaned_data["note"])
        messages.success(request, _("Your shift is over. Thank you."))
        return redirect("calls")
    found = shifts.recent(request.actor)
    acts.note_list(request.actor, "shift.viewed", found)
    left = shifts.left_open(calls.waiting(request.actor)) if mine else None
    context = {"mine": mine, "form": form, "left": left, "recent": found}
    return render(request, "desk/calls/shifts.html", context)
