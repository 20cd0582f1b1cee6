"""What tests of questions share: the set that is asked, answers, a small set of their own in a folder."""

from datetime import date
from pathlib import Path
from typing import Any

from casework.intake.questions import lists
from casework.intake.questions.conditions import Answer, Now
from casework.intake.questions.definition import Question, QuestionSet, Text
from casework.intake.questions.normalizing import Finders
from casework.intake.questions.reading import load

TODAY = date(2026, 11, 22)
NOW = Now(TODAY, frozenset({"MAM", "QUI"}))
KNOWN_LISTS = {"contact_kind": frozenset({"family", "friend"}), "charges": frozenset[str]()}
HEAD = """
key: small
version: 1
as_of: 2026-11-22
files: [all.yaml]
rows: {caller: {table: contact}}
first_call: [one]
hints:
  stop: {text: {en: Stop, es: Pare}, do: {en: Now, es: Ahora}, source: here, stops: "yes"}
"""
SECTION = """
sections:
  - key: section
    title: {en: Title, es: Título}
    intro: {en: Intro, es: Introducción}
    to_whom: either
    asked_by: trained
    tier: 1
    reads: person
    questions:
"""
ONE = """
      - key: one
        type: yes_no
        asked_by: first_call
        label: {en: One, es: Uno}
        say: {en: One?, es: "¿Uno?"}
"""


def intake() -> QuestionSet:
    """The set that is asked."""
    return lists.intake()


def known(**values: Any) -> dict[str, Answer]:
    """Answers that are known, by their stored forms."""
    return {key: Answer(value) for key, value in values.items()}


def small(folder: Path, more: str = "", *, one: str = ONE, head: str = HEAD, section: str = SECTION) -> QuestionSet:
    """A set of question `one` and more of them. Raises Invalid."""
    (folder / "set.yaml").write_text(head, encoding="utf-8")
    (folder / "all.yaml").write_text(section + one + more, encoding="utf-8")
    return load(folder, KNOWN_LISTS, frozenset({"elderly"}))


def question(kind: str, **more: Any) -> Question:
    """A question of the type."""
    return Question("asked", "section", kind, Text({"en": "Asked"}), 1, "trained", "person", **more)


def _from(table: dict[str, str]) -> Any:
    def find(typed: str) -> str:
        if typed.lower() not in table:
            raise ValueError(typed)
        return table[typed.lower()]

    return find


FINDERS = Finders(
    country=_from({"guatemala": "GT"}), language=_from({"mam": "MAM"}),
    facility=lambda typed: "ADLNTCA" if typed.lower() == "adelanto" else "",
    court=_from({"adelanto": "adelanto"}), code=lambda name, typed: _from({"charges 6a": "6A"})(f"{name} {typed}"),
)  # fmt: skip
