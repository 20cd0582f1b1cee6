"""What somebody says before a case is accepted: who leads, whose value counts where two differ, what is left."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.models import Membership
from casework.desk.case import accept_page
from casework.desk.case.forms import ByName
from casework.intake.acceptance.plan import KEEP, TAKE
from casework.intake.acceptance.standing import Intake
from casework.intake.acceptance.writing import NotWritten
from casework.look.versions import option

LEAVE, AGAIN = "leave", "again"


class AcceptForm(forms.Form):
    """Carries the seal of the plan that was seen. `choices` and `leaves` name the keys of the plan, by field.

    A row that an act refused is tried again, or stays an answer.
    """

    seal = forms.CharField(widget=forms.HiddenInput)
    lead = ByName(
        label=gettext_lazy("Lead attorney"), queryset=Membership.objects.none(),
        empty_label=gettext_lazy("Choose who leads"),
    )  # fmt: skip

    def __init__(self, intake: Intake, attorneys: Any, *, leads: Any = None, data: Any = None) -> None:
        super().__init__(data, initial={"seal": intake.seal, "lead": leads})
        lead: Any = self.fields["lead"]
        lead.queryset = attorneys
        cells = {key: (row, cell) for key, row, cell in intake.plan.cells()}
        self.choices = {f"choice_{at}": key for at, key in enumerate(intake.plan.to_choose)}
        for name, key in self.choices.items():
            row, cell = cells[key]
            on_file, answer = (accept_page.say(intake, row, cell, one, whole=True) for one in (cell.old, cell.new))
            values = [(KEEP, option(_("Keep what is on file"), on_file)), (TAKE, option(_("Take the answer"), answer))]
            called = accept_page.label(intake, key)
            self.fields[name] = forms.ChoiceField(label=called, widget=forms.RadioSelect, choices=values)
        self.leaves: dict[str, str] = {}
        for at, row in enumerate(intake.plan.rows):
            if f"leave_{at}" in (data or {}):
                self._may_leave(at, row.key)
        self.intake = intake

    @property
    def is_current(self) -> bool:
        """Whether a valid form was filled from what stands now."""
        return bool(self.cleaned_data["seal"] == self.intake.seal)

    def refused(self, error: NotWritten) -> None:
        """Says at its row what an act refused, and offers to leave it."""
        keys = [row.key for row in self.intake.plan.rows]
        at = keys.index(error.row)
        if error.row not in self.leaves:
            self._may_leave(at, error.row)
        self.add_error(f"leave_{at}", error.messages)

    def arguments(self) -> Mapping[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        return {
            "lead": given["lead"], "seal": given["seal"],
            "choices": {key: given[name] for name, key in self.choices.items()},
            "leave": frozenset(key for key, name in self.leaves.items() if given.get(name) == LEAVE),
        }  # fmt: skip

    def _may_leave(self, at: int, key: str) -> None:
        name = self.leaves[key] = f"leave_{at}"
        self.fields[name] = forms.ChoiceField(
            label=_("This row"), widget=forms.RadioSelect, required=False, initial=LEAVE,
            choices=[(LEAVE, _("Leave it as an answer")), (AGAIN, _("Try to write it again"))],
        )  # fmt: skip


class DeclineForm(forms.Form):
    """Why the organization does not take the case; `version` is that of the case."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.ChoiceField(
        label=gettext_lazy("What happens"), widget=forms.RadioSelect,
        choices=[
            ("referred", gettext_lazy("Referred: somebody else is named to the caller")),
            ("declined", gettext_lazy("Declined")),
        ],
    )  # fmt: skip
    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    note = forms.CharField(
        label=gettext_lazy("A note about it"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=gettext_lazy("Kept with the notes of the case."),
    )  # fmt: skip

    def __init__(self, version: int, reasons: list[tuple[str, Any]], data: Any = None) -> None:
        super().__init__(data, initial={"version": version})
        reason: Any = self.fields["reason"]
        reason.choices = [("", _("Choose a reason")), *reasons]

    def arguments(self) -> Mapping[str, Any]:
        """What the act takes."""
        given = self.cleaned_data
        return {"to": given["to"], "reason": given["reason"], "note": given["note"], "seen": given["version"]}
