"""Drafts that wait, and what counsel may want to look at on one of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Colleague
from casework.access.requests import StaffRequest
from casework.cases import reach
from casework.cases.models import Assignment, Case
from casework.cases.rules import NEW
from casework.desk.intake.page import Intake
from casework.intake.models import Answer
from casework.people.models import Person

MOST = 100


@dataclass(frozen=True)
class Draft:
    """A draft in a list: who has it, how many answers there are, and when the last was given."""

    case: Case
    name: str
    takers: list[str]
    answered: int
    last: datetime | None


@require_safe
def intakes(request: StaffRequest) -> HttpResponse:
    """One's own drafts first, then those of the organization that one sees."""
    actor = request.actor
    acts.may(actor, "case.opened")
    waiting = Case.objects.ours(actor).filter(stage__in=NEW, reference="").order_by("-opened_at", "pk")
    found = list(waiting[: MOST + 1])
    acts.note_list(actor, "case.listed", found[:MOST])
    rows, mine = _drafts(request, found[:MOST]), set(reach.of(actor).mine)
    context = {
        "rows": rows, "more": len(found) > MOST, "may_begin": acts.allowed(actor, "case.opened"),
        "mine": [one for one in rows if one.case.pk in mine], "mine_title": _("My drafts"),
        "others": [one for one in rows if one.case.pk not in mine], "others_title": _("The organization's drafts"),
    }  # fmt: skip
    return render(request, "desk/intake/intakes.html", context)


@require_safe
def screening(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, "screening.viewed", case)
    acts.note_look(request.actor, case, "screening.viewed")
    met = Intake(request.actor, case)
    context = {
        "intake": met, "case": case, "relief": met.relief(), "urgent": met.urgent(), "flags": met.flags(),
    }  # fmt: skip
    return render(request, "desk/intake/screening.html", context)


def _drafts(request: StaffRequest, cases: Sequence[Case]) -> list[Draft]:
    ids = [one.pk for one in cases]
    people = Person.objects.visible_to(request.actor).shown(one.person_id for one in cases)
    answered = Answer.objects.visible_to(request.actor).filter(case_id__in=ids).order_by().values("case_id")
    counted = {
        row["case_id"]: row for row in answered.annotate(many=Count("key", distinct=True), last=Max("answered_at"))
    }
    takers, nothing = _takers(request, ids), dict[str, Any]()
    return [
        Draft(
            one, people[one.person_id].full_name, takers.get(one.pk, []),
            counted.get(one.pk, nothing).get("many", 0), counted.get(one.pk, nothing).get("last"),
        )
        for one in cases
    ]  # fmt: skip


def _takers(request: StaffRequest, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Who is on each case, by name."""
    rows = Assignment.objects.visible_to(request.actor).filter(Assignment.live(), case_id__in=ids)
    places = list(rows.order_by("starts_at").values_list("case_id", "membership_id"))
    names = Colleague.objects.in_bulk({member for _case, member in places})
    found: dict[uuid.UUID, list[str]] = {}
    for case, member in places:
        if member in names:
            found.setdefault(case, []).append(names[member].name)
    return found
