"""Looking people up: the queue of places that are due, taking a card, and what was found."""

import dataclasses
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.doors import open_one
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.custody import follow_ups, looks, rules
from casework.custody.actions import hold, settle
from casework.custody.images import Images
from casework.custody.models import LocatorCheck, Outcome, Stay, Stint
from casework.people.models import Person

COLUMNS = (
    "stay_id", "case_id", "person_id", "reference", "kind", "facility_id", "since", "confirmed_at", "due_at",
    "not_found", "taken_by", "taken_by_name", "taken_until",
)  # fmt: skip


@dataclass(frozen=True)
class Card:
    """A place that is due, as whoever works in the organization may see it: without a name.

    `not_found` is how often in a row nobody was found. `person` is set for those who see the person anyway.
    """

    stay_id: uuid.UUID
    case_id: uuid.UUID
    person_id: uuid.UUID
    reference: str
    kind: str
    facility_id: str | None
    since: datetime
    confirmed_at: datetime
    due_at: datetime
    not_found: int
    taken_by: uuid.UUID | None
    taken_by_name: str | None
    taken_until: datetime | None
    person: Person | None = None


def cards(actor: Actor) -> list[Card]:
    """What is due, the longest due first; at most 200. Raises PermissionDenied."""
    found = waiting(actor)
    known = Person.objects.visible_to(actor).shown(card.person_id for card in found) if found else {}
    return [dataclasses.replace(card, person=known.get(card.person_id)) for card in found]


def waiting(actor: Actor) -> list[Card]:
    """The same, of nobody the person. Raises PermissionDenied."""
    acts.may(actor, "checks.viewed")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM ctx.check_cards()")  # noqa: S608 (our own names)
        return [Card(*row) for row in cursor.fetchall()]


def take(actor: Actor, stay_id: uuid.UUID) -> Case:
    """Takes a card for half an hour; the case it is about. A volunteer sees that case for as long.

    Raises ValidationError when somebody else has the card, or nothing is due any more, and PermissionDenied.
    """
    acts.may(actor, "check.taken")
    with transaction.atomic():
        case_id = _ask("take_check", stay_id)
        if case_id is None:
            raise ValidationError(_("Somebody else has this card, or it is not due any more."), code="taken")
        fresh = dataclasses.replace(actor)  # who sees the case only from now on
        case: Case = open_one(fresh, Case.objects, case_id)
        _taken(fresh, case, stay_id=stay_id)
    return case


@act("check.taken")
def _taken(actor: Actor, case: Case, *, stay_id: uuid.UUID) -> Happened[None]:
    return Happened(None, thing=case, fields=("check",), told={"until": timezone.now() + rules.LEASE})


@act("check.returned")
def put_back(actor: Actor, case: Case, *, stay: Stay) -> Happened[None]:
    """Gives the card back, with what taking it opened."""
    _must_be_of(case, stay)
    _ask("end_check", stay.pk)
    return Happened(None, thing=case, fields=("check",))


def settled(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to moves and releases: whoever had the card for it is done with it."""
    _ask("end_check", happened.result.stay.pk)


@act("check.recorded")
def record(
    actor: Actor, case: Case, *, stay: Stay, method: str, outcome: str, note: str = "",
    next_due_at: datetime | None = None, seen: str | None = None,
) -> Happened[LocatorCheck]:  # fmt: skip
    """Writes down what a look-up found. Found at the same place, it counts as confirmed; not found, it escalates.

    A move or a release is recorded by its own act afterwards. `next_due_at` replaces what the rules say. Whoever has
    the card keeps it after "moved" and "released", until that is recorded. Raises ValidationError for a stay that
    ended, and ChangedMeanwhile when something else stands than what was `seen` (`as_seen`).
    """
    hold(case)
    stay.refresh_from_db()
    _must_be_of(case, stay)
    last = looks.last_stint(actor, stay)
    if last is not None and seen is not None and seen != as_seen(stay, last):
        raise ChangedMeanwhile(last)
    now, images = timezone.now(), Images()
    due = next_due_at or _next(actor, case, stay, outcome, now)
    check = LocatorCheck(
        organization_id=stay.organization_id, person_id=stay.person_id, stay=stay, method=method, outcome=outcome,
        note=note, checked_at=now, checked_by_id=actor.member, checked_by_name=actor.name, next_due_at=due,
    )  # fmt: skip
    check.save(force_insert=True)
    confirmed: dict[str, Any] = {"confirmed_at": now} if outcome == Outcome.SAME else {}
    images.change(stay, next_check_at=due, **confirmed)
    if last is not None and outcome == Outcome.SAME:
        images.change(last, confirmed_at=now, confirmed_by_name=actor.name, source=method)
    if outcome == Outcome.NOT_FOUND:
        times = rules.not_found_in_a_row([one.outcome for one in looks.checks(actor, stay)])
        follow_ups.after_not_found(actor, case, stay, times)
    settle(case)
    if outcome in (Outcome.SAME, Outcome.NOT_FOUND):
        _ask("end_check", stay.pk)
    told = {"method": method, "outcome": outcome, "next_due_at": due}
    return Happened(check, thing=check, fields=("check",), told=told)


def as_seen(stay: Stay, last: Stint) -> str:
    """Names what somebody has before them who looks the person up: another place, or another look-up, changes it."""
    return f"{last.pk}:{last.version}:{stay.version}"


def _next(actor: Actor, case: Case, stay: Stay, outcome: str, now: datetime) -> datetime | None:
    last = looks.last_stint(actor, stay)
    kind = rules.NOT_LOCATED if outcome == Outcome.NOT_FOUND or last is None else last.kind
    return rules.next_check(confirmed_at=now, stages=looks.stages(actor, case), kind=kind)


def _must_be_of(case: Case, stay: Stay) -> None:
    if stay.person_id not in case.person.files or not stay.is_open:
        raise ValidationError(_("This stay has ended."), code="ended")


def _ask(function: str, stay_id: uuid.UUID) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ctx.{function}(%s)", [stay_id])
        return cursor.fetchone()[0]
