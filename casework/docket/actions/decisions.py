"""What was decided in a proceeding, when, and how it was given: what periods count from."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody.images import Images
from casework.docket.actions.ground import Recorded, changes, different, hold, must_stand, new, not_ahead, not_before
from casework.docket.models import Decision, Proceeding
from casework.docket.models.kinds import Served

FIELDS = ("code", "summary", "decided_on", "how", "served_on", "our_appeal", "their_appeal")


@act("decision.recorded")
def record(
    actor: Actor, case: Case, *, proceeding: Proceeding, values: Mapping[str, Any]
) -> Happened[Recorded[Decision]]:
    """Writes a decision with these values of `FIELDS`.

    Raises ValidationError at "code" without a code and without words for it, at "served_on" and "decided_on".
    """
    hold(actor, case)
    must_stand(case, proceeding)
    given = _checked(actor, case, values)
    images, row = Images(), new(actor, case, Decision, proceeding=proceeding, **given)
    images.add(row)
    line, told = uuid.uuid4(), {"rows": images.told()} | _told(row)
    return Happened(Recorded(line, row), thing=row, fields=("decision",), told=told, line=line)


def change(
    actor: Actor, case: Case, row: Decision, *, values: Mapping[str, Any], seen: int
) -> Recorded[Decision] | None:
    """Writes a decision anew; None when nothing differs. Raises ChangedMeanwhile, and as `record`."""
    acts.may(actor, "decision.changed", case)
    must_stand(case, row, seen)
    written = different(row, _checked(actor, case, values))
    found: Recorded[Decision] | None = _change(actor, case, row, values=written) if written else None
    return found


@act("decision.changed")
def _change(actor: Actor, case: Case, row: Decision, *, values: Mapping[str, Any]) -> Happened[Recorded[Decision]]:
    hold(actor, case)
    images, said = Images(), changes(row, values)
    images.change(row, **values)
    line, told = uuid.uuid4(), {"rows": images.told()} | _told(row)
    return Happened(Recorded(line, row), thing=row, changes=said, told=told, line=line)


def _checked(actor: Actor, case: Case, values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: values[name] for name in FIELDS if name in values}
    if given.get("code") is None and not (given.get("summary") or "").strip():
        raise ValidationError({"code": _("Choose what was decided, or say it in words.")})
    if given["how"] == Served.ORAL:
        given["served_on"] = None  # an oral decision counts from the day it was said
    elif given.get("served_on") is None:
        raise ValidationError({"served_on": _("Periods count from this day. Look at the paper or its envelope.")})
    not_ahead(actor, case, decided_on=given["decided_on"], served_on=given["served_on"])
    not_before("served_on", given["served_on"], given["decided_on"], _("It was decided later than that."))
    return given


def _told(row: Decision) -> dict[str, Any]:
    said = row.code.meaning if row.code else str(row.summary)
    return {"decision": said, "day": row.decided_on.isoformat()}
