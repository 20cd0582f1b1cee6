from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from casework.access.models import User

pytestmark = pytest.mark.django_db


def test_today_says_what_the_account_needs(enter: Callable[[str], Client]) -> None:
    html = enter("attorney").get("/").content.decode()
    assert "2 things about your account need you." in html
    assert "You have one second factor" in html
    assert "You have no recovery codes" in html
    assert "signed in on" not in html
    assert "North Legal Aid" in html


def test_today_says_when_nothing_is_needed(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    client = enter("paralegal")
    RecoveryCodes.activate(cast["paralegal"])
    Authenticator.objects.create(user=cast["paralegal"], type=Authenticator.Type.WEBAUTHN, data={})
    html = client.get("/").content.decode()
    assert "Nothing needs you here." in html
    assert "1 thing" not in html


def test_today_counts_other_browsers(enter: Callable[[str], Client]) -> None:
    first, second = enter("clinic"), enter("clinic")
    first.get("/")
    assert "You are signed in on 1 other browser" in second.get("/").content.decode()


def test_today_without_an_organization(enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.desk.context._membership", lambda _request: None)
    assert "You do not belong to an organization." in enter("hotline").get("/").content.decode()
