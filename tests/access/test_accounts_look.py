"""No page of allauth appears without our look, and no mail without our words."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from casework.access.models import User
from tests.access.signing import NEW_PASSWORD, PASSWORD, sent, with_password

OURS = settings.BASE_DIR / "templates"
THEIRS = Path(str(allauth.__file__)).parent / "templates"
PAGES = sorted(
    str(file.relative_to(THEIRS))
    for room in ("account", "mfa")
    for file in (THEIRS / room).rglob("*.html")
    if "snippets" not in file.parts and "phone" not in file.name and "confirm_login_code" not in file.name
)
UNREACHABLE = {
    "account/base_confirm_code.html",
    "account/confirm_email_verification_code.html",
    "account/confirm_password_reset_code.html",
    "account/email.html",
    "account/request_login_code.html",
    "account/signup.html",
    "account/signup_by_passkey.html",
    "account/verified_email_required.html",
    "mfa/trust.html",
    "mfa/webauthn/signup_form.html",
}


def test_every_page_that_can_be_reached_is_written_anew() -> None:
    bases = {page for page in PAGES if page.rpartition("/")[2].startswith("base")}
    assert {page for page in PAGES if not (OURS / page).exists()} - bases == UNREACHABLE - bases


def test_every_element_and_layout_is_ours() -> None:
    elements = {file.name for file in (THEIRS / "allauth").rglob("*.html")} - {"provider.html", "provider_list.html"}
    assert elements - {file.name for file in (OURS / "allauth").rglob("*.html")} == set()


@pytest.mark.parametrize("page", sorted(UNREACHABLE - {
    "account/confirm_password_reset_code.html", "mfa/webauthn/signup_form.html", "mfa/trust.html",
}))  # fmt: skip
@pytest.mark.django_db
def test_what_cannot_be_reached_has_our_look_too(rf: RequestFactory, page: str) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    text = render_to_string(page, {"emailaddress_radios": []}, request)
    assert text.count('<main class="account-main" id="main" tabindex="-1">') == 1
    assert text.count("<button>") == 0


def test_every_reachable_mail_is_written_anew() -> None:
    unreachable = {"account_already_exists", "login_code", "password_reset_code", "unknown_account"}
    theirs = {
        str(file.relative_to(THEIRS))
        for file in THEIRS.glob("*/email/*.txt")
        if file.parts[-3] in {"account", "mfa"} and not file.name.startswith(tuple(unreachable))
    }
    assert {mail for mail in theirs if not (OURS / mail).exists()} == set()


@pytest.mark.django_db
def test_a_notice_says_what_happened_when_and_from_where(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    user.time_zone = "America/Phoenix"
    user.save()
    client = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"})
    client.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(reverse("account_change_password"), data)
    (message,) = sent()
    lines = str(message.body).split("\n")
    assert (message.to, message.subject) == (["ada@north.example"], "Your password was changed")
    assert (lines[0], lines[5]) == ("Hello Ada Quispe,", "From: Firefox on Linux")
    assert re.fullmatch(r"When: \w+ \d+, \d{4}, \d+:\d\d\xa0[ap]m, Arizona \(Phoenix\)", lines[4])
    assert "127.0.0.1" not in str(message.body)
