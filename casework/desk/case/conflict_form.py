"""What somebody decides about one hit of the conflict check."""

import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from casework.intake.models import Outcome
from casework.look.forms import Chips

UNSEEN = "unseen"


class DecideForm(forms.Form):
    """The outcome and why. `hits` are the rows with the versions that the page showed; without any, what is unseen."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=Chips, error_messages={"required": gettext_lazy("Choose one.")}
    )
    reason = forms.CharField(
        label=gettext_lazy("Because"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Needed unless it is the same person. Who reads this case reads it."),
        error_messages={"required": gettext_lazy("Write down why: it stays with the case.")},
    )  # fmt: skip
    hits = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, versions: Mapping[uuid.UUID, int], data: Any = None, *, prefix: str, merges: bool) -> None:
        said = " ".join(f"{pk}:{version}" for pk, version in versions.items())
        super().__init__(data, prefix=prefix, initial={"hits": said})
        field: Any = self.fields["outcome"]
        if not merges:
            self.fields["reason"].required = True
            self.fields["reason"].help_text = gettext_lazy("What you were told, and why. Who reads this case reads it.")
        field.choices = [(one.value, one.label) for one in Outcome if one != Outcome.SAME or merges]

    @property
    def versions(self) -> dict[uuid.UUID, int] | None:
        """The rows that were posted, with their versions; None for what is unseen. What is no row is left out."""
        if self.prefix == UNSEEN:
            return None
        found = {}
        for part in self.cleaned_data["hits"].split()[:50]:
            pk, _colon, version = part.partition(":")
            with suppress(ValueError):
                found[uuid.UUID(pk)] = int(version)
        return found
