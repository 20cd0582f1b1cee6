"""What came back on paper, compared with what is known: question by question, and nothing is left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.documents.returned import Fields
from casework.intake.answers import Given
from casework.intake.models import AnswerState
from casework.intake.paper import boxes
from casework.intake.paper.boxes import FORM, Written
from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import Question
from casework.intake.questions.normalizing import NONE, normalized
from casework.intake.questions.refused import Refused

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|BLANK")
TWICE, UNCLEAR, LOST = "twice", "unclear", "lost"  # an answer and why there is none; two states; a sign that was lost
PRIVATE = re.compile("[\ue000-\uf8ff\ufffd]")  # what programs write for signs that they do not know
NEW, SAME, OTHER, WRONG = "new", "same", "other", "wrong"


@dataclass(frozen=True)
class Origin:
    """Which form a file says that it is."""

    version: int
    code: str


@dataclass(frozen=True)
class Proposed:
    """What paper says to one question, beside what is known.

    `answer` is None where it cannot be taken: `error` says why, `written` are the words as they stand. `fate` is one of
    the four above.
    """

    question: Question
    written: list[str]
    answer: Answer | None
    known: Given | None
    fate: str
    error: Refused | str = ""

    @property
    def key(self) -> str:
        return self.question.key


@dataclass(frozen=True)
class Returned:
    """A form that came back. `unknown` are fields of no question that the reader may answer, as they stand."""

    origin: Origin | None
    proposed: list[Proposed]
    unknown: list[tuple[str, str]]
    is_form: bool


def origin(fields: Fields) -> Origin | None:
    """Which form it is; None for a file that is none of ours."""
    parts = fields.values.get(FORM, "").split("/")
    if len(parts) < 3 or parts[0] != "intake" or not parts[1].isascii() or not parts[1].isdigit():
        return None
    return Origin(int(parts[1][:5]), parts[2]) if CODE.fullmatch(parts[2]) else None


def returned(fields: Fields, asked: Sequence[Question], last: Mapping[str, Given], *, order: str = "") -> Returned:
    """Compares what stands in the fields with the last answers. `asked` are the questions that the reader may answer.

    `order` is as in `normalized`.
    """
    found = [_proposed(one, fields, last.get(one.key), order) for one in asked]
    known = boxes.known_names(asked, fields.values)
    unknown = [(name, value) for name, value in fields.values.items() if name not in known]
    ours = origin(fields)
    return Returned(ours, [one for one in found if one], unknown, FORM in fields.names or ours is not None)


def _proposed(question: Question, fields: Fields, given: Given | None, order: str) -> Proposed | None:
    written = boxes.written(question, fields.values)
    if written.is_empty:
        return None
    words = _words(question, fields.values)
    names = {box.name for box in boxes.all_of(question)}
    known = given if given is not None and given.state != AnswerState.EMPTY else None
    if names & fields.unclear:
        return Proposed(question, words, None, known, WRONG, UNCLEAR)
    try:
        answer = _answer(question, written, order)
    except Refused as error:
        return Proposed(question, words, None, known, WRONG, error)
    if isinstance(answer, str):
        return Proposed(question, words, None, known, WRONG, answer)
    if answer is None:
        return None
    return Proposed(question, words, answer, known, _fate(answer, known))


def _answer(question: Question, written: Written, order: str) -> Answer | str | None:
    """The answer; a word for why it cannot be one; None for nothing. Raises Refused."""
    value = normalized(question, written.given, lists.finders(), order=order) if written.given is not None else None
    if written.states:
        if value is not None or len(written.states) > 1:
            return TWICE
        state = written.states[0]
        return Answer(NONE) if state == NONE else Answer(None, state)
    if value is None:
        return None
    return LOST if _lost(value) else Answer(value)


def _lost(value: Any) -> bool:
    if isinstance(value, str):
        return PRIVATE.search(value) is not None
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return any(_lost(one) for one in parts)


def _fate(answer: Answer, known: Given | None) -> str:
    if known is None:
        return NEW
    state = AnswerState.GIVEN if answer.state == "known" else answer.state
    return SAME if (state, answer.value) == (known.state, known.value) and not known.others else OTHER


def _words(question: Question, values: Mapping[str, str]) -> list[str]:
    """The words as they stand in the fields of a question."""
    start = f"{question.key}{boxes.IN}"
    found = []
    for name, value in values.items():
        if name == question.key:
            found.append(value)
        elif name.startswith(start):
            place = name.removeprefix(start).replace(boxes.IN, " ")
            found.append(place if value == boxes.ON else f"{place}: {value}")
    return found
