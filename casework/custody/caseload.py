"""The list of cases, narrowed and put in order by what cases show at a glance."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from casework.access.actor import Actor
from casework.cases import morning, rules
from casework.cases.models import Assignment, CaseRole, CustodyState
from casework.cases.pages import Order
from casework.custody.models import CourtOnFile

MINE, ALL = "mine", "all"
ANY, NEW = "any", "new"  # stages: every one, and what waits to be looked at; none asked for leaves out what is over
NONE, PAST = "none", "past"
UNKNOWN, LOST, CHANGED = "unknown", "not_located", "changed"
ORDERS = {
    "opened": Order("opened_at", falling=True),
    "hearing": Order("next_hearing_at"),
    "deadline": Order("next_deadline_on"),
    "place": Order("place_as_of"),
    "reference": Order("reference", falling=True),
}


@dataclass(frozen=True)
class Asked:
    """What of the caseload is asked for; nothing is every case that is not over, the newest first.

    `lead` is a membership or NONE; `hearing` and `deadline` are days ahead, NONE for none on file, PAST for one that
    lies behind; `names` of the filters in use are for the line of an export.
    """

    whose: str = ALL
    stage: str = ""
    custody: str = ""
    court: str = ""
    facility: str = ""
    language: str = ""
    hearing: str = ""
    deadline: str = ""
    lead: str = ""
    stale: bool = False
    order: str = "opened"
    names: tuple[str, ...] = field(default=(), compare=False)


def cases(actor: Actor, asked: Asked) -> Any:
    """The organization's cases that the actor sees and that are like this, in no order yet."""
    rows = morning.cases(actor, mine=asked.whose == MINE).filter(_stage(asked.stage), _custody(asked.custody))
    if asked.facility:
        rows = rows.filter(facility_key=asked.facility, custody=CustodyState.DETAINED)
    if asked.court:
        rows = rows.filter(pk__in=CourtOnFile.objects.visible_to(actor).filter(court=asked.court).values("case_id"))
    if asked.language:  # of files that were merged, the survivor's
        own = Q(person__merged_into=None, person__language=asked.language)
        rows = rows.filter(own | Q(person__merged_into__language=asked.language))
    if asked.stale:
        old = timezone.now() - rules.STALE
        rows = rows.filter(place_as_of__lt=old, custody__in=[CustodyState.NONE, CustodyState.DETAINED])
    return _led(actor, rows.filter(_hearing(asked.hearing), _deadline(asked.deadline)), asked.lead)


def _stage(asked: str) -> Q:
    if asked == ANY:
        return Q()
    if asked == NEW:
        return Q(stage__in=rules.NEW)
    return Q(stage=asked) if asked else ~Q(stage__in=rules.OVER)


def _custody(asked: str) -> Q:
    if asked == LOST:
        return morning.not_located()
    if asked == CHANGED:
        return morning.not_located() | morning.place_changed(timezone.localdate() - morning.LATELY)
    if asked == UNKNOWN:
        return Q(custody=CustodyState.NONE)
    return Q(custody=asked) if asked else Q()


def _hearing(asked: str) -> Q:
    """Days are the reader's, today among them."""
    begins = _begins(timezone.localdate())
    if asked == NONE:
        return Q(next_hearing_at=None)
    if asked == PAST:
        return Q(next_hearing_at__lt=begins)
    ends = begins + timedelta(days=int(asked or 0) + 1)
    return Q(next_hearing_at__gte=begins, next_hearing_at__lt=ends) if asked else Q()


def _deadline(asked: str) -> Q:
    """Those ahead have those with them that have passed."""
    today = timezone.localdate()
    if asked == NONE:
        return Q(next_deadline_on=None)
    if asked == PAST:
        return Q(next_deadline_on__lt=today)
    return Q(next_deadline_on__lte=today + timedelta(days=int(asked))) if asked else Q()


def _led(actor: Actor, rows: Any, asked: str) -> Any:
    if not asked:
        return rows
    leads = Assignment.objects.visible_to(actor).filter(Assignment.live(), role=CaseRole.LEAD)
    if asked == NONE:
        return rows.filter(~Exists(leads.filter(case_id=OuterRef("pk"))))
    return rows.filter(pk__in=leads.filter(membership_id=uuid.UUID(asked)).values("case_id"))


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
