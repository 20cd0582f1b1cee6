"""Our answers to allauth's questions."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from casework.access.middleware import FACTORS
from casework.access.models import User
from casework.notifications.actions import Mail, queue_mail
from casework.vault.cipher import seal, unseal

AUTHENTICATOR = "authenticator"


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is closed; mail goes through the outbox, in the language of the person who gets it."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        reader = User.objects.filter(email__iexact=email).first() or context.get("user")
        language = reader.language if isinstance(reader, User) else settings.LANGUAGE_CODE
        with translation.override(language):
            message = self.render_mail(
                template_prefix, email, {"email": email, "public_url": settings.PUBLIC_URL, **context}
            )
        queue_mail(template_prefix, Mail(to=email, subject=str(message.subject), text=str(message.body)))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are sealed, and the last second factor stays."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal(text.encode(), AUTHENTICATOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(base64.b64decode(encrypted_text), AUTHENTICATOR).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another app or passkey would be left."""
        left = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return authenticator.type not in FACTORS or left.exclude(pk=authenticator.pk).exists()
