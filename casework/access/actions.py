"""Every write about a person's own account."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from casework.access import lock
from casework.access.actor import Actor
from casework.access.context import on_duty
from casework.access.models import CacheEntry, Session, User

ELSEWHERE = "elsewhere"  # in the audit: the session was not the one that asked


def save_profile(user: User, *, name: str, language: str, time_zone: str) -> None:
    """Changes what the person is called, the language and the IANA time zone of their pages and mail."""
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
    with on_duty("sweep"):
        sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    entries, _ = CacheEntry.objects.filter(expires_at__lt=now).delete()
    return sessions + entries
