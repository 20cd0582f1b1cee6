"""What requests are made of, each for itself: refusals said, forms taken, where somebody acts, and who asks."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch, reverse
from pytest_django import DjangoAssertNumQueries

from casework.access import requests
from casework.access.actor import NOBODY, signed_in, staff
from casework.access.models import Membership, User

CASE = uuid.UUID(int=9)


def answered(_request: Any) -> HttpResponse:
    return HttpResponse("page")


def view(_request: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse(repr(sorted(kwargs.items())))


def asked(method: str = "get", name: str = "") -> Any:
    request: Any = getattr(RequestFactory(), method)("/")
    request.resolver_match = ResolverMatch(view, (), {}, url_name=name) if name else None
    request.user, request.session, request._messages = AnonymousUser(), {}, CookieStorage(request)
    return request


# --- what an act refuses is said on the next page


def refuse() -> None:
    raise ValidationError(["Not today.", "Nor tomorrow."])


def test_the_first_refusal_is_said() -> None:
    request = asked()
    with requests.refusals_said(request):
        refuse()
    assert [(str(one), one.level_tag) for one in get_messages(request)] == [("Not today.", "error")]


def test_what_goes_well_says_nothing_and_what_breaks_breaks() -> None:
    request = asked()
    with requests.refusals_said(request):
        pass
    with pytest.raises(KeyError), requests.refusals_said(request):
        raise KeyError
    assert list(get_messages(request)) == []


# --- views that take a form


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_comes_without_a_form_is_led_to_the_page(method: str) -> None:
    to_case = requests.posted("case", "case_id")(view)
    response: Any = to_case(asked(method), case_id=CASE, note_id=uuid.UUID(int=2))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("case", args=[CASE]))
    plain: Any = requests.posted("profile")(view)(asked(method))
    assert plain.headers["Location"] == reverse("profile")


def test_a_form_is_handed_on_with_all_that_the_address_says() -> None:
    response = requests.posted("case", "case_id")(view)(asked("post"), case_id=CASE, note_id=CASE)
    assert response.content.decode() == repr([("case_id", CASE), ("note_id", CASE)])
    assert requests.posted("case", "case_id")(view).__name__ == "view"


def test_anything_else_is_not_taken() -> None:
    assert requests.posted("case", "case_id")(view)(asked("put"), case_id=CASE).status_code == 405


# --- where somebody acts


def test_acting_elsewhere_forgets_what_belonged_here() -> None:
    session = {"membership": "old", "here:form": 1, "here:": 2, "began": 3, "there:here:": 4}
    requests.act_in(session, CASE)
    assert session == {"membership": str(CASE), "began": 3, "there:here:": 4}


def who_speaks() -> list[str]:
    """Kind, what for and user of the token that the database has been told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('ctx.token', true)")
        return (cursor.fetchone()[0] or "").split(".")[:3]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "open_"),
    [
        ("account_login", True),
        ("mfa_index", True),
        ("demo_enter", True),
        ("invitation", True),
        ("caseload", False),
        ("", False),
    ],
)
def test_at_the_door_the_product_looks_people_up(cast: dict[str, User], name: str, open_: bool) -> None:
    middleware = requests.SignedContext(answered)
    request = asked(name=name)
    requests.identify(request)
    before = who_speaks()
    middleware.process_view(request)
    assert who_speaks() == (["duty", "door", "-"] if open_ else before)
    request.user = cast["attorney"]
    middleware.process_view(request)
    assert who_speaks() == (["duty", "door", str(cast["attorney"].pk)] if open_ else before)


# --- who asks


def session_of(user: User, **more: Any) -> dict[str, Any]:
    return {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    } | more


class Session(dict[str, Any]):
    """As much of one as finding somebody needs."""

    def flush(self) -> None:
        self.clear()


def identified(session: dict[str, Any]) -> Any:
    request = asked()
    request.session = Session(session)
    requests.identify(request)
    return request


@pytest.mark.django_db
def test_somebody_acts_where_they_chose_or_first_by_name(
    cast: dict[str, User], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = cast["both"]
    north, hotline = (
        Membership.objects.select_related("organization").get(user=user, organization__short_name=name)
        for name in ("NLA", "RRH")
    )
    request = identified(session_of(user))
    assert (request.user, request.memberships, request.membership) == (user, [north, hotline], north)
    assert (request.actor, request.actor.name) == (staff(north, "x"), user.name)
    assert who_speaks() == ["staff", str(north.pk), str(user.pk)]
    with django_assert_num_queries(0):
        assert [one.organization.name for one in request.memberships] == [
            "North Legal Aid", "Rapid Response Hotline",
        ]  # fmt: skip
    chosen = identified(session_of(user, membership=str(hotline.pk)))
    assert (chosen.membership, chosen.actor.organization) == (hotline, hotline.organization_id)
    assert who_speaks() == ["staff", str(hotline.pk), str(user.pk)]
    for other in ("nonsense", str(CASE)):
        assert identified(session_of(user, membership=other)).membership == north


@pytest.mark.django_db
def test_somebody_without_a_place_is_only_themselves(cast: dict[str, User]) -> None:
    Membership.objects.filter(user=cast["attorney"]).update(roles=["attorney"], suspended_at="2026-01-01T00:00Z")
    request = identified(session_of(cast["attorney"]))
    assert (request.actor, request.membership, request.memberships) == (signed_in(cast["attorney"].pk), None, [])
    assert who_speaks() == ["user", "-", str(cast["attorney"].pk)]


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["nobody", "no id", "unknown", "inactive", "another password"])
def test_nobody_else_is_anybody(cast: dict[str, User], what: str) -> None:
    ada = cast["attorney"]
    session = session_of(ada)
    if what == "nobody":
        session = {}
    if what == "no id":
        session |= {SESSION_KEY: "5"}
    if what == "unknown":
        session |= {SESSION_KEY: str(CASE)}
    if what == "inactive":
        User.objects.filter(pk=ada.pk).update(is_active=False)
    if what == "another password":
        session |= {HASH_SESSION_KEY: "other"}
    request = identified(session)
    assert (request.actor, request.membership, request.memberships) == (NOBODY, None, [])
    assert not request.user.is_authenticated
    assert who_speaks() == ["nobody", "-", "-"]


@pytest.mark.django_db
def test_a_form_that_waited_is_done_as_whoever_sent_it(cast: dict[str, User]) -> None:
    """Called from the page that asked who they are, where the door is open; at its own address nothing changes."""
    for match, speaks in (
        (SimpleNamespace(url_name="mfa_reauthenticate"), "staff"),
        (None, "staff"),
        (SimpleNamespace(url_name="end_other_sessions"), "duty"),
    ):
        request = identified(session_of(cast["attorney"]))
        requests.SignedContext(answered).process_view(asked(name="account_login"))
        request.resolver_match = match
        requests.here_again(request, "end_other_sessions")
        assert who_speaks()[0] == speaks
