"""Hearings that need somebody in the morning: of the next 14 days, and those that nobody has closed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Window
from django.utils import timezone

from casework.access.actor import Actor
from casework.cases import reach, rules
from casework.cases.morning import AHEAD, DAY
from casework.cases.reach import NOTHING, Among, array_of
from casework.docket.models import Hearing
from casework.docket.models.kinds import HearingState

LONG_AGO = timedelta(days=120)  # what nobody closed in that time is looked for on the case


@dataclass(frozen=True)
class Few:
    """The first hearings of a list with their cases, how many it has in all, and how many of those press."""

    rows: list[Hearing]
    many: int = 0
    pressing: int = 0


def ahead(actor: Actor, *, mine: bool, most: int) -> Few:
    """Hearings of today (these press), on the reader's calendar, and of the next 14 days; the next one first."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = _open(actor, mine).filter(starts_at__gte=begins, starts_at__lt=begins + AHEAD + DAY)
    return _few(rows.order_by("starts_at", "pk"), most, Q(starts_at__lt=begins + DAY))


def late(actor: Actor, *, mine: bool, most: int) -> Few:
    """Hearings before today that nobody has closed; all of them press, the oldest first."""
    begins = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    rows = _open(actor, mine).filter(starts_at__gte=begins - LONG_AGO, starts_at__lt=begins)
    return _few(rows.order_by("starts_at", "pk"), most, Q())


def _open(actor: Actor, mine: bool) -> Any:
    """What stands in the calendar of the own organization; only of cases on whose team the actor is, where `mine`."""
    of_team = reach.of(actor).mine
    rows = Hearing.objects.visible_to(actor).filter(
        organization_id=actor.organization, state=HearingState.SCHEDULED, withdrawn=False
    )
    if mine:
        rows = rows.filter(Q(Among("case_id", array_of(of_team))) if of_team else NOTHING)
    return rows.exclude(case__stage__in=rules.OVER).select_related("case", "court")


def _few(rows: Any, most: int, presses: Q) -> Few:
    many, pressing = Window(Count("pk")), Window(Count("pk", filter=presses) if presses else Count("pk"))
    found: list[Any] = list(rows.annotate(many=many, pressing=pressing)[:most])
    return Few(found, found[0].many, found[0].pressing) if found else Few([])
