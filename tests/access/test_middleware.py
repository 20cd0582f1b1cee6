"""What every request passes: who is led to the sign-in or to a second factor, and in whose language it is answered."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils import timezone
from django.utils.translation import get_language
from pytest_django import Settings

from casework.access.actor import NOBODY
from casework.access.middleware import PersonalSettings, SecondFactorRequired, SignInRequired
from casework.access.models import User
from casework.access.requests import identify
from casework.access.sessions import SessionStore
from casework.audit.models import Entry
from tests.access.signing import without_factor

PATH = "/cases/?stage=active"


def answered(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def asked(user: Any = None, *, cookie: str = "", key: str | None = None, htmx: Any = False) -> Any:
    request: Any = RequestFactory().get(PATH)
    if cookie:
        request.COOKIES["session"] = cookie
    request.user, request.session, request.htmx = user or AnonymousUser(), SimpleNamespace(session_key=key), htmx
    return request


@pytest.fixture
def named(settings: Settings) -> None:
    settings.SESSION_COOKIE_NAME = "session"


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("cookie", "key", "ended"),
    [("", None, False), ("dead", None, True), ("alive", "alive", False), ("", "key", False)],
)
def test_a_session_that_has_ended_is_told_at_the_sign_in(cookie: str, key: str | None, ended: bool) -> None:
    """And what "back" would show goes from the browser."""
    response: Any = SignInRequired(answered).process_view(asked(cookie=cookie, key=key), view, [], {})
    where = "/account/login/?next=/cases/%3Fstage%3Dactive"
    assert (response.status_code, response.headers["Location"]) == (302, where + ("&ended=yes" if ended else ""))
    assert response.headers.get("Clear-Site-Data") == ('"cache", "storage"' if ended else None)


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(
    ("page", "cookie", "where"),
    [
        ("/calendar/", "", "/account/login/?next=%2Fcalendar%2F"),
        ("/calendar/", "dead", "/account/login/?next=%2Fcalendar%2F&ended=yes"),
        (None, "", "/account/login/?next=%2F"),
    ],
)
def test_a_part_of_a_page_leads_its_page_to_the_sign_in_and_back(page: str | None, cookie: str, where: str) -> None:
    request = asked(cookie=cookie, htmx=SimpleNamespace(current_url_abs_path=page))
    response: Any = SignInRequired(answered).process_view(request, view, [], {})
    assert (response.status_code, response.headers["HX-Redirect"]) == (200, where)


def test_whoever_is_signed_in_goes_on() -> None:
    assert SignInRequired(answered).process_view(asked(User()), view, [], {}) is None


def test_a_request_that_htmx_never_saw_is_led_as_any_other() -> None:
    """One that is answered before the middleware of htmx has looked at it."""
    request = asked()
    del request.htmx
    response: Any = SignInRequired(answered).process_view(request, view, [], {})
    assert (response.status_code, "HX-Redirect" in response.headers) == (302, False)


def match(name: str) -> ResolverMatch:
    return ResolverMatch(view, (), {}, url_name=name)


def factor_asked(user: Any, name: str | None, *, htmx: bool | None = False) -> Any:
    request = asked(user, htmx=htmx)
    if htmx is None:
        del request.htmx
    request.resolver_match = match(name) if name else None
    return SecondFactorRequired(answered).process_view(request, view, [], {})


@pytest.mark.django_db
def test_without_a_second_factor_one_page_is_open(cast: dict[str, User]) -> None:
    ada, bare = cast["attorney"], without_factor(cast["paralegal"])
    assert [factor_asked(ada, name) for name in ("caseload", "mfa_index", None)] == [None, None, None]
    assert [factor_asked(bare, name) for name in ("mfa_index", "mfa_activate_totp", "account_logout")] == [None] * 3
    assert [factor_asked(bare, name).headers["Location"] for name in ("caseload", None)] == ["/account/2fa/"] * 2
    assert factor_asked(bare, "caseload", htmx=None).status_code == 302
    part = factor_asked(bare, "caseload", htmx=True)
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, "/account/2fa/")
    assert factor_asked(AnonymousUser(), "caseload") is None


@pytest.mark.parametrize(("own", "kept"), [(None, "no-store"), ("private", "private")])
def test_nothing_is_kept_unless_the_page_says_so(own: str | None, kept: str) -> None:
    def answer(_request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Cache-Control": own} if own else {})

    assert PersonalSettings(answer)(asked()).headers["Cache-Control"] == kept


def test_a_person_is_answered_in_their_language_and_time_zone() -> None:
    seen: list[tuple[str | None, str, str]] = []

    def answer(request: Any) -> HttpResponse:
        seen.append((get_language(), request.LANGUAGE_CODE, timezone.get_current_timezone_name()))
        return HttpResponse()

    before = timezone.get_current_timezone_name()
    request = asked(User(language="es", time_zone="Asia/Kolkata"))
    request.session = {"began": int(time.time())}
    PersonalSettings(answer)(request)
    assert seen == [("es", "es", "Asia/Kolkata")]
    assert timezone.get_current_timezone_name() == before


@pytest.mark.django_db
def test_a_session_of_yesterday_ends_in_the_book_of_its_organization(cast: dict[str, User], enter: Any) -> None:
    """And the same request is answered to nobody."""
    ada = cast["attorney"]
    client = enter("attorney")
    session = client.session
    session["began"] = int(time.time()) - settings.SESSION_COOKIE_AGE
    session.save()
    request = asked(ada)
    request.session = SessionStore(session.session_key)
    identify(request)
    me, seen = request.actor, []

    def answer(late: Any) -> HttpResponse:
        seen.append((late.actor, late.user.is_authenticated, late.session.session_key))
        return HttpResponse()

    PersonalSettings(answer)(request)
    assert seen == [(NOBODY, False, None)]
    line = Entry.objects.get(verb="session.ended")
    assert (line.basis, line.actor_id, line.organization_id) == ("age", me.membership_id, me.organization_id)


@pytest.mark.django_db
def test_recovery_codes_alone_are_no_second_factor(cast: dict[str, User]) -> None:
    bare = without_factor(cast["paralegal"])
    Authenticator.objects.create(user=bare, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert factor_asked(bare, "caseload").headers["Location"] == "/account/2fa/"
