"""The organization's settings, and a time on duty."""

import re
import uuid
from datetime import time
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casework.access.actor import Actor
from casework.access.languages import LANGUAGES
from casework.access.models import Membership, Organization, OrganizationKind, Visibility
from casework.access.organizations import SETTINGS, Shift, fingerprint, must_be_free
from casework.custody import places
from casework.directory.models import Facility
from casework.look.dates import weekday
from casework.look.forms import ManyChips, TimeInput
from casework.look.rows import LinesField
from casework.look.zones import zones

PHONE = re.compile(r"[0-9+().,/*#\- ]+(?:(?:x|ext\.?|extension) ?[0-9]+)?", re.IGNORECASE)
FEWEST_DIGITS, MOST_DIGITS = 3, 20
CLOCK = ["%H:%M", "%H:%M:%S"]


def phone_number(value: str) -> None:
    """Raises ValidationError for what nobody can dial. People may write it as they are used to."""
    if not PHONE.fullmatch(value) or not FEWEST_DIGITS <= sum(map(str.isdigit, value)) <= MOST_DIGITS:
        raise ValidationError(_("Enter a phone number such as +1 213 555 0142."), code="phone")


def clock_field(label: Any, *, required: bool) -> forms.TimeField:
    """A time of day."""
    words = {"invalid": _("Enter a time such as 09:00.")}
    return forms.TimeField(label=label, widget=TimeInput, input_formats=CLOCK, required=required, error_messages=words)


def offered_languages() -> list[tuple[str, str]]:
    """By names that colleagues can read, and their own."""
    return [(code, f"{word} ({own})" if word else own) for code, own, word in LANGUAGES]


class SettingsForm(forms.Form):
    """All settings of an organization but its short name, which stands in references and stays."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=150, help_text=_("Other organizations read it when a case is shared.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrganizationKind.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("Hours and times on duty are meant in this zone."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False, validators=[phone_number])
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=offered_languages,
        widget=ManyChips,
        required=False,
        help_text=_("In which people can be served here, with an interpreter or without."),
    )
    facilities = LinesField(
        label=_("Facilities where you help people"), required=False, most=60,
        help_text=_(
            "One on each line: its code, or its name as the directory has it. Empty: wherever people are held. Other"
            " organizations read it when they look for help."
        ),
    )  # fmt: skip
    visibility = forms.ChoiceField(
        label=_("What attorneys and paralegals read"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        help_text=_(
            "With all cases, each of them reads every case that is not restricted. With assigned cases only, nobody"
            " reads a case without being put on it, and one that nobody is on any more is read by nobody. It counts at"
            " once."
        ),
    )
    capacity = forms.IntegerField(label=_("Open cases it can carry"), min_value=1, max_value=30_000, required=False)

    def __init__(self, actor: Actor, organization: Organization, data: Any = None) -> None:
        self.actor = actor
        settings = {name: getattr(organization, name) for name in SETTINGS}
        super().__init__(data, initial=settings | {"seen": fingerprint(organization)})
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)  # noqa: S101 (declared above)
        zone.choices = zones(organization.time_zone)
        for number in range(7):
            names = {"day": capfirst(weekday(number))}
            self.fields[f"opens_{number}"] = clock_field(gettext("%(day)s, from") % names, required=False)
            self.fields[f"closes_{number}"] = clock_field(gettext("%(day)s, until") % names, required=False)
            pair = organization.hours.get(str(number), [None, None])
            self.initial[f"opens_{number}"], self.initial[f"closes_{number}"] = pair

        self.initial["facilities"] = _named(organization.facilities)

    def clean_facilities(self) -> list[str]:
        """Their keys. What the directory does not have, or has several of, is named."""
        found, unknown = [], []
        for line in self.cleaned_data["facilities"]:
            rows = places.found(line)
            found += [rows[0].key] if len(rows) == 1 else []
            unknown += [line] if len(rows) != 1 else []
        if unknown:
            words = gettext("Not found in the directory, or more than one: %(lines)s. Use the code.")
            raise ValidationError(words % {"lines": ", ".join(unknown)})
        return list(dict.fromkeys(found))

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        try:
            must_be_free(self.actor, name)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return name

    def clean_phone(self) -> str:
        return " ".join(self.cleaned_data["phone"].split())

    def clean(self) -> None:
        for number in range(7):
            opens, closes = self.cleaned_data.get(f"opens_{number}"), self.cleaned_data.get(f"closes_{number}")
            if self.has_error(f"opens_{number}") or self.has_error(f"closes_{number}"):
                continue
            if (opens is None) != (closes is None):
                empty = f"opens_{number}" if opens is None else f"closes_{number}"
                self.add_error(empty, gettext("Enter both times, or neither when you are closed."))
            elif opens and closes and closes <= opens:
                self.add_error(f"closes_{number}", gettext("This must be later than the opening."))

    @property
    def hours(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        """Each weekday with its two fields."""
        return [(weekday(number), self[f"opens_{number}"], self[f"closes_{number}"]) for number in range(7)]

    def values(self) -> dict[str, Any]:
        """What was entered, by name of the organization's field."""
        found = {
            name: value
            for name, value in self.cleaned_data.items()
            if not name.startswith(("opens_", "closes_", "seen"))
        }
        pairs = [(self.cleaned_data[f"opens_{n}"], self.cleaned_data[f"closes_{n}"]) for n in range(7)]
        found["hours"] = {
            str(n): [_minutes(opens), _minutes(closes)] for n, (opens, closes) in enumerate(pairs) if closes is not None
        }
        return found

    def refuse(self, error: ValidationError, organization: Organization) -> None:
        """Says why this was not saved. Where somebody else was faster it names what differs; sent again, it counts."""
        if getattr(error, "code", "") != "stale":
            self.add_error(None, error)
            return
        entered = self.values()
        differ = [name for name in SETTINGS if name in entered and entered[name] != getattr(organization, name)]
        labels = [gettext("Hours") if name == "hours" else str(self.fields[name].label) for name in differ]
        self.add_error(None, error)
        if labels:
            message = gettext("Theirs are different in: %(fields)s. Save again to put yours in their place.")
            self.add_error(None, message % {"fields": ", ".join(labels)})
        self.data = cast(QueryDict, self.data).copy()
        self.data["seen"] = fingerprint(organization)


