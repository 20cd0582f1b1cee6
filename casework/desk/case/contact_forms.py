"""What is typed about those around a person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.desk.case import told
from casework.desk.case.person_form import language_field
from casework.look.rows import RowsField
from casework.look.versions import VersionedForm
from casework.people import contacts, phones
from casework.people.models import AdverseKind, AdverseParty, Contact, ContactKind

TIERS = (
    (2, gettext_lazy("The whole team but volunteers, and those with whom the case is shared")),
    (3, gettext_lazy("Counsel alone: attorneys and paralegals of the team")),
)


class PhoneField(forms.CharField):
    """A telephone number, kept as E.164 and shown as people read it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return phones.shown(value) if value else value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return phones.normalized(typed)
        except ValueError as error:
            words = _("This is no telephone number. Outside the United States begin with + and the country's code.")
            raise ValidationError(words) from error


def _tick(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _note(label: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=100, required=False)


class PartyForm(VersionedForm):
    """What both kinds share; `names` are the fields that are kept."""

    names: tuple[str, ...]

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    address = forms.CharField(
        label=gettext_lazy("Address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Facts only, and nothing about anybody's immigration status."),
    )  # fmt: skip

    def __init__(self, party: Any, data: Any = None) -> None:
        self.party = party
        super().__init__(party.version, {name: getattr(party, name) for name in self.names}, data)
        self.order_fields(self.names)

    def say(self, name: str, value: Any) -> str:
        return told.value(name, value)

    def say_former(self, name: str, value: Any) -> str:
        """A pass phrase of before is shown to nobody."""
        hidden = told.HIDDEN.get(name)
        return hidden(value) if hidden else self.say(name, value)


class ContactForm(PartyForm):
    """Somebody one calls about the person."""

    names = contacts.FIELDS

    kind = forms.ChoiceField(label=gettext_lazy("What they are"), choices=ContactKind.choices)
    relationship = forms.CharField(
        label=gettext_lazy("Relationship"), max_length=100, required=False,
        help_text=gettext_lazy("In the person's words, such as older sister."),
    )  # fmt: skip
    language = language_field(gettext_lazy("Language"), offers=True)
    phones = RowsField(
        {
            "number": PhoneField(label=gettext_lazy("Number")),
            "call": _tick(gettext_lazy("May call")),
            "text": _tick(gettext_lazy("May text")),
            "voicemail": _tick(gettext_lazy("May leave voicemail")),
            "note": _note(gettext_lazy("Whose, when")),
        },
        label=gettext_lazy("Phones"), blank=2,
        help_text=gettext_lazy("Tick only what the contact has agreed to. Others may listen, or read the phone."),
    )  # fmt: skip
    pass_phrase = forms.CharField(
        label=gettext_lazy("Pass phrase"), max_length=100, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("What both sides say at a call-back, so that nobody else learns anything."),
    )  # fmt: skip
    position = forms.IntegerField(
        label=gettext_lazy("Order"), min_value=1, max_value=99, help_text=gettext_lazy("1 is called first.")
    )
    must_not_know = _tick(gettext_lazy("Must not know"))

    def __init__(self, party: Contact, data: Any = None) -> None:
        super().__init__(party, data)
        self.fields["must_not_know"].help_text = _(
            "Nobody tells this contact anything, whatever was agreed to. It is shown wherever the contact is."
        )


class AdverseForm(PartyForm):
    """Somebody on the other side."""

    names = contacts.ADVERSE_FIELDS

    kind = forms.ChoiceField(label=gettext_lazy("What they are"), choices=AdverseKind.choices)
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=forms.RadioSelect)
    phones = RowsField(
        {"number": PhoneField(label=gettext_lazy("Number")), "note": _note(gettext_lazy("Whose, when"))},
        label=gettext_lazy("Phones"), blank=1,
        help_text=gettext_lazy("Nobody calls these numbers: they tell who it is when they call."),
    )  # fmt: skip

    def __init__(self, party: AdverseParty, highest: int, data: Any = None) -> None:
        super().__init__(party, data)
        tier: Any = self.fields["tier"]
        tier.choices = [(number, words) for number, words in TIERS if number <= highest]
