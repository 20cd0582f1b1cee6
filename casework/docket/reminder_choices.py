"""How long before a hearing people are reminded: the product's own, unless the organization or the member says so."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.docket.models import ReminderChoice

USUAL = (7 * 24 * 60, 24 * 60, 2 * 60)  # minutes: on for everybody, since peers' users missed what was off at first


@dataclass(frozen=True)
class Chosen:
    """What counts, and whether somebody chose it."""

    minutes: tuple[int, ...]
    digest: bool
    chosen: bool


def of_organization(actor: Actor) -> Chosen:
    row = ReminderChoice.objects.filter(organization_id=actor.organization, membership=None).first()
    return Chosen(tuple(row.minutes), row.digest, chosen=True) if row else Chosen(USUAL, digest=True, chosen=False)


def of_member(actor: Actor) -> Chosen:
    """What counts for the actor: their own choice, else the organization's."""
    row = ReminderChoice.objects.filter(membership_id=actor.member).first()
    if row:
        return Chosen(tuple(row.minutes), row.digest, chosen=True)
    ours = of_organization(actor)
    return Chosen(ours.minutes, ours.digest, chosen=False)


@act("reminders.chosen")
def choose(actor: Actor, *, minutes: Collection[int], digest: bool) -> Happened[ReminderChoice]:
    """For the actor alone. None at all is a choice, too."""
    return _save(actor, actor.member, of_member(actor), minutes, digest)


@act("reminders.set")
def set_for_all(actor: Actor, *, minutes: Collection[int], digest: bool) -> Happened[ReminderChoice]:
    """For everybody in the organization who chose nothing themselves."""
    return _save(actor, None, of_organization(actor), minutes, digest)


def _save(
    actor: Actor, member: uuid.UUID | None, before: Chosen, minutes: Collection[int], digest: bool
) -> Happened[ReminderChoice]:  # fmt: skip
    wanted = sorted(set(minutes), reverse=True)
    rows = ReminderChoice.objects.filter(organization_id=actor.organization)
    rows = rows.filter(membership_id=member) if member else rows.filter(membership=None)
    row = rows.first() or ReminderChoice(organization_id=actor.organization, membership_id=member)
    row.minutes, row.digest, row.changed_at = wanted, digest, timezone.now()
    row.save(update_fields=None if row._state.adding else ["minutes", "digest", "changed_at"])
    changes = {"before": (list(before.minutes), wanted), "digest": (before.digest, digest)}
    return Happened(row, thing=row, changes={name: both for name, both in changes.items() if both[0] != both[1]})
