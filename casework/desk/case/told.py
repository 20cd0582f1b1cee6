"""Fields and lines of a case in words: what a value was, what it is, what else an act kept."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

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
from casework.look import dates
from casework.people import languages
from casework.vault.fields import Locked

CHOICES: dict[str, Any] = {
    "stage": Stage, "stage_reason": StageReason, "scope": Scope, "priority": Priority, "kind": NoteKind,
}  # fmt: skip
VALUES: dict[str, Callable[[Any], str]] = {
    "no_contact": lambda stored: _("Yes") if stored else _("No"),
    "language": languages.name_of,
    "matters": lambda stored: ", ".join(str(Matter(one).label) for one in stored),
    "tier": lambda stored: words.tier(int(stored)),
    "birth_date": lambda stored: dates.plain(_date(stored)),
    "due_on": lambda stored: dates.day(_date(stored), short=True, year=True),
}
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
    if stored in ("", None):
        return ""
    if name in CHOICES:
        return str(dict(CHOICES[name].choices).get(stored, stored))
    say = VALUES.get(name, str)
    return say(stored)


def _date(stored: date | str) -> date:
    return stored if isinstance(stored, date) else date.fromisoformat(stored)


def masked(digits: str) -> str:
    """An A-number but for its last three digits."""
    return f"A •••-•••-{digits[-3:]}" if digits else ""


def differences(told: dict[str, Any]) -> list[Difference]:
    """What an act changed. A-numbers stay masked: showing one is a look of its own."""
    found = []
    for name, (was, now) in told.get("changes", {}).items():
        say = masked if name == "a_number" else lambda stored, name=name: value(name, stored)
        found.append(Difference(verbs.field(name), say(was), say(now)))
    return found


def more(verb: str, told: dict[str, Any]) -> str:
    """What else an act kept, in a line: whom it was about, how far, until when."""
    if not told:
        return ""
    room = verb.split(".", maxsplit=1)[0]
    say = SAYS.get(verb) or SAYS.get(room)
    return str(say(told)) if say else str(told.get("to", ""))


def _day(text: str) -> str:
    """A day, or the day of an instant on the reader's clock."""
    at = datetime.fromisoformat(text)
    return dates.day(timezone.localtime(at) if at.tzinfo else at, short=True, year=True)


def _place(told: dict[str, Any]) -> str:
    role = CaseRole(told["role"]).label
    return f"{told['who']}, {role}" if told["who"] else str(role)


def _lead(told: dict[str, Any]) -> str:
    return _("%(who)s, from %(day)s") % {"who": told["who"], "day": _day(told["at"])}


def _share(told: dict[str, Any]) -> str:
    whom = f"{told['who']}, {told['to']}" if told["who"] else told["to"]
    said = {"whom": whom, "level": LEVELS[told["level"]], "day": _day(told["until"])}
    return _("%(whom)s: %(level)s, until %(day)s") % said


def _task(told: dict[str, Any]) -> str:
    if "values" not in told:
        return ""
    said = follow_ups.says(told["rule"], told["values"]) if told["rule"] else told["text"]
    return f"{said} ({told['who']})" if told["who"] else str(said)


def _note(told: dict[str, Any]) -> str:
    return f"{NoteKind(told['kind']).label}, {words.tier(told['tier'])}"


SAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "case.assigned": _place,
    "case.unassigned": _place,
    "case.lead_handed_over": _lead,
    "case.lead_kept": lambda told: told["who"],
    "case.closed": lambda told: str(ClosingCode(told["code"]).label) if "code" in told else "",
    "case.shared": _share,
    "note.written": _note,
    "note.pinned": lambda told: _("Pinned") if told["pinned"] else _("Not pinned any more"),
    "appearance": lambda told: f"{AppearanceForm(told['form']).label}, {told['who']}, {_day(told['day'])}",
    "task": _task,
}
