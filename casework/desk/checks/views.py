"""The queue of look-ups: short cards, taken one at a time."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.requests import StaffRequest, posted
from casework.cases.models import Case
from casework.custody import checks, looks
from casework.custody.models import Kind
from casework.directory.models import Facility


@dataclass(frozen=True)
class Waiting:
    """A card in words. `name` is empty for those who may not see the person; `mine` when the reader has it."""

    card: checks.Card
    name: str
    place: str
    mine: bool

    @property
    def kind_words(self) -> str:
        return str(Kind(self.card.kind).label)

    @property
    def taken(self) -> bool:
        return self.card.taken_by is not None and not self.mine


@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    found = checks.cards(request.actor)
    facilities = Facility.objects.in_bulk({card.facility_id for card in found if card.facility_id})
    rows = [_waiting(request, card, facilities) for card in found]
    rows.sort(key=lambda row: (not row.mine, row.taken))
    shown = [Case(pk=card.case_id, organization_id=request.actor.organization) for card in found]
    acts.note_list(request.actor, "checks.viewed", shown)
    acts.note_list(request.actor, "person.listed", [row.card.person for row in rows if row.card.person])
    context = {
        "rows": rows, "free": sum(not row.taken for row in rows), "now": timezone.now(),
        "mine": any(row.mine for row in rows),
    }  # fmt: skip
    return render(request, "desk/checks/queue.html", context)


def _waiting(request: StaffRequest, card: checks.Card, facilities: dict[str, Facility]) -> Waiting:
    facility = facilities.get(card.facility_id or "")
    place = facility.name if facility else str(Kind(card.kind).label)
    name = card.person.full_name or _("Name not known yet") if card.person else ""
    return Waiting(card, name, place, card.taken_by is not None and card.taken_by == request.actor.membership_id)


@posted("checks")
def take(request: StaffRequest, stay: uuid.UUID) -> HttpResponse:
    try:
        case = checks.take(request.actor, stay)
    except ValidationError as error:
        messages.info(request, error.messages[0])
        return redirect("checks")
    return redirect(f"{reverse('record_check', args=[case.pk])}?from=checks")


@posted("checks")
def give_back(request: StaffRequest, case: uuid.UUID) -> HttpResponse:
    row = open_one(request.actor, Case.objects, case)
    stay = looks.open_stay(request.actor, row)
    if stay is not None:
        checks.put_back(request.actor, row, stay=stay)
        messages.success(request, _("The card is back in the queue."))
    return redirect("checks")
