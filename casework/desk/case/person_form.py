"""The form about the person of a case, and the question whether two people with one A-number are one."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.person import FIELDS
from casework.desk.case import told
from casework.desk.case.forms import name_field
from casework.look.forms import Chips, DateInput
from casework.look.rows import LinesField, ListedField, ListedInput, ListedRowsField, RowsField
from casework.look.versions import KEEP, VersionedForm
from casework.people import countries, languages, rules
from casework.people.models import Gender, NumberMissing, Person
from casework.people.same_number import Candidate
from casework.vault.fields import Locked

SAME, OTHER = "same", "other"
# The first field of each part of the form, with the heading above it.
PARTS = {
    "given_names": gettext_lazy("Names"),
    "birth_date": gettext_lazy("Birth and origin"),
    "a_number": gettext_lazy("Numbers"),
    "language": gettext_lazy("Languages"),
    "alert": gettext_lazy("When somebody calls"),
}
VERDICTS = {
    rules.Match.SAME: gettext_lazy("Name and birth date agree: probably the same person."),
    rules.Match.LIKELY: gettext_lazy("What is known of both agrees: perhaps the same person."),
    rules.Match.UNSURE: gettext_lazy("Too little agrees to tell."),
    rules.Match.OTHER: gettext_lazy("Name and birth date differ: probably one of the two numbers is wrong."),
}


def language_field(label: Any, *, offers: bool = False, **more: Any) -> ListedField:
    """A language by name or alias. The first box of a page `offers` the list, the others use it."""
    box = ListedInput("languages", languages.options if offers else None)
    return ListedField(find=languages.find, say=languages.name_of, label=label, widget=box, **more)


def country_field(label: Any, *, offers: bool = False) -> ListedField:
    box = ListedInput("countries", countries.options if offers else None)
    return ListedField(find=countries.find, say=countries.name_of, label=label, widget=box)


class PersonForm(VersionedForm):
    """Every field may stay empty. An A-number is typed as it stands on papers, and kept as nine digits."""

    given_names = name_field(
        gettext_lazy("Given names"), help_text=gettext_lazy("As on papers if you can; a first name alone is enough.")
    )
    first_surname = name_field(gettext_lazy("First surname"))
    second_surname = name_field(gettext_lazy("Second surname"))
    aliases = LinesField(
        label=gettext_lazy("Other names and spellings"), required=False,
        help_text=gettext_lazy("One on each line: as on ICE papers, swapped, without accents, used at work."),
    )  # fmt: skip
    gender = forms.ChoiceField(
        label=gettext_lazy("Gender"), required=False, widget=Chips,
        choices=[("", gettext_lazy("Not asked")), *Gender.choices],
    )  # fmt: skip
    birth_date = forms.DateField(label=gettext_lazy("Birth date"), widget=DateInput, required=False)
    birth_date_other = forms.DateField(
        label=gettext_lazy("Another birth date"), widget=DateInput, required=False,
        help_text=gettext_lazy("Where papers differ, or another one was given."),
    )  # fmt: skip
    country_of_birth = country_field(gettext_lazy("Country of birth"), offers=True)
    nationalities = ListedRowsField(
        country_field(gettext_lazy("Country")), label=gettext_lazy("Nationalities"), blank=1
    )
    a_number = forms.CharField(
        label=gettext_lazy("A-number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "numeric"}),
    )
    a_number_missing = forms.ChoiceField(
        label=gettext_lazy("If there is no A-number"), required=False, widget=Chips,
        choices=[("", gettext_lazy("Not asked")), *NumberMissing.choices],
    )  # fmt: skip
    other_ids = RowsField(
        {
            "kind": forms.CharField(label=gettext_lazy("What it is"), max_length=60),
            "number": forms.CharField(label=gettext_lazy("Number"), max_length=60),
        },
        label=gettext_lazy("Other numbers"), blank=1,
        help_text=gettext_lazy("Subject ID, FINS, event number, passport, consular card, receipts."),
    )  # fmt: skip
    language = language_field(
        gettext_lazy("Best language"), offers=True,
        help_text=gettext_lazy("The one in which everything can be said. A Spanish name does not mean good Spanish."),
    )  # fmt: skip
    language_variety = forms.CharField(
        label=gettext_lazy("Variety of the language"), max_length=100, required=False,
        help_text=gettext_lazy("Of Indigenous languages: some varieties do not understand each other."),
    )  # fmt: skip
    language_town = forms.CharField(
        label=gettext_lazy("Town where it is spoken so"), max_length=100, required=False,
        help_text=gettext_lazy("With the town an interpreter of the right variety is found."),
    )  # fmt: skip
    other_languages = ListedRowsField(
        language_field(gettext_lazy("Language")), label=gettext_lazy("Also speaks"), blank=1
    )
    reads_languages = ListedRowsField(language_field(gettext_lazy("Language")), label=gettext_lazy("Reads"), blank=1)
    alert = forms.CharField(
        label=gettext_lazy("Alert line"), max_length=200, required=False,
        help_text=gettext_lazy("One sentence above every page of the case, such as: do not call before 6 pm."),
    )  # fmt: skip
    no_contact = forms.BooleanField(
        label=gettext_lazy("Do not contact this person"),
        help_text=gettext_lazy(
            "Stands above every page of the case until somebody takes the tick away. Contacts are told nothing."
        ),
        required=False,
    )

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(person.version, {name: getattr(person, name) for name in FIELDS}, data)
        for name in ("birth_date", "birth_date_other"):
            self.fields[name].widget.attrs["max"] = timezone.localdate().isoformat()
        number = self.fields["a_number"]
        if person.a_number:
            self.initial["a_number"] = rules.shown(person.a_number)
            number.help_text = _("Nine digits; older papers have seven or eight. That you opened it here is noted.")
        else:
            number.help_text = _("Nine digits; older papers have seven or eight.")

    def say(self, name: str, value: Any) -> str:
        if name == "a_number" and value and not isinstance(value, Locked):
            return rules.shown(value).replace("-", "\N{NON-BREAKING HYPHEN}")
        return told.value(name, value)

    def say_former(self, name: str, value: Any) -> str:
        """Showing a whole A-number is a look of its own."""
        return rules.masked(value) if name == "a_number" and not isinstance(value, Locked) else self.say(name, value)

    def parts(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The visible fields under their headings."""
        title, fields = PARTS["given_names"], list[forms.BoundField]()
        for field in self.visible_fields():
            name = field.name.removeprefix(KEEP)
            if name in PARTS and PARTS[name] != title:
                yield title, fields
                title, fields = PARTS[name], []
            fields.append(field)
        yield title, fields

    def clean_birth_date(self) -> date | None:
        return self._born("birth_date")

    def clean_birth_date_other(self) -> date | None:
        return self._born("birth_date_other")

    def clean_a_number(self) -> str:
        try:
            return rules.a_number(self.cleaned_data["a_number"])
        except ValueError as error:
            words = _("An A-number has the letter A and seven to nine digits. Check it on the paper.")
            raise ValidationError(words) from error

    def clean(self) -> dict[str, Any]:
        """Blanks within names count once; a number is there, or it is missing."""
        for name in ("given_names", "first_surname", "second_surname"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = " ".join(self.cleaned_data[name].split())
        if self.cleaned_data.get("a_number") and self.cleaned_data.get("a_number_missing"):
            self.add_error("a_number_missing", _("There is an A-number above. Choose “Not asked” here, or empty it."))
        return self.cleaned_data

    def ask_about(self, candidates: list[Candidate], *, merges: bool) -> None:
        """Asks whether people with the same A-number are this one; nothing is saved before somebody has compared.

        Whoever `merges` is led to comparing the two files.
        """
        go_on = (
            _("The same person: save it, then merge the two files")
            if merges
            else _("The same person: save it, and go on in one of the two files")
        )
        lines = format_html_join(SafeString("<br>"), "{}", ((_describe(one),) for one in candidates))
        self.fields["same_number"] = forms.ChoiceField(
            label=_("Is it the same person?"), widget=forms.RadioSelect, help_text=lines,
            choices=[
                (SAME, go_on),
                (OTHER, _("Somebody else: I compared name and birth date, and the number stands so on the paper")),
            ],
        )  # fmt: skip
        names = list(self.fields)
        names.insert(names.index("a_number") + 1, names.pop())
        self.order_fields(names)

    @property
    def same_number(self) -> str:
        """What was answered to that; empty for nothing."""
        answer = str(self.data.get("same_number", ""))
        return answer if answer in {SAME, OTHER} else ""

    def _born(self, name: str) -> date | None:
        day: date | None = self.cleaned_data[name]
        if day and not rules.may_be_born(day, timezone.localdate()):
            raise ValidationError(_("Check the year."))
        return day


def _describe(one: Candidate) -> SafeString:
    born = told.value("birth_date", one.person.birth_date) or _("birth date not known")
    return format_html(
        _("This A-number stands at <strong><bdi>{name}</bdi></strong>, {born}. {verdict}"),
        name=one.person.full_name or _("Name not known yet"), born=born, verdict=VERDICTS[one.match],
    )  # fmt: skip
