"""Browsers that an account has been signed in with: a sealed cookie that outlives the session.

It holds a number of its own and the accounts that signed in here. It lets nobody in: it keeps a stranger's wrong
passwords from counting against the owner's own browser, and tells when an account is used somewhere new.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from casework.access.models import User
from casework.vault.cipher import seal, unseal

CONTEXT = "device"
MOST_ACCOUNTS = 8


@dataclass(frozen=True)
class Device:
    """A browser. `accounts` are ids of users, each with when it last signed in here, in seconds since 1970."""

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    accounts: dict[str, int] = field(default_factory=dict)


def device_of(request: HttpRequest) -> Device:
    """The browser that asks; a new one when it brings no mark, or one that does not open."""
    try:
        content = json.loads(unseal(base64.urlsafe_b64decode(request.COOKIES[settings.DEVICE_COOKIE_NAME]), CONTEXT))
    except (KeyError, ValueError):
        return Device()
    oldest = int(time.time()) - settings.DEVICE_COOKIE_AGE
    return Device(content["id"], {pk: at for pk, at in content["accounts"].items() if at > oldest})


def knows(request: HttpRequest, user: User) -> bool:
    """Whether this account has been signed in to with this browser."""
    return str(user.pk) in device_of(request).accounts


def known_to(request: HttpRequest, address: str) -> str:
    """The browser's id, if the account with this address has been signed in to with it; else nothing.

    The database is asked the same whether or not the address belongs to anybody.
    """
    device = device_of(request)
    if not device.accounts:
        return ""
    return device.id if User.objects.filter(pk__in=device.accounts, email=address.lower()).exists() else ""


def remember(request: Any, user: User) -> None:
    """From now on the browser is one of this account's; the answer to this request takes the mark along."""
    device = device_of(request)
    latest = sorted((device.accounts | {str(user.pk): int(time.time())}).items(), key=lambda one: -one[1])
    request.device = replace(device, accounts=dict(latest[:MOST_ACCOUNTS]))


class MarksDevice:
    """Gives the browser its mark when somebody has signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        device: Device | None = getattr(request, "device", None)
        if device is not None:
            content = json.dumps({"id": device.id, "accounts": device.accounts}, separators=(",", ":")).encode()
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                base64.urlsafe_b64encode(seal(content, CONTEXT)).decode(),
                max_age=settings.DEVICE_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
