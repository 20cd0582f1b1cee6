"""What acceptance would write, as somebody reads it before: by room, then what stays an answer, then the tasks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from casework.access import verbs
from casework.cases import follow_ups
from casework.desk.case import told
from casework.docket.models.kinds import HearingKind
from casework.intake import words as of_answers
from casework.intake.acceptance.plan import Cell, Fate, Plan, Row, key_of
from casework.intake.acceptance.standing import Intake
from casework.intake.acceptance.words import WHY
from casework.intake.questions.definition import Question
from casework.people import rules, vulnerability
from casework.people.models import Subject

BY_QUESTION = frozenset({"stint", "hearing", "charge", "call", "incident", "proceeding"})  # said as their answers are
ROOMS: dict[str, str] = {
    "person": "person", "flags": "person", "contact": "people", "adverse_party": "people", "consent": "consents",
    "stint": "custody", "proceeding": "court", "charge": "court", "hearing": "court", "bond": "court",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One value in words: what it is, what it says, and why it is not written, where it is not."""

    label: str
    says: str
    why: str = ""


@dataclass(frozen=True)
class Block:
    """One row of the plan: whom or what it is about, what is new, what is there, what is not written or kept, and why.

    `choices` are the fields in which somebody chooses; `leave` the field that an act's refusal stands at.
    """

    title: str
    is_there: bool
    must_not_know: bool
    new: list[Line]
    same: list[str]
    impossible: list[Line]
    kept: list[Line]
    choices: list[BoundField] = field(default_factory=list)
    leave: BoundField | None = None


@dataclass(frozen=True)
class Room:
    """All rows of a room."""

    key: str
    title: str
    blocks: list[Block]


def rooms(intake: Intake, form: Any) -> list[Room]:
    """What is written where, in the order in which a file is read."""
    titles = {
        "person": _("The person"), "people": _("Family and contacts"), "consents": _("Consents"),
        "custody": _("Custody"), "court": _("Court"),
    }  # fmt: skip
    found: dict[str, list[Block]] = {key: [] for key in titles}
    for row in intake.plan.rows:
        if row.table in ROOMS and (row.cells or row.table == "proceeding"):
            found[ROOMS[row.table]].append(_block(intake, row, form))
    return [Room(key, titles[key], blocks) for key, blocks in found.items() if blocks]


def tasks(plan: Plan) -> list[str]:
    return [follow_ups.says(one.rule, one.values) for one in plan.follows]


def answers(intake: Intake) -> list[Line]:
    """What stays an answer: in words, with the reason where it is not that it has no column."""
    by_key: dict[str, str] = {}
    for one in intake.plan.left:
        by_key.setdefault(one.question.split(".")[0], one.why)
    for row in intake.plan.rows:
        for cell in row.cells if row.table not in ROOMS else ():
            for path in cell.questions:
                by_key.setdefault(path.split(".")[0], "no_column")
    return [
        _answer(intake, question, by_key[question.key]) for question in intake.said.questions if question.key in by_key
    ]


def _answer(intake: Intake, question: Question, why: str) -> Line:
    given = intake.givens[question.key]
    reason = str(WHY[why]) if why == "not_asked" else ""
    says = "•••" if is_hidden(question) else "; ".join(of_answers.lines(question, given))
    return Line(of_answers.text(question.label), says, reason)


def is_hidden(question: Question) -> bool:
    """Whether showing the answer is a look of its own: pass phrases."""
    return question.to is not None and question.to.column == "pass_phrase"


def _block(intake: Intake, row: Row, form: Any) -> Block:
    fields = {key: form[name] for name, key in form.choices.items()}
    return Block(
        _title(row), bool(row.stands) and row.table not in ("person", "flags"), bool(row.given.get("must_not_know")),
        _new(intake, row), [_label(intake, row, cell) for cell in row.of_fate(Fate.SAME)],
        list(_with_why(intake, row, Fate.IMPOSSIBLE)), list(_with_why(intake, row, Fate.KEPT)),
        [fields[key] for cell in row.of_fate(Fate.DIFFERS) if (key := key_of(row, cell)) in fields],
        form[form.leaves[row.key]] if row.key in form.leaves else None,
    )  # fmt: skip


