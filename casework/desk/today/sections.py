"""What Today shows of cases: a few rows of each list, with the names of all of them at once."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access import acts
from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.cases import morning, news, reach, rules, todo, whereabouts
from casework.cases.models import Case, Matter
from casework.cases.whereabouts import Where
from casework.custody import checks, moves
from casework.custody.models import Kind
from casework.directory.models import Facility
from casework.docket import looks, words
from casework.docket import morning as docket
from casework.docket.models import Hearing
from casework.intake import conflicts
from casework.people.models import Person

HEARINGS, ROWS = 8, 5
ALL = "all"
NEAR = timedelta(days=rules.NEAR_DAYS)


@dataclass(frozen=True)
class Client:
    """A case in a row. `before` is the place before the last one, empty where there is none; `conflicts` whether its
    conflict check waits for a decision.
    """

    case: Case
    name: str
    where: Where
    before: str = ""
    conflicts: bool = False

    @property
    def matters(self) -> list[str]:
        return [str(Matter(matter).label) for matter in self.case.matters]


@dataclass(frozen=True)
class Heard:
    """A hearing in a row, with whose it is."""

    hearing: Hearing
    client: Client


@dataclass(frozen=True)
class Ending:
    """A deadline in a row: the case, and what is due on the day that it shows, each with its id."""

    client: Client
    what: list[tuple[uuid.UUID, str]]


@dataclass(frozen=True)
class Day:
    """A day of the court's calendar, with its hearings."""

    day: date
    hearings: list[Heard]


@dataclass(frozen=True)
class Due:
    """A place to be looked up. `name` is empty for those who may not see the person."""

    card: checks.Card
    name: str
    place: str


def of(request: StaffRequest) -> dict[str, Any]:
    """Every section about cases; empty for whoever works on none. What is shown by name is noted.

    All rows are fetched before the first name is opened, so that keys come in one query.
    """
    actor = request.actor
    if not _works(actor):
        return {"works": False}
    mine = not actor.reads_all or request.GET.get("whose") != ALL
    hearings = docket.ahead(actor, mine=mine, most=HEARINGS)
    late = docket.late(actor, mine=mine, most=ROWS)
    deadlines = morning.deadlines(actor, mine=mine, most=ROWS)
    due = looks.due_next(actor, deadlines.rows)
    places = morning.places(actor, mine=mine, most=ROWS)
    enquiries = morning.enquiries(actor, most=ROWS)
    since, visited = news.since()
    told = news.of(actor, since, mine=mine)
    tasks, cards = todo.first(actor, ROWS), _free(actor)
    moved = moves.stints(actor, places.rows)
    heard = [one.case for one in (*hearings.rows, *late.rows)]
    shown = [*heard, *deadlines.rows, *places.rows, *enquiries.rows, *(one.case for one in told[:ROWS])]
    named = {case.pk: case for case in [*shown, *(task.case for task in tasks.rows)]}
    people = _people(actor, [case.person_id for case in named.values()], [one.person_id for one in cards[:ROWS]])
    _note(actor, list(named.values()), cards[:ROWS], people)
    clients = _clients(list(named.values()), people)
    before = moves.before(places.rows, moved)
    undecided = conflicts.open_among(actor, [case.pk for case in enquiries.rows])
    return {
        "works": True,
        "mine": mine,
        "days": _days([Heard(one, clients[one.case_id]) for one in hearings.rows]),
        "late": [Heard(one, clients[one.case_id]) for one in late.rows],
        "deadlines": [
            Ending(clients[case.pk], [(one.pk, words.title_of(one)) for one in due.get(case.pk, [])])
            for case in deadlines.rows
        ],
        "places": [replace(clients[case.pk], before=before.get(case.pk, "")) for case in places.rows],
        "enquiries": [
            replace(clients[case.pk], conflicts=case.pk in undecided) for case in enquiries.rows
        ],
        "tasks": todo.in_words(actor, tasks.rows, {pk: one.name for pk, one in clients.items()}),
        "checks": _due(cards[:ROWS], people),
        "news": [(clients[one.case.pk], one) for one in told[:ROWS]],
        "since": since,
        "visited": visited,
        "today": timezone.localdate(),
        "near": timezone.localdate() + NEAR,
        "whose": f"?whose={'mine' if mine else ALL}&",
        "many": {
            "hearings": hearings.many, "late": late.many, "deadlines": deadlines.many, "places": places.many,
            "tasks": tasks.many, "enquiries": enquiries.many, "checks": len(cards), "news": len(told),
        },
        "sentences": _sentences(hearings, late, deadlines, places, tasks),
        "nothing": not named and not cards and not reach.of(actor).mine,
    }  # fmt: skip


