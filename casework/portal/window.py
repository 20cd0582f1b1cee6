"""The fourth door: from link and PIN to what is published, and to nothing else.

Nothing here says why something does not open: a link that was never given, one that was ended and a wrong PIN are the
same to whoever tries, in words and in time.
"""

import json
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor, family
from casework.access.acts import Happened, act
from casework.access.context import acting, on_duty
from casework.audit import actions as audit
from casework.portal import links, tasks
from casework.portal.models import ERRAND, FamilyLink, FamilySession, FamilyWord, Publication, Said

LONGEST = 64  # signs of a token
COLUMNS = (
    "id", "link_id", "case_id", "organization_id", "organization", "phone", "hours", "time_zone", "languages",
    "scopes", "ends_at", "file", "made_by",
)  # fmt: skip
RENEWED = timedelta(minutes=1)  # a session is lengthened at most so often


@dataclass(frozen=True)
class Visitor:
    """Somebody at the window, and whom they can call."""

    actor: Actor
    link_id: uuid.UUID
    case_id: uuid.UUID
    organization_id: uuid.UUID
    organization: str
    phone: str
    hours: dict[str, list[str]]
    time_zone: str
    languages: tuple[str, ...]
    scopes: frozenset[str]
    file: uuid.UUID
    made_by: uuid.UUID

    def basis_for(self, actor: Actor) -> str:
        """With link and PIN."""
        return "family"


@dataclass(frozen=True)
class Seen:
    """What is published for a visitor, and since when it stands so."""

    content: dict[str, Any] = field(repr=False)
    written_at: datetime


def enter(token: str, pin: str) -> str | None:
    """The key of a session, for the browser's cookie alone; None where link and PIN do not open anything."""
    with on_duty(ERRAND):
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, pin_hash FROM ctx.family_door(%s)", [links.hashed(token[: LONGEST + 1])])
            row = cursor.fetchone()
        if not links.pin_fits(token, pin, row[1] if row else None) or row is None:
            return None
        key = secrets.token_urlsafe(32)
        FamilySession(
            link_id=row[0], key_hash=links.hashed(key), token_hash=links.hashed(token), ends_at=_until(timezone.now())
        ).save(force_insert=True)
    return key


def visitor(key: str, *, opens: bool = False) -> Visitor | None:
    """Whoever holds the key of a session that has not ended; `opens` notes that the page was read."""
    if not key or len(key) > LONGEST:
        return None
    now = timezone.now()
    with on_duty(ERRAND) as errand:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.family_session(%s)", [links.hashed(key)])  # noqa: S608 - names of ours
            row = cursor.fetchone()
        if row is None:
            return None
        found = dict(zip(COLUMNS, row, strict=True))
        if _until(now) - found["ends_at"] > RENEWED:
            FamilySession.objects.filter(pk=found["id"]).update(ends_at=_until(now))
        if opens:
            rows = FamilyLink.objects.visible_to(errand).filter(pk=found["link_id"])
            rows.update(opened_at=now, openings=F("openings") + 1)
    hours = found["hours"]
    return Visitor(
        family(found["link_id"], found["case_id"]), found["link_id"], found["case_id"], found["organization_id"],
        found["organization"], found["phone"], json.loads(hours) if isinstance(hours, str) else hours,
        found["time_zone"], tuple(found["languages"]), frozenset(found["scopes"]), found["file"], found["made_by"],
    )  # fmt: skip


def look(of: Visitor, verb: str = "window.viewed") -> Seen | None:
    """What is published for the visitor. The line of the audit is written first: no line, no look."""
    with acting(of.actor):
        note(of, verb)
        row = Publication.objects.visible_to(of.actor).values_list("content", "written_at").first()
    return Seen(*row) if row else None


def note(of: Visitor, verb: str) -> None:
    """Writes into the case's book what a family did at its window; as the family, within `acting`."""
    about = audit.What(of.organization_id, "portal.familylink", of.actor.link_id, case_id=of.actor.case_id)
    audit.write(acts.who(of.actor), verb, about, basis="family")


def tick(of: Visitor, done: Collection[str]) -> None:
    """Of what the family was asked to do, these are done."""
    with acting(of.actor):
        tasks.tick(of.actor, done)


def tell(of: Visitor, *, kind: str, text: str) -> str:
    """Keeps what a family writes, for the team; the receipt."""
    with acting(of.actor):
        word: FamilyWord = _tell(of.actor, of=of, kind=kind, text=text)
    return word.receipt


@act("window.told")
def _tell(actor: Actor, *, of: Visitor, kind: str, text: str) -> Happened[FamilyWord]:
    word = FamilyWord(
        organization_id=of.organization_id, case_id=of.case_id, link_id=of.link_id, kind=Said(kind), text=text,
        file=of.file,
    )  # fmt: skip
    word.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.family_told(%s)", [word.pk])
    return Happened(word, thing=word, fields=("text",))


def offices(language: str) -> list[tuple[str, str]]:
    """Name and number of whoever helps families in this language, as they say it to everybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM ctx.family_offices(%s)", [language])
        return list(cursor.fetchall())


def leave(key: str) -> None:
    """Ends a session."""
    with on_duty(ERRAND):
        FamilySession.objects.filter(key_hash=links.hashed(key)).delete()


def _until(now: datetime) -> datetime:
    return now + timedelta(seconds=settings.FAMILY_SESSION_SECONDS)
