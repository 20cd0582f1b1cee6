"""What the script of an open page asks about its session, and the button that locks it. All but the button is JSON."""

from typing import Any

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from casework.access import lock
from casework.access.models import User
from casework.access.requests import StaffRequest, posted
from casework.desk.account.lock import attempt, fragment, state


@login_not_required
@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> HttpResponse:
    """GET only asks; POST also says that the person is using an open page."""
    if request.method == "POST" and isinstance(request.user, User) and not lock.is_locked(request):
        lock.use(request)
    return JsonResponse(state(request))


@posted("today")
def lock_session(request: StaffRequest) -> HttpResponse:
    """Locks at once, by hand or because the page saw no use; then leads back to where the person was."""
    by_script = request.headers.get("Accept") == "application/json"
    lock.lock(request, lock.IDLE if "idle" in request.POST else lock.BY_HAND)
    if by_script:
        return JsonResponse(state(request))
    after = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return redirect(after if safe else "today")


@login_not_required
@posted("today")
def unlock(request: Any) -> HttpResponse:
    """An answer to the lock over an open page."""
    if isinstance(request.user, User) and lock.is_locked(request):
        wrong = attempt(request)
        if wrong is not None:
            return JsonResponse(lock.of_page(request) | {"state": "locked", "html": fragment(request, wrong)})
    return JsonResponse(state(request))


@posted("today")
def unlock_passkey(request: StaffRequest) -> HttpResponse:
    """What the browser needs to ask for a passkey. It is made when it is asked for: each one voids the one before."""
    return JsonResponse({"request_options": begin_authentication(request.user)})
