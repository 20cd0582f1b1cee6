"""Fields and lines of a case in words: what a value was, what it is, what else an act kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import verbs
from casework.cases.models import CaseRole, NoteKind, Stage
from casework.desk.case import words
from casework.look import dates
from casework.people import countries, languages, rules, vulnerability
from casework.people import phones as numbers
from casework.people.models import AdverseKind, ContactKind, Gender, NumberMissing, Subject
from casework.vault.fields import Locked

LEVELS = {
    "view": gettext_lazy("read it"),
    "change": gettext_lazy("read it and write notes"),
    "share": gettext_lazy("read it, write notes and share it on"),
}


@dataclass(frozen=True)
class Difference:
    """One field: as it was and as it is, in words; empty for nothing."""

    label: str
    was: str
    now: str


def value(name: str, stored: Any) -> str:
    """A field's value as people read it, from the row or from a line; empty for nothing."""
    if isinstance(stored, Locked):
        return stored
    say = SAY.get(name)
    if name in YES_OR_NO:
        return _("Yes") if stored else _("No")
    if not stored:
        return ""
    return str(say(stored) if say else stored)


def phones(stored: list[dict[str, Any]]) -> str:
    """Phones in a line, each with what one may do."""
    return "; ".join(", ".join(filter(None, [numbers.shown(one["number"]), *phone_words(one), one.get("note")]))
                     for one in stored)  # fmt: skip


def phone_words(one: dict[str, Any]) -> list[str]:
    """What may be done with one phone, in words."""
    words = {"call": _("may call"), "text": _("may text"), "voicemail": _("may leave voicemail")}
    return [word for key, word in words.items() if one.get(key)] or [_("do not use")]


def _day(stored: date | str) -> str:
    return dates.plain(stored if isinstance(stored, date) else date.fromisoformat(stored))


def _moment(stored: datetime | str) -> str:
    at = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return dates.day(timezone.localtime(at), short=True, year=True)


def _label(choices: Any) -> Callable[[Any], str]:
    return lambda stored: str(choices(stored).label) if stored in choices.values else str(stored)


YES_OR_NO = frozenset({"no_contact", "must_not_know"})
SAY: dict[str, Callable[[Any], str]] = {
    "language": languages.name_of,
    "other_languages": languages.names_of,
    "reads_languages": languages.names_of,
    "country_of_birth": countries.name_of,
    "nationalities": countries.names_of,
    "aliases": ", ".join,
    "other_ids": lambda stored: "; ".join(f"{one['kind']}: {one['number']}" for one in stored),
    "phones": phones,
    "flags": lambda stored: ", ".join(str(vulnerability.LABELS[one]) for one in stored),
    "stage": _label(Stage),
    "gender": _label(Gender),
    "a_number_missing": _label(NumberMissing),
    "kind": lambda stored: _label(ContactKind if stored in ContactKind.values else AdverseKind)(stored),
    "tier": words.tier,
    "birth_date": _day,
    "birth_date_other": _day,
    "reached_at": _moment,
    "removed_at": _moment,
}
# Showing one of these is a look of its own.
HIDDEN: dict[str, Callable[[str], str]] = {
    "a_number": rules.masked,
    "pass_phrase": lambda stored: "•••" if stored else "",
}


def taken_back(verb: str) -> str:
    """What an act says that took another one back."""
    words = {
        "contact.changed": _("Took back a change of a contact"),
        "adverse.changed": _("Took back a change of an adverse party"),
    }
    return words.get(verb, _("Took back a change of the person"))


def differences(told: dict[str, Any]) -> list[Difference]:
    """What an act changed. A-numbers and pass phrases stay masked."""
    found = []
    for name, (was, now) in told.get("changes", {}).items():
        say = HIDDEN.get(name) or partial(value, name)
        found.append(Difference(verbs.field(name), say(was), say(now)))
    return found


def more(verb: str, told: dict[str, Any]) -> str:
    """What else an act kept, in a line: whom it was about, how far, until when."""
    if not told:
        return ""
    if verb in {"case.assigned", "case.unassigned"}:
        return ", ".join(filter(None, [told["who"], str(CaseRole(told["role"]).label)]))
    if verb == "note.written":
        return f"{NoteKind(told['kind']).label}, {words.tier(told['tier'])}"
    if verb == "case.shared":
        until = dates.day(timezone.localtime(datetime.fromisoformat(told["until"])), short=True, year=True)
        whom = f"{told['who']}, {told['to']}" if told["who"] else told["to"]
        return _("%(whom)s: %(level)s, until %(day)s") % {"whom": whom, "level": LEVELS[told["level"]], "day": until}
    if verb.startswith("consent."):
        return _consent(told)
    return str(told.get("who" if verb.startswith(("contact.", "adverse.")) else "to", ""))


def _consent(told: dict[str, Any]) -> str:
    """Whom a line of the ledger names, and about what."""
    subjects = ", ".join(str(Subject(one).label) for one in told["subjects"])
    return ": ".join(filter(None, [told["who"], subjects])) or _("Sharing the case with another organization")
