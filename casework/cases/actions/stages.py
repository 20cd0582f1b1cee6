"""How far a case has come: accepting, moving, closing and reopening it."""

import zoneinfo
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.changes import plain
from casework.access.versions import ChangedMeanwhile
from casework.cases import references, rules
from casework.cases.actions.ground import locked
from casework.cases.actions.notes import write_note
from casework.cases.actions.tasks import drop_task
from casework.cases.models import Case, Closing, NoteKind, Stage, Task


@act("case.accepted")
def accept(actor: Actor, case: Case) -> Happened[str]:
    """Takes the case on and gives it the organization's next reference of the year there, such as NLA-2026-0042.

    A case that was accepted before keeps the reference it has. Raises ValidationError for a case that does not wait
    for acceptance.
    """
    now = locked(actor, case)
    if not rules.may_be_accepted(now.stage):
        raise ValidationError(_("This case does not wait for acceptance any more."), code="stage")
    changes: Changes = {"stage": (now.stage, Stage.ACTIVE.value)}
    if not now.reference:
        now.reference = references.following(now.organization)
        changes["reference"] = ("", now.reference)
    _set_stage(now, Stage.ACTIVE, also=("reference",))
    _copy(case, now)
    return Happened(now.reference, thing=case, changes=changes)


@act("case.stage_changed")
def move(actor: Actor, case: Case, *, to: str, reason: str = "", note: str = "", seen: int) -> Happened[None]:
    """Moves the case to another stage, with a reason (`StageReason`) where it is declined or referred.

    `note` is kept as a memo. Raises ValidationError at "stage" or "reason" for what does not follow, and
    ChangedMeanwhile when the case's version is not `seen`.
    """
    now = locked(actor, case)
    if now.version != seen:
        raise ChangedMeanwhile(now)
    if to not in rules.next_stages(now.stage):
        raise ValidationError({"stage": _("From %(stage)s a case does not go there.") % {"stage": _label(now.stage)}})
    if not rules.may_move(now.stage, to, reason):
        raise ValidationError({"reason": _("Choose a reason.") if not reason else _("Choose a reason from the list.")})
    changes: Changes = {"stage": (now.stage, to)}
    if reason or now.stage_reason:
        changes["stage_reason"] = (now.stage_reason, reason)
    _set_stage(now, Stage(to), reason)
    _copy(case, now)
    if note.strip():
        write_note(actor, case, text=note.strip(), kind=NoteKind.MEMO)
    return Happened(None, thing=case, changes=changes)


@act("case.closed")
def close(actor: Actor, case: Case, *, values: Mapping[str, Any], drop_tasks: bool, seen: int) -> Happened[Closing]:
    """Closes the case with its code and outcomes (`values`: the columns of Closing); open tasks are dropped if asked.

    Raises ValidationError for a case that is not active, at "closed_on" for a day before it was opened or ahead, and
    ChangedMeanwhile when its version is not `seen`.
    """
    now = locked(actor, case)
    if now.version != seen:
        raise ChangedMeanwhile(now)
    if not rules.may_be_closed(now.stage):
        raise ValidationError(_("Only an active case can be closed."), code="stage")
    zone = zoneinfo.ZoneInfo(now.organization.time_zone)
    opened, today = timezone.localdate(now.opened_at, zone), timezone.localdate(timezone=zone)
    if not opened <= values["closed_on"] <= today:
        raise ValidationError({"closed_on": _("Choose a day between the opening of the case and today.")})
    before = now.stage
    _set_stage(now, Stage.CLOSED)
    made = Closing(organization_id=now.organization_id, case=now, made_by_id=actor.member, **values)
    made.full_clean(exclude=["organization", "case", "made_by"], validate_unique=False, validate_constraints=False)
    made.save(force_insert=True)
    _copy(case, now)
    if drop_tasks:
        for task in Task.objects.visible_to(actor).filter(case=case, done_at=None):
            drop_task(actor, case, task=task)
    told = {name: plain(value) for name, value in values.items()}
    return Happened(made, thing=case, changes={"stage": (before, Stage.CLOSED.value)}, told=told)


@act("case.reopened")
def reopen(actor: Actor, case: Case) -> Happened[None]:
    """Makes a closed case active again; its closing stays, with the instant. Raises ValidationError for any other."""
    now = locked(actor, case)
    if now.stage != Stage.CLOSED:
        raise ValidationError(_("This case is not closed."), code="stage")
    _set_stage(now, Stage.ACTIVE)
    for closing in Closing.objects.visible_to(actor).filter(case=case, reopened_at=None):
        closing.reopened_at = timezone.now()
        closing.save(update_fields=["reopened_at"])
    _copy(case, now)
    return Happened(None, thing=case, changes={"stage": (Stage.CLOSED.value, Stage.ACTIVE.value)})


def _set_stage(case: Case, stage: Stage, reason: str = "", also: tuple[str, ...] = ()) -> None:
    case.stage, case.stage_reason, case.stage_since = stage.value, reason, timezone.now()
    case.save(update_fields=["stage", "stage_reason", "stage_since", *also])


def _copy(case: Case, now: Case) -> None:
    """What was written stands in the row of the caller, too."""
    for name in ("stage", "stage_reason", "stage_since", "reference", "version"):
        setattr(case, name, getattr(now, name))


def _label(stage: str) -> str:
    return str(Stage(stage).label)
