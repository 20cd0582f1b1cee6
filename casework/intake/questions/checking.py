"""What has to be right in a whole question set, beyond each entry by itself."""

import re
from collections.abc import Callable, Iterator, Mapping

from casework.intake.questions.conditions import (
    AT_LEAST,
    INDIGENOUS,
    OF_DATES,
    SAYS,
    STATES,
    Condition,
)  # fmt: skip
from casework.intake.questions.definition import (
    ASKED_BY,
    CALLER,
    CHOICE,
    CHOICES,
    CODE,
    COUNSEL,
    DATES,
    EITHER,
    FIRST_CALL,
    FIRST_CALL_MOST,
    LIST_OF,
    NUMBERS,
    PERSON,
    STAFF,
    TEXTS,
    TRAINED,
    TYPES,
    Question,
    QuestionSet,
    Relief,
)  # fmt: skip
from casework.intake.questions.files import Problem
from casework.intake.questions.targets import COLUMNS

Lists = Mapping[str, frozenset[str]]
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")  # it becomes the name of a PDF field
CHOICE_CODE = re.compile(r"[A-Za-z0-9_]{1,24}")
# Whoever asks must be able to see what they wrote: the first call writes what everybody on the case sees.
TIERS = {FIRST_CALL: (1,), TRAINED: (1, 2), COUNSEL: (2, 3)}
MAY = {"en": re.compile(r"\bmay\b", re.IGNORECASE), "es": re.compile(r"\bpuede[n]?\b|\bpodría[n]?\b", re.IGNORECASE)}
Found = Iterator[tuple[str, str]]  # key, reason


def problems(found: QuestionSet, where: Mapping[str, str], flags: frozenset[str]) -> list[Problem]:
    """All that is wrong with the set; `where` says in which file a key stands."""
    said = [*_rows(found), *_questions(found, flags), *_conditions(found), *_first_call(found), *_relief(found)]
    return [Problem(where.get(key, "set.yaml"), key, reason) for key, reason in said]


def _questions(found: QuestionSet, flags: frozenset[str]) -> Found:
    for section in found.sections:
        if section.to_whom not in (CALLER, PERSON, EITHER):
            yield section.key, f"`to_whom` is one of {CALLER}, {PERSON}, {EITHER}"
    for one in found.by_key.values():
        for check in (_shape, _who, _kinds):
            yield from check(one)
        yield from _targets(one, found)
    for question in found:
        yield from _aloud(question)
        yield from _in_a_list(question)
        yield from ((question.key, f"there is no hint `{hint}`") for hint in question.urgent if hint not in found.hints)
        yield from ((question.key, f"there is no flag `{flag}`") for flag in sorted(set(question.flags) - flags))


def _shape(one: Question) -> Found:
    if not KEY.fullmatch(one.key):
        yield one.key or "-", "a key is small letters, digits and _, a letter first, 40 at most"
    if one.type not in TYPES:
        yield one.key, f"there is no type `{one.type}`"
    if one.reads not in (PERSON, STAFF):
        yield one.key, f"`reads` is {PERSON} or {STAFF}"
    if one.help and one.help.words == one.label.words:
        yield one.key, "the help says what the label says"


def _who(one: Question) -> Found:
    if one.tier not in TIERS[one.asked_by]:
        yield one.key, f"tier {one.tier} does not go with `asked_by: {one.asked_by}`"


def _aloud(one: Question) -> Found:
    if one.say is None and one.asked_by != COUNSEL and one.reads == PERSON:
        yield one.key, "has no `say`: what the interviewer says aloud"


def _kinds(one: Question) -> Found:
    """What only one type has, that type has."""
    wanted: list[tuple[str, bool, bool]] = [
        ("choices", bool(one.choices), one.type in (CHOICE, CHOICES)),
        ("codes", bool(one.codes), one.type == CODE),
        ("items", bool(one.items), one.type == LIST_OF),
    ]
    for name, there, due in wanted:
        if there != due:
            yield one.key, f"`{name}` {'is missing' if due else f'means nothing for the type {one.type}'}"
    if one.least is not None and one.type not in NUMBERS:
        yield one.key, f"`least` means nothing for the type {one.type}"
    if one.most is not None and one.type not in NUMBERS | TEXTS:
        yield one.key, f"`most` means nothing for the type {one.type}"
    for choice in one.choices:
        if not CHOICE_CODE.fullmatch(choice.code) or choice.code in STATES:
            yield one.key, f"`{choice.code}` cannot be a code"


