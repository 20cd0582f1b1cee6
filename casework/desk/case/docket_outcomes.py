"""What is typed about outcomes: a hearing that was held, a decision, bond from the request to the return."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.desk.case.docket_forms import LATER, ActForm, ByCourt, NextForm, outcomes
from casework.desk.case.work_forms import day_field
from casework.directory.models import Code, Court
from casework.docket.models import Bond, Decision, Hearing, Proceeding
from casework.docket.models.kinds import (
    EOIR,
    BondEnd,
    BondRequest,
    BondResult,
    BondTheory,
    ChargeState,
    HearingKind,
    HearingOutcome,
    ProceedingKind,
    Reserve,
    Served,
)  # fmt: skip
from casework.look.forms import Chips, LongSelect
from casework.look.rows import ListedField, ListedInput

DOLLARS: dict[str, Any] = {"min_value": 1, "max_value": 10_000_000, "required": False}
RESULTS = [(value, label) for value, label in BondResult.choices if value]
OURS = gettext_lazy("Appeal, the person's side")
THEIRS = gettext_lazy("Appeal, DHS")


def served(**more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=gettext_lazy("How it was given"), choices=Served.choices, widget=Chips, **more)


def appeal(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=Reserve.choices, widget=Chips, required=False)


class BondDecided(forms.Form):
    """What was determined on bond."""

    result = forms.ChoiceField(label=gettext_lazy("What was determined"), choices=RESULTS, widget=Chips)
    amount = forms.IntegerField(label=gettext_lazy("Amount, in US dollars"), **DOLLARS)
    conditions = forms.CharField(
        label=gettext_lazy("Conditions"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    decided_on = day_field(gettext_lazy("Decided on"))
    how = served()
    our_appeal = appeal(OURS)
    their_appeal = appeal(THEIRS)
    stayed_on = day_field(
        gettext_lazy("DHS filed Form EOIR-43 on"), required=False,
        help_text=gettext_lazy("It keeps the person in while DHS appeals (8 CFR 1003.19(i)(2))."),
    )  # fmt: skip


class Decided(forms.Form):
    """A decision in a proceeding."""

    code = forms.ModelChoiceField(
        label=gettext_lazy("What was decided"), queryset=Code.objects.none(), required=False, widget=LongSelect,
        empty_label=gettext_lazy("None of these: in words below"),
    )  # fmt: skip
    summary = forms.CharField(label=gettext_lazy("In words"), max_length=300, required=False)
    decided_on = day_field(
        gettext_lazy("Decided on"), help_text=gettext_lazy("The day of the oral decision, or of the paper.")
    )
    how = served()
    served_on = day_field(
        gettext_lazy("Mailed, sent or handed over on"), required=False,
        help_text=gettext_lazy("Empty for an oral decision: its own day counts."),
    )  # fmt: skip
    our_appeal = appeal(OURS)
    their_appeal = appeal(THEIRS)


def codes_of(kind: str) -> Any:
    """The decisions that a proceeding of this kind can end in, from EOIR's lists; none for a federal court."""
    rows = Code.objects.filter(retired_on=None).order_by("meaning")
    if kind == ProceedingKind.APPEAL:
        return rows.filter(list="bia_decisions")
    if kind not in EOIR:
        return rows.none()
    of_kind = rows.filter(list="decision_codes", extra__case_type=EOIR[ProceedingKind(kind)])
    return of_kind if of_kind.exists() else rows.filter(list="decision_codes", extra__case_type="ANY")


