"""Choosing reminders, and seeing that they come."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.desk.reminders.forms import ReminderForm
from casework.docket import reminder_choices, reminder_health


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: StaffRequest) -> HttpResponse:
    """One's own."""
    acts.may(request.actor, "reminders.chosen")
    now = reminder_choices.of_member(request.actor)
    form = ReminderForm(now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reminder_choices.choose(request.actor, **form.cleaned_data)
        messages.success(request, _("Your reminders are saved, and count at once."))
        return redirect("reminders")
    return render(request, "desk/reminders/reminders.html", {"form": form, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
def reminder_health_page(request: StaffRequest) -> HttpResponse:
    """What was due in the last week and what became of it; and what counts for those who chose nothing."""
    acts.may(request.actor, "reminders.viewed")
    form = ReminderForm(
        reminder_choices.of_organization(request.actor), request.POST if request.method == "POST" else None
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        reminder_choices.set_for_all(request.actor, **form.cleaned_data)
        messages.success(request, _("Saved for everybody who chose nothing."))
        return redirect("reminder_health")
    if request.membership is not None:
        acts.note_look(request.actor, request.membership.organization, "reminders.viewed")
    health = reminder_health.of(request.actor, timezone.now())
    return render(request, "desk/reminders/health.html", {"form": form, "health": health, "may_change": True})
