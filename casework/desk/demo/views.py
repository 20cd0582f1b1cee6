"""One door, open only in demo mode on a loopback address."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY, resume_request
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from casework.access import actions, demo, lock
from casework.access.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """Signs in as the member of the cast called `key`. 404 for an unknown key, and wherever this is not a demo.

    It also counts as having said again who one is: the cast has no passwords. The language chosen on the sign-in page
    goes along. Whoever only follows the address is shown the start page.
    """
    member = next((one for one in demo.cast() if one.key == key), None)
    if member is None or not demo.is_open() or not demo.is_loopback(request.META["REMOTE_ADDR"]):
        raise Http404
    if request.method == "GET":
        return redirect("today")
    user = get_object_or_404(User, email=member.email)
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
        actions.choose_language(user, translation.get_language())
    again = request.user == user
    login(request, user, backend=BACKEND)
    if not again:
        lock.begin(request, user, new_device=False)
    record_authentication(request, user, method="demo", reauthenticated=True)
    waiting: HttpResponse | None = resume_request(request) if STATE_SESSION_KEY in request.session else None
    if waiting is not None:
        return waiting
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if safe else "today")
