"""Calls about a case: whom one may call and what may be said, what came of it; sheets that are sent and printed."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from casework.access import acts
from casework.access.changes import is_locked
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import page, people_page, telling
from casework.desk.case.call_forms import CallForm, SheetForm
from casework.intake import calls, handouts, referrals
from casework.intake.duty import on_duty
from casework.people.models import OFFICIAL

LOGGED, SENT = "call.logged", "leaflet.sent"


@require_http_methods(["GET", "HEAD", "POST"])
def case_calls(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Contacts with what they agreed to, what each may be told, the log; one form for what came of a call."""
    case: Case = open_one(request.actor, Case.objects, pk)
    ledger, everybody = telling.read(case.whose)
    contacts = [one for one in everybody if one.removed_at is None]
    may_log = acts.allowed(request.actor, LOGGED, case)
    if request.method == "POST":
        acts.may(request.actor, LOGGED, case)
    form = CallForm(contacts, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            calls.log(request.actor, case, called=form.called(timezone.now()), contact=form.contact)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("The call is noted."))
            return redirect("calls") if request.POST.get("next") == "queue" else redirect("case_calls", pk)
    context = page.header(request, case)
    asked = {short: acts.allowed(request.actor, verb, case.whose) for short, verb in people_page.ASKED.items()}
    card = calls.open_card(request.actor, case)
    context |= {
        "form": form if may_log else None, "may": context["may"] | asked,
        "contacts": [people_page.around(one) for one in contacts],
        "tellings": telling.tellings(case.whose, contacts, ledger, now=timezone.now()),
        "log": calls.of_case(request.actor, case), "card": card,
        "has_card": card is not None and card.taken_by_id == request.actor.membership_id,
        "may_send": acts.allowed(request.actor, SENT, case),
        "may_print": acts.allowed(request.actor, referrals.PRINTED, case),
        "duty": on_duty(page.own(request).organization, timezone.now()) if card and card.urgent else None,
        "languages": people_page.PRINTED,
    }  # fmt: skip
    return render(request, "desk/case/calls/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def send_sheet(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Sends a sheet for families to a contact who agreed to get mail; the mail names nobody."""
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, SENT, case)
    _ledger, contacts = telling.read(case.whose)
    writable = [one for one in contacts if one.removed_at is None and not one.must_not_know and not is_locked(one)]
    family = [one for one in writable if one.kind not in OFFICIAL]
    form = SheetForm(family, (get_language() or "en")[:2], request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            handouts.send(
                request.actor, case, organization=page.own(request).organization, today=timezone.localdate(),
                **form.arguments(),
            )  # fmt: skip
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The sheet is on its way, and the case keeps that it went."))
            return redirect("case_calls", pk)
    context = page.header(request, case) | {"form": form, "anybody": bool(family)}
    return render(request, "desk/case/calls/send.html", context)


@require_safe
def referral_sheet(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """The organization's places to refer to, as a PDF that names nobody; `kind` chooses kinds, `language` the paper's.

    That it was printed for this case is noted.
    """
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, referrals.PRINTED, case)
    chosen: Any = request.GET.getlist("kind") or None
    language = request.GET.get("language", "")
    made = referrals.paper(
        request.actor, page.own(request).organization, only=chosen, printed_on=timezone.localdate(),
        language=language if language in handouts.SPOKEN else handouts.SPOKEN[0],
    )  # fmt: skip
    acts.note_look(request.actor, case, referrals.PRINTED)
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": 'attachment; filename="places.pdf"'}
    )
