"""Taking an acceptance back: the stage, and who was on the case. Parts of an act, which asks whether that may be."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.changes import plain
from casework.cases.actions.ground import instant, locked, name_of
from casework.cases.actions.team import place
from casework.cases.models import Assignment, Case, Stage

STAGE = ("stage", "stage_reason", "stage_since")


def stage_of(case: Case) -> dict[str, Any]:
    """How far the case has come, as a line keeps it."""
    return {name: plain(getattr(case, name)) for name in STAGE}


def team_of(actor: Actor, case: Case) -> dict[str, tuple[str, str]]:
    """Who is on the case now: membership and role, by the id of each place."""
    rows = Assignment.objects.visible_to(actor).filter(Assignment.live(), case=case)
    return {str(pk): (str(member), role) for pk, member, role in rows.values_list("pk", "membership_id", "role")}


def stage_back(actor: Actor, case: Case, before: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Puts back the stage that stood before; the reference stays. Raises ValidationError where the case moved on."""
    now = locked(actor, case)
    if now.stage != Stage.ACTIVE:
        words = _("The case is not active any more: %(stage)s.") % {"stage": Stage(now.stage).label}
        raise ValidationError(words, code="built_on")
    changes = {"stage": (now.stage, before["stage"])}
    now.stage, now.stage_reason = before["stage"], before["stage_reason"]
    now.stage_since = datetime.fromisoformat(before["stage_since"])
    now.save(update_fields=list(STAGE))
    for name in (*STAGE, "version"):
        setattr(case, name, getattr(now, name))
    return changes


def team_back(
    actor: Actor, case: Case, *, before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> None:  # fmt: skip
    """Makes the team what it was: ends the places that were added, begins anew those that ended.

    Raises ValidationError, with a name, where somebody has changed who leads since.
    """
    now = team_of(actor, case)
    lead = next((member for member, role in now.values() if role == "lead"), "")
    led = next((member for member, role in after.values() if role == "lead"), "")
    if lead != led:
        words = _("%(name)s leads the case now.") % {"name": name_of(uuid.UUID(lead))} if lead else ""
        raise ValidationError(words or _("Nobody leads the case any more."), code="built_on")
    added, at = set(after) - set(before), instant()
    for one in Assignment.objects.visible_to(actor).filter(case=case, pk__in=added & set(now)):
        one.ends_at = max(at, one.starts_at)
        one.save(update_fields=["ends_at"])
    for pk in set(before) - set(after):
        member, role = before[pk]
        place(actor, case, uuid.UUID(member), role)
