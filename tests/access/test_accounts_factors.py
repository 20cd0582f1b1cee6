"""Adding, replacing and removing what protects an account."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access import factors
from casework.access.models import Session, User
from tests.access.signing import (
    NEW_PASSWORD,
    PASSWORD,
    codes,
    confirm,
    is_signed_in,
    post_code,
    post_password,
    recovery_codes,
    seed,
    sent,
    sign_in,
    with_password,
    without_factor,
)  # fmt: skip

pytestmark = pytest.mark.django_db
ACTIVATE = "/account/2fa/totp/activate/"
REPLACE = "/account/2fa/totp/replace/"


def shown_key(page: Any) -> str:
    """The key that the page shows for typing by hand."""
    found = re.search(r'id="key">([^<]+)<', page.content.decode())
    assert found
    return "".join(found[1].split())


def passkey(user: User) -> Authenticator:
    """A passkey that stands in the list. It cannot sign anybody in."""
    data = {"name": "Old phone", "credential": {}}
    made: Authenticator = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=data)
    return made


def test_from_the_link_in_a_mail_to_an_app_and_its_codes(
    cast: dict[str, User], django_capture_on_commit_callbacks: Any
) -> None:
    client, user = Client(), without_factor(cast["attorney"])
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"http://localhost:8000(/\S+)", str(sent()[0].body))
    assert link
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    done = client.post(address, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assertRedirects(done, reverse("account_reset_password_from_key_done"))

    assertRedirects(
        post_password(client, user.email, NEW_PASSWORD), "/", target_status_code=302, fetch_redirect_response=False
    )
    assertRedirects(client.get("/"), reverse("mfa_index"))
    asks = client.get(ACTIVATE)
    assertRedirects(asks, f"{reverse('account_reauthenticate')}?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F")
    client.post(asks.headers["Location"], {"password": NEW_PASSWORD, "next": ACTIVATE})

    page = client.get(ACTIVATE)
    secret = shown_key(page)
    assertContains(page, '<svg width="', count=1)
    assert "data:" not in page.content.decode()
    assert secret not in Session.objects.get(user=user).session_data
    with django_capture_on_commit_callbacks(execute=True):
        shown = post_code(client, ACTIVATE, secret).headers["Location"]
    assert shown == f"{reverse('mfa_view_recovery_codes')}?first=yes"
    page = client.get(shown)
    assertContains(page, "Your second factor is set up. Keep these ten codes")
    assertNotContains(page, reverse("mfa_generate_recovery_codes"))
    assert seed(user) == secret
    assert len(recovery_codes(user)) == 10
    assert "An authenticator app was added" in {message.subject for message in sent()}
    assert is_signed_in(client) is True


def test_a_wrong_code_adds_no_app(cast: dict[str, User]) -> None:
    client, user = Client(), without_factor(cast["attorney"])
    post_password(client, user.email)
    confirm(client)
    secret = shown_key(client.get(ACTIVATE))
    assertContains(client.post(ACTIVATE, {"code": codes(secret, periods=3)}), "Wait for the next code")
    assert Authenticator.objects.filter(user=user).exists() is False
    # The picture stays the same, so that the app need not be set up again.
    assert post_code(client, ACTIVATE, secret).status_code == 302


def test_an_app_is_replaced_in_one_step(cast: dict[str, User], django_capture_on_commit_callbacks: Any) -> None:
    user = with_password(cast["attorney"])
    client, old = sign_in(user), seed(user)
    confirm(client)
    new = shown_key(client.get(REPLACE))
    with django_capture_on_commit_callbacks(execute=True):
        assert post_code(client, REPLACE, new).status_code == 302
    assert seed(user) == new != old
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).count() == 1


@pytest.mark.parametrize("address", [REPLACE, "/account/2fa/webauthn/add/", "/account/2fa/recovery-codes/generate/"])
def test_nobody_changes_factors_without_saying_again_who_they_are(cast: dict[str, User], address: str) -> None:
    client = sign_in(with_password(cast["attorney"]))
    response = client.get(address)
    assert (response.status_code, response.headers["Location"].split("?")[0]) == (302, "/account/reauthenticate/")


def test_the_last_app_stays(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    client = sign_in(user)
    confirm(client)
    address = reverse("mfa_deactivate_totp")
    assertContains(client.get(address), "This is your only second factor")
    assertContains(client.post(address), "This is your only second factor")
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).count() == 1


def test_the_last_passkey_stays(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    client = sign_in(user)
    confirm(client)
    Authenticator.objects.filter(user=user).delete()
    recovery_codes(user)
    address = reverse("mfa_remove_webauthn", kwargs={"pk": passkey(user).pk})
    assertContains(client.get(address), "This is your only second factor")
    assertContains(client.post(address), "This is your only second factor", status_code=409)
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).count() == 1


def test_one_of_two_may_go(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    client = sign_in(user)
    confirm(client)
    address = reverse("mfa_remove_webauthn", kwargs={"pk": passkey(user).pk})
    assert client.post(address).status_code == 302
    assert [message.subject for message in sent()] == ["A passkey was removed"]
    assert list(Authenticator.objects.filter(user=user).values_list("type", flat=True)) == ["totp"]


def test_nobody_removes_the_passkey_of_somebody_else(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    confirm(client)
    other = passkey(cast["paralegal"])
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.post(reverse(name, kwargs={"pk": other.pk}), {"name": "Mine"}).status_code == 404
    other.refresh_from_db()
    assert other.data["name"] == "Old phone"


def test_recovery_codes_are_shown_downloaded_and_made_anew(
    cast: dict[str, User], django_capture_on_commit_callbacks: Any
) -> None:
    user = with_password(cast["attorney"])
    old = recovery_codes(user)
    client = sign_in(user)
    confirm(client)
    assertContains(client.get(reverse("mfa_view_recovery_codes")), f"{old[0][:4]} {old[0][4:]}")
    file = client.get(reverse("mfa_download_recovery_codes"))
    assert file.headers["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.content.decode().split("\n")[1].startswith("http://localhost:8000, created ")
    assert file.content.decode().split("\n\n")[1].split("\n")[:10] == [f"{code[:4]} {code[4:]}" for code in old]
    assertContains(client.get(reverse("mfa_generate_recovery_codes")), "Replace the recovery codes")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_generate_recovery_codes"))
    new = recovery_codes(user)
    assert set(new) & set(old) == set()
    assert [message.subject for message in sent()] == ["You have new recovery codes"]


def test_a_used_recovery_code_stays_in_the_list_crossed_out(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    used = recovery_codes(user)[2]
    with factors.of(user.pk):
        assert RecoveryCodes.activate(user).validate_code(used) is True
    client = sign_in(user)
    confirm(client)
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert re.findall(r"<s>([0-9 ]+)</s>", page) == [f"{used[:4]} {used[4:]}"]


def test_without_codes_they_are_created_not_replaced(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    confirm(client)
    for name in ("mfa_index", "mfa_generate_recovery_codes"):
        page = client.get(reverse(name))
        assertContains(page, "Create recovery codes")
        assertNotContains(page, "Replace the recovery codes")


def test_the_page_that_replaces_the_app_says_so(cast: dict[str, User]) -> None:
    client = sign_in(with_password(cast["attorney"]))
    confirm(client)
    assertContains(client.get(REPLACE), "Replace the authenticator app", count=2)


def test_the_seed_of_the_recovery_codes_is_not_in_the_clear(cast: dict[str, User]) -> None:
    recovery_codes(cast["attorney"])
    stored = Authenticator.objects.get(user=cast["attorney"], type=Authenticator.Type.RECOVERY_CODES)
    assert set(stored.data) == {"seed", "used_mask"}
    assert re.fullmatch(r"[A-Za-z0-9+/]{100,}={0,2}", stored.data["seed"])


def test_the_address_changes_only_when_the_new_one_is_confirmed(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    client, address = sign_in(user), reverse("account_email")
    change = {"email": "Ada@New.example", "action_add": "1"}
    assert client.post(address, change).headers["Location"].startswith("/account/reauthenticate/")
    confirm(client)
    client.post(address, change)
    link = re.search(r"http://localhost:8000(/\S+)", str(sent()[0].body))
    assert link
    user.refresh_from_db()
    assert user.email == "ada@north.example"
    assertContains(client.get(link[1]), "ada@new.example")
    assertRedirects(client.post(link[1]), address)
    user.refresh_from_db()
    assert user.email == "ada@new.example"
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified")) == [("ada@new.example", True)]
    told = [(message.to, message.subject) for message in sent()]
    assert (["ada@north.example"], "Your e-mail address was changed") in told


def test_a_new_password_signs_out_the_other_browsers(cast: dict[str, User]) -> None:
    user = with_password(cast["attorney"])
    other, client = Client(), sign_in(user)
    other.force_login(user)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assertRedirects(client.post(reverse("account_change_password"), data), reverse("mfa_index"))
    assert [is_signed_in(client), is_signed_in(other)] == [True, False]
    assert Session.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ada@north", "Use at least 12 characters."),
        ("password", "Use at least 12 characters."),
        ("1qaz2wsx3edc", "This password is easy to guess. Choose another one."),
        ("ada@north.example", "This password is too close to your name or e-mail address. Choose another one."),
    ],
)
def test_a_weak_password_is_refused_for_one_reason(cast: dict[str, User], password: str, reason: str) -> None:
    user = with_password(cast["attorney"])
    client = sign_in(user)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post(reverse("account_change_password"), data)
    assert [str(error) for error in page.context["form"].errors["password1"]] == [reason]
    user.refresh_from_db()
    assert user.check_password(PASSWORD) is True
