"""What Today shows of cases: a few rows of each list, with the names of all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access import acts
from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.cases import morning, news, rules, todo, whereabouts
from casework.cases.models import Case, Matter
from casework.cases.whereabouts import Where
from casework.custody import checks, moves
from casework.custody.models import Kind
from casework.directory.models import Facility
from casework.people.models import Person

HEARINGS, ROWS = 8, 5
ALL = "all"
SOON = timedelta(days=rules.SOON_DAYS)


@dataclass(frozen=True)
class Client:
    """A case in a row. `before` is the place before the last one, empty where there is none."""

    case: Case
    name: str
    where: Where
    before: str = ""

    @property
    def matters(self) -> list[str]:
        return [str(Matter(matter).label) for matter in self.case.matters]


@dataclass(frozen=True)
class Day:
    """A day of the court's calendar, with its hearings."""

    day: date
    hearings: list[Client]


@dataclass(frozen=True)
class Due:
    """A place to be looked up. `name` is empty for those who may not see the person."""

    card: checks.Card
    name: str
    place: str


def of(request: StaffRequest) -> dict[str, Any]:
    """Every section about cases; empty for whoever works on none. What is shown by name is noted."""
    actor = request.actor
    if not acts.allowed(actor, "case.opened"):
        return {"works": False}
    mine = not actor.reads_all or request.GET.get("whose") != ALL
    hearings = morning.hearings(actor, mine=mine, most=HEARINGS)
    deadlines = morning.deadlines(actor, mine=mine, most=ROWS)
    places = morning.places(actor, mine=mine, most=ROWS)
    enquiries = morning.enquiries(actor, most=ROWS)
    since, visited = news.since()
    told = news.of(actor, since, mine=mine)
    tasks, (due, many_due) = todo.first(actor, ROWS), _checks(actor)
    shown = [*hearings.rows, *deadlines.rows, *places.rows, *enquiries.rows, *(one.case for one in told[:ROWS])]
    clients = _clients(actor, shown)
    before = moves.before(actor, places.rows) if places.rows else {}
    _note(actor, [*shown, *(one.task.case for one in tasks.rows)], due)
    counts = {"hearings": hearings, "deadlines": deadlines, "places": places, "enquiries": enquiries, "tasks": tasks}
    return {
        "works": True,
        "mine": mine,
        "days": _days([clients[case.pk] for case in hearings.rows]),
        "deadlines": [clients[case.pk] for case in deadlines.rows],
        "places": [_moved(clients[case.pk], before) for case in places.rows],
        "enquiries": [clients[case.pk] for case in enquiries.rows],
        "tasks": tasks.rows,
        "checks": due,
        "news": [(clients[one.case.pk], one) for one in told[:ROWS]],
        "since": since,
        "visited": visited,
        "today": timezone.localdate(),
        "soon": timezone.localdate() + SOON,
        "whose": f"?whose={'mine' if mine else ALL}&",
        "many": {name: few.many for name, few in counts.items()} | {"checks": many_due, "news": len(told)},
        "sentences": _sentences(hearings, deadlines, places, tasks),
        "nothing": not shown and not tasks.rows and not due,
    }


def told_in_full(request: StaffRequest) -> dict[str, Any]:
    """All that changed, for the page of its own."""
    actor = request.actor
    mine = not actor.reads_all or request.GET.get("whose") != ALL
    since, visited = news.since()
    told = news.of(actor, since, mine=mine) if acts.allowed(actor, "case.opened") else []
    clients = _clients(actor, [one.case for one in told])
    acts.note_list(actor, "case.listed", [one.case for one in told], ("today",))
    rows = [(clients[one.case.pk], one) for one in told]
    return {"news": rows, "since": since, "visited": visited, "mine": mine}


def _clients(actor: Actor, cases: Iterable[Case]) -> dict[Any, Client]:
    by_id, now = {case.pk: case for case in cases}, timezone.now()
    if not by_id:
        return {}
    people = Person.objects.visible_to(actor).shown(case.person_id for case in by_id.values())
    return {
        pk: Client(case, people[case.person_id].full_name, whereabouts.where(case, now)) for pk, case in by_id.items()
    }


def _moved(client: Client, before: dict[Any, str]) -> Client:
    return Client(client.case, client.name, client.where, before.get(client.case.pk, ""))


def _days(hearings: list[Client]) -> list[Day]:
    def day(one: Client) -> date:
        at = one.case.next_hearing_at
        return at.astimezone(whereabouts.zone_of_court(one.case)).date() if at else date.max

    return [Day(key, list(found)) for key, found in groupby(sorted(hearings, key=day), day)]


def _checks(actor: Actor) -> tuple[list[Due], int]:
    """The first cards that nobody else has taken, and how many there are of them, at most 200."""
    if not acts.allowed(actor, "checks.viewed"):
        return [], 0
    free = [card for card in checks.waiting(actor) if card.taken_by in {None, actor.membership_id}]
    found = checks.with_people(actor, free[:ROWS])
    facilities = Facility.objects.in_bulk({card.facility_id for card in found if card.facility_id})
    return [_due(card, facilities) for card in found], len(free)


def _due(card: checks.Card, facilities: dict[str, Facility]) -> Due:
    facility = facilities.get(card.facility_id or "")
    name = card.person.full_name or _("Name not known yet") if card.person else ""
    return Due(card, name, facility.name if facility else str(Kind(card.kind).label))


def _note(actor: Actor, cases: list[Case], due: list[Due]) -> None:
    """That these were seen, once each, before anything leaves."""
    acts.note_list(actor, "case.listed", list({case.pk: case for case in cases}.values()), ("today",))
    cards = [Case(pk=one.card.case_id, organization_id=actor.organization) for one in due]
    acts.note_list(actor, "checks.viewed", cards)
    acts.note_list(actor, "person.listed", [one.card.person for one in due if one.card.person])


def _sentences(hearings: morning.Few, deadlines: morning.Few, places: morning.Few, tasks: todo.Few) -> list[str]:
    """What needs doing, the gravest first; nothing for what is in order."""
    today, late, lost, due = (few.pressing for few in (hearings, deadlines, places, tasks))
    said = [
        (today, ngettext("%(n)s hearing today.", "%(n)s hearings today.", today)),
        (late, ngettext("%(n)s deadline has passed.", "%(n)s deadlines have passed.", late)),
        (lost, ngettext("%(n)s person is not located.", "%(n)s people are not located.", lost)),
        (due, ngettext("%(n)s of your tasks is due or overdue.", "%(n)s of your tasks are due or overdue.", due)),
    ]
    return [words % {"n": number} for number, words in said if number]
