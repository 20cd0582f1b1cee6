"""Answers as plans read them: part by part, as far as they count. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from casework.intake.questions import rules
from casework.intake.questions.conditions import KNOWN, Answer, Now
from casework.intake.questions.definition import COUNSEL, LIST_OF, Question, QuestionSet, Target


@dataclass(frozen=True)
class Part:
    """One value that somebody gave: `path` is the question's key, or "list.0.item" for part of a list."""

    path: str
    question: Question
    value: Any
    to: Target | None

    @property
    def column(self) -> str:
        """The column that it is written to; empty where it has none."""
        return self.to.column if self.to else ""

    @property
    def at(self) -> str:
        """The element of a list that it is part of ("list.0"); empty for an answer by itself."""
        return self.path.rpartition(".")[0]


@dataclass(frozen=True)
class Said:
    """What was answered. Only questions that are still asked count; `off` are those the organization leaves out."""

    questions: QuestionSet
    answers: Mapping[str, Answer]
    now: Now
    off: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> frozenset[str]:
        """The keys of questions whose answers count: they are shown to whoever may ask all of them."""
        shown = rules.shown(self.questions, self.answers, COUNSEL, self.now, off=self.off)
        return frozenset(one.key for one in shown)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All that counts and is known, in the order of the set."""
        return tuple(
            part
            for question in self.questions
            if question.key in self.asked and (answer := self.answers.get(question.key)) and answer.state == KNOWN
            for part in _parts(question, answer.value)
        )

    def value(self, key: str) -> Any:
        """What was answered; None where it is not known, or does not count."""
        return next((part.value for part in self.parts if part.path == key), None)

    def state(self, key: str) -> str:
        """Whether it is known, not known or declined; empty where nobody has answered, or it does not count."""
        answer = self.answers.get(key)
        return answer.state if answer and key in self.asked else ""

    def to(self, table: str) -> dict[str, list[Part]]:
        """What is written to rows of a table, by row in the plan: "caller", or "contacts.0" for each of a list."""
        found: dict[str, list[Part]] = {}
        for part in self.parts:
            if part.to is not None and self.questions.row(part.to).table == table:
                key = part.at if part.to.row in self._of_lists else part.to.row
                found.setdefault(key, []).append(part)
        return found

    def row(self, name: str) -> Mapping[str, str]:
        """What stands in a named row whatever the answers are; for part of a list in each."""
        key = name.split(".", maxsplit=1)[0]
        question = self.questions.by_key.get(key)
        if "." in name and question is not None:
            targets = [item.to for item in question.items if item.to]
            return self.questions.row(targets[0]).fixed
        return self.questions.rows[name].fixed if name in self.questions.rows else {}

    @cached_property
    def _of_lists(self) -> frozenset[str]:
        """The names of rows that are written from lists alone: each of a list gets one."""
        by_itself = {one.to.row for one in self.questions if one.to}
        listed = {item.to.row for one in self.questions for item in one.items if item.to}
        return frozenset(listed - by_itself - {"person"})


def _parts(question: Question, value: Any) -> Iterator[Part]:
    if question.type != LIST_OF:
        yield Part(question.key, question, value, question.to)
        return
    for at, element in enumerate(value):
        for item in question.items:
            if item.key in element:
                yield Part(f"{question.key}.{at}.{item.key}", item, element[item.key], item.to or question.to)


def paths(questions: QuestionSet, answers: Mapping[str, Answer]) -> frozenset[str]:
    """All parts of all answers, whether they count or not: what no plan may lose."""
    found = set[str]()
    for key, answer in answers.items():
        question = questions.by_key.get(key)
        known = question is not None and answer.state == KNOWN
        found |= {part.path for part in _parts(question, answer.value)} if known and question else {key}
    return frozenset(found)
