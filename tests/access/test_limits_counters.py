"""Which counters each kind of try fills, how long they last, and when somebody has to wait."""

import base64
import hmac
import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.utils import timezone

from casework.access import limits
from casework.access.devices import CONTEXT
from casework.access.models import CacheEntry, User
from casework.access.sessions import hashed
from casework.vault.cipher import seal, signing_key

pytestmark = pytest.mark.django_db

HERE, WHO, EMAIL = "203.0.113.9", uuid.UUID(int=5), "ada@north.example"
HOUR, DAY, SOON = 3600, 86_400, timedelta(seconds=50)
Counter = tuple[str, int, int, str]  # name, tries, seconds, what is counted


def asked(*, signed_in: bool = False, known: User | None = None) -> Any:
    """A request; `signed_in` as Ada herself, or from a browser that is `known` to be somebody's."""
    request: Any = RequestFactory(REMOTE_ADDR=HERE).get("/")
    request.user = User(pk=WHO, email=EMAIL) if signed_in else SimpleNamespace(is_authenticated=False)
    request.session = SimpleNamespace(session_key="key")
    if known:
        mark = json.dumps({"id": "mark", "accounts": {str(known.pk): int(time.time())}}).encode()
        request.COOKIES[settings.DEVICE_COOKIE_NAME] = base64.urlsafe_b64encode(seal(mark, CONTEXT)).decode()
    return request


