"""The life of a session: begun, used, locked after a while without use, unlocked, ended; a line for each but use.

The moment of the last use is written at most once a minute, so that it may lie up to a minute before the true one.
The lock falls a minute after the idle time for that reason: never earlier than SESSION_IDLE_SECONDS after the true
last use, never later than a minute after that. A last use that is still to come was noted by a clock that has been
put back: nobody knows how long ago it was, and the session is locked.
"""

import time
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from casework.access import acts, context, refusals
from casework.access.actor import Actor, signed_in, staff
from casework.access.models import Membership, User
from casework.audit import actions as audit

SEEN_EVERY_SECONDS = 60
# A request that nobody made, such as a part of a page that asks again by the clock, says so and counts as no use.
BACKGROUND = "X-Background"
AGAIN = "again"  # in an address: a whole page that asks again by the clock
# In the session: seconds since 1970 of its beginning and its last use; why it is locked; whether it began in a browser
# that the account had not been signed in with.
BEGAN, SEEN, LOCKED, NEW_DEVICE = "began", "seen", "locked", "new_device"
IDLE, BY_HAND = "idle", "by hand"
HELD = "held"  # in the session: the form that came while it was locked, and waits until the person has looked at it


def begin(request: HttpRequest, user: User, *, new_device: bool) -> None:
    """To be called when somebody has just signed in."""
    now = int(time.time())
    browser = request.headers.get("User-Agent", "")[:300]
    request.session.update({BEGAN: now, SEEN: now, NEW_DEVICE: new_device, "user_agent": browser})
    note(where_they_act(user), "session.began")


def use(request: HttpRequest) -> None:
    """Notes that the session is in use, at most once a minute; requests that nobody made do not count."""
    now, by_clock = int(time.time()), BACKGROUND in request.headers or AGAIN in request.GET
    if not by_clock and now - request.session.get(SEEN, 0) >= SEEN_EVERY_SECONDS:
        request.session.update({SEEN: now, "user_agent": request.headers.get("User-Agent", "")[:300]})


def is_locked(request: HttpRequest) -> bool:
    """Whether the session was locked, or is to be: its last use is too long ago, or nobody knows when it was."""
    now = int(time.time())
    idle = now - request.session.get(SEEN, now)
    most = settings.SESSION_IDLE_SECONDS + SEEN_EVERY_SECONDS
    return LOCKED in request.session or not -SEEN_EVERY_SECONDS < idle < most


def is_over(request: HttpRequest) -> bool:
    """Whether the session began too long ago, or by a clock that has been put back since. A new one begins now."""
    now = int(time.time())
    age: int = now - request.session.setdefault(BEGAN, now)
    return not -SEEN_EVERY_SECONDS < age < settings.SESSION_COOKIE_AGE


def idle_minutes() -> int:
    """After how many minutes without use a session locks, for people to read."""
    minutes: int = settings.SESSION_IDLE_SECONDS // 60
    return minutes


def lock(request: Any, why: str = IDLE) -> None:
    """Locks the session until `unlock`. What is locked already stays so, for the first reason."""
    if LOCKED not in request.session:
        request.session[LOCKED] = why
        request.session.pop(HELD, None)
        note(request.actor, "session.locked", basis=why)


def unlock(request: Any) -> None:
    """Opens the session again, for somebody who has just proven who they are."""
    request.session.pop(LOCKED, None)
    request.session[SEEN] = int(time.time())
    note(request.actor, "session.unlocked")


def of_page(request: HttpRequest) -> dict[str, Any]:
    """What a page knows about its session.

    `who` names session and person without telling either; `idle` is after how many seconds without use it locks; `age`
    is how many seconds ago its use was noted; in `left` seconds it ends.
    """
    now = int(time.time())
    began = request.session.get(BEGAN, now)
    return {
        "who": salted_hmac("casework page", f"{request.user.pk}|{began}").hexdigest()[:16],
        "idle": settings.SESSION_IDLE_SECONDS,
        "age": now - request.session.get(SEEN, now),
        "left": max(0, began + settings.SESSION_COOKIE_AGE - now),
    }


def tried(request: HttpRequest, way: str) -> str:
    """Where somebody tried to say who they are: signing in by this `way`, at the lock, or again in a session."""
    if not request.user.is_authenticated:
        return way
    return refusals.UNLOCK if is_locked(request) else refusals.AGAIN


def last_visit(before: datetime) -> datetime | None:
    """When whoever asks was last here before an instant: a session of theirs began, was locked, unlocked or ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.last_visit(%s)", [before])
        found: datetime | None = cursor.fetchone()[0]
    return found


def note(actor: Actor, verb: str, *, basis: str = "") -> None:
    """A line about a session of the actor's own, in the book of the organization where they act."""
    with context.acting(actor):
        audit.write(acts.who(actor), verb, audit.What(actor.organization_id), basis=basis)


def where_they_act(user: User) -> Actor:
    """The actor that somebody is first after signing in."""
    actor = signed_in(user.pk)
    with context.acting(actor):
        mine = Membership.objects.live().filter(user_id=user.pk).select_related("organization")
        first = min(mine, key=lambda one: one.organization.name, default=None)
    return staff(first, user.name) if first else actor
