"""Every write about custody: book-in, moves, releases, corrections, and the court on file.

None of them touches a proceeding or a hearing. Each says in its line what stood before, so that `undo` can put it back.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody import follow_ups, looks, rules
from casework.custody.images import Images
from casework.custody.models import Kind, Precision, Stay, Stint
from casework.custody.places import Where
from casework.look import clocks, dates


@dataclass(frozen=True)
class Since:
    """From when somebody knows it: a day in the place's zone, and the time where it is known."""

    day: date
    at: time | None = None

    @property
    def precision(self) -> str:
        return Precision.DAY if self.at is None else Precision.MINUTE


@dataclass(frozen=True)
class Confirmed:
    """When somebody last knew a place for sure, and who; an instant that is not ahead."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Recorded:
    """What an act on custody wrote: its line, the stay, the stint that counts now, and how many tasks it opened."""

    line: uuid.UUID
    stay: Stay
    stint: Stint | None
    tasks: int = 0


@act("custody.booked")
def book(
    actor: Actor, case: Case, *, where: Where, since: Since, source: str, known_before: bool = False,
    confirmed: Confirmed | None = None,
) -> Happened[Recorded]:  # fmt: skip
    """Begins a stay: the person is held. Raises ValidationError at "since" or "where", and while a stay is open.

    What the organization knew before it wrote it down here (`known_before`) is no news, and opens no tasks. A place
    that was confirmed at another time, or by somebody else than the actor, says so in `confirmed`.
    """
    hold(case)
    if looks.open_stay(actor, case) is not None:
        raise ValidationError(_("The person is held already. Record a move."), code="open")
    last = looks.stays(actor, case)[-1:]
    start = _start(case, where, since, not_before=last[0].ended_at if last else None)
    now, images = _confirmed(actor, confirmed), Images()
    stay = Stay(
        organization_id=case.organization_id, person_id=case.person_id, began_at=start, began_precision=since.precision,
        confirmed_at=now.at,
    )  # fmt: skip
    stint = _stint(actor, case, stay, where, start=start, precision=since.precision, source=source, known=now)
    stay.next_check_at = rules.next_check(confirmed_at=now.at, stages=looks.stages(actor, case), kind=where.kind)
    with at_the_same_time("since"):
        images.add(stay)
        images.add(stint)
    return _happened(
        actor, case, stay, stint, images, before=None, source=source, redetained=bool(last), news=not known_before
    )


@act("custody.moved")
def move(
    actor: Actor, case: Case, *, where: Where, since: Since, source: str, known_before: bool = False,
    confirmed: Confirmed | None = None,
) -> Happened[Recorded]:  # fmt: skip
    """The person is somewhere else now: ends the stint that stood and begins another. The court on file stays.

    `known_before` and `confirmed` as of `book`. Raises ValidationError at "since" or "where" for what does not fit, and
    when nobody is held.
    """
    hold(case)
    stay, before = _held(actor, case)
    if (before.kind, before.facility_id, before.place or "") == (where.kind, _key(where), where.words):
        raise ValidationError({"where": _("This is the place on file. Record a look-up instead.")}, code="same")
    start = _start(case, where, since, not_before=before.starts_at)
    now, images = _confirmed(actor, confirmed), Images()
    images.change(before, ends_at=start, ends_precision=since.precision)
    stint = _stint(actor, case, stay, where, start=start, precision=since.precision, source=source, known=now)
    with at_the_same_time("since"):
        images.add(stint)
    due = rules.next_check(confirmed_at=now.at, stages=looks.stages(actor, case), kind=where.kind)
    images.change(stay, confirmed_at=now.at, next_check_at=due)
    return _happened(actor, case, stay, stint, images, before=before, source=source, news=not known_before)


@act("custody.released")
def release(actor: Actor, case: Case, *, reason: str, since: Since) -> Happened[Recorded]:
    """Ends the stay and its last stint: released, removed or gone. Raises ValidationError at "since"."""
    hold(case)
    stay, last = _held(actor, case)
    zone = ZoneInfo(last.time_zone)
    at = instant(since, zone, not_before=last.starts_at)
    images = Images()
    images.change(last, ends_at=at, ends_precision=since.precision)
    images.change(
        stay, ended_at=at, ended_precision=since.precision, reason=reason, next_check_at=None,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    moot = follow_ups.overtaken(actor, case, rules.OF_BEING_HELD)
    opened = follow_ups.after_release(actor, case, stay, reason)
    settle(case)
    told = {
        "rows": images.told(), "reason": reason, "place": named(last), "tasks": [one.pk for one in opened],
        "dropped": [one.pk for one in moot],
    }  # fmt: skip
    line = uuid.uuid4()
    done = Recorded(line, stay, None, len(opened))
    return Happened(done, thing=stay, fields=("custody", "reason"), told=told, line=line)


def hold(case: Case) -> None:
    """Keeps the person's cases until the end of the transaction: one act on custody after the other.

    Acts on stages hold the case before they come to the stay, so acts on custody begin with the cases, too.
    """
    settle(case)


def settle(case: Case) -> None:
    """Makes the glance columns of all cases of the person true."""
    settle_person(case.person_id)


def settle_person(person_id: uuid.UUID) -> None:
    """As `settle`, by the person; of files that were merged, any one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.settle_custody(%s)", [person_id])


