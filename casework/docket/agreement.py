"""Whether cases show the next hearing that stands on their docket, read as the tables' owner."""

import uuid
from typing import Any

from django.db.models import Min
from django.utils import timezone

from casework.access.doors import window
from casework.cases.models import Case
from casework.docket import rules
from casework.docket.models import Deadline, Hearing
from casework.docket.models.deadlines import DeadlineState
from casework.docket.models.kinds import HearingState


def expected(case_id: uuid.UUID) -> dict[str, Any]:
    """What the glance columns of a case should say of its hearings."""
    rows = Hearing.objects.filter(case_id=case_id, withdrawn=False, state=HearingState.SCHEDULED)
    found = rules.next_of(rows.only("state", "starts_at", "time_zone", "case_id"), timezone.now())
    deadlines = Deadline.objects.filter(case_id=case_id, withdrawn=False, state=DeadlineState.OPEN)
    return {
        "next_deadline_on": deadlines.aggregate(first=Min("keep_on"))["first"],
        "next_hearing_at": found.starts_at if found else None, "next_hearing_zone": found.time_zone if found else "",
    }  # fmt: skip


def write(case_id: uuid.UUID) -> None:
    """Makes them so."""
    with window("agreement"):
        Case.objects.filter(pk=case_id).update(**expected(case_id))


def wrong() -> list[Case]:
    """Cases that show another hearing than the one that is next on their docket."""
    with window("agreement"):
        return [case for case in Case.objects.order_by("pk") if _differs(case, expected(case.pk))]


def _differs(case: Case, should: dict[str, Any]) -> bool:
    return {name: getattr(case, name) for name in should} != should
