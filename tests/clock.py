"""Which day it is for everybody in the tests, whatever the hour."""

from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone


def local_day() -> date:
    """The day in Los Angeles: nowhere in the tests is it earlier, so that what a form calls today is not ahead."""
    return timezone.localdate(timezone=ZoneInfo("America/Los_Angeles"))
