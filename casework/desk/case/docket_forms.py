"""What is typed about a hearing: what for, where, when on the court's clock, how, before whom, who appears."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.models import Membership
from casework.desk.case.forms import ByName
from casework.desk.case.work_forms import day_field
from casework.directory.models import Code, Court, Language
from casework.docket.models import Hearing, Proceeding
from casework.docket.models.kinds import HearingKind, HearingOutcome, HearingState, Interpreter, Medium
from casework.docket.times import When
from casework.look import clocks, zones
from casework.look.forms import Chips, LongSelect, TimeInput
from casework.look.rows import ListedField, ListedInput
from casework.people import languages

FIRST, SECOND = "first", "second"
LATER = "later"  # for an outcome that nobody knows yet: an empty value would stand chosen before anybody chose
WHICH = ((FIRST, gettext_lazy("The first, before the clock goes back")), (SECOND, gettext_lazy("The second, after it")))
ADJOURNMENTS = "adjournment_codes"


class ByCourt(forms.ModelChoiceField[Court]):
    """A court, with the zone of its clock."""

    widget = LongSelect

    def label_from_instance(self, obj: Court) -> str:
        return f"{obj.name} · {zones.called(obj.time_zone)}"


class ByProceeding(forms.ModelChoiceField[Proceeding]):
    def label_from_instance(self, obj: Proceeding) -> str:
        where = obj.court.name if obj.court else obj.forum
        return ", ".join(filter(None, [obj.get_kind_display(), where]))


class ByReason(forms.ModelChoiceField[Code]):
    """EOIR's code, with EOIR's words."""

    widget = LongSelect

    def label_from_instance(self, obj: Code) -> str:
        return f"{obj.code} · {obj.meaning}"


class ActForm(forms.Form):
    """A form whose act may refuse something, which then stands at its field."""

    names: dict[str, str] = {}  # what an act calls a field, and what the form calls it
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int:
        """The version that the page showed."""
        return self.cleaned_data.get("version") or 0

    def refused(self, error: ValidationError) -> None:
        """What an act says against it, at the fields."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, messages in error.error_dict.items():
            field = self.names.get(name, name)
            self.add_error(field if field in self.fields else None, messages)


def reasons() -> Any:
    return Code.objects.filter(list=ADJOURNMENTS, retired_on=None).order_by("code")


