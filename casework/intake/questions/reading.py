"""Reads a question set from its files: `set.yaml` names the others. Whatever is wrong is said, all at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from casework.intake.questions import checking, conditions
from casework.intake.questions.conditions import Condition
from casework.intake.questions.definition import (
    ASKED_BY,
    EITHER,
    LANGUAGES,
    LIST_OF,
    Choice,
    Hint,
    Question,
    QuestionSet,
    Relief,
    Row,
    Section,
    Target,
    Text,
)  # fmt: skip
from casework.intake.questions.files import Invalid, Problem, plain

HEAD = "set.yaml"
Words = Mapping[str, Any]
_OF_QUESTION = frozenset(
    ["key", "type", "label", "help", "say", "you", "tier", "asked_by", "reads", "choices", "list", "own", "codes",
     "show_if", "to", "urgent", "flags", "items", "at_most", "least", "most", "child"]
)  # fmt: skip
_INHERITED = ("tier", "asked_by", "reads")  # from the section, and from a list to what it asks of each
_OF_SECTION = frozenset(["key", "title", "intro", "to_whom", "tier", "asked_by", "reads", "questions"])


def load(folder: Path, lists: checking.Lists, flags: frozenset[str]) -> QuestionSet:
    """The set in the folder; codes are compared with `lists` (name to codes), flags with those that are known.

    Raises Invalid with everything that is wrong.
    """
    head = plain(folder / HEAD)
    reader = _Reader(lists, choices=head.get("shared", {}))
    found = reader.whole(head, folder)
    problems = [*reader.problems, *checking.problems(found, reader.where, flags)]
    if problems:
        raise Invalid(problems)
    return found


@dataclass
class _Reader:
    """Reads file by file, and keeps what was wrong; `where` says in which file a key stands."""

    lists: checking.Lists
    choices: Words
    problems: list[Problem] = field(default_factory=list)
    where: dict[str, str] = field(default_factory=dict)
    file: str = HEAD

    def wrong(self, key: str, reason: str) -> None:
        self.problems.append(Problem(self.file, key, reason))

    def whole(self, head: Words, folder: Path) -> QuestionSet:
        hints = {key: self._hint(key, one) for key, one in head.get("hints", {}).items()}
        sections, relief = list[Section](), list[Relief]()
        for name in head.get("files", []):
            self.file = str(name)
            content = plain(folder / self.file)
            sections += [self._section(one) for one in content.get("sections", [])]
            relief += [self._relief(one) for one in content.get("relief", [])]
        self.file = HEAD
        return QuestionSet(
            key=str(head.get("key", "")), version=self._whole_number(head, "version", "version") or 0,
            as_of=self._day(head), sections=tuple(sections), first_call=tuple(head.get("first_call", [])),
            rows={str(key): self._row(str(key), one) for key, one in head.get("rows", {}).items()},
            hints=hints, relief=tuple(relief),
        )  # fmt: skip

    def _day(self, head: Words) -> date:
        try:
            return date.fromisoformat(str(head.get("as_of")))
        except ValueError:
            self.wrong("as_of", "is no day")
            return date.min

    def _section(self, words: Words) -> Section:
        key = str(words.get("key", ""))
        self._names(key, words, _OF_SECTION)
        self._stands(key)
        usual: Words = {name: words[name] for name in _INHERITED if name in words}
        return Section(
            key, self.text(key, "title", words), self.text(key, "intro", words), str(words.get("to_whom", EITHER)),
            tuple(self._question(key, one, usual) for one in words.get("questions", [])),
        )  # fmt: skip

    def _question(self, section: str, words: Words, usual: Words) -> Question:
        key = str(words.get("key", ""))
        self._names(key, words, _OF_QUESTION)
        self._stands(key)
        got = {**usual, **words}
        inherited: Words = {name: got[name] for name in _INHERITED if name in got}
        return Question(
            key=key, section=section, type=str(got.get("type", "")), label=self.text(key, "label", got),
            tier=self._whole_number(got, "tier", key) or 0, asked_by=self._asked_by(key, got),
            reads=str(got.get("reads", "")),
            help=self.text(key, "help", got) if "help" in got else None,
            say=self.text(key, "say", got) if "say" in got else None,
            you=self.text(key, "you", got) if "you" in got else None,
            choices=self._choices(key, got), codes=str(got.get("codes", "")),
            show_if=self._condition(key, got["show_if"]) if "show_if" in got else None, to=self._target(key, got),
            urgent=self._tests(key, got, "urgent"), flags=self._tests(key, got, "flags"),
            items=tuple(self._question(section, one, inherited) for one in got.get("items", [])),
            at_most=self._whole_number(got, "at_most", key) or (4 if got.get("type") == LIST_OF else 0),
            least=self._whole_number(got, "least", key), most=self._whole_number(got, "most", key),
            child=got.get("child") == "yes",
        )  # fmt: skip

    def _choices(self, key: str, words: Words) -> tuple[Choice, ...]:
        written = words.get("choices", {})
        if isinstance(written, str):
            if written not in self.choices:
                self.wrong(key, f"there are no shared choices `{written}`")
            written = self.choices.get(written, {})
        found = tuple(Choice(str(code), self.text(key, str(code), written)) for code in written)
        self._listed(key, words, found)
        return found

    def _listed(self, key: str, words: Words, found: tuple[Choice, ...]) -> None:
        """Codes of a named list stand in it, but for those that are the question's own."""
        for named in filter(None, [words.get("list"), words.get("codes")]):
            if named not in self.lists:
                self.wrong(key, f"there is no list `{named}`")
                return
        if "list" in words:
            known = self.lists[str(words["list"])] | set(words.get("own", []))
            for one in found:
                if one.code not in known:
                    self.wrong(key, f"`{one.code}` is not in the list `{words['list']}`")

    def _target(self, key: str, words: Words) -> Target | None:
        if "to" not in words:
            return None
        row, dot, column = str(words["to"]).partition(".")
        if not dot:
            self.wrong(key, "`to` is a row and a column: person.birth_date")
        return Target(row, column)

    def _row(self, key: str, words: Words) -> Row:
        if not isinstance(words, dict) or "table" not in words:
            self.wrong(key, "a row is {table: ..., column: what always stands there}")
            return Row("")
        return Row(str(words["table"]), {str(name): str(one) for name, one in words.items() if name != "table"})

    def _tests(self, key: str, words: Words, name: str) -> dict[str, Condition]:
        return {str(one): self._condition(key, test, own=key) for one, test in words.get(name, {}).items()}

    def _condition(self, key: str, written: object, own: str = "") -> Condition:
        try:
            return conditions.read(written, own)
        except ValueError as error:
            self.wrong(key, str(error))
            return Condition(conditions.ANSWERED, key) if own else Condition(conditions.ALL)

    def _asked_by(self, key: str, words: Words) -> str:
        asker = str(words.get("asked_by", ""))
        if asker not in ASKED_BY:
            self.wrong(key, f"`asked_by` is one of {', '.join(ASKED_BY)}")
            return ASKED_BY[-1]
        return asker

    def _hint(self, key: str, words: Words) -> Hint:
        self._names(key, words, frozenset(["text", "do", "source", "stops"]))
        return Hint(
            key, self.text(key, "text", words), self.text(key, "do", words), self._source(key, words),
            stops=words.get("stops") == "yes",
        )  # fmt: skip

    def _relief(self, words: Words) -> Relief:
        key = str(words.get("key", ""))
        self._names(key, words, frozenset(["key", "text", "ask", "source", "if"]))
        self._stands(key)
        return Relief(
            key, self.text(key, "text", words), self.text(key, "ask", words), self._source(key, words),
            self._condition(key, words.get("if")),
        )  # fmt: skip

    def _source(self, key: str, words: Words) -> str:
        if not words.get("source"):
            self.wrong(key, "has no source")
        return str(words.get("source", ""))

    def _whole_number(self, words: Words, name: str, key: str) -> int | None:
        written = words.get(name)
        if written is None:
            return None
        if not str(written).isdigit():
            self.wrong(key, f"`{name}` is no whole number")
            return None
        return int(written)

    def text(self, key: str, name: str, words: Words) -> Text:
        """A text, of which every language has to be there."""
        found, reasons = read_text(words.get(name))
        for reason in reasons:
            self.wrong(key, f"`{name}` {reason}")
        return found

    def _names(self, key: str, words: Words, known: frozenset[str]) -> None:
        for name in words:
            if name not in known:
                self.wrong(key or "-", f"`{name}` means nothing here")

    def _stands(self, key: str) -> None:
        if key in self.where:
            self.wrong(key, f"the key stands twice, first in {self.where[key]}")
        self.where.setdefault(key, self.file)


def read_text(written: object) -> tuple[Text, list[str]]:
    """A text by language, and what is wrong with it."""
    if not isinstance(written, dict):
        return Text({"en": ""}), ["is missing, or is no text by language"]
    missing = [f"has no translation: {language}" for language in LANGUAGES if not written.get(language)]
    return Text({"en": "", **{str(language): str(one) for language, one in written.items()}}), missing
