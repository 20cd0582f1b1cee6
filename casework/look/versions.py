"""Forms about a row that somebody else may save meanwhile: whose value counts is chosen field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

THEIRS, MINE = "theirs", "mine"
KEEP = "keep_"


@dataclass(frozen=True)
class Theirs:
    """What somebody else made of a field: as it was, who did it and when in words.

    `told` is whether the reader may know how it was.
    """

    was: Any
    who: str
    told: bool = True


class VersionedForm(forms.Form):
    """Carries the version of the row that it was filled from (`version`).

    Where somebody saved another one, `ask` puts a choice in the place of each field that differs; what was typed stays
    in the page. Choices are made against the version `settled`.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    settled = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, version: int, standing: Mapping[str, Any], data: Any = None) -> None:
        """`standing` is what the row holds now, by field."""
        self.standing_version, self.standing = version, dict(standing)
        self.asks: list[str] = []
        super().__init__(data, initial=self.standing | {"version": version})

    def say(self, name: str, value: Any) -> str:
        """A value of a field as people read it; forms with other values than text say so."""
        return str(value or "")

    def say_former(self, name: str, value: Any) -> str:
        """A value that stands no more; forms that mask some of them say so."""
        return self.say(name, value)

    @property
    def seen(self) -> int:
        """The version that the page showed when it was filled in first."""
        return _number(self.data.get("version"))

    @property
    def is_settled(self) -> bool:
        """Whether choices were made, and against what stands now."""
        return _number(self.data.get("settled")) == self.standing_version

    def different(self, theirs: Mapping[str, Theirs]) -> list[str]:
        """Fields that somebody else changed and that were typed otherwise; of a form that is valid."""
        return [name for name in self.standing if name in theirs and self.cleaned_data[name] != self.standing[name]]

    def ask(self, names: list[str], theirs: Mapping[str, Theirs]) -> None:
        """Puts a choice in the place of these fields of a valid form; the one that was posted stays."""
        self.asks = names
        data: Any = self.data
        data = self.data = data.copy()
        data["settled"] = str(self.standing_version)
        order: list[str] = []
        for name, field in list(self.fields.items()):
            if name in names:
                order.append(KEEP + name)
                self.fields[KEEP + name] = self._choice(name, theirs[name])
                was = self.say(name, theirs[name].was)
                if theirs[name].told and self.say(name, self.cleaned_data[name]) == was:
                    data.setdefault(KEEP + name, THEIRS)  # it was not touched
                field.widget = field.hidden_widget()
            order.append(name)
        self.order_fields(order)

    def must_choose(self) -> bool:
        """Whether a choice is missing, which the form then says."""
        missing = [name for name in self.asks if self.data.get(KEEP + name) not in (THEIRS, MINE)]
        for name in missing:
            self.add_error(KEEP + name, _("Choose one."))
        return bool(missing)

    def values(self) -> dict[str, Any]:
        """What is to be saved, by field."""
        return {
            name: self.standing[name] if self.data.get(KEEP + name) == THEIRS else self.cleaned_data[name]
            for name in self.standing
        }

    def _choice(self, name: str, theirs: Theirs) -> forms.ChoiceField:
        choices = [
            (THEIRS, option(theirs.who, self.say(name, self.standing[name]))),
            (MINE, option(_("You, here"), self.say(name, self.cleaned_data[name]))),
        ]
        was = format_html(_("It was: {}"), self.say_former(name, theirs.was) or _("empty")) if theirs.told else ""
        return forms.ChoiceField(label=self[name].label, choices=choices, widget=forms.RadioSelect, help_text=was)


def option(who: str, words: str) -> SafeString:
    """One of two values to choose from: whose it is, and the value in words."""
    return format_html("{}: <strong><bdi>{}</bdi></strong>", who, words or _("empty"))


def _number(text: Any) -> int:
    """A version from a form; 0 for what is none."""
    typed = str(text or "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0
