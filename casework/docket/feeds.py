"""Calendars to which people subscribe outside Casework: making one, ending it, and what whoever holds its address gets.

The address holds a token of 256 chance bits; the table holds its SHA-256 alone. What is read is read as the member,
under the database's walls, by a kind of actor that may do nothing, and in a part of the transaction that is read only.
"""

import hashlib
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import READERS, Actor
from casework.access.acts import Happened, act
from casework.access.context import acting, on_duty
from casework.cases import reach
from casework.cases.actions.ground import instant
from casework.docket import agenda, wording
from casework.docket.ics import AllDay, Timed, written
from casework.docket.models import Deadline, Feed, Hearing, Level

LONGEST_TOKEN = 64
KEPT = timedelta(days=30)  # what is over or off stays in a calendar for so long after its day
MOST = 1_000
TELL_AGAIN = timedelta(hours=1)
DEADLINE = (
    "id", "version", "organization", "case", "keep_on", "edge", "state", "withdrawn", "tier",
    *(f"case__{name}" for name in ("id", "organization", "person", "reference", "restricted")),
)  # fmt: skip
COLUMNS = (
    "id", "membership_id", "user_id", "organization_id", "roles", "visibility", "language", "time_zone", "level",
    "whole", "told_at", "told",
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A calendar just made. Its token is known here and in the address, and nowhere afterwards."""

    feed: Feed
    token: str = field(repr=False)


@dataclass(frozen=True)
class Behind:
    """What stands behind a token: as whom it reads, and in which words."""

    id: uuid.UUID
    actor: Actor
    language: str
    time_zone: str
    level: str
    whole: bool
    told_at: datetime | None
    told: str


@dataclass(frozen=True)
class Shown:
    """What a calendar shows."""

    hearings: list[Hearing]
    deadlines: list[Deadline]

    @property
    def rows(self) -> list[Hearing | Deadline]:
        return [*self.hearings, *self.deadlines]


def standing(actor: Actor) -> Feed | None:
    """The member's calendar, if there is one."""
    found: Feed | None = Feed.objects.visible_to(actor).filter(revoked_at=None).first()
    return found


@act("feed.made")
def make(actor: Actor, *, level: str, whole: bool) -> Happened[Made]:
    """A calendar of the actor's, in place of the one there was, whose address is dead from now on.

    Raises ValidationError when another one was made at the same moment.
    """
    ended = _end(actor)
    token = secrets.token_urlsafe(32)
    feed = Feed(
        organization_id=actor.organization, membership_id=actor.member, level=Level(level), whole=whole,
        token_hash=hashed(token), made_at=instant(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            feed.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("Another address was made just now. Look at that one first.")) from error
    told = {"level": level, "whole": whole, "replaced": bool(ended)}
    return Happened(Made(feed, token), thing=feed, fields=("level", "whole"), told=told)


@act("feed.revoked")
def revoke(actor: Actor) -> Happened[int]:
    """Ends the actor's calendar, now; how many were ended. Raises ValidationError when there is none."""
    feed = standing(actor)
    if feed is None:
        raise ValidationError(_("There is no calendar address any more."), code="gone")
    return Happened(_end(actor), thing=feed, fields=("revoked_at",))


def address(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('feed', args=[token])}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def behind(token: str) -> Behind | None:
    """None for an address that was never given, was revoked, or whose member counts no longer."""
    if len(token) > LONGEST_TOKEN:
        return None
    with on_duty("feed"), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.feed(%s)", [hashed(token)])  # noqa: S608 - names of ours
        row = cursor.fetchone()
    if row is None:
        return None
    found = dict(zip(COLUMNS, row, strict=True))
    roles = frozenset(found.pop("roles"))
    actor = Actor(
        "feed", user_id=found.pop("user_id"), membership_id=found.pop("membership_id"),
        organization_id=found.pop("organization_id"), roles=roles,
        reads_all=bool(roles & READERS) and found.pop("visibility") == "organization", name=f"feed {found['id']}",
    )  # fmt: skip
    found.pop("visibility", None)
    return Behind(actor=actor, **found)


def body(of: Behind, now: datetime) -> bytes:
    """The calendar file. A line of the audit tells of all that it shows, before it leaves.

    A program asks many times a day: the line is written when the hearings differ from those that the last line told
    of, and once an hour.
    """
    with acting(of.actor):
        with _reading_only():
            found = Shown(_rows(of, now), _deadlines(of, now))
            made = written("Casework", _items(of, found, now), now)
        shown = _digest(of, found)
        due = of.told_at is None or shown != of.told or now - of.told_at >= TELL_AGAIN
        if due:
            cases = {one.case_id: one.case for one in found.rows}
            acts.note_list(of.actor, "feed.listed", list(cases.values()), (of.level,))
    _note_fetch(of, now, shown if due else None)
    return made


def one_file(actor: Actor, hearing: Hearing, now: datetime) -> bytes:
    """The file of one hearing, for somebody's own calendar: initials and court, whatever their calendar says."""
    people = wording.people_of(actor, [hearing], Level.INITIALS)
    return written("Casework", wording.events([hearing], people, Level.INITIALS, now), now)


def _rows(of: Behind, now: datetime) -> list[Hearing]:
    rows = Hearing.objects.visible_to(of.actor).filter(starts_at__gte=now - KEPT)
    if not of.whole:
        rows = rows.filter(agenda.whose(of.actor))
    return list(agenda.in_order(rows)[:MOST])


def _deadlines(of: Behind, now: datetime) -> list[Deadline]:
    """What is to be done by a day; nothing for a calendar that only says when somebody is taken."""
    if of.level == Level.BUSY:
        return []
    rows = Deadline.objects.visible_to(of.actor).filter(keep_on__gte=(now - KEPT).date())
    if not of.whole:
        rows = rows.filter(case_id__in=reach.of(of.actor).mine)
    return list(rows.select_related("case").only(*DEADLINE).order_by("keep_on", "pk")[:MOST])


def _items(of: Behind, shown: Shown, now: datetime) -> list[Timed | AllDay]:
    people = wording.people_of(of.actor, shown.rows, of.level)
    return [
        *wording.events(shown.hearings, people, of.level, now), *wording.days(shown.deadlines, people, of.level),
    ]  # fmt: skip


@contextmanager
def _reading_only() -> Iterator[None]:
    """Within the block the database refuses every write, whoever asks for it; PostgreSQL ends that with the block."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _digest(of: Behind, found: Shown) -> str:
    parts = [of.level, *(f"{one.pk} {one.version}" for one in found.rows)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _note_fetch(of: Behind, now: datetime, told: str | None) -> None:
    more = {} if told is None else {"told_at": now, "told": told}
    with on_duty("feed") as errand:
        Feed.objects.visible_to(errand).filter(pk=of.id).update(fetched_at=now, fetches=F("fetches") + 1, **more)


def _end(actor: Actor) -> int:
    ended: int = Feed.objects.visible_to(actor).filter(revoked_at=None).update(revoked_at=instant())
    return ended
