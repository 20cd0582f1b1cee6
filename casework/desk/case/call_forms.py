"""What is typed about a call about a case: whom, by which number, what came of it, when to call next; and a sheet."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.changes import is_locked
from casework.desk.case import told
from casework.intake import handouts
from casework.intake.calls import Called
from casework.intake.models import Channel, Direction, Result
from casework.look.forms import Chips
from casework.look.later import LaterForm
from casework.people import phones
from casework.people.models import Contact

CHANNELS = [
    (one.value, one.label) for one in (Channel.PHONE, Channel.VOICEMAIL, Channel.TEXT, Channel.VISIT, Channel.PARTNER)
]
RESULTS = [(one.value, one.label) for one in (Result.REACHED, Result.NO_ANSWER, Result.MESSAGE, Result.WRONG_NUMBER)]
LANGUAGES = (("en", "English"), ("es", "Español"))


class CallForm(LaterForm):
    """One call. What the contact did not agree to is refused by the act, at its field."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Who called"), choices=Direction.choices[::-1], widget=Chips, initial=Direction.OUT
    )
    whom = forms.ChoiceField(label=gettext_lazy("Whom, by which number"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=CHANNELS, initial=Channel.PHONE)
    result = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=RESULTS, widget=Chips)
    words = forms.CharField(
        label=gettext_lazy("In words"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody on the case reads it. What only counsel may read belongs into a note."),
    )  # fmt: skip
    urgent = forms.BooleanField(label=gettext_lazy("The next call is urgent"), required=False)
    field_order = (
        "direction", "whom", "channel", "result", "words", "again", "again_on", "again_at", "urgent",
    )  # fmt: skip

    def __init__(self, contacts: Sequence[Contact], data: Any = None) -> None:
        self.numbers: dict[str, tuple[Contact, str]] = {}
        super().__init__(data)
        choices = [("", _("Somebody who is no contact"))]
        for contact in [one for one in contacts if not is_locked(one)]:
            for number, words in _lines(contact):
                key = f"{contact.pk}|{number}"
                self.numbers[key] = contact, number
                choices.append((key, words))
        whom = self.fields["whom"]
        assert isinstance(whom, forms.ChoiceField)  # noqa: S101 (declared above)
        whom.choices = choices

    @property
    def contact(self) -> Contact | None:
        """Whom it was with, of a valid form."""
        return self.numbers.get(self.cleaned_data["whom"], (None, ""))[0]

    def called(self, now: datetime) -> Called:
        """What is to be noted."""
        found = self.cleaned_data
        number = self.numbers.get(found["whom"], (None, ""))[1]
        return Called(
            found["direction"], found["result"], found["channel"], number=number, words=found["words"],
            urgent=found["urgent"], due_at=self.due_at(now),
        )  # fmt: skip

    def refuse(self, error: ValidationError) -> None:
        """What the act refuses, at the field of the form."""
        fields = {"contact": "whom", "number": "whom"}
        for name, found in getattr(error, "error_dict", {"": [error]}).items():
            self.add_error(fields.get(name, name) or None, found)


def _lines(contact: Contact) -> list[tuple[str, str]]:
    """The numbers of a contact, each with what may be done with it; one line for a contact without any."""
    name = contact.name or _("Name not known yet")
    if contact.must_not_know:
        name = _("%(name)s (must not know)") % {"name": name}
    lines = [(one["number"], ", ".join(told.phone_words(one))) for one in contact.phones]
    return [(number, f"{name}, {phones.shown(number)}: {words}") for number, words in lines] or [("", name)]


class SheetForm(forms.Form):
    """A sheet for a contact, by e-mail. The address is kept nowhere but in the line of the audit, sealed."""

    key = forms.ChoiceField(label=gettext_lazy("Sheet"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, widget=Chips, initial="es")
    contact = forms.ChoiceField(label=gettext_lazy("To whom"))
    to = forms.EmailField(label=gettext_lazy("E-mail address"))
    agreed = forms.BooleanField(label=gettext_lazy("They agreed to get mail at this address, and nobody else reads it"))

    def __init__(self, contacts: Sequence[Contact], language: str, data: Any = None) -> None:
        self.contacts = {str(one.pk): one for one in contacts}
        super().__init__(data)
        key, contact = self.fields["key"], self.fields["contact"]
        assert isinstance(key, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(contact, forms.ChoiceField)  # noqa: S101
        key.choices = [(one, sheet.title.said(language)) for one, sheet in handouts.sheets().items()]
        contact.choices = [(pk, one.name or _("Name not known yet")) for pk, one in self.contacts.items()]

    def arguments(self) -> dict[str, Any]:
        """What the act is to send."""
        found = self.cleaned_data
        return {name: found[name] for name in ("key", "language", "to")} | {"contact": self.contacts[found["contact"]]}
