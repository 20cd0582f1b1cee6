"""The forms about oneself and one's password, in our words. allauth's do the work."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core import context
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from casework.access import limits
from casework.access.models import User
from casework.look.zones import zones

PASSWORD_HELP = _("At least 12 characters. A few words that only you would put together are best.")


class ProfileForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {
            "name": _("As colleagues and families should read it."),
            "language": _("For all pages and for the mails we send you."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=zones(self.instance.time_zone),
            help_text=_("Times are shown in this zone. A hearing also shows the time of its court."),
        )


class Plain(forms.BaseForm):
    """A form of allauth without grey words inside its fields: they vanish while one types."""

    labels: dict[str, Any] = {}
    help_texts: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")


class LoginForm(Plain, allauth.LoginForm):
    labels = {"login": _("E-mail address"), "password": _("Password")}


class AddEmailForm(Plain, allauth.AddEmailForm):
    labels = {"email": _("New e-mail address")}
    help_texts = {"email": _("We send a link there. The old address stays until you open it.")}


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):
    """Beyond the limit no further mail is sent, and the page says the same: the earlier ones still work."""

    labels = {"email": _("E-mail address")}

    def clean_email(self) -> str:
        address: str = super().clean_email()
        if limits.reset_from_here(context.request, address) is None:
            raise get_adapter().validation_error("rate_limited")
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        if limits.reset_mail(request, address) is not None:
            super().save(request, **kwargs)
        return address


class NewPassword(Plain):
    labels = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password, again"),
    }
    help_texts = {"password1": PASSWORD_HELP}


class ResetPasswordKeyForm(NewPassword, allauth.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(NewPassword, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(NewPassword, allauth.SetPasswordForm):
    pass


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):
    labels = {"password": _("Password")}
