"""Profile, language and sessions. Each POST calls one action."""

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from casework.access import actions
from casework.access.models import User
from casework.access.sessions import hashed
from casework.desk.account.forms import ProfileForm


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        actions.save_profile(user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("profile")
    return render(request, "desk/account/profile.html", {"form": form})


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Shows every further page in the language posted, and remembers it for a signed-in person."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "")
    response = redirect(after if url_has_allowed_host_and_scheme(after, {request.get_host()}) else "today")
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            actions.choose_language(request.user, language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        )
    return response


@require_http_methods(["GET"])
def sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    here = hashed(request.session.session_key or "")
    rows = user.sessions.live().order_by("-seen_at")
    return render(request, "desk/account/sessions.html", {"sessions": rows, "here": here})


@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    if actions.end_session(user, request.POST.get("session", "")):
        messages.success(request, _("That browser is signed out."))
    return redirect("sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    ended = actions.end_other_sessions(user, keep=hashed(request.session.session_key or ""))
    messages.success(
        request, ngettext("%(count)s other browser is signed out.", "%(count)s other browsers are signed out.", ended)
        % {"count": ended}
    )
    return redirect("sessions")
