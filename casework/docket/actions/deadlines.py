"""Every write about deadlines: counted by a rule, set by an order, counted anew, overridden, confirmed, ended.

What was overridden is never counted again, and what somebody confirmed changes only when a person changes it.
"""

import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases.models import Case
from casework.custody.images import Images
from casework.directory.models import RuleVersion
from casework.docket.actions.ground import Recorded, changes, hold, must_stand, new, settle
from casework.docket.book import Book, open_book
from casework.docket.counting.facts import Facts, Result, State, day_of
from casework.docket.models import Deadline, Decision, Hearing
from casework.docket.models.deadlines import DeadlineBasis, DeadlineState
from casework.docket.shown import shown
from casework.documents.models import Document

ORDER_RULE = "ij_call_up_date"  # how a date that a judge set is read
TOLD = (
    "due_on", "safe_on", "keep_on", "trigger_on", "set_on", "basis", "state", "confirmed_by_name", "reason", "paper",
)  # fmt: skip


@dataclass(frozen=True)
class Given:
    """What a deadline is counted from: an event and facts about it, and the row of the docket that it came with."""

    event: str
    facts: Facts
    hearing: Hearing | None = None
    decision: Decision | None = None
    paper: str = ""
    target: date | None = None  # the office's own date where the law sets none

    def columns(self) -> dict[str, Any]:
        """As the row keeps it."""
        facts = self.facts
        return {
            "event": self.event, "trigger_on": facts.on, "trigger_at": facts.moment,
            "time_zone": facts.zone.key if facts.zone else "UTC", "detained": facts.detained,
            "answers": dict(facts.answers), "set_on": facts.set_date, "paper": self.paper.strip(),
            "stops": [[one.since.isoformat(), one.until.isoformat() if one.until else None] for one in facts.stops],
            "hearing": self.hearing, "decision": self.decision,
        }  # fmt: skip


def count(book: Book, version: RuleVersion, given: Given) -> Result:
    """What a rule makes of it. Raises ValidationError where it counts nothing here, and for a date out of reach."""
    try:
        result = book.compute(book.rules[version.rule], given.facts)
    except OverflowError as error:
        raise ValidationError({"on": _("Choose a day that is less far away.")}) from error
    if result.state in (State.OUT, State.NOT_IN_EFFECT):
        raise ValidationError(" ".join(shown(version, result).steps), code="out")
    if result.state == State.NONE and given.target is None:
        raise ValidationError({"target": _("The law sets no deadline. Choose a date to work toward.")})
    if given.facts.set_date is not None and not given.paper.strip():
        raise ValidationError({"paper": _("Say which order or notice sets the date, and of which day it is.")})
    return result


def outcome(result: Result, given: Given) -> dict[str, Any]:
    """What came out, as the row keeps it."""
    target = given.target if result.state == State.NONE else None
    moments = [result.due, result.unrolled, result.protective, result.safe]
    due, unrolled, safe, keep = (day_of(one) if one else None for one in moments)
    return {
        "basis": DeadlineBasis.TARGET if target else DeadlineBasis.RULE,
        "edge": "earliest" if result.edge == "earliest" else "latest",
        "due_on": target or due, "due_at": result.due if isinstance(result.due, datetime) else None,
        "unrolled_on": unrolled, "safe_on": safe, "keep_on": target or keep,
        "steps": [asdict(one) for one in result.steps], "warnings": [asdict(one) for one in result.warnings],
        "readings": [{"due": day_of(one.due).isoformat(), "assumed": dict(one.assumed)} for one in result.readings],
    }  # fmt: skip


@act("deadline.added")
def add(actor: Actor, case: Case, *, version: RuleVersion, given: Given) -> Happened[Recorded[Deadline]]:
    """A date that this rule counts; without one where a judge has yet to set it. Raises ValidationError."""
    hold(actor, case)
    book = open_book()
    _must_be_newest(book, version)
    counted = outcome(count(book, version, given), given)
    row = new(actor, case, Deadline, rule_version=version, **given.columns(), **counted)
    return _added(actor, case, row)


@act("deadline.ordered")
def order(
    actor: Actor,
    case: Case,
    *,
    title: str,
    day: date,
    paper: str,
    zone: str,
    hearing: Hearing | None = None,
    document: Document | None = None,
) -> Happened[Recorded[Deadline]]:
    """A date typed from a judge's order. On a closed day the next business day counts, and the one before is safe.

    `document` is the order itself. Raises ValidationError at "title" and "paper" when they say nothing.
    """
    for name, text in (("title", title), ("paper", paper)):
        if not text.strip():
            raise ValidationError({name: _("Fill this in.")})
    hold(actor, case)
    book = open_book()
    version, safe = book.versions[ORDER_RULE], book.calendar.previous_open(day)
    given = Given("judge_order", Facts(on=day, set_date=day), paper=paper, hearing=hearing)
    counted = outcome(count(book, version, given), given) | {"basis": DeadlineBasis.ORDER}
    if safe != day:
        counted |= {"safe_on": safe, "keep_on": safe}
    columns = given.columns() | {"trigger_on": None, "time_zone": zone, "document": document}
    row = new(actor, case, Deadline, rule_version=version, title=title.strip(), **columns, **counted)
    return _added(actor, case, row)


def _added(actor: Actor, case: Case, row: Deadline) -> Happened[Recorded[Deadline]]:
    images = Images()
    images.add(row)
    settle(actor, case)
    line = uuid.uuid4()
    return Happened(Recorded(line, row), thing=row, fields=("deadline",), told=_told(row, images), line=line)


