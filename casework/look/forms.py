"""The one renderer behind all forms, and the controls Django lacks."""

from html import escape
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    """Forms and fields in our own templates, allauth's forms included."""

    form_template_name = "parts/form.html"
    field_template_name = "parts/field.html"


def say_what_to_do() -> None:
    """Django says "This field is required."; ours says what to do. For every form, allauth's included."""
    forms.Field.default_error_messages["required"] = _("Fill this in.")
    forms.ChoiceField.default_error_messages["required"] = _("Choose one.")
    forms.MultipleChoiceField.default_error_messages["required"] = _("Choose one or more.")
    forms.BooleanField.default_error_messages = {"required": _("Tick this to go on.")}
    for field, says in ((forms.DateField, _("Enter a date.")), (forms.TimeField, _("Enter a time."))):
        field.default_error_messages = {"required": says, "invalid": says}
    forms.EmailField.default_error_messages = {"invalid": _("Enter an address such as name@example.org.")}


class Chips(forms.RadioSelect):
    """One of a few short answers, all in sight. Values in `faint` ("unknown", "declined") step back."""

    template_name = "parts/chips.html"
    faint: frozenset[str] = frozenset({"unknown", "declined"})

    def create_option(self, *args: object, **kwargs: object) -> dict[str, object]:
        option: dict[str, object] = super().create_option(*args, **kwargs)  # type: ignore[arg-type]
        return {**option, "faint": str(option["value"]) in self.faint}


class ManyChips(forms.CheckboxSelectMultiple):
    """Several of a few short answers, all in sight."""

    template_name = "parts/chips.html"


class LongSelect(forms.Select):
    """A list of hundreds. Django asks a template for each option, which takes longer than the rest of the page.

    Options and escapes are written here: what Django gathers about each of a thousand options was a fifth of the
    caseload's page.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        inner = mark_safe("".join(_option(key, label, chosen) for key, label in self.choices))  # noqa: S308 (_option escapes)
        return format_html('<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), inner)


def _option(key: object, label: object, chosen: set[str]) -> str:
    """One option, or a group of them, which has the options where others have their label."""
    if isinstance(label, list | tuple):
        inner = "".join(_option(one, words, chosen) for one, words in label)
        return f'<optgroup label="{escape(str(key))}">{inner}</optgroup>'
    value = "" if key is None else str(key)
    selected = " selected" if value in chosen else ""
    chosen.discard(value)  # of two alike, the first
    return f'<option value="{escape(value)}"{selected}>{escape(str(label))}</option>'


class DateInput(forms.DateInput):
    """The browser's own date control, which speaks the reader's language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own clock control."""

    input_type = "time"

    def __init__(self, attrs: dict[str, str] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")
