"""Passkeys from end to end, with an authenticator that Chromium plays."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from playwright.sync_api import CDPSession, Page, expect

from casework.access.models import User
from tests.access.signing import PASSWORD, without_factor

pytestmark = pytest.mark.django_db(transaction=True)
EMAIL = "ada@north.example"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug(page: Page) -> tuple[CDPSession, str]:
    """A device that holds passkeys and always recognizes its owner, and the line to it."""
    line: Any = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def arrive(page: Page, path: str) -> None:
    page.wait_for_url(lambda address: urlsplit(address).path == path)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def give_password(page: Page) -> None:
    page.goto(reverse("account_login"))
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")


def enrol(page: Page) -> None:
    """From the password to the first passkey."""
    give_password(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Confirm")
    press(page, "Add a passkey")
    arrive(page, reverse("mfa_view_recovery_codes"))


def sign_out(page: Page) -> None:
    page.goto(reverse("account_logout"))
    page.locator("main").get_by_role("button", name="Sign out", exact=True).click()
    arrive(page, reverse("signed_out"))


def test_a_passkey_is_added_used_named_and_kept(browser_page: Page) -> None:
    page, user = browser_page, without_factor(User.objects.get(email=EMAIL))
    plug(page)
    enrol(page)
    passkey = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    assert (passkey.wrap().name, passkey.wrap().is_passwordless) == ("Chrome on Linux", True)

    sign_out(page)
    page.goto(f"{reverse('account_login')}?next={reverse('sessions')}")
    press(page, "Sign in with a passkey")
    arrive(page, reverse("sessions"))

    sign_out(page)
    give_password(page)
    press(page, "Use a passkey")
    arrive(page, "/")
    expect(page.locator(".sidebar")).to_contain_text("Ada Quispe")

    page.goto(reverse("mfa_edit_webauthn", kwargs={"pk": passkey.pk}))
    page.get_by_role("link", name="Use a passkey").click()
    press(page, "Use a passkey")
    page.get_by_label("Name of the passkey").fill("Work computer")
    press(page, "Save")
    expect(page.get_by_text("Work computer", exact=True)).to_be_visible()

    page.goto(reverse("mfa_remove_webauthn", kwargs={"pk": passkey.pk}))
    expect(page.get_by_text("This is your only second factor. Add another one first.")).to_be_visible()
    passkey.refresh_from_db()
    assert passkey.last_used_at is not None


def test_a_device_that_knows_nobody_signs_nobody_in(browser_page: Page) -> None:
    page = browser_page
    line, device = plug(page)
    line.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    page.goto(reverse("account_login"))
    press(page, "Sign in with a passkey")
    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again, or choose another way.")
    assert page.url.endswith(reverse("account_login"))


def test_a_passkey_that_we_no_longer_know_signs_nobody_in(browser_page: Page) -> None:
    page, user = browser_page, without_factor(User.objects.get(email=EMAIL))
    plug(page)
    enrol(page)
    sign_out(page)
    Authenticator.objects.filter(user=user).delete()
    page.goto(reverse("account_login"))
    press(page, "Sign in with a passkey")
    expect(page.get_by_text("This passkey does not belong to the account. Use another one.")).to_be_visible()
    page.goto(reverse("profile"))
    assert reverse("account_login") in page.url


def test_without_a_script_the_passkey_button_stays_away(open_page: Callable[..., Page]) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(reverse("account_login"))
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
