"""Which hearings and deadlines a calendar shows: by time, narrowed to somebody, a court or where people are held."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from casework.access.actor import Actor
from casework.cases import reach, rules
from casework.cases.models import CustodyState
from casework.docket import clashes
from casework.docket.models import Deadline, Hearing
from casework.docket.models.deadlines import DeadlineState
from casework.docket.models.kinds import HearingState, Medium

NOBODY = "none"  # as an attorney: hearings at which nobody appears
WIDEST = timedelta(hours=14)  # how far a day of any court lies from the same day of UTC
# What a calendar reads of a hearing: nothing that stands sealed.
COLUMNS = (
    "id", "version", "organization", "case", "kind", "medium", "court", "location", "forum", "judge", "on", "at",
    "is_later", "time_zone", "starts_at", "minutes", "appearing", "state", "withdrawn", "interpreter", "language",
    *(f"case__{name}" for name in ("id", "organization", "person", "reference", "restricted", "facility_key", "place")),
    "case__custody", "court__name", "location__text",
)  # fmt: skip
FAR = timedelta(days=2 * 366)


@dataclass(frozen=True)
class Asked:
    """What a calendar is asked for: days of the court's calendar, both included.

    `attorney` is the id of a membership or NOBODY, `court` and `facility` are keys of the directory; empty is all.
    `mine` are the hearings at which the actor appears, or of cases on whose team they are.
    """

    first: date
    last: date
    mine: bool = False
    attorney: str = ""
    court: str = ""
    facility: str = ""


def hearings(actor: Actor, asked: Asked, *, sealed: bool = False) -> "QuerySet[Hearing]":
    """The hearings that the actor sees and that are like this, in the order of time; each with its case and court."""
    rows = _between(actor, asked.first, asked.last)
    if asked.mine:
        rows = rows.filter(whose(actor))
    if asked.attorney:
        rows = rows.filter(appearing=None if asked.attorney == NOBODY else uuid.UUID(asked.attorney))
    if asked.court:
        rows = rows.filter(court=asked.court)
    if asked.facility:
        rows = rows.filter(case__facility_key=asked.facility, case__custody=CustodyState.DETAINED)
    return in_order(rows, sealed=sealed)


def deadlines(actor: Actor, asked: Asked) -> list[Deadline]:
    """What is open and to be kept on these days; none where hearings of an attorney or a court are asked for."""
    if asked.attorney or asked.court:
        return []
    rows = Deadline.objects.visible_to(actor).filter(
        state=DeadlineState.OPEN, withdrawn=False, keep_on__range=(asked.first, asked.last)
    ).exclude(case__stage__in=rules.OVER)  # fmt: skip
    if asked.mine:
        rows = rows.filter(case_id__in=reach.of(actor).mine)
    if asked.facility:
        rows = rows.filter(case__facility_key=asked.facility, case__custody=CustodyState.DETAINED)
    return list(rows.select_related("case", "rule_version").order_by("keep_on", "recorded_at", "pk"))


def in_order(rows: Any, *, sealed: bool = False) -> "QuerySet[Hearing]":
    """With what hangs on each; without what stands sealed, unless that is asked for."""
    found: QuerySet[Hearing] = rows.select_related("case", "court", "location")
    if not sealed:
        found = found.only(*COLUMNS)
    return found.order_by("on", "starts_at", "pk")


def one(actor: Actor, case: uuid.UUID, hearing: uuid.UUID) -> Hearing | None:
    """A hearing of a case that the actor sees; None for another case's, and for one that was entered wrongly."""
    rows = Hearing.objects.visible_to(actor).filter(pk=hearing, case_id=case, withdrawn=False)
    return in_order(rows).first()


def next_one(actor: Actor, asked: Asked) -> date | None:
    """The day of the first hearing after those days that is asked for otherwise; for a calendar that shows none."""
    beyond = hearings(actor, replace(asked, first=asked.last + timedelta(days=1), last=asked.last + FAR))
    found: date | None = beyond.filter(state=HearingState.SCHEDULED).values_list("on", flat=True).first()
    return found


def whose(actor: Actor) -> Q:
    """Hearings at which somebody appears, or of cases on whose team they are."""
    return Q(appearing_id=actor.membership_id) | Q(case_id__in=reach.of(actor).mine)


def all_clashes(actor: Actor, rows: list[Hearing]) -> dict[uuid.UUID, list[clashes.Clash]]:
    """What of the shown hearings cannot be kept by one person, whatever filters hide; one query for all of them."""
    standing = [one for one in rows if one.is_ahead and one.appearing_id]
    if not standing:
        return {}
    first, last = standing[0].on, max(one.on for one in standing)
    near = _between(actor, first - timedelta(days=1), last + timedelta(days=1))
    near = near.filter(state=HearingState.SCHEDULED, appearing__in={one.appearing_id for one in standing})
    columns = (
        "pk", "appearing_id", "starts_at", "minutes", "medium", "court__name", "forum", "court_id", "location_id",
    )  # fmt: skip
    return clashes.found(_slot(one) for one in near.values(*columns))


def _slot(one: dict[str, Any]) -> clashes.Slot:
    place = [one["court_id"], one["location_id"], one["forum"]]
    in_person = one["medium"] == Medium.IN_PERSON and any(place)
    return clashes.Slot(
        one["pk"],
        one["appearing_id"],
        one["starts_at"],
        one["starts_at"] + timedelta(minutes=one["minutes"]),
        "|".join(part or "" for part in place) if in_person else "",
        one["court__name"] or one["forum"],
    )


def _between(actor: Actor, first: date, last: date) -> Any:
    """By the instant, which has an index, and by the day that stands on the paper."""
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
    rows = Hearing.objects.visible_to(actor).filter(withdrawn=False, on__range=(first, last))
    return rows.filter(starts_at__gte=begins - WIDEST, starts_at__lt=ends + WIDEST)
