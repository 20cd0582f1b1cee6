"""What is typed about documents: the files themselves, what they are, who may read them."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.models import Tier
from casework.desk.case import told
from casework.desk.case.work_forms import tier_field
from casework.documents import rules, wording
from casework.documents.models import Document, DocumentKind, FileSource
from casework.look.forms import Chips
from casework.look.versions import VersionedForm

ACCEPT = ".pdf,.jpg,.jpeg,.png,.heic,.heif,.docx,application/pdf,image/jpeg,image/png,image/heic"
LIMITS = gettext_lazy(
    "PDF, JPEG, PNG, HEIC or Word (.docx), at most %(most)s MB each and %(all)s MB at once. Each is checked first."
)
FIELDS = ("name", "kind", "tier")


class Several(forms.FileInput):
    """A choice of one file or more."""

    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """Files, as a list; without any the form says what to do. What each is its content tells (`documents.checking`)."""

    widget = Several

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [one for one in (data if isinstance(data, list | tuple) else [data]) if one is not None]


class FilesForm(forms.Form):
    """Files from a disk, or a photograph taken with the telephone's camera."""

    chosen = SeveralFiles(label=gettext_lazy("Files"))
    photo = forms.FileField(
        label=gettext_lazy("Or take a photograph"), required=False, help_text=gettext_lazy("Opens a phone's camera."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, too_much: bool = False) -> None:
        self.too_much = too_much  # the request was so large that nothing of it was kept
        super().__init__(data, files)
        self.fields["photo"].allow_empty_file = True  # type: ignore[attr-defined]
        figures = {"most": rules.MOST_BYTES // rules.MEGABYTE, "all": rules.MOST_AT_ONCE // rules.MEGABYTE}
        self.fields["chosen"].help_text = LIMITS % figures
        self.fields["chosen"].widget.attrs = {"accept": ACCEPT, "multiple": True}

    def clean(self) -> dict[str, Any]:
        number = len(self.given())
        if self.too_much:
            words = _("These files are larger than %(all)s MB together. Upload fewer at once.")
            self.add_error("chosen", words % {"all": rules.MOST_AT_ONCE // rules.MEGABYTE})
        elif not number:
            self.add_error("chosen", _("Choose a file, or take a photograph."))
        elif number > rules.MOST_FILES:
            self.add_error("chosen", f"{wording.why('too_many')} {wording.what_to_do('too_many')}")
        return self.cleaned_data

    def given(self) -> list[tuple[UploadedFile[Any], str]]:
        """Each file, and by which way it came."""
        found = [(one, FileSource.SCREEN.value) for one in self.cleaned_data.get("chosen") or []]
        photo = self.cleaned_data.get("photo")
        return [*found, (photo, FileSource.PHONE.value)] if photo else found


class UploadForm(FilesForm):
    """New documents, all of one kind. `highest` is the highest tier that their reader may write."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=[("", gettext_lazy("Choose")), *DocumentKind.choices]
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=rules.MOST_NAME, required=False,
        help_text=gettext_lazy("Without one, it is called as the file is."),
    )  # fmt: skip
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=Chips, empty_value=None)

    field_order = ("kind", "chosen", "photo", "name", "tier")

    def __init__(self, highest: int, data: Any = None, files: Any = None, *, too_much: bool = False) -> None:
        super().__init__(data, files, too_much=too_much)
        tier_field(self, highest)
        if highest >= Tier.REPRESENTATION:
            tier: Any = self.fields["tier"]
            tier.choices = [("", _("As usual for what it is")), *tier.choices]
            tier.required = False


class ChangeDocumentForm(VersionedForm):
    """What a document is called, what it is and, for counsel, who may read it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=rules.MOST_NAME)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=DocumentKind.choices)
    tier = forms.TypedChoiceField(label=gettext_lazy("Who may read it"), coerce=int, widget=Chips)

    def __init__(self, document: Document, highest: int, data: Any = None, *, may_tier: bool = True) -> None:
        names = [name for name in FIELDS if may_tier or name != "tier"]
        super().__init__(document.version, {name: getattr(document, name) for name in names}, data)
        if may_tier:
            tier_field(self, highest)
        else:
            del self.fields["tier"]

    def clean_name(self) -> str:
        name = rules.clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Fill this in."))
        return name

    def say(self, name: str, value: Any) -> str:
        return told.value(name, value)
