"""One act on many cases: each by itself, so that those which cannot be done keep none of the others from it."""

import uuid
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.models import Membership
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions
from casework.cases.models import Assignment, Case, CaseRole


@dataclass
class Outcome:
    """What was done, by case the place that was made; what was not, by case the reason; how many were not there."""

    done: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    refused: dict[uuid.UUID, str] = field(default_factory=dict)
    missing: int = 0


def assign(actor: Actor, ids: Iterable[uuid.UUID], *, to: Membership, role: str, on: date) -> Outcome:
    """Puts a colleague on each of these cases; as lead, hands it over from a day on, as the single acts do.

    Raises nothing for a single case: it is told what stood against it. Cases that the actor does not see are counted.
    """
    outcome, wanted = Outcome(), sorted(set(ids))  # in one order, so that two who do this never wait for each other
    cases = Case.objects.ours(actor).in_bulk(wanted)
    with transaction.atomic():
        for pk in wanted:
            if pk not in cases:
                outcome.missing += 1
                continue
            made = _try(outcome, pk, partial(_assign, actor, cases[pk], to, role, on))
            if made is not None:
                outcome.done[pk] = made.pk
    return outcome


def take_back(actor: Actor, made: Iterable[uuid.UUID]) -> Outcome:
    """Takes places back that the actor has made so; refused for a case in which somebody changed the place since."""
    outcome, wanted = Outcome(), list(made)
    places = Assignment.objects.visible_to(actor).filter(pk__in=wanted, made_by_id=actor.member)
    with transaction.atomic():
        rows = list(places.select_related("case", "membership").order_by("case_id"))
        for one in rows:
            if _try(outcome, one.case_id, partial(_take_back, actor, one)):
                outcome.done[one.case_id] = one.pk
    outcome.missing = len(wanted) - len(rows)
    return outcome


def _try(outcome: Outcome, pk: uuid.UUID, act: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return act()
    except PermissionDenied:
        outcome.refused[pk] = _("You may not do this to the case.")
    except (ChangedMeanwhile, IntegrityError):
        outcome.refused[pk] = _("Somebody changed the team in this moment.")
    except ValidationError as error:
        outcome.refused[pk] = " ".join(error.messages)
    return None


def _assign(actor: Actor, case: Case, to: Membership, role: str, on: date) -> Assignment:
    if role == CaseRole.LEAD:
        return actions.hand_over(actor, case, to=to, on=on)
    return actions.assign(actor, case, membership=to, role=role)


def _take_back(actor: Actor, one: Assignment) -> bool:
    now = timezone.now()
    if one.ends_at is not None and one.ends_at <= max(now, one.starts_at):
        raise ValidationError(_("Somebody changed the team since."), code="built_on")
    if one.starts_at > now:
        actions.cancel_hand_over(actor, one.case)
    elif one.role == CaseRole.LEAD:
        _give_back(actor, one)
    else:
        actions.unassign(actor, one.case, assignment=one)
    return True


def _give_back(actor: Actor, one: Assignment) -> None:
    """The lead to whoever led before, and the new lead to what they were on the case until then."""
    ended = (
        Assignment.objects.visible_to(actor).filter(case=one.case, ends_at=one.starts_at).select_related("membership")
    )
    former = next((place for place in ended if place.role == CaseRole.LEAD), None)
    before = next((place.role for place in ended if place.membership_id == one.membership_id), "")
    if former is not None:
        zone = zoneinfo.ZoneInfo(one.case.organization.time_zone)
        actions.hand_over(
            actor, one.case, to=former.membership, on=timezone.localdate(timezone=zone), then=before
        )  # fmt: skip
        return
    actions.unassign(actor, one.case, assignment=one)
    if before:
        actions.assign(actor, one.case, membership=one.membership, role=before)
