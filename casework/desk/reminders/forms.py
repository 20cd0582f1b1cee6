"""How long before a hearing, and whether a summary comes each morning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.docket.reminder_choices import Chosen
from casework.look.forms import ManyChips

HOUR, DAY = 60, 24 * 60
DISTANCES = (
    (14 * DAY, _("14 days")),
    (7 * DAY, _("7 days")),
    (3 * DAY, _("3 days")),
    (DAY, _("1 day")),
    (2 * HOUR, _("2 hours")),
    (30, _("30 minutes")),
)


class ReminderForm(forms.Form):
    """Everything is ticked that counts now."""

    minutes = forms.TypedMultipleChoiceField(
        label=_("Before a hearing"), choices=DISTANCES, coerce=int, required=False, widget=ManyChips
    )
    digest = forms.BooleanField(
        label=_("A summary each morning after 7: hearings of today and tomorrow, deadlines"), required=False
    )
    use_required_attribute = False

    def __init__(self, now: Chosen, data: Any = None) -> None:
        super().__init__(data, initial={"minutes": now.minutes, "digest": now.digest})
