"""Fields and lines of a case in words: what a value was, what it is, what else an act kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import verbs
from casework.cases import follow_ups
from casework.cases.models import (
    AppearanceForm,
    CaseRole,
    ClosingCode,
    Matter,
    NoteKind,
    Priority,
    Scope,
    Stage,
    StageReason,
)
from casework.desk.case import words
from casework.docket.models.kinds import BondResult, HearingKind, HearingOutcome, ProceedingKind
from casework.docket.undoing import ROWS
from casework.documents import wording
from casework.documents.models import DocumentKind
from casework.look import dates
from casework.people import countries, languages, rules, vulnerability
from casework.people import phones as numbers
from casework.people.models import AdverseKind, ContactKind, Gender, NumberMissing, Subject
from casework.vault.fields import Locked


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
    if "." in name:
        return _of_docket(name, stored)
    if name in YES_OR_NO:
        return _("Yes") if stored else _("No")
    if stored in ("", None, [], {}):
        return ""
    for choices in CHOICES.get(name, ()):
        if stored in choices.values:
            return str(choices(stored).label)
    return str(SAY.get(name, str)(stored))


def _of_docket(name: str, stored: Any) -> str:
    """A value of the docket, which lines name by its table; what it points at stands there by its name."""
    table, _dot, column = name.partition(".")
    field: Any = ROWS[table]._meta.get_field(column)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(stored, stored))
    if stored in ("", None):
        return ""
    if isinstance(field, models.DateField):
        return _day(stored)
    return str(dates.clock(time.fromisoformat(stored))) if isinstance(field, models.TimeField) else str(stored)


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
    """The day of an instant on the reader's clock, or a day."""
    at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return dates.day(timezone.localtime(at) if at.tzinfo else at, short=True, year=True)


YES_OR_NO = frozenset({"no_contact", "must_not_know", "withdrawn"})
CHOICES: dict[str, tuple[Any, ...]] = {
    "stage": (Stage,),
    "stage_reason": (StageReason,),
    "scope": (Scope,),
    "priority": (Priority,),
    "kind": (NoteKind, ContactKind, AdverseKind, DocumentKind),
    "gender": (Gender,),
    "a_number_missing": (NumberMissing,),
}
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
    "matters": lambda stored: ", ".join(str(Matter(one).label) for one in stored),
    "tier": lambda stored: words.tier(int(stored)),
    "birth_date": _day,
    "birth_date_other": _day,
    "due_on": _moment,
    "reached_at": _moment,
    "removed_at": _moment,
}
# Showing one of these is a look of its own.
HIDDEN: dict[str, Callable[[str], str]] = {
    "a_number": rules.masked,
    "pass_phrase": lambda stored: "•••" if stored else "",
}
LEVELS = {
    "view": gettext_lazy("read it"),
    "change": gettext_lazy("read it and write notes"),
    "share": gettext_lazy("read it, write notes and share it on"),
}


def taken_back(verb: str) -> str:
    """What an act says that took another one back."""
    words = {
        "person.parted": verbs.says("person.parted"),
        "case.changed": _("Took back a change of the case"),
        "contact.changed": _("Took back a change of a contact"),
        "adverse.changed": _("Took back a change of an adverse party"),
        "document.changed": _("Took back a change of a document"),
        "document.tier_changed": _("Took back who may read a document"),
        "document.restored": verbs.says("document.restored"),
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
    room = verb.split(".", maxsplit=1)[0]
    say = SAYS.get(verb) or SAYS.get(room)
    return str(say(told)) if say else str(told.get("to", ""))


def _place(told: dict[str, Any]) -> str:
    return ", ".join(filter(None, [told["who"], str(CaseRole(told["role"]).label)]))


def _lead(told: dict[str, Any]) -> str:
    return _("%(who)s, from %(day)s") % {"who": told["who"], "day": _moment(told["at"])}


def _share(told: dict[str, Any]) -> str:
    whom = f"{told['who']}, {told['to']}" if told["who"] else told["to"]
    said = {"whom": whom, "level": LEVELS[told["level"]], "day": _moment(told["until"])}
    return _("%(whom)s: %(level)s, until %(day)s") % said


def _task(told: dict[str, Any]) -> str:
    if "values" not in told:
        return ""
    said = follow_ups.says(told["rule"], told["values"]) if told["rule"] else told["text"]
    return f"{said} ({told['who']})" if told["who"] else str(said)


def _note(told: dict[str, Any]) -> str:
    return f"{NoteKind(told['kind']).label}, {words.tier(told['tier'])}"


def _party(told: dict[str, Any]) -> str:
    return str(told.get("who", ""))


def _other_file(told: dict[str, Any]) -> str:
    return _("The other file: %(who)s") % {"who": told["who"] or _("Name not known yet")}


def _hearing(told: dict[str, Any]) -> str:
    """Which hearing, and what came of it."""
    if "hearing" not in told:
        return ""
    at = datetime.fromisoformat(told["at"])
    where = f"{dates.day(at, short=True, year=True)}, {dates.clock(at)} ({told['where']})"
    outcome = HearingOutcome(told["outcome"]).label if told.get("outcome") else ""
    parts = [HearingKind(told["hearing"]).label, where, outcome, told.get("reason", "")]
    return ", ".join(str(one) for one in parts if one)


def _bond(told: dict[str, Any]) -> str:
    result, amount = told.get("result", ""), told.get("amount")
    return " ".join(filter(None, [str(BondResult(result).label) if result else "", f"$ {amount}" if amount else ""]))


def _document(told: dict[str, Any]) -> str:
    """Which document, and what became of the file."""
    number = told.get("number", 1)
    parts = [told.get("name", ""), _("version %(number)s") % {"number": number} if number > 1 else ""]
    if told.get("state") == "refused":
        parts.append(wording.why(told.get("reason", "")))
    return ", ".join(filter(None, parts))


def _consent(told: dict[str, Any]) -> str:
    """Whom a line of the ledger names, and about what."""
    subjects = ", ".join(str(Subject(one).label) for one in told["subjects"])
    return ": ".join(filter(None, [told["who"], subjects])) or _("Sharing the case with another organization")


SAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "case.assigned": _place,
    "case.unassigned": _place,
    "case.lead_handed_over": _lead,
    "case.lead_kept": lambda told: told["who"],
    "case.closed": lambda told: str(ClosingCode(told["code"]).label) if "code" in told else "",
    "case.shared": _share,
    "note.written": _note,
    "note.pinned": lambda told: _("Pinned") if told["pinned"] else _("Not pinned any more"),
    "appearance": lambda told: f"{AppearanceForm(told['form']).label}, {told['who']}, {_moment(told['day'])}",
    "task": _task,
    "person.merged": _other_file,
    "person.parted": _other_file,
    "contact": _party,
    "adverse": _party,
    "consent": _consent,
    "document": _document,
    "hearing": _hearing,
    "docket": _hearing,
    "proceeding": lambda told: str(ProceedingKind(told["proceeding"]).label) if "proceeding" in told else "",
    "decision": lambda told: str(told.get("decision", "")),
    "charge": lambda told: str(told.get("charge", "")),
    "bond": _bond,
}
