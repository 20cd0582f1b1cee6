"""What is typed about an import: the file, what its columns are, corrected cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.models import Stage
from casework.custody.models import Source
from casework.desk.imports import words
from casework.intake import checking, columns, rules
from casework.intake.checking import Setup
from casework.intake.lists import Lists
from casework.intake.models import Sheet
from casework.intake.sheets import Row, letter
from casework.look import dates
from casework.look.forms import Chips

SAMPLES = 3
STAGES = (Stage.ENQUIRY, Stage.SCREENING, Stage.OFFERED, Stage.ACTIVE)
NAMED = frozenset({"given_names", "first_surname", "second_surname", "full_name", "a_number"})


class UploadForm(forms.Form):
    """A spreadsheet. What it is is decided by its content."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy(
            "Excel (.xlsx) or CSV, at most 10,000 rows. The first row holds the headers, each row below a person."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        error_messages={"required": gettext_lazy("Choose a file.")},
    )


@dataclass(frozen=True)
class ColumnRow:
    """A column on the page: its letter and header, the first values, and the question what it is."""

    letter: str
    header: str
    samples: list[str]
    field: forms.BoundField
    order: forms.BoundField | None


class ColumnsForm(forms.Form):
    """What each column is; the order of days, where its cells do not tell; what counts for the whole batch."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage of the cases"), widget=Chips, choices=[(one.value, one.label) for one in STAGES],
        help_text=gettext_lazy("Active cases get their reference with the import."),
    )  # fmt: skip
    lead = forms.ChoiceField(
        label=gettext_lazy("Lead attorney"), required=False,
        help_text=gettext_lazy("Where the row names nobody. A lead can be chosen later, too."),
    )  # fmt: skip
    source = forms.ChoiceField(
        label=gettext_lazy("From whom places are known"), choices=Source.choices,
        help_text=gettext_lazy("Where the row does not say."),
    )  # fmt: skip

    def __init__(self, sheet: Sheet, rows: Sequence[Row], lists: Lists, data: Any = None) -> None:
        setup = Setup.of(sheet.setup)
        self.headers, self.rows, self.setup = list(sheet.headers), list(rows), setup
        initial = {"version": sheet.version, "stage": setup.stage, "lead": setup.lead, "source": setup.source}
        initial |= {f"column_{at}": key for at, key in enumerate(setup.columns)}
        super().__init__(data, initial=initial)
        lead: Any = self.fields["lead"]
        lead.choices = [("", _("Nobody yet")), *((str(pk), name) for pk, name in lists.leads.items())]
        choices = _choices()
        for at in range(len(self.headers)):
            self.fields[f"column_{at}"] = forms.ChoiceField(
                label=_("Column %(letter)s is") % {"letter": letter(at)}, choices=choices, required=False
            )
        self._ask_orders()

    def table(self) -> Iterator[ColumnRow]:
        for at, header in enumerate(self.headers):
            samples = [texts[at] for _number, texts in self.rows if texts[at]][:SAMPLES]
            order = self[f"order_{at}"] if f"order_{at}" in self.fields else None
            yield ColumnRow(letter(at), header, samples, self[f"column_{at}"], order)

    def batch(self) -> list[forms.BoundField]:
        return [self[name] for name in ("stage", "lead", "source")]

    def clean(self) -> dict[str, Any]:
        chosen = [key for key in self._chosen() if key]
        if not NAMED & set(chosen):
            raise ValidationError(_("Say which column holds the names, or the A-number."))
        twice = {key for key in chosen if chosen.count(key) > 1} - columns.MANY
        for at, key in enumerate(self._chosen()):
            if key in twice:
                self.add_error(f"column_{at}", _("Two columns are this. Leave one of them out."))
        return self.cleaned_data

    def wanted(self) -> Setup:
        """The setup as it was chosen; what was corrected before stays."""
        given = self.cleaned_data
        orders = dict(self.setup.orders)
        orders |= {name.removeprefix("order_"): value for name, value in given.items() if name.startswith("order_")}
        return Setup(
            self._chosen(), orders, given["stage"], given["lead"], given["source"], self.setup.fixes, self.setup.choices
        )

    def _chosen(self) -> list[str]:
        known = columns.BY_KEY
        found = [self.data.get(f"column_{at}", self.initial.get(f"column_{at}", "")) for at in range(len(self.headers))]
        return [key if key in known else "" for key in found]

    def _ask_orders(self) -> None:
        """Asks where the cells do not tell, for the columns that are days by what is chosen now."""
        draft = Setup(columns=self._chosen(), orders={})
        for at in checking.ask_orders(self.headers, self.rows, draft):
            example = next(texts[at] for _number, texts in self.rows if rules.order_of([texts[at]]))
            self.fields[f"order_{at}"] = forms.ChoiceField(
                label=_("%(text)s is") % {"text": example}, widget=Chips, choices=_orders(example),
                error_messages={"required": _("Choose how days are written in this column.")},
                initial=self.setup.orders.get(str(at)),
            )  # fmt: skip
        self.setup.orders = draft.orders | {
            at: order for at, order in self.setup.orders.items() if f"order_{at}" in self.fields
        }


def _choices() -> list[tuple[str, Any]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in columns.ALL:
        groups.setdefault(one.group, []).append((one.key, str(one.label)))
    return [("", _("Left out")), *((str(columns.GROUPS[name]), found) for name, found in groups.items())]


def _orders(example: str) -> list[tuple[str, str]]:
    found = []
    for order, label in words.ORDERS.items():
        try:
            day: date | None = rules.day(example, order)
        except rules.NoDay:
            day = None
        found.append((order, f"{label}: {dates.plain(day)}" if day else str(label)))
    return found
