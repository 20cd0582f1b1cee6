"""Writing what was said about court: by the acts of the docket, each of which tells its line."""

import uuid
from collections.abc import Mapping
from datetime import date, time
from typing import TYPE_CHECKING, Any

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.directory.models import Code, Court, Language
from casework.docket import looks
from casework.docket.actions import bonds, hearings, proceedings
from casework.docket.models import Bond, Hearing, Proceeding
from casework.docket.times import When
from casework.intake.acceptance.of_court import REMOVAL
from casework.intake.acceptance.plan import Order

if TYPE_CHECKING:
    from casework.intake.acceptance.writing import Writing

DAYS = ("nta_served_on", "decided_on", "posted_on")


def proceeding(writing: "Writing", order: Order) -> None:
    """Opens the removal proceeding, or writes what it did not say."""
    actor, case, values = writing.actor, writing.case, _rows(order.values)
    if order.is_new:
        _told(writing, proceedings.open_one(actor, case, values=dict(order.row.given) | values).line)
        return
    row: Proceeding = _one(actor, case, Proceeding, order)
    _told(writing, _line(proceedings.change(actor, case, row, values=values, seen=row.version)))


def charge(writing: "Writing", order: Order) -> None:
    """Enters a charge; in a removal proceeding that is opened for it, where none stands."""
    actor, case = writing.actor, writing.case
    open_ones = [one for one in looks.proceedings(actor, case) if one.kind == REMOVAL and one.ended_on is None]
    if open_ones:
        row = open_ones[0]
    else:
        opened = proceedings.open_one(actor, case, values={"kind": REMOVAL})
        row = opened.row
        _told(writing, opened.line)
    code = Code.objects.get(list="charges", code=order.values["code"])
    _told(writing, proceedings.add_charge(actor, case, proceeding=row, code=code).line)


def hearing(writing: "Writing", order: Order) -> None:
    """Enters a hearing on the clock of its court, or moves the one that stands."""
    actor, case, values = writing.actor, writing.case, _rows(order.values)
    at = values.pop("at", None)
    if order.is_new:
        court = Court.objects.get(pk=order.row.given["court"])
        whole = {"kind": order.row.given["kind"], "court": court} | values
        _told(writing, hearings.add(actor, case, when=_when(at, court.time_zone), values=whole).line)
        return
    row: Hearing = _one(actor, case, Hearing, order)
    when = _when(at, row.time_zone) if at else When(row.on, row.at, row.time_zone, row.is_later)
    whole = {name: getattr(row, name) for name in hearings.FIELDS} | values
    _told(writing, _line(hearings.change(actor, case, row, when=when, values=whole, seen=row.version)))


def bond(writing: "Writing", order: Order) -> None:
    """What is asked for and known before, then what was determined, then that it was posted."""
    actor, case, values = writing.actor, writing.case, _rows(order.values)
    row: Bond | None = None if order.is_new else _one(actor, case, Bond, order)
    asked = {name: values[name] for name in bonds.REQUEST if name in values}
    if asked:
        if row is None:
            done = bonds.request(actor, case, values=asked)
            row = done.row
            _told(writing, done.line)
        else:
            _told(writing, _line(bonds.change(actor, case, row, values=asked, seen=row.version)))
    decided = {name: values[name] for name in bonds.DECISION if name in values}
    if decided:
        before = {name: getattr(row, name) for name in ("result", "decided_on", "amount")} if row else {}
        done = bonds.decide(actor, case, row, values=before | decided, seen=row.version if row else None)
        row = done.row
        _told(writing, done.line)
    if row is not None and "posted_on" in values:
        by = values.get("posted_by", row.posted_by)
        _told(writing, bonds.post(actor, case, row, posted_on=values["posted_on"], posted_by=by, seen=row.version).line)


def _told(writing: "Writing", line: uuid.UUID | None) -> None:
    if line is not None:
        writing.steps.append({"did": "docket", "line": line})


def _line(done: Any) -> uuid.UUID | None:
    return done.line if done else None


def _one(actor: Actor, case: Case, model: type[Any], order: Order) -> Any:
    return looks.one(actor, case, model, uuid.UUID(order.row.stands))


def _when(stored: str, zone: str) -> When:
    day, _t, clock = stored.partition("T")
    return When(date.fromisoformat(day), time.fromisoformat(clock), zone)


def _rows(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as the docket has them: courts and languages as rows, days as days."""
    found = dict(values)
    if "court" in found:
        found["court"] = Court.objects.get(pk=found["court"])
    if "language" in found:
        found["language"] = Language.objects.get(pk=found["language"])
    return found | {name: date.fromisoformat(found[name]) for name in DAYS if name in found}
