"""Places and notes for the tests of the directory, written as the cast does."""

from datetime import date, timedelta
from typing import Any

from casework.access.models import User
from casework.directory import actions
from casework.directory.models import Court, ErrorReport, Facility, PlaceNote
from tests.cases.planting import NORTH, speaking
from tests.clock import local_day

ADELANTO, COURT = "ADLNTCA", "adelanto"


def facility(key: str = ADELANTO) -> Facility:
    return Facility.objects.get(key=key)


def court(key: str = COURT) -> Court:
    return Court.objects.get(key=key)


def days_ago(days: int) -> date:
    return local_day() - timedelta(days=days)


def noted(user: User, text: str = "Bring a letter.", organization: str = NORTH, **more: Any) -> PlaceNote:
    """A note that this member has written."""
    given: dict[str, Any] = {"topic": "visiting", "checked_on": days_ago(1), "seen": 0, "place": facility()} | more
    with speaking(user, organization) as actor:
        made = actions.save_note(actor, given.pop("place"), text=text, **given)
    assert made is not None
    return made


def reported(user: User, wrong: str = "The street.", organization: str = NORTH, **more: str) -> ErrorReport:
    """A report that this member has sent about Adelanto."""
    with speaking(user, organization) as actor:
        return actions.report(actor, facility(), wrong=wrong, **more)