class KeepingForm(forms.Form):
    """How long closed cases are kept; empty without an end."""

    retention_years = forms.IntegerField(
        label=_("Years after closing"), min_value=1, max_value=100, required=False,
        help_text=_("Empty: without an end. Nothing is deleted by this number alone."),
    )  # fmt: skip


class DutyForm(forms.Form):
    """One or several weekly times of one attorney, and the number under which they answer.

    A time that ends before it begins ends on the day after.
    """

    membership = forms.ChoiceField(label=_("Attorney"))
    phone = forms.CharField(
        label=_("Phone on duty"), max_length=40, required=False, validators=[phone_number],
        help_text=_("It stands beside urgent hints, for everybody who takes calls."),
    )  # fmt: skip
    weekdays = forms.MultipleChoiceField(label=_("Days"), widget=ManyChips)
    starts = clock_field(_("From"), required=True)
    ends = clock_field(_("Until"), required=True)

    def __init__(self, attorneys: list[Membership], data: Any = None) -> None:
        super().__init__(data)
        who, days = self.fields["membership"], self.fields["weekdays"]
        assert isinstance(who, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(days, forms.MultipleChoiceField)  # noqa: S101
        who.choices = [("", gettext("Choose an attorney")), *((one.pk, one.colleague.name) for one in attorneys)]
        days.choices = [(number, capfirst(weekday(number))) for number in range(7)]

    def clean(self) -> None:
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts is not None and starts == ends:
            self.add_error("ends", gettext("This must be another time than the beginning."))

    def clean_phone(self) -> str:
        return " ".join(self.cleaned_data["phone"].split())

    def shifts(self) -> list[Shift]:
        """One for each day."""
        data = self.cleaned_data
        who = uuid.UUID(data["membership"])
        return [Shift(who, int(day), data["starts"], data["ends"], data["phone"]) for day in data["weekdays"]]


def _named(keys: list[str]) -> list[str]:
    """Facilities by name and code, as they are typed."""
    names = dict(Facility.objects.filter(pk__in=keys).values_list("pk", "name"))
    return [f"{names[key]} ({key})" if key in names else key for key in keys]


def _minutes(value: time) -> str:
    return value.strftime("%H:%M")
