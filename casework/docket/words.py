"""Steps, warnings and dates of a deadline in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext_lazy
from django.utils.translation import gettext as _

from casework.directory.models.deadlines import RuleVersion, Status
from casework.docket.counting.facts import Moment, Question, Step
from casework.docket.models import Deadline
from casework.look import dates

Words = str | Promise
LENGTHS: dict[str, Any] = {
    "calendar_days": ngettext_lazy("%(length)s calendar day", "%(length)s calendar days", "length"),
    "business_days": ngettext_lazy("%(length)s business day", "%(length)s business days", "length"),
    "hours": ngettext_lazy("%(length)s hour", "%(length)s hours", "length"),
    "hours_excluding_weekends_holidays": ngettext_lazy(
        "%(length)s hour of business days", "%(length)s hours of business days", "length"
    ),
    "months": ngettext_lazy("%(length)s month", "%(length)s months", "length"),
    "years": ngettext_lazy("%(length)s year", "%(length)s years", "length"),
    "clock_days": ngettext_lazy("%(length)s day on the clock", "%(length)s days on the clock", "length"),
}
SAYS: dict[str, Words] = {
    # steps
    "start": gettext_lazy("The day of the event, %(day)s, is day 0."),
    "start_at": gettext_lazy("The event: %(at)s."),
    "at_event": gettext_lazy("It is due at the event: %(day)s."),
    "forward": gettext_lazy("%(span)s on: %(day)s."),
    "back": gettext_lazy("%(span)s back: %(day)s."),
    "elapsed": gettext_lazy("%(span)s on: %(at)s."),
    "day_before": gettext_lazy("The day itself is too late: %(day)s is the last day before it."),
    "month_end": gettext_lazy("That month has no such day, so its last day counts."),
    "longer": gettext_lazy("Added, by an answer: %(span)s."),
    "other_length": gettext_lazy("Counted instead, by an answer: %(span)s."),
    "closed": gettext_lazy("%(day)s is closed: %(why)s."),
    "rolled": gettext_lazy("So it moves on to %(day)s."),
    "rolled_back": gettext_lazy("So it moves back to %(day)s."),
    "stays": gettext_lazy("%(day)s is closed (%(why)s); by this rule the date stays."),
    "left_out": gettext_lazy("Not counted: %(day)s, %(why)s."),
    "clock_change": gettext_lazy("The clocks change in between: from UTC%(before)s to UTC%(after)s."),
    "stopped": gettext_lazy("The clock stood from %(since)s to %(until)s: %(left_out)s left out, %(counted)s counted."),
    "set_date": gettext_lazy("The paper sets %(day)s."),
    "memo_ignored": gettext_lazy("A later written memorandum (%(day)s) does not start the count again."),
    "receipt_ignored": gettext_lazy("The day on which it was received (%(day)s) does not count."),
    "safe_before": gettext_lazy("Safe date: the business day before it, %(day)s."),
    "safe_anniversary": gettext_lazy(
        "Safe date: %(day)s, the business day on or before the day before the anniversary."
    ),
    "safe_by_rule": gettext_lazy("Safe date: %(at)s, by the rule %(rule)s (%(span)s)."),
    "no_deadline": gettext_lazy("There is no deadline. Choose a date to work toward."),
    "detained_only": gettext_lazy("The rule is for people in detention only."),
    "not_detained_only": gettext_lazy("The rule is not for people in detention."),
    "answered_out": gettext_lazy("By an answer, the rule does not count here."),
    "ended": gettext_lazy("The rule ended on %(day)s."),
    "began": gettext_lazy("The rule began on %(day)s, after this event."),
    # warnings
    "contested": gettext_lazy("%(status)s: an attorney must confirm the date."),
    "internal_target": gettext_lazy("A target of our own, not a legal deadline."),
    "never_alone": gettext_lazy("A safe date beside another rule's (%(rules)s), never the only date."),
    "judge_sets": gettext_lazy(
        "For people in detention the judge sets this date. Enter the date from the order; there is no default."
    ),
    "detained_differs": gettext_lazy("For people in detention it works otherwise. Read when the rule applies."),
    "before_effect": gettext_lazy("The event was before %(day)s, when the rule began. Check that it applies."),
    "state_holidays": gettext_lazy("Holidays of the clerk's state count, too; they are not known here."),
    "unsourced": gettext_lazy("This rule rests on general legal knowledge: check it against the text of the law."),
    "low_confidence": gettext_lazy("We are not sure of this rule: confirm it."),
    "beyond_calendar": gettext_lazy("Holidays are known for %(first)s to %(last)s only: check the date."),
    "clock_stands": gettext_lazy("The clock has stood since %(day)s. There is no date until it runs again."),
    "ambiguous": gettext_lazy("The clock showed that time twice on that day; the earlier one was taken."),
    # what is missing
    "need:set_date": gettext_lazy("Enter the date from the order or notice: it cannot be computed."),
    "need:time": gettext_lazy("Enter the time of the event and its place's time zone: hours are counted."),
    "need:clock_runs": gettext_lazy("Enter when the clock ran again."),
}


def span(length: int, unit: str) -> str:
    """A length in words: 30 calendar days."""
    return str(LENGTHS[unit] % {"length": length})


def say(step: Step) -> str:
    """A step or a warning, as a sentence."""
    values = {name: _SAID[name](value) if name in _SAID else value for name, value in step.values.items()}
    if "why" in step.values:
        values["why"] = why(step.values)
    if step.values.get("unit"):
        values["span"] = span(step.values.get("number") or step.values.get("length") or 0, step.values["unit"])
    if "days" in step.values:
        values["left_out"] = span(step.values["days"], "calendar_days")
        values["counted"] = span(step.values["counted"], "calendar_days")
    return str(SAYS[step.code]) % values


def why(values: Mapping[str, Any]) -> str:
    """Why a day is closed: a weekday, or a holiday by its name."""
    if values["why"] != "holiday":
        return dates.weekday({"saturday": 5, "sunday": 6}[values["why"]])
    name = str(values["name_es"] if speaks_spanish() else values["name"])
    return _("%(holiday)s (observed)") % {"holiday": name} if values["observed"] else name


def question(one: Question) -> str:
    """What a rule asks, in the reader's language."""
    if not one.text:
        return _("Is the person detained?")
    return one.text_es if speaks_spanish() else one.text


def moment(value: Moment) -> str:
    """A date, or an instant on the clock of its place, with its weekday and year."""
    if isinstance(value, datetime):
        return _("%(day)s, %(time)s") % {"day": dates.day(value, year=True), "time": dates.clock(value)}
    return dates.day(value, year=True)


def speaks_spanish() -> bool:
    return (get_language() or "").startswith("es")


def name_of(version: RuleVersion) -> str:
    """A rule's name in the reader's language."""
    return version.name_es if speaks_spanish() else version.name


def title_of(one: Deadline) -> str:
    """What is due, in the reader's language where a rule says it."""
    return str(one.title) or (name_of(one.rule_version) if one.rule_version else _("A date of an order"))


def _iso(text: str) -> str:
    return moment(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))


_SAID: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(("day", "at", "since", "until"), _iso),
    "status": lambda status: str(Status(status).label),
    "rules": ", ".join,
}