class HearingForm(ActForm):
    """A hearing. `which` is asked only where the clock shows the time twice."""

    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=HearingKind.choices, widget=Chips)
    court = ByCourt(
        label=gettext_lazy("Court"), queryset=Court.objects.none(), empty_label=gettext_lazy("Choose the court"),
        help_text=gettext_lazy("The time is that of its zone, which stands beside it."),
        error_messages={"required": gettext_lazy("Choose the court, or name the federal court below.")},
    )  # fmt: skip
    forum = forms.CharField(label=gettext_lazy("Federal court"), max_length=120, required=False)
    forum_zone = forms.ChoiceField(label=gettext_lazy("Its time zone"), required=False)
    day = day_field(gettext_lazy("Day"))
    clock = forms.TimeField(label=gettext_lazy("Time, on the clock of the court"), widget=TimeInput)
    which = forms.ChoiceField(label=gettext_lazy("Which of the two"), choices=WHICH, widget=Chips, required=False)
    medium = forms.ChoiceField(label=gettext_lazy("How"), choices=Medium.choices, widget=Chips, required=False)
    judge = forms.CharField(
        label=gettext_lazy("Judge"), max_length=120, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Room, or how to join"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    appearing = ByName(
        label=gettext_lazy("Who appears for the person"), queryset=Membership.objects.none(), required=False,
        empty_label=gettext_lazy("Nobody yet"),
    )  # fmt: skip
    interpreter = forms.ChoiceField(label=gettext_lazy("Interpreter"), choices=Interpreter.choices, required=False)
    language = ListedField(
        find=languages.find, say=languages.name_of, label=gettext_lazy("Language of the hearing"),
        widget=ListedInput("languages", languages.options),
    )  # fmt: skip
    interpreter_name = forms.CharField(label=gettext_lazy("Interpreter's name"), max_length=120, required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("How long, in minutes"), min_value=5, max_value=960, required=False,
        help_text=gettext_lazy("Left empty, the usual length counts."),
    )  # fmt: skip
    proceeding = ByProceeding(
        label=gettext_lazy("In which proceeding"), queryset=None, required=False,
        empty_label=gettext_lazy("The usual one"),
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], appear: Any, proceedings: Any) -> None:
        super().__init__(data, initial=dict(initial))
        fields: Any = self.fields
        courts = Court.objects.sitting()
        if initial.get("court"):
            courts = courts | Court.objects.filter(pk=initial["court"])
        fields["court"].queryset = courts.order_by("name", "key")
        fields["appearing"].queryset, fields["proceeding"].queryset = appear, proceedings
        fields["forum_zone"].choices = [("", _("Choose a zone")), *zones.zones(initial.get("forum_zone", ""))]
        fields["court"].required = not (self.data.get("forum") or self.initial.get("forum"))
        self.asks_which = bool(self.data.get("which") or self.initial.get("which"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("forum") and not cleaned.get("forum_zone"):
            self.add_error("forum_zone", _("Choose the zone of its clock."))
        return cleaned

    def refused(self, error: ValidationError) -> None:
        super().refused(error)
        self.asks_which = self.asks_which or "which" in self.errors

    @property
    def when(self) -> When:
        given = self.cleaned_data
        zone = given["court"].time_zone if given["court"] else given["forum_zone"]
        return When(given["day"], given["clock"], zone, later_of(given["which"]))

    def values(self) -> dict[str, Any]:
        """What the acts take."""
        given = {name: self.cleaned_data[name] for name in VALUES}
        given["language"] = Language.objects.filter(pk=given["language"]).first() if given["language"] else None
        return given


VALUES = (
    "kind", "court", "forum", "medium", "judge", "place", "appearing", "interpreter", "language", "interpreter_name",
    "minutes", "proceeding", "note",
)  # fmt: skip


def later_of(which: str) -> bool | None:
    return None if not which else which == SECOND


def standing(row: Hearing) -> dict[str, Any]:
    """A hearing as the form shows it."""
    found = {
        name: getattr(row, name) for name in VALUES if name not in ("court", "appearing", "language", "proceeding")
    }
    twice = len(clocks.instants(row.on, row.at, ZoneInfo(row.time_zone))) > 1
    return found | {
        "court": row.court_id or "", "appearing": row.appearing_id, "language": row.language_id or "",
        "proceeding": row.proceeding_id, "forum_zone": row.time_zone if row.forum else "", "day": row.on,
        "clock": row.at, "which": (SECOND if row.is_later else FIRST) if twice else "", "version": row.version,
    }  # fmt: skip


class NextForm(ActForm):
    """The next hearing after one that goes on; without a day a task opens to find it out."""

    names = {"day": "next_day", "clock": "next_clock", "which": "next_which"}

    next_day = day_field(
        gettext_lazy("Next hearing on"), required=False,
        help_text=gettext_lazy("Left empty, a task opens to find the new date out."),
    )  # fmt: skip
    next_clock = forms.TimeField(label=gettext_lazy("At, on the clock of the court"), widget=TimeInput, required=False)
    next_which = forms.ChoiceField(label=gettext_lazy("Which of the two"), choices=WHICH, widget=Chips, required=False)
    next_kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=HearingKind.choices, required=False)

    def __init__(self, hearing: Hearing, data: Any = None, **initial: Any) -> None:
        self.hearing = hearing
        super().__init__(data, initial={"next_kind": hearing.kind, "version": hearing.version} | initial)
        self.asks_which = bool(self.data.get("next_which"))

    def refused(self, error: ValidationError) -> None:
        super().refused(error)
        self.asks_which = self.asks_which or "next_which" in self.errors

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        day, clock = cleaned.get("next_day"), cleaned.get("next_clock")
        if day and not clock and "next_clock" not in self.errors:
            self.add_error("next_clock", _("Enter the time as the paper says it."))
        if clock and not day and "next_day" not in self.errors:
            self.add_error("next_day", _("Enter the day, or leave both empty."))
        return cleaned

    @property
    def following(self) -> tuple[When, str] | None:
        """When the next hearing is and what for; None where nobody knows yet."""
        given = self.cleaned_data
        day: date | None = given.get("next_day")
        clock: time | None = given.get("next_clock")
        if day is None or clock is None:
            return None
        when = When(day, clock, self.hearing.time_zone, later_of(given.get("next_which") or ""))
        return when, given.get("next_kind") or self.hearing.kind


class AdjournForm(NextForm):
    """Why a hearing goes on on another day, and when."""

    reason = ByReason(
        label=gettext_lazy("Reason"), queryset=Code.objects.none(), empty_label=gettext_lazy("Choose EOIR's code"),
        error_messages={"required": gettext_lazy("Choose the code that the court gave, or the nearest to it.")},
    )  # fmt: skip

    def __init__(self, hearing: Hearing, data: Any = None) -> None:
        super().__init__(hearing, data)
        field: Any = self.fields["reason"]
        field.queryset = reasons()


class VacateForm(ActForm):
    """That a hearing is off, and why, where it is known."""

    reason = ByReason(
        label=gettext_lazy("Reason"), queryset=Code.objects.none(), required=False,
        empty_label=gettext_lazy("Not known"),
    )  # fmt: skip

    def __init__(self, hearing: Hearing, data: Any = None) -> None:
        super().__init__(data, initial={"version": hearing.version})
        field: Any = self.fields["reason"]
        field.queryset = reasons()


def outcomes(hearing: Hearing) -> list[tuple[str, Any]]:
    """What may have come of a hearing; of one that was held already, anything that was not known then."""
    known = [(value, label) for value, label in HearingOutcome.choices if value]
    return known if hearing.state == HearingState.HELD else [*known, (LATER, _("Not known yet"))]
