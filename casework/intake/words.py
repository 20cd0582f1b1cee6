"""What was answered, as people read it: values in words, and why a value was not taken."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from casework.directory.models import Code, Court, Facility
from casework.intake.answers import Given
from casework.intake.models import AnswerState, Source
from casework.intake.questions.definition import CHOICES, LIST_OF, YES_NO, Question, Text
from casework.intake.questions.normalizing import ADDRESS, NAME, NONE
from casework.intake.questions.refused import Refused
from casework.look import dates
from casework.people import countries, languages, phones, rules

NOT_KNOWN, DECLINED, EMPTY = _("Not known"), _("Declined to answer"), _("Taken out")
SOURCES = {Source.SCREEN: "", Source.PAPER: _("from paper"), Source.IMPORT: _("from an import")}
REFUSED = {
    "long": _("This is too long. Shorten it."),
    "day": _("Enter a day, such as 2026-11-22."),
    "order": _("Which is the month? Write the month in letters, or year first: 2026-11-22."),
    "short_year": _("Write the year with four digits."),
    "year": _("Check the year."),
    "calendar": _("The calendar has no such day."),
    "clock": _("Enter a time, such as 21:30 or 9:30 pm."),
    "choice": _("Choose one of those that are offered."),
    "number": _("Enter a whole number."),
    "least": _("This number is too small."),
    "most": _("This number is too large."),
    "money": _("Enter an amount, such as 1500 or 1,500.00."),
    "phone": _("Enter a phone number with its area code; one from abroad begins with +."),
    "email": _("Enter an address such as name@example.org."),
    "zip": _("A ZIP code has five digits, or nine."),
    "a_number": _("An A-number has the letter A and seven to nine digits."),
    "country": _("This is not in the list. Choose one that is offered."),
    "language": _("This is not in the list. Choose one that is offered."),
    "court": _("This is not in the list. Choose one that is offered."),
    "code": _("This is not in the list. Choose one that is offered."),
    "rows": _("These are too many rows."),
    "shape": _("This could not be read. Type it again."),
}


def spoken() -> str:
    """The language of the page, in which questions are written: English or Spanish."""
    return "es" if (get_language() or "").startswith("es") else "en"


def text(words: Text | None) -> str:
    """A text of the questions in the language of the page; empty for none."""
    return words.said(spoken()) if words else ""


def refusal(question: Question, error: Refused) -> str:
    """Why a value is not taken; of one in a list, in which row and for which of its questions."""
    said = str(REFUSED[error.code])
    row, _dot, rest = error.at.partition(".")
    if not row.isdigit():
        return said
    item = next((one for one in question.items if one.key == rest.partition(".")[0]), None)
    return f"{int(row) + 1}. {text(item.label)}: {said}" if item else said


def lines(question: Question, given: Given, *, whole: bool = False) -> list[str]:
    """An answer in words, a line for each of a list. A-numbers are masked unless `whole`."""
    if given.state != AnswerState.GIVEN:
        why = {AnswerState.NOT_KNOWN: NOT_KNOWN, AnswerState.DECLINED: DECLINED}
        return [str(why.get(AnswerState(given.state), EMPTY))]
    return of_value(question, given.value, whole=whole)


def of_value(question: Question, value: Any, *, whole: bool = False) -> list[str]:
    """A value in its stored form in words."""
    if isinstance(value, str) and not value:
        return []
    if question.type == LIST_OF and isinstance(value, list):
        return ["; ".join(_cells(question, row, whole=whole)) for row in value]
    if question.type == CHOICES and isinstance(value, list):
        return [", ".join(_label(question, code) for code in value)]
    if question.type == "a_number" and value != NONE and isinstance(value, str) and value.isdigit():
        return [(rules.shown if whole else rules.masked)(value)]
    say = _SAY.get(question.type)
    return [str(say(question, value) if say else value)]


def _cells(question: Question, row: Mapping[str, Any], *, whole: bool) -> list[str]:
    """The answers in one row of a list; the first alone, the others with what they are."""
    found: list[str] = []
    for item in question.items:
        if item.key in row:
            said = ", ".join(of_value(item, row[item.key], whole=whole))
            found.append(f"{text(item.label)}: {said}" if found else said)
    return found


def _label(question: Question, code: str) -> str:
    if question.type == YES_NO:
        return gettext("Yes") if code == "yes" else gettext("No")
    try:
        return text(question.choice(code).label)
    except KeyError:  # of an older version of the questions
        return code


def partial(stored: str) -> str:
    """A day, a month or a year in words."""
    parts = stored.split("-")
    try:
        if len(parts) == 1:
            return stored
        if len(parts) == 2:
            return dates.month(date(int(parts[0]), int(parts[1]), 1))
        return dates.plain(date.fromisoformat(stored))
    except ValueError:
        return stored


def _moment(_question: Question, stored: str) -> str:
    day, _t, clock = stored.partition("T")
    return f"{partial(day)}, {_clock(_question, clock)}" if clock else partial(day)


def _clock(_question: Question, stored: str) -> str:
    return str(dates.clock(datetime.combine(timezone.localdate(), time.fromisoformat(stored))))


def _facility(_question: Question, stored: Mapping[str, str]) -> str:
    if "place" in stored:
        return stored["place"]
    found = Facility.objects.filter(pk=stored["facility"]).first()
    return found.name if found else stored["facility"]


def _court(_question: Question, stored: str) -> str:
    found = Court.objects.filter(pk=stored).first()
    return found.name if found else stored


def _code(question: Question, stored: str) -> str:
    found = Code.objects.filter(list=question.codes, code=stored).first()
    return str(found) if found else stored


def _number(_question: Question, stored: str) -> str:
    return gettext("Has none") if stored == NONE else stored


_SAY: dict[str, Callable[[Question, Any], str]] = {
    "yes_no": _label,
    "choice": _label,
    "date": lambda _question, stored: partial(stored),
    "partial_date": lambda _question, stored: partial(stored),
    "datetime": _moment,
    "time": _clock,
    "money": lambda _question, stored: f"${float(stored):,.2f}",
    "phone": lambda _question, stored: phones.shown(stored),
    "country": lambda _question, stored: countries.name_of(stored),
    "language": lambda _question, stored: languages.name_of(stored),
    "address": lambda _question, stored: ", ".join(stored[name] for name in ADDRESS if name in stored),
    "person_name": lambda _question, stored: " ".join(stored[name] for name in NAME if name in stored),
    "facility": _facility,
    "court": _court,
    "code": _code,
    "a_number": _number,
}
