"""One request is one transaction, in which the database knows from the beginning who asks."""

import functools
import io
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import structlog
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import get_resolver
from django.views.decorators.http import require_http_methods

from casework.access import acts, context, refusals
from casework.access.actor import NOBODY, Actor, duty, signed_in, staff
from casework.access.models import Membership, User
from casework.audit import actions as audit

log = structlog.get_logger("casework")
CHOSEN = "membership"  # in the session: where the person acts
HERE = "here:"  # what a session keeps under such a name is forgotten when the person acts elsewhere
REFUSED, FAILED = 400, 500
CONFLICT = 409  # shows what stands: nothing was written but the look, and that is kept
# Signing in, joining and what belongs to the account look people up before anybody is known.
AT_THE_DOOR = ("account_", "mfa_")
ALSO_AT_THE_DOOR = frozenset(["demo_enter", "invitation"])


class StaffRequest(HttpRequest):
    """A request of somebody who is signed in. `membership` is None for a person who belongs to no organization."""

    user: User
    actor: Actor
    membership: Membership | None
    memberships: list[Membership]


View = Callable[..., HttpResponse]


@contextmanager
def refusals_said(request: StaffRequest) -> Iterator[None]:
    """What the act within refuses is said on the next page."""
    try:
        yield
    except ValidationError as error:
        messages.error(request, error.messages[0])


def posted(to: str, *ids: str) -> Callable[[View], View]:
    """Makes a view take a form and nothing else. Whoever comes without one is led to the page `to`.

    `ids` are the names of those of its arguments that the address of that page takes.
    """

    def guard(view: View) -> View:
        @require_http_methods(["GET", "HEAD", "POST"])
        @functools.wraps(view)
        def guarded(request: StaffRequest, **kwargs: uuid.UUID) -> HttpResponse:
            if request.method == "POST":
                return view(request, **kwargs)
            return redirect(to, *(kwargs[name] for name in ids))

        return guarded

    return guard


class OneTransaction:
    """Session, user, page and audit are written together or not at all: an answer of 400 or more takes all back.

    What was refused or failed is then written down in a second, short transaction, and so is whoever was kept out of an
    account, whatever the answer was. An answer of 409 shows what somebody else saved, so that its look is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with context.forgotten(), refusals.collected() as kept_out:
            try:
                with transaction.atomic():
                    response = self._answer(request)
                    if response.status_code >= REFUSED and response.status_code != CONFLICT:
                        transaction.set_rollback(True)
            except DatabaseError:  # what the database checks at the commit
                response = self._sorry(request, "the commit was refused", exc_info=True)
            refusals.write(kept_out)
            if response.status_code >= REFUSED and response.status_code != CONFLICT:
                self._note(request, response.status_code)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, complete: nothing of it is left to be made after the commit, when nobody is known any more."""
        response = self.get_response(request)
        if response.streaming and not isinstance(getattr(response, "file_to_stream", None), io.BytesIO):
            for close in response._resource_closers:  # type: ignore[attr-defined]  # `close()` would also announce the end of the request
                close()
            return self._sorry(request, "a body that is not in memory was refused")
        return self._sorry(request, "a failed statement was overlooked") if context.broken() else response

    def _note(self, request: HttpRequest, status: int) -> None:
        actor: Actor = getattr(request, "actor", NOBODY)
        if actor.user_id is None or not request.resolver_match:
            return
        match = request.resolver_match
        ids = [value for value in match.kwargs.values() if isinstance(value, uuid.UUID)]
        writer = self._writer(actor)
        with context.acting(writer):
            audit.write(
                acts.who(writer),
                "failed" if status >= FAILED else "refused",
                audit.What(
                    actor.organization_id if writer.user_id else None,
                    f"route:{match.view_name}"[:60],
                    ids[0] if ids else None,
                ),
                basis=str(status),
            )

    def _writer(self, actor: Actor) -> Actor:
        """Whoever still counts: who was suspended meanwhile is a user, and whose account was closed, nobody."""
        for one in (actor, signed_in(cast(uuid.UUID, actor.user_id))):
            with context.acting(one):
                if context.answers(one):
                    return one
        return NOBODY

    def _sorry(self, request: HttpRequest, why: str, *, exc_info: bool = False) -> HttpResponseBase:
        log.error("request", state=why, exc_info=exc_info)
        return get_resolver().resolve_error_handler(FAILED)(request)


class SignedContext:
    """Finds out who asks, tells the database, and hands the actor to the view.

    The session names the user and the membership; whether either still counts is read anew at every request, by the
    database at every statement.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        identify(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        if name.startswith(AT_THE_DOOR) or name in ALSO_AT_THE_DOOR:
            context.speak(duty("door", request.user.pk if request.user.is_authenticated else None))


def act_in(session: Any, membership_id: uuid.UUID) -> None:
    """From here on the session acts in this membership."""
    for name in [name for name in dict(session.items()) if name.startswith(HERE)]:
        del session[name]
    session[CHOSEN] = str(membership_id)


def sent_too_much(request: HttpRequest, most: int) -> bool:
    """Whether a form had more bytes than are kept: of its files nothing is left, and it would say there are none."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    is_form = str(request.META.get("CONTENT_TYPE", "")).startswith("multipart/")
    return is_form and not request.FILES and length.isdigit() and int(length) > most


def here_again(request: HttpRequest, name: str) -> None:
    """For a view whose form waited until somebody had said again who they are.

    allauth then calls the view from the page that asked, where the door was open; the view is that person's own again.
    """
    if request.resolver_match is None or request.resolver_match.url_name != name:
        identify(request)


def identify(request: Any) -> None:
    """Sets user, actor, membership and memberships of a request, and speaks for the actor."""
    request.actor, request.membership, request.memberships = NOBODY, None, []
    try:
        user_id = uuid.UUID(request.session[SESSION_KEY])
    except (KeyError, ValueError):
        context.speak(NOBODY)
        return
    context.speak(signed_in(user_id))
    request.user = get_user(request)
    if not request.user.is_authenticated or not request.user.is_active:
        request.user = AnonymousUser()
        context.speak(NOBODY)
        return
    mine = Membership.objects.live().filter(user_id=user_id).select_related("organization")
    request.memberships = sorted(mine, key=lambda one: one.organization.name)
    chosen = request.session.get(CHOSEN)
    request.membership = next(
        (one for one in request.memberships if str(one.pk) == chosen), next(iter(request.memberships), None)
    )
    if request.membership is None:
        request.actor = signed_in(user_id)
    else:
        request.actor = staff(request.membership, request.user.name)
        context.speak(request.actor)
