"""What the pages say of it: cases past their time without a name, purges, and what stays of those that are gone."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.access import acts
from casework.access.actor import Actor
from casework.cases.models import Matter, Stage
from casework.people import languages
from casework.retention import rules
from casework.retention.models import Outcome, Purge, Statistic

HOLDS = {  # what holds a case back, by the words of the database
    "keep": gettext_lazy("Somebody on the case marked it to be kept"),
    "share": gettext_lazy("It is shared with another organization at present"),
    "deadline": gettext_lazy("A deadline of it is open"),
    "hearing": gettext_lazy("A hearing of it is ahead"),
    "sibling": gettext_lazy("Another case of the same person is not past its time, or is held back"),
}


@dataclass(frozen=True)
class Past:
    """A closed case past its time: its number, empty where it never got one, and why it is held back, if it is."""

    reference: str
    stage: str
    closed_on: date
    why: list[str]


@dataclass(frozen=True)
class Group:
    """Cases that are gone, by one thing: each kind with its number, all others together in the last line."""

    title: str
    rows: list[tuple[str, str]]


def past(actor: Actor) -> list[Past]:
    """The cases of the actor's organization that are past their time, the longest closed first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, stage, closed_on, held FROM ctx.kept_cases()")
        rows = cursor.fetchall()
    return [
        Past(reference, str(Stage(stage).label), closed_on, [str(HOLDS[one]) for one in held])
        for reference, stage, closed_on, held in rows
    ]


def purges(actor: Actor) -> Any:
    """The purges of the actor's organization, the newest first, with the colleagues who had a say."""
    people = ("proposed_by__colleague", "agreed_by__colleague", "withdrawn_by__colleague")
    ours = Purge.objects.filter(organization_id=actor.organization)
    return ours.select_related(*people).order_by("-proposed_at")


def waits_for(actor: Actor) -> Purge | None:
    """The purge to which the actor could agree as the second person, if there is one."""
    if not (actor.is_staff and acts.allowed(actor, "purge.agreed")):
        return None
    found: Purge | None = purges(actor).filter(agreed_at=None, withdrawn_at=None).first()
    return found if found and found.proposed_by_id != actor.member else None


def statistics(actor: Actor) -> list[Group]:
    """What stays, a group for each thing that was counted; no group where nothing is gone yet."""
    rows = list(Statistic.objects.filter(organization_id=actor.organization))
    if not rows:
        return []
    matter: Callable[[str], str] = lambda code: str(Matter(code).label)  # noqa: E731
    spoken: Callable[[str], str] = lambda code: languages.name_of(code) if code else _("Not known")  # noqa: E731
    detained = {True: _("Yes"), False: _("No"), None: _("Not known")}
    return [
        _group(_("Closed in"), (str(row.closed_year) for row in rows)),
        _group(_("What for"), (matter(code) for row in rows for code in row.matters)),
        _group(_("What came of it"), (str(Outcome(row.outcome).label) for row in rows)),
        _group(_("Language"), (spoken(row.language) for row in rows)),
        _group(_("Detained when the case was opened"), (detained[row.detained] for row in rows)),
        *_middle(rows),
    ]


def _group(title: str, names: Iterable[str]) -> Group:
    told, others = rules.shown(Counter(names))
    lines = [(name, str(many)) for name, many in told]
    if others:
        lines.append((_("All others") if told else _("All"), _few(others)))
    return Group(title, lines)


def _few(many: int) -> str:
    return str(many) if many >= rules.FEWEST else _("fewer than %(number)s") % {"number": rules.FEWEST}


def _middle(rows: list[Statistic]) -> list[Group]:
    """The median of each length and number, where it is of enough cases."""
    found = {
        _("Months detained"): [row.months_detained for row in rows if row.months_detained is not None],
        _("Months the case was open"): [row.months_open for row in rows],
        _("Hearings held"): [row.hearings for row in rows],
    }
    told = [(title, f"{median(values):g}") for title, values in found.items() if len(values) >= rules.FEWEST]
    return [Group(_("Half of these cases had at most"), told)] if told else []
