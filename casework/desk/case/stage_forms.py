"""What is typed about a case as a whole: what it is for, its stage and end, who leads and who appears."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import changes
from casework.access.models import Membership
from casework.cases import rules
from casework.cases.actions import details
from casework.cases.models import (
    AppearanceForm,
    Case,
    CaseRole,
    ClosingCode,
    Matter,
    Priority,
    Released,
    Relief,
    Removed,
    Scope,
    Stage,
    StageReason,
)
from casework.desk.case import told
from casework.desk.case.forms import ByName
from casework.desk.case.work_forms import day_field
from casework.look.forms import Chips, ManyChips
from casework.look.versions import VersionedForm

# --- What the case is for


class DetailsForm(VersionedForm):
    """Matters, scope and priority."""

    matters = forms.MultipleChoiceField(
        label=gettext_lazy("What for"), choices=Matter.choices, widget=ManyChips, required=False
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Scope of representation"), choices=Scope.choices, required=False,
        help_text=gettext_lazy("As agreed with the person. A notice of appearance is filed for the same or for less."),
    )  # fmt: skip
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), coerce=int, choices=Priority.choices, widget=Chips
    )

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(case.version, changes.standing(case, details.FIELDS), data)

    def say(self, name: str, value: Any) -> str:
        return told.value(name, value)


# --- Stages


class StageForm(forms.Form):
    """To which stage, and why; `version` is that of the case."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=gettext_lazy("To which stage"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), required=False, help_text=gettext_lazy("For a case that is declined or referred.")
    )
    note = forms.CharField(
        label=gettext_lazy("A note about it"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Kept with the notes of the case."),
    )  # fmt: skip

    def __init__(self, case: Case, data: Any = None) -> None:
        super().__init__(data, initial={"version": case.version})
        steps = rules.next_stages(case.stage)
        stage, reason = self.fields["stage"], self.fields["reason"]
        stage.choices = [(one, _step(case.stage, one)) for one in steps]  # type: ignore[attr-defined]
        known = [one for one in StageReason.values if any(one in rules.REASONS.get(step, ()) for step in steps)]
        if not known:
            del self.fields["reason"]
            return
        reason.choices = [("", _("No reason"))] + [(one, StageReason(one).label) for one in known]  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        to, reason = given["stage"], given.get("reason", "")
        return {
            "to": to, "reason": reason if to in rules.REASONS else "", "note": given["note"], "seen": given["version"],
        }  # fmt: skip


def _step(stage: str, to: str) -> str:
    """A stage to which a case can go from another, with what that means where its name does not say it."""
    label = str(Stage(to).label)
    meaning = {
        ("active", "offered"): _("acceptance is taken back; the reference stays"),
        ("active", "closing"): _("what is left is being wrapped up"),
        ("declined", "screening"): _("looked at again"),
        ("referred", "screening"): _("looked at again"),
        ("closing", "active"): _("not closing after all"),
    }.get((stage, to))
    return f"{label}: {meaning}" if meaning else label


class CloseForm(forms.Form):
    """How it ended. What is not known stays empty, and is counted as that."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    code = forms.ChoiceField(
        label=gettext_lazy("Closing code"), choices=[("", gettext_lazy("Choose a code")), *ClosingCode.choices],
        help_text=gettext_lazy("Codes of the LSC CSR Handbook 2017, for reports to funders."),
    )  # fmt: skip
    released = forms.ChoiceField(label=gettext_lazy("Released"), choices=Released.choices, required=False)
    relief = forms.ChoiceField(label=gettext_lazy("Relief"), choices=Relief.choices, required=False)
    removed = forms.ChoiceField(label=gettext_lazy("Removed"), choices=Removed.choices, required=False)
    days_detained = forms.IntegerField(
        label=gettext_lazy("Days detained"), min_value=0, max_value=36_500, required=False,
        help_text=gettext_lazy("The first day and the last both count."),
    )  # fmt: skip
    bond_amount = forms.IntegerField(
        label=gettext_lazy("Bond set, in dollars"), min_value=0, max_value=10_000_000, required=False
    )
    closed_on = day_field(gettext_lazy("Closed on"))
    drop_tasks = forms.BooleanField(label=gettext_lazy("Drop the tasks that are open"), required=False)
    looked = forms.BooleanField(
        label=gettext_lazy("I have looked at what is still open"),
        help_text=gettext_lazy("Nothing of it ends by itself when the case is closed."),
    )

    def __init__(
        self, case: Case, *, tasks: int, still_open: bool, known: Mapping[str, Any], data: Any = None
    ) -> None:  # fmt: skip
        super().__init__(data, initial={"version": case.version, "closed_on": timezone.localdate(), **known})
        if not tasks:
            del self.fields["drop_tasks"]
        if not still_open:
            del self.fields["looked"]

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        names = ("code", "released", "relief", "removed", "days_detained", "bond_amount", "closed_on")
        return {
            "values": {name: self.cleaned_data[name] for name in names},
            "drop_tasks": self.cleaned_data.get("drop_tasks", False),
            "seen": self.cleaned_data["version"],
        }


# --- Lead and appearance


class HandOverForm(forms.Form):
    """Who leads from which day on, and what becomes of whoever led."""

    member = ByName(
        label=gettext_lazy("New lead"), queryset=Membership.objects.none(), empty_label=gettext_lazy("Choose somebody")
    )
    day = day_field(
        gettext_lazy("From"),
        help_text=gettext_lazy("Today counts from now; a later day from its beginning on the organization's clock."),
    )
    role = forms.ChoiceField(label=gettext_lazy("Whoever leads now"), required=False, widget=forms.RadioSelect)

    def __init__(self, attorneys: Any, *, has_lead: bool, today: date, data: Any = None) -> None:
        super().__init__(data, initial={"day": today, "role": CaseRole.CO_COUNSEL})
        member: Any = self.fields["member"]
        member.queryset = attorneys
        self.fields["day"].widget.attrs["min"] = today.isoformat()
        role: Any = self.fields["role"]
        role.choices = [
            (CaseRole.CO_COUNSEL.value, _("Stays on the team as co-counsel")),
            (CaseRole.SUPERVISOR.value, _("Stays on the team as supervising attorney")),
            ("", _("Leaves the team")),
        ]
        if not has_lead:
            del self.fields["role"]

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        return {"to": given["member"], "on": given["day"], "then": given.get("role", "")}


class AppearForm(forms.Form):
    """A notice of appearance that was filed."""

    form = forms.ChoiceField(
        label=gettext_lazy("Form"), choices=[("", gettext_lazy("Choose a form")), *AppearanceForm.choices]
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Filed for"), choices=[("", gettext_lazy("The form does not divide")), *Scope.choices[1:]],
        required=False, help_text=gettext_lazy("Form EOIR-28 has boxes for all proceedings, bond only, all but bond."),
    )  # fmt: skip
    member = ByName(
        label=gettext_lazy("By"), queryset=Membership.objects.none(), empty_label=gettext_lazy("Choose somebody")
    )
    filed_on = day_field(gettext_lazy("Filed on"))

    def __init__(self, attorneys: Any, data: Any = None) -> None:
        super().__init__(data)
        member: Any = self.fields["member"]
        member.queryset = attorneys
        self.fields["filed_on"].widget.attrs["max"] = timezone.localdate().isoformat()

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        return {
            "form": given["form"], "scope": given["scope"], "membership": given["member"],
            "filed_on": given["filed_on"],
        }  # fmt: skip


class WithdrawForm(forms.Form):
    """The day on which an appearance was withdrawn; `version` is that of the appearance."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    withdrawn_on = day_field(gettext_lazy("Withdrawn on"))

    def __init__(self, version: int, data: Any = None) -> None:
        super().__init__(data, initial={"version": version, "withdrawn_on": timezone.localdate()})
        self.fields["withdrawn_on"].widget.attrs["max"] = timezone.localdate().isoformat()
