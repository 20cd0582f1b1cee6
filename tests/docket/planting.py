"""Hearings for the tests of this room, through the acts: real courts of the directory."""

from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.directory.models import Code, Court
from casework.docket.actions import hearings
from casework.docket.actions.ground import Recorded
from casework.docket.models import Hearing
from casework.docket.times import When

ADELANTO, EL_PASO, ELOY = "adelanto", "el-paso-spc", "eloy"
NEW_YORK, SAN_JUAN = "new-york-varick", "guaynabo-san-juan"
SEEK_COUNSEL = "adjournment_codes/01"


def court(key: str) -> Court:
    return Court.objects.get(key=key)


def code(key: str) -> Code:
    return Code.objects.get(key=key)


def when(day: str, clock: str, zone: str = "America/Los_Angeles", *, later: bool | None = None) -> When:
    return When(date.fromisoformat(day), time.fromisoformat(clock), zone, later)


def days(number: int) -> str:
    """A day so many days from today."""
    return (timezone.localdate() + timedelta(days=number)).isoformat()


def add(
    actor: Actor, case: Case, day: str, clock: str = "13:00", *, at: str = ADELANTO, after: Hearing | None = None,
    **values: Any,
) -> Recorded[Hearing]:  # fmt: skip
    there = court(at)
    given: dict[str, Any] = {"kind": "master", "medium": "V", "court": there} | values
    done: Recorded[Hearing] = hearings.add(
        actor, case, when=when(day, clock, there.time_zone), values=given, after=after
    )  # fmt: skip
    return done
