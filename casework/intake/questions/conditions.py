"""Conditions on answers, small enough to be read by people who write questions. Pure.

{question: value}                    the answer is the value, or one of a list of values, or has it among others;
                                     "not_known" and "declined" are values, too
{question: {answered: "yes"}}        there is an answer, whatever it is
{question: {under_years: 18}}        the day was less than so many years ago, or may have been
{question: {years: 65}}              the day was at least so many years ago, for sure
{question: {within_days: 7}}         the day is today or in so many days at most
{question: {since_days: 30}}         the day is today or was so many days ago at most
{question: {at_least: 2}}            the number
{question: {indigenous: "yes"}}      the language is an Indigenous one of the Americas
{any: [...]}  {all: [...]}  {not: {...}}
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from casework.people.rules import age

ANY, ALL, NOT, SAYS = "any", "all", "not", "says"
ANSWERED, UNDER_YEARS, YEARS, WITHIN_DAYS, SINCE_DAYS = "answered", "under_years", "years", "within_days", "since_days"
AT_LEAST, INDIGENOUS = "at_least", "indigenous"
OF_DATES = frozenset({UNDER_YEARS, YEARS, WITHIN_DAYS, SINCE_DAYS})
COUNTED = OF_DATES | {AT_LEAST}
TESTS = COUNTED | {ANSWERED, INDIGENOUS}
KNOWN, NOT_KNOWN, DECLINED = "known", "not_known", "declined"
STATES = frozenset({NOT_KNOWN, DECLINED})


@dataclass(frozen=True)
class Answer:
    """What stands as the answer to a question: a value in its stored form (`normalizing.py`), or why there is none."""

    value: Any = None
    state: str = KNOWN

    @property
    def says(self) -> frozenset[str]:
        """The codes in it, or the reason why there is none."""
        if self.state != KNOWN:
            return frozenset({self.state})
        found = self.value if isinstance(self.value, list) else [self.value]
        return frozenset(one for one in found if isinstance(one, str))


Answers = Mapping[str, Answer]


@dataclass(frozen=True)
class Now:
    """What conditions need beside answers: the day of the organization, and the codes of Indigenous languages."""

    today: date
    indigenous: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Condition:
    """One condition: a test of a question's answer, or several conditions together."""

    test: str
    question: str = ""
    values: frozenset[str] = frozenset()
    count: int = 0
    parts: tuple["Condition", ...] = ()

    def questions(self) -> Iterator[str]:
        """The questions that it asks after."""
        if self.question:
            yield self.question
        for part in self.parts:
            yield from part.questions()

    def tests(self) -> Iterator["Condition"]:
        """The single tests in it."""
        if self.question:
            yield self
        for part in self.parts:
            yield from part.tests()


def read(plain: object, own: str = "") -> Condition:
    """The condition that was written; of `own` a bare value or test is enough. Raises ValueError, which says why."""
    if own:
        return _test(own, plain)
    if not isinstance(plain, dict) or len(plain) != 1:
        raise ValueError("a condition is one {question: value}, {any: [...]}, {all: [...]} or {not: {...}}")
    [(name, inner)] = plain.items()
    if name == NOT:
        return Condition(NOT, parts=(read(inner),))
    if name not in (ANY, ALL):
        return _test(str(name), inner)
    if not isinstance(inner, list) or len(inner) < 2:
        raise ValueError(f"`{name}` takes a list of two conditions or more")
    return Condition(str(name), parts=tuple(read(one) for one in inner))


def _test(question: str, plain: object) -> Condition:
    if isinstance(plain, str):
        return Condition(SAYS, question, frozenset({plain}))
    if isinstance(plain, list) and plain and all(isinstance(one, str) for one in plain):
        return Condition(SAYS, question, frozenset(plain))
    if not isinstance(plain, dict) or len(plain) != 1:
        raise ValueError(f"what is asked of `{question}` is a value, a list of values or one test")
    [(name, argument)] = plain.items()
    if name not in TESTS:
        raise ValueError(f"`{name}` is no test")
    if name not in COUNTED:
        if argument != "yes":
            raise ValueError(f'`{name}` takes "yes"; what it is not stands under `not`')
        return Condition(str(name), question)
    if not isinstance(argument, str) or not argument.isascii() or not argument.isdigit():
        raise ValueError(f"`{name}` takes a number")
    return Condition(str(name), question, count=int(argument))


def holds(condition: Condition, answers: Answers, now: Now) -> bool:
    """Whether it is so, as far as the answers say; what nobody has answered makes no test true."""
    if condition.test in _JOINED:
        return _JOINED[condition.test](holds(part, answers, now) for part in condition.parts)
    answer = answers.get(condition.question)
    if answer is None:
        return False
    if condition.test == SAYS:
        return bool(answer.says & condition.values)
    return answer.state == KNOWN and _TESTED[condition.test](answer.value, condition.count, now)


def _under_years(value: Any, count: int, now: Now) -> bool:
    day = latest(value)
    return day > now.today or age(day, now.today) < count


def _within_days(value: Any, count: int, now: Now) -> bool:
    return timedelta(0) <= latest(value) - now.today <= timedelta(days=count)


def _since_days(value: Any, count: int, now: Now) -> bool:
    return timedelta(0) <= now.today - latest(value) <= timedelta(days=count)


_JOINED: dict[str, Callable[[Iterable[bool]], bool]] = {
    ANY: any,
    ALL: all,
    NOT: lambda parts: not any(parts),
}
_TESTED: dict[str, Callable[[Any, int, Now], bool]] = {
    ANSWERED: lambda _value, _count, _now: True,
    UNDER_YEARS: _under_years,
    YEARS: lambda value, count, now: not _under_years(value, count, now),
    WITHIN_DAYS: _within_days,
    SINCE_DAYS: _since_days,
    AT_LEAST: lambda value, count, _now: float(value) >= count,
    INDIGENOUS: lambda value, _count, now: value in now.indigenous,
}


def latest(stored: str) -> date:
    """The last day that a stored date can mean: of 2019 and 2019-02 the last of the year and of the month."""
    year, month, day = (int(part) if part else 0 for part in (*stored[:10].split("-"), "", "")[:3])
    if day:
        return date(year, month, day)
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1) if month else date(year, 12, 31)


def because(condition: Condition, answers: Answers, now: Now) -> tuple[str, ...]:
    """The questions whose answers make it so, in the order in which it names them."""
    if condition.test in (ANY, ALL):
        found = [key for part in condition.parts if holds(part, answers, now) for key in because(part, answers, now)]
        return tuple(dict.fromkeys(found))
    return (condition.question,) if condition.question and holds(condition, answers, now) else ()
