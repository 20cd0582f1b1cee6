"""Tasks: opening them by hand and by rule, changing, ending and reopening them."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.changes import by_tier, plain
from casework.access.models import Membership
from casework.access.versions import ChangedMeanwhile
from casework.cases import follow_ups, reach, rules
from casework.cases.actions.ground import name_of
from casework.cases.models import Assignment, Case, Task, Tier

SAID = {"assignee_id": "assignee"}  # as lines of the audit and forms call it


def add_task(
    actor: Actor, case: Case, *, text: str, due_on: date | None = None, assignee: Membership | None = None,
    tier: int = Tier.REPRESENTATION,
) -> Task:  # fmt: skip
    """A task by hand. `due_on` is a day of the organization's calendar.

    Raises ValidationError at "tier" for one that the actor may not write, at "assignee" for somebody who could not
    read it, and PermissionDenied.
    """
    acts.may(actor, "task.opened", case)
    _check(actor, case, tier=tier, assignee_id=assignee.pk if assignee else None)
    task: Task = _open(actor, case, text=text, due_on=due_on, assignee_id=assignee.pk if assignee else None, tier=tier)
    return task


def open_task(
    actor: Actor, case: Case, *, rule: str, due_on: date | None = None, cause: uuid.UUID | None = None,
    values: Mapping[str, Any] | None = None, assignee: Membership | None = None,
) -> Task | None:  # fmt: skip
    """What a rule asks for (`follow_ups.RULES`), for acts of other rooms to call.

    While a task of the same rule and cause is open on the case, that one is given back as it is; None where the actor
    may not read it. Without `assignee` it falls to whoever has the rule's role on the case, else to nobody yet.
    Whoever writes intake alone (a volunteer) opens it on that tier. Raises KeyError for a rule without words, and
    PermissionDenied.
    """
    acts.may(actor, "task.opened", case)
    found = follow_ups.RULES[rule]
    same = Task.objects.visible_to(actor).filter(case=case, rule=rule, cause=cause, done_at=None)
    there: Task | None = same.first()
    if there is not None:
        return there
    tier = min(found.tier, reach.of(actor).writes_up_to(case))
    assignee_id = assignee.pk if assignee else _whose(actor, case, found.whose, tier)
    try:
        with transaction.atomic():
            opened: Task = _open(
                actor, case, rule=rule, cause=cause, values=dict(values or {}), due_on=due_on, assignee_id=assignee_id,
                tier=tier,
            )  # fmt: skip
    except IntegrityError:  # in this very moment, or out of the actor's sight
        hidden: Task | None = same.first()
        return hidden
    return opened


@act("task.opened")
def _open(actor: Actor, case: Case, /, **values: Any) -> Happened[Task]:
    task = Task(organization_id=case.organization_id, case=case, made_by_id=actor.member, **values)
    task.save(force_insert=True)
    return Happened(task, thing=task, fields=("task",), about={"membership_id": task.assignee_id}, told=_told(task))


def change_task(actor: Actor, case: Case, *, task: Task, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values ("text", "due_on", "assignee_id", "tier"); the audit line's id, None when nothing differs.

    The words of a rule stay. Raises ChangedMeanwhile when the task's version is not `seen`, and ValidationError as
    `add_task`, or for a task that has ended.
    """
    acts.may(actor, "task.changed", case)
    _of_case(case, task)
    if task.version != seen:
        raise ChangedMeanwhile(task)
    if not task.is_open:
        raise ValidationError(_("This task has ended. Reopen it first."), code="ended")
    different = {name: value for name, value in values.items() if value != getattr(task, name)}
    if task.rule:
        different.pop("text", None)
    if not different:
        return None
    wanted = {"tier": task.tier, "assignee_id": task.assignee_id} | different
    _check(actor, case, tier=wanted["tier"], assignee_id=wanted["assignee_id"])
    lines: list[uuid.UUID] = [_change(actor, case, task=task, values=part) for part in by_tier(task, different)]
    return lines[-1]


@act("task.changed")
def _change(actor: Actor, case: Case, *, task: Task, values: Mapping[str, Any]) -> Happened[uuid.UUID]:
    before = standing(task)
    for name, value in values.items():
        setattr(task, name, value)
    after = standing(task)
    task.save(update_fields=[name.removesuffix("_id") for name in values])
    line, names = uuid.uuid4(), [SAID.get(name, name) for name in values]
    changes, about = {name: (before[name], after[name]) for name in names}, {"membership_id": task.assignee_id}
    return Happened(line, thing=task, changes=changes, about=about, line=line)


