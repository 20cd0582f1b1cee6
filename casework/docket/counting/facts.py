"""What is counted with, and what comes out: rules, facts, results. All of it frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from casework.docket.counting.calendar import Closed

Moment = date | datetime
AFTER, BEFORE, NOT_BEFORE, AT_EVENT = "after", "before", "not_before", "at_event"
SET_BY_NOTICE, NO_DEADLINE = "set_by_notice", "no_deadline"
CALENDAR_DAYS, BUSINESS_DAYS, MONTHS, YEARS, CLOCK_DAYS = (
    "calendar_days", "business_days", "months", "years", "clock_days",
)  # fmt: skip
HOURS, OPEN_HOURS = "hours", "hours_excluding_weekends_holidays"
ROLL_NONE, ROLL_NEXT, ROLL_PREVIOUS, ROLL_SET = (
    "none", "next_business_day", "previous_business_day", "judge_set_next_business_day",
)  # fmt: skip
DETAINED_ONLY, NOT_DETAINED, DIFFERENT = "detained_only", "nondetained_only", "different"
PREVIOUS_BUSINESS_DAY, DAY_BEFORE_ANNIVERSARY = "previous_business_day", "day_before_anniversary"
CONTESTED = frozenset({"in_force_contested", "contested", "vacated_in_part"})
SUPERSEDED, INTERNAL_TARGET = "superseded", "internal_target"
LATEST, EARLIEST, NO_EDGE = "latest", "earliest", "none"
DETAINED = "detained"  # the question that every rule may ask
# What an answer does to a rule.
OUT, ASK, ALONE, LENGTH, ADD = "out", "ask", "alone", "length", "add"


class State(StrEnum):
    """What came of a rule: a date; a date that must be typed from a paper, or a fact that is missing; no deadline at
    all; a rule that does not count for this person, or did not on that day.
    """

    DATE = "date"
    ASK = "ask"
    NONE = "none"
    OUT = "out"
    NOT_IN_EFFECT = "not_in_effect"


class Need(StrEnum):
    """What must be known before there is a date."""

    SET_DATE = "set_date"
    TIME = "time"
    CLOCK_RUNS = "clock_runs"


@dataclass(frozen=True)
class Question:
    """What a condition of a rule asks, in English and Spanish, and what each answer does.

    Effects: empty (nothing), `out` (the rule does not count), `ask` (the date stands on a paper), `alone` (no
    protective date is needed), `length=N` and `add=N` in the rule's unit.
    """

    code: str
    text: str
    text_es: str
    yes: str = ""
    no: str = ""

    def effect(self, answer: bool) -> tuple[str, int]:
        """The effect of an answer and its number, 0 where it has none."""
        name, _equals, number = (self.yes if answer else self.no).partition("=")
        return name, int(number or 0)

    @property
    def counts_otherwise(self) -> bool:
        """Whether an answer would change the length."""
        return any(self.effect(answer)[0] in (LENGTH, ADD) for answer in (True, False))


@dataclass(frozen=True)
class Rule:
    """A version of a rule. `contested` and the like are read from `status`; `sourced` is whether more than general
    knowledge stands behind it.
    """

    id: str
    number: int
    direction: str
    length: int | None
    unit: str
    roll: str
    detained: str
    category: str
    citation: str
    status: str
    confidence: str = "high"
    edge: str = ""
    protective: str = ""
    forum: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    questions: tuple[Question, ...] = ()
    sourced: bool = True

    @property
    def is_contested(self) -> bool:
        return self.status in CONTESTED

    @property
    def keeps_to(self) -> str:
        """Whether one must act at the latest, or at the earliest, on the date."""
        return self.edge or (EARLIEST if self.direction == NOT_BEFORE else LATEST)

    @property
    def needs_time(self) -> bool:
        return self.unit in (HOURS, OPEN_HOURS)

    @property
    def needs_judge(self) -> bool:
        """Whether it is a filing whose date, for people in detention, a judge alone can set."""
        return self.category == "court_filing" and self.detained in (NOT_DETAINED, DETAINED_ONLY)


@dataclass(frozen=True)
class Stop:
    """A time in which a clock stood still, from one day until another, or still."""

    since: date
    until: date | None


@dataclass(frozen=True)
class Facts:
    """What is known of an event and a person.

    `on` is the day of the event on the calendar of the court or facility; `moment` the instant, in `zone`, where a rule
    counts hours. `detained` and answers that are missing are not known. `set_date` is the date on a judge's order or a
    notice. `received` and `later_memo` are days that people mistake for the event.
    """

    on: date
    moment: datetime | None = None
    zone: ZoneInfo | None = None
    detained: bool | None = None
    answers: Mapping[str, bool] = field(default_factory=dict)
    set_date: date | None = None
    stops: tuple[Stop, ...] = ()
    received: date | None = None
    later_memo: date | None = None


@dataclass(frozen=True)
class Step:
    """A step of the counting, or a warning: a code, and values that JSON knows (dates as ISO text)."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """Another date, that counts when these questions are answered so."""

    due: Moment
    unrolled: Moment
    assumed: Mapping[str, bool]


@dataclass(frozen=True)
class Result:
    """What a rule makes of facts.

    `due` is the date by which (`edge` latest) or before which not (`earliest`) something is to be done, on the calendar
    of the court; `unrolled` the same before the step over weekends and holidays (for hours: on the wall clock, as if it
    never changed); `protective` the safe date. `readings` are the dates by other answers to open `questions`.
    """

    rule: Rule
    state: State
    edge: str = NO_EDGE
    due: Moment | None = None
    unrolled: Moment | None = None
    protective: Moment | None = None
    rolled_because: Closed | None = None
    readings: tuple[Reading, ...] = ()
    steps: tuple[Step, ...] = ()
    warnings: tuple[Step, ...] = ()
    questions: tuple[Question, ...] = ()
    needs: tuple[Need, ...] = ()

    @property
    def dates(self) -> list[Moment]:
        """All dates that may count, the safe one first."""
        found = [self.protective, self.due, *(one.due for one in self.readings)]
        return sorted({one for one in found if one is not None}, key=_instant, reverse=self.edge == EARLIEST)

    @property
    def safe(self) -> Moment | None:
        """The date to keep to as long as nobody knows better."""
        return next(iter(self.dates), None)

    @property
    def must_be_confirmed(self) -> bool:
        """Whether an attorney must confirm the date."""
        return self.rule.is_contested


def _instant(moment: Moment) -> str:
    return moment.isoformat()


def day_of(moment: Moment) -> date:
    """The day of a date, or of an instant in its own zone."""
    return moment.date() if isinstance(moment, datetime) else moment
