"""How far a case has come: accepting it."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.cases import rules
from casework.cases.actions.ground import locked
from casework.cases.models import Case, Stage


@act("case.accepted")
def accept(actor: Actor, case: Case) -> Happened[str]:
    """Takes the case on and gives it the organization's next reference of the year there, such as NLA-2026-0042.

    Raises ValidationError for a case that has a reference, or that was closed, declined or referred.
    """
    now = locked(actor, case)
    if not rules.may_be_accepted(stage=now.stage, reference=now.reference):
        raise ValidationError(_("This case does not wait for acceptance any more."), code="stage")
    year = timezone.localtime(timezone.now(), zoneinfo.ZoneInfo(case.organization.time_zone)).year
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.next_reference(%s)", [year])
        number = cursor.fetchone()[0]
    reference = f"{case.organization.short_name}-{year}-{number:04d}"
    changes: Changes = {"stage": (case.stage, Stage.ACTIVE.value), "reference": ("", reference)}
    case.reference, case.stage = reference, Stage.ACTIVE
    case.save(update_fields=["reference", "stage"])
    return Happened(reference, thing=case, changes=changes)
