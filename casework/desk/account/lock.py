"""The lock that a session meets after a while without use: instead of any page, and over the one that is open.

A form that comes while the session is locked waits, sealed, in the session. Whoever unlocks sees what it holds, and
sends or drops it: somebody else may have sat there. It is gone when the session locks again. Forms with files or
secrets, those that ask again who one is, and very long ones do not wait, and the lock says so.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from casework.access import demo, lock
from casework.access.models import User
from casework.access.requests import ALSO_AT_THE_DOOR, AT_THE_DOOR
from casework.desk.account.factor_forms import ReauthenticateForm as CodeForm
from casework.desk.account.factor_forms import ReauthenticatePasskeyForm as PasskeyForm
from casework.desk.account.forms import ReauthenticateForm as PasswordForm

OPEN_WHILE_LOCKED = frozenset(
    ["lock_session", "unlock", "unlock_passkey", "session_state", "account_logout", "signed_out"]
)
UNLOCK = "unlock"  # the field that tells an answer to the lock from a form of the page
SEND, DROP = "held_send", "held_drop"  # the buttons under a form that waits
MOST_HELD = 256 * 1024  # characters
LARGE, FILE, SECRET, GRAVE = "large", "file", "secret", "grave"
# Addresses that ask again who one is: that somebody unlocked does not say that they want just this.
ASK_AGAIN = frozenset([
    "share_case", "invite_member", "member", "ask_factor_reset", "export_audit", "calendar_feed", "propose_purge",
    "purge",
])  # fmt: skip


class IdleLock:
    """Whatever a locked session asks for is answered by the lock: nothing of it is sent, and nothing is done.

    It stands last, so that a form that waits here has passed everything that forms pass, its token included.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: object, args: object, kwargs: object) -> HttpResponse | None:
        if not isinstance(request.user, User):
            return None
        request.locked = lock.is_locked(request)
        if request.resolver_match.url_name in OPEN_WHILE_LOCKED:
            return None
        if not request.locked:
            lock.use(request)
            return redirect(request.get_full_path()) if UNLOCK in request.POST else self._waiting(request)
        lock.lock(request)
        if request.htmx:
            return trigger_client_event(HttpResponse(status=204), "lock-page")
        return self._answered(request) if UNLOCK in request.POST else self._asked(request)

    def _asked(self, request: Any) -> HttpResponse:
        if request.method == "POST":
            hold(request)
        return render(request, "account/locked.html", ways(request))

    def _answered(self, request: Any) -> HttpResponse | None:
        wrong = attempt(request)
        if wrong is not None:
            return render(request, "account/locked.html", ways(request, wrong))
        return redirect(request.get_full_path())

    def _waiting(self, request: Any) -> HttpResponse | None:
        """What became of a form that waits for just this address: shown, sent or dropped."""
        held = request.session.get(lock.HELD, {})
        if held.get("where") != where(request):
            return None
        if request.method == "GET":
            return render(request, "account/held.html", {"fields": told(held["form"])})
        if request.method == "POST":
            del request.session[lock.HELD]
            if SEND in request.POST:
                request.POST, request._files = QueryDict(held["form"]), MultiValueDict()
            elif DROP in request.POST:
                return redirect(request.get_full_path())
        return None


def where(request: Any) -> list[str]:
    """What a form was sent to, and as which member: it is done there and so, or not at all."""
    return [request.get_full_path(), str(request.membership and request.membership.pk)]


def hold(request: Any) -> None:
    """Keeps the form of a locked session, or why it is not kept. The latest takes the place of the one before."""
    name = request.resolver_match.url_name or ""
    form = request.POST.copy()
    form.pop("csrfmiddlewaretoken", None)
    text = form.urlencode()
    why = next(
        (
            why
            for why, stands in {
                GRAVE: name in ASK_AGAIN,
                SECRET: name.startswith(AT_THE_DOOR) or name in ALSO_AT_THE_DOOR,
                FILE: bool(request.FILES),
                LARGE: len(text) > MOST_HELD,
            }.items()
            if stands
        ),
        "",
    )
    request.session[lock.HELD] = {"why": why} if why else {"where": where(request), "form": text}


def told(form: str) -> list[tuple[str, list[str]]]:
    """What a form that waits holds, by name of the field; as it was sent, since only its page knows its words."""
    lists = ((name, [value for value in values if value]) for name, values in QueryDict(form).lists())
    return [(capfirst(name.replace("_", " ")), values) for name, values in lists if values]


def attempt(request: Any) -> Form | None:
    """Checks what was entered, and unlocks. The form that says what is wrong, or None when it was right."""
    user, data = request.user, request.POST
    played = demo.player(user, request) if "demo" in data else None
    form: Any = None
    if played is None:
        kind: Any = CodeForm if "code" in data else PasskeyForm if "credential" in data else PasswordForm
        form = kind(user=user, data=data, auto_id="unlock_%s")
        if not form.is_valid():
            return form  # type: ignore[no-any-return]
        prove(request, form)
    lock.unlock(request)
    request.locked = False
    return None


def prove(request: Any, form: Any) -> None:
    """Notes that the person has just said again who they are, in a way that was checked."""
    if isinstance(form, PasswordForm):
        reauthenticate_by_password(request)
    elif isinstance(form, CodeForm):
        post_authentication(request, form.authenticator, reauthenticated=True)
        form.tell()
    else:
        post_authentication(request, form.cleaned_data["credential"], reauthenticated=True)


def ways(request: Any, wrong: Form | None = None) -> dict[str, Any]:
    """What the lock shows: who is behind it, why, what waits, and how this person can unlock it."""
    user = request.user
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    kinds_of_form: tuple[Any, ...] = (PasswordForm, CodeForm, PasskeyForm)
    forms = [kind(user=user, auto_id="unlock_%s") for kind in kinds_of_form]
    password, code, passkey = (wrong if type(wrong) is type(form) else form for form in forms)
    held = request.session.get(lock.HELD, {})
    return {
        "password": password if user.has_usable_password() else None,
        "code": code if kinds & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES} else None,
        "passkey": passkey if Authenticator.Type.WEBAUTHN in kinds else None,
        "wrong": wrong,
        "by_hand": request.session.get(lock.LOCKED) == lock.BY_HAND,
        "minutes": lock.idle_minutes(),
        "waits": "form" in held,
        "lost": lost_words(held.get("why", "")),
    }


def lost_words(why: str) -> str:
    """Why what was sent last is not kept."""
    words = {
        FILE: _("What you sent last held a file, so it was not kept. Unlock, then send it again with the file."),
        LARGE: _("What you sent last was too long to be kept. Unlock, then go back and send it again."),
        GRAVE: _("What you sent last asks first who you are, so it was not kept. Unlock, then do it again."),
        SECRET: _("What you sent last was not kept, since it may hold a password. Unlock, then enter it again."),
    }
    return words.get(why, "")


def state(request: Any) -> dict[str, Any]:
    """How the session stands, for the script of an open page; when it is locked, with what unlocks it."""
    if not isinstance(request.user, User):
        return {"state": "ended"}
    marks = lock.of_page(request)
    if not lock.is_locked(request):
        return marks | {"state": "open"}
    lock.lock(request)
    return marks | {"state": "locked", "html": fragment(request)}


def fragment(request: Any, wrong: Form | None = None) -> str:
    """What unlocks the session, for the page that it covers."""
    context = ways(request, wrong) | {"why": True, "waits": False, "lost": ""}  # its own form stays under the cover
    return render_to_string("account/snippets/unlock.html", context, request)
