"""What an organization asks: its administrators switch sections and questions on and off."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.requests import StaffRequest, posted
from casework.access.versions import ChangedMeanwhile
from casework.intake import words
from casework.intake.actions import choice_of, choose, undo_choice
from casework.intake.actions.choices import CHOSEN
from casework.intake.questions import lists

MEANWHILE = gettext_lazy(
    "Somebody else saved the questions meanwhile. This is how they stand; nothing of yours was saved."
)


@require_http_methods(["GET", "HEAD", "POST"])
def intake_settings(request: StaffRequest) -> HttpResponse:
    acts.may(request.actor, CHOSEN)
    if request.method == "POST":
        return _saved(request)
    row, questions = choice_of(request.actor), lists.intake()
    sections = [_section(one, set(row.off), questions.always_asked) for one in questions.sections]
    context = {"sections": sections, "version": row.version, "may_change": True}
    return render(request, "desk/intake/settings.html", context)


@posted("intake_settings")
def undo_intake_settings(request: StaffRequest, line: uuid.UUID) -> HttpResponse:
    try:
        undo_choice(request.actor, line_id=line)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Undone: the questions stand as before that change."))
    return redirect("intake_settings")


def _saved(request: StaffRequest) -> HttpResponse:
    questions, on = lists.intake(), set(request.POST.getlist("on"))
    keys = [*(one.key for one in questions.sections), *(one.key for one in questions)]
    off = [key for key in keys if key not in on and key not in questions.always_asked]
    seen = request.POST.get("version", "")
    try:
        line = choose(request.actor, off, seen=int(seen) if seen.isascii() and seen.isdigit() else -1)
    except ChangedMeanwhile:
        messages.info(request, MEANWHILE)
    else:
        undo = reverse("undo_intake_settings", args=[line]) if line else ""
        messages.success(
            request, _("The questions are saved.") if line else _("Nothing was different."), extra_tags=undo
        )
    return redirect("intake_settings")


def _section(section: Any, off: set[str], always: frozenset[str]) -> dict[str, Any]:
    questions = [
        {
            "key": one.key, "label": words.text(one.label), "always": one.key in always,
            "on": one.key not in off or one.key in always,
        }
        for one in section.questions
    ]  # fmt: skip
    return {
        "key": section.key, "title": words.text(section.title), "on": section.key not in off, "questions": questions,
        "off": sum(not one["on"] for one in questions),
    }  # fmt: skip
