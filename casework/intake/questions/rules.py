"""Which questions are asked, and what follows from their answers. Pure: no Django, no clock, no query."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from casework.intake.questions.conditions import Answer, Answers, Condition, Now, because, holds
from casework.intake.questions.definition import ASKED_BY, Hint, Question, QuestionSet, Relief

Off = Collection[str]  # the keys of sections and questions that an organization does not ask


@dataclass(frozen=True)
class Urgent:
    """What somebody does at once, and the questions whose answers say so."""

    hint: Hint
    because: tuple[str, ...]


@dataclass(frozen=True)
class Flagged:
    """A vulnerability that answers speak of, and which."""

    flag: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Possible:
    """A way that may be open, and the answers that speak for looking."""

    relief: Relief
    because: tuple[str, ...]


def asks(asker: str, question: Question) -> bool:
    """Whether somebody who may ask as far as `asker` asks this question."""
    return ASKED_BY.index(question.asked_by) <= ASKED_BY.index(asker)


def shown(
    questions: QuestionSet, answers: Answers, asker: str, now: Now, *, off: Off = (), first_call: bool = False
) -> list[Question]:
    """The questions that somebody sees, in the order of the sections, or of the first call.

    An answer counts for conditions as long as its own question is shown. When a child alone has stopped the intake,
    only what the children's team needs is asked.
    """
    asked = questions.on_first_call() if first_call else [one for one in questions if asks(asker, one)]
    counting = _counting(questions, answers, now, off)
    found = [one for one in asked if _is_on(questions, one, off) and _is_led_to(one, counting, now)]
    return [one for one in found if one.child] if _stops(questions, counting, now) else found


def stops(questions: QuestionSet, answers: Answers, now: Now) -> bool:
    """Whether the adult intake ends here: a child alone goes to a children's team."""
    return _stops(questions, _counting(questions, answers, now, ()), now)


def urgent(questions: QuestionSet, answers: Answers, now: Now, *, off: Off = ()) -> list[Urgent]:
    """The urgent hints that follow, in the order of the set."""
    reasons = _following(questions, answers, now, off, lambda one: one.urgent)
    return [Urgent(hint, reasons[key]) for key, hint in questions.hints.items() if key in reasons]


def flags(questions: QuestionSet, answers: Answers, now: Now, *, off: Off = ()) -> list[Flagged]:
    """The vulnerability flags that follow; who may see each is `people.rules.flag_tier`."""
    reasons = _following(questions, answers, now, off, lambda one: one.flags)
    return [Flagged(key, found) for key, found in sorted(reasons.items())]


def relief(questions: QuestionSet, answers: Answers, now: Now, *, off: Off = ()) -> list[Possible]:
    """What counsel may want to look at. For roles of counsel alone: a hint is no advice and no finding."""
    counting = _counting(questions, answers, now, off)
    return [
        Possible(one, because(one.condition, counting, now))
        for one in questions.relief
        if holds(one.condition, counting, now)
    ]


def _following(
    questions: QuestionSet, answers: Answers, now: Now, off: Off,
    of: Callable[[Question], Mapping[str, Condition]],
) -> dict[str, tuple[str, ...]]:  # fmt: skip
    counting = _counting(questions, answers, now, off)
    found: dict[str, tuple[str, ...]] = {}
    for one in questions:
        for key, condition in of(one).items():
            if holds(condition, counting, now):
                found[key] = (*found.get(key, ()), one.key)
    return found


def _counting(questions: QuestionSet, answers: Answers, now: Now, off: Off) -> Answers:
    """The answers of questions that are shown to whoever may ask all of them."""
    found: dict[str, Answer] = {}
    for one in questions:
        if one.key in answers and _is_on(questions, one, off) and _is_led_to(one, found, now):
            found[one.key] = answers[one.key]
    return found


def _is_on(questions: QuestionSet, one: Question, off: Off) -> bool:
    return one.key in questions.always_asked or not {one.key, one.section} & set(off)


def _is_led_to(one: Question, counting: Answers, now: Now) -> bool:
    return one.show_if is None or holds(one.show_if, counting, now)


def _stops(questions: QuestionSet, counting: Answers, now: Now) -> bool:
    return any(
        questions.hints[key].stops and holds(condition, counting, now)
        for one in questions
        for key, condition in one.urgent.items()
    )
