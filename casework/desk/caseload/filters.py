"""What is asked of the caseload, in the address: ids and codes, never a name."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access.actor import Actor
from casework.access.models import Colleague, Membership
from casework.cases.models import Case, CustodyState, Stage
from casework.custody import caseload
from casework.custody.caseload import Asked
from casework.directory.models import Court
from casework.look.forms import LongSelect
from casework.people import languages

NAMES = ("stage", "custody", "facility", "court", "language", "hearing", "deadline", "lead", "stale")
PLAIN = Asked()
Choice = tuple[str, Any]


@dataclass(frozen=True)
class Chip:
    """A filter in use, in words, and the query string without it."""

    label: str
    says: str
    without: str


@dataclass(frozen=True)
class Mate:
    """Somebody who can be on a case."""

    membership: Membership
    name: str

    @property
    def key(self) -> str:
        return str(self.membership.pk)


def colleagues(actor: Actor) -> list[Mate]:
    """Who can be on a case, by name. (Joined, all else that is known of each would be gathered, too.)"""
    ours = Membership.objects.live().filter(organization_id=actor.organization).exclude(roles=["admin"])
    names = dict(Colleague.objects.values_list("pk", "name"))
    return sorted((Mate(one, names[one.pk]) for one in ours), key=lambda one: one.name)


class FilterForm(forms.Form):
    """The filters; each may stay empty, and nobody needs to be told of each."""

    stage = forms.ChoiceField(label=gettext_lazy("Stage"))
    custody = forms.ChoiceField(label=gettext_lazy("Custody"))
    facility = forms.ChoiceField(label=gettext_lazy("Facility"), widget=LongSelect)
    court = forms.ChoiceField(label=gettext_lazy("Court on file"), widget=LongSelect)
    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=LongSelect)
    hearing = forms.ChoiceField(label=gettext_lazy("Next hearing"))
    deadline = forms.ChoiceField(label=gettext_lazy("Next deadline"))
    lead = forms.ChoiceField(label=gettext_lazy("Lead"), widget=LongSelect)
    sort = forms.ChoiceField(label=gettext_lazy("Sort by"))
    stale = forms.BooleanField(label=gettext_lazy("Place not confirmed for a week"))
    use_required_attribute = False

    def __init__(self, actor: Actor, team: Sequence[Mate], asked: Mapping[str, str]) -> None:
        """An address that somebody changed asks for nothing where it makes no sense."""
        super().__init__()
        offered = _choices(actor, team)
        self.words = {name: _flat(choices) for name, choices in offered.items()}
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        given = {name: asked.get(name, "") for name in offered}
        known: dict[str, Any] = {name: one for name, one in given.items() if one and one in self.words[name]}
        order = known.pop("sort", PLAIN.order)
        whose = caseload.MINE if asked.get("whose") == caseload.MINE else caseload.ALL
        found = replace(PLAIN, whose=whose, order=order, stale=asked.get("stale") == "on", **known)
        self.asked = replace(found, names=tuple(name for name in NAMES if getattr(found, name)))
        self.initial = {name: getattr(self.asked, name) for name in NAMES} | {"sort": order}

    @property
    def chips(self) -> list[Chip]:
        """The filters in use."""
        return [
            Chip(
                str(self.fields[name].label),
                "" if name == "stale" else self.words[name][getattr(self.asked, name)],
                query(replace(self.asked, **{name: getattr(PLAIN, name)})),
            )
            for name in self.asked.names
        ]


def query(asked: Asked) -> str:
    """The query string that asks for this, with its question mark; only a question mark for nothing."""
    given = {one.name: getattr(asked, one.name) for one in fields(Asked) if one.compare}
    given["stale"], given["sort"] = "on" if asked.stale else "", given.pop("order")
    plain = {"whose": PLAIN.whose, "sort": PLAIN.order}
    return "?" + urlencode({name: value for name, value in given.items() if value and value != plain.get(name)})


def without_order(asked: Asked) -> str:
    """The same, to be followed by an order."""
    plain = query(replace(asked, order=PLAIN.order))
    return f"{plain}&" if len(plain) > 1 else plain


def _choices(actor: Actor, team: Sequence[Mate]) -> dict[str, list[Any]]:
    days = [("2", _("In 2 days")), ("7", _("In 7 days")), ("14", _("In 14 days")), ("30", _("In 30 days"))]
    none = (caseload.NONE, _("None on file"))
    attorneys = [(one.key, one.name) for one in team if "attorney" in one.membership.roles]
    every = ("", _("All"))
    return {
        "stage": [("", _("All but closed")), (caseload.NEW, _("New: enquiry or screening")),
                  *((one.value, str(one.label)) for one in Stage), (caseload.ANY, _("All, closed too"))],
        "custody": [every, (caseload.LOST, _("Not located")),
                    (caseload.CHANGED, _("Changed in 14 days, or not located")),
                    *((one.value, str(one.label)) for one in CustodyState if one.value),
                    (caseload.UNKNOWN, str(CustodyState.NONE.label))],
        "facility": [every, *_facilities(actor)],
        "court": [every, *Court.objects.order_by("name").values_list("pk", "name")],
        "language": [every, *_languages()],
        "hearing": [every, *days, none, (caseload.PAST, _("Lies behind"))],
        "deadline": [every, *days, none, (caseload.PAST, _("Overdue"))],
        "lead": [every, (caseload.NONE, _("No lead")), *attorneys],
        "sort": [("opened", _("Newest first")), ("hearing", _("Next hearing")), ("deadline", _("Next deadline")),
                 ("place", _("Oldest news of the place")), ("reference", _("Reference"))],
    }  # fmt: skip


def _facilities(actor: Actor) -> list[Choice]:
    """Where somebody of the cases that the actor sees is held."""
    held = Case.objects.ours(actor).filter(custody=CustodyState.DETAINED).exclude(facility_key="")
    return sorted(held.values_list("facility_key", "place").distinct().order_by(), key=lambda one: str(one[1]))


def _languages() -> list[Any]:
    """Those that are common in detention apart, first."""
    spoken = sorted((one for one in languages.known().values() if one.selectable), key=lambda one: one.label)
    common = [(one.code, one.label) for one in spoken if one.common]
    return [*common, (_("Others"), [(one.code, one.label) for one in spoken if not one.common])]


def _flat(choices: Sequence[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value, label in choices:
        found |= dict(label) if isinstance(label, list) else {value: str(label)}
    return found


def ids(values: Sequence[str]) -> list[uuid.UUID]:
    """The ids among these; whatever else stands there counts for nothing."""
    found = []
    for value in values:
        try:
            found.append(uuid.UUID(value))
        except ValueError:
            continue
    return found