def change(actor: Actor, case: Case, row: Deadline, *, given: Given, seen: int) -> Recorded[Deadline] | None:
    """Counts anew, by the newest version of its rule; None when nothing differs. A confirmation ends with it.

    Raises ChangedMeanwhile, and ValidationError as `add`, for what has ended, and for what a person set instead.
    """
    acts.may(actor, "deadline.changed", case)
    _must_be_open(case, row, seen)
    if row.basis in (DeadlineBasis.OVERRIDE, DeadlineBasis.ORDER) or row.rule_version is None:
        raise ValidationError(_("This date was entered by a person and is not counted again."), code="typed")
    book = open_book()
    version = book.versions[row.rule_version.rule]
    values = given.columns() | outcome(count(book, version, given), given) | {"rule_version": version}
    different = {name: value for name, value in values.items() if value != getattr(row, name)}
    if not different.keys() - {"steps", "warnings", "readings"}:
        return None
    unconfirmed: dict[str, Any] = {"confirmed_by": None, "confirmed_by_name": "", "confirmed_at": None}
    found: Recorded[Deadline] = _change(actor, case, row, values=different | unconfirmed)
    return found


@act("deadline.changed")
def _change(actor: Actor, case: Case, row: Deadline, *, values: dict[str, Any]) -> Happened[Recorded[Deadline]]:
    return _written(actor, case, row, values)


def override(actor: Actor, case: Case, row: Deadline, *, day: date, reason: str, seen: int) -> Recorded[Deadline]:
    """Another date than the rule counts, for a reason; it is never counted again, and the actor stands by it.

    Raises ChangedMeanwhile, and ValidationError at "reason" when it says nothing.
    """
    acts.may(actor, "deadline.overridden", case)
    _must_be_open(case, row, seen)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why another date counts.")})
    values = {
        "basis": DeadlineBasis.OVERRIDE, "counted_on": row.counted_on or row.due_on, "due_on": day, "due_at": None,
        "unrolled_on": None, "safe_on": None, "keep_on": day, "reason": reason.strip(),
    } | _signed(actor)  # fmt: skip
    found: Recorded[Deadline] = _override(actor, case, row, values=values)
    return found


@act("deadline.overridden")
def _override(actor: Actor, case: Case, row: Deadline, *, values: dict[str, Any]) -> Happened[Recorded[Deadline]]:
    return _written(actor, case, row, values)


@act("deadline.confirmed")
def confirm(
    actor: Actor, case: Case, row: Deadline, *, keep_on: date, seen: int
) -> Happened[Recorded[Deadline]]:  # fmt: skip
    """The actor stands by the date, and says which of its dates counts.

    Raises ChangedMeanwhile, and ValidationError at "keep_on" for a date that is not among them.
    """
    _must_be_open(case, row, seen)
    if keep_on not in dates_of(row):
        raise ValidationError({"keep_on": _("Choose one of the dates.")})
    return _written(actor, case, row, {"keep_on": keep_on} | _signed(actor))


@act("deadline.done")
def finish(actor: Actor, case: Case, row: Deadline, *, seen: int) -> Happened[Recorded[Deadline]]:
    """What was due is done. Raises ChangedMeanwhile, and ValidationError for what has ended."""
    _must_be_open(case, row, seen)
    return _written(actor, case, row, _ended(actor, DeadlineState.DONE))


@act("deadline.dropped")
def drop(actor: Actor, case: Case, row: Deadline, *, reason: str, seen: int) -> Happened[Recorded[Deadline]]:
    """It does not count here. Raises ChangedMeanwhile, and ValidationError at "reason" when it says nothing."""
    _must_be_open(case, row, seen)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it does not count.")})
    return _written(actor, case, row, _ended(actor, DeadlineState.DROPPED) | {"reason": reason.strip()})


def dates_of(row: Deadline) -> list[date]:
    """All days that may count, the safe one first for what is due at the latest."""
    found = {row.safe_on, row.due_on, *(date.fromisoformat(one["due"]) for one in row.readings)}
    return sorted((one for one in found if one is not None), reverse=row.edge == "earliest")


def _signed(actor: Actor) -> dict[str, Any]:
    return {"confirmed_by_id": actor.member, "confirmed_by_name": actor.name, "confirmed_at": timezone.now()}


def _ended(actor: Actor, state: DeadlineState) -> dict[str, Any]:
    return {"state": state, "ended_at": timezone.now(), "ended_by_name": actor.name}


def _must_be_open(case: Case, row: Deadline, seen: int) -> None:
    must_stand(case, row, seen)
    if row.state != DeadlineState.OPEN:
        raise ValidationError(_("This deadline has ended. Undo that first."), code="ended")


def _must_be_newest(book: Book, version: RuleVersion) -> None:
    newest = book.versions.get(version.rule)
    if newest is None or newest.pk != version.pk or newest.retired_on is not None:
        raise ValidationError(_("This rule was changed meanwhile. Look at the dates again."), code="superseded")


def _written(actor: Actor, case: Case, row: Deadline, values: dict[str, Any]) -> Happened[Recorded[Deadline]]:
    hold(actor, case)
    images, said = Images(), changes(row, {name: value for name, value in values.items() if name in TOLD})
    images.change(row, **values, touched_at=timezone.now())
    settle(actor, case)
    line = uuid.uuid4()
    return Happened(Recorded(line, row), thing=row, changes=said, told=_told(row, images), line=line)


def _told(row: Deadline, images: Images) -> dict[str, Any]:
    version = row.rule_version
    return {
        "rows": images.told(), "deadline": str(row.title) or (version.name if version else ""),
        "rule": version.pk if version else "", "day": row.keep_on.isoformat() if row.keep_on else "",
    }  # fmt: skip
