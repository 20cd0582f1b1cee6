"""Fields for what a plain box cannot hold: several lines, several rows of boxes, a word from a long list."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Column = forms.Field


class LinesField(forms.CharField):
    """A list of short texts, one on each line; blanks count once, and nothing counts twice."""

    widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})

    def __init__(self, *, most: int = 20, longest: int = 200, **kwargs: Any) -> None:
        self.most, self.longest = most, longest
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> str:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        found = list(dict.fromkeys(filter(None, lines)))
        if len(found) > self.most or any(len(line) > self.longest for line in found):
            words = _("At most %(most)s lines of %(longest)s letters.")
            raise ValidationError(words % {"most": self.most, "longest": self.longest})
        return found


class ListedInput(forms.TextInput):
    """A box that offers a list; `offers` is the id of the list on the page, which the first such box brings along."""

    template_name = "parts/listed.html"

    def __init__(self, offers: str, options: Callable[[], list[str]] | None = None) -> None:
        super().__init__(attrs={"list": offers, "autocomplete": "off", "spellcheck": "false"})
        self.options = options

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"options": self.options() if self.options else []}


class ListedField(forms.CharField):
    """A code, which is typed and shown as a name of a long list. `find` raises ValueError for what is not in it."""

    def __init__(self, *, find: Callable[[str], str], say: Callable[[str], str], **kwargs: Any) -> None:
        self.find, self.say = find, say
        super().__init__(**({"max_length": 100, "required": False} | kwargs))

    def prepare_value(self, value: Any) -> Any:
        return self.say(value) if value else value

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        try:
            return self.find(typed)
        except ValueError as error:
            raise ValidationError(_("This is not in the list. Choose one that is offered.")) from error


class Rows(forms.Widget):
    """Rows of boxes, and some empty ones at the end. Without a script there is no button for more: save, then go on."""

    template_name = "parts/rows.html"
    use_fieldset = True

    def __init__(self, columns: Mapping[str, Column], blank: int) -> None:
        super().__init__()
        self.columns, self.blank = columns, blank

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        rows = [*(value or []), *[{}] * self.blank]
        context = super().get_context(name, None, attrs)
        return context | {"rows": [self._row(name, number, row, attrs) for number, row in enumerate(rows)]}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while any(f"{name}-{len(found)}-{column}" in data for column in self.columns):
            found.append(
                {
                    column: field.widget.value_from_datadict(data, files, f"{name}-{len(found)}-{column}")
                    for column, field in self.columns.items()
                }
            )
        return [row for row in found if any(value not in ("", None, False) for value in row.values())]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not any(str(key).startswith(f"{name}-0-") for key in data)

    def _row(self, name: str, number: int, row: Mapping[str, Any], attrs: Any) -> list[tuple[str, str, str, bool]]:
        """Label, id and HTML of each box, and whether it is a tick."""
        found: list[tuple[str, str, str, bool]] = []
        for place, (column, field) in enumerate(self.columns.items()):
            own = f"{attrs['id']}_{number}" + (f"_{column}" if place else "") if attrs.get("id") else ""
            value = field.prepare_value(row.get(column, field.initial))
            html = field.widget.render(f"{name}-{number}-{column}", value, {"id": own} if own else None)
            found.append((str(field.label), own, html, isinstance(field.widget, forms.CheckboxInput)))
        return found


class HiddenRows(Rows):
    """The same rows, out of sight: what was typed stays in the page."""

    template_name = "parts/rows_hidden.html"
    input_type = "hidden"
    use_fieldset = False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, None, attrs)
        boxes = [
            (f"{name}-{number}-{column}", "on" if cell is True else cell)
            for number, row in enumerate(value or [])
            for column, cell in row.items()
            if cell not in ("", None, False)
        ]
        return context | {"boxes": boxes}


class RowsField(forms.Field):
    """A list of rows, each a dictionary with a value for every column; the first column must be filled in."""

    def __init__(self, columns: Mapping[str, Column], *, blank: int = 2, most: int = 10, **kwargs: Any) -> None:
        self.columns, self.most = columns, most
        self.hidden_widget = partial(HiddenRows, columns, 0)  # type: ignore[assignment]
        super().__init__(widget=Rows(columns, blank), required=False, **kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows, errors, found = value or [], [], []
        if len(rows) > self.most:
            errors.append(_("At most %(most)s rows.") % {"most": self.most})
        for number, row in enumerate(rows, start=1):
            cleaned: dict[str, Any] = {}
            for column, field in self.columns.items():
                try:
                    cleaned[column] = field.clean(row.get(column))
                except ValidationError as error:
                    errors += [f"{number}. {field.label}: {message}" for message in error.messages]
            found.append(cleaned)
        if errors:
            raise ValidationError(errors)
        return found


class ListedRowsField(RowsField):
    """Several codes of one list, each typed as its name; nothing counts twice."""

    def __init__(self, column: ListedField, **kwargs: Any) -> None:
        super().__init__({"code": column}, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return [{"code": one} if isinstance(one, str) else one for one in value or []]

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        return list(dict.fromkeys(row["code"] for row in super().clean(value) if row["code"]))
