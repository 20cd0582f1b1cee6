"""The page behind the link in an invitation.

Whatever is wrong with the link, the answer is one and the same page, 404: nobody learns from it what once was open.
Guesses are not counted, since nobody guesses 256 chance bits.
"""

from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from casework.access import invitations
from casework.access.actor import duty
from casework.access.invitations import InvitationVoid, OpenInvitation
from casework.access.models import User
from casework.access.requests import act_in
from casework.desk.join.forms import NewAccountForm
from casework.look.zones import date_in_words, moment_in_words


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Joins on POST: with a new account, or with the one that has the invited address. GET changes nothing."""
    found = invitations.find(token)
    try:
        if found is None:
            raise InvitationVoid
        invitations.note_look(request.user.pk, found)
        if not request.user.is_authenticated:
            return _sign_in(request, found) if found.user_id else _begin(request, token, found)
        if request.user.pk != found.user_id:
            status = 403 if request.method == "POST" else 200
            return render(request, "desk/join/stranger.html", _shown(request, found), status=status)
        return _join(request, token, found)
    except InvitationVoid:
        return render(request, "desk/join/void.html", status=404)


def _begin(request: HttpRequest, token: str, found: OpenInvitation) -> HttpResponse:
    """Makes an account and signs in to it; the second factor comes next, without asking for the password again."""
    form = NewAccountForm(request.POST if request.method == "POST" else None, email=found.email)
    if not form.is_valid():
        return render(request, "desk/join/begin.html", _shown(request, found) | {"form": form})
    user = invitations.join_new(token=token, language=get_language() or "en", **form.cleaned_data)
    record_authentication(request, user, method="password", email=user.email, reauthenticated=True)
    login = Login(user=user, email=user.email, redirect_url=reverse("mfa_index"))
    response: HttpResponse = perform_login(request, login)
    _welcome(request, found)
    return response


def _sign_in(request: HttpRequest, found: OpenInvitation) -> HttpResponse:
    """Leads somebody who has an account to sign in, and back here."""
    return render(request, "desk/join/sign_in.html", _shown(request, found))


def _join(request: HttpRequest, token: str, found: OpenInvitation) -> HttpResponse:
    """Asks once; then the person acts in the new organization."""
    if request.method == "GET":
        return render(request, "desk/join/join.html", _shown(request, found))
    user = cast(User, request.user)
    membership = invitations.accept(duty("door", user.pk), token=token, user=user)
    act_in(request.session, membership.pk)
    _welcome(request, found)
    return redirect("today")


def _welcome(request: HttpRequest, found: OpenInvitation) -> None:
    messages.success(request, _("You have joined %(organization)s.") % {"organization": found.organization_name})


def _shown(request: HttpRequest, found: OpenInvitation) -> dict[str, Any]:
    """What every state of the page shows, on the reader's clock; on the organization's until the reader is known."""
    zone = request.user.time_zone if isinstance(request.user, User) else found.time_zone
    last = found.ends_at and (found.ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(found.time_zone))
    return {
        "invitation": found,
        "expires": moment_in_words(found.expires_at.astimezone(ZoneInfo(zone)), zone),
        "last_day": date_in_words(last) if last else "",
    }
