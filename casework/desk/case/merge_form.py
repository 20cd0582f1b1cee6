"""The form that merges two files of one person: for each field that differs, whose value counts."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from casework.access import verbs
from casework.cases.merging import fields_of
from casework.custody.models import Stay
from casework.desk.case import told
from casework.look.versions import KEEP, option
from casework.people import rules
from casework.people.models import Person


class MergeForm(forms.Form):
    """Asks about fields of which both files say something else, and about custody where both say where the person was.

    Carries the versions of both rows. Answers name a file by its id: `mine` is that of the case, `other` the other.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    other_version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, mine: Person, other: Person, stays: Mapping[uuid.UUID, Sequence[Stay]],
        words: Callable[[Sequence[Stay]], str], data: Any = None,
    ) -> None:  # fmt: skip
        """`stays` are those that overlap, by file (`custody.merging.overlapping`), `words` says them."""
        super().__init__(data, initial={"version": mine.version, "other_version": other.version})
        self.mine, self.other = mine, other
        ours, theirs = fields_of(mine), fields_of(other)
        self.asks = rules.to_choose(ours, theirs)
        for name in self.asks:
            self.fields[KEEP + name] = self._choice(verbs.field(name), say(name, ours[name]), say(name, theirs[name]))
        if stays:
            here, there = (next(words(of) for file, of in stays.items() if (file == mine.pk) == own) for own in (1, 0))
            self.fields["keeps"] = self._choice(_("Where the person was"), here, there)
            self.fields["keeps"].help_text = _(
                "Both files say it for the same time. What the other one says is set aside until the merge is undone."
            )

    @property
    def is_current(self) -> bool:
        """Whether a valid form was filled from what stands now."""
        seen = (self.cleaned_data["version"], self.cleaned_data["other_version"])
        return seen == (self.mine.version, self.other.version)

    def taken(self, loser: Person) -> list[str]:
        """The fields for which the loser's value was chosen."""
        return [name for name in self.asks if self.cleaned_data[KEEP + name] == str(loser.pk)]

    @property
    def keeps(self) -> uuid.UUID | None:
        """The file whose custody counts, where that was asked."""
        chosen = self.cleaned_data.get("keeps")
        return uuid.UUID(chosen) if chosen else None

    def _choice(self, label: str, here: str, there: str) -> forms.ChoiceField:
        choices = [
            (str(self.mine.pk), option(_("This file"), here)),
            (str(self.other.pk), option(_("The other file"), there)),
        ]
        return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)


class WhichForm(forms.Form):
    """Which other file is meant, by what people know of its case."""

    which = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["which"].label = _("Reference of the other case, or A-number")


def say(name: str, value: Any) -> str:
    """A value as people compare it; an A-number whole, which is a look of its own."""
    if name == "a_number" and value:
        return rules.shown(value).replace("-", "\N{NON-BREAKING HYPHEN}")
    return told.value(name, value)
