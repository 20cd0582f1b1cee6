"""The few pages of allauth that need more than its own views give: what we add stands in each docstring."""

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.internal.flows.add import redirect_if_add_not_allowed
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods
from django.views.generic.edit import FormView

from casework.access import actions, lock, members
from casework.access.middleware import FACTORS, PAGES
from casework.access.models import User
from casework.access.requests import StaffRequest
from casework.access.rules import account_needs
from casework.access.sessions import hashed
from casework.desk.account.views import remember_language
from casework.look.zones import date_in_words

FIRST = "first"


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """GET asks, POST does it, and the browser forgets every page of ours; with `everywhere`, all others do, too.

    Then it also forgets that it was ever used for this account. Cookies go by name: "cookies" in Clear-Site-Data would
    sign people out of whatever else their organization has under the same domain.
    """
    if not request.user.is_authenticated:
        logout(request, show_message=False)  # somebody between password and second factor
        return redirect("account_login")
    if request.method == "GET":
        return render(request, "account/logout.html")
    everywhere = "everywhere" in request.POST
    actor, user, language = cast(StaffRequest, request).actor, request.user, translation.get_language()
    if everywhere:
        actions.end_other_sessions(actor, user, keep=hashed(request.session.session_key or ""))
    lock.note(actor, "session.ended", basis="signed out")
    logout(request, show_message=False)
    response = redirect("signed_out")
    response["Clear-Site-Data"] = PAGES
    response.delete_cookie(settings.CSRF_COOKIE_NAME)
    if everywhere:
        response.delete_cookie(settings.DEVICE_COOKIE_NAME)
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    else:
        remember_language(response, language)
    return response


@login_not_required
@require_http_methods(["GET"])
def signed_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "account/signed_out.html")


class SecurityView(IndexView):
    """Without a second factor this is the page that asks for one; with it, the overview of all that protects one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        mine = list(Authenticator.objects.filter(user=self.request.user).order_by("created_at"))
        factors = [one for one in mine if one.type in FACTORS]
        codes = next((one.wrap() for one in mine if one.type == Authenticator.Type.RECOVERY_CODES), None)
        left = len(codes.get_unused_codes()) if codes else 0
        needs = account_needs(second_factors=len(factors), recovery_codes=left)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "factors": factors,
            "resets": list(members.resets_about(self.request.user.pk)),
            "app": next((one for one in mine if one.type == Authenticator.Type.TOTP), None),
            "passkeys": [one for one in mine if one.type == Authenticator.Type.WEBAUTHN],
            "need": next(iter(needs), None),
            "codes_made": codes is not None,
            "codes_left": left,
            "codes_total": len(codes.generate_codes()) if codes else 0,
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        self.template_name = "mfa/index.html" if context["factors"] else "mfa/enrol.html"
        return super().render_to_response(context, **kwargs)  # type: ignore[no-any-return]


def note(request: HttpRequest, verb: str, kind: str) -> None:
    """Writes what just became of the person's own second factors."""
    asked = cast(StaffRequest, request)
    actions.note(asked.actor, asked.user, verb, fields=(kind,))


class BeginsWithCodes:
    """With the first second factor come recovery codes: the page that shows them then says so."""

    did_generate_recovery_codes: bool
    request: HttpRequest
    kind: str

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        note(self.request, "factor.added", self.kind)
        if self.did_generate_recovery_codes:
            note(self.request, "factor.added", Authenticator.Type.RECOVERY_CODES)
        return answer

    def get_success_url(self) -> str:
        address: str = super().get_success_url()  # type: ignore[misc]
        return f"{address}?{FIRST}=yes" if self.did_generate_recovery_codes else address


class ActivateAppView(BeginsWithCodes, ActivateTOTPView):
    kind = Authenticator.Type.TOTP


class AddPasskeyView(BeginsWithCodes, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN


class RemoveAppView(DeactivateTOTPView):
    """Writes that it is gone."""

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note(self.request, "factor.removed", Authenticator.Type.TOTP)
        return answer


class MakeCodesView(GenerateRecoveryCodesView):
    """Writes that there are new ones."""

    def form_valid(self, form: Form) -> HttpResponse:
        answer: HttpResponse = super().form_valid(form)
        note(self.request, "factor.replaced", Authenticator.Type.RECOVERY_CODES)
        return answer


@method_decorator([redirect_if_add_not_allowed, reauthentication_required(app="allauth.mfa")], name="dispatch")
class ReplaceAppView(ActivateTOTPView):
    """A new app takes the place of the old one in one step, so that a lost telephone never leaves somebody without."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return FormView.dispatch(self, request, *args, **kwargs)  # type: ignore[return-value]

    def form_valid(self, form: Form) -> HttpResponse:
        with transaction.atomic():
            actions.forget_app(cast(User, self.request.user))
            answer: HttpResponse = super().form_valid(form)
            note(self.request, "factor.replaced", Authenticator.Type.TOTP)
        return answer


class RecoveryCodesView(ViewRecoveryCodesView):
    """Somebody who has no codes yet is led to where they are made. Used codes stay in the list, crossed out."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_mfa_enabled(request.user, [Authenticator.Type.RECOVERY_CODES]):
            return redirect("mfa_generate_recovery_codes")
        return super().get(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        made = Authenticator.objects.get(user=self.request.user, type=Authenticator.Type.RECOVERY_CODES)
        unused = context["unused_codes"]
        return context | {
            "codes": [{"code": code, "used": code not in unused} for code in made.wrap().generate_codes()],
            "created": date_in_words(timezone.localtime(made.created_at)),
            "first": FIRST in self.request.GET,
            "public_url": settings.PUBLIC_URL,
        }


class DownloadCodesView(DownloadRecoveryCodesView):
    """Says also what the codes open and since when."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "created": date_in_words(timezone.localtime(self.authenticator.created_at)),
            "public_url": settings.PUBLIC_URL,
        }


class RemovePasskeyView(RemoveWebAuthnView):
    """allauth asks only for apps whether they may go; the last passkey is kept here."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kept = not get_adapter().can_delete_authenticator(self.object)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"kept": kept}

    def form_valid(self, form: Form) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.object):
            return self.render_to_response(self.get_context_data(form=form), status=409)  # type: ignore[no-any-return]
        answer: HttpResponse = super().form_valid(form)
        note(self.request, "factor.removed", Authenticator.Type.WEBAUTHN)
        return answer
