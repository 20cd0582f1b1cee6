"""What is searched for in the audit."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.models import Membership
from casework.access.verbs import GROUPS
from casework.cases import audit_search
from casework.look.forms import DateInput

EVERYTHING, LISTS = "", "lists"
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


class Day(forms.DateField):
    """A day in the browser's own date control."""

    widget = DateInput

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day and not FIRST <= day <= LAST:
            raise ValidationError(_("Check the year."))
        return day


class ByName(forms.ModelChoiceField[Membership]):
    """Somebody who is or was a member here."""

    def label_from_instance(self, obj: Membership) -> str:
        return obj.colleague.name


class SearchForm(forms.Form):
    """Every filter may stay empty. A case is named by its reference, its id, or the short id of the list."""

    member = ByName(
        label=gettext_lazy("Who"),
        queryset=Membership.objects.none(),
        empty_label=gettext_lazy("Everybody"),
        required=False,
    )
    verb = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    since = Day(label=gettext_lazy("From"), required=False)
    until = Day(label=gettext_lazy("Until"), required=False)
    case = forms.CharField(
        label=gettext_lazy("Case"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    where = forms.ChoiceField(
        label=gettext_lazy("About the case"),
        choices=[
            (EVERYTHING, gettext_lazy("Everything")),
            (LISTS, gettext_lazy("Only lists that showed it")),
        ],
        required=False,
    )
    refusals = forms.BooleanField(label=gettext_lazy("Refusals only"), required=False)
    use_required_attribute = False

    def __init__(self, actor: Actor, data: Any) -> None:
        self.actor = actor
        super().__init__(data)
        member: Any = self.fields["member"]
        ours = Membership.objects.filter(organization_id=actor.organization)
        member.queryset = ours.select_related("colleague").order_by("colleague__name")
        verb: Any = self.fields["verb"]
        verb.choices = [("", _("Everything")), *((str(group), list(words.items())) for group, words in GROUPS)]

    def full_clean(self) -> None:
        """Every filter may stay empty, and nobody needs to be told of each."""
        for field in self.fields.values():
            field.required = False
        super().full_clean()
        for field in self.fields.values():
            field.required = True

    def clean_case(self) -> uuid.UUID | None:
        typed = self.cleaned_data["case"]
        found = audit_search.case_called(self.actor, typed) if typed else None
        if typed and found is None:
            raise ValidationError(
                _("No case that you see has this reference. Enter the short id that stands in the list.")
            )
        return found

    def clean(self) -> None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("This must not be before the first day."))
        if self.cleaned_data.get("where") == LISTS and not self.cleaned_data.get("case") and "case" not in self.errors:
            self.add_error("case", _("Enter the case that the lists showed."))

    def asked(self) -> audit_search.Asked:
        """What is searched for, of a form that is valid."""
        given = self.cleaned_data
        return audit_search.Asked(
            member=given["member"].pk if given["member"] else None,
            verb=given["verb"],
            since=given["since"],
            until=given["until"],
            case=given["case"],
            only_lists=given["where"] == LISTS,
            refusals=given["refusals"],
            names=tuple(name for name in self.fields if given[name]),
        )
