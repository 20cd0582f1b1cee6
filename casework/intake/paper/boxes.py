"""The boxes of a form: which fields a question has in a PDF, what an answer puts into them, and the way back. Pure.

A field's name is the key of its question, and what it holds of it behind two low lines: `person_name__city`,
`agencies__ice`, `held_at__not_known`, `others_taken__2__other_taken_name`. So a file says by itself what each answer
belongs to, also one of an older version of the questions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from casework.intake.questions.conditions import DECLINED, NOT_KNOWN, Answer
from casework.intake.questions.definition import CHOICES, LIST_OF, TEXTS, YES_NO, Question
from casework.intake.questions.normalizing import ADDRESS, LONGEST, NAME, NONE

IN, ON = "__", "on"
FORM = "casework_form"  # the field that says which form it is
ONE_OF = frozenset({YES_NO, "choice"})
PARTS: dict[str, tuple[str, ...]] = {"person_name": NAME, "address": ADDRESS, "datetime": ("day", "clock")}
LINE, AREA, TICK, PICK = "line", "area", "tick", "pick"
LINE_MOST = 254
Values = Mapping[str, str]
Say = Callable[[Question, Any], str]


@dataclass(frozen=True)
class Box:
    """A field of the form. `code` is what it stands for: a choice, a part of the answer, a reason for none."""

    name: str
    kind: str
    code: str = ""
    most: int = 0


def states(question: Question) -> list[Box]:
    """What can be ticked in the place of an answer."""
    if question.type in ONE_OF:
        return []  # they stand among the answers
    none = [NONE] if question.type == "a_number" else []
    return [Box(f"{question.key}{IN}{code}", TICK, code) for code in (*none, NOT_KNOWN, DECLINED)]


def boxes(question: Question) -> list[Box]:
    """The fields in which it is answered, without those that say why there is no answer; of a list, of its rows."""
    if question.type == LIST_OF:
        return [box for at in range(1, question.at_most + 1) for box in row(question, at)]
    return _of(question, question.key, small=False)


def row(question: Question, at: int) -> list[Box]:
    """The fields of row `at` of a list, counted from 1."""
    return [box for item in question.items for box in cell(question, item, at)]


def cell(question: Question, item: Question, at: int) -> list[Box]:
    return _of(item, f"{question.key}{IN}{at}{IN}{item.key}", small=True)


def all_of(question: Question) -> list[Box]:
    return [*boxes(question), *states(question)]


def _of(question: Question, name: str, *, small: bool) -> list[Box]:
    if question.type in ONE_OF:
        codes = ["yes", "no"] if question.type == YES_NO else [one.code for one in question.choices]
        return [Box(name, PICK, code) for code in (*codes, *([] if small else [NOT_KNOWN, DECLINED]))]
    if question.type == CHOICES:
        return [Box(f"{name}{IN}{one.code}", TICK, one.code) for one in question.choices]
    if question.type in PARTS and not small:
        return [Box(f"{name}{IN}{part}", LINE, part, LINE_MOST) for part in PARTS[question.type]]
    most = question.most or LONGEST.get(question.type, LINE_MOST) if question.type in TEXTS else LINE_MOST
    return [Box(name, AREA if question.type == "long_text" else LINE, "", most)]


# --- Into the boxes


def filled(question: Question, answer: Answer, say: Say) -> dict[str, str]:
    """What stands in which field; `say` writes a value in a line that is read back as the same value."""
    if answer.state in {NOT_KNOWN, DECLINED} or (answer.value == NONE and question.type == "a_number"):
        code = NONE if answer.value == NONE else answer.state
        return {question.key: code} if question.type in ONE_OF else {f"{question.key}{IN}{code}": ON}
    if question.type == LIST_OF:
        items = {one.key: one for one in question.items}
        return {
            name: value
            for at, given in enumerate(answer.value[: question.at_most], start=1)
            for key, one in given.items()
            if key in items
            for name, value in _put(items[key], f"{question.key}{IN}{at}{IN}{key}", one, say, small=True).items()
        }
    return _put(question, question.key, answer.value, say, small=False)


def has_room(question: Question, answer: Answer) -> bool:
    """Whether all of an answer has a place on paper: of a list only the first rows have."""
    return question.type != LIST_OF or not isinstance(answer.value, list) or len(answer.value) <= question.at_most


def _put(question: Question, name: str, value: Any, say: Say, *, small: bool) -> dict[str, str]:
    if question.type == CHOICES:
        return {f"{name}{IN}{code}": ON for code in value}
    if question.type in PARTS and not small:
        parted = dict(zip(("day", "clock"), value.split("T"), strict=False)) if question.type == "datetime" else value
        return {f"{name}{IN}{part}": text for part, text in parted.items()}
    return {name: value if question.type in ONE_OF else say(question, value)}


# --- Out of the boxes


@dataclass(frozen=True)
class Written:
    """What somebody wrote to one question: why there is none, and what stands in the boxes.

    `given` is as `normalizing.normalized` takes it, None for nothing.
    """

    given: Any
    states: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.given is None and not self.states


def written(question: Question, values: Values) -> Written:
    """What the fields say of a question."""
    ticked = tuple(box.code for box in states(question) if values.get(box.name))
    if question.type == LIST_OF:
        rows = [_row(question, at, values) for at in _rows(question, values)]
        return Written([one for one in rows if one] or None, ticked)
    found = _take(question, question.key, values, small=False)
    if question.type in ONE_OF and found in (NOT_KNOWN, DECLINED):
        return Written(None, (found,))
    return Written(found, ticked)


def _rows(question: Question, values: Values) -> Iterator[int]:
    """The rows that a form has, also one of a version with more of them."""
    known = {name.split(IN)[1] for name in values if name.startswith(f"{question.key}{IN}") and name.count(IN) >= 2}
    yield from sorted(int(one) for one in known if one.isascii() and one.isdigit() and len(one) < 3)


def _row(question: Question, at: int, values: Values) -> dict[str, Any]:
    found = {one.key: _take(one, f"{question.key}{IN}{at}{IN}{one.key}", values, small=True) for one in question.items}
    return {key: value for key, value in found.items() if value is not None}


def _take(question: Question, name: str, values: Values, *, small: bool) -> Any:
    if question.type == CHOICES:
        start = f"{name}{IN}"
        own = {box.name for box in states(question)}
        codes = [one.removeprefix(start) for one, value in values.items() if one.startswith(start) and value]
        return [code for code in codes if f"{start}{code}" not in own] or None
    if question.type in PARTS and not small:
        parts = {part: values.get(f"{name}{IN}{part}", "") for part in PARTS[question.type]}
        if question.type == "datetime":
            return " ".join(filter(None, (parts["day"].strip(), parts["clock"].strip()))) or None
        return {part: text for part, text in parts.items() if text.strip()} or None
    text = values.get(name, "")
    return text if text.strip() else None


def known_names(questions: Sequence[Question], values: Values) -> frozenset[str]:
    """Which of these fields belong to a question of the set."""
    lists = {f"{one.key}{IN}": one for one in questions if one.type in {LIST_OF, CHOICES}}
    own = {box.name for one in questions for box in all_of(one)} | {FORM}
    for name in values:
        start = f"{name.split(IN)[0]}{IN}"
        question = lists.get(start)
        if question is None or name in own:
            continue
        if question.type == CHOICES:
            own.add(name)  # a choice that is not offered any more is refused by name, not lost
        elif name.count(IN) >= 2 and name.split(IN)[2] in {item.key for item in question.items}:
            own.add(name)
    return frozenset(own & set(values))
