"""What people do about their own account: in whose book it stands, and what it leaves alone."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from casework.access import actions, jobs
from casework.access.actor import Actor, duty, signed_in, staff
from casework.access.context import acting
from casework.access.models import CacheEntry, Membership, Session, User
from casework.audit.models import Entry
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def places(user: User) -> list[Membership]:
    return list(Membership.objects.select_related("organization").filter(user=user).order_by("organization__name"))


def books(user: User) -> list[Membership]:
    """Where they are a member, in the order of `lines`."""
    return sorted(places(user), key=lambda one: one.organization_id)


def lines(verb: str) -> list[tuple[Any, ...]]:
    """By book: who did it, under which name, to whom."""
    found = Entry.objects.filter(verb=verb).order_by("organization_id", "at")
    return [
        (one.organization_id, one.actor_kind, one.actor_id, one.actor_name, one.object_type, one.object_id, one.basis)
        for one in found
    ]


def do(actor: Actor, act: Any, *args: Any, **kwargs: Any) -> Any:
    with as_application(), acting(actor):
        return act(*args, **kwargs)


def test_what_somebody_does_stands_in_each_of_their_books(cast: Cast) -> None:
    june = cast["both"]
    me = staff(places(june)[0], june.name)
    do(me, actions.note, me, june, "password.changed", basis="by mail", fields=("password",))
    assert lines("password.changed") == [
        (one.organization_id, "staff", one.pk, june.name, "access.user", june.pk, "by mail") for one in books(june)
    ]
    told = Entry.objects.filter(verb="password.changed")
    assert {(one.user_id, *one.fields) for one in told} == {(june.pk, "password")}


def test_what_came_by_a_mailed_link_was_done_at_the_door(cast: Cast) -> None:
    june = cast["both"]
    door = duty("door", june.pk)
    do(door, actions.note, door, june, "password.changed")
    assert lines("password.changed") == [
        (one.organization_id, "duty", None, june.name, "access.user", june.pk, "") for one in books(june)
    ]


def test_of_somebody_without_a_place_it_stands_in_the_book_of_nobody(cast: Cast) -> None:
    ada = cast["attorney"]
    Membership.objects.filter(user=ada).update(suspended_at=timezone.now())
    me = signed_in(ada.pk)
    do(me, actions.note, me, ada, "password.changed")
    assert lines("password.changed") == [(None, "user", None, ada.name, "access.user", ada.pk, "")]


def test_a_profile_is_changed_in_three_fields_and_no_other(cast: Cast) -> None:
    ada, old = cast["attorney"], cast["attorney"].name
    me = staff(places(ada)[0], old)
    ada.email = "not.saved@north.example"
    do(me, actions.save_profile, me, ada, name="Ada Q. Mamani", language="es", time_zone="America/Phoenix")
    now = User.objects.get(pk=ada.pk)
    assert (now.name, now.language, now.time_zone, now.email) == (
        "Ada Q. Mamani", "es", "America/Phoenix", "ada@north.example",
    )  # fmt: skip
    assert [(line[3], line[5]) for line in lines("profile.renamed")] == [(old, ada.pk)]
    ada.email = "not.saved@north.example"
    do(me, actions.choose_language, ada, "en")
    now = User.objects.get(pk=ada.pk)
    assert (now.language, now.email, len(lines("profile.renamed"))) == ("en", "ada@north.example", 1)


def test_one_app_is_forgotten_and_nothing_else(cast: Cast) -> None:
    ada, ben = cast["attorney"], cast["paralegal"]
    Authenticator.objects.create(user=ada, type=Authenticator.Type.RECOVERY_CODES, data={})
    before = Authenticator.objects.count()
    actions.forget_app(ada)
    assert list(Authenticator.objects.filter(user=ada).values_list("type", flat=True)) == ["recovery_codes"]
    assert (Authenticator.objects.count(), Authenticator.objects.filter(user=ben).count()) == (before - 1, 1)


def begun(user: User, key: str) -> Session:
    return Session.objects.create(
        session_key=key, session_data="", expire_date=timezone.now() + timedelta(hours=1), user=user,
        seen_at=timezone.now(),
    )  # fmt: skip


def standing() -> list[str]:
    return sorted(Session.objects.values_list("session_key", flat=True))


def test_one_ends_sessions_of_ones_own(cast: Cast) -> None:
    ada, ben = cast["attorney"], cast["paralegal"]
    for user, key in ((ada, "here"), (ada, "home"), (ada, "phone"), (ben, "bens")):
        begun(user, key)
    me = staff(places(ada)[0], ada.name)
    assert [actions.end_session(me, ada, key) for key in ("home", "home", "bens", "none")] == [
        True, False, False, False,
    ]  # fmt: skip
    assert standing() == ["bens", "here", "phone"]
    assert [(line[0], line[2], line[6]) for line in lines("session.ended")] == [
        (me.organization_id, me.membership_id, "elsewhere")
    ]
    assert [actions.end_other_sessions(me, ada, "here") for _ in range(2)] == [1, 0]
    assert (standing(), [line[6] for line in lines("session.ended")]) == (["bens", "here"], ["elsewhere"] * 2)


def test_what_has_run_out_is_swept(cast: Cast) -> None:
    now = timezone.now()
    for key, left in (("over", -1), ("now", 0), ("on", 1)):
        begun(cast["attorney"], key)
        Session.objects.filter(pk=key).update(expire_date=now + timedelta(seconds=left))
        CacheEntry.objects.create(key=key, value=1, expires_at=now + timedelta(seconds=left))
    with as_application():
        assert actions.sweep(now) == 2
    assert (standing(), sorted(CacheEntry.objects.values_list("key", flat=True))) == (["now", "on"], ["now", "on"])


def test_the_worker_sweeps_what_has_run_out_now(cast: Cast) -> None:
    begun(cast["attorney"], "over")
    begun(cast["attorney"], "on")
    Session.objects.filter(pk="over").update(expire_date=timezone.now() - timedelta(seconds=1))
    with as_application():
        jobs.sweep(timestamp=0)
    assert standing() == ["on"]


def test_jobs_of_a_worker_that_died_are_taken_up() -> None:
    """Those that have given no sign of life for half a minute."""
    asked: list[Any] = []

    class Manager:
        async def get_stalled_jobs(self, *, seconds_since_heartbeat: float) -> list[str]:
            asked.append(seconds_since_heartbeat)
            return ["one", "two"]

        async def retry_job(self, job: str) -> None:
            asked.append(job)

    context: Any = SimpleNamespace(app=SimpleNamespace(job_manager=Manager()))
    asyncio.run(jobs.retry_stalled_jobs.func(context, 0))
    assert asked == [30, "one", "two"]
