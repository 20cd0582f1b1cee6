"""What somebody compares before two files are merged: field by field, and what hangs on each."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from casework.access import verbs
from casework.access.actor import Actor
from casework.cases import merging
from casework.cases.models import Case
from casework.cases.person import FIELDS
from casework.custody.models import Stay, Stint
from casework.desk.case import told
from casework.look import dates
from casework.people import rules
from casework.people.models import AdverseParty, Consent, Contact, Person
from casework.vault.fields import Locked


@dataclass(frozen=True)
class Row:
    """One line of the comparison, in words; empty for nothing."""

    label: str
    mine: str
    other: str

    @property
    def differs(self) -> bool:
        return bool(self.mine and self.other) and self.mine != self.other


@dataclass(frozen=True)
class Alike:
    """A file that may be of the same person, in words."""

    person: Person
    name: str
    words: list[str]
    same_number: bool


def alike(actor: Actor, case: Case) -> list[Alike]:
    """Whom the case's person may be, too, the most alike first."""
    found = merging.alike(actor, case.whose)
    cases = merging.cases_of(actor, found) if found else []
    numbers = {one.a_number_index for one in case.person.together} - {None}
    return [
        Alike(
            one,
            one.full_name or _("Name not known yet"),
            _about(one, [case for case in cases if case.person_id in one.files]),
            bool(numbers & {file.a_number_index for file in one.together}),
        )
        for one in found
    ]


def rows(actor: Actor, mine: Person, other: Person) -> list[Row]:
    """All that either file knows: its fields, its cases, and how much hangs on each."""
    found = [Row(verbs.field(name), _value(name, mine), _value(name, other)) for name in FIELDS if name != "no_contact"]
    if mine.wants_no_contact or other.wants_no_contact:
        say = {True: _("Yes"), False: _("No")}
        found.append(Row(verbs.field("no_contact"), say[mine.wants_no_contact], say[other.wants_no_contact]))
    cases = merging.cases_of(actor, (mine, other))
    here, there = (", ".join(_named(one) for one in cases if one.person_id in file.files) for file in (mine, other))
    found += [Row(_("Cases"), here, there), *_amounts(actor, mine, other)]
    return [one for one in found if one.mine or one.other]


def stays_in_words(actor: Actor, stays: Sequence[Stay]) -> str:
    """Where last, since when and until when, stay by stay, on the calendars of the places."""
    of_stay: dict[uuid.UUID, list[Stint]] = {one.pk: [] for one in stays}
    rows = Stint.objects.visible_to(actor).filter(stay__in=stays, withdrawn=False).select_related("facility")
    for stint in rows.order_by("starts_at", "recorded_at"):
        of_stay[stint.stay_id].append(stint)
    return "; ".join(_stay(one, of_stay[one.pk][0], of_stay[one.pk][-1]) for one in stays if of_stay[one.pk])


def _stay(stay: Stay, first: Stint, last: Stint) -> str:
    place = last.facility.name if last.facility else last.place or last.get_kind_display()
    begins = dates.day(stay.began_at.astimezone(ZoneInfo(first.time_zone)), short=True, year=True)
    if stay.ended_at is None:
        return _("%(place)s, since %(day)s") % {"place": place, "day": begins}
    ends = dates.day(stay.ended_at.astimezone(ZoneInfo(last.time_zone)), short=True, year=True)
    return _("%(place)s, %(day)s to %(end)s") % {"place": place, "day": begins, "end": ends}


def _value(name: str, person: Person) -> str:
    """As the person's page says it; of an A-number the last digits."""
    value = getattr(person, name)
    return rules.masked(value) if name == "a_number" and not isinstance(value, Locked) else told.value(name, value)


def _about(person: Person, cases: list[Case]) -> list[str]:
    born = told.value("birth_date", person.birth_date)
    return [words for words in (born, _value("a_number", person), ", ".join(map(_named, cases))) if words]


def _named(case: Case) -> str:
    return f"{case.reference or _('No reference yet')} ({case.get_stage_display()})"


def _amounts(actor: Actor, mine: Person, other: Person) -> list[Row]:
    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        _("Contacts"): (Contact, {"removed_at": None}),
        _("Adverse parties"): (AdverseParty, {"removed_at": None}),
        _("Consents"): (Consent, {}),
        _("Stays in detention"): (Stay, {"withdrawn": False}),
    }
    files, found = (*mine.files, *other.files), []
    for label, (model, which) in kinds.items():
        owners = (
            model.objects.visible_to(actor).filter(person_id__in=files, **which).values_list("person_id", flat=True)
        )
        amount = Counter(owners)
        here, there = (sum(amount[pk] for pk in file.files) for file in (mine, other))
        found.append(Row(label, str(here or ""), str(there or "")))
    return found
