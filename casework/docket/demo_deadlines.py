"""The demo's deadlines: counted by the rules from invented decisions and hearings, as an attorney would have chosen."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models

from casework.cases.models import CustodyState
from casework.docket.actions.deadlines import Given, count, outcome
from casework.docket.book import Book, open_book
from casework.docket.counting.facts import Facts
from casework.docket.models import Bond, Deadline, Decision, Hearing
from casework.docket.models.kinds import HearingKind, HearingState, ProceedingKind, Reserve
from casework.docket.models.proceedings import DocketRow

# Which rule an attorney would choose: by the kind of proceeding in which something was decided.
CHOSEN = {
    ProceedingKind.REMOVAL: ("ij_decision", "bia_appeal_30"),
    ProceedingKind.BOND: ("bond_decision", "bia_bond_appeal_30"),
    ProceedingKind.APPEAL: ("bia_decision", "pfr_30"),
    ProceedingKind.HABEAS: ("district_judgment", "habeas_appeal_60"),
}
RECENT = timedelta(days=2)  # what has passed since longer was done, or is no concern of the demo


def of(rows: Iterable[models.Model], now: datetime) -> Iterator[Deadline]:
    """Deadlines of these rows of dockets, new and not yet written."""
    book = open_book()
    for row in rows:
        chosen = _chosen(row, now)
        if chosen is None or not isinstance(row, DocketRow):
            continue
        event, rule, day = chosen
        zone = row.time_zone if isinstance(row, Hearing) else row.case.organization.time_zone
        found = _counted(book, row, rule, Given(event, _facts(row, day, zone), **_origin(row)))
        if found and (found.keep_on is None or found.keep_on >= now.date() - RECENT):
            yield found


def _chosen(row: models.Model, now: datetime) -> tuple[str, str, date] | None:
    """Event, rule and day for what starts a deadline; None for what starts none."""
    if isinstance(row, Decision) and row.our_appeal != Reserve.WAIVED:
        chosen = CHOSEN.get(ProceedingKind(row.proceeding.kind))
        return (*chosen, row.served_on or row.decided_on) if chosen else None
    if isinstance(row, Bond) and row.result == "denied" and row.decided_on:
        return (*CHOSEN[ProceedingKind.BOND], row.decided_on)
    individual = isinstance(row, Hearing) and row.kind == HearingKind.INDIVIDUAL
    if isinstance(row, Hearing) and individual and row.state == HearingState.SCHEDULED and row.starts_at > now:
        held = row.case.custody == CustodyState.DETAINED
        rule = "ij_individual_filing_detained" if held else "ij_individual_filing_30"
        return "individual_hearing", rule, row.on
    return None


def _facts(row: DocketRow, day: date, zone: str) -> Facts:
    held = {CustodyState.DETAINED: True, CustodyState.RELEASED: False}.get(CustodyState(row.case.custody))
    return Facts(on=day, zone=ZoneInfo(zone), detained=held)


def _origin(row: DocketRow) -> dict[str, Any]:
    return {name: row for name, kind in (("hearing", Hearing), ("decision", Decision)) if isinstance(row, kind)}


def _counted(book: Book, row: DocketRow, rule: str, given: Given) -> Deadline | None:
    version = book.versions.get(rule)
    if version is None:
        return None
    try:
        counted = outcome(count(book, version, given), given)
    except ValidationError:
        return None
    return Deadline(
        id=uuid.uuid5(row.pk, rule), organization=row.organization, case=row.case, recorded_by=row.recorded_by,
        recorded_at=row.recorded_at, rule_version=version, **given.columns(), **counted,
    )  # fmt: skip
