"""The demo's answers: drafts that were begun, as rows by the tables' owner, who needs no door.

Load cases first. Each row has an id that follows from its key, so a second run changes nothing.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.access.doors import window
from casework.cases.demo import Entry, Members, fixture, row_id, write
from casework.cases.models import Case
from casework.intake.models import Answer, AnswerState
from casework.intake.questions import lists

FILE = "demo_intake.json"
MINUTES = 2  # between one answer and the next
REASONS = frozenset({AnswerState.NOT_KNOWN, AnswerState.DECLINED})


def size() -> int:
    """How many intakes `load` writes."""
    return len(fixture(FILE)["intakes"])


def load() -> Iterator[str]:
    """Writes the answers, and says whose, one line each. What is there already stays as it is."""
    now, found = timezone.now(), fixture(FILE)["intakes"]
    with transaction.atomic(), window("demo"):
        cases = Case.objects.select_related("organization", "person").in_bulk(
            [row_id(one["case"], "case") for one in found]
        )
        there = set(Answer.objects.filter(case__in=cases).values_list("case_id", flat=True))
        members = Members()
        plans = [(one, cases[row_id(one["case"], "case")]) for one in found]
        write(row for one, case in plans if case.pk not in there for row in _rows(one, case, members, now))
        lines = [f"Intake of {case.person.full_name or 'somebody without a name yet'}" for _one, case in plans]
    yield from lines


def _rows(entry: Entry, case: Case, members: Members, now: datetime) -> Iterator[Answer]:
    began = now - timedelta(hours=entry["hours"])
    for at, (key, value) in enumerate(entry["answers"].items()):
        when = began + timedelta(minutes=MINUTES * at)
        yield _row(entry, case, members, {"key": key, "value": value, "number": 1, "seen": 0}, when)
    for number, one in enumerate(entry.get("again", []), start=2):
        when = now - timedelta(hours=one["hours"]) + timedelta(minutes=MINUTES * number)
        yield _row(entry, case, members, one | {"number": 2}, when)


def _row(entry: Entry, case: Case, members: Members, one: dict[str, Any], when: datetime) -> Answer:
    question, value = lists.intake().by_key[one["key"]], _value(one["value"], when)
    member = members(case.organization.short_name, str(one.get("by") or entry["by"]))
    reason = value if isinstance(value, str) and value in REASONS else ""
    return Answer(
        id=row_id(f"{entry['case']}/{question.key}/{one['number']}", "answer"), organization=case.organization,
        case=case, tier=question.tier, key=question.key, number=one["number"], seen=one["seen"],
        state=reason or AnswerState.GIVEN, content={} if reason else {"value": value},
        set_version=lists.intake().version, answered_by=member, answered_by_name=member.user.name, answered_at=when,
    )  # fmt: skip


def _value(value: Any, when: datetime) -> Any:
    """A day that is counted becomes one."""
    if isinstance(value, dict) and "day" in value:
        day = (timezone.localtime(when) + timedelta(days=value["day"])).date().isoformat()
        return f"{day}T{value['clock']}" if "clock" in value else day
    return value
