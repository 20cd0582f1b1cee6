"""What is typed about custody: where, since when, from whom; a release, a correction, the court on file, a look-up."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.custody import places
from casework.custody.actions import Since
from casework.custody.models import Kind, Method, Outcome, Reason, Source
from casework.custody.places import WITHIN, Where
from casework.desk.case.work_forms import day_field
from casework.directory.models import Court, Facility
from casework.look.forms import Chips, TimeInput

KINDS = (
    (Kind.FACILITY, gettext_lazy("A detention facility")),
    (Kind.HOLD_ROOM, gettext_lazy("A hold room")),
    (Kind.HOSPITAL, gettext_lazy("A hospital")),
    (Kind.IN_TRANSIT, gettext_lazy("In transit")),
    (Kind.NOT_LOCATED, gettext_lazy("Not located")),
    (Kind.ELSEWHERE, gettext_lazy("Another place")),
)


def time_field(label: Any, **more: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=TimeInput, required=False, **more)


class WhereForm(forms.Form):
    """A place: what sort it is, and its name, code or town; which, where several are meant.

    `possible` are the facilities that may be meant. A place that the directory does not have stays in words, sealed.
    """

    kind = forms.ChoiceField(label=gettext_lazy("Where"), choices=KINDS, initial=Kind.FACILITY, widget=Chips)
    where = forms.CharField(
        label=gettext_lazy("Name, town or ICE code"), max_length=200,
        error_messages={"required": gettext_lazy("Type the name, the town or the code of the facility.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )  # fmt: skip
    facility = forms.CharField(widget=forms.HiddenInput, required=False)

    possible: list[Facility]

    def __init__(self, data: Any = None, **more: Any) -> None:
        self.possible = []
        super().__init__(data, **more)
        kind = self.data.get("kind") or self.initial.get("kind") or Kind.FACILITY
        self.fields["where"].required = kind in (Kind.FACILITY, Kind.ELSEWHERE)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kind" in cleaned:
            cleaned["place"] = self._place(cleaned)
        return cleaned

    def _place(self, cleaned: dict[str, Any]) -> Where | None:
        kind, typed = cleaned["kind"], (cleaned.get("where") or "").strip()
        if kind not in WITHIN:
            return Where(kind, None, typed if kind == Kind.ELSEWHERE else "")
        self.possible = places.found(typed) if typed else []
        chosen = [one for one in self.possible if one.key == cleaned.get("facility")]
        if "where" in self.errors:
            return None
        if len(chosen or self.possible) == 1:
            return Where(kind, (chosen or self.possible)[0])
        if kind != Kind.FACILITY and not self.possible:
            return Where(kind, None, typed)
        self.add_error("where", self._why())
        return None

    def _why(self) -> str:
        if self.possible:
            return _("Several places may be meant. Choose one below.")
        return _("The directory has no such place. Try the town alone, or choose “Another place” and describe it.")


class SinceForm(forms.Form):
    """A day, and the time where it is known."""

    day = day_field(gettext_lazy("Since"))
    clock = time_field(gettext_lazy("Time, on the clock there"))

    @property
    def since(self) -> Since:
        return Since(self.cleaned_data["day"], self.cleaned_data.get("clock"))

    def _begin(self, zone: str) -> None:
        today = timezone.localdate(timezone.now(), ZoneInfo(zone))
        self.initial.setdefault("day", today)
        self.fields["day"].widget.attrs["max"] = (today + timedelta(days=1)).isoformat()

    def refused(self, error: ValidationError) -> None:
        """What an act says against it, at the fields."""
        names = {"since": "day", "starts": "day", "ends": "ends_day", "where": "where"}
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, messages in error.message_dict.items():
            field = names.get(name, name)
            self.add_error(field if field in self.fields else None, messages)


class MoveForm(WhereForm, SinceForm):
    """A move in three questions: where, since when, from whom."""

    source = forms.ChoiceField(
        label=gettext_lazy("From whom it is known"), choices=Source.choices, widget=Chips, required=True
    )

    field_order = ("kind", "where", "facility", "day", "clock", "source")

    def __init__(self, zone: str, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self._begin(zone)


class ReleaseForm(SinceForm):
    """How a stay ended, and when."""

    reason = forms.ChoiceField(label=gettext_lazy("How"), choices=Reason.choices, widget=Chips)

    field_order = ("reason", "day", "clock")

    def __init__(self, zone: str, data: Any = None) -> None:
        super().__init__(data)
        self.fields["day"].label = _("On")
        self._begin(zone)


class CorrectForm(WhereForm, SinceForm):
    """A stint anew. `version` is that of the row that filled it."""

    ends_day = day_field(gettext_lazy("Until"), required=False)
    ends_clock = time_field(gettext_lazy("Until, at"))
    source = forms.ChoiceField(label=gettext_lazy("From whom it is known"), choices=Source.choices, widget=Chips)
    version = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("kind", "where", "facility", "day", "clock", "ends_day", "ends_clock", "source")

    @property
    def until(self) -> Since | None:
        day: date | None = self.cleaned_data.get("ends_day")
        return None if day is None else Since(day, self.cleaned_data.get("ends_clock"))


class GapForm(WhereForm, SinceForm):
    """Where somebody was between two places that are known."""

    source = forms.ChoiceField(label=gettext_lazy("From whom it is known"), choices=Source.choices, widget=Chips)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        del self.fields["day"], self.fields["clock"]


class CourtForm(forms.Form):
    """The court on file, since a day, with the order or paper that says so. `version` is 0 where there is none yet."""

    court = forms.ModelChoiceField(
        label=gettext_lazy("Court on file"), queryset=Court.objects.none(), empty_label=gettext_lazy("Choose a court")
    )
    since = day_field(gettext_lazy("Since"))
    order = forms.CharField(
        label=gettext_lazy("Order or paper"), max_length=300,
        help_text=gettext_lazy("Which one says so, and of which day: a notice to appear, an order to change venue."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        court: Any = self.fields["court"]
        court.queryset = Court.objects.sitting().order_by("name", "key")
        self.fields["since"].widget.attrs["max"] = timezone.localdate().isoformat()


class CheckForm(forms.Form):
    """What a look-up found. `again` replaces the day that the rules would choose."""

    method = forms.ChoiceField(
        label=gettext_lazy("How you looked"), choices=Method.choices, initial=Method.LOCATOR, widget=Chips
    )
    outcome = forms.ChoiceField(label=gettext_lazy("What you found"), choices=Outcome.choices, widget=Chips)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    again = day_field(
        gettext_lazy("Look again on"), required=False, help_text=gettext_lazy("Left empty, the usual day counts.")
    )

    def __init__(self, zone: str, data: Any = None) -> None:
        self.zone = ZoneInfo(zone)
        super().__init__(data)
        self.fields["again"].widget.attrs["min"] = timezone.localdate(timezone.now(), self.zone).isoformat()

    def clean_again(self) -> date | None:
        day: date | None = self.cleaned_data["again"]
        if day and day < timezone.localdate(timezone.now(), self.zone):
            raise ValidationError(_("Choose a day that is not over."))
        return day

    def arguments(self) -> dict[str, Any]:
        """What the act takes; a day begins at eight in the morning of the organization."""
        day: date | None = self.cleaned_data["again"]
        due = datetime.combine(day, time(8), tzinfo=self.zone) if day else None
        return {name: self.cleaned_data[name] for name in ("method", "outcome", "note")} | {"next_due_at": due}
