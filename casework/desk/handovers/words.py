"""Hand-overs in words: what a card says, what goes over, how long is left."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access.languages import LANGUAGES
from casework.access.models import OrganizationKind
from casework.cases.models import CustodyState, Matter, PlaceKind, Priority, StageReason
from casework.directory.search import fold
from casework.intake import conflicts
from casework.intake.conflicts import WordHit
from casework.intake.models import OfferCard
from casework.intake.offers import Helper
from casework.intake.reasons import Says
from casework.people import languages, rules
from casework.people.models import How

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SOON = timedelta(hours=6)


@dataclass(frozen=True)
class Could:
    """An organization that could help, as a row says it. `near` is empty where it has not said whom it helps."""

    helper: Helper
    kind: str
    near: str
    near_tone: str
    speaks: str
    speaks_tone: str
    more: list[str]


@dataclass(frozen=True)
class Match:
    """Somebody in the files who may be meant: as what they stand there, how surely, and what agrees or differs."""

    hit: WordHit
    role: str
    lines: list[tuple[str, str]]

    @property
    def tone(self) -> str:
        return "red" if any(one.what == "a_number" and one.says == Says.SAME for one in self.hit.lines) else "amber"


@dataclass(frozen=True)
class Card:
    """An offer as its page says it; `pairs` are what it is about."""

    row: OfferCard
    name: str
    from_name: str
    left: str
    soon: bool
    pairs: list[tuple[str, str]]

    @property
    def a_number(self) -> str:
        return rules.shown(self.row.a_number)

    @property
    def matters(self) -> str:
        return ", ".join(str(Matter(one).label) for one in self.row.matters) or _("Not decided yet")

    @property
    def place(self) -> str:
        return place(self.row)

    @property
    def urgent(self) -> str:
        return str(Priority(self.row.priority).label) if self.row.priority else ""

    @property
    def aliases(self) -> str:
        return ", ".join(self.row.names.get("aliases", []))


def could(helper: Helper, facility: str, language: str) -> Could:
    """What an organization says of itself, compared with where the person is and what they speak."""
    covers = helper.covers(facility)
    near = {True: _("Helps people held there"), False: _("Does not list that place"), None: ""}[covers]
    if not near and not helper.facilities:
        near = _("Wherever people are held")
    speaks = _speaks(helper, language)
    more = []
    if helper.capacity:
        more.append(_("carries up to %(number)s open cases") % {"number": helper.capacity})
    if helper.answers_in is not None:
        more.append(_("answers after %(time)s, lately") % {"time": span(helper.answers_in)})
    tone = {True: "green", False: "amber", None: ""}
    return Could(
        helper, str(OrganizationKind(helper.organization.kind).label), near, tone[covers],
        _served(helper), tone[True] if speaks else "", more,
    )  # fmt: skip


def _served(helper: Helper) -> str:
    names = {code: str(word or own) for code, own, word in LANGUAGES}
    return ", ".join(names.get(code, code) for code in helper.languages)


def _speaks(helper: Helper, language: str) -> bool:
    """Whether the person's language (EOIR's code) is among those served (codes of their own), by its names."""
    known = languages.known().get(language)
    if known is None:
        return False
    ours = {fold(known.name), fold(known.name_es), *(fold(one) for one in known.other_names)}
    names = {code: {fold(own), fold(str(word))} for code, own, word in LANGUAGES}
    return any(ours & names.get(code, set()) for code in helper.languages)


def match(hit: WordHit) -> Match:
    """What was found, as its row says it."""
    said = [
        (conflicts.label(one.what), conflicts.in_words(one.says)) for one in hit.lines if one.says != Says.NOT_KNOWN
    ]
    return Match(hit, str(hit.role.label), said)


def span(time: timedelta) -> str:
    """How long, in hours or days."""
    if time < HOUR:
        return _("less than an hour")
    if time < 2 * DAY:
        hours = round(time / HOUR)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = round(time / DAY)
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def left(until: datetime | None) -> str:
    """How much of its time is left."""
    rest = (until or timezone.now()) - timezone.now()
    if rest < HOUR:
        minutes = max(int(rest.total_seconds() // 60), 0)
        return ngettext("%(n)s minute left", "%(n)s minutes left", minutes) % {"n": minutes}
    hours = int(rest / HOUR)
    return ngettext("%(n)s hour left", "%(n)s hours left", hours) % {"n": hours}


def place(row: OfferCard) -> str:
    """Where the person is: the place by name, or what kind of place it is."""
    if row.place:
        return row.place
    return str(PlaceKind(row.place_kind).label) if row.place_kind else _("Not known")


def card(row: OfferCard, from_name: str) -> Card:
    """A card as it is read."""
    pairs = [
        (_("For"), ", ".join(str(Matter(one).label) for one in row.matters) or _("Not decided yet")),
        (_("Where"), place(row)),
        (_("Custody"), str(CustodyState(row.custody).label)),
        (_("Language"), languages.name_of(row.language) if row.language else _("Not known yet")),
        (_("Priority"), str(Priority(row.priority).label)),
        (_("Why they hand it over"), str(StageReason(row.reason).label)),
    ]
    name = row.full_name or _("Name not known yet")
    rest = (row.until or timezone.now()) - timezone.now()
    return Card(row, name, from_name, left(row.until), rest < SOON, pairs)


def agreed(row: OfferCard) -> str:
    """How the person agreed."""
    return str(How(row.agreed_how).label)


def goes_over(packed: list[dict[str, Any]]) -> list[str]:
    """What the other side gets once it has accepted, in counts."""
    first = packed[0]
    person, found = first["person"], [_("Names, birth date, A-number, languages and what else stands about the person")]
    contacts, consents, hearings = len(first["contacts"]), len(first["consents"]), len(first["hearings"])
    answers = sum(len(one.get("answers", [])) for one in packed)
    flags = sum(len(one.get("flags", [])) for one in packed)
    if contacts:
        words = ngettext(
            "%(n)s contact, with phones, pass phrase and how they may be called",
            "%(n)s contacts, with phones, pass phrases and how they may be called", contacts,
        )  # fmt: skip
        found.append(words % {"n": contacts})
    if consents:
        words = ngettext("%(n)s consent to tell a contact", "%(n)s consents to tell contacts", consents)
        found.append(words % {"n": consents})
    if first["custody"]:
        found.append(_("Where the person is held, and since when"))
    if hearings:
        found.append(ngettext("%(n)s hearing ahead", "%(n)s hearings ahead", hearings) % {"n": hearings})
    if answers:
        found.append(ngettext("%(n)s answer of the intake", "%(n)s answers of the intake", answers) % {"n": answers})
    if flags:
        found.append(ngettext("%(n)s mark of vulnerability", "%(n)s marks of vulnerability", flags) % {"n": flags})
    if person.get("alert"):
        found.append(_("The alert line"))
    return found
