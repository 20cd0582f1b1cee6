"""The queue: short cards, taken one at a time; and calls about no case."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.doors import open_one
from casework.access.models import Organization
from casework.access.requests import StaffRequest, posted
from casework.cases.models import Case
from casework.desk.calls.forms import NoteForm, SettleForm
from casework.intake import calls as hotline
from casework.intake import shifts
from casework.intake.duty import on_duty
from casework.intake.models import CallLog, PlaceType
from casework.people import languages, phones


@dataclass(frozen=True)
class Waiting:
    """A card in words. `name` is empty for those who may not see the person; `mine` when the reader has it."""

    card: hotline.Card
    name: str
    mine: bool

    @property
    def taken(self) -> bool:
        return self.card.taken_by is not None and not self.mine

    @property
    def language(self) -> str:
        return languages.name_of(self.card.language) if self.card.language else ""

    @property
    def place(self) -> str:
        return str(PlaceType(self.card.place_type).label) if self.card.place_type else ""

    @property
    def is_later(self) -> bool:
        """Whether it is to be called back only later today."""
        return self.card.due_at > timezone.now()

    @property
    def says(self) -> str:
        """What it is, for whoever does not see the rest of the card."""
        return ", ".join(filter(None, [self.name, self.card.reference, self.language, self.place]))


@require_safe
def calls(request: StaffRequest) -> HttpResponse:
    """The queue, with the duty attorney and the note of the last shift above it."""
    found = hotline.cards(request.actor)
    rows = sorted((_waiting(request, card) for card in found), key=lambda row: (not row.mine, row.taken, row.is_later))
    note, mine = shifts.last_note(request.actor), shifts.mine(request.actor)
    acts.note_list(request.actor, "calls.viewed", [_named(request, card) for card in found])
    acts.note_list(request.actor, "person.listed", [row.card.person for row in rows if row.card.person])
    acts.note_list(request.actor, "shift.viewed", [note] if note else [])
    context = {
        "rows": rows, "free": sum(not row.taken and not row.mine for row in rows), "note": note, "mine": mine,
        "urgent": any(row.card.urgent for row in rows), **duty_now(request),
    }  # fmt: skip
    return render(request, "desk/calls/calls.html", context)


def duty_now(request: StaffRequest) -> dict[str, Any]:
    """Who is on duty now, for the part that shows it."""
    mine = Organization.objects.get(pk=request.actor.organization)
    return {"duty": on_duty(mine, timezone.now()), "duty_zone": mine.time_zone}


def _waiting(request: StaffRequest, card: hotline.Card) -> Waiting:
    name = card.person.full_name or _("Name not known yet") if card.person else ""
    return Waiting(card, name, card.taken_by is not None and card.taken_by == request.actor.membership_id)


def _named(request: StaffRequest, card: hotline.Card) -> Case | CallLog:
    """The row that a line of the audit names."""
    model = Case if card.case_id else CallLog
    return model(pk=card.case_id or card.card_id, organization_id=request.actor.organization)


@posted("calls")
def take_call(request: StaffRequest, card: uuid.UUID) -> HttpResponse:
    try:
        thing = hotline.take(request.actor, card)
    except ValidationError as error:
        messages.info(request, error.messages[0])
        return redirect("calls")
    if isinstance(thing, CallLog):
        return redirect("call", thing.pk)
    first = hotline.of_first_call(request.actor, thing)
    return redirect("intake" if thing.pk == card or (first and first.pk == card) else "case_calls", thing.pk)


@posted("calls")
def return_call(request: StaffRequest, card: uuid.UUID) -> HttpResponse:
    call = CallLog.objects.visible_to(request.actor).filter(pk=card).first()
    thing = call if call is not None else open_one(request.actor, Case.objects, card)
    hotline.put_back(request.actor, thing, card_id=card)
    messages.success(request, _("The card is back in the queue."))
    return redirect("calls")


@require_http_methods(["GET", "HEAD", "POST"])
def note_call(request: StaffRequest) -> HttpResponse:
    """A call about no case: a card for somebody to take, or only noted."""
    acts.may(request.actor, "call.noted")
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            hotline.note(request.actor, called=form.called())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The call is noted."))
            return redirect("calls")
    return render(request, "desk/calls/new.html", {"form": form, **duty_now(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: StaffRequest, call: uuid.UUID) -> HttpResponse:
    """A call about no case, for whoever took it: what was said, the number, and what came of calling back."""
    row: CallLog = open_one(request.actor, CallLog.objects, call)
    if row.case_id:
        return redirect("case_calls", row.case_id)
    form = SettleForm(row, request.POST if request.method == "POST" else None)
    if row.is_open and form.is_valid():
        try:
            hotline.settle(request.actor, row, called=form.called(timezone.now()))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The call is noted."))
            return redirect("calls")
    context = {
        "call": row, "form": form, "number": phones.shown(row.number) if row.number else "",
        "language": languages.name_of(row.language) if row.language else "",
        "has_card": row.taken_by_id == request.actor.membership_id, **duty_now(request),
    }  # fmt: skip
    return render(request, "desk/calls/call.html", context)


@posted("call", "call")
def open_intake(request: StaffRequest, call: uuid.UUID) -> HttpResponse:
    row: CallLog = open_one(request.actor, CallLog.objects, call)
    try:
        case = hotline.open_intake(request.actor, row)
    except ValidationError as error:
        messages.info(request, error.messages[0])
        return redirect("calls")
    messages.success(request, _("The intake is open, and you are on it."))
    return redirect("intake", case.pk)
