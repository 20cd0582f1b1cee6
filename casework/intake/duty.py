"""Who is on duty now: whose number stands beside an urgent hint, on the organization's clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from casework.access.models import DutyHour, Organization
from casework.access.organizations import live_attorneys
from casework.look.dates import zone_of

LAST_MINUTE = time(23, 59)  # what a form enters for midnight
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OnDuty:
    """Somebody who answers now, until an instant. `phone` is empty where the roster has none."""

    name: str
    phone: str
    until: datetime


@dataclass(frozen=True)
class Duty:
    """Who is on duty, whoever stays longest first; and the number of the office, for when nobody is."""

    people: tuple[OnDuty, ...]
    office_phone: str

    @property
    def anybody(self) -> bool:
        return bool(self.people)


@dataclass(frozen=True)
class Hours:
    """A weekly time, on the organization's clock; where it ends no later than it begins, on the day after."""

    weekday: int
    starts: time
    ends: time


def span(hours: Hours, on: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when the time that begins on this day lasts, in UTC.

    Where a clock is set forward or back on that night, the earlier instant of the beginning and the later one of the
    end count: nobody finds the number dead in an hour that comes twice or not at all.
    """
    ends_on = on + ONE_DAY if hours.ends <= hours.starts or hours.ends == LAST_MINUTE else on
    ends = time(0) if hours.ends == LAST_MINUTE else hours.ends
    begins = min(_instants(on, hours.starts, zone))
    return begins, max(_instants(ends_on, ends, zone))


def until(hours: Hours, at: datetime, zone: tzinfo) -> datetime | None:
    """The end of this weekly time where it counts at an instant, else nothing."""
    today = at.astimezone(zone).date()
    for on in (today, today - ONE_DAY):
        if on.weekday() == hours.weekday:
            begins, ends = span(hours, on, zone)
            if begins <= at < ends:
                return ends
    return None


def on_duty(organization: Organization, at: datetime) -> Duty:
    """Who is on duty in the organization at an instant (aware of its zone): attorneys who are members then."""
    rows = (
        DutyHour.objects.filter(organization_id=organization.pk, membership__in=live_attorneys(organization.pk))
        .select_related("membership__colleague")
        .order_by("starts", "membership__colleague__name")
    )
    return Duty(_now(rows, at, zone_of(organization.time_zone)), organization.phone)


def _now(rows: Iterable[DutyHour], at: datetime, zone: tzinfo) -> tuple[OnDuty, ...]:
    """Each number once, with the latest end."""
    found: dict[tuple[str, str], OnDuty] = {}
    for row in rows:
        ends = until(Hours(row.weekday, row.starts, row.ends), at, zone)
        name = row.membership.colleague.name
        known = found.get((name, row.phone))
        if ends is not None and (known is None or known.until < ends):
            found[name, row.phone] = OnDuty(name, row.phone, ends)
    return tuple(sorted(found.values(), key=lambda one: one.until, reverse=True))


def _instants(on: date, at: time, zone: tzinfo) -> tuple[datetime, datetime]:
    """Both readings of a wall time; the same, but for the hours in which a clock is set."""
    first, second = (datetime.combine(on, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
