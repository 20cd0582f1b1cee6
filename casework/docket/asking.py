"""The form in which somebody describes an event: for what-if as for a case."""

from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.directory.models import DeadlineEvent
from casework.directory.models.deadlines import EventGroup, Takes, Unit
from casework.docket import asked, choosing, reviews, words
from casework.docket.asked import Unclear
from casework.docket.book import Book
from casework.docket.counting.facts import ASK, SET_BY_NOTICE, Facts, Rule, Stop
from casework.docket.shown import Shown, shown
from casework.look import zones
from casework.look.forms import Chips, DateInput, LongSelect, TimeInput

YES_NO = [("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No")), ("unknown", gettext_lazy("Not known"))]
ANSWER = "q_"
STOPS = 3


class EventForm(forms.Form):
    """What happened, when by the clock of the place, and whether the person is held."""

    event = forms.ChoiceField(label=gettext_lazy("What happened"), widget=LongSelect)
    on = forms.DateField(
        label=gettext_lazy("On which day"), widget=DateInput,
        help_text=gettext_lazy("By the calendar of the court or facility. This day is day 0."),
    )  # fmt: skip
    clock = forms.TimeField(
        label=gettext_lazy("At what time"), required=False, widget=TimeInput,
        help_text=gettext_lazy("Needed where hours are counted."),
    )  # fmt: skip
    zone = forms.ChoiceField(label=gettext_lazy("Clock of the court or facility"))
    detained = forms.ChoiceField(
        label=gettext_lazy("Is the person detained?"), choices=YES_NO, initial="unknown", widget=Chips
    )

    def __init__(self, book: Book, data: Any = None, *, zone: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial={"zone": zone} | (initial or {}))
        self.book = book
        self.events = {one.code: one for one in choosing.events()}
        chosen: Any = self.fields["event"]
        chosen.choices = [("", _("Choose one")), *grouped(list(self.events.values()))]
        self.fields["zone"].choices = zones.zones(zone)  # type: ignore[attr-defined]
        self.rules = choosing.candidates(book, str(self["event"].value() or ""), self._day())
        self._ask()

    def _day(self) -> date | None:
        try:
            return date.fromisoformat(str(self["on"].value() or ""))
        except ValueError:
            return None

    def _ask(self) -> None:
        """What the rules of this event want to know."""
        for question in choosing.questions(self.book, self.rules):
            self.fields[ANSWER + question.code] = forms.ChoiceField(
                label=words.question(question), choices=YES_NO, required=False, initial="unknown", widget=Chips
            )
        if any(_may_be_set(self.book.rules[one.rule]) for one in self.rules):
            self.fields["set_date"] = forms.DateField(
                label=_("Date on the order or notice"), required=False, widget=DateInput,
                help_text=_("Where a judge or a notice sets the date. It counts instead of a rule's own."),
            )  # fmt: skip
        if any(one.unit == Unit.CLOCK_DAYS for one in self.rules):
            for number in range(1, STOPS + 1):
                self.fields[f"stop_{number}"] = _day(_("Clock stopped on (%(number)s)") % {"number": number})
                self.fields[f"start_{number}"] = _day(_("Ran again on (%(number)s)") % {"number": number})

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        event = self.events.get(found.get("event", ""))
        clock: time | None = found.get("clock")
        if event and event.takes == Takes.TIME and clock is None and "clock" not in self.errors:
            self.add_error("clock", _("Enter the time: hours are counted."))
        for number in range(1, STOPS + 1):
            since, until = found.get(f"stop_{number}"), found.get(f"start_{number}")
            if until and not since:
                self.add_error(f"stop_{number}", _("Enter when the clock stopped."))
            elif until and since and until < since:
                self.add_error(f"start_{number}", _("Choose a day that is not before the stop."))
        return found

    def facts(self, rule: Rule) -> tuple[Facts, list[str]]:
        """Of a valid form, as one rule takes them. Raises ValidationError at "clock"."""
        typed, clock = self.cleaned_data, self.cleaned_data.get("clock")
        on = f"{typed['on'].isoformat()}T{clock:%H:%M}" if clock else typed["on"].isoformat()
        extra = {one.code: typed.get(ANSWER + one.code, "") or "unknown" for one in rule.questions}
        if typed.get("set_date"):
            extra["set_date"] = typed["set_date"].isoformat()
        if stops := ",".join(f"{one.since}/{one.until or ''}" for one in self.stops()):
            extra["stops"] = stops
        try:
            return asked.facts(rule, on=on, zone=typed["zone"], detained=typed["detained"], extra=extra)
        except Unclear as unclear:
            words_of_it = _("The clock skipped this time on that day. Choose another.")
            raise ValidationError({"clock": words_of_it}) from unclear

    def stops(self) -> list[Stop]:
        typed = self.cleaned_data
        pairs = [(typed.get(f"stop_{number}"), typed.get(f"start_{number}")) for number in range(1, STOPS + 1)]
        return [Stop(since, until) for since, until in pairs if since]

    @property
    def answers(self) -> dict[str, bool]:
        """Of a valid form: what was answered, by question."""
        typed = {name.removeprefix(ANSWER): value for name, value in self.cleaned_data.items() if ANSWER in name[:2]}
        return {code: value == "yes" for code, value in typed.items() if value in asked.ANSWERS}

    @property
    def asks(self) -> list[Any]:
        """The fields that the rules of this event add."""
        return [self[name] for name in self.fields if name not in self.base_fields]

    @property
    def place(self) -> ZoneInfo:
        return ZoneInfo(self.cleaned_data["zone"])


def results(actor: Actor, form: EventForm) -> list[Shown]:
    """What each rule of the event makes of it; empty, with an error in the form, for what cannot be."""
    signed, found = reviews.sign_offs(actor), []
    try:
        for version in form.rules:
            rule = form.book.rules[version.rule]
            facts, said = form.facts(rule)
            result = form.book.compute(rule, facts)
            found.append(shown(version, result, said=said, signed=signed.get(version.pk)))
    except OverflowError:
        form.add_error("on", _("Choose a day that is less far away."))
    except ValidationError as error:
        form.add_error(None, error)
    return [] if form.errors else found


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DateInput)


def _may_be_set(rule: Rule) -> bool:
    return (
        rule.direction == SET_BY_NOTICE or rule.needs_judge or any(ASK in (one.yes, one.no) for one in rule.questions)
    )


def grouped(events: list[DeadlineEvent]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Events by their group, in the reader's language."""
    spanish, found = words.speaks_spanish(), dict[str, list[tuple[str, str]]]()
    for one in events:
        found.setdefault(one.group, []).append((one.code, one.name_es if spanish else one.name))
    return [(str(EventGroup(group).label), some) for group, some in found.items()]
