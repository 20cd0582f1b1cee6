"""The form about the person of a case."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.person import FIELDS
from casework.desk.case import told
from casework.desk.case.forms import name_field
from casework.look.forms import DateInput
from casework.look.versions import VersionedForm
from casework.people import languages, rules
from casework.people.models import Person
from casework.vault.fields import Locked


class PersonForm(VersionedForm):
    """Every field may stay empty. An A-number is typed as it stands on papers, and kept as nine digits."""

    given_names = name_field(
        gettext_lazy("Given names"), help_text=gettext_lazy("As on papers if you can; a first name alone is enough.")
    )
    first_surname = name_field(gettext_lazy("First surname"))
    second_surname = name_field(gettext_lazy("Second surname"))
    birth_date = forms.DateField(
        label=gettext_lazy("Birth date"), widget=DateInput, required=False,
        error_messages={"invalid": gettext_lazy("Enter a date.")},
    )  # fmt: skip
    a_number = forms.CharField(
        label=gettext_lazy("A-number"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    no_contact = forms.BooleanField(
        label=gettext_lazy("Do not contact this person"),
        help_text=gettext_lazy("Stands above every page of the case until somebody takes the tick away."),
        required=False,
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(person.version, {name: getattr(person, name) for name in FIELDS}, data)
        language: Any = self.fields["language"]
        known = languages.choices()
        # A code that another list brought stays what it is.
        other = [(person.language, person.language)] if person.language not in ("", *dict(known)) else []
        language.choices = [("", _("Not known yet")), *known, *other]
        self.fields["birth_date"].widget.attrs["max"] = timezone.localdate().isoformat()
        if person.a_number:
            self.initial["a_number"] = rules.spaced(person.a_number)
            self.fields["a_number"].help_text = _("Nine digits. That you opened it here is noted.")
        else:
            self.fields["a_number"].help_text = _("Nine digits. If the paper has fewer, put zeros in front.")

    def say(self, name: str, value: Any) -> str:
        if name == "a_number" and value and not isinstance(value, Locked):
            return rules.spaced(value).replace(" ", "\N{NO-BREAK SPACE}").replace("-", "\N{NON-BREAKING HYPHEN}")
        return told.value(name, value)

    def say_former(self, name: str, value: Any) -> str:
        """Showing a whole A-number is a look of its own."""
        return told.masked(value) if name == "a_number" and not isinstance(value, Locked) else self.say(name, value)

    def clean_birth_date(self) -> date | None:
        day: date | None = self.cleaned_data["birth_date"]
        if day and not rules.may_be_born(day, timezone.localdate()):
            raise ValidationError(_("Check the year."))
        return day

    def clean_a_number(self) -> str:
        try:
            return rules.a_number(self.cleaned_data["a_number"])
        except ValueError as error:
            words = _("An A-number has nine digits. If the paper has fewer, put zeros in front.")
            raise ValidationError(words) from error

    def clean(self) -> dict[str, Any]:
        """Blanks within names count once."""
        for name in ("given_names", "first_surname", "second_surname"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = " ".join(self.cleaned_data[name].split())
        return self.cleaned_data
