"""What the holder of a link is asked to do: chosen by the team from a list, ticked off on the family's page."""

import uuid
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.portal import rules
from casework.portal.models import FamilyLink, FamilyTask


def choose(actor: Actor, link: FamilyLink, codes: Collection[str]) -> bool:
    """From now on these stand, with the ticks that they have; whether that was a change.

    Raises ValidationError for a link that was ended, for too many, and for what stands in no list.
    """
    acts.may(actor, "family.asked", link)
    if link.revoked_at is not None:
        raise ValidationError(_("This link was ended. Give a new one."), code="gone")
    if len(set(codes)) > rules.MOST_TO_DO or not set(codes) <= set(rules.TASKS):
        raise ValidationError(_("Choose at most %(most)s.") % {"most": rules.MOST_TO_DO}, code="many")
    if {one.code for one in standing(actor, [link]).get(link.pk, [])} == set(codes):
        return False
    _choose(actor, link, codes=codes)
    return True


@act("family.asked")
def _choose(actor: Actor, link: FamilyLink, *, codes: Collection[str]) -> Happened[None]:
    rows, now = _standing(actor).filter(link_id=link.pk), timezone.now()
    rows.exclude(code__in=codes).update(withdrawn_at=now)
    there = set(rows.values_list("code", flat=True))
    own = {"organization_id": link.organization_id, "case_id": link.case_id, "link_id": link.pk}
    for code in (one for one in rules.TASKS if one in codes and one not in there):
        FamilyTask(code=code, chosen_by_id=actor.member, chosen_at=now, **own).save(force_insert=True)
    return Happened(None, thing=link, fields=("tasks",), told={"tasks": sorted(codes)})


def tick(actor: Actor, done: Collection[str]) -> None:
    """For the family that acts: these are done, and the others are not."""
    for task in _standing(actor):
        if task.code in done and task.done_at is None:
            _tick(actor, task)
        elif task.code not in done and task.done_at is not None:
            _untick(actor, task)


@act("window.ticked")
def _tick(actor: Actor, task: FamilyTask) -> Happened[None]:
    task.done_at = timezone.now()
    task.save(update_fields=["done_at"])
    return Happened(None, thing=task, fields=("tasks",))


@act("window.unticked")
def _untick(actor: Actor, task: FamilyTask) -> Happened[None]:
    task.done_at = None
    task.save(update_fields=["done_at"])
    return Happened(None, thing=task, fields=("tasks",))


def standing(actor: Actor, links: list[FamilyLink]) -> dict[uuid.UUID, list[FamilyTask]]:
    """What each link's holder is asked to do, in the order in which it was."""
    found: dict[uuid.UUID, list[FamilyTask]] = {}
    for row in _standing(actor).filter(link_id__in=[one.pk for one in links]):
        found.setdefault(row.link_id, []).append(row)
    return found


def _standing(actor: Actor) -> Any:
    return FamilyTask.objects.visible_to(actor).filter(withdrawn_at=None).order_by("chosen_at", "code")
