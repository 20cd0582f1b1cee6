"""What is asked of the calendar, in the address: days, ids and codes, never a name."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.models import Colleague, Membership, Role
from casework.cases.models import Case, CustodyState
from casework.directory.models import Court
from casework.docket.agenda import NOBODY, Asked
from casework.look.forms import LongSelect

AGENDA, WEEK, MONTH = "agenda", "week", "month"
VIEWS = (AGENDA, WEEK, MONTH)
AGENDA_DAYS = 14
FILTERS = ("attorney", "court", "facility")
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Period:
    """The days of a view (both included), and the day by which the ones before and after are asked for."""

    view: str
    first: date
    last: date
    before: date
    after: date


class FilterForm(forms.Form):
    """The filters; each may stay empty."""

    attorney = forms.ChoiceField(label=gettext_lazy("Appearing attorney"), widget=LongSelect)
    court = forms.ChoiceField(label=gettext_lazy("Court"), widget=LongSelect)
    facility = forms.ChoiceField(label=gettext_lazy("Held in"), widget=LongSelect)
    use_required_attribute = False

    def __init__(self, actor: Actor, today: date, asked: Mapping[str, str]) -> None:
        """An address that somebody changed asks for nothing where it makes no sense."""
        super().__init__()
        self.words: dict[str, dict[str, str]] = {}
        chosen: dict[str, str] = {}
        for name, choices in _choices(actor).items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            self.words[name] = {str(value): str(label) for value, label in choices}
            given = asked.get(name, "")
            chosen[name] = given if given in self.words[name] else ""
        view = asked.get("view", AGENDA)
        self.period = period(view if view in VIEWS else AGENDA, _day(asked.get("on", "")) or today)
        self.mine = asked.get("whose") == "mine"
        self.asked = Asked(self.period.first, self.period.last, mine=self.mine, **chosen)
        self.initial = chosen
        self.today = today
        self.in_use = [name for name in FILTERS if chosen[name]]

    def query(self, **other: Any) -> str:
        """The query string that asks for this, with what `other` says instead; None leaves it out."""
        on = None if self.period.first == period(self.period.view, self.today).first else self.period.first
        mine = "mine" if self.mine else None
        given = {"view": self.period.view, "on": on, "whose": mine} | {name: self.initial[name] for name in FILTERS}
        given |= other
        if given["view"] == AGENDA:
            given["view"] = None
        return "?" + urlencode({name: str(value) for name, value in given.items() if value})

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form sends along beside the filters."""
        return parse_qsl(self.query(**dict.fromkeys(FILTERS))[1:])

    @property
    def print_day(self) -> str:
        return f"{reverse('print_docket')}{self.query(days='1', on=self.period.first)}"

    @property
    def print_week(self) -> str:
        return f"{reverse('print_docket')}{self.query(on=self.period.first)}"

    @property
    def chips(self) -> list[tuple[str, str, str]]:
        """The filters in use: what each is, what it says, and the query string without it."""
        return [
            (str(self.fields[name].label), self.words[name][self.initial[name]], self.query(**{name: None}))
            for name in self.in_use
        ]


def period(view: str, on: date) -> Period:
    """The days that a view shows for a day: 14 from it, its week from Monday, or its month."""
    if view == MONTH:
        first = on.replace(day=1)
        last = on.replace(day=monthrange(on.year, on.month)[1])
        return Period(view, first, last, (first - timedelta(days=1)).replace(day=1), last + timedelta(days=1))
    first, days = (on - timedelta(days=on.weekday()), 7) if view == WEEK else (on, AGENDA_DAYS)
    step = timedelta(days=days)
    return Period(view, first, first + step - timedelta(days=1), first - step, first + step)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST < found < LATEST else None


def _choices(actor: Actor) -> dict[str, list[tuple[Any, Any]]]:
    every = ("", _("All"))
    ours = Membership.objects.live().filter(organization_id=actor.organization, roles__contains=[Role.ATTORNEY])
    names = dict(Colleague.objects.values_list("pk", "name"))
    attorneys = sorted(((str(pk), names[pk]) for pk in ours.values_list("pk", flat=True)), key=lambda one: one[1])
    held = Case.objects.ours(actor).filter(custody=CustodyState.DETAINED).exclude(facility_key="")
    facilities = held.values_list("facility_key", "place").distinct().order_by()
    return {
        "attorney": [every, (NOBODY, _("Nobody yet")), *attorneys],
        "court": [every, *Court.objects.order_by("name").values_list("pk", "name")],
        "facility": [every, *sorted(facilities, key=lambda one: str(one[1]))],
    }
