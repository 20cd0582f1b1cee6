"""The answers of an intake on paper, as far as whoever prints them sees them, in English or Spanish."""

import uuid
import zoneinfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.languages import OWN_NAMES
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import page
from casework.desk.case.accept_page import is_hidden
from casework.documents import pdf
from casework.intake import words
from casework.intake.answers import Given, answers_of
from casework.intake.questions import lists
from casework.intake.questions.definition import LANGUAGES
from casework.people.rules import shown
from casework.vault.fields import Locked

PRINTED = "intake.printed"


@require_safe
def print_intake(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The paper in the language that was chosen; without one the choice."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, PRINTED, case)
    givens = answers_of(request.actor, case)
    language = request.GET.get("language", "")
    locked = isinstance(case.whose.full_name, Locked)
    if language not in LANGUAGES or locked or not givens:
        names = [(code, OWN_NAMES[code]) for code in LANGUAGES]
        context = {"languages": names, "locked": locked, "empty": not givens}
        return render(request, "desk/case/accept/print.html", page.header(request, case) | context)
    acts.note_look(request.actor, case, PRINTED, ("a_number",))
    answer = HttpResponse(_paper(case, givens, language), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="intake.pdf"'
    return answer


def _paper(case: Case, givens: dict[str, Given], language: str) -> bytes:
    zone = zoneinfo.ZoneInfo(case.organization.time_zone)
    with translation.override(language):
        facts = {
            "name": case.whose.full_name, "number": shown(case.whose.a_number or ""), "reference": case.reference,
            "sections": _sections(givens), "tier": max(one.tier for one in givens.values()),
            "taken": [(one.name, timezone.localtime(one.at, zone)) for one in _first_and_last(givens)],
        }  # fmt: skip
    return pdf.from_template(
        "paper/intake.html", facts, title=gettext_lazy("Intake"), language=language,
        organization=case.organization.name, printed_on=timezone.localdate(timezone=zone),
    )  # fmt: skip


def _sections(givens: dict[str, Given]) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """By section, what was asked and what was answered."""
    found = []
    for section in lists.intake().sections:
        rows = [
            (words.text(one.label), ["•••"] if is_hidden(one) else words.lines(one, givens[one.key], whole=True))
            for one in section.questions
            if one.key in givens
        ]
        if rows:
            found.append((words.text(section.title), rows))
    return found


def _first_and_last(givens: dict[str, Given]) -> list[Given]:
    ordered = sorted(givens.values(), key=lambda one: one.at)
    return [ordered[0], ordered[-1]] if len(ordered) > 1 else ordered
