"""Hearings for the tests of calendars: rows as the acts leave them, written past the acts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership
from casework.cases.models import Case
from casework.docket.models import Deadline, Hearing

LOS_ANGELES = "America/Los_Angeles"


def at(text: str, zone: str = LOS_ANGELES) -> datetime:
    """An instant, from a wall time such as "2026-03-09 08:30" in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def hear(case: Case, when: datetime | str, by: Membership, **columns: Any) -> Hearing:
    """A hearing, a master calendar hearing in person at Adelanto unless `columns` say otherwise; `by` wrote it down.

    A text is a wall time in the zone `time_zone`.
    """
    zone = columns.pop("time_zone", LOS_ANGELES)
    starts_at = at(when, zone) if isinstance(when, str) else when
    there = starts_at.astimezone(ZoneInfo(zone))
    values = {"kind": "master", "medium": "P", "court_id": "adelanto"} | columns
    with window("planting"):
        made = Hearing(
            organization_id=case.organization_id, case=case, recorded_by=by, on=there.date(), at=there.time(),
            is_later=bool(there.fold), time_zone=zone, starts_at=starts_at, **values,
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def change(hearing: Hearing, **columns: Any) -> None:
    """Writes columns of a hearing past every act. A new instant has its wall time with it."""
    with window("planting"):
        row = Hearing.objects.select_related("case").get(pk=hearing.pk)
        for name, value in columns.items():
            setattr(row, name, value)
        there = row.starts_at.astimezone(ZoneInfo(row.time_zone))
        row.on, row.at = there.date(), there.time()
        row.save()


def owe(case: Case, ada: Membership, day: date, **columns: Any) -> Deadline:
    """A deadline of an order, entered two days ago."""
    with window("planting"):
        made = Deadline(
            organization_id=case.organization_id, case=case, recorded_by=ada, time_zone="America/Los_Angeles",
            basis="order", due_on=day, keep_on=day, recorded_at=timezone.now() - timedelta(days=2), **columns,
        )  # fmt: skip
        made.save(force_insert=True)
    return made


def in_days(days: float) -> datetime:
    return (timezone.now() + timedelta(days=days)).replace(microsecond=0)
