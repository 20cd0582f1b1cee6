"""Choosing when to do something again: in a few hours, tomorrow, or at a day and time."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.look.forms import Chips, DateInput, TimeInput

NEVER, AT = "", "at"
HOURS = {"1h": timedelta(hours=1), "3h": timedelta(hours=3)}
MORNING = time(9)
CHOICES = (
    (NEVER, _("No")), ("1h", _("In an hour")), ("3h", _("In three hours")), ("morning", _("Tomorrow, 9 am")),
    (AT, _("At another time")),
)  # fmt: skip


class LaterForm(forms.Form):
    """`again` says whether and when; a day and time are on the reader's clock."""

    again = forms.ChoiceField(label=_("Call again"), choices=CHOICES, required=False, widget=Chips)
    again_on = forms.DateField(label=_("Day"), required=False, widget=DateInput)
    again_at = forms.TimeField(label=_("Time"), required=False, widget=TimeInput)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        day, at = found.get("again_on"), found.get("again_at")
        if day and not self.has_error("again_at"):
            if not at:
                self.add_error("again_at", gettext("Enter a time, too."))
            else:
                self._must_come(datetime.combine(day, at))
        elif found.get("again") == AT and not self.has_error("again_on"):
            self.add_error("again_on", gettext("Enter the day and time."))
        return found

    def due_at(self, now: datetime) -> datetime | None:
        """The instant that was chosen, nothing for no other time; of a valid form. A day that is typed counts."""
        found, zone = self.cleaned_data, timezone.get_current_timezone()
        if found.get("again_on"):
            return datetime.combine(found["again_on"], found["again_at"], zone)
        if found["again"] in HOURS:
            return now + HOURS[found["again"]]
        if found["again"] == "morning":
            return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
        return None

    def _must_come(self, wall: datetime) -> None:
        if wall.replace(tzinfo=timezone.get_current_timezone()) <= timezone.now():
            self.add_error("again_on", ValidationError(gettext("This time is over. Choose a later one.")))