class HeldForm(NextForm):
    """What came of a hearing; with what was decided where it was, and the next where it goes on."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), widget=Chips)

    decision: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()  # that something was decided

    def __init__(self, hearing: Hearing, data: Any = None) -> None:
        super().__init__(hearing, data, decided_on=hearing.on, how=Served.ORAL)
        outcome: Any = self.fields["outcome"]
        outcome.choices = outcomes(hearing)
        if self.data.get("outcome") != HearingOutcome.DECIDED:
            for name in self.decision:
                self.fields[name].required = False

    def clean_outcome(self) -> str:
        chosen: str = self.cleaned_data["outcome"]
        return "" if chosen == LATER else chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "outcome" not in cleaned:
            return cleaned
        outcome = cleaned["outcome"]
        if outcome != HearingOutcome.DECIDED and any(cleaned.get(name) for name in self.tells):
            self.add_error("outcome", _("You say below what was decided. Choose “Decided”, or empty that."))
        if outcome != HearingOutcome.CONTINUED and cleaned.get("next_day"):
            self.add_error("outcome", _("You say below when it goes on. Choose “Continued”, or empty that."))
        return cleaned

    def decided(self) -> dict[str, Any] | None:
        """What was decided; None for any other outcome."""
        if self.cleaned_data["outcome"] != HearingOutcome.DECIDED:
            return None
        return {name: self.cleaned_data[name] for name in self.decision}


class BondHeldForm(BondDecided, HeldForm):
    """A bond hearing that was held."""

    decision = tuple(BondDecided.base_fields)
    tells = ("result", "amount", "conditions", "stayed_on")


class DecisionHeldForm(Decided, HeldForm):
    """Any other hearing that was held."""

    decision = tuple(Decided.base_fields)
    tells = ("code", "summary", "served_on")

    def __init__(self, hearing: Hearing, data: Any = None) -> None:
        super().__init__(hearing, data)
        code: Any = self.fields["code"]
        code.queryset = codes_of(hearing.proceeding.kind if hearing.proceeding else ProceedingKind.REMOVAL)
        code.label_from_instance = meaning


def meaning(code: Code) -> str:
    return f"{code.meaning} ({code.code})"


def held_form(hearing: Hearing, data: Any = None) -> HeldForm:
    return (BondHeldForm if hearing.kind == HearingKind.BOND else DecisionHeldForm)(hearing, data)


class DecisionForm(Decided, ActForm):
    """A decision that is recorded by itself, or changed."""

    def __init__(self, proceeding: Proceeding, data: Any = None, row: Decision | None = None) -> None:
        names = tuple(Decided.base_fields)
        initial = {name: getattr(row, name) for name in names} | {"version": row.version} if row else {}
        super().__init__(data, initial=initial)
        code: Any = self.fields["code"]
        code.queryset, code.label_from_instance = codes_of(proceeding.kind), meaning

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in Decided.base_fields}


class ProceedingForm(ActForm):
    """What is decided, before whom, and the paper that began it."""

    kind = forms.ChoiceField(label=gettext_lazy("What is decided"), choices=ProceedingKind.choices)
    court = ByCourt(
        label=gettext_lazy("Court"), queryset=Court.objects.none(), required=False,
        empty_label=gettext_lazy("Not known, or the court on file"),
    )  # fmt: skip
    forum = forms.CharField(label=gettext_lazy("Federal court"), max_length=120, required=False)
    docket_number = forms.CharField(label=gettext_lazy("Docket number"), max_length=60, required=False)
    judge = forms.CharField(label=gettext_lazy("Judge"), max_length=120, required=False)
    nta_served_on = day_field(gettext_lazy("Notice to Appear served on"), required=False)
    began_on = day_field(gettext_lazy("Filed with the court on"), required=False)

    NAMES = ("kind", "court", "forum", "docket_number", "judge", "nta_served_on", "began_on")

    def __init__(self, data: Any = None, row: Proceeding | None = None) -> None:
        initial = {name: getattr(row, name) for name in self.NAMES} | {"version": row.version} if row else {}
        super().__init__(data, initial=initial)
        court: Any = self.fields["court"]
        courts = Court.objects.current()
        court.queryset = (courts | Court.objects.filter(pk=row.court_id) if row and row.court_id else courts).order_by(
            "name", "key"
        )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


class EndForm(ActForm):
    """The day on which a proceeding ended."""

    ended_on = day_field(gettext_lazy("Ended on"))


def charges() -> list[str]:
    """What the box of charges offers."""
    rows = Code.objects.filter(list="charges", retired_on=None).order_by("code")
    return [f"{section(one)} · {one.meaning}" for one in rows]


def find_charge(typed: str) -> str:
    """The key of the charge that somebody typed, by its section or EOIR's code. Raises ValueError for none."""
    wanted = _folded(typed.partition(" · ")[0])
    for one in Code.objects.filter(list="charges", retired_on=None) if wanted else ():
        if wanted in (_folded(section(one)), _folded(one.code)):
            return str(one.key)
    raise ValueError(typed)


def section(code: Code) -> str:
    """A charge as lawyers name it: its section of the INA, or EOIR's code where that is not known."""
    return str(code.extra.get("ina_section") or code.code)


def _folded(typed: str) -> str:
    return "".join(typed.split()).lower().removeprefix("ina")


class ChargeForm(ActForm):
    """One charge of the Notice to Appear."""

    code = ListedField(
        find=find_charge, say=str, label=gettext_lazy("Charge"), max_length=300, required=True,
        widget=ListedInput("charges", charges),
        help_text=gettext_lazy("The section as the Notice to Appear has it, or a word of it."),
    )  # fmt: skip


class ChargeStateForm(ActForm):
    """What became of a charge."""

    state = forms.ChoiceField(label=gettext_lazy("What became of it"), choices=ChargeState.choices, widget=Chips)


class BondRequestForm(ActForm):
    """What is asked for, and what DHS says before."""

    request = forms.ChoiceField(label=gettext_lazy("Request"), choices=BondRequest.choices, widget=Chips)
    theory = forms.ChoiceField(
        label=gettext_lazy("DHS holds the person under"), choices=BondTheory.choices, required=False
    )
    ice_amount = forms.IntegerField(
        label=gettext_lazy("ICE's own bond, in US dollars"), help_text=gettext_lazy("From Form I-286; empty for none."),
        **DOLLARS,
    )  # fmt: skip
    requested_on = day_field(gettext_lazy("Asked for on"), required=False)

    NAMES = ("request", "theory", "ice_amount", "requested_on")

    def __init__(self, data: Any = None, row: Bond | None = None) -> None:
        initial = {name: getattr(row, name) for name in self.NAMES} | {"version": row.version} if row else {}
        super().__init__(data, initial=initial or {"request": BondRequest.FIRST})

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


class BondDecidedForm(BondDecided, ActForm):
    """A determination that is recorded by itself, or changed."""

    def __init__(self, data: Any = None, row: Bond | None = None) -> None:
        names = tuple(BondDecided.base_fields)
        initial = {name: getattr(row, name) for name in names} | {"version": row.version} if row else {}
        super().__init__(data, initial=initial)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in BondDecided.base_fields}


class BondPostedForm(ActForm):
    """Who paid, when, and what paper they have of it."""

    posted_on = day_field(gettext_lazy("Posted on"))
    posted_by = forms.CharField(
        label=gettext_lazy("By whom"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    receipt = forms.CharField(
        label=gettext_lazy("Number of the receipt"),
        help_text=gettext_lazy("Of Form I-305. Whoever posted it keeps the paper: the money is returned on it."),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class BondEndForm(ActForm):
    """What became of the money."""

    end = forms.ChoiceField(
        label=gettext_lazy("What became of it"), widget=Chips,
        choices=[(value, label) for value, label in BondEnd.choices if value],
    )  # fmt: skip
    ended_on = day_field(gettext_lazy("On"))
