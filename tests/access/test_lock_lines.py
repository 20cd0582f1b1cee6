"""Beginning, locking and unlocking a session: what it keeps then, and what stands in the audit."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.http.request import HttpHeaders
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from casework.access import lock
from casework.access.actor import Actor, signed_in, staff
from casework.access.context import acting
from casework.access.models import Membership, User
from casework.audit.models import Entry
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "time", SimpleNamespace(time=lambda: NOW + 0.9))


def home(user: User, name: str = "NLA") -> Membership:
    found: Membership = Membership.objects.select_related("organization").get(user=user, organization__short_name=name)
    return found


def asked(session: dict[str, Any], actor: Actor | None = None, **headers: str) -> Any:
    meta = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return SimpleNamespace(session=dict(session), actor=actor, headers=HttpHeaders(meta))


def lines() -> list[tuple[Any, ...]]:
    return [
        (one.verb, one.basis, one.organization_id, one.actor_kind, one.actor_id, one.user_id)
        for one in Entry.objects.filter(verb__startswith="session.").order_by("at")
    ]


@pytest.mark.parametrize("new_device", [True, False])
def test_a_session_begins_with_its_browser_in_the_book_of_the_first_organization(cast: Cast, new_device: bool) -> None:
    june = cast["both"]
    request = asked({"kept": 1}, user_agent="F" * 301)
    with as_application():
        lock.begin(request, june, new_device=new_device)
    assert request.session == {
        "kept": 1, "began": NOW, "seen": NOW, "new_device": new_device, "user_agent": "F" * 300,
    }  # fmt: skip
    north = home(june)
    assert lines() == [("session.began", "", north.organization_id, "staff", north.pk, june.pk)]
    bare = asked({})
    with as_application():
        lock.begin(bare, june, new_device=False)
    assert bare.session["user_agent"] == ""


def test_where_somebody_acts_first(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    june = cast["both"]
    north, hotline = home(june), home(june, "RRH")
    with as_application():
        first = lock.where_they_act(june)
        assert (first, first.name) == (staff(north), june.name)
        Membership.objects.filter(pk=north.pk)
    Membership.objects.filter(pk=north.pk).update(suspended_at=timezone.now())
    with as_application():
        assert lock.where_they_act(june) == staff(hotline)
    Membership.objects.filter(pk=hotline.pk).update(suspended_at=timezone.now())
    with as_application():
        assert lock.where_they_act(june) == signed_in(june.pk)


def test_a_session_is_locked_for_its_first_reason_and_drops_what_waited(cast: Cast) -> None:
    ada = cast["attorney"]
    here = home(ada)
    me = staff(here, ada.name)
    request = asked({"seen": NOW - 5, "held": "a form"}, me)
    with as_application(), acting(me):
        lock.lock(request, lock.BY_HAND)
        assert request.session == {"seen": NOW - 5, "locked": "by hand"}
        request.session["held"] = "another form"
        lock.lock(request)
        assert request.session == {"seen": NOW - 5, "locked": "by hand", "held": "another form"}
        other = asked({}, me)
        lock.lock(other)
        assert other.session == {"locked": "idle"}
    told = (here.organization_id, "staff", here.pk, ada.pk)
    assert lines() == [("session.locked", "by hand", *told), ("session.locked", "idle", *told)]


def test_whoever_proved_who_they_are_goes_on_from_now(cast: Cast) -> None:
    ada = cast["attorney"]
    here = home(ada)
    me = staff(here, ada.name)
    request = asked({"seen": NOW - 5000, "locked": "idle", "held": "a form"}, me)
    with as_application(), acting(me):
        lock.unlock(request)
        assert request.session == {"seen": NOW, "held": "a form"}
        lock.unlock(request)  # a second tab that was open
    assert lines() == [("session.unlocked", "", here.organization_id, "staff", here.pk, ada.pk)] * 2


def test_the_last_visit_is_the_last_sign_of_life_before(cast: Cast) -> None:
    ada = cast["attorney"]
    me = staff(home(ada), ada.name)
    with as_application(), acting(me):
        assert lock.last_visit(timezone.now()) is None
        lock.note(me, "session.began")
    began = Entry.objects.get(verb="session.began").at
    with as_application(), acting(me):
        assert lock.last_visit(began + timedelta(seconds=1)) == began
        assert lock.last_visit(began) is None


def test_the_idle_time_is_told_in_whole_minutes(settings: Settings) -> None:
    settings.SESSION_IDLE_SECONDS = 119
    assert lock.idle_minutes() == 1
