"""When a session is used, locked and over, to the second, by a clock that stands still."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.http.request import HttpHeaders
from django.utils.crypto import salted_hmac
from pytest_django import Settings

from casework.access import lock

NOW, IDLE, AGE = 1_800_000_000, 900, 43_200
WHO = uuid.UUID(int=7)
BROWSER = "B" * 400


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(lock, "time", SimpleNamespace(time=lambda: NOW + 0.9))
    settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE = IDLE, AGE


def asked(session: dict[str, Any], query: str = "", **headers: str) -> Any:
    meta = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    user = SimpleNamespace(pk=WHO, is_authenticated=True)
    return SimpleNamespace(session=dict(session), headers=HttpHeaders(meta), GET=QueryDict(query), user=user)


@pytest.mark.parametrize(
    ("session", "query", "headers", "noted"),
    [
        ({"seen": NOW - 60}, "", {}, True),
        ({"seen": NOW - 59}, "", {}, False),
        ({}, "", {}, True),
        ({"seen": NOW - 600}, "again=1", {}, False),
        ({"seen": NOW - 600}, "", {"x_background": "1"}, False),
        ({"seen": NOW - 600}, "again=1", {"x_background": "1"}, False),
        ({"seen": NOW - 600}, "q=again", {}, True),
    ],
)
def test_a_use_is_noted_after_a_minute_and_by_somebody_alone(
    session: dict[str, Any], query: str, headers: dict[str, str], noted: bool
) -> None:
    request = asked(session, query, user_agent=BROWSER, **headers)
    lock.use(request)
    assert request.session == (session | {"seen": NOW, "user_agent": "B" * 300} if noted else session)


def test_a_browser_without_a_name_is_noted_without_one() -> None:
    request = asked({})
    lock.use(request)
    assert request.session == {"seen": NOW, "user_agent": ""}


@pytest.mark.parametrize(
    ("session", "locked"),
    [
        ({}, False),
        ({"seen": NOW}, False),
        ({"seen": NOW - IDLE - 59}, False),
        ({"seen": NOW - IDLE - 60}, True),
        ({"seen": NOW + 59}, False),
        ({"seen": NOW + 60}, True),  # the clock was put back
        ({"seen": NOW, "locked": "by hand"}, True),
    ],
)
def test_a_session_locks_a_minute_after_the_idle_time(session: dict[str, Any], locked: bool) -> None:
    request = asked(session)
    assert lock.is_locked(request) is locked
    assert lock.tried(request, "password") == ("unlock" if locked else "again")
    request.user.is_authenticated = False
    assert lock.tried(request, "password") == "password"


@pytest.mark.parametrize(
    ("session", "over"),
    [
        ({}, False),
        ({"began": NOW}, False),
        ({"began": NOW - AGE + 1}, False),
        ({"began": NOW - AGE}, True),
        ({"began": NOW + 59}, False),
        ({"began": NOW + 60}, True),
    ],
)
def test_a_session_is_over_after_twelve_hours(session: dict[str, Any], over: bool) -> None:
    request = asked(session)
    assert lock.is_over(request) is over
    assert request.session == {"began": NOW} | session


def test_the_idle_time_is_told_in_minutes() -> None:
    assert lock.idle_minutes() == 15


@pytest.mark.parametrize(
    ("session", "age", "left"),
    [
        ({"began": NOW - 100, "seen": NOW - 30}, 30, AGE - 100),
        ({"began": NOW - AGE - 1, "seen": NOW}, 0, 0),
        ({}, 0, AGE),
    ],
)
def test_what_a_page_knows_of_its_session(session: dict[str, Any], age: int, left: int) -> None:
    who = salted_hmac("casework page", f"{WHO}|{session.get('began', NOW)}").hexdigest()[:16]
    assert lock.of_page(asked(session)) == {"who": who, "idle": IDLE, "age": age, "left": left}
    assert len(who) == 16