def told_in_full(request: StaffRequest) -> dict[str, Any]:
    """All that changed, for the page of its own."""
    actor = request.actor
    mine = not actor.reads_all or request.GET.get("whose") != ALL
    since, visited = news.since()
    told = news.of(actor, since, mine=mine) if _works(actor) else []
    cases = [one.case for one in told]
    acts.note_list(actor, "case.listed", cases, ("today",))
    clients = _clients(cases, _people(actor, [case.person_id for case in cases]))
    return {
        "news": [(clients[one.case.pk], one) for one in told], "since": since, "visited": visited, "mine": mine,
    }  # fmt: skip


def _works(actor: Actor) -> bool:
    """Whether somebody has cases at all: not administrators alone, and nobody without an organization."""
    return actor.is_staff and acts.allowed(actor, "case.opened")


def _people(actor: Actor, *ids: list[uuid.UUID]) -> dict[uuid.UUID, Person]:
    """The people of these files, as far as the actor sees them."""
    wanted = {one for some in ids for one in some}
    return Person.objects.visible_to(actor).shown(wanted) if wanted else {}


def _clients(cases: list[Case], people: dict[uuid.UUID, Person]) -> dict[uuid.UUID, Client]:
    now = timezone.now()
    return {
        case.pk: Client(case, people[case.person_id].full_name, whereabouts.where(case, now)) for case in cases
    }  # fmt: skip


def _days(hearings: list[Heard]) -> list[Day]:
    def day(one: Heard) -> date:
        return one.hearing.on

    return [Day(key, list(found)) for key, found in groupby(sorted(hearings, key=day), day)]


def _free(actor: Actor) -> list[checks.Card]:
    """The cards that nobody else has taken, at most 200."""
    found = checks.waiting(actor) if acts.allowed(actor, "checks.viewed") else []
    return [card for card in found if card.taken_by in {None, actor.membership_id}]


def _due(cards: list[checks.Card], people: dict[uuid.UUID, Person]) -> list[Due]:
    facilities = Facility.objects.in_bulk({card.facility_id for card in cards if card.facility_id})
    found = []
    for card in cards:
        facility, person = facilities.get(card.facility_id or ""), people.get(card.person_id)
        name = person.full_name or _("Name not known yet") if person else ""
        found.append(Due(card, name, facility.name if facility else str(Kind(card.kind).label)))
    return found


def _note(
    actor: Actor, cases: list[Case], cards: list[checks.Card], people: dict[uuid.UUID, Person]
) -> None:  # fmt: skip
    """That these were seen, once each, before anything leaves."""
    acts.note_list(actor, "case.listed", cases, ("today",))
    due = [Case(pk=card.case_id, organization_id=actor.organization) for card in cards]
    acts.note_list(actor, "checks.viewed", due)
    acts.note_list(actor, "person.listed", [people[card.person_id] for card in cards if card.person_id in people])


def _sentences(
    hearings: docket.Few, unclosed: docket.Few, deadlines: morning.Few, places: morning.Few, tasks: todo.Few
) -> list[str]:
    """What needs doing, the gravest first; nothing for what is in order."""
    today, passed, late, lost, due = (few.pressing for few in (hearings, unclosed, deadlines, places, tasks))
    said = [
        (today, ngettext("%(n)s hearing today.", "%(n)s hearings today.", today)),
        (passed, ngettext("%(n)s hearing needs its outcome.", "%(n)s hearings need their outcome.", passed)),
        (late, ngettext("%(n)s deadline has passed.", "%(n)s deadlines have passed.", late)),
        (lost, ngettext("%(n)s person is not located.", "%(n)s people are not located.", lost)),
        (due, ngettext("%(n)s of your tasks is due or overdue.", "%(n)s of your tasks are due or overdue.", due)),
    ]
    return [text % {"n": number} for number, text in said if number]
