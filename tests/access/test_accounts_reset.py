"""Resetting a password, and what it tells a stranger: nothing."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from casework.access.models import User
from casework.notifications.models import Message
from tests.access.signing import NEW_PASSWORD, is_signed_in, sent, sign_in, with_password, without_factor

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://localhost:8000(/account/password/reset/key/\S+)")


def ask(email: str) -> Any:
    return Client().post(reverse("account_reset_password"), {"email": email}, follow=True)


def body(response: Any) -> str:
    """The page without its form tokens, which are chance."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode())


def test_known_and_unknown_addresses_get_the_same_answer(cast: dict[str, User]) -> None:
    known, unknown = ask("ada@north.example"), ask("nobody@north.example")
    assert known.redirect_chain == unknown.redirect_chain == [(reverse("account_reset_password_done"), 302)]
    assert body(known) == body(unknown)
    assert {**known.headers, "X-Request-ID": ""} == {**unknown.headers, "X-Request-ID": ""}
    assert [message.to for message in sent()] == [["ada@north.example"]]


def test_the_mail_waits_sealed_in_the_outbox(cast: dict[str, User]) -> None:
    ask("ada@north.example")
    message = Message.objects.get()
    assert (message.kind, message.state) == ("account/email/password_reset_key", "queued")
    assert b"north.example" not in bytes(message.content)


def test_the_mail_speaks_the_language_of_its_reader(cast: dict[str, User]) -> None:
    user = cast["paralegal"]
    user.language = "es"
    user.save()
    Client(headers={"accept-language": "en"}).post(reverse("account_reset_password"), {"email": user.email})
    ask("ada@north.example")
    assert [message.subject for message in sent()] == ["Elija una contraseña nueva", "Choose a new password"]


def test_a_link_works_once(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    browser = sign_in(user)
    ask(user.email)
    found = LINK.search(str(sent()[-1].body))
    assert found
    client = Client()
    form = client.get(found[1])
    assert form.headers["Location"].endswith("-set-password/")
    new = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    done = client.post(form.headers["Location"], new, follow=True)
    assert done.redirect_chain[-1][0] == reverse("account_reset_password_from_key_done")
    assertContains(done, "Every browser was signed out. Sign in with the new password.")
    assertNotContains(done, 'class="toast ')
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD) is True
    assert is_signed_in(browser) is False
    assertContains(Client().get(found[1], follow=True), "This link no longer works")


def test_a_new_password_under_twelve_characters_is_refused(cast: dict[str, User]) -> None:
    ask("ada@north.example")
    found = LINK.search(str(sent()[0].body))
    assert found
    client = Client()
    address = client.get(found[1]).headers["Location"]
    response = client.post(address, {"password1": "elevenchars", "password2": "elevenchars"})
    assertContains(response, "Use at least 12 characters.")
    assert User.objects.get(email="ada@north.example").has_usable_password() is False


def test_somebody_without_a_second_factor_may_reset_a_forgotten_password(cast: dict[str, User]) -> None:
    client = Client()
    client.force_login(without_factor(cast["attorney"]))
    assertContains(client.get(reverse("account_reset_password")), "Reset your password")


def test_a_closed_account_gets_no_link(cast: dict[str, User]) -> None:
    User.objects.filter(email="ada@north.example").update(is_active=False)
    assert ask("ada@north.example").status_code == 200
    assert sent() == []
