"""Profile, language and sessions. Each POST calls one action."""

import copy
import uuid
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from casework.access import actions, members
from casework.access.browsers import in_words
from casework.access.lock import NEW_DEVICE
from casework.access.models import FactorReset, User
from casework.access.requests import StaffRequest, posted
from casework.access.sessions import hashed, payload
from casework.desk.account.forms import ProfileForm


def remember_language(response: HttpResponse, language: str) -> None:
    """Keeps a language in the browser, for the pages that do not know yet who reads them."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    # A copy: the page around the form goes on calling the person by the saved name, whatever is typed here.
    form = ProfileForm(request.POST or None, instance=copy.copy(user))
    if request.method == "POST" and form.is_valid():
        actions.save_profile(cast(StaffRequest, request).actor, user, **form.cleaned_data)
        with translation.override(user.language):
            messages.success(request, _("Your profile is saved."))
        response = redirect("profile")
        remember_language(response, user.language)
        return response
    return render(request, "desk/account/profile.html", {"form": form})


@require_http_methods(["GET", "POST"])
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Shows every further page in the language posted, and remembers it for a signed-in person."""
    if request.method == "GET":
        return redirect("today")
    language = request.POST.get("language", "")
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    response = redirect(after if safe else "today")
    if language in dict(settings.LANGUAGES):
        if isinstance(request.user, User):
            actions.choose_language(request.user, language)
        remember_language(response, language)
    return response


@require_http_methods(["GET"])
def sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    here = hashed(request.session.session_key or "")
    rows = [
        {
            "row": row,
            "browser": in_words(row.user_agent),
            "began_on": timezone.localdate(row.created_at),
            "here": row.session_key == here,
            "new": payload(row).get(NEW_DEVICE, False),
        }
        for row in user.sessions.live().order_by("-seen_at")
    ]
    rows.sort(key=lambda entry: not entry["here"])
    return render(request, "desk/account/sessions.html", {"sessions": rows})


@posted("sessions")
def end_session(request: StaffRequest) -> HttpResponse:
    """Ends another session of this person. Their present one is ended by signing out, which also clears the browser."""
    key = request.POST.get("session", "").replace("\0", "")
    if key == hashed(request.session.session_key or ""):
        return redirect("account_logout")
    if actions.end_session(request.actor, request.user, key):
        messages.success(request, _("That browser is signed out."))
    else:
        messages.info(request, _("That browser was signed out already."))
    return redirect("sessions")


@posted("sessions")
def end_other_sessions(request: StaffRequest) -> HttpResponse:
    keep = hashed(request.session.session_key or "")
    ended = actions.end_other_sessions(request.actor, request.user, keep=keep)
    if ended:
        words = ngettext("%(count)s other browser is signed out.", "%(count)s other browsers are signed out.", ended)
        messages.success(request, words % {"count": ended})
    else:
        messages.info(request, _("You were not signed in anywhere else."))
    return redirect("sessions")


@posted("mfa_index")
def keep_factor(request: StaffRequest, reset_id: uuid.UUID) -> HttpResponse:
    """Ends a request of an administrator to take this person's second factor off."""
    reset = get_object_or_404(FactorReset, pk=reset_id, membership__user_id=request.user.pk)
    try:
        members.keep_factor(request.actor, reset)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Your second factor stays. The administrators are told."))
    return redirect("mfa_index")
