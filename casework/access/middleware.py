"""What every request passes after its session is known."""

import zoneinfo
from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone, translation
from django_htmx.http import HttpResponseClientRedirect

from casework.access import lock
from casework.access.models import User
from casework.access.requests import identify

# Recovery codes are no factor of their own: they exist only beside one of these.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Clear-Site-Data at the end of a session: pages that "back" would show, and the moment of the last use.
PAGES = '"cache", "storage"'
OPEN_WITHOUT_FACTOR = frozenset(
    [
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "account_logout",
        "signed_out",
        "account_confirm_email",
        # Adding a factor asks for the password, so somebody who has forgotten it must be able to reset it here.
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "choose_language",
        "demo_enter",
        "lock_session",
        "unlock",
        "unlock_passkey",
        "session_state",
    ]
)


def go(request: HttpRequest, to: str) -> HttpResponse:
    """Sends the whole page there: to a fragment's request an ordinary redirect would bring a page inside a page."""
    return HttpResponseClientRedirect(resolve_url(to)) if getattr(request, "htmx", False) else redirect(to)


class SignInRequired(LoginRequiredMiddleware):
    """Django's; when a session has ended, the sign-in says so, and a fragment's request leads its page there."""

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponseBase | None:
        response = super().process_view(request, *args)
        if response is None:
            return response
        # This answer takes the dead cookie away, so the sign-in must be told.
        dead = bool(request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and not request.session.session_key
        ended = {"ended": "yes"} if dead else {}
        if not getattr(request, "htmx", False):
            if ended:
                response.headers["Location"] += f"&{urlencode(ended)}"
                response.headers["Clear-Site-Data"] = PAGES
            return response
        page = request.htmx.current_url_abs_path or "/"  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page} | ended)}")


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
        return None if is_mfa_enabled(request.user, FACTORS) else go(request, "mfa_index")


class PersonalSettings:
    """Speaks the person's language, in the person's time zone. Nothing that it answers is kept by a browser or a proxy.

    Use lengthens a session, but never beyond SESSION_COOKIE_AGE after its beginning.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        if not isinstance(user, User):
            return self.get_response(request)
        if lock.is_over(request):
            lock.note(cast(Any, request).actor, "session.ended", basis="age")
            logout(request)
            identify(request)
            return self.get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)):
            return self.get_response(request)
