"""Who of ours is in a facility or before a court; the visit list. Each is noted, with whose names it showed."""

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.custody import visits
from casework.desk.directory import places
from casework.documents import pdf
from casework.people import languages, rules
from casework.vault.fields import Locked

PRINTED, STARTED = "visits.exported", "batch.started"


def there(request: StaffRequest, place: Any) -> dict[str, Any]:
    """Who of ours is there, for the page of a facility; that their names were shown is noted."""
    found = visits.there(request.actor, place)
    acts.note_list(request.actor, "case.listed", [one.case for one in found])
    may = {name: acts.allowed(request.actor, verb) for name, verb in (("may_print", PRINTED), ("may_make", STARTED))}
    return {"people": [_row(one) for one in found]} | may


def before(request: StaffRequest, place: Any) -> dict[str, Any]:
    """Whose court on file it is, for the page of a court; that their names were shown is noted."""
    found = visits.before(request.actor, place)
    acts.note_list(request.actor, "case.listed", [one.case for one in found])
    return {"people": [_row(one) for one in found], "is_court": True}


@require_safe
def visit_list(request: StaffRequest, key: str) -> HttpResponse:
    """A paper with names and A-numbers; a line in each case, which its team reads, stands before the paper is made."""
    acts.may(request.actor, PRINTED)
    place = places.place_of("facilities", key)
    found = visits.there(request.actor, place)
    for one in found:
        acts.note_look(request.actor, one.case, PRINTED, ("a_number",))
    membership = request.membership
    organization = membership.organization if membership else None
    zone = ZoneInfo(organization.time_zone) if organization else timezone.get_current_timezone()
    made = pdf.from_template(
        "paper/visit_list.html",
        {"place": place, "rows": [_row(one) | {"a_number": _number(one.case.whose)} for one in found]},
        title=_("Visit list: %(place)s") % {"place": place.name},
        language=get_language() or "en",
        organization=organization.name if organization else "",
        printed_on=timezone.localdate(timezone.now(), zone),
    )
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="visits-{place.key}.pdf"'
    return answer


def _row(one: visits.There) -> dict[str, Any]:
    case, person = one.case, one.case.whose
    return {
        "case": case,
        "name": person.full_name or _("Name not known yet"),
        "language": languages.name_of(person.language) if person.language else "",
        "lead": one.lead,
        "no_contact": person.wants_no_contact,
    }


def _number(person: Any) -> str:
    number = person.a_number
    return number if isinstance(number, Locked) else rules.shown(number) if number else ""
