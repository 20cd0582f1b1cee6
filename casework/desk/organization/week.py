"""An organization's week: when it is open, and who is on duty."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

from django.utils.translation import gettext as _

from casework.access.models import DutyHour, Organization
from casework.access.organizations import live_attorneys
from casework.intake.duty import LAST_MINUTE, Hours, until
from casework.look import dates

MIDNIGHT = time(0)


@dataclass(frozen=True)
class Duty:
    """Somebody on duty. `pk` names the row, `now` says that it is their time."""

    pk: uuid.UUID
    name: str
    phone: str
    when: str
    now: bool


@dataclass(frozen=True)
class Day:
    """A weekday. `hours` is empty when the organization is closed."""

    name: str
    today: bool
    hours: str
    duty: list[Duty]


def week(organization: Organization, now: datetime) -> list[Day]:
    """Monday to Sunday on the organization's clock, with the attorneys who are on duty and live members at `now`."""
    zone = dates.zone_of(organization.time_zone)
    there = now.astimezone(zone)
    rows = (
        DutyHour.objects.filter(organization_id=organization.pk, membership__in=live_attorneys(organization.pk))
        .select_related("membership__colleague")
        .order_by("weekday", "starts", "membership__colleague__name")
    )
    duty: dict[int, list[Duty]] = {}
    for row in rows:
        on = until(Hours(row.weekday, row.starts, row.ends), now, zone) is not None
        one = Duty(row.pk, row.membership.colleague.name, row.phone, when(row.starts, row.ends), on)
        duty.setdefault(row.weekday, []).append(one)
    return [
        Day(dates.weekday(number), number == there.weekday(), open_hours(organization, number), duty.get(number, []))
        for number in range(7)
    ]


def open_hours(organization: Organization, weekday: int) -> str:
    """The opening hours of a weekday in words; empty when it is closed."""
    pair = organization.hours.get(str(weekday))
    return when(time.fromisoformat(pair[0]), time.fromisoformat(pair[1])) if pair else ""


def when(starts: time, ends: time) -> str:
    """A part of a day in words."""
    if (starts, ends) == (MIDNIGHT, LAST_MINUTE):
        return _("All day")
    if ends < starts:
        words = _("%(span)s, on the day after")
        return words % {"span": dates.span(starts, ends)}
    return dates.span(starts, ends)
