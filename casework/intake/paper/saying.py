"""Answers in the boxes of a form, in words that are read back as the same answers."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils import translation

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.directory.models import Court, Facility
from casework.intake.answers import Given, last_of
from casework.intake.models import AnswerState
from casework.intake.paper import boxes
from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer
from casework.intake.questions.definition import Question
from casework.intake.questions.normalizing import ADDRESS, NAME, NONE, normalized
from casework.intake.questions.refused import Refused
from casework.people import countries, languages, phones, rules
from casework.vault.fields import Locked


def known(actor: Actor, case: Case, questions: Iterable[Question]) -> dict[str, str]:
    """What is known, in the boxes of a form of these questions, as far as the actor sees it and it opens.

    Who the person is stands there also where nobody has asked yet: as their file has it.
    """
    last, file = last_of(actor, case), _on_file(case)
    found: dict[str, str] = {}
    for one in questions:
        given = last.get(one.key)
        if given is not None:
            found |= {} if isinstance(given.value, Locked) else in_boxes(one, given)
        elif file.get(one.key):
            found |= _boxed(one, Answer(file[one.key]))
    return found


def _on_file(case: Case) -> dict[str, Any]:
    """By question, what the person's file says of who they are."""
    person = case.whose
    names = {part: getattr(person, part) for part in NAME}
    said = {
        "person_name": {part: value for part, value in names.items() if value and not isinstance(value, Locked)},
        "a_number": person.a_number, "best_language": person.language,
    }  # fmt: skip
    return {key: value for key, value in said.items() if not isinstance(value, Locked)}


def in_boxes(question: Question, given: Given) -> dict[str, str]:
    """What stands in which field; nothing for an answer that was taken out."""
    if given.state == AnswerState.EMPTY:
        return {}
    known = given.state == AnswerState.GIVEN
    return _boxed(question, Answer(given.value) if known else Answer(None, given.state))


def _boxed(question: Question, answer: Answer) -> dict[str, str]:
    with translation.override("en"):
        return boxes.filled(question, answer, line)


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