def _in_a_list(question: Question) -> Found:
    for item in question.items:
        if item.type == LIST_OF:
            yield item.key, "a list holds no list"
        if item.show_if or item.urgent or item.flags:
            yield item.key, "`show_if`, `urgent` and `flags` stand at the list, not in it"


def _rows(found: QuestionSet) -> Found:
    for key, row in found.rows.items():
        if row.table in COLUMNS:
            yield from (
                (key, f"`{row.table}` has no column `{one}`") for one in row.fixed if one not in COLUMNS[row.table]
            )
        elif row.table:
            yield key, f"there is no table `{row.table}`"


def _targets(one: Question, found: QuestionSet) -> Found:
    if one.to is None:
        return
    table = found.row(one.to).table
    if table not in COLUMNS:
        yield one.key, f"`to` names no row: {one.to.row}"
    elif one.to.column not in COLUMNS[table]:
        yield one.key, f"`{table}` has no column `{one.to.column}`"


# --- Conditions


def _conditions(found: QuestionSet) -> Found:
    before = set[str]()
    for question in found:
        if question.show_if is not None:
            yield from _show_if(question, question.show_if, found, before)
        for condition in (*question.urgent.values(), *question.flags.values()):
            yield from _tests(question.key, condition, found)
        before.add(question.key)


def _show_if(question: Question, condition: Condition, found: QuestionSet, before: set[str]) -> Found:
    for key in condition.questions():
        if key not in found.by_key:
            yield question.key, f"`show_if` names no question: {key}"
        elif key not in before:
            yield question.key, f"`show_if` names a question that comes later, or stands in a list: {key}"
        elif ASKED_BY.index(found.by_key[key].asked_by) > ASKED_BY.index(question.asked_by):
            yield question.key, f"`show_if` names a question that others ask: {key}"
    yield from _tests(question.key, condition, found)


def _tests(at: str, condition: Condition, found: QuestionSet) -> Found:
    for test in condition.tests():
        asked = found.by_key.get(test.question)
        if asked is None:
            continue
        fits = _FITS.get(test.test)
        if fits and not fits(asked):
            yield at, f"`{test.test}` cannot be asked of {asked.key}, which is a {asked.type}"
        for value in test.values - STATES - asked.offered if test.test == SAYS else ():
            yield at, f"{asked.key} cannot answer `{value}`"


_FITS: dict[str, Callable[[Question], bool]] = {
    **dict.fromkeys(OF_DATES, lambda asked: asked.type in DATES),
    AT_LEAST: lambda asked: asked.type in NUMBERS,
    INDIGENOUS: lambda asked: asked.type == "language",
}


# --- The first call, and relief


def _first_call(found: QuestionSet) -> Found:
    wanted = {one.key for one in found if one.asked_by == FIRST_CALL}
    for key in found.first_call:
        if key not in wanted:
            yield key, "stands in `first_call`, and is no question for it"
    for key in sorted(wanted - set(found.first_call)):
        yield key, "is asked by `first_call`, and does not stand in it"
    if len(found.first_call) > FIRST_CALL_MOST:
        yield "first_call", f"has {len(found.first_call)} questions, {FIRST_CALL_MOST} at most"
    if len(set(found.first_call)) < len(found.first_call):
        yield "first_call", "names a question twice"
    for at, key in enumerate(found.first_call):
        condition = found.by_key[key].show_if if key in found.by_key else None
        for asked in set(condition.questions() if condition else ()) - set(found.first_call[:at]):
            yield key, f"stands before {asked} in `first_call`, upon which it is shown"


def _relief(found: QuestionSet) -> Found:
    for one in found.relief:
        yield from _hedged(one)
        for key in one.condition.questions():
            if key not in {question.key for question in found}:
                yield one.key, f"`if` names no question: {key}"
        yield from _tests(one.key, one.condition, found)


def _hedged(one: Relief) -> Found:
    for language, word in MAY.items():
        if not word.search(one.text.words.get(language, "")):
            yield one.key, f"a hint says that something may be ({language}), never that it is"
