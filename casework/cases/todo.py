"""Tasks as their readers see them: of a case, one's own, the organization's, those that have ended."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Window
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.cases import follow_ups, rules
from casework.cases.actions import tasks
from casework.cases.models import Case, Task
from casework.cases.pages import Page, page
from casework.cases.rules import Due
from casework.people.models import Person

SIZE = 50
MINE, ALL, ENDED = "mine", "all", "ended"
PRESSING = frozenset({Due.OVERDUE, Due.TODAY})


@dataclass(frozen=True)
class Todo:
    """A task in words. `whose` and `ender` are names, empty for nobody; `person` where a list has tasks of many cases.

    `due` says how its day lies to the reader's today.
    """

    task: Task
    says: str
    due: Due
    whose: str
    mine: bool
    ender: str
    person: str = ""

    @property
    def source(self) -> str:
        """What opened it, where it was not a person."""
        return follow_ups.source(self.task.rule)


NONE: Page[Todo] = Page([])


def of_case(actor: Actor, case: Case, *, ended: bool = False, most: int | None = None) -> list[Todo]:
    """The case's open tasks, the most pressing first, or those that have ended, the latest first."""
    rows = Task.objects.visible_to(actor).filter(case=case, done_at__isnull=not ended)
    ordered = rows.order_by("-done_at", "pk") if ended else rows.order_by(F("due_on").asc(nulls_last=True), "made_at")
    return in_words(actor, list(ordered[:most]))


def count(actor: Actor, case: Case) -> int:
    """How many open tasks of the case the actor reads."""
    number: int = Task.objects.visible_to(actor).filter(case=case, done_at=None).count()
    return number


@dataclass(frozen=True)
class Few:
    """The first of somebody's tasks, how many there are in all, and how many of those are due today or overdue."""

    rows: list[Task]
    many: int = 0
    pressing: int = 0


def first(actor: Actor, most: int) -> Few:
    """One's own open tasks, the most pressing first, each with its case."""
    rows = Task.objects.visible_to(actor).filter(
        organization_id=actor.organization, done_at=None, assignee_id=actor.member
    )
    presses = Count("pk", filter=Q(due_on__lte=timezone.localdate()))
    counted = rows.annotate(many=Window(Count("pk")), pressing=Window(presses))
    found: list[Any] = list(counted.order_by(F("due_on").asc(nulls_last=True), "made_at", "pk")[:most])
    _with_cases(actor, found)
    return Few(found, found[0].many, found[0].pressing) if found else Few([])


def in_words(actor: Actor, rows: list[Task], people: Mapping[uuid.UUID, str] | None = None) -> list[Todo]:
    """These tasks, with the names of people by case."""
    names, today = _names(rows), timezone.localdate()
    return [
        Todo(
            row, tasks.says(row), _due(row, today), names.get(row.assignee_id, ""),
            row.assignee_id == actor.membership_id, names.get(row.done_by_id, ""), (people or {}).get(row.case_id, ""),
        )
        for row in rows
    ]  # fmt: skip


def listed(actor: Actor, part: str, asked: Mapping[str, str]) -> Page[Todo]:
    """A page of the organization's tasks: one's own (MINE), everybody's (ALL), or those that ended (ENDED)."""
    ours = Task.objects.visible_to(actor).filter(organization_id=actor.organization)
    if part == ENDED:
        found = page(ours.filter(done_at__isnull=False), asked, by="done_at", size=SIZE)
        return Page(_with_people(actor, found.rows), found.newer, found.older)
    rows = ours.filter(done_at=None, **({"assignee_id": actor.member} if part == MINE else {}))
    ordered = rows.order_by(F("due_on").asc(nulls_last=True), "made_at", "pk")
    number = _number(asked.get("page", ""))
    held = list(ordered[number * SIZE : (number + 1) * SIZE + 1])
    before, after = (f"?part={part}&page={number + step}" for step in (0, 2))
    return Page(
        _with_people(actor, held[:SIZE]), before if number else "", after if len(held) > SIZE else ""
    )  # fmt: skip


def _number(text: str) -> int:
    """A page, counted from 0. Raises nothing: an address that somebody changed leads to the first page."""
    return max(int(text) - 1, 0) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _with_people(actor: Actor, rows: list[Task]) -> list[Todo]:
    cases = _with_cases(actor, rows)
    people = Person.objects.visible_to(actor).shown(case.person_id for case in cases)
    return in_words(actor, rows, {case.pk: people[case.person_id].full_name for case in cases})


def _with_cases(actor: Actor, rows: list[Task]) -> list[Case]:
    """Puts its case into each task."""
    cases = Case.objects.visible_to(actor).in_bulk({row.case_id for row in rows}) if rows else {}
    for row in rows:
        row.case = cases[row.case_id]
    return list(cases.values())


def _due(row: Task, today: date) -> Due:
    return Due.LATER if not row.is_open else rules.due(row.due_on, today)


def _names(rows: Iterable[Task]) -> dict[Any, str]:
    wanted = {one for row in rows for one in (row.assignee_id, row.done_by_id) if one}
    return dict(Colleague.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
