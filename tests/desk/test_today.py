from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.utils import timezone

from casework.access.models import User

pytestmark = pytest.mark.django_db


def test_today_says_what_the_account_needs(enter: Callable[[str], Client]) -> None:
    html = enter("attorney").get("/").content.decode()
    assert "2 things about your account need you." in html
    assert "You have one second factor" in html
    assert "You have no recovery codes" in html
    assert "also signed in on" not in html
    assert "North Legal Aid" in html


def test_today_says_when_nothing_is_needed(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    client = enter("paralegal")
    RecoveryCodes.activate(cast["paralegal"])
    Authenticator.objects.create(user=cast["paralegal"], type=Authenticator.Type.WEBAUTHN, data={})
    html = client.get("/").content.decode()
    assert "Nothing needs you here." in html
    assert "1 thing" not in html


def test_other_browsers_are_named_but_no_need(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    first, second = enter("clinic"), enter("clinic")
    RecoveryCodes.activate(cast["clinic"])
    Authenticator.objects.create(user=cast["clinic"], type=Authenticator.Type.WEBAUTHN, data={})
    first.get("/")
    html = second.get("/").content.decode()
    assert "You are also signed in on 1 other browser." in " ".join(html.split())
    assert "Nothing needs you here." in html
    assert "on this browser only" not in html


def test_an_address_that_only_takes_a_form_leads_to_the_start(client: Client) -> None:
    response = client.get("/language/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_today_without_an_organization(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    cast["hotline"].memberships.update(ends_at=timezone.now())
    assert "You do not belong to an organization." in enter("hotline").get("/").content.decode()


def test_today_says_in_which_roles_and_until_when(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    cast["attorney"].memberships.update(roles=["attorney", "admin"])
    html = " ".join(enter("attorney").get("/").content.decode().split())
    assert "<dt>Your roles</dt> <dd>Attorney, Administrator</dd>" in html
    assert "<dt>Until</dt>" not in html
    cast["attorney"].memberships.update(roles=["attorney"], ends_at=timezone.now() + timedelta(days=3))
    html = " ".join(enter("attorney").get("/").content.decode().split())
    assert "<dt>Your role</dt> <dd>Attorney</dd> <dt>Until</dt>" in html
