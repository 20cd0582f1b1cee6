"""Accepting an intake in one act, and taking that back within the hour."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.models import Membership
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases.actions import acceptance as back
from casework.cases.actions.ground import locked
from casework.cases.models import Appearance, Case
from casework.intake.acceptance import ground, standing, undoing, words, writing
from casework.intake.acceptance.plan import ordered

VERB, UNDONE = "intake.accepted", "intake.acceptance_undone"
AN_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Accepted:
    """What an acceptance did: its line, which takes it back, and the reference."""

    line: uuid.UUID
    reference: str


@act(VERB)
def accept(
    actor: Actor, case: Case, *, lead: Membership | None, choices: Mapping[str, str], seal: str,
    leave: frozenset[str] = frozenset(),
) -> Happened[Accepted]:  # fmt: skip
    """Takes the case on, with a lead, and writes what the answers say where it belongs, all of it or nothing.

    `choices` says of each value that differs whether the file's is kept or the answer's taken; rows in `leave` stay
    answers. `seal` is that of the plan somebody saw. Raises ChangedMeanwhile when another one stands, ValidationError
    for what stands in the way (`ground.Stop`), at "lead" without one, NotWritten for what an act refuses in a row.
    """
    now = locked(actor, case)
    intake = standing.read(actor, case)
    for one in ground.hindrances(actor, standing.Intake(now, intake.givens, intake.said, intake.held)):
        raise ValidationError(words.hindrance(one), code=one.stop.value)
    if intake.seal != seal:
        raise ChangedMeanwhile(now)
    if any(choices.get(key) not in ("keep", "take") for key in intake.plan.to_choose):
        raise ValidationError(_("Choose for each value that differs."), code="choose")
    orders = ordered(intake.plan, choices, leave)
    before, team = back.stage_of(now), back.team_of(actor, case)
    reference: str = cases.accept(actor, case)
    _lead(actor, case, lead, team)
    steps = writing.write(actor, intake, orders)
    tables = sorted({order.row.table for order in orders})
    told = {
        "written": steps, "before": before, "team": team, "team_after": back.team_of(actor, case),
        "reference": reference,
    }  # fmt: skip
    done = Accepted(uuid.uuid4(), reference)
    return Happened(done, thing=case, fields=("stage", "reference", *tables), told=told, line=done.line)


def _lead(actor: Actor, case: Case, lead: Membership | None, team: Mapping[str, tuple[str, str]]) -> None:
    leads = next((member for member, role in team.values() if role == "lead"), None)
    if lead is None:
        raise ValidationError({"lead": _("Choose who leads the case.")})
    if str(lead.pk) == leads:
        return
    zone = ZoneInfo(case.organization.time_zone)
    try:
        cases.hand_over(actor, case, to=lead, on=timezone.localdate(timezone=zone), then="co_counsel" if leads else "")
    except ValidationError as error:
        raise ValidationError({"lead": error.messages}) from error


def undo(actor: Actor, case: Case) -> str:
    """Takes the last acceptance back within the hour; the reference, which stays used.

    What was written is withdrawn, what was changed is put back. Raises ValidationError with the reason where it is too
    late, where nothing was accepted so, and where somebody built on it.
    """
    acts.may(actor, UNDONE, case)
    line = last(case)
    if line is None:
        raise ValidationError(_("No acceptance of an intake is on file that could be taken back."), code="none")
    if not is_in_time(line, timezone.now()):
        raise ValidationError(_("An acceptance can be taken back within an hour. That hour is over."), code="late")
    told = acts.opened_details([line])[line.pk]
    if not told:
        raise ValidationError(_("This cannot be undone: what stood before does not open."), code="locked")
    reference: str = _undo(actor, case, line=line, told=told)
    return reference


@act(UNDONE)
def _undo(actor: Actor, case: Case, *, line: Entry, told: dict[str, Any]) -> Happened[str]:
    locked(actor, case)
    filed = Appearance.objects.visible_to(actor).filter(case=case, withdrawn_on=None, made_at__gt=line.at)
    try:
        if filed.exists():
            raise ValidationError(_("An appearance was written down since."), code="built_on")
        changes: Changes = back.stage_back(actor, case, told["before"])
        undoing.take_back(actor, case, told["written"])
        back.team_back(actor, case, before=told["team"], after=told["team_after"])
    except ValidationError as error:
        said = _("The acceptance cannot be taken back any more. %(why)s") % {"why": " ".join(error.messages)}
        raise ValidationError(said, code="built_on") from error
    kept = {"undoes": line.pk, "reference": case.reference}
    return Happened(case.reference, thing=case, changes=changes, told=kept)


def last(case: Case) -> Entry | None:
    """The line of the last acceptance that nobody has taken back."""
    lines = Entry.objects.filter(case_id=case.pk, verb__in=[VERB, UNDONE]).order_by("-at")
    found = lines.first()
    return found if found and found.verb == VERB else None


def is_in_time(line: Entry, now: datetime) -> bool:
    """Whether it can still be taken back."""
    return now - line.at <= AN_HOUR