OWN = hashed("key")
ADA = User(pk=WHO, email=EMAIL)
KINDS: dict[str, tuple[Callable[[], limits.Taken | None], list[Counter]]] = {
    "a password": (
        lambda: limits.password(asked(), "Ada@North.example"),
        [
            ("crowd", 30, 60, HERE), ("address", 5, 300, f"{EMAIL}|{HERE}"),
            ("address, slow", 10, HOUR, f"{EMAIL}|{HERE}"), ("all", 50, HOUR, EMAIL),
        ],
    ),
    "one's own password": (
        lambda: limits.password(asked(signed_in=True), "Ada@North.example"),
        [("own", 10, 300, f"{EMAIL}|{OWN}"), ("own, slow", 30, HOUR, f"{EMAIL}|{OWN}")],
    ),
    "another's password, signed in": (
        lambda: limits.password(asked(signed_in=True), "ben@north.example"),
        [
            ("crowd", 30, 60, HERE), ("address", 5, 300, f"ben@north.example|{HERE}"),
            ("address, slow", 10, HOUR, f"ben@north.example|{HERE}"), ("all", 50, HOUR, "ben@north.example"),
        ],
    ),
    "a code": (
        lambda: limits.code(asked(), ADA),
        [
            ("codes", 5, 300, f"{WHO}|{HERE}"), ("codes, slow", 10, HOUR, f"{WHO}|{HERE}"),
            ("all codes", 20, HOUR, str(WHO)),
        ],
    ),
    "one's own code": (
        lambda: limits.code(asked(signed_in=True), ADA),
        [("own codes", 5, 300, f"{WHO}|{OWN}"), ("own codes, slow", 20, HOUR, f"{WHO}|{OWN}")],
    ),
    "a mail": (lambda: limits.reset_mail(asked(), "Ada@North.example"), [("mails", 3, HOUR, EMAIL)]),
    "mails from here": (lambda: limits.reset_from_here(asked(), EMAIL), [("crowd mails", 20, 60, HERE)]),
    "a calendar": (lambda: limits.feed("token"), [("feed", 120, HOUR, "token")]),
    "a calendar's address": (lambda: limits.unknown_feed(asked()), [("wrong feeds", 60, 60, HERE)]),
    "a pin": (
        lambda: limits.pin(asked(), "token", ""),
        [
            ("pin crowd", 60, HOUR, HERE), ("pin", 5, 900, f"token|{HERE}"), ("pin, slow", 20, DAY, f"token|{HERE}"),
            ("pins", 50, DAY, "token"),
        ],
    ),
    "a pin on a known telephone": (lambda: limits.pin(asked(), "token", "mark"), [("own pin", 10, 900, "token|mark")]),
    "a family's words": (lambda: limits.family_word("link"), [("family words", 10, DAY, "link")]),
    "a test": (lambda: limits.test_message("member"), [("test messages", 5, HOUR, "member")]),
    "a family's file": (lambda: limits.family_file("link"), [("family files", 20, DAY, "link")]),
    "a family's ticks": (lambda: limits.family_ticks("link"), [("family ticks", 60, DAY, "link")]),
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", KINDS)


def key(counter: Counter) -> str:
    name, _tries, seconds, subject = counter
    told = f"{name}|{seconds}|{subject}".encode()
    return f":1:limit:{hmac.digest(signing_key('limits'), told, 'sha256').hex()[:40]}"


def counted() -> dict[str, int]:
    return dict(CacheEntry.objects.filter(key__startswith=":1:limit:").values_list("key", "value"))


@each_kind
def test_a_try_fills_these_counters_and_no_others(kind: str) -> None:
    one, counters = KINDS[kind]
    assert one() is not None
    assert counted() == {key(counter): 1 for counter in counters}
    for counter in counters:
        left = (CacheEntry.objects.get(key=key(counter)).expires_at - timezone.now()).total_seconds()
        assert counter[2] - 30 < left <= counter[2], counter


@each_kind
def test_whoever_tried_often_enough_has_to_wait_and_fills_nothing_more(kind: str) -> None:
    one, counters = KINDS[kind]
    most = min(tries for _name, tries, _seconds, _subject in counters)
    for counter in counters:  # as after all tries but one
        name = key(counter)
        CacheEntry.objects.create(key=name, value=most - 1, expires_at=timezone.now() + SOON)
    assert one() is not None
    full = {key(counter): most for counter in counters}
    assert counted() == full
    assert one() is None
    assert counted() == full


@each_kind
def test_what_was_right_does_not_count(kind: str) -> None:
    one, counters = KINDS[kind]
    one()
    taken = one()
    assert taken is not None
    taken.give_back()
    assert counted() == {key(counter): 1 for counter in counters}


def test_every_limit_is_reached_by_itself() -> None:
    """Also the slower one of two, and the one for all, when the others have begun anew."""
    one, counters = KINDS["a pin"]
    for counter in counters:
        CacheEntry.objects.all().delete()
        CacheEntry.objects.create(key=key(counter), value=counter[1], expires_at=timezone.now() + SOON)
        assert one() is None, counter


def test_a_browser_that_knows_the_account_has_counters_of_its_own(cast: dict[str, User]) -> None:
    ada = cast["attorney"]
    request, own = asked(known=ada), "mark"
    limits.password(request, EMAIL)
    limits.code(request, ada)
    limits.reset_mail(request, "Ada@North.example")
    free = limits.reset_from_here(request, EMAIL)
    assert (free, free and free.keys) == (limits.Taken(()), ())
    assert set(counted()) == {
        key(one)
        for one in (
            ("own", 10, 300, f"{EMAIL}|{own}"), ("own, slow", 30, HOUR, f"{EMAIL}|{own}"),
            ("own codes", 5, 300, f"{ada.pk}|{own}"), ("own codes, slow", 20, HOUR, f"{ada.pk}|{own}"),
            ("own mails", 3, HOUR, f"{EMAIL}|{own}"),
        )
    }  # fmt: skip


def test_those_who_wait_are_told_once_in_five_minutes_whoever_they_try() -> None:
    assert [limits.worth_a_line(asked(), one) for one in ("Ada@x", "ada@x", "ben@x")] == [True, False, True]
    assert counted() == {
        key(("told", 1, 300, f"ada@x|{HERE}")): 1,
        key(("told", 1, 300, f"ben@x|{HERE}")): 1,
        key(("crowd told", 30, 300, HERE)): 2,
    }


def test_wrong_passwords_are_forgiven_but_for_the_address_they_came_from() -> None:
    request = asked()
    limits.password(request, EMAIL)
    limits.password(request, "ben@north.example")
    limits.forgive(request, "Ada@North.example")
    bens = [("address", 5, 300), ("address, slow", 10, HOUR)]
    assert counted() == {
        key(("crowd", 30, 60, HERE)): 2,
        **{key((*one, f"ben@north.example|{HERE}")): 1 for one in bens},
        key(("all", 50, HOUR, "ben@north.example")): 1,
    }


def test_ten_wrong_pins_of_a_link_are_many_wherever_they_were_tried() -> None:
    links = {"by all": "m1", "by its own": "m2", "nearly": "m3", "by another's": "m4"}

    def plant(counter: Counter, count: int) -> None:
        CacheEntry.objects.create(key=key(counter), value=count, expires_at=timezone.now() + SOON)

    plant(("pins", 50, DAY, "by all"), 10)
    plant(("own pin", 10, 900, "by its own|m2"), 10)
    plant(("pins", 50, DAY, "nearly"), 9)
    plant(("own pin", 10, 900, "nearly|m3"), 9)
    plant(("own pin", 10, 900, "by another's|m1"), 10)
    assert limits.many_pins(links) == {"by all", "by its own"}
    assert limits.many_pins({}) == set()
