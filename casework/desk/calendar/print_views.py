"""The hearings of a day or a week on paper."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.desk.calendar import rows
from casework.desk.calendar.filters import FilterForm
from casework.docket import agenda
from casework.docket.agenda import Asked
from casework.docket.models import Hearing
from casework.documents import pdf
from casework.look import dates
from casework.people import languages, rules
from casework.people.models import Person
from casework.vault.fields import Locked

PRINTED = "docket.printed"
MOST_DAYS = 7


@require_safe
def print_docket(request: StaffRequest) -> HttpResponse:
    """A paper with names, A-numbers and rooms; a line in each case stands before the paper is made."""
    acts.may(request.actor, PRINTED)
    form = FilterForm(request.actor, timezone.localdate(), request.GET)
    asked = _asked(form, request.GET.get("days", ""))
    found = [one for one in agenda.hearings(request.actor, asked, sealed=True) if one.state != "vacated"]
    for case in {one.case_id: one.case for one in found}.values():
        acts.note_look(request.actor, case, PRINTED, ("a_number",))
    membership = request.membership
    organization = membership.organization if membership else None
    zone = ZoneInfo(organization.time_zone) if organization else timezone.get_current_timezone()
    made = pdf.from_template(
        "paper/docket.html",
        {"days": _days(request, found), "filters": form.chips},
        title=_title(asked),
        language=get_language() or "en",
        organization=organization.name if organization else "",
        printed_on=timezone.localdate(timezone.now(), zone),
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="docket-{asked.first}.pdf"'
    return answer


def _asked(form: FilterForm, days: str) -> Asked:
    """From the first day of the view, or today where that lies in it: one day, or a week."""
    first = form.today if form.asked.first <= form.today <= form.asked.last and days == "1" else form.asked.first
    many = 1 if days == "1" else MOST_DAYS
    given = {name: form.initial[name] for name in ("attorney", "court", "facility")}
    return Asked(first, first + timedelta(days=many - 1), mine=form.mine, **given)


def _title(asked: Asked) -> str:
    if asked.first == asked.last:
        return _("Hearings: %(day)s") % {"day": dates.day(asked.first, year=True)}
    return _("Hearings: %(day)s") % {"day": dates.days(asked.first, asked.last)}


def _days(request: StaffRequest, found: list[Hearing]) -> list[dict[str, Any]]:
    people = rows.opened(request.actor, [one.case for one in found])
    in_words = rows.of(request.actor, found, agenda.all_clashes(request.actor, found), people)
    return [
        {
            "day": day.day,
            "rows": [
                {
                    "row": row,
                    "a_number": _number(people[row.hearing.case.person_id]),
                    "language": languages.name_of(row.hearing.language_id) if row.hearing.language_id else "",
                }
                for row in day.rows
            ],
        }
        for day in rows.days(found, in_words, {})
    ]


def _number(person: Person) -> str:
    number = person.a_number
    return number if isinstance(number, Locked) else rules.shown(number) if number else ""