def _happened(
    actor: Actor, case: Case, stay: Stay, stint: Stint, images: Images, *, before: Stint | None, source: str,
    redetained: bool = False, news: bool = True,
) -> Happened[Recorded]:  # fmt: skip
    moot = follow_ups.overtaken(actor, case, rules.OF_THE_PLACE) if before else []
    opened = follow_ups.after_move(actor, case, stint, source=source, redetained=redetained) if news else []
    settle(case)
    line = uuid.uuid4()
    done = Recorded(line, stay, stint, len(opened))
    told = {"rows": images.told(), "tasks": [one.pk for one in opened], "source": source}
    told |= {"dropped": [one.pk for one in moot]}
    was, now = (named(before) if before else "", named(stint))
    told |= {"place": now, "from": was, "since": stint.starts_at.isoformat(), "precision": stint.starts_precision}
    return Happened(done, thing=stint, fields=("place", "since", "source"), told=told, line=line)


def _held(actor: Actor, case: Case) -> tuple[Stay, Stint]:
    """The open stay and its last stint, held until the end of the transaction; raises ValidationError without one."""
    stay = looks.open_stay(actor, case, lock=True)
    stint = looks.last_stint(actor, stay) if stay else None
    if stay is None or stint is None:
        raise ValidationError(
            _("The person is not held, as far as is known. Record first where they are."), code="free"
        )
    return stay, stint


def _stint(
    actor: Actor, case: Case, stay: Stay, where: Where, *, start: datetime, precision: str, source: str,
    known: Confirmed,
) -> Stint:  # fmt: skip
    return Stint(
        organization_id=case.organization_id, person_id=stay.person_id, stay=stay, kind=where.kind,
        facility=where.facility, place=where.words, time_zone=zone_of(case, where), starts_at=start,
        starts_precision=precision, source=source, confirmed_at=known.at, confirmed_by_name=known.by,
        recorded_by_id=actor.member, recorded_at=timezone.now(),
    )  # fmt: skip


def _confirmed(actor: Actor, confirmed: Confirmed | None) -> Confirmed:
    return confirmed or Confirmed(timezone.now(), actor.name)


def zone_of(case: Case, where: Where) -> str:
    """The clock of a place; that of the organization where the place has none that is known."""
    return where.facility.time_zone if where.facility else case.organization.time_zone


def _start(case: Case, where: Where, since: Since, *, not_before: datetime | None) -> datetime:
    return instant(since, ZoneInfo(zone_of(case, where)), not_before=not_before)


def instant(since: Since, zone: ZoneInfo, *, not_before: datetime | None) -> datetime:
    """When something began, on this clock. Raises ValidationError at "since"."""
    try:
        found = rules.begins(since.day, since.at, zone, before=not_before)
    except clocks.NoSuchTime as error:
        raise ValidationError({"since": _("The clock skipped this time on that day. Choose another.")}) from error
    if found > timezone.now():
        raise ValidationError({"since": _("Choose a day and time that are not ahead.")})
    if not_before is not None and found < not_before:
        words = _("What is on file before begins or ends on %(day)s. Choose no earlier day, or correct that first.")
        raise ValidationError({"since": words % {"day": dates.day(not_before.astimezone(zone), year=True)}})
    return found


@contextmanager
def at_the_same_time(field: str) -> Iterator[None]:
    """Says it at this field where the database refuses that somebody is in two places at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        words = _("At that time another place is on file already. Look at the timeline, and correct it first.")
        raise ValidationError({field: words}, code="overlap") from error


def _key(where: Where) -> str | None:
    return where.facility.key if where.facility else None


def named(stint: Stint) -> str:
    """A place as a line keeps it, sealed."""
    if stint.facility:
        return stint.facility.name
    return stint.place or str(Kind(stint.kind).label)
