"""The page about a case's person: who they are, who is around them, what they agreed to, what may be told to whom."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, verbs
from casework.access.changes import is_locked
from casework.access.requests import StaffRequest
from casework.cases import merging, reach
from casework.cases.models import Case
from casework.cases.person import FIELDS
from casework.desk.case import page, telling, told
from casework.people import actions, languages, phones, rules, vulnerability
from casework.people.models import AdverseParty, Consent, Contact, Person

HIDDEN = frozenset({"a_number", "no_contact", "alert", "given_names", "first_surname", "second_surname"})
ASKED = {
    "flag": "person.flagged",
    "reach": "person.reached",
    "merge": "person.merged",
    "add": "contact.added",
    "change": "contact.changed",
    "remove": "contact.removed",
    "phrase": "contact.revealed",
    "add_adverse": "adverse.added",
    "change_adverse": "adverse.changed",
    "remove_adverse": "adverse.removed",
    "consent": "consent.given",
    "provisional": "consent.provisional",
    "revoke": "consent.revoked",
    "print": "consent.printed",
    "waiver": "waiver.printed",
    "family": "family.viewed",
}
TONES = {rules.State.LIVE: "green", rules.State.COMING: "accent"}


@dataclass(frozen=True)
class Phone:
    """A number, and what may be done with it, in words; `dials` whether somebody may call it."""

    number: str
    dial: str
    dials: bool
    may: list[str]
    note: str


@dataclass(frozen=True)
class Around:
    """Somebody around the person, as their reader sees them; `locked` where something of the row does not open."""

    row: Any
    kind: str
    phones: list[Phone]
    language: str
    locked: bool
    phrase: str


@dataclass(frozen=True)
class Line:
    """A line of the ledger in words. `whom` is a contact's name or an organization's."""

    row: Consent
    whom: str
    is_contact: bool
    warns: bool
    about: list[str]
    language: str
    state: rules.State
    words: str
    tone: str

    @property
    def counts(self) -> bool:
        return self.state in TONES


def show(request: StaffRequest, case: Case, *, revealed: uuid.UUID | None = None) -> HttpResponse:
    """`revealed` is the contact whose pass phrase somebody has just asked for."""
    person, now = case.whose, timezone.now()
    ledger, contacts = telling.read(person)
    present = [one for one in contacts if one.removed_at is None]
    context = page.header(request, case)
    may = context["may"] | {short: acts.allowed(request.actor, verb, person) for short, verb in ASKED.items()}
    tier = request.actor.reach.person_tier(case.person_id)
    context |= {
        "may": may,
        "facts": facts(person),
        "merged": merged(request, case),
        "tellings": telling.tellings(person, present, ledger, now=now),
        "contacts": [around(one, revealed=revealed) for one in present],
        "adverse": [around(one) for one in _adverse(person)],
        "ledger": [line(request, person, one, contacts, now=now) for one in ledger],
        "flags": flags(request, person),
        "flag_choices": _flag_choices(tier) if may["flag"] else [],
        "languages": PRINTED,
        "reached": person.first_reached_at,
        "may_decide": may["provisional"] and person.first_reached_at is None and not person.wants_no_contact,
    }
    return render(request, "desk/case/people/page.html", context)


def merged(request: StaffRequest, case: Case) -> list[Case]:
    """The other cases of the same person, where files were merged and the reader sees more than one."""
    if len(case.person.together) == 1:
        return []
    return [one for one in merging.cases_of(request.actor, case.person.together) if one.pk != case.pk]


PRINTED = (("en", "English"), ("es", "Español"))


def _adverse(person: Person) -> list[AdverseParty]:
    rows = person.rows(AdverseParty).filter(removed_at=None)
    return list(rows.order_by("-tier", "added_at"))


def facts(person: Person) -> list[tuple[str, str]]:
    """What is known of the person, field by field; nothing of what is not."""
    found = [(name, told.value(name, getattr(person, name))) for name in FIELDS if name not in HIDDEN]
    found.append(("reached_at", told.value("reached_at", person.first_reached_at)))
    return [(verbs.field(name), words) for name, words in found if words]


def dials(row: Any, one: dict[str, Any]) -> bool:
    """Whether somebody may call this number, and the one who has it may know."""
    return bool(one.get("call")) and not getattr(row, "must_not_know", True)


def around(row: Any, *, revealed: uuid.UUID | None = None) -> Around:
    locked = is_locked(row)
    numbers = [] if locked else [
        Phone(phones.shown(one["number"]), one["number"], dials(row, one), told.phone_words(one), one.get("note", ""))
        for one in row.phones
    ]  # fmt: skip
    language = getattr(row, "language", "")
    phrase = row.pass_phrase if revealed == row.pk else ""
    return Around(row, row.get_kind_display() if hasattr(row, "get_kind_display") else told.value("kind", row.kind),
                  numbers, languages.name_of(language) if language else "", locked, phrase)  # fmt: skip


def line(request: StaffRequest, person: Person, row: Consent, contacts: list[Contact], *, now: datetime) -> Line:
    contact = next((one for one in contacts if one.pk == row.contact_id), None)
    there = reach.of(request.actor).organizations.get(row.to_organization_id) if row.to_organization_id else None
    whom = contact.name if contact else there.name if there else _("An organization that was closed")
    state = telling.state(row, person, now=now)
    return Line(
        row, whom, contact is not None, bool(contact and contact.must_not_know),
        [telling.about(one) for one in row.subjects] or [_("sharing the case")],
        languages.name_of(row.language) if row.language else "", state, _state_words(state), TONES.get(state, ""),
    )  # fmt: skip


def _state_words(state: rules.State) -> str:
    return {
        rules.State.LIVE: _("In force"),
        rules.State.COMING: _("Begins later"),
        rules.State.ENDED: _("Ended"),
        rules.State.REACHED: _("Ended: the person was reached"),
        rules.State.REVOKED: _("Revoked"),
    }[state]


def flags(request: StaffRequest, person: Person) -> list[tuple[str, str, bool]]:
    """Each flag that stands and may be seen: its code, its words, whether counsel alone knows."""
    standing = actions.flags(request.actor, person)
    return [
        (flag, str(words), rules.flag_tier(flag) == rules.COUNSEL)
        for flag, words in vulnerability.LABELS.items()
        if flag in standing
    ]


def _flag_choices(tier: int) -> list[tuple[str, str]]:
    return [(flag, str(words)) for flag, words in vulnerability.LABELS.items() if rules.flag_tier(flag) <= tier]
