"""Browsers that an account knows: the mark they carry, and the mail about one that is new."""

import base64
import json
import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from pytest_django.asserts import assertContains

from casework.access.devices import CONTEXT, MOST_ACCOUNTS
from casework.access.models import User
from casework.vault.cipher import seal, unseal
from tests.access.signing import post_code, post_password, seed, sent, with_password
from tests.access.test_accounts_sessions import FIREFOX, another

pytestmark = pytest.mark.django_db
SECOND_STEP = "/account/2fa/authenticate/"
NEW = "Your account was used in a new browser"


def enters(user: User, client: Client | None = None) -> Client:
    """A browser in which this person signs in; a code may be used again, as if time had gone by."""
    client = client or Client(headers={"user-agent": FIREFOX})
    cache.clear()
    assert post_password(client, user.email).status_code == 302
    assert post_code(client, SECOND_STEP, seed(user)).status_code == 302
    return client


def mark(client: Client) -> dict[str, object]:
    opened: dict[str, object] = json.loads(unseal(base64.urlsafe_b64decode(client.cookies["device"].value), CONTEXT))
    return opened


def subjects() -> list[str]:
    return [str(one.subject) for one in sent()]


def before(user: User) -> User:
    """The same person, who has signed in before."""
    enters(with_password(user))
    return User.objects.get(pk=user.pk)


def test_the_first_sign_in_after_joining_is_no_news(cast: dict[str, User]) -> None:
    client = enters(with_password(cast["attorney"]))
    assert subjects() == []
    assert "New" not in strip_tags(client.get(reverse("sessions")).content.decode()).partition("“New”")[0]


def test_a_new_browser_is_told_by_mail_and_marked(cast: dict[str, User]) -> None:
    client = enters(before(cast["attorney"]))
    (letter,) = sent()
    assert (letter.to, letter.subject) == ([cast["attorney"].email], NEW)
    assert "From: Firefox on Linux" in str(letter.body)
    assert "If it was not you" in str(letter.body)
    assertContains(client.get(reverse("sessions")), '<span class="badge amber">New</span>')


def test_in_the_language_of_its_owner(cast: dict[str, User]) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(language="es")
    cast["attorney"].refresh_from_db()
    enters(before(cast["attorney"]))
    (letter,) = sent()
    assert "Firefox" in str(letter.body)
    assert "Desde: Firefox" in str(letter.body)


def test_a_known_browser_is_no_news_and_stays_known_after_signing_out(cast: dict[str, User]) -> None:
    user = before(cast["attorney"])
    client = enters(user)
    for _ in range(2):
        client.post(reverse("account_logout"))
        enters(user, client)
    assert subjects() == [NEW]


def test_signing_out_everywhere_makes_the_browser_forget_the_account(cast: dict[str, User]) -> None:
    user = before(cast["attorney"])
    client, other = enters(user), another(user)
    answer = client.post(reverse("account_logout"), {"everywhere": "yes"})
    assert {name: answer.cookies[name].value for name in ("device", "language", "csrf", "session")} == {
        "device": "", "language": "", "csrf": "", "session": "",
    }  # fmt: skip
    assert other.get("/").status_code == 302
    enters(user, client)
    assert subjects() == [NEW, NEW]


def test_each_account_knows_its_own_browsers(cast: dict[str, User]) -> None:
    ada, ben = (before(cast[key]) for key in ("attorney", "paralegal"))
    client = enters(ada)
    client.post(reverse("account_logout"))
    enters(ben, client)
    assert subjects() == [NEW, NEW]
    assert mark(client)["accounts"].keys() == {str(ada.pk), str(ben.pk)}  # type: ignore[attr-defined]


def test_the_mark_is_sealed_and_lasts(cast: dict[str, User]) -> None:
    client = enters(with_password(cast["attorney"]))
    cookie = client.cookies["device"]
    assert str(cast["attorney"].pk) not in cookie.value
    assert (cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (settings.DEVICE_COOKIE_AGE, True, "Lax")


@pytest.mark.parametrize("value", ["", "x", base64.urlsafe_b64encode(b"x" * 80).decode()])
def test_a_mark_that_does_not_open_is_none(cast: dict[str, User], value: str) -> None:
    user, client = before(cast["attorney"]), Client()
    client.cookies["device"] = value
    enters(user, client)
    assert subjects() == [NEW]


def test_an_old_mark_and_the_oldest_of_many_fall_away(cast: dict[str, User]) -> None:
    user, client, now = before(cast["attorney"]), Client(), int(time.time())
    many = {f"{n:032x}": now - 1000 + n for n in range(MOST_ACCOUNTS)}
    old = {str(user.pk): now - settings.DEVICE_COOKIE_AGE - 5}
    content = json.dumps({"id": "mine", "accounts": many | old}).encode()
    client.cookies["device"] = base64.urlsafe_b64encode(seal(content, CONTEXT)).decode()
    enters(user, client)
    assert subjects() == [NEW]
    found = mark(client)
    assert found["id"] == "mine"
    assert found["accounts"].keys() == {str(user.pk), *list(many)[1:]}  # type: ignore[attr-defined]
