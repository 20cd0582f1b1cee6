"""Places as the rules take them: from the directory, or in words; found again by what somebody typed."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When

from casework.custody import rules
from casework.custody.models import Kind, Stint
from casework.directory import search
from casework.directory.models import Court, DetainedDocket, Facility, FacilityStatus
from casework.directory.rules import Position, nearest

MOST = 8
HEARS_DETAINED = (DetainedDocket.YES, DetainedDocket.MIXED)
WITHIN = frozenset({Kind.FACILITY, Kind.HOLD_ROOM, Kind.HOSPITAL})


@dataclass(frozen=True)
class Where:
    """A place as somebody names it: its kind, and the facility of the directory or words for it."""

    kind: str
    facility: Facility | None = None
    words: str = ""


def found(typed: str) -> list[Facility]:
    """Facilities that somebody may mean, those in use first; the one alone whose code or whole name was typed."""
    named = re.search(r"\(([A-Z0-9]{3,20})\)\s*$", typed)
    code = named[1] if named else typed.strip().upper()
    exact = Q(key=code) | Q(detloc=code) if code else Q(pk__in=[])
    rows = list(_ordered(Facility.objects.current().filter(exact | Q(name__iexact=typed.strip())))[:MOST])
    if rows or not search.fold(typed):
        return rows
    condition = Q()
    for word in search.fold(typed).split():
        condition &= Q(words__contains=word)
    rows = list(_ordered(Facility.objects.current().filter(condition))[:MOST])
    if rows:
        return rows
    keys = search.nearly(search.fold(typed), Facility.objects.current().values_list("key", "words"))
    return list(_ordered(Facility.objects.filter(pk__in=keys))[:MOST])


def _ordered(rows: Any) -> Any:
    order = {FacilityStatus.ACTIVE: 0, FacilityStatus.ACTIVE_OTHER: 1, FacilityStatus.RECENT: 2}
    ranks = [When(status=name, then=Value(at)) for name, at in order.items()]
    rank = Case(*ranks, default=Value(len(order)), output_field=IntegerField())
    return rows.select_related("field_office").order_by(rank, "name", "key")


def place(where: Where) -> rules.Place:
    """What the directory knows of a place. The expected court is the nearest that hears detained people."""
    facility = where.facility
    if facility is None:
        return rules.Place(where.kind, where.words)
    near = _nearest(facility)
    return rules.Place(
        where.kind, facility.name, facility.key, facility.circuit, facility.district_id or "",
        facility.field_office.name if facility.field_office else "",
        near[0].key if near else "", near[0].name if near else "", near[1] if near else None,
    )  # fmt: skip


def of_stint(stint: Stint | None) -> rules.Place | None:
    """The place of a stint."""
    return None if stint is None else place(Where(stint.kind, stint.facility, stint.place or ""))


def _nearest(facility: Facility) -> tuple[Court, int] | None:
    if facility.lat is None or facility.lon is None:
        return None
    courts = {
        court.key: court
        for court in Court.objects.sitting().filter(detained_docket__in=HEARS_DETAINED, lat__isnull=False)
    }
    here = Position(facility.lat, facility.lon)
    near = nearest(here, ((key, Position(one.lat, one.lon)) for key, one in courts.items()), most=1)
    return (courts[near[0].key], near[0].miles) if near else None
