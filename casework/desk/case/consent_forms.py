"""What is typed about a consent: what the person agreed to, and what an attorney decides until they are reached."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.coalition import Neighbor
from casework.desk.case.person_form import language_field
from casework.look.forms import Chips, DateInput, ManyChips
from casework.people import rules
from casework.people.models import Contact, How, Subject

WHOM, WHERE = "contact:", "organization:"


def _contacts(rows: Iterable[Contact]) -> list[tuple[str, str]]:
    """Those who may be told something at all."""
    named = [(one, ", ".join(filter(None, [one.name, one.relationship]))) for one in rows if not one.must_not_know]
    return [(f"{WHOM}{one.pk}", name or _("Name not known yet")) for one, name in named]


class ConsentForm(forms.Form):
    """What the person agreed to. `whom` names a contact or another organization."""

    whom = forms.ChoiceField(label=gettext_lazy("To whom"))
    subjects = forms.MultipleChoiceField(
        label=gettext_lazy("About what a contact may be told"), required=False, widget=ManyChips,
        choices=[(one, Subject(one).label) for one in rules.TOLD],
        help_text=gettext_lazy("For an organization tick nothing: the consent is for sharing the case."),
    )  # fmt: skip
    how = forms.ChoiceField(
        label=gettext_lazy("How it was given"), widget=Chips,
        choices=[choice for choice in How.choices if choice[0] != How.ATTORNEY],
    )  # fmt: skip
    given_on = forms.DateField(label=gettext_lazy("Given on"), widget=DateInput)
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=DateInput, required=False,
        help_text=gettext_lazy("Empty: until the person revokes it."),
    )  # fmt: skip
    language = language_field(gettext_lazy("Language in which it was explained"), offers=True)
    witness = forms.CharField(
        label=gettext_lazy("Witness or interpreter"), max_length=150, required=False,
        help_text=gettext_lazy("Who else heard it."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("What for"), max_length=300, required=False,
        help_text=gettext_lazy("In the person's words, such as: so that my sister can bring papers."),
    )  # fmt: skip

    def __init__(self, contacts: Iterable[Contact], others: Iterable[Neighbor], data: Any = None) -> None:
        today = timezone.localdate()
        super().__init__(data, initial={"given_on": today, "how": How.PHONE})
        self.contacts = {str(one.pk): one for one in contacts}
        whom: Any = self.fields["whom"]
        organizations = [(f"{WHERE}{one.id}", one.name) for one in others]
        groups = [(_("Contacts"), _contacts(self.contacts.values())), (_("Other organizations"), organizations)]
        whom.choices = [("", _("Choose")), *[group for group in groups if group[1]]]
        self.fields["given_on"].widget.attrs["max"] = today.isoformat()

    def clean_given_on(self) -> date:
        day: date = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise ValidationError(_("Choose today or a day before."))
        return day

    def clean(self) -> dict[str, Any]:
        """A contact is told about something; an organization gets the case, which is no subject."""
        given = super().clean() or {}
        to_contact = str(given.get("whom", "")).startswith(WHOM)
        if to_contact and not given.get("subjects"):
            self.add_error("subjects", _("Tick at least one."))
        if given.get("whom") and not to_contact and given.get("subjects"):
            self.add_error("subjects", _("Tick nothing here for an organization."))
        ends, begins = given.get("ends_on"), given.get("given_on")
        if ends and begins and ends < max(begins, timezone.localdate()):
            self.add_error("ends_on", _("Choose a day that is not over."))
        return given

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        kind, _sign, pk = given["whom"].partition(":")
        return {
            "contact": self.contacts[pk] if kind + ":" == WHOM else None,
            "to_organization": uuid.UUID(pk) if kind + ":" == WHERE else None,
            "subjects": given["subjects"],
            "how": given["how"],
            "given_at": _noon(given["given_on"]),
            "ends_at": _end(given["ends_on"]) if given["ends_on"] else None,
            "language": given["language"],
            "witness": given["witness"],
            "purpose": given["purpose"],
        }


class ProvisionalForm(forms.Form):
    """Whom an attorney lets be told, and why."""

    whom = forms.ChoiceField(label=gettext_lazy("To whom"))
    reason = forms.CharField(
        label=gettext_lazy("Why the person would agree"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, contacts: Iterable[Contact], data: Any = None) -> None:
        super().__init__(data)
        self.contacts = {f"{WHOM}{one.pk}": one for one in contacts}
        whom: Any = self.fields["whom"]
        whom.choices = [("", _("Choose")), *_contacts(self.contacts.values())]

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        return {"contact": self.contacts[self.cleaned_data["whom"]], "reason": self.cleaned_data["reason"]}


def _noon(day: date) -> datetime:
    """An instant of that day on the reader's clock, and never one that is still to come."""
    return min(timezone.make_aware(datetime.combine(day, time(12))), timezone.now())


def _end(day: date) -> datetime:
    """The last second of the day on the reader's clock."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
