"""First and last days of a membership, as the organization's clock counts them. A last day is still open."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MOMENT = timedelta(microseconds=1)


def first_day(starts_at: datetime, zone: ZoneInfo) -> date:
    """The day on which a membership begins."""
    return starts_at.astimezone(zone).date()


def last_day(ends_at: datetime | None, zone: ZoneInfo) -> date | None:
    """The last day on which a membership counts; `ends_at` is the first instant on which it does not."""
    return (ends_at - MOMENT).astimezone(zone).date() if ends_at else None


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time.min, zone)


def is_over(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The first instant after a day."""
    return begins(day + timedelta(days=1), zone) if day else None