@act("task.done")
def finish_task(actor: Actor, case: Case, *, task: Task) -> Happened[None]:
    """Done, now. Raises ValidationError for a task that has ended."""
    _end(actor, case, task, dropped=False)
    return Happened(None, thing=task, fields=("done_at",), told=_told(task))


@act("task.dropped")
def drop_task(actor: Actor, case: Case, *, task: Task) -> Happened[None]:
    """Not needed any more: it ends without being done. Raises ValidationError for a task that has ended."""
    _end(actor, case, task, dropped=True)
    return Happened(None, thing=task, fields=("dropped",), told=_told(task))


@act("task.reopened")
def reopen_task(actor: Actor, case: Case, *, task: Task) -> Happened[None]:
    """Takes an end back. Raises ValidationError for a task that is open, and where its rule has opened it anew."""
    _of_case(case, task)
    if task.is_open:
        raise ValidationError(_("This task is open."), code="open")
    task.done_at, task.done_by, task.dropped = None, None, False
    try:
        with transaction.atomic():
            task.save(update_fields=["done_at", "done_by", "dropped"])
    except IntegrityError as error:
        raise ValidationError(_("The same task was opened again meanwhile."), code="again") from error
    return Happened(None, thing=task, fields=("done_at",), told=_told(task))


def drop_tasks(actor: Actor, case: Case, *, cause: uuid.UUID) -> int:
    """Drops the open tasks that came from this row, as far as the actor sees them; how many. For what is undone."""
    open_ones = list(Task.objects.visible_to(actor).filter(case=case, cause=cause, done_at=None))
    for task in open_ones:
        drop_task(actor, case, task=task)
    return len(open_ones)


def says(task: Task) -> str:
    """What is to be done, in the reader's language."""
    return follow_ups.says(task.rule, task.values) if task.rule else task.text


def standing(task: Task) -> dict[str, Any]:
    """What can be changed, by field, as lines of the audit say it: somebody by name."""
    who = name_of(task.assignee_id) if task.assignee_id else ""
    return {"text": task.text, "due_on": plain(task.due_on), "assignee": who, "tier": task.tier}


def may_hold(actor: Actor, case: Case, tier: int) -> list[uuid.UUID]:
    """Members of the case's organization who read the case up to this tier, so that a task can be theirs."""
    live = Membership.objects.live().filter(organization_id=case.organization_id)
    team = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case)
    on_team = set(team.values_list("membership_id", flat=True))
    return [
        pk
        for pk, roles, visibility in live.values_list("pk", "roles", "organization__visibility")
        if tier
        <= rules.reads_up_to(
            frozenset(roles), assigned=pk in on_team, visibility=visibility, restricted=case.restricted
        )
    ]


def _check(actor: Actor, case: Case, *, tier: int, assignee_id: uuid.UUID | None) -> None:
    if tier > reach.of(actor).writes_up_to(case):
        raise ValidationError({"tier": _("You may not write tasks of this kind here.")})
    if assignee_id is not None and uuid.UUID(str(assignee_id)) not in may_hold(actor, case, tier):
        raise ValidationError({"assignee": _("This person cannot read the task. Choose somebody else, or who may.")})


def _whose(actor: Actor, case: Case, role: str, tier: int) -> uuid.UUID | None:
    """Whoever has this role on the case and reads the task; nobody, where nobody has."""
    team = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case)
    places = sorted(team.values_list("role", "membership_id"), key=lambda one: (one[0] != role, one[0] != "lead"))
    able = may_hold(actor, case, tier) if places else []
    return next((pk for on_case, pk in places if on_case in (role, "lead") and pk in able), None)


def _end(actor: Actor, case: Case, task: Task, *, dropped: bool) -> None:
    _of_case(case, task)
    if not task.is_open:
        raise ValidationError(_("This task has ended already."), code="ended")
    task.done_at, task.done_by_id, task.dropped = timezone.now(), actor.member, dropped
    task.save(update_fields=["done_at", "done_by", "dropped"])


def _of_case(case: Case, task: Task) -> None:
    if task.case_id != case.pk:
        raise ValidationError(_("This task belongs to another case."), code="case")


def _told(task: Task) -> dict[str, Any]:
    who = name_of(task.assignee_id) if task.assignee_id else ""
    return {"rule": task.rule, "text": task.text, "values": task.values, "who": who, "due_on": plain(task.due_on)}
