"""What is typed in the daily work on a case: notes and tasks."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy

from casework.access.models import Membership
from casework.cases.actions import notes, tasks
from casework.cases.models import Note, NoteKind, Task, Tier
from casework.desk.case import told
from casework.desk.case.forms import TIER_HELP, TIERS, ByName
from casework.look.forms import Chips, DateInput
from casework.look.versions import VersionedForm

NOBODY = gettext_lazy("Nobody yet")


def tier_field(form: forms.Form, highest: int) -> None:
    """Gives a form's field "tier" the tiers up to the highest that its writer may write."""
    tier: Any = form.fields["tier"]
    tier.choices = [(number, word) for number, word in TIERS if number <= highest]
    tier.help_text = format_html_join("", "{}<br>", ((TIER_HELP[number],) for number, _word in tier.choices))


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DateInput, **more)


def errors_to(form: forms.Form, error: ValidationError) -> None:
    """Puts what an act refused at the field that asks for it, or above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, said in error.message_dict.items():
        form.add_error(name if name in form.fields else None, said)


# --- Notes


class ChangeNoteForm(VersionedForm):
    """One's own note, to be corrected."""

    text = forms.CharField(label=gettext_lazy("Note"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}))
    kind = forms.ChoiceField(label=gettext_lazy("What it records"), choices=NoteKind.choices, widget=Chips)
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=Chips)

    def __init__(self, note: Note, highest: int, data: Any = None) -> None:
        super().__init__(note.version, notes.standing(note), data)
        tier_field(self, highest)

    def say(self, name: str, value: Any) -> str:
        return told.value(name, value)


# --- Tasks


class _TaskFields(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What is to be done"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    due_on = day_field(gettext_lazy("Due"), required=False)
    assignee = ByName(
        label=gettext_lazy("Whose"), queryset=Membership.objects.none(), empty_label=NOBODY, required=False
    )
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=Chips)

    def possible(self, holders: Any, highest: int) -> None:
        """Who can have the task, and who may read it."""
        assignee: Any = self.fields["assignee"]
        assignee.queryset = holders
        tier_field(self, highest)


class TaskForm(_TaskFields):
    """A task by hand."""

    def __init__(self, holders: Any, highest: int, data: Any = None) -> None:
        super().__init__(data, initial={"tier": min(highest, Tier.REPRESENTATION)})
        self.possible(holders, highest)


class ChangeTaskForm(_TaskFields, VersionedForm):
    """A task that stands; the words of a rule are not changed."""

    def __init__(self, task: Task, holders: Any, highest: int, data: Any = None) -> None:
        standing = tasks.standing(task) | {
            "due_on": task.due_on,
            "assignee": next((one for one in holders if one.pk == task.assignee_id), None),
        }
        VersionedForm.__init__(self, task.version, standing, data)
        self.possible(holders, highest)
        if task.rule:
            del self.fields["text"]
            del self.standing["text"]

    def say(self, name: str, value: Any) -> str:
        if isinstance(value, Membership):
            return value.colleague.name
        return told.value(name, value)

    def arguments(self) -> dict[str, Any]:
        """What the act writes."""
        values = self.values()
        chosen = values.pop("assignee")
        return values | {"assignee_id": chosen.pk if chosen else None}
