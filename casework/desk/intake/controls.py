"""The boxes in which questions are answered: one control for each type, and how stored values stand in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from casework.directory.models import Code, Court
from casework.intake import words
from casework.intake.questions.conditions import DECLINED, NOT_KNOWN
from casework.intake.questions.definition import CHOICES, LIST_OF, YES_NO, Question
from casework.intake.questions.normalizing import NONE
from casework.look.forms import Chips, DateInput, LongSelect, ManyChips, TimeInput
from casework.people import countries, languages, phones, rules

ONE_OF = frozenset({YES_NO, "choice"})  # "not known" and "declined" stand among their answers
STATES = ((NOT_KNOWN, _("Not known")), (DECLINED, _("Declined to answer")))
PLAIN = {"autocomplete": "off", "spellcheck": "false"}
BLANK = 1  # empty rows of a list that has none yet
LISTS: dict[str, Callable[[], list[str]]] = {
    "languages": languages.options,
    "countries": countries.options,
    "charges": lambda: [str(one) for one in Code.objects.filter(list="charges").order_by("code")],
}
LIST_OF_TYPE = {"language": "languages", "country": "countries"}


class Answers(Chips):
    """One of the answers, or that there is none."""

    faint = frozenset({NOT_KNOWN, DECLINED})


class States(ManyChips):
    """Why there is no answer. Ticking another one, or writing an answer, takes the place of what was ticked."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().create_option(*args, **kwargs), "faint": True}


@dataclass(frozen=True)
class Cell:
    """A box among several: of a part of the answer, or of a question that is asked of each in a list."""

    name: str
    label: Any
    widget: forms.Widget
    show: Callable[[Any], Any] = lambda value: value

    @property
    def is_group(self) -> bool:
        return bool(self.widget.use_fieldset)


class Cells(forms.Widget):
    """Rows of boxes, or one row of the parts of a value. Rows can be added and taken away without a script."""

    template_name = "desk/intake/cells.html"
    use_fieldset = True

    def __init__(self, cells: list[Cell], *, many: bool = False, most: int = 1) -> None:
        super().__init__()
        self.cells, self.many, self.most, self.more = cells, many, most, 0

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = list(value or []) if self.many else [value or {}]
        if self.many:
            blank = self.more or (0 if rows else BLANK)
            rows += [{} for _row in range(blank)][: max(0, self.most - len(rows))]
        own = (attrs or {}).get("id", "")
        shown = [(self._row(name, at, row, own), bool(row)) for at, row in enumerate(rows)]
        context = super().get_context(name, None, attrs)
        return context | {"rows": shown, "many": self.many, "full": len(rows) >= self.most, "name": name}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        found: list[dict[str, Any]] = []
        while any(f"{name}-{len(found)}-{cell.name}" in data for cell in self.cells) or (
            self.many and f"{name}-{len(found)}" in data
        ):
            found.append(self._read(data, files, f"{name}-{len(found)}"))
        taken = data.get("remove", "") if self.many else ""
        if not self.many:
            return found[0] if found else {}
        return [row for at, row in enumerate(found) if any(row.values()) and taken != f"{name}-{at}"]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(str(key).startswith(f"{name}-0") for key in data)

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return f"{id_}_0" if id_ else id_

    def _read(self, data: Any, files: Any, prefix: str) -> dict[str, Any]:
        row = {cell.name: cell.widget.value_from_datadict(data, files, f"{prefix}-{cell.name}") for cell in self.cells}
        return {name: value for name, value in row.items() if value not in (None, "", [])}

    def _row(self, name: str, at: int, row: Mapping[str, Any], own: str) -> list[dict[str, Any]]:
        found = []
        for place, cell in enumerate(self.cells):
            id_ = f"{own}_{at}" + (f"_{cell.name}" if place else "")
            html = cell.widget.render(f"{name}-{at}-{cell.name}", row.get(cell.name), {"id": id_})
            found.append({"label": cell.label, "id": id_, "html": html, "group": cell.is_group})
        return found


def control(question: Question) -> forms.Widget:
    """The control in which a question is answered."""
    if question.type in ONE_OF:
        return Answers(choices=[*_choices(question), *STATES])
    if question.type == CHOICES:
        return ManyChips(choices=_choices(question))
    if question.type == LIST_OF:
        cells = [Cell(one.key, words.text(one.label), _small(one)) for one in question.items]
        return Cells(cells, many=True, most=max(20, question.at_most))
    parts = PARTS.get(question.type)
    return Cells([Cell(name, label, widget()) for name, label, widget in parts]) if parts else _line(question)


def states(question: Question) -> list[tuple[str, Any]]:
    """What can be said in the place of an answer, beside the control."""
    if question.type in ONE_OF:
        return []
    none = [(NONE, _("Has none"))] if question.type == "a_number" else []
    return [*none, *STATES]


