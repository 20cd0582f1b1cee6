"""How people of the tests sign in, and what was mailed to them."""

import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from casework.access import factors
from casework.access.models import User
from casework.notifications import actions
from casework.notifications.models import Message

PASSWORD = "a river of seven quiet stones"
NEW_PASSWORD = "three lamps above the harbor"
PERIOD = 30


def with_password(user: User) -> User:
    """The same person, who now has PASSWORD."""
    user.set_password(PASSWORD)
    user.save()
    return user


def without_factor(user: User) -> User:
    """The same person, who has PASSWORD and nothing else."""
    Authenticator.objects.filter(user=user).delete()
    return with_password(user)


def seed(user: User) -> str:
    """The secret of the person's authenticator app."""
    stored: str = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    with factors.of(user.pk):
        opened: str = get_adapter().decrypt(stored)
    return opened


def recovery_codes(user: User) -> list[str]:
    """The person's unused recovery codes, made when there are none."""
    with factors.of(user.pk):
        unused: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return unused


def codes(secret: str, periods: int = 0) -> str:
    """What an app with this secret shows now, or showed so many periods ago."""
    shown: str = format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD - periods))
    return shown


def post_code(client: Client, address: str, secret: str) -> Any:
    """Posts the code of now. Once more when the clock went on to the next code in between."""
    used = codes(secret)
    response = client.post(address, {"code": used})
    return response if response.status_code == 302 or codes(secret) == used else client.post(
        address, {"code": codes(secret)}
    )  # fmt: skip


def post_password(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    """The first step of signing in."""
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def sign_in(user: User, **browser: str) -> Client:
    """A browser in which the person has signed in with password and code."""
    client = Client(headers={"user-agent": browser["user_agent"]} if browser else None)
    assert post_password(client, user.email).status_code == 302
    assert post_code(client, reverse("mfa_authenticate"), seed(user)).status_code == 302
    client.get(reverse("profile"))
    return client


def is_signed_in(client: Client) -> bool:
    """Whether the browser gets a page that needs signing in."""
    return client.get(reverse("profile")).status_code == 200


def confirm(client: Client) -> None:
    """Says again who one is, with PASSWORD."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def sent() -> list[EmailMessage]:
    """Every mail that waits in the outbox, sent now as the worker would."""
    mail.outbox.clear()
    for message in Message.objects.order_by("created_at"):
        actions.send(str(message.pk))
    return list(mail.outbox)
