import hashlib
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.members import supervisors
from casework.access.models import Accreditation, Invitation, Membership, Role
from casework.access.rules import MemberState
from casework.desk.members.days import begins, first_day, is_over, last_day
from casework.look.forms import DateInput, ManyChips

ALL = "all"
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)
UNTIL_HELP = gettext_lazy("The last day, which still counts. Empty: no end.")
STATES = {
    MemberState.ACTIVE: gettext_lazy("Active"),
    MemberState.COMING: gettext_lazy("Not begun"),
    MemberState.ENDED: gettext_lazy("Ended"),
    MemberState.SUSPENDED: gettext_lazy("Suspended"),
}


def sensible(day: date) -> None:
    """Raises ValidationError for a year that was mistyped."""
    if not FIRST <= day <= LAST:
        raise ValidationError(_("Check the year."), code="year")


class Day(forms.DateField):
    """A day in the browser's own date control."""

    widget = DateInput
    default_validators = [sensible]
    default_error_messages = {"invalid": gettext_lazy("Enter a date.")}


class ByName(forms.ModelChoiceField[Membership]):
    """One of the memberships, by the person's name."""

    def label_from_instance(self, obj: Membership) -> str:
        return obj.colleague.name


class FilterForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=[(ALL, gettext_lazy("All")), *Role.choices])
    state = forms.ChoiceField(label=gettext_lazy("Access"), choices=[(ALL, gettext_lazy("All")), *STATES.items()])


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("Only whoever reads mail at this address can accept."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), choices=Role.choices, widget=ManyChips)
    ends_at = Day(label=gettext_lazy("Access until"), help_text=UNTIL_HELP, required=False)

    def __init__(self, zone: ZoneInfo, again: Invitation | None, data: Any = None) -> None:
        """`again` is an earlier invitation whose words stand in the form at first; days are those of `zone`."""
        self.zone = zone
        super().__init__(data)
        if again is not None:
            self.initial = {"email": again.email, "roles": again.roles, "ends_at": last_day(again.ends_at, zone)}

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        return self.cleaned_data | {"ends_at": is_over(self.cleaned_data["ends_at"], self.zone)}


class MemberForm(forms.Form):
    """What a member is, and for how long. `seen` tells which state of the member the page showed."""

    roles = forms.MultipleChoiceField(label=gettext_lazy("Roles"), choices=Role.choices, widget=ManyChips)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=80, required=False)
    bar_number = forms.CharField(
        label=gettext_lazy("Bar number"),
        help_text=gettext_lazy("An attorney needs this and where it is from, or a DOJ accreditation."),
        max_length=40,
        required=False,
    )
    bar_jurisdiction = forms.CharField(
        label=gettext_lazy("Bar jurisdiction"), help_text=gettext_lazy("The state, such as California."), max_length=60,
        required=False,
    )  # fmt: skip
    accreditation = forms.ChoiceField(
        label=gettext_lazy("DOJ accreditation"), choices=Accreditation.choices, required=False
    )
    supervisor = ByName(
        label=gettext_lazy("Supervisor"), queryset=Membership.objects.none(), required=False, empty_label=""
    )
    starts_at = Day(label=gettext_lazy("Access from"))
    ends_at = Day(label=gettext_lazy("Access until"), help_text=UNTIL_HELP, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, membership: Membership, zone: ZoneInfo, data: Any = None) -> None:
        self.membership, self.zone = membership, zone
        initial = {name: getattr(membership, name) for name in self.base_fields if hasattr(membership, name)}
        initial["supervisor"] = membership.supervisor_id
        initial["starts_at"] = first_day(membership.starts_at, zone)
        initial["ends_at"] = last_day(membership.ends_at, zone)
        initial["seen"] = hashlib.sha256(repr(sorted(initial.items())).encode()).hexdigest()[:16]
        super().__init__(data, initial=initial)
        others = supervisors(membership.organization_id).exclude(pk=membership.pk)
        supervisor: Any = self.fields["supervisor"]
        supervisor.queryset = others.select_related("colleague").order_by("colleague__name")
        supervisor.empty_label = _("Nobody")

    def clean(self) -> dict[str, Any]:
        """Refuses once what would undo a change that somebody else made while the page stood open."""
        cleaned = super().clean() or {}
        if cleaned.get("seen") != self.initial["seen"]:
            given: Any = self.data
            self.data = given = given.copy()
            given["seen"] = self.initial["seen"]
            words = _("Somebody changed this member while you were writing. Compare with what stands above, then save.")
            raise ValidationError(words, code="changed")
        return cleaned

    def arguments(self) -> dict[str, Any]:
        """What the act takes. A day that was left as it is keeps its exact instant."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        if "starts_at" in self.changed_data:
            given["starts_at"] = begins(given["starts_at"], self.zone)
        else:
            given["starts_at"] = self.membership.starts_at
        if "ends_at" in self.changed_data:
            given["ends_at"] = is_over(given["ends_at"], self.zone)
        else:
            given["ends_at"] = self.membership.ends_at
        return given
