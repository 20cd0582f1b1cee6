from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.access.models import User

AMERICAN = ("America/", "Pacific/Honolulu", "Pacific/Guam", "Pacific/Saipan")


def zones() -> list[tuple[str, str]]:
    """The time zones people of the product live in, as choices: those of the Americas and the Pacific territories."""
    names = [name for name in sorted(available_timezones()) if name.startswith(AMERICAN)]
    return [(name, name.partition("/")[2].replace("_", " ").replace("/", ", ")) for name in names]


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        help_text=_("Times are shown in this zone. A hearing also shows the time of its court."),
    )

    class Meta:
        model = User
        fields = ("name", "language", "time_zone")
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
        help_texts = {"name": _("As colleagues and families should read it.")}
