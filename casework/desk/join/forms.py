"""The form of somebody who joins and has no account yet."""

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from casework.access.models import User, plain_name


class NewAccountForm(forms.Form):
    """A name and a password; the address is the invitation's."""

    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        validators=[plain_name],
        help_text=_("As colleagues and families should read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 12 characters. A few words that only you would put together are best."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if "password" in cleaned:
            owner = User(email=self.email, name=cleaned.get("name", ""))
            try:
                get_adapter().clean_password(cleaned["password"], owner)
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned
