"""What has been answered on a case: what stands, what stood before, and how far somebody asks and answers."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from casework.access.actor import Actor
from casework.access.rules import COUNSEL as COUNSEL_ROLES
from casework.cases import reach
from casework.cases.models import Case, Tier
from casework.cases.rules import NEW
from casework.intake.models import Answer, AnswerState, QuestionChoice
from casework.intake.questions import conditions, rules
from casework.intake.questions.conditions import Answers
from casework.intake.questions.definition import COUNSEL, TRAINED, Question

PAUSE = timedelta(minutes=10)  # of somebody who goes on typing


@dataclass(frozen=True)
class Given:
    """An answer as it stands.

    `value` is in the stored form of `questions/normalizing.py`, None unless `state` is "given"; the other states are
    "not_known" and "declined". `by` is the membership that answered, `name` how they were called then. `number` counts
    the answers to this question: whoever answers next says which one they have seen. `others` were given at the same
    time by colleagues who did not see one another's; somebody has to say which one is right.
    """

    key: str
    value: Any
    state: str
    tier: int
    by: uuid.UUID
    name: str
    at: datetime
    source: str
    number: int
    set_version: int
    others: tuple["Given", ...] = ()


def answers_of(actor: Actor, case: Case) -> dict[str, Given]:
    """The current answer to each question that has one, as far as the actor sees it. One query.

    An answer that was taken out is none. One that others were given beside is here as the last of them.
    """
    return {key: one for key, one in last_of(actor, case).items() if one.state != AnswerState.EMPTY or one.others}


def last_of(actor: Actor, case: Case) -> dict[str, Given]:
    """The last answer to each question, also where that says "empty": whoever answers next has seen its number."""
    return {key: _standing(rows) for key, rows in _chains(actor, case).items()}


def history_of(actor: Actor, case: Case, key: str) -> list[Given]:
    """The answers to one question that the actor sees, the newest first; "empty" is one that was taken out.

    What is saved while somebody goes on typing is a row each time, since nobody writes over an answer; of a run of them
    by one person only where it came to is told.
    """
    found: list[Given] = []
    for row in case.answers.visible_to(actor).filter(key=key).order_by("-number"):
        one = _given(row)
        if not (found and _typed_on(one, found[-1])):
            found.append(one)
    return found


def _typed_on(before: Given, after: Given) -> bool:
    """Whether the later one is the earlier with more words, by the same hand without a long pause."""
    texts = isinstance(before.value, str) and isinstance(after.value, str) and after.value.startswith(before.value)
    return texts and before.by == after.by and before.source == after.source and after.at - before.at <= PAUSE


def for_rules(givens: Mapping[str, Given]) -> Answers:
    """What `questions/rules.py` asks."""
    return {
        key: conditions.Answer(one.value, conditions.KNOWN if one.state == AnswerState.GIVEN else one.state)
        for key, one in givens.items()
        if one.state != AnswerState.EMPTY
    }


def is_draft(case: Case) -> bool:
    """Whether the intake is being taken: nobody has accepted, declined or handed it over."""
    return case.stage in NEW and not case.reference


def asker_of(actor: Actor) -> str:
    """How far somebody asks. Who takes calls for the organization is trained to."""
    return COUNSEL if actor.roles & COUNSEL_ROLES else TRAINED


def tier_of(actor: Actor, case: Case) -> int:
    """The highest tier of questions that the actor asks and answers on this case; 0 for none.

    Whoever took a draft asks up to the second as long as it is one.
    """
    own = reach.of(actor)
    if case.organization_id != actor.organization_id:
        return 0
    tier = own.writes_up_to(case)
    return max(tier, Tier.REPRESENTATION) if tier and case.pk in own.mine and is_draft(case) else tier


def off_of(actor: Actor) -> frozenset[str]:
    """The keys of the sections and questions that the actor's organization does not ask."""
    return frozenset(QuestionChoice.objects.visible_to(actor).values_list("off", flat=True).first() or ())


def may_answer(actor: Actor, case: Case, question: Question) -> bool:
    """Whether this question is the actor's to ask on this case."""
    return rules.asks(asker_of(actor), question) and question.tier <= tier_of(actor, case)


def _chains(actor: Actor, case: Case) -> dict[str, list[Answer]]:
    """The answers to each question, in their order."""
    found: dict[str, list[Answer]] = {}
    for row in case.answers.visible_to(actor).order_by("key", "number"):
        found.setdefault(row.key, []).append(row)
    return found


def _standing(rows: list[Answer]) -> Given:
    last = rows[-1]
    return _given(last, others=tuple(_given(one) for one in unseen(last, rows)))


def unseen(last: Answer, rows: Iterable[Answer]) -> list[Answer]:
    """What colleagues answered otherwise, and whoever gave the last answer had not seen."""
    return [
        one
        for one in rows
        if last.seen < one.number < last.number
        and one.answered_by_id != last.answered_by_id
        and (one.state, one.value) != (last.state, last.value)
    ]


def _given(row: Answer, others: tuple[Given, ...] = ()) -> Given:
    return Given(
        row.key, row.value, row.state, row.tier, row.answered_by_id, row.answered_by_name, row.answered_at, row.source,
        row.number, row.set_version, others,
    )  # fmt: skip
