"""What a calendar elsewhere is to show; whom to ask to cover a hearing."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.docket.models import Level


class FeedForm(forms.Form):
    """How much it says, and of whose hearings."""

    level = forms.ChoiceField(
        label=_("What it says"),
        choices=Level,
        initial=Level.REFERENCE,
        widget=forms.RadioSelect,
        help_text=_("Whoever sees your phone or the server of your calendar sees this. It never says a whole name."),
    )
    whole = forms.BooleanField(
        label=_("All hearings that I see, not only those where I appear or am on the team"), required=False
    )


class CoverForm(forms.Form):
    """Which colleague, and what they should know."""

    of = forms.TypedChoiceField(label=_("Who"), coerce=uuid.UUID)
    note = forms.CharField(
        label=_("What they should know"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Somebody who is not on the team reads it after accepting."),
    )

    def __init__(self, colleagues: Sequence[tuple[uuid.UUID, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["of"].choices = [("", _("Choose")), *colleagues]  # type: ignore[attr-defined]
