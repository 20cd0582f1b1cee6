"""What a password must be, in our words. Django's do the work; the adapter shows the first reason only."""

from django.contrib.auth import password_validation as django
from django.utils.translation import gettext as _

LENGTH = 12


class LongEnough(django.MinimumLengthValidator):
    def __init__(self) -> None:
        super().__init__(min_length=LENGTH)

    def get_error_message(self) -> str:
        return _("Use at least 12 characters.")


class HardToGuess(django.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("This password is easy to guess. Choose another one.")


class UnlikeItsOwner(django.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("name", "email"))

    def get_error_message(self) -> str:
        return _("This password is too close to your name or e-mail address. Choose another one.")
