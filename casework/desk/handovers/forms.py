"""What is typed to hand an intake over: to whom, why, how the person agreed; and to answer an offer."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases import rules
from casework.cases.models import StageReason
from casework.intake.actions.handovers import Agreed, said_on
from casework.intake.models import DeclineReason
from casework.intake.offers import Helper
from casework.look.forms import Chips, DateInput
from casework.people.models import How

PLACES = ("first", "second", "third")


class OfferForm(forms.Form):
    """An offer; what was filled in is shown once more before it is made."""

    first = forms.ChoiceField(label=gettext_lazy("Ask first"))
    second = forms.ChoiceField(label=gettext_lazy("If nobody there answers in time, ask"), required=False)
    third = forms.ChoiceField(label=gettext_lazy("And then"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why you hand it over"), widget=Chips,
        choices=[(one, StageReason(one).label) for one in rules.REASONS["referred"]],
        help_text=gettext_lazy("The other organization reads this before it answers."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("How the person agreed"), widget=Chips, required=False,
        choices=[choice for choice in How.choices if choice[0] != How.ATTORNEY],
        help_text=gettext_lazy("To each organization on the list. Without that nobody is asked."),
        error_messages={"required": gettext_lazy("Choose how the person agreed. Without that nobody is asked.")},
    )  # fmt: skip
    given_on = forms.DateField(label=gettext_lazy("Agreed on"), widget=DateInput, required=False)
    witness = forms.CharField(label=gettext_lazy("Witness or interpreter"), max_length=150, required=False)
    counsel = forms.BooleanField(
        label=gettext_lazy("The person agreed separately that what counsel alone reads goes along, too"),
        help_text=gettext_lazy("Criminal history, fear, medical, abuse. Without the tick none of it goes."),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("For whoever takes over"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("They read it once they have accepted."),
    )  # fmt: skip

    def __init__(
        self, helpers: Iterable[Helper], agreed_to: Iterable[uuid.UUID], data: Any = None, *, counsel: bool
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"given_on": timezone.localdate()})
        self.agreed_to = set(agreed_to)
        self.helpers = {str(one.organization.id): one for one in helpers}
        named = [(key, one.organization.name) for key, one in self.helpers.items()]
        for place in PLACES:
            field: Any = self.fields[place]
            field.choices = [("", _("Choose an organization") if place == "first" else _("Nobody")), *named]
        self.fields["given_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        if not self.agreed_to:
            self.fields["how"].required = self.fields["given_on"].required = True
        if not counsel:
            del self.fields["counsel"]

    @property
    def to(self) -> list[uuid.UUID]:
        """The organizations in their order."""
        return [uuid.UUID(self.cleaned_data[place]) for place in PLACES if self.cleaned_data.get(place)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = [cleaned[place] for place in PLACES if cleaned.get(place)]
        if len(set(chosen)) != len(chosen):
            raise ValidationError({"second": _("Choose each organization once.")})
        if cleaned.get("third") and not cleaned.get("second"):
            raise ValidationError({"second": _("Choose who is asked before the last one.")})
        needed = cleaned.get("counsel") or any(uuid.UUID(one) not in self.agreed_to for one in chosen)
        if needed and chosen and not cleaned.get("how") and "how" not in self.errors:
            raise ValidationError({"how": _("Choose how the person agreed. Without that nobody is asked.")})
        day: date | None = cleaned.get("given_on")
        if day and day > timezone.localdate():
            raise ValidationError({"given_on": _("Choose a day that has been.")})
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        day = given.get("given_on") or timezone.localdate()
        agreed = Agreed(given["how"], said_on(day), witness=given["witness"]) if given.get("how") else None
        return {
            "to": self.to, "reason": given["reason"], "agreed": agreed, "note": given["note"],
            "counsel": given.get("counsel", False),
        }  # fmt: skip


class AcceptForm(forms.Form):
    """That whoever accepts has checked for conflicts."""

    cleared = forms.BooleanField(
        label=gettext_lazy("I have looked for conflicts: nothing stands against helping this person")
    )


class DeclineForm(forms.Form):
    """Why not."""

    why = forms.ChoiceField(label=gettext_lazy("Why you decline"), choices=DeclineReason.choices, widget=Chips)
