"""Answers in the boxes of a form, in words that are read back as the same answers."""

from collections.abc import Callable
from typing import Any

from django.utils import translation

from casework.directory.models import Court, Facility
from casework.intake.answers import Given
from casework.intake.models import AnswerState
from casework.intake.paper import boxes
from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import Question
from casework.intake.questions.normalizing import ADDRESS, NAME, NONE, normalized
from casework.intake.questions.refused import Refused
from casework.people import countries, languages, phones, rules


def in_boxes(question: Question, given: Given) -> dict[str, str]:
    """What stands in which field; nothing for an answer that was taken out."""
    if given.state == AnswerState.EMPTY:
        return {}
    known = given.state == AnswerState.GIVEN
    with translation.override("en"):
        return boxes.filled(question, Answer(given.value) if known else Answer(None, given.state), line)


def line(question: Question, value: Any) -> str:
    """A value in one line. In English, since names are found again in that, too."""
    said = _SAID.get(question.type)
    return str(said(question, value) if said else value)


def _found_again(question: Question, said: str, code: str) -> str:
    """The words where they lead back to the code, else the code."""
    try:
        same = normalized(question, said, lists.finders()) == code
    except Refused:
        same = False
    return said if same else code


def _facility(question: Question, value: Any) -> str:
    if "place" in value:
        return str(value["place"])
    found = Facility.objects.filter(pk=value["facility"]).first()
    said = found.name if found else value["facility"]
    return said if normalized(question, said, lists.finders()) == value else str(value["facility"])


def _court(question: Question, value: str) -> str:
    found = Court.objects.filter(pk=value).first()
    return _found_again(question, found.name, value) if found else value


_SAID: dict[str, Callable[[Question, Any], str]] = {
    "a_number": lambda _question, value: NONE if value == NONE else rules.shown(value),
    "phone": lambda _question, value: phones.shown(value),
    "language": lambda question, value: _found_again(question, languages.name_of(value), value),
    "country": lambda question, value: _found_again(question, countries.name_of(value), value),
    "datetime": lambda _question, value: value.replace("T", " "),
    "facility": _facility,
    "court": _court,
    # in one line, as part of a list
    "address": lambda _question, value: ", ".join(value[name] for name in ADDRESS if name in value),
    "person_name": lambda _question, value: " ".join(value[name] for name in NAME if name in value),
}
