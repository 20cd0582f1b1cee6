"""Which rules an event may start, for a person to choose from."""

from collections.abc import Iterable
from datetime import date

from casework.directory.models import DeadlineEvent, RuleVersion
from casework.docket.book import Book
from casework.docket.counting.facts import Question


def candidates(book: Book, event: str, on: date | None = None) -> list[RuleVersion]:
    """The rules of an event, as far as they were not over by then; what only guards another's date is left out."""
    found = [
        one
        for one in book.versions.values()
        if event in one.events and one.retired_on is None and not (on and one.effective_to and one.effective_to < on)
    ]
    guards = {one.protective_rule for one in found}
    return sorted((one for one in found if one.rule not in guards), key=_urgent_first)


def _urgent_first(one: RuleVersion) -> tuple[int, int, str]:
    days = {"hours": 0, "hours_excluding_weekends_holidays": 0, "months": 30, "years": 365}.get(one.unit, 1)
    return (0 if one.length is None and one.direction != "no_deadline" else 1, days * (one.length or 9999), one.rule)


def questions(book: Book, versions: Iterable[RuleVersion]) -> list[Question]:
    """What these rules ask, each question once."""
    found: dict[str, Question] = {}
    for version in versions:
        for question in book.rules[version.rule].questions:
            found.setdefault(question.code, question)
    return list(found.values())


def events() -> list[DeadlineEvent]:
    """Everything that starts deadlines, in the order of its file."""
    return list(DeadlineEvent.objects.current().order_by("place"))
