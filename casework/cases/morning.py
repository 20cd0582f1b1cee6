"""What needs somebody in the morning, from what cases show at a glance: deadlines, places, enquiries."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, Window
from django.db.models.functions import TruncDate
from django.utils import timezone

from casework.access.actor import Actor
from casework.cases import rules
from casework.cases.models import Case, CustodyState, PlaceKind, Priority

AHEAD = timedelta(days=14)  # hearings
DUE = timedelta(days=30)  # deadlines
LATELY = timedelta(days=14)  # places
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Few:
    """The first rows of a list, how many it has in all, and how many of those press."""

    rows: list[Case]
    many: int = 0
    pressing: int = 0


def cases(actor: Actor, *, mine: bool) -> Any:
    """The organization's cases that the actor sees; only those on whose team they are, where `mine`."""
    return Case.objects.mine(actor) if mine else Case.objects.ours(actor)


def deadlines(actor: Actor, *, mine: bool, most: int) -> Few:
    """Deadlines that have passed (these press) or end within 30 days, the most urgent first."""
    today = timezone.localdate()
    rows = _open(actor, mine).filter(next_deadline_on__lte=today + DUE)
    return _few(rows.order_by("next_deadline_on", "pk"), most, Q(next_deadline_on__lt=today))


def places(actor: Actor, *, mine: bool, most: int) -> Few:
    """People who are not located (these press); then those whose place changed in 14 days, their case being open."""
    lost, changed = not_located(), place_changed(timezone.localdate() - LATELY)
    first = ExpressionWrapper(lost, output_field=BooleanField())
    rows = _open(actor, mine).filter(lost | changed).annotate(is_lost=first)
    return _few(rows.order_by("-is_lost", F("place_since").desc(nulls_last=True), "pk"), most, lost)


def enquiries(actor: Actor, *, most: int) -> Few:
    """What nobody has decided on, whoever took the call: the urgent (these press) first, then the newest."""
    rows = Case.objects.ours(actor).filter(stage__in=rules.NEW)
    return _few(rows.order_by("-priority", "-opened_at", "pk"), most, Q(priority=Priority.URGENT))


def not_located() -> Q:
    """Held, and nobody knows where."""
    return Q(custody=CustodyState.DETAINED, place_kind=PlaceKind.NOT_LOCATED)


def place_changed(since: date) -> Q:
    """Moved, detained or released since a day, and after the case was opened: what it opened with is no change."""
    return Q(place_since__gte=since, place_since__gt=TruncDate("opened_at"))


def _open(actor: Actor, mine: bool) -> Any:
    return cases(actor, mine=mine).exclude(stage__in=rules.OVER)


def _few(rows: Any, most: int, presses: Q) -> Few:
    many, pressing = Window(Count("pk")), Window(Count("pk", filter=presses))
    found: list[Any] = list(rows.annotate(many=many, pressing=pressing)[:most])
    return Few(found, found[0].many, found[0].pressing) if found else Few([])
