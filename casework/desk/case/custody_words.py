"""What follows from a place, in words: what hangs on it, what hangs on the court, what is to be done."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from casework.cases import follow_ups as task_words
from casework.custody import law, rules
from casework.custody.models import CourtOnFile
from casework.directory import circuits
from casework.look import dates


@dataclass(frozen=True)
class Line:
    """One thing that hangs on the place or on the court: as it was and as it is, empty for not known; `more` cites."""

    label: str
    was: str
    now: str
    more: str = ""
    differs: bool = False


def position(found: rules.Law | None) -> str:
    """What a circuit holds on bond for those who entered without inspection."""
    words = {
        rules.AVAILABLE: _("Bond hearing possible, unless a mandatory ground applies"),
        rules.MANDATORY: _("Mandatory detention: no bond from the judge"),
        "no_circuit_ruling": _("No ruling of this circuit is known to us; judges follow Matter of Yajure Hurtado"),
    }
    return words.get(found.position, found.position) if found else ""


def on_place(move: rules.Move, today: date) -> list[Line]:
    """What hangs on the place."""
    before = move.before or rules.Place(rules.NOT_LOCATED)
    now, venue = move.now, law.on_bond_court(today)
    cited = venue.authority if venue else law.BOND_REQUEST
    bond_court = _("The court with jurisdiction over the place of detention (%(law)s). By distance, to confirm.")
    return [
        _line(_("Federal circuit"), circuits.name(before.circuit), circuits.name(now.circuit)),
        _line(_("Habeas court"), before.district, now.district,
              _("District of confinement, %(law)s; by its county: check before you file.") % {"law": law.HABEAS}),
        _line(_("Bond, entered without inspection"), position(move.law_before), position(move.law_now),
              _cited(move.law_now, today)),
        _line(_("Bond request goes to"), _nearest(before), _nearest(now), bond_court % {"law": cited}),
        _line(_("ICE field office"), before.field_office, now.field_office),
    ]  # fmt: skip


def on_court(court: CourtOnFile | None, place: rules.Place) -> list[Line]:
    """What hangs on the court on file, which no move changes."""
    name = court.court.name if court else ""
    since = _("Since %(day)s, by %(order)s.") % {"day": dates.plain(court.since), "order": court.order} if court else ""
    venue = _("Stays until a judge changes it. A move changes neither the court nor a hearing.")
    if court and rules.venue_is_open(court.court_id, place):
        venue += " " + _("It is another one than the nearest: decide on a motion to change venue.")
    appeals = circuits.name(court.court.circuit) if court else ""
    review = _("Filed in the circuit where the judge completed the proceedings (%(law)s).") % {"law": law.PETITION}
    return [
        Line(_("Court on file"), "", name, since),
        Line(_("Expected court"), "", _nearest(place), _("By distance, to confirm.")),
        Line(_("Venue"), "", name, venue, differs=bool(court and rules.venue_is_open(court.court_id, place))),
        Line(_("Petition for review"), "", appeals, review),
    ]


def tasks(move: rules.Move, values: dict[str, str], contacts: list[str]) -> list[str]:
    """The tasks that a move will open, as they will read."""
    found = []
    for one in rules.follow_ups(move):
        if one.rule == rules.TELL:
            found += [task_words.says(one.rule, values | {"contact": name}) for name in contacts]
        else:
            found.append(task_words.says(one.rule, values))
    return found


def _line(label: str, was: str, now: str, more: str = "") -> Line:
    return Line(label, was, now, more if now else "", differs=bool(now) and was != now)


def _cited(found: rules.Law | None, today: date) -> str:
    if found is None:
        return ""
    seen = _("Seen on %(day)s.") % {"day": dates.plain(found.as_of)}
    waiting = law.pending(today)
    more = _("One answer for all circuits waits: %(case)s.") % {"case": waiting.authority} if waiting else ""
    return " ".join(filter(None, [f"{found.authority}." if found.authority else "", seen, more]))


def _nearest(place: rules.Place) -> str:
    if not place.expected_court_name:
        return ""
    if not place.miles:
        return place.expected_court_name
    return _("%(court)s, %(miles)s miles away") % {"court": place.expected_court_name, "miles": place.miles}
