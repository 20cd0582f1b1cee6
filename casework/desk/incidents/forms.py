"""What is typed about an incident: when, where, who, which paper; nothing about a person."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.verbs import field as field_name
from casework.intake.incidents import FIELDS
from casework.intake.models import Agency, Incident, PlaceType, Warrant
from casework.look import dates
from casework.look.forms import Chips, DateInput, ManyChips, TimeInput
from casework.look.versions import VersionedForm

NOON = time(12)


class IncidentForm(VersionedForm):
    """A day is enough; the time is that of the organization's clock. A day alone stands as its noon."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=DateInput)
    at = forms.TimeField(
        label=gettext_lazy("Time"), widget=TimeInput, required=False,
        help_text=gettext_lazy("Leave it empty if nobody knows."),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Place"), max_length=300, required=False,
        help_text=gettext_lazy("A street, a corner, the name of a place."),
    )  # fmt: skip
    place_type = forms.ChoiceField(label=gettext_lazy("Kind of place"), choices=PlaceType.choices, required=False)
    agencies = forms.MultipleChoiceField(
        label=gettext_lazy("Agencies"), choices=Agency.choices, required=False, widget=ManyChips
    )
    warrant = forms.ChoiceField(
        label=gettext_lazy("Paper that was shown"), choices=Warrant.choices, required=False, widget=Chips
    )
    officers = forms.IntegerField(label=gettext_lazy("How many officers"), min_value=0, max_value=2000, required=False)
    words = forms.CharField(
        label=gettext_lazy("What happened"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("What somebody saw or heard. No names: those belong into an intake."),
    )  # fmt: skip

    def __init__(self, zone: str, incident: Incident | None, data: Any = None) -> None:
        self.zone = ZoneInfo(zone)
        super().__init__(incident.version if incident else 0, _standing(incident, self.zone), data)
        self.fields["day"].widget.attrs["max"] = timezone.now().astimezone(self.zone).date().isoformat()

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("day") and self._instant() > timezone.now() and found["day"] != self._today():
            self.add_error("day", ValidationError(_("This day has not come yet.")))
        return found

    def incident_values(self) -> dict[str, Any]:
        """What is to be saved, by field of the row."""
        found = self.values()
        rest = {name: found[name] for name in FIELDS if name in found}
        return rest | {"happened_at": self._of(found["day"], found["at"]), "exact_time": found["at"] is not None}

    def say(self, name: str, value: Any) -> str:
        """A value in words."""
        if name == "day":
            return dates.plain(value) if value else ""
        if name == "agencies":
            return ", ".join(str(Agency(one).label) for one in value or [])
        if name in ("place_type", "warrant"):
            return str({"place_type": PlaceType, "warrant": Warrant}[name](value).label)
        return str(value if value is not None else "")

    def _today(self) -> Any:
        return timezone.now().astimezone(self.zone).date()

    def _instant(self) -> datetime:
        return self._of(self.cleaned_data["day"], self.cleaned_data.get("at"))

    def _of(self, day: Any, at: time | None) -> datetime:
        return datetime.combine(day, at or NOON, self.zone)


def _standing(incident: Incident | None, zone: ZoneInfo) -> dict[str, Any]:
    """What the row holds now, by field of the form."""
    if incident is None:
        return {"day": None, "at": None, "place": "", "place_type": "", "agencies": [], "warrant": "",
                "officers": None, "words": ""}  # fmt: skip
    there = incident.happened_at.astimezone(zone)
    rest = {
        name: getattr(incident, name) for name in ("place", "place_type", "agencies", "warrant", "officers", "words")
    }
    exact = there.time().replace(second=0, microsecond=0) if incident.exact_time else None
    return rest | {"day": there.date(), "at": exact}


class VerifyForm(forms.Form):
    """How it is known that it is true."""

    how = forms.CharField(
        label=field_name("verified_how"), max_length=300,
        help_text=gettext_lazy("Who saw it, which picture, which officer. Another caller alone is not enough."),
    )  # fmt: skip
