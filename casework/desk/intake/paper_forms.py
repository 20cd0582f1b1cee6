"""What is chosen for a form on paper, and the file of one that came back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from casework.custody.visits import There
from casework.documents import rules
from casework.intake import words
from casework.intake.batches import MOST
from casework.intake.paper import texts
from casework.intake.questions.definition import Section
from casework.look.forms import ManyChips

WHOLE = frozenset({"en", "es"})
ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.heif,application/pdf,image/jpeg,image/png,image/heic"


class PaperForm(forms.Form):
    """Which form: its sections, its one or two languages and, for a case, whether what is known is put in."""

    language = forms.ChoiceField(label=gettext_lazy("Language"))
    second = forms.ChoiceField(label=gettext_lazy("Second language"), required=False)
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections"), required=False, widget=ManyChips,
        help_text=gettext_lazy("Choose none for the whole intake."),
    )  # fmt: skip
    filled = forms.BooleanField(
        label=gettext_lazy("Put in what is known"), required=False,
        help_text=gettext_lazy("Not for a form that goes to the facility by mail or with somebody else."),
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, sections: Sequence[Section], data: Any = None, *, for_case: bool = True) -> None:
        reader = get_language() or "en"
        super().__init__(data, initial={"language": reader if reader in texts.languages() else "en"})
        self.whole = [one.key for one in sections]
        spoken = [(code, named(code)) for code in texts.languages()]
        choice: Any = self.fields["language"]
        choice.choices = spoken
        choice = self.fields["second"]
        choice.choices = [("", _("No second language")), *spoken]
        choice = self.fields["sections"]
        choice.choices = [(one.key, words.text(one.title)) for one in sections]
        if not for_case:
            del self.fields["filled"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        given["sections"] = given.get("sections") or self.whole
        if given.get("second") and given.get("second") == given.get("language"):
            given["second"] = ""
        if given.get("second") and not {given.get("language"), given["second"]} & WHOLE:
            self.add_error("second", _("One of the two has to be English or Spanish, which have all the texts."))
        return given

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.cleaned_data["language"], self.cleaned_data["second"])))


class VisitForm(PaperForm):
    """Which form for whom: the people of a facility, all of them to begin with, but for those who want no contact."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("For whom"), widget=ManyChips,
        error_messages={
            "required": gettext_lazy("Choose somebody."),
            "invalid_choice": gettext_lazy("Somebody is not on the list any more. Look at it again."),
        },
    )  # fmt: skip
    field_order = ("people",)

    def __init__(self, sections: Sequence[Section], there: Sequence[There], data: Any = None) -> None:
        super().__init__(sections, data)
        choice: Any = self.fields["people"]
        choice.choices = [(str(one.case.pk), called(one)) for one in there]
        reached = [str(one.case.pk) for one in there if not one.case.whose.wants_no_contact]
        self.initial["people"] = reached[:MOST]
        self.there = there

    @property
    def cases(self) -> list[Any]:
        """The cases that were chosen, in the order of the list."""
        chosen = set(self.cleaned_data["people"])
        return [one.case for one in self.there if str(one.case.pk) in chosen]


def called(one: There) -> str:
    """Somebody on a list, with their reference where they have one."""
    person = one.case.whose
    name = str(person.full_name or _("Name not known yet"))
    said = f"{name}, {one.case.reference}" if one.case.reference else name
    return _("%(name)s (do not contact)") % {"name": said} if person.wants_no_contact else said


def named(code: str) -> str:
    """A language by its own name, and whether a native speaker has read the form in it."""
    if texts.words(code).reviewed:
        return texts.OWN_NAMES[code]
    # Isolated: else a name from right to left would turn the whole around.
    name = f"\N{FIRST STRONG ISOLATE}{texts.OWN_NAMES[code]}\N{POP DIRECTIONAL ISOLATE}"
    return _("%(language)s (drafted, not yet reviewed by a native speaker)") % {"language": name}


TOO_LARGE = gettext_lazy(
    "The file is larger than 30 MB. Scan it in black and white or at 150 dpi, or upload it in parts."
)


class ReturnedForm(forms.Form):
    """A form that came back: the file that was filled in, a scan or a photograph."""

    file = forms.FileField(
        label=gettext_lazy("The form that came back"), widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=gettext_lazy("The PDF that was filled in, or a scan or photograph of the paper; at most 30 MB."),
    )  # fmt: skip

    use_required_attribute = False

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        none = _("Choose a file, or take a photograph.")
        self.fields["file"].error_messages["required"] = TOO_LARGE if too_large else none

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if rules.too_large(file.size):
            raise forms.ValidationError(TOO_LARGE)
        return file
