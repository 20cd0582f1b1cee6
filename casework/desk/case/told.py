"""Fields and lines of a case in words: what a value was, what it is, what else an act kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import verbs
from casework.cases.models import CaseRole, NoteKind, Stage
from casework.desk.case import words
from casework.look import dates
from casework.people import languages
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
    if name == "no_contact":
        return _("Yes") if stored else _("No")
    if name == "language":
        return languages.name_of(stored) if stored else ""
    if name == "stage":
        return str(Stage(stored).label)
    if name == "birth_date" and stored:
        day = stored if isinstance(stored, date) else date.fromisoformat(stored)
        return dates.plain(day)
    return str(stored or "")


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
    if verb in {"case.assigned", "case.unassigned"}:
        return f"{told['who']}, {CaseRole(told['role']).label}" if told["who"] else str(CaseRole(told["role"]).label)
    if verb == "note.written":
        return f"{NoteKind(told['kind']).label}, {words.tier(told['tier'])}"
    if verb == "case.shared":
        until = dates.day(timezone.localtime(datetime.fromisoformat(told["until"])), short=True, year=True)
        whom = f"{told['who']}, {told['to']}" if told["who"] else told["to"]
        return _("%(whom)s: %(level)s, until %(day)s") % {"whom": whom, "level": LEVELS[told["level"]], "day": until}
    return str(told.get("to", ""))
