"""What came of a hearing: held with its outcome, and what follows from that in the same step."""

import uuid
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody.images import Images
from casework.docket.actions import bonds, decisions
from casework.docket.actions.ground import Recorded, hold, must_stand, settle
from casework.docket.actions.hearings import Next, go_on, must_be_open, told_of
from casework.docket.models import Bond, Decision, Hearing
from casework.docket.models.kinds import HearingKind, HearingOutcome, HearingState


def held(
    actor: Actor, case: Case, row: Hearing, *, outcome: str, seen: int, following: Next | None = None,
    decided: Mapping[str, Any] | None = None,
) -> Recorded[Hearing]:  # fmt: skip
    """Writes that it was held. `following` is the next hearing of one that is continued; without it a task opens.

    `decided` is what was decided: of a bond hearing on bond (`bonds.DECISION`), else in its proceeding
    (`decisions.FIELDS`). Raises ChangedMeanwhile, and ValidationError at "outcome", or as what follows.
    """
    acts.may(actor, "hearing.held", case)
    must_stand(case, row, seen)
    if row.state != HearingState.HELD or row.outcome:
        must_be_open(row)
    if row.on > timezone.localdate(timezone.now(), ZoneInfo(row.time_zone)):
        words = _("It has not begun. If it was held on another day, change its day first.")
        raise ValidationError({"outcome": words}, code="ahead")
    found: Recorded[Hearing] = _hold(actor, case, row, outcome=outcome, following=following, decided=decided)
    return found


@act("hearing.held")
def _hold(
    actor: Actor, case: Case, row: Hearing, *, outcome: str, following: Next | None, decided: Mapping[str, Any] | None
) -> Happened[Recorded[Hearing]]:
    hold(actor, case)
    images = Images()
    images.change(row, state=HearingState.HELD, outcome=outcome)
    also: list[uuid.UUID] = []
    tasks: list[uuid.UUID] = []
    if outcome == HearingOutcome.CONTINUED:
        also, tasks = go_on(actor, case, row, following)
    elif outcome == HearingOutcome.DECIDED and decided is not None:
        also = [_decide(actor, case, row, decided).line]
    settle(actor, case)
    line = uuid.uuid4()
    told = {"rows": images.told(), "also": also, "tasks": tasks, "outcome": outcome} | told_of(row)
    return Happened(Recorded(line, row, len(tasks)), thing=row, fields=("hearing", "outcome"), told=told, line=line)


def _decide(
    actor: Actor, case: Case, row: Hearing, decided: Mapping[str, Any]
) -> Recorded[Bond] | Recorded[Decision]:  # fmt: skip
    if row.kind == HearingKind.BOND:
        return bonds.decide(actor, case, bonds.pending(actor, case, row), hearing=row, values=decided)
    if row.proceeding is None:
        raise ValidationError(_("Say first in which proceeding this hearing is: change the hearing."), code="nowhere")
    return decisions.record(actor, case, proceeding=row.proceeding, values=decided)
