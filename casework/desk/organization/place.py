"""Where somebody with several memberships acts, when the chosen one ends."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.utils.translation import gettext as _

from casework.access.middleware import go
from casework.access.requests import AT_THE_DOOR, CHOSEN, StaffRequest, act_in


class ActsWhereChosen:
    """Nobody changes the organization without noticing.

    When the membership that a session acts in has ended, the next request falls back to another one. The person is
    told, once; what the request would have written is not done, and forms that stand open elsewhere go stale.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        membership = cast(StaffRequest, request).membership
        chosen = request.session.get(CHOSEN)
        if membership is None or chosen == str(membership.pk):
            return None
        act_in(request.session, membership.pk)
        if chosen is None:  # the first request after signing in
            return None
        rotate_token(request)
        words = _("You no longer work where you acted last. You now act in %(organization)s.")
        messages.warning(request, words % {"organization": membership.organization.name})
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        return None if request.method in {"GET", "HEAD"} or name.startswith(AT_THE_DOOR) else go(request, "today")
