"""Every write about a person's own account."""

import uuid
from datetime import datetime

from allauth.mfa.models import Authenticator

from casework.access import acts, context, lock
from casework.access.actor import Actor, duty, signed_in, staff
from casework.access.acts import Changes
from casework.access.models import CacheEntry, Membership, Session, User
from casework.audit import actions as audit

ELSEWHERE = "elsewhere"  # in the audit: the session was not the one that asked


def note(
    actor: Actor,
    user: User,
    verb: str,
    *,
    basis: str = "",
    fields: tuple[str, ...] = (),
    changes: Changes | None = None,
) -> None:
    """A line about this person's own account, in the book of each organization where they are a member.

    In the book of nobody where they are none. `changes` are kept sealed for the readers of each book. It is no act of
    an organization's, so that it is open to people without one, too. Somebody not signed in, who came by a mailed link,
    is written down as the product at its door, for this person.
    """
    themselves = actor.user_id == user.pk and actor.kind != "duty"
    door = duty("door", user.pk)
    with context.acting(signed_in(user.pk) if themselves else door):
        mine = Membership.objects.live().filter(user_id=user.pk)
        books: list[Membership | None] = list(mine.select_related("organization") if themselves else mine)
    for one in books or [None]:
        writer = (staff(one) if one else signed_in(user.pk)) if themselves else door
        about, line = audit.What(one.organization_id if one else None, "access.user", user.pk), uuid.uuid4()
        with context.acting(writer):
            detail = acts.sealed_detail({"changes": changes} if changes else {}, about, line)
            told = fields or tuple(changes or ())
            audit.write(acts.who(writer), verb, about, fields=told, basis=basis, detail=detail, entry_id=line)


def save_profile(actor: Actor, user: User, *, name: str, language: str, time_zone: str) -> None:
    """Changes what the person is called, the language and the IANA time zone of their pages and mail.

    A new name is told under the old one.
    """
    if name != user.name:
        note(actor, user, "profile.renamed", changes={"name": (user.name, name)})
    user.name, user.language, user.time_zone = name, language, time_zone
    user.save(update_fields=["name", "language", "time_zone"])


def choose_language(user: User, language: str) -> None:
    """Keeps the language for this person on every device."""
    user.language = language
    user.save(update_fields=["language"])


def forget_app(user: User) -> None:
    """Removes the person's authenticator app. Only for the transaction in which another one takes its place."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()


def end_session(actor: Actor, user: User, session_key: str) -> bool:
    """Ends one of the person's sessions, named by its hashed key. False when there is none such."""
    deleted, _ = Session.objects.filter(user=user, session_key=session_key).delete()
    if deleted:
        lock.note(actor, "session.ended", basis=ELSEWHERE)
    return bool(deleted)


def end_other_sessions(actor: Actor, user: User, keep: str) -> int:
    """Ends all of the person's sessions but the one whose hashed key is `keep`; how many they were."""
    deleted, _ = Session.objects.filter(user=user).exclude(session_key=keep).delete()
    if deleted:
        lock.note(actor, "session.ended", basis=ELSEWHERE)
    return deleted


def sweep(now: datetime) -> int:
    """Deletes sessions and cache entries that had run out at `now`; how many."""
    with context.on_duty("sweep"):
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    entries, _ = CacheEntry.objects.filter(expires_at__lt=now).delete()
    return sessions + entries
