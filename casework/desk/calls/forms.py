"""What is typed about a call about no case: who waits, what came of it."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.intake.calls import Called
from casework.intake.models import CallLog, Channel, Direction, PlaceType, Result
from casework.look.forms import Chips
from casework.look.later import LaterForm
from casework.look.rows import ListedField, ListedInput
from casework.people import languages, phones

CHANNELS = [one for one in Channel.choices if one[0] != Channel.EMAIL]
RESULTS = [
    (one.value, one.label)
    for one in (Result.REACHED, Result.NO_ANSWER, Result.MESSAGE, Result.WRONG_NUMBER, Result.INFORMED)
]


class NoteForm(forms.Form):
    """A call that came in. What the card shows stands first; words and the number open for whoever takes it."""

    language = ListedField(
        find=languages.find, say=languages.name_of, label=gettext_lazy("Language"),
        widget=ListedInput("languages", languages.options),
    )  # fmt: skip
    place_type = forms.ChoiceField(
        label=gettext_lazy("Kind of place"), choices=PlaceType.choices, required=False,
        help_text=gettext_lazy("Where somebody was arrested, if it is about an arrest."),
    )  # fmt: skip
    urgent = forms.BooleanField(
        label=gettext_lazy("Urgent: a hearing within days, children alone, medicine taken away, it is happening now"),
        required=False,
    )
    channel = forms.ChoiceField(label=gettext_lazy("How they reached us"), choices=CHANNELS, initial=Channel.PHONE)
    number = forms.CharField(
        label=gettext_lazy("Number to call back"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    voicemail = forms.BooleanField(label=gettext_lazy("May leave a message there"), required=False)
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Facts only, and nothing about anybody's immigration status."),
    )  # fmt: skip
    then = forms.ChoiceField(
        label=gettext_lazy("What is to be done"), widget=forms.RadioSelect, initial=Result.WAITING,
        choices=[
            (Result.WAITING, gettext_lazy("Somebody has to take it")),
            (Result.INFORMED, gettext_lazy("Nothing: they were told what they asked for")),
            (Result.WRONG_NUMBER, gettext_lazy("Nothing: wrong number")),
        ],
    )  # fmt: skip

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"].strip()
        try:
            return phones.normalized(typed) if typed else ""
        except ValueError as error:
            words = _("This is no telephone number. Outside the United States begin with + and the country's code.")
            raise ValidationError(words) from error

    def clean(self) -> None:
        """Whoever takes the card has nothing else to begin with."""
        known = self.cleaned_data.get("number") or self.cleaned_data.get("words") or self.errors
        if not known and self.cleaned_data.get("then") == Result.WAITING:
            self.add_error("words", _("Write a number or a few words: whoever takes it has nothing else."))

    def called(self) -> Called:
        """What is to be noted."""
        found = dict(self.cleaned_data)
        result = found.pop("then")
        return Called(direction=Direction.IN, result=result, **found)


class SettleForm(LaterForm):
    """What came of calling somebody back about no case. A message may be left only where the caller agreed."""

    result = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=RESULTS, widget=Chips)
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("result", "words", "again", "again_on", "again_at")

    def __init__(self, call: CallLog, data: Any = None) -> None:
        super().__init__(data)
        if not call.voicemail:
            result = self.fields["result"]
            assert isinstance(result, forms.ChoiceField)  # noqa: S101 (declared above)
            result.choices = [one for one in RESULTS if one[0] != Result.MESSAGE]
            result.help_text = _("The caller did not agree to a message on this number.")

    def called(self, now: datetime) -> Called:
        """What is to be noted."""
        found = self.cleaned_data
        return Called(
            direction=Direction.OUT, result=found["result"], words=found["words"], due_at=self.due_at(now),
        )  # fmt: skip


class EndForm(forms.Form):
    """The note to the next shift."""

    note = forms.CharField(
        label=gettext_lazy("Note to the next shift"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Everybody who takes calls reads it. Write no names here: what is about a person belongs into the case."
        ),
    )  # fmt: skip
