"""What is typed about a deadline of a case: its event, the date of an order, another date, why it is dropped."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.desk.case.docket_forms import ActForm
from casework.desk.case.work_forms import day_field
from casework.docket.asking import ANSWER, STOPS, EventForm
from casework.docket.book import Book
from casework.docket.counting.facts import NO_DEADLINE
from casework.docket.models import Deadline
from casework.documents.models import Document
from casework.look import dates, zones

ZONED = gettext_lazy("By the calendar of the court.")


class AddForm(EventForm, ActForm):
    """An event of the case, and which of its rules to keep as deadlines."""

    names = {"set_on": "set_date"}
    paper = forms.CharField(
        label=gettext_lazy("Which order or notice"), max_length=300, required=False,
        help_text=gettext_lazy("Where a paper sets the date: which one, and of which day it is."),
    )  # fmt: skip
    target = day_field(
        gettext_lazy("Date to work toward"), required=False,
        help_text=gettext_lazy("Where the law sets no deadline, the office's own date."),
    )  # fmt: skip

    def __init__(self, book: Book, data: Any = None, *, zone: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(book, data, zone=zone, initial=initial)
        if "set_date" not in self.fields:
            del self.fields["paper"]
        if not any(book.rules[one.rule].direction == NO_DEADLINE for one in self.rules):
            del self.fields["target"]

    @property
    def asks(self) -> list[Any]:
        late = [name for name in ("paper", "target") if name in self.fields]
        own = [name for name in self.fields if name not in self.base_fields]
        return [self[name] for name in (*own, *late)]


def typed(row: Deadline, version: int) -> dict[str, Any]:
    """What a deadline was counted from, as the form has it."""
    found: dict[str, Any] = {
        "event": row.event, "on": row.trigger_on, "zone": row.time_zone, "version": version,
        "detained": {True: "yes", False: "no", None: "unknown"}[row.detained], "set_date": row.set_on,
        "paper": row.paper, "target": row.due_on if row.basis == "target" else None,
        "clock": row.trigger_at.astimezone(zones_of(row)).time() if row.trigger_at else None,
    }  # fmt: skip
    found |= {ANSWER + code: "yes" if answer else "no" for code, answer in row.answers.items()}
    for number, (since, until) in enumerate(row.stops[:STOPS], start=1):
        found |= {f"stop_{number}": since, f"start_{number}": until}
    return found


def zones_of(row: Deadline) -> Any:
    return dates.zone_of(row.time_zone)


class ByTitle(forms.ModelChoiceField[Document]):
    """A document, by its name and day."""

    def label_from_instance(self, obj: Document) -> str:
        return f"{obj.name} ({dates.day(obj.added_at, short=True, year=True)})"


class OrderForm(ActForm):
    """A date typed from a judge's order."""

    names = {"on": "day"}
    title = forms.CharField(
        label=gettext_lazy("What is due"),
        max_length=200,
        help_text=gettext_lazy("In a few words: evidence, pleadings."),
    )
    day = day_field(gettext_lazy("Date in the order"), help_text=ZONED)
    zone = forms.ChoiceField(label=gettext_lazy("Clock of the court"))
    paper = forms.CharField(
        label=gettext_lazy("Which order or notice"), max_length=300,
        help_text=gettext_lazy("Which paper, and of which day it is."),
    )  # fmt: skip

    document = ByTitle(
        label=gettext_lazy("The paper itself"), queryset=None, required=False,
        empty_label=gettext_lazy("Not among the documents"),
        help_text=gettext_lazy("From the documents of the case, if it is there."),
    )  # fmt: skip

    def __init__(self, zone: str, documents: Any, data: Any = None) -> None:
        super().__init__(data, initial={"zone": zone})
        self.fields["zone"].choices = zones.zones(zone)  # type: ignore[attr-defined]
        self.fields["document"].queryset = documents  # type: ignore[attr-defined]


class OverrideForm(ActForm):
    """Another date than the rule counts."""

    day = day_field(gettext_lazy("Date that counts instead"), help_text=ZONED)
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stays with the date, which is never counted again."),
    )  # fmt: skip


class DropForm(ActForm):
    """Why a deadline does not count."""

    reason = forms.CharField(
        label=gettext_lazy("Why it does not count"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ConfirmForm(ActForm):
    """Which of its dates counts."""

    keep_on = forms.TypedChoiceField(
        label=gettext_lazy("Date that counts"), widget=forms.RadioSelect, coerce=date.fromisoformat
    )

    def __init__(self, choices: list[date], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        safe = _("%(day)s (safe date)")
        self.fields["keep_on"].choices = [  # type: ignore[attr-defined]
            (
                one.isoformat(),
                (safe if not number and len(choices) > 1 else "%(day)s") % {"day": dates.day(one, year=True)},
            )
            for number, one in enumerate(choices)
        ]
