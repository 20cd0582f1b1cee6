"""Our answers to allauth's questions."""

import base64
import zoneinfo
from typing import Any, ClassVar
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import actions, devices, factors, limits, lock, refusals
from casework.access.actor import NOBODY, Actor, duty
from casework.access.browsers import in_words
from casework.access.middleware import FACTORS
from casework.access.models import User
from casework.access.refusals import Refusal
from casework.access.sessions import hashed
from casework.look.zones import moment_in_words
from casework.notifications.actions import Mail, queue_mail
from casework.vault.cipher import seal, unseal

AUTHENTICATOR = "authenticator"
BY_MAIL = "by mail"  # in the audit: by a link that was mailed


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; mail goes through the outbox, in the language and time zone of the person who gets it."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": gettext_lazy(
            "The e-mail address or the password is not right. Check both and try again."
        ),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("This is not your password."),
        "duplicate_email": gettext_lazy("This is your address already."),
        "too_many_login_attempts": gettext_lazy("Too many wrong attempts. Wait five minutes, then try again."),
        "rate_limited": gettext_lazy("Too many attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: AbstractBaseUser | None = None) -> str:
        """Names the first reason why a password will not do, in the order of the settings."""
        try:
            cleaned: str = super().clean_password(password, user)
        except ValidationError as error:
            raise error.error_list[0] from error
        return cleaned

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Counts the try (access/limits.py). Raises ValidationError when it has to wait."""
        self._try = limits.password(request, credentials["email"])
        if self._try is None:
            if limits.worth_a_line(request, credentials["email"]):
                refusals.note(Refusal(refusals.LIMIT, address=credentials["email"]))
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None and self._try is not None:
            self._try.give_back()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        refusals.note(Refusal(lock.tried(request, refusals.PASSWORD), address=credentials["email"]))

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begins the session. The owner is told of a browser that is new, but not of the very first."""
        if not isinstance(user, User):
            raise TypeError(type(user))
        first, known = user.last_login is None, devices.knows(request, user)
        super().login(request, user)
        lock.begin(request, user, new_device=not known and not first)
        devices.remember(request, user)
        if not known and not first:
            self.send_notification_mail("account/email/new_device", user)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """A new password signs out every other browser."""
        super().set_password(user, password)
        if isinstance(user, User):
            here = self.request.session.session_key
            actor = self._actor(user)
            actions.note(actor, user, "password.changed", basis=BY_MAIL if actor.kind == "duty" else "")
            actions.end_other_sessions(actor, user, keep=hashed(here) if here else "")
            limits.forgive(self.request, user.email)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """The first time an address is confirmed, it may take the place of another one."""
        user = email_address.user
        before = user.email
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed and email_address.email != before:
            actions.note(self._actor(user), user, "email.changed", fields=("email",))
        return confirmed

    def _actor(self, user: User) -> Actor:
        """Whoever is signed in, where it is this person; else the door, for them."""
        actor: Actor = getattr(self.request, "actor", NOBODY)
        return actor if actor.user_id == user.pk else duty("door", user.pk)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return reverse("account_email" if self.request.user.is_authenticated else "account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Links in mails name our public address, whatever name the request that causes the mail was sent to."""
        return f"{settings.PUBLIC_URL}{urlsplit(super().get_reset_password_from_key_url(key)).path}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        return f"{settings.PUBLIC_URL}{urlsplit(super().get_email_confirmation_url(request, emailconfirmation)).path}"

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to say again who one is, in words of ours."""
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        return [method | {"description": words[method["id"]]} for method in super().get_reauthentication_methods(user)]

    def send_notification_mail(
        self,
        template_prefix: str,
        user: AbstractBaseUser,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Tells somebody what has happened to their account. `user` reads it, at whichever of their addresses."""
        super().send_notification_mail(template_prefix, user, {"user": user, **(context or {})}, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        reader = User.objects.filter(email__iexact=email).first() or context.get("user")
        language, zone = settings.LANGUAGE_CODE, settings.TIME_ZONE
        if isinstance(reader, User):
            language, zone = reader.language, reader.time_zone
        with translation.override(language), timezone.override(zoneinfo.ZoneInfo(zone)):
            known = {"email": email, "public_url": settings.PUBLIC_URL, **context}
            if "user_agent" in known:
                known["browser"] = in_words(known["user_agent"])
            if "timestamp" in known:
                known["when"] = moment_in_words(known["timestamp"].astimezone(zoneinfo.ZoneInfo(zone)), zone)
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", known).split())
            text = render_to_string(f"{template_prefix}_message.txt", known).strip() + "\n"
        queue_mail(template_prefix, Mail(to=email, subject=subject, text=text))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are sealed, the last second factor stays, and the picture of a seed needs no `data:` address."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": gettext_lazy("This is your only second factor. Add another one first."),
        "cannot_generate_recovery_codes": gettext_lazy("Add a second factor first, then create recovery codes."),
        "incorrect_code": gettext_lazy("Incorrect code. Wait for the next code, then enter that one."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), f"{AUTHENTICATOR}|{factors.whose()}")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises SealBroken for what was sealed for somebody else."""
        return unseal(base64.b64decode(encrypted_text), f"{AUTHENTICATOR}|{factors.whose()}").decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another app or passkey would be left."""
        left = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return authenticator.type not in FACTORS or left.exclude(pk=authenticator.pk).exists()

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code as an element for the page, black on white whatever the page's colours are."""
        code = segno.make_qr(url, error="m")
        drawn = code.svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr", lineclass=None)
        return mark_safe(drawn)  # noqa: S308 (lines and colours only: the address is drawn, not written)

    def generate_authenticator_name(self, user: AbstractBaseUser, kind: Authenticator.Type) -> str:
        """A passkey is first called after the browser that makes it; a number tells namesakes apart."""
        name = in_words(self._request().headers.get("User-Agent", ""))
        taken = {one.wrap().name for one in Authenticator.objects.filter(user_id=user.pk, type=kind)}
        names = [name, *(f"{name} {number}" for number in range(2, len(taken) + 2))]
        return next(one for one in names if one not in taken)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.MFA_TOTP_ISSUER}

    def _request(self) -> HttpRequest:
        request: HttpRequest = allauth_context.request
        return request
