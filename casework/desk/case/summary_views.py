"""The case summary for court: what goes on it is said first, that it was printed is written down, then it leaves."""

import uuid
import zoneinfo
from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.access import acts
from casework.access.actor import Actor
from casework.access.doors import open_one
from casework.access.requests import StaffRequest
from casework.cases import whereabouts
from casework.cases.models import Appearance, Case, Matter
from casework.desk.case import page
from casework.docket import looks
from casework.docket.models import Hearing
from casework.documents import pdf
from casework.look import dates
from casework.people import languages, rules
from casework.vault.fields import Locked

PRINTED = "case.printed"
HEARINGS = 5  # on the paper
COURT_LANGUAGE = "en"  # of every immigration court


class SummaryForm(forms.Form):
    """What stands on the paper beyond what a court always needs."""

    birth_date = forms.BooleanField(label=gettext_lazy("Birth date"), required=False)
    place = forms.BooleanField(
        label=gettext_lazy("Where the person is held, and when that was confirmed"), required=False, initial=True
    )
    counsel = forms.BooleanField(
        label=gettext_lazy("Counsel: lead, bar number, notices of appearance"), required=False, initial=True
    )


@require_http_methods(["GET", "HEAD", "POST"])
def case_summary(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    case: Case = open_one(request.actor, Case.objects, pk)
    acts.may(request.actor, PRINTED, case)
    form = SummaryForm(request.POST if request.method == "POST" else None)
    context = page.header(request, case)
    locked = isinstance(case.whose.full_name, Locked) or isinstance(case.whose.a_number, Locked)
    if request.method != "POST" or locked or not form.is_valid():
        return render(request, "desk/case/summary.html", context | {"form": form, "locked": locked})
    chosen = tuple(name for name, ticked in form.cleaned_data.items() if ticked)
    acts.note_look(request.actor, case, PRINTED, ("a_number", *chosen))
    zone = zoneinfo.ZoneInfo(case.organization.time_zone)
    with translation.override(COURT_LANGUAGE):
        facts = _facts(request.actor, case, context, zone)
    made = pdf.from_template(
        "paper/case_summary.html",
        facts | form.cleaned_data,
        title=gettext_lazy("Case summary"),
        language=COURT_LANGUAGE,
        organization=case.organization.name,
        printed_on=timezone.localdate(timezone=zone),
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="case-summary.pdf"'
    return answer


def _facts(actor: Actor, case: Case, context: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    """What the paper names, in the language of the moment; nothing of notes, tasks, contacts and flags."""
    person, lead = case.whose, context["lead"]
    return {
        "case": case,
        "name": person.full_name or _("Name not known"),
        "number": rules.shown(person.a_number),
        "born": person.birth_date if not isinstance(person.birth_date, Locked) else None,
        "spoken": languages.name_of(person.language) if person.language else "",
        "matters": [str(Matter(one).label) for one in case.matters],
        "held_at": whereabouts.where(case, timezone.now()).place,
        "since": dates.day(case.place_since, short=True, year=True) if case.place_since else "",
        "confirmed": _moment(case.place_as_of, zone),
        "hearings": [_hearing(one) for one in looks.ahead_of(actor, case, most=HEARINGS)],
        "lead": lead.name if lead else "",
        "lead_place": lead.assignment.membership if lead else None,
        "appearances": [(one, _who(context, one)) for one in context["appearances"]],
        "phone": case.organization.phone,
    }


def _hearing(one: Hearing) -> str:
    """When by the court's clock, what for, where and how."""
    parts = [one.get_kind_display(), one.court.name if one.court else one.forum, one.get_medium_display()]
    return f"{_moment(one.starts_at, one.zone)}: {', '.join(parts)}"


def _moment(at: datetime | None, zone: tzinfo) -> str:
    """An instant on the clock of a place, with that place: a paper has no reader whose clock could be meant."""
    if at is None:
        return ""
    there = at.astimezone(zone)
    return f"{dates.day(there, short=True, year=True)}, {dates.clock(there)} ({dates.city(zone)})"


def _who(context: dict[str, Any], appearance: Appearance) -> str:
    """Who appears, where that is somebody of the team."""
    names = {place.assignment.membership_id: place.name for place in context["team"]}
    return str(names.get(appearance.membership_id, ""))
