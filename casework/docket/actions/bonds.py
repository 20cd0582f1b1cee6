"""Bond from the request to the return of the money."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody.images import Images
from casework.docket import rules
from casework.docket.actions import proceedings
from casework.docket.actions.ground import Recorded, changes, different, hold, must_stand, new, not_ahead, not_before
from casework.docket.models import Bond, Hearing, Proceeding
from casework.docket.models.kinds import BondResult

REQUEST = ("theory", "ice_amount", "request", "requested_on")
DECISION = ("result", "amount", "conditions", "decided_on", "how", "our_appeal", "their_appeal", "stayed_on")


@act("bond.requested")
def request(actor: Actor, case: Case, *, values: Mapping[str, Any]) -> Happened[Recorded[Bond]]:
    """Writes what is asked for, and what is known before: under what provision DHS holds the person, ICE's own bond.

    Raises ValidationError at "requested_on".
    """
    hold(actor, case)
    given = {name: values[name] for name in REQUEST if name in values}
    not_ahead(actor, case, requested_on=given.get("requested_on"))
    proceeding, also = _proceeding(actor, case, None)
    images, row = Images(), new(actor, case, Bond, proceeding=proceeding, **given)
    images.add(row)
    line, told = uuid.uuid4(), {"rows": images.told(), "also": also}
    return Happened(Recorded(line, row), thing=row, fields=("bond",), told=told, line=line)


def change(actor: Actor, case: Case, row: Bond, *, values: Mapping[str, Any], seen: int) -> Recorded[Bond] | None:
    """Writes the request anew (`REQUEST`); None when nothing differs. Raises ChangedMeanwhile, and as `request`."""
    acts.may(actor, "bond.changed", case)
    must_stand(case, row, seen)
    not_ahead(actor, case, requested_on=values.get("requested_on"))
    written = different(row, {name: values[name] for name in REQUEST if name in values})
    found: Recorded[Bond] | None = _change(actor, case, row, values=written) if written else None
    return found


@act("bond.changed")
def _change(actor: Actor, case: Case, row: Bond, *, values: Mapping[str, Any]) -> Happened[Recorded[Bond]]:
    return _written(actor, case, row, values)


@act("bond.decided")
def decide(
    actor: Actor,
    case: Case,
    row: Bond | None,
    *,
    values: Mapping[str, Any],
    hearing: Hearing | None = None,
    seen: int | None = None,
) -> Happened[Recorded[Bond]]:
    """Writes what was determined (`DECISION`), at `hearing` where it was one; without a row that of a request
    that nobody wrote down.

    Raises ValidationError at "amount", "decided_on", "stayed_on" or "result".
    """
    hold(actor, case)
    given = {name: values[name] for name in DECISION if name in values} | ({"hearing": hearing} if hearing else {})
    _check_decision(actor, case, row, given)
    if row is not None:
        must_stand(case, row, seen)
        return _written(actor, case, row, given)
    proceeding, also = _proceeding(actor, case, hearing)
    images, made = Images(), new(actor, case, Bond, proceeding=proceeding, **given)
    images.add(made)
    line, told = uuid.uuid4(), {"rows": images.told(), "also": also} | _told(made)
    return Happened(Recorded(line, made), thing=made, fields=("bond",), told=told, line=line)


@act("bond.posted")
def post(
    actor: Actor, case: Case, row: Bond, *, posted_on: date, posted_by: str, receipt: str = "", seen: int | None = None
) -> Happened[Recorded[Bond]]:
    """The money was paid. Raises ValidationError at "posted_on", and where no bond was set."""
    hold(actor, case)
    must_stand(case, row, seen)
    if row.result != BondResult.SET and not (row.ice_amount and row.result == BondResult.NONE):
        raise ValidationError(_("No bond was set that could be posted."), code="none")
    if row.posted_on is not None:
        raise ValidationError(_("This bond was posted already."), code="posted")
    not_ahead(actor, case, posted_on=posted_on)
    not_before("posted_on", posted_on, row.decided_on, _("It was decided later than that."))
    return _written(actor, case, row, {"posted_on": posted_on, "posted_by": posted_by, "receipt": receipt})


@act("bond.ended")
def end(
    actor: Actor, case: Case, row: Bond, *, how: str, ended_on: date, seen: int | None = None
) -> Happened[Recorded[Bond]]:
    """The bond was cancelled and the money returned, or it was breached. Raises ValidationError at "ended_on"."""
    hold(actor, case)
    must_stand(case, row, seen)
    if row.posted_on is None:
        raise ValidationError(_("Nobody has posted this bond."), code="not_posted")
    not_ahead(actor, case, ended_on=ended_on)
    not_before("ended_on", ended_on, row.posted_on, _("It was posted later than that."))
    return _written(actor, case, row, {"end": how, "ended_on": ended_on})


def pending(actor: Actor, case: Case, hearing: Hearing | None = None) -> Bond | None:
    """The request that waits for a decision: that of the hearing, else the newest."""
    rows = Bond.objects.visible_to(actor).filter(case_id=case.pk, withdrawn=False, result=BondResult.NONE)
    waiting = list(rows.select_related("case").order_by("-requested_on", "-recorded_at"))
    of_hearing = [one for one in waiting if hearing is not None and one.hearing_id == hearing.pk]
    free = [one for one in waiting if one.hearing_id is None]
    return next(iter([*of_hearing, *free]), None)


def _proceeding(
    actor: Actor, case: Case, hearing: Hearing | None
) -> tuple[Proceeding | None, list[uuid.UUID]]:  # fmt: skip
    """The bond proceeding: that of the hearing, one that is open, or one that is opened; and the line of opening."""
    if hearing is not None and hearing.proceeding is not None:
        return hearing.proceeding, []
    rows = Proceeding.objects.visible_to(actor).filter(
        case_id=case.pk, kind=rules.BOND, ended_on=None, withdrawn=False
    )  # fmt: skip
    found = rows.select_related("case").first()
    if found is not None:
        return found, []
    court = hearing.court if hearing else None
    opened: Recorded[Proceeding] = proceedings.open_one(actor, case, values={"kind": rules.BOND, "court": court})
    return opened.row, [opened.line]


def _check_decision(actor: Actor, case: Case, row: Bond | None, given: dict[str, Any]) -> None:
    result, amount = given["result"], given.get("amount")
    if result == BondResult.SET and not amount:
        raise ValidationError({"amount": _("Enter the amount.")})
    if result != BondResult.SET and amount:
        raise ValidationError({"amount": _("Only a bond that was set has an amount.")})
    if row is not None and row.posted_on and result != BondResult.SET:
        raise ValidationError({"result": _("This bond was posted. Undo that first, on the activity page.")})
    not_ahead(actor, case, decided_on=given["decided_on"], stayed_on=given.get("stayed_on"))
    if row is not None:
        not_before("decided_on", given["decided_on"], row.requested_on, _("It was asked for later than that."))
    not_before("stayed_on", given.get("stayed_on"), given["decided_on"], _("It was decided later than that."))


def _written(actor: Actor, case: Case, row: Bond, values: Mapping[str, Any]) -> Happened[Recorded[Bond]]:
    hold(actor, case)
    written = different(row, values)
    images, said = Images(), changes(row, written)
    if written:
        images.change(row, **written)
    line, told = uuid.uuid4(), {"rows": images.told()} | _told(row)
    return Happened(Recorded(line, row), thing=row, changes=said, told=told, line=line)


def _told(row: Bond) -> dict[str, Any]:
    return {"result": row.result, "amount": row.amount}
