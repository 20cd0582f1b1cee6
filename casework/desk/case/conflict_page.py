"""What the page of the conflict check shows: whom it found, side by side with whom was asked about."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases.models import Case
from casework.desk.case import told
from casework.desk.case.conflict_form import DecideForm
from casework.intake import conflicts
from casework.intake.actions.conflicts import DECIDED
from casework.intake.models import Role
from casework.intake.reasons import Line
from casework.people import phones, rules


@dataclass(frozen=True)
class Compared:
    """One line of a card, in words."""

    label: str
    mine: str
    theirs: str
    says: str
    tone: str


@dataclass(frozen=True)
class Card:
    """Somebody who was found, in words; `form` where the reader decides about them."""

    hit: conflicts.Hit
    title: str
    asked: str
    there: str
    lines: list[Compared]
    form: DecideForm | None


def of(request: StaffRequest, case: Case, wrong: DecideForm | None = None) -> dict[str, Any]:
    """The whole page, with a form that was filled in wrongly in its place. Whom it shows is noted."""
    actor = request.actor
    found, standing = conflicts.hits(actor, case), conflicts.standing(actor, case)
    acts.note_list(actor, "person.listed", [hit.person for hit in found])
    decides = acts.allowed(actor, DECIDED, case)
    cards = [_card(hit, _form(hit.key, hit, wrong) if decides and hit.is_open else None) for hit in found]
    unseen = standing.unseen
    form = _form("unseen", None, wrong) if decides and unseen and unseen.is_open else None
    return {
        "standing": standing,
        "cards": [one for one in cards if one.hit.is_open],
        "settled": [one for one in cards if not one.hit.is_open],
        "unseen": unseen,
        "unseen_form": form,
        "decisions": conflicts.decisions(actor, case, found) if decides else [],
        "asked": conflicts.asked_about(actor, case),
        "decides": decides,
        "form": wrong,
    }


def _form(key: str, hit: conflicts.Hit | None, wrong: DecideForm | None) -> DecideForm:
    if wrong is not None and wrong.prefix == key:
        return wrong
    versions = hit.versions if hit else {}
    return DecideForm(versions, prefix=key, merges=bool(hit))


def _card(hit: conflicts.Hit, form: DecideForm | None) -> Card:
    return Card(hit, hit.name, as_what(hit.role), _there(hit), [_line(one) for one in hit.lines], form)


def as_what(role: Role, kind: str = "") -> str:
    """As what somebody stands in a case."""
    return f"{role.label}: {kind}" if kind and role != Role.PERSON else str(role.label)


def _there(hit: conflicts.Hit) -> str:
    """As what, and beside whom."""
    if hit.whom_role == Role.PERSON:
        return str(Role.PERSON.label)
    name = hit.person.full_name or _("Name not known yet")
    return _("%(role)s of %(name)s") % {"role": as_what(hit.whom_role, hit.kind), "name": name}


def _line(one: Line) -> Compared:
    mine, theirs = ("; ".join(SAY[one.what](value) for value in values) for values in (one.mine, one.theirs))
    return Compared(conflicts.label(one.what), mine, theirs, conflicts.in_words(one.says), one.tone)


SAY: dict[str, Any] = {
    "name": str,
    "born": lambda day: told.value("birth_date", day),
    "a_number": rules.masked,
    "country": lambda code: told.value("country_of_birth", code),
    "phone": phones.shown,
}
