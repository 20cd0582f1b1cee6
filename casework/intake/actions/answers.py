"""Every write about answers: beginning an intake with the first one, and saving one after another."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.actions import open_case
from casework.cases.models import Case
from casework.intake import first_calls
from casework.intake.answers import may_answer, unseen
from casework.intake.models import Answer, AnswerState, Source
from casework.intake.questions import conditions, lists
from casework.intake.questions.definition import Question

VERB = "answer.saved"


@dataclass(frozen=True)
class Said:
    """One answer to save: None takes out what stood there.

    `answer` is in the stored form of `questions/normalizing.py`. `seen` is the number of the answer that whoever says
    this had before them, 0 for none.
    """

    key: str
    answer: conditions.Answer | None
    seen: int = 0

    @property
    def state(self) -> str:
        if self.answer is None:
            return AnswerState.EMPTY
        return AnswerState.GIVEN if self.answer.state == conditions.KNOWN else self.answer.state


def begin_intake(
    actor: Actor, said: Sequence[Said], *, source: str = Source.SCREEN, file: uuid.UUID | None = None
) -> Case:
    """Opens a person and a case with the first answers of a call; whoever took it stands on the case.

    `file` is the id that the person's file gets: a page that sends the first answer again finds what it began.

    Raises as `save_answer`; ValueError without any answer, since an intake begins with one.
    """
    if not any(one.answer for one in said):
        raise ValueError("an intake begins with an answer")
    with transaction.atomic():
        case: Case = open_case(actor, names={}, file=file)
        save_answers(actor, case, said, source=source)
        if source == Source.SCREEN:
            first_calls.begin(actor, case)
    return case


def save_answers(actor: Actor, case: Case, said: Sequence[Said], *, source: str = Source.SCREEN) -> list[Answer]:
    """Saves several answers, all of them or none; the new rows. Raises as `save_answer`."""
    with transaction.atomic():
        rows = [save_answer(actor, case, one, source=source) for one in said]
    return [row for row in rows if row is not None]


def save_answer(actor: Actor, case: Case, said: Said, *, source: str = Source.SCREEN) -> Answer | None:
    """Adds an answer to those that stand; the row, or None when nothing differs.

    An answer that whoever says this has not seen is not lost and not written over: both stand, until somebody who has
    seen both saves one (`answers.Given.others`). Raises KeyError for a question that the set does not have, and
    PermissionDenied for one that the actor may not ask here.
    """
    acts.may(actor, VERB, case)
    question = _question(said.key)
    if not may_answer(actor, case, question):
        raise PermissionDenied("question")
    with transaction.atomic():
        _hold(case)
        rows = list(case.answers.visible_to(actor).filter(key=said.key).order_by("number"))
        if _stands(rows, said) if rows else said.answer is None:
            return None
        number = rows[-1].number + 1 if rows else 1
        row: Answer = _save(actor, case, question=question, said=said, number=number, source=source)
    return row


def _question(key: str) -> Question:
    found = next((one for one in lists.intake() if one.key == key), None)
    if found is None:
        raise KeyError(key)
    return found


def _stands(rows: list[Answer], said: Said) -> bool:
    """Whether the last answer says this already; of several that were given at once, whoever has seen them decides."""
    last = rows[-1]
    same = (last.state, last.value) == (said.state, said.answer.value if said.answer else None)
    return same and not (said.seen >= last.number and unseen(last, rows))


@act(VERB)
def _save(actor: Actor, case: Case, *, question: Question, said: Said, number: int, source: str) -> Happened[Answer]:
    known = said.answer is not None and said.answer.state == conditions.KNOWN
    row = Answer(
        organization_id=case.organization_id, case=case, tier=question.tier, key=question.key, number=number,
        seen=min(said.seen, number - 1), state=said.state, source=source, set_version=lists.intake().version,
        content={"value": said.answer.value} if said.answer and known else {},
        answered_by_id=actor.member, answered_by_name=actor.name[:150],
    )  # fmt: skip
    row.save(force_insert=True)
    told = {"key": question.key, "number": number, "state": said.state}
    return Happened(row, thing=row, fields=(question.key,), told=told, about={"case": case.pk, "answer": row.pk})


def _hold(case: Case) -> None:
    """Others who answer on this case wait until this transaction ends: answers are counted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"answers {case.pk}"])
