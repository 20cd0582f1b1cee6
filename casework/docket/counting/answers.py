"""What answers to a rule's questions do to it."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.docket.counting.facts import (
    ADD,
    ALONE,
    ASK,
    DETAINED,
    DETAINED_ONLY,
    LENGTH,
    NOT_DETAINED,
    OUT,
    Facts,
    Question,
    Rule,
    Step,
)


@dataclass(frozen=True)
class Answered:
    """The length that is left; what rules the rule out, or asks for a date on a paper; the steps it took."""

    length: int
    out: Question | None = None
    ask: Question | None = None
    alone: bool = False
    steps: tuple[Step, ...] = ()


def answered(rule: Rule, answers: Mapping[str, bool]) -> Answered:
    """Another length takes the place of the rule's own before anything is added to it, whatever is asked first."""
    length, more, out, ask, alone = rule.length or 0, 0, None, None, False
    steps: list[Step] = []
    for question in rule.questions:
        if question.code not in answers:
            continue
        effect, number = question.effect(answers[question.code])
        if effect in (LENGTH, ADD):
            length, more = (number, more) if effect == LENGTH else (length, more + number)
            about = {"question": question.code, "number": number, "unit": rule.unit}
            steps.append(Step("other_length" if effect == LENGTH else "longer", about))
        out = question if effect == OUT and out is None else out
        ask = question if effect == ASK and ask is None else ask
        alone = alone or effect == ALONE
    return Answered(length + more, out, ask, alone, tuple(steps))


def unanswered(rule: Rule, facts: Facts) -> tuple[Question, ...]:
    """Questions whose answer would change something, custody among them."""
    detained = {DETAINED_ONLY: ("", OUT), NOT_DETAINED: (ASK if rule.needs_judge else OUT, "")}.get(rule.detained)
    asked = (Question(DETAINED, "", "", *detained),) if detained and facts.detained is None else ()
    return (*asked, *(one for one in rule.questions if one.code not in facts.answers))
