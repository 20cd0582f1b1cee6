"""The rules and the calendar as the tables have them, in the form that counting takes."""

from collections.abc import Iterable
from dataclasses import dataclass

from casework.directory.models import Holiday, RuleVersion
from casework.docket.counting.calendar import Calendar, Feast
from casework.docket.counting.computing import compute
from casework.docket.counting.facts import Facts, Question, Result, Rule

GENERAL_KNOWLEDGE = "S27"  # not checked against the text of the law


@dataclass(frozen=True)
class Book:
    """The newest rules by their ids, and the calendar."""

    versions: dict[str, RuleVersion]
    rules: dict[str, Rule]
    calendar: Calendar

    def compute(self, rule: Rule, facts: Facts) -> Result:
        """What a rule, of this book or an older version, makes of the facts. Raises OverflowError."""
        return compute(rule, facts, self.calendar, self.rules)


def open_book() -> Book:
    """Two queries."""
    versions = {one.rule: one for one in RuleVersion.objects.newest().order_by("rule")}
    return Book(
        versions, {rule: rule_of(one) for rule, one in versions.items()}, calendar_of(Holiday.objects.current())
    )


def calendar_of(holidays: Iterable[Holiday]) -> Calendar:
    return Calendar(Feast(one.actual_date, one.observed_date, one.name, one.name_es) for one in holidays)


def rule_of(version: RuleVersion) -> Rule:
    return Rule(
        id=version.rule, number=version.number, direction=version.direction, length=version.length,
        unit=version.unit, roll=version.roll_rule, detained=version.detained_effect, category=version.category,
        citation=version.citation, status=version.legal_status, confidence=version.confidence, edge=version.edge,
        protective=version.protective_rule, forum=version.forum, effective_from=version.effective_from,
        effective_to=version.effective_to, questions=tuple(Question(**one) for one in version.questions),
        sourced=version.source != GENERAL_KNOWLEDGE,
    )  # fmt: skip
