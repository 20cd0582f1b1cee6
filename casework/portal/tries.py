"""Wrong PINs: where many were tried on a link, the team is told, once a day at most.

The worker reads the counters of the door. The door itself does nothing more for a link that stands than for one that
was never given, so that its answers stay alike; and a stranger cannot lock the family out (`access/limits.py`).
"""

import uuid
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q

from casework.access import limits
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.context import on_duty
from casework.portal import links
from casework.portal.models import ERRAND, FamilyLink

BURST = timedelta(days=1)


def warn(now: datetime) -> int:
    """Opens a task for each link on which many wrong PINs count; how many links."""
    with on_duty(ERRAND) as errand:
        rows = FamilyLink.objects.visible_to(errand).filter(revoked_at=None, ends_at__gt=now)
        rows = rows.filter(Q(warned_at=None) | Q(warned_at__lte=now - BURST))
        found: dict[str, uuid.UUID] = dict(rows.values_list("token_hash", "pk"))
        often = limits.many_pins({token: links.mark(token) for token in found})
        for token in often:
            _warn(errand, rows.get(pk=found[token]), now=now)
    return len(often)


@act("family.tried")
def _warn(actor: Actor, link: FamilyLink, *, now: datetime) -> Happened[None]:
    link.warned_at = now
    link.save(update_fields=["warned_at"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.family_tried(%s)", [link.pk])
    return Happened(None, thing=link, fields=("pins",))
