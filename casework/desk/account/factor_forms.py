"""The forms of the second factors, in our words. allauth's do the work."""

from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casework.access import factors, limits, lock, refusals
from casework.access.models import User
from casework.access.refusals import Refusal
from casework.desk.account.forms import Plain
from casework.vault.cipher import SealBroken

log = structlog.get_logger("casework")
NAME_LENGTH = 60


class Code(Plain):
    """One field for a code. Its label names what this person can take the code from.

    A recovery code is never spent in silence: a mail says so, and the page that follows.
    """

    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_app = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists()
        code = self.fields["code"]
        code.label = _("Code from the app, or a recovery code") if self.has_app else _("Recovery code")
        code.widget.attrs.update(inputmode="numeric")

    def clean_code(self) -> str:
        """Counts the try (access/limits.py). A seed that was sealed for somebody else fits no code."""
        request = context.request
        counted = limits.code(request, self.user)
        if counted is None:
            if limits.worth_a_line(request, str(self.user.pk)):
                refusals.note(Refusal(refusals.LIMIT, self.user.pk))
            raise get_adapter().validation_error("too_many_login_attempts")
        try:
            with factors.of(self.user.pk):
                code: str = super().clean_code()  # type: ignore[misc]
        except (ValidationError, SealBroken) as error:
            refusals.note(Refusal(lock.tried(request, refusals.CODE), self.user.pk))
            if isinstance(error, ValidationError):
                raise
            log.error("second factor", state="a seed or recovery codes do not open for their owner", user=self.user.pk)
            raise get_mfa_adapter().validation_error("incorrect_code") from error
        counted.give_back()
        return code

    def save(self) -> None:
        super().save()  # type: ignore[misc]
        self.tell()

    def tell(self) -> None:
        """Says that a recovery code was spent, when it was one."""
        if self.authenticator.type != Authenticator.Type.RECOVERY_CODES:
            return
        self.authenticator.refresh_from_db()  # the code was crossed out on another copy
        codes = self.authenticator.wrap()
        with factors.of(self.user.pk):
            left, total = len(codes.get_unused_codes()), len(codes.generate_codes())
        told = {"left": left, "total": total}
        get_adapter().send_notification_mail("mfa/email/recovery_code_used", self.user, told)
        with translation.override(self.user.language):
            words = ngettext(
                "You used a recovery code. %(left)s is left.", "You used a recovery code. %(left)s are left.", left
            )
            messages.info(context.request, words % told)


class AuthenticateForm(Code, base.AuthenticateForm):
    pass


class ReauthenticateForm(Code, base.ReauthenticateForm):
    pass


class ActivateTOTPForm(Plain, totp.ActivateTOTPForm):
    labels = {"code": _("The six digits that the app shows now")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update(inputmode="numeric")

    @property
    def key_in_groups(self) -> list[str]:
        """The secret in groups of four, for typing it by hand."""
        return [self.secret[at : at + 4] for at in range(0, len(self.secret), 4)]


class AddPasskeyForm(Plain, webauthn.AddWebAuthnForm):
    """Every passkey can sign in alone, so the form does not ask whether this one should."""

    labels = {"name": _("Name of the passkey")}
    help_texts = {"name": _("So that you know later which device or password manager holds it.")}
    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label=self.labels["name"], help_text=self.help_texts["name"], max_length=NAME_LENGTH, required=False
        )

    @property
    def user_has_app(self) -> bool:
        """Whether an app is no longer an alternative."""
        found: bool = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).exists()
        return found


class RenamePasskeyForm(Plain, webauthn.EditWebAuthnForm):
    labels = {"name": _("Name of the passkey")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=self.labels["name"], max_length=NAME_LENGTH)


class PasskeyAnswer(forms.BaseForm):
    """What the browser answers for a passkey: when it does not fit, say so in words about a passkey."""

    user: User | None  # nobody yet, where the passkey itself says who it is

    def clean_credential(self) -> Authenticator:
        request = context.request
        try:
            answer = self._answer()
        except ValidationError as error:
            if self.user is not None:
                refusals.note(Refusal(lock.tried(request, refusals.PASSKEY), self.user.pk))
            elif limits.worth_a_line(request, refusals.PASSKEY):  # what nobody's limit counts
                refusals.note(Refusal(refusals.PASSKEY))
            if error.code == "incorrect_code":
                raise ValidationError(_("This passkey does not belong to the account. Use another one.")) from error
            raise
        return answer

    def _answer(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError) as error:  # parts are missing that every browser sends
            raise get_mfa_adapter().validation_error("incorrect_code") from error
        return found


class LoginPasskeyForm(PasskeyAnswer, webauthn.LoginWebAuthnForm):
    pass


class AuthenticatePasskeyForm(PasskeyAnswer, webauthn.AuthenticateWebAuthnForm):
    @property
    def user_has_passkey(self) -> bool:
        """Whether there is any point in asking for one."""
        found: bool = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.WEBAUTHN).exists()
        return found


class ReauthenticatePasskeyForm(PasskeyAnswer, webauthn.ReauthenticateWebAuthnForm):
    pass
