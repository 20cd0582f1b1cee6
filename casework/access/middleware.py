"""What every request passes after its session is known."""

import time
import zoneinfo
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation

from casework.access.models import User

# Recovery codes are no factor of their own: they exist only beside one of these.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
OPEN_WITHOUT_FACTOR = frozenset(
    "mfa_index mfa_activate_totp mfa_add_webauthn account_reauthenticate mfa_reauthenticate mfa_reauthenticate_webauthn"
    " account_logout account_confirm_email choose_language demo_enter healthz readyz".split()
)
SEEN_EVERY_SECONDS = 60


class SecondFactorRequired:
    """Without a second factor a signed-in person reaches the page that adds one, and nothing else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated or (match and match.url_name in OPEN_WITHOUT_FACTOR):
            return None
        return None if is_mfa_enabled(request.user, FACTORS) else redirect("mfa_index")


class PersonalSettings:
    """Speaks the person's language, in the person's time zone; notes once a minute that the session is in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        now = int(time.time())
        if now - request.session.get("seen", 0) >= SEEN_EVERY_SECONDS:
            request.session.update(seen=now, user_agent=request.headers.get("User-Agent", "")[:300])
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            response = self.get_response(request)
        response["Cache-Control"] = "no-store"
        return response
