"""What several acts on the docket need: the case held still, the rows of a case, how a change is told."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.changes import plain
from casework.access.versions import ChangedMeanwhile
from casework.cases import reach
from casework.cases.actions import glance
from casework.cases.models import Case
from casework.docket import nearest, rules
from casework.docket.models import Hearing
from casework.docket.models.kinds import HearingState
from casework.docket.models.proceedings import Entered

R = TypeVar("R", bound=Entered)


@dataclass(frozen=True)
class Recorded(Generic[R]):
    """What an act wrote: its line, the row, and how many tasks it opened."""

    line: uuid.UUID
    row: R
    tasks: int = 0


def hold(actor: Actor, case: Case) -> None:
    """Keeps the case until the end of the transaction: one act on its docket after the other."""
    glance(actor, case)


def settle(actor: Actor, case: Case) -> None:
    """Makes the case show its next hearing and its next deadline."""
    rows = Hearing.objects.visible_to(actor).filter(case_id=case.pk, withdrawn=False, state=HearingState.SCHEDULED)
    found = rules.next_of(rows.only("state", "starts_at", "time_zone", "case_id"), timezone.now())
    at, zone = (found.starts_at, found.time_zone) if found else (None, "")
    if (case.next_hearing_at, case.next_hearing_zone) != (at, zone):
        glance(actor, case, next_hearing_at=at, next_hearing_zone=zone)
    nearest.settle(actor, case)


def must_stand(case: Case, row: Entered, seen: int | None = None) -> None:
    """Raises Http404 for a row of another case or one that was withdrawn, ChangedMeanwhile for another version."""
    if row.case_id != case.pk or row.withdrawn:
        raise Http404
    if seen is not None and row.version != seen:
        raise ChangedMeanwhile(row)


def new(actor: Actor, case: Case, model: type[R], **values: Any) -> R:
    """A row of the case that is not written yet."""
    return model(organization_id=case.organization_id, case=case, recorded_by_id=actor.member, **values)


def different(row: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the row does not hold; texts without blanks around them."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if _key(value) != _key(_held(row, name))}


def changes(row: models.Model, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Each value as it is and as it will be, for a line: rows that are pointed at by their names."""
    told = {f"{row._meta.model_name}.{name}": (_said(_held(row, name)), _said(value)) for name, value in values.items()}
    return {name: pair for name, pair in told.items() if name not in SILENT}


SILENT = frozenset({"hearing.starts_at", "hearing.is_later"})  # told by the wall time beside it


def not_ahead(actor: Actor, case: Case, **days: date | None) -> None:
    """Raises ValidationError at a day that is ahead on the calendar of the case's organization, or long past."""
    zone = ZoneInfo(reach.of(actor).organizations[case.organization_id].time_zone)
    today = timezone.localdate(timezone.now(), zone)
    for name, day in days.items():
        if day is not None and day > today:
            raise ValidationError({name: _("Choose a day that is not ahead.")})
        if day is not None and day.year < 1980:
            raise ValidationError({name: _("Check the year.")})


def not_before(name: str, day: date | None, earlier: date | None, words: Any) -> None:
    """Raises ValidationError at `name` for a day before another one."""
    if day is not None and earlier is not None and day < earlier:
        raise ValidationError({name: words})


def _held(row: models.Model, name: str) -> Any:
    return getattr(row, name)


def _key(value: Any) -> Any:
    return value.pk if isinstance(value, models.Model) else plain(value)


def _said(value: Any) -> Any:
    if isinstance(value, models.Model):
        colleague = getattr(value, "colleague", None)
        return colleague.name if colleague else str(value)
    return plain(value) if not hasattr(value, "isoformat") else value.isoformat()