def in_control(question: Question, value: Any) -> Any:
    """A stored value as its control shows it."""
    if value is None:
        return None
    if question.type == LIST_OF:
        items = {one.key: one for one in question.items}
        return [{key: _in_line(items[key], one) for key, one in row.items() if key in items} for row in value]
    if question.type == "datetime":
        day, _t, clock = value.partition("T")
        return {"day": day, "clock": clock}
    if question.type in PARTS or question.type == CHOICES:
        return value
    return _in_line(question, value)


def as_given(question: Question, raw: Any) -> Any:
    """What was typed, as `normalizing.normalized` takes it."""
    if question.type == "datetime":
        return " ".join(filter(None, (raw.get("day", ""), raw.get("clock", ""))))
    return "" if raw is None else raw


def is_empty(raw: Any) -> bool:
    return raw in (None, "", [], {}) or (isinstance(raw, str) and not raw.strip())


def lists(questions: list[Question]) -> dict[str, list[str]]:
    """The lists that boxes of these questions offer, by the id that they name."""
    asked = [item for one in questions for item in (one, *one.items)]
    wanted = {_list_of(one) for one in asked} - {""}
    return {name: LISTS[name]() for name in sorted(wanted)}


def _list_of(question: Question) -> str:
    return question.codes if question.type == "code" else LIST_OF_TYPE.get(question.type, "")


def _choices(question: Question) -> list[tuple[str, Any]]:
    if question.type == YES_NO:
        return [("yes", _("Yes")), ("no", _("No"))]
    return [(one.code, words.text(one.label)) for one in question.choices]


def _small(question: Question) -> forms.Widget:
    """The control of a question in a list: one line for what has several parts elsewhere."""
    if question.type in ONE_OF:
        return forms.Select(choices=[("", ""), *_choices(question)])
    if question.type == CHOICES:
        return ManyChips(choices=_choices(question))
    return _line(question)


def _line(question: Question) -> forms.Widget:
    if question.type == "long_text":
        return forms.Textarea(attrs={"rows": 3, "maxlength": question.most or 4000})
    if question.type == "date":
        return DateInput()
    if question.type == "time":
        return TimeInput()
    if question.type == "court":
        courts = Court.objects.sitting().order_by("name", "key").values_list("key", "name")
        return LongSelect(choices=[("", _("Choose the court")), *courts])
    attrs = PLAIN | MODES.get(question.type, {}) | ({"list": _list_of(question)} if _list_of(question) else {})
    return forms.TextInput(attrs=attrs)


def _in_line(question: Question, value: Any) -> Any:
    """A stored value as one line shows it."""
    say = SHOWN.get(question.type)
    return say(question, value) if say else value


MODES: dict[str, dict[str, str]] = {
    "number": {"inputmode": "numeric"},
    "money": {"inputmode": "decimal"},
    "a_number": {"inputmode": "numeric"},
    "phone": {"type": "tel"},
    "email": {"inputmode": "email"},
    "partial_date": {"placeholder": "2019, 2019-04, 2019-04-30"},
    "datetime": {"placeholder": "2026-11-22 21:30"},
}
PARTS: dict[str, list[tuple[str, Any, Callable[[], forms.Widget]]]] = {
    "datetime": [("day", _("Day"), DateInput), ("clock", _("Time, where known"), TimeInput)],
    "person_name": [
        ("given_names", _("Given names"), lambda: forms.TextInput(attrs=PLAIN)),
        ("first_surname", _("First surname"), lambda: forms.TextInput(attrs=PLAIN)),
        ("second_surname", _("Second surname"), lambda: forms.TextInput(attrs=PLAIN)),
    ],
    "address": [
        ("street", _("Street, corner or name of the place"), lambda: forms.TextInput(attrs=PLAIN)),
        ("city", _("City"), lambda: forms.TextInput(attrs=PLAIN)),
        ("state", _("State"), lambda: forms.TextInput(attrs=PLAIN)),
        ("zip", _("ZIP code"), lambda: forms.TextInput(attrs=PLAIN | {"inputmode": "numeric"})),
    ],
}
SHOWN: dict[str, Callable[[Question, Any], Any]] = {
    "a_number": lambda _question, value: "" if value == NONE else rules.shown(value),
    "phone": lambda _question, value: phones.shown(value),
    "language": lambda _question, value: languages.name_of(value),
    "country": lambda _question, value: countries.name_of(value),
    "datetime": lambda _question, value: value.replace("T", " "),
    "facility": lambda question, value: ", ".join(words.of_value(question, value)),
    "address": lambda question, value: ", ".join(words.of_value(question, value)),
    "person_name": lambda question, value: ", ".join(words.of_value(question, value)),
    "code": lambda _question, value: value,
}
