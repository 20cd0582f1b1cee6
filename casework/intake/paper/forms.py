"""A form as it is laid out: its sections, questions and boxes with their words in one or two languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from casework.intake.paper import boxes
from casework.intake.paper.boxes import PICK, Box
from casework.intake.paper.texts import Words, words
from casework.intake.questions.definition import LIST_OF, PERSON, Question, Section

WIDE = frozenset({"long_text", "address", "person_name", LIST_OF})
SEVERAL = " / "


@dataclass(frozen=True)
class Said:
    """A text in one language."""

    language: str
    direction: str
    text: str


@dataclass(frozen=True)
class Placed:
    """A box on paper: what stands beside it, and what a program says of it and of its group, in the first language."""

    box: Box
    label: str
    tip: str
    group: str


@dataclass(frozen=True)
class Column:
    """What is asked of each in a list."""

    label: str
    boxes: list[Placed]


@dataclass(frozen=True)
class Asked:
    """A question on paper."""

    key: str
    said: list[Said]
    help: list[Said]
    depends: str
    wide: bool
    boxes: list[Placed]
    rows: list[list[Column]]
    states: list[Placed]


@dataclass(frozen=True)
class Part:
    """A section on paper."""

    key: str
    titles: list[Said]
    for_staff: list[Said]
    questions: list[Asked]


@dataclass(frozen=True)
class Form:
    """A form in its languages; the first is that of the paper."""

    version: int
    languages: tuple[str, ...]
    parts: list[Part]

    @property
    def spoken(self) -> list[Words]:
        return [words(one) for one in self.languages]


def form(version: int, sections: Sequence[tuple[Section, Sequence[Question]]], languages: Sequence[str]) -> Form:
    """The form of these sections, each with the questions that stand in it."""
    spoken = [words(one) for one in languages]
    parts = [_part(section, questions, spoken) for section, questions in sections if questions]
    return Form(version, tuple(languages), parts)


def fixed(spoken: Sequence[Words], key: str) -> list[Said]:
    return _said([(one, one.fixed[key]) for one in spoken])


def _part(section: Section, questions: Sequence[Question], spoken: Sequence[Words]) -> Part:
    asks = any(one.reads == PERSON for one in questions)
    return Part(
        section.key, _said([(one, one.section(section)) for one in spoken], section.title.said("en")),
        [] if asks else fixed(spoken, "staff"), [_asked(one, spoken) for one in questions],
    )  # fmt: skip


def _asked(question: Question, spoken: Sequence[Words]) -> Asked:
    said = _said([(one, one.ask(question)) for one in spoken], question.label.said("en"))
    help_ = _said([(one, one.help(question)) for one in spoken])
    tip = said[0].text
    listed = question.type == LIST_OF
    rows = [
        [_column(question, item, at, spoken) for item in question.items] for at in range(1, question.at_most + 1)
    ] if listed else []  # fmt: skip
    plain = [] if listed else [_placed(question, box, tip, spoken) for box in boxes.boxes(question)]
    return Asked(
        question.key, said, help_, question.key if question.show_if else "", question.type in WIDE, plain, rows,
        [_placed(question, box, tip, spoken) for box in boxes.states(question)],
    )  # fmt: skip


def _column(question: Question, item: Question, at: int, spoken: Sequence[Words]) -> Column:
    label = both([one.name(item) for one in spoken]) or item.label.said("en")
    asked = spoken[0].ask(question) or question.label.said("en")
    tip = f"{asked} {at}. {spoken[0].name(item) or item.label.said('en')}"
    return Column(label, [_placed(item, box, tip, spoken) for box in boxes.cell(question, item, at)])


def _placed(question: Question, box: Box, tip: str, spoken: Sequence[Words]) -> Placed:
    if not box.code:
        return Placed(box, "", tip, tip)
    named = box.code in spoken[0].fixed and box.code not in question.offered
    labels = [one.fixed[box.code] if named else one.choice(question, box.code) for one in spoken]
    if not any(labels):
        labels = [question.choice(box.code).label.said("en")]
    first = labels[0] or next(filter(None, labels))
    return Placed(box, both(labels), first if box.kind == PICK else f"{tip}: {first}", tip)


def both(texts: Sequence[str]) -> str:
    return SEVERAL.join(dict.fromkeys(one for one in texts if one))


def _said(pairs: Sequence[tuple[Words, str]], otherwise: str = "") -> list[Said]:
    """The text in each language in which it is there; in English where it is in none."""
    found = [Said(one.language, one.direction, text) for one, text in pairs if text]
    return found or ([Said("en", "ltr", otherwise)] if otherwise else [])


def lines(form: Form) -> list[str]:
    """The names of all fields of the form."""
    return [
        one.box.name
        for part in form.parts
        for asked in part.questions
        for one in (*asked.boxes, *(two for row in asked.rows for cell in row for two in cell.boxes), *asked.states)
    ]
