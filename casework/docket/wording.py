"""What calendar files say of a hearing, by level. No level says a whole name, a room or how to join (S3)."""

import uuid
import zoneinfo
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.directory.models.deadlines import Edge
from casework.docket.ics import AllDay, Timed
from casework.docket.models import Deadline, Hearing, Level
from casework.docket.models.kinds import HearingState
from casework.look import dates
from casework.look.zones import called
from casework.people.models import Person
from casework.vault.fields import Locked

People = dict[uuid.UUID, Person]
OFF = (HearingState.ADJOURNED, HearingState.VACATED)


def people_of(actor: Actor, rows: Sequence[Hearing | Deadline], level: str) -> People:
    """Names are opened for the level that needs them alone, all in one query."""
    if level != Level.INITIALS or not rows:
        return {}
    people: People = Person.objects.visible_to(actor).shown(one.case.person_id for one in rows)
    return people


def events(rows: Sequence[Hearing], people: People, level: str, now: datetime) -> list[Timed]:
    """One event for each hearing."""
    return [_event(one, people.get(one.case.person_id), level, now) for one in rows]


def days(rows: Sequence[Deadline], people: People, level: str) -> list[AllDay]:
    """A whole day for each deadline: the day to keep to. What is met or dropped is struck out."""
    return [
        AllDay(
            uid=f"{one.pk}@casework",
            sequence=one.version,
            on=one.keep_on,
            summary=", ".join(part for part in (initials(people.get(one.case.person_id)), _says(one)) if part),
            description=one.case.reference,
            url=_page(one),
            off=not one.is_open,
        )
        for one in rows
        if one.keep_on
    ]


def _says(one: Deadline) -> str:
    what = _("Deadline") if one.edge == Edge.LATEST else _("Not before this day")
    return ", ".join(part for part in (what, one.case.reference) if part)


def _page(one: Hearing | Deadline) -> str:
    return f"{settings.PUBLIC_URL}{reverse('case', args=[one.case_id])}"


def court_of(hearing: Hearing) -> str:
    """The court, or what was written in its stead; empty where nobody knows."""
    return hearing.court.name if hearing.court else hearing.forum


def in_words(instant: datetime, zone: str) -> str:
    """When it begins by the court's clock, whole, for whoever reads it without anything beside it."""
    at = instant.astimezone(zoneinfo.ZoneInfo(zone))
    words = {"day": dates.day(at, year=True), "time": dates.clock(at), "zone": called(zone)}
    return _("%(day)s, %(time)s, %(zone)s") % words


def initials(person: Person | None) -> str:
    """The first letters of the first given name and of each surname; empty where nobody knows them."""
    if person is None:
        return ""
    parts = (person.given_names, person.first_surname, person.second_surname)
    letters = [str(part).strip()[0].upper() for part in parts if part and not isinstance(part, Locked)]
    return "".join(f"{letter}." for letter in letters)


def _event(one: Hearing, person: Person | None, level: str, now: datetime) -> Timed:
    off = one.withdrawn or one.state in OFF
    is_busy = level == Level.BUSY
    return Timed(
        uid=f"{one.pk}@casework",
        sequence=one.version,
        starts_at=one.starts_at,
        minutes=one.minutes,
        zone="UTC" if is_busy else one.time_zone,  # where a court is, its zone would tell
        summary=_("Busy") if is_busy else _summary(one, person, level),
        description="" if is_busy else _description(one),
        location=court_of(one) if level == Level.INITIALS else "",
        url="" if is_busy else _page(one),
        off=off,
        alarms=one.starts_at > now,
    )


def _summary(one: Hearing, person: Person | None, level: str) -> str:
    parts = [one.get_kind_display(), one.case.reference]
    if level == Level.INITIALS:
        parts = [initials(person), one.get_kind_display(), court_of(one)]
    return ", ".join(part for part in parts if part)


def _description(one: Hearing) -> str:
    """The court's time in words, since a program that misreads a zone shows another one; then what it is."""
    lines = [
        in_words(one.starts_at, one.time_zone),
        f"{one.get_kind_display()}, {one.get_medium_display()}",
        one.case.reference,
    ]
    if one.state != HearingState.SCHEDULED:
        lines.append(one.get_state_display())
    return "\n".join(line for line in lines if line)
