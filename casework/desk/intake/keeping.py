"""Saving what a form of questions holds: what is right is saved, what is wrong stays in the page."""

import uuid
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from casework.access import acts
from casework.access.requests import StaffRequest
from casework.cases.person import REVEALED
from casework.desk.intake.form import QuestionsForm
from casework.desk.intake.page import Intake
from casework.intake.actions import Said, begin_intake, save_answers
from casework.intake.models import Answer, AnswerState, Source
from casework.intake.questions import conditions
from casework.intake.questions.definition import Question
from casework.intake.questions.normalizing import NONE

KEEP = "keep"  # "key:number": which of several answers that were given at once is right


@dataclass
class Kept:
    """How many answers were saved, and the questions in which something was wrong."""

    saved: int = 0
    rows: list[Answer] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def keep(
    request: StaffRequest, met: Intake, file: uuid.UUID | None, form: QuestionsForm, *, source: str = Source.SCREEN
) -> Kept:
    """Saves all answers of the form that are new and right, in one transaction; the first one opens the case."""
    kept, said = Kept(), list[Said]()
    for question in form.questions:
        try:
            one = _chosen(request, form, question) or form.said(question, by_state=_by_state(request))
        except ValidationError:
            kept.wrong.append(question.key)
        else:
            said += [one] if one else []
    if met.case is not None:
        kept.rows = save_answers(request.actor, met.case, said, source=source)
    elif any(one.answer for one in said):
        met.case = begin_intake(request.actor, said, file=file)
        kept.rows = list(met.case.answers.visible_to(request.actor))
    kept.saved = len(kept.rows)
    met.read()
    form.last = met.last
    return kept


def note_a_number(request: StaffRequest, met: Intake, questions: list[Question]) -> None:
    """A page that shows a whole A-number has shown it: that is a look of its own."""
    keys = [one.key for one in questions if one.type == "a_number" and one.key in met.last]
    if met.case and any(met.last[key].state == AnswerState.GIVEN and met.last[key].value != NONE for key in keys):
        acts.note_look(request.actor, met.case, REVEALED, ("a_number",))


def _by_state(request: StaffRequest) -> bool:
    return request.POST.get("by") == "state"


def _chosen(request: StaffRequest, form: QuestionsForm, question: Question) -> Said | None:
    """Which of several answers somebody says is right, who has seen them all."""
    key, _colon, number = request.POST.get(KEEP, "").partition(":")
    given = form.last.get(question.key)
    if key != question.key or given is None:
        return None
    chosen = next((one for one in (given, *given.others) if str(one.number) == number), None)
    if chosen is None:
        return None
    known = chosen.state == AnswerState.GIVEN
    answer = conditions.Answer(chosen.value) if known else conditions.Answer(None, chosen.state)
    empty = chosen.state == AnswerState.EMPTY
    return Said(question.key, None if empty else answer, given.number)
