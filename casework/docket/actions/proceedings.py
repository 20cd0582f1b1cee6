"""Proceedings: what a court or the Board decides, from the paper that begins it to its end; and DHS's charges in it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody import looks as custody
from casework.custody.images import Images
from casework.directory.models import Code, Court
from casework.docket.actions.ground import Recorded, changes, different, hold, must_stand, new, not_ahead, not_before
from casework.docket.models import Charge, Proceeding
from casework.docket.models.kinds import ChargeState, ProceedingKind

FIELDS = ("kind", "court", "forum", "judge", "docket_number", "nta_served_on", "began_on")


@act("proceeding.opened")
def open_one(actor: Actor, case: Case, *, values: Mapping[str, Any]) -> Happened[Recorded[Proceeding]]:
    """Opens a proceeding of a kind; a removal proceeding is in the court on file, where there is one.

    Raises ValidationError at "court", "forum", "nta_served_on" or "began_on".
    """
    hold(actor, case)
    given = dict(values)
    _check(actor, case, given)
    images, row = Images(), new(actor, case, Proceeding, **given)
    images.add(row)
    line, told = uuid.uuid4(), {"rows": images.told(), "proceeding": row.kind}
    return Happened(Recorded(line, row), thing=row, fields=("proceeding",), told=told, line=line)


def change(
    actor: Actor, case: Case, row: Proceeding, *, values: Mapping[str, Any], seen: int
) -> Recorded[Proceeding] | None:
    """Writes these values of `FIELDS`; None when nothing differs. Raises ChangedMeanwhile, and as `open_one`."""
    acts.may(actor, "proceeding.changed", case)
    must_stand(case, row, seen)
    wanted = {name: values.get(name, getattr(row, name)) for name in FIELDS}
    _check(actor, case, wanted)
    written = different(row, wanted)
    found: Recorded[Proceeding] | None = _change(actor, case, row, values=written) if written else None
    return found


@act("proceeding.changed")
def _change(actor: Actor, case: Case, row: Proceeding, *, values: Mapping[str, Any]) -> Happened[Recorded[Proceeding]]:
    hold(actor, case)
    images, said = Images(), changes(row, values)
    images.change(row, **values)
    line = uuid.uuid4()
    told = {"rows": images.told(), "proceeding": row.kind}
    return Happened(Recorded(line, row), thing=row, changes=said, told=told, line=line)


def end(actor: Actor, case: Case, row: Proceeding, *, ended_on: date, seen: int) -> Recorded[Proceeding]:
    """Nothing more is decided in it. Raises ChangedMeanwhile, and ValidationError at "ended_on"."""
    acts.may(actor, "proceeding.ended", case)
    must_stand(case, row, seen)
    not_ahead(actor, case, ended_on=ended_on)
    not_before("ended_on", ended_on, row.began_on, _("It began later than that."))
    found: Recorded[Proceeding] = _end(actor, case, row, ended_on=ended_on)
    return found


@act("proceeding.ended")
def _end(actor: Actor, case: Case, row: Proceeding, *, ended_on: date) -> Happened[Recorded[Proceeding]]:
    hold(actor, case)
    images, said = Images(), changes(row, {"ended_on": ended_on})
    images.change(row, ended_on=ended_on)
    line, told = uuid.uuid4(), {"rows": images.told(), "proceeding": row.kind}
    return Happened(Recorded(line, row), thing=row, changes=said, told=told, line=line)


def _check(actor: Actor, case: Case, values: dict[str, Any]) -> None:
    """Puts the court on file into a removal proceeding that names none, and refuses what does not go together."""
    federal = Proceeding(kind=values["kind"]).is_federal
    court: Court | None = values.get("court")
    if federal and not values.get("forum"):
        raise ValidationError({"forum": _("Name the federal court.")})
    if federal and court is not None:
        raise ValidationError({"court": _("A federal case is in no immigration court. Name its court below.")})
    if not federal and values.get("forum"):
        raise ValidationError({"forum": _("Only a federal case is in a federal court.")})
    if values["kind"] == ProceedingKind.REMOVAL:
        on_file = custody.court(actor, case)
        if on_file is not None and court is None:
            values["court"] = on_file.court
        elif on_file is not None and court is not None and court.pk != on_file.court_id:
            words = _("The court on file is %(court)s. Set the court on file first, citing the order.")
            raise ValidationError({"court": words % {"court": on_file.court.name}})
    not_ahead(actor, case, nta_served_on=values.get("nta_served_on"), began_on=values.get("began_on"))


# --- Charges


@act("charge.added")
def add_charge(actor: Actor, case: Case, *, proceeding: Proceeding, code: Code) -> Happened[Recorded[Charge]]:
    """A charge that DHS makes in a proceeding. Raises ValidationError at "code" for one that stands there already."""
    hold(actor, case)
    must_stand(case, proceeding)
    images, row = Images(), new(actor, case, Charge, proceeding=proceeding, code=code)
    try:
        with transaction.atomic():
            images.add(row)
    except IntegrityError as error:
        raise ValidationError({"code": _("This charge is on file already.")}) from error
    line, told = uuid.uuid4(), {"rows": images.told(), "charge": str(code)}
    return Happened(Recorded(line, row), thing=row, fields=("charge",), told=told, line=line)


def change_charge(actor: Actor, case: Case, row: Charge, *, state: str, seen: int) -> Recorded[Charge] | None:
    """What became of a charge; None when that stands already. Raises ChangedMeanwhile."""
    acts.may(actor, "charge.changed", case)
    must_stand(case, row, seen)
    found: Recorded[Charge] | None = None
    if row.state != state:
        found = _change_charge(actor, case, row, state=ChargeState(state))
    return found


@act("charge.changed")
def _change_charge(actor: Actor, case: Case, row: Charge, *, state: str) -> Happened[Recorded[Charge]]:
    hold(actor, case)
    images, said = Images(), changes(row, {"state": state})
    images.change(row, state=state)
    line, told = uuid.uuid4(), {"rows": images.told(), "charge": str(row.code)}
    return Happened(Recorded(line, row), thing=row, changes=said, told=told, line=line)
