"""Reading the docket of a case, as far as the actor sees it. What was withdrawn is not there."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.cases.models import Case
from casework.docket.models import Bond, Charge, Deadline, Decision, Hearing, Proceeding
from casework.docket.models.deadlines import DeadlineState
from casework.docket.models.kinds import HearingState
from casework.docket.models.proceedings import Entered

BESIDE: dict[type[Entered], tuple[str, ...]] = {
    Proceeding: ("court",),
    Hearing: ("court", "location", "language", "reason", "proceeding"),
    Charge: ("code",),
    Decision: ("code",),
    Bond: ("hearing",),
    Deadline: ("rule_version", "hearing", "decision"),
}


def of_case(actor: Actor, case: Case, model: type[Any]) -> Any:
    """The rows of one kind, each with its case and what it points at."""
    rows = model.objects.visible_to(actor).filter(case_id=case.pk, withdrawn=False)
    return rows.select_related("case", *BESIDE[model])


def hearings(actor: Actor, case: Case) -> list[Hearing]:
    """All hearings of the case, the earliest first."""
    return list(of_case(actor, case, Hearing).order_by("starts_at", "recorded_at"))


def ahead_of(actor: Actor, case: Case, *, most: int) -> list[Hearing]:
    """The hearings of the case that stand and are ahead, the next first."""
    rows = of_case(actor, case, Hearing).filter(state=HearingState.SCHEDULED, starts_at__gte=timezone.now())
    return list(rows.order_by("starts_at", "recorded_at")[:most])


def heard_next(actor: Actor, case: Case) -> Hearing | None:
    """The hearing that the case shows at a glance, as far as the actor sees it."""
    if case.next_hearing_at is None:
        return None
    rows = of_case(actor, case, Hearing).filter(state=HearingState.SCHEDULED, starts_at=case.next_hearing_at)
    found: Hearing | None = rows.order_by("recorded_at").first()
    return found


def proceedings(actor: Actor, case: Case) -> list[Proceeding]:
    """All proceedings, those that are open first, in the order in which they were opened."""
    rows = list(of_case(actor, case, Proceeding).order_by("recorded_at"))
    return sorted(rows, key=lambda one: one.ended_on is not None)


def decisions(actor: Actor, case: Case) -> list[Decision]:
    return list(of_case(actor, case, Decision).order_by("-decided_on", "-recorded_at"))


def charges(actor: Actor, case: Case) -> list[Charge]:
    return list(of_case(actor, case, Charge).order_by("code__code"))


def bonds(actor: Actor, case: Case) -> list[Bond]:
    """The requests for bond, the newest first."""
    return list(of_case(actor, case, Bond).order_by("-recorded_at"))


def deadlines(actor: Actor, case: Case) -> list[Deadline]:
    """All deadlines, open ones first: those without a date, then by the day to keep to."""
    rows = list(of_case(actor, case, Deadline))
    return sorted(rows, key=lambda one: (not one.is_open, one.keep_on is not None, one.keep_on or one.recorded_at))


def due_next(actor: Actor, cases: Iterable[Case]) -> dict[uuid.UUID, list[Deadline]]:
    """What is due on the day that each case shows at a glance, as far as the actor sees it; one query for all."""
    days = {case.pk: case.next_deadline_on for case in cases if case.next_deadline_on}
    if not days:
        return {}
    rows = Deadline.objects.visible_to(actor).filter(
        case_id__in=days, keep_on__in=set(days.values()), state=DeadlineState.OPEN, withdrawn=False
    )  # fmt: skip
    found: dict[uuid.UUID, list[Deadline]] = {}
    for row in rows.select_related("case", "rule_version").order_by("recorded_at"):
        if row.keep_on == days[row.case_id]:
            found.setdefault(row.case_id, []).append(row)
    return found


def one(actor: Actor, case: Case, model: type[Any], pk: uuid.UUID) -> Any:
    """A row of the case; None for one that is not there."""
    return of_case(actor, case, model).filter(pk=pk).first()


def last_at(actor: Actor, case: Case, court: str) -> Hearing | None:
    """The case's last hearing at a court, whatever came of it."""
    found: Hearing | None = of_case(actor, case, Hearing).filter(court_id=court).order_by("-starts_at").first()
    return found


def names(rows: Iterable[Hearing]) -> dict[uuid.UUID | None, str]:
    """Who appears at these hearings, by membership."""
    wanted = {one.appearing_id for one in rows if one.appearing_id}
    return dict(Colleague.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