def _new(intake: Intake, row: Row) -> list[Line]:
    """The values that are written; flags in one line, and of a name that stands above nothing."""
    cells = row.of_fate(Fate.NEW)
    if row.table == "flags":
        marked = ", ".join(_label(intake, row, cell) for cell in cells)
        return [Line(_("Will be marked"), marked)] if marked else []
    lines = [Line(_label(intake, row, cell), say(intake, row, cell, cell.new)) for cell in cells]
    return [one for one in lines if not row.about or one.says != row.about]


def _with_why(intake: Intake, row: Row, fate: Fate) -> Iterator[Line]:
    for cell in row.of_fate(fate):
        yield Line(_label(intake, row, cell), say(intake, row, cell, cell.new), str(WHY.get(cell.why, "")))


def _title(row: Row) -> str:
    fixed = {
        "flags": _("What makes the person vulnerable"), "stint": _("Where the person is"), "bond": _("Bond"),
        "proceeding": _("Removal proceeding"), "charge": _("Charge"),
    }  # fmt: skip
    if row.table in ("contact", "adverse_party", "consent"):
        return row.about or _("Name not known yet")
    if row.table == "hearing":
        return str(HearingKind(row.about).label) if row.about else _("Hearing")
    if row.table == "stint" and row.key != "stint":
        return _("Where the person was before")
    return fixed.get(row.table, "")


def label(intake: Intake, key: str) -> str:
    """What the value with this key of the plan is called."""
    return next((_label(intake, row, cell) for name, row, cell in intake.plan.cells() if name == key), key)


def _label(intake: Intake, row: Row, cell: Cell) -> str:
    if row.table == "flags":
        return str(vulnerability.LABELS[cell.column])
    if row.table == "stint" and cell.column == "starts_at":  # where nobody said since when, it comes from the place
        return of_answers.text(intake.said.questions.by_key["held_since"].label)
    if row.table in BY_QUESTION:
        return of_answers.text(_question(intake, cell).label)
    if row.table == "bond":
        return verbs.field(f"bond.{cell.column}")
    return _("May be told about") if cell.column == "subjects" else verbs.field(cell.column)


def say(intake: Intake, row: Row, cell: Cell, value: Any, *, whole: bool = False) -> str:
    """A value of the plan in words; A-numbers masked unless `whole`, pass phrases always."""
    if value in (None, "", [], {}) or row.table == "flags":
        return ""
    if row.table in BY_QUESTION or (cell.fate in (Fate.KEPT, Fate.IMPOSSIBLE) and row.table == "bond"):
        return _answered(intake, cell, value)
    if cell.column in SAYS:
        return SAYS[cell.column](value)
    if cell.column == "a_number":
        return rules.shown(value) if whole else rules.masked(value)
    return told.value(f"bond.{cell.column}" if row.table == "bond" else cell.column, value)


def _answered(intake: Intake, cell: Cell, value: Any) -> str:
    """As the answer says it; a place since a day that stands for no answer of its own says the day."""
    if cell.column == "starts_at":
        return of_answers.partial(value[:10]) + (f", {value[11:]}" if len(value) > 10 else "")
    return "; ".join(of_answers.of_value(_question(intake, cell), value))


SAYS: dict[str, Callable[[Any], str]] = {
    "amount": lambda value: f"$ {value:,}",
    "ice_amount": lambda value: f"$ {value:,}",
    "subjects": lambda value: ", ".join(str(Subject(one).label) for one in value),
    "pass_phrase": lambda _value: "•••",
}


def _question(intake: Intake, cell: Cell) -> Question:
    return intake.said.questions.by_key[cell.questions[0].split(".")[-1]]
