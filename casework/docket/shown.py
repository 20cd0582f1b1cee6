"""A result as a page shows it: the date to keep to first, every other date with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from casework.directory.models import RuleVersion
from casework.docket import words
from casework.docket.counting.facts import DETAINED, EARLIEST, Moment, Question, Result, State, Step


@dataclass(frozen=True)
class Line:
    """A date in words, and what it is."""

    at: Moment
    words: str
    what: str
    is_safe: bool = False


@dataclass(frozen=True)
class Shown:
    """What a rule makes of an event, in words. `signed` is the organization's sign-off, `closed` what it knows of its
    court's closed days.
    """

    version: RuleVersion
    result: Result
    lines: list[Line]
    steps: list[str]
    warnings: list[str]
    open: list[str]
    needs: list[str]
    signed: Any = None
    closed: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return words.name_of(self.version)

    @property
    def counts(self) -> bool:
        return self.result.state not in (State.OUT, State.NOT_IN_EFFECT)

    @property
    def keep_to(self) -> str:
        """The date to keep to, in words: not before it, or by it."""
        if not self.lines:
            return ""
        says = _("Not before %(day)s") if self.result.edge == EARLIEST else _("By %(day)s")
        return says % {"day": self.lines[0].words}


def shown(version: RuleVersion, result: Result, *, said: Iterable[str] = (), signed: Any = None) -> Shown:
    questions = {one.code: one for one in result.rule.questions}
    return Shown(
        version, result, lines=_lines(result, questions), steps=[words.say(one) for one in result.steps],
        warnings=[*(words.say(one) for one in result.warnings), *(words.say(Step(one)) for one in said)],
        open=[words.question(one) for one in result.questions if one.code != DETAINED],
        needs=[str(words.SAYS[f"need:{one}"]) for one in result.needs], signed=signed,
    )  # fmt: skip


def _lines(result: Result, questions: dict[str, Question]) -> list[Line]:
    """Every date that may count, the safe one first; each day once."""
    found: list[tuple[Moment, str]] = []
    if result.protective is not None:
        found.append((result.protective, _("safe date")))
    if result.due is not None:
        found.append((result.due, _("by this rule")))
    for reading in result.readings:
        asked = " ".join(words.question(questions[code]) for code in reading.assumed)
        found.append((reading.due, _("if yes: %(questions)s") % {"questions": asked}))
    order = sorted(found, key=lambda one: one[0].isoformat(), reverse=result.edge == EARLIEST)
    return [Line(at, words.moment(at), what, is_safe=number == 0) for number, (at, what) in enumerate(order)]
