"""The court on file: set by a person who cites the order, and by nothing else."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.custody import looks
from casework.custody.models import CourtOnFile
from casework.directory.models import Court


def set_court(actor: Actor, case: Case, *, court: Court, since: date, order: str, seen: int) -> CourtOnFile:
    """Writes the court on file, citing the order or paper that says so; `seen` is the version, 0 where there was none.

    Raises ChangedMeanwhile, and ValidationError at "order" without a citation, at "since" for a day ahead.
    """
    acts.may(actor, "court.set", case)
    if not order.strip():
        raise ValidationError({"order": _("Cite the order or the paper that names this court.")})
    if since > timezone.localdate():
        raise ValidationError({"since": _("Choose a day that is not ahead.")})
    standing = looks.court(actor, case)
    if standing is not None and standing.version != seen:
        raise ChangedMeanwhile(standing)
    try:
        written: CourtOnFile = _set(actor, case, standing, court=court, since=since, order=order.strip())
    except IntegrityError as error:  # two set the first one in this moment
        raise ChangedMeanwhile(CourtOnFile(case=case)) from error
    return written


@act("court.set")
def _set(
    actor: Actor, case: Case, standing: CourtOnFile | None, *, court: Court, since: date, order: str
) -> Happened[CourtOnFile]:
    was = standing.court.name if standing else ""
    row = standing or CourtOnFile(organization_id=case.organization_id, case=case)
    row.court, row.since, row.order = court, since, order
    row.set_by_id, row.set_by_name, row.set_at = actor.member, actor.name, timezone.now()
    if standing is None:
        row.save(force_insert=True)
    else:
        row.save(update_fields=["court", "since", "order", "set_by", "set_by_name", "set_at"])
    return Happened(row, thing=row, changes={"court": (was, court.name)}, told={"order": order, "since": since})
