"""The mark of a browser, without signing in: what it holds, for how long, and which accounts fall out of it."""

import base64
import json
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from casework.access import devices
from casework.access.devices import CONTEXT, MOST_ACCOUNTS, Device, MarksDevice, device_of, remember
from casework.access.models import User
from casework.vault.cipher import seal, unseal

NOW = 1_800_000_000
OLDEST = NOW - settings.DEVICE_COOKIE_AGE


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "time", SimpleNamespace(time=lambda: NOW + 0.9))


def bringing(accounts: dict[str, int]) -> Any:
    request = RequestFactory().get("/")
    content = json.dumps({"id": "mine", "accounts": accounts}).encode()
    request.COOKIES[settings.DEVICE_COOKIE_NAME] = base64.urlsafe_b64encode(seal(content, CONTEXT)).decode()
    return request


def test_an_account_is_known_for_so_long() -> None:
    request = bringing({"over": OLDEST, "just": OLDEST + 1, "fresh": NOW})
    assert device_of(request) == Device("mine", {"just": OLDEST + 1, "fresh": NOW})


def test_a_browser_without_a_mark_is_a_new_one() -> None:
    one, other = (device_of(RequestFactory().get("/")) for _ in range(2))
    assert (one.accounts, len(one.id), one.id == other.id) == ({}, 32, False)


def test_the_accounts_of_late_are_kept() -> None:
    """A mark stays short: the one that signed in longest ago goes first."""
    many = {f"{n:032x}": NOW - 100 + n for n in range(MOST_ACCOUNTS)}
    request, ada = bringing(many), User(pk=uuid.UUID(int=99))
    remember(request, ada)
    assert request.device.id == "mine"
    assert list(request.device.accounts.items()) == [
        (str(ada.pk), NOW), *[(f"{n:032x}", NOW - 100 + n) for n in range(MOST_ACCOUNTS - 1, 0, -1)],
    ]  # fmt: skip


def test_whoever_signs_in_again_is_the_latest() -> None:
    ada, ben = User(pk=uuid.UUID(int=1)), User(pk=uuid.UUID(int=2))
    request = bringing({str(ada.pk): NOW - 50, str(ben.pk): NOW - 10})
    remember(request, ada)
    assert request.device.accounts == {str(ada.pk): NOW, str(ben.pk): NOW - 10}


@pytest.mark.parametrize("production", [False, True])
def test_the_answer_takes_the_mark_along_where_nobody_reads_it(production: bool, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = production
    request: Any = RequestFactory().get("/")
    request.device = Device("mine", {"a": 1})
    answer = MarksDevice(lambda _request: HttpResponse())(request)
    cookie = answer.cookies[settings.DEVICE_COOKIE_NAME]
    assert unseal(base64.urlsafe_b64decode(cookie.value), CONTEXT) == b'{"id":"mine","accounts":{"a":1}}'
    told = {name: cookie[name] for name in ("max-age", "path", "domain", "secure", "httponly", "samesite")}
    assert told == {
        "max-age": settings.DEVICE_COOKIE_AGE, "path": "/", "domain": "", "secure": production or "", "httponly": True,
        "samesite": "Lax",
    }  # fmt: skip


def test_an_answer_without_a_signing_in_marks_nothing() -> None:
    assert MarksDevice(lambda _request: HttpResponse())(RequestFactory().get("/")).cookies == {}
