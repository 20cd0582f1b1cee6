"""The demo's dockets: hearings at real courts, bond and decisions, as rows by the tables' owner, who needs no door.

Load cases and custody first. Each row has an id that follows from its key, so a second run changes nothing. Judges are
invented.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership
from casework.cases.demo import Entry, Members, fixture, row_id, write
from casework.cases.models import Case
from casework.custody import places
from casework.custody.models import CourtOnFile, Stint
from casework.directory.models import Court
from casework.docket import agreement, demo_deadlines, invented, rules
from casework.docket.models import Bond, Charge, Decision, Hearing, Proceeding
from casework.docket.models.kinds import HearingState, Interpreter
from casework.docket.models.proceedings import Entered
from casework.look import clocks

R = TypeVar("R", bound=Entered)
FEW = "demo_docket.json"
NEAR = "adelanto"  # for those of whom no court is known and none can be expected
THURSDAY, SATURDAY = 3, 5
HOLIDAYS = frozenset({(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)})


def entries(*, few: bool = False) -> list[Entry]:
    """All dockets as they are described, or the few of `FEW`."""
    return fixture(FEW)["dockets"] + ([] if few else [*invented.entries()])


def size(*, few: bool = False) -> int:
    """How many dockets `load` writes."""
    return len(entries(few=few))


def load(*, few: bool = False) -> Iterator[str]:
    """Writes the dockets, and says whose, one line each. What is there already stays as it is."""
    now, found = timezone.now(), entries(few=few)
    with transaction.atomic(), window("demo"):
        cases = Case.objects.select_related("organization", "person").in_bulk(
            [row_id(one["case"], "case") for one in found]
        )
        there = set(Proceeding.objects.filter(case__in=cases).values_list("case_id", flat=True))
        members, courts = Members(), _courts(list(cases.values()))
        plans = [
            _Plan(one, case, now, members, courts[case.pk])
            for one in found
            if (case := cases[row_id(one["case"], "case")])
        ]
        rows = [row for plan in plans if plan.case.pk not in there for row in plan.rows()]
        write([*rows, *demo_deadlines.of(rows, now)])
        for case in cases.values():
            agreement.write(case.pk)
        lines = [f"Docket of {plan.case.person.full_name or 'somebody without a name yet'}" for plan in plans]
    yield from lines


def _courts(cases: list[Case]) -> dict[uuid.UUID, Court]:
    """The court on file of each case, else the one that is expected where the person is or was held."""
    found = {one.case_id: one.court_id for one in CourtOnFile.objects.filter(case__in=cases)}
    rows = Stint.objects.filter(person__in=[one.person_id for one in cases], facility__isnull=False, withdrawn=False)
    held = {one.person_id: one for one in rows.select_related("facility__field_office").order_by("starts_at")}
    for case in cases:
        if case.pk not in found:
            place = places.of_stint(held.get(case.person_id))
            found[case.pk] = place.expected_court if place and place.expected_court else NEAR
    known = Court.objects.in_bulk(set(found.values()))
    return {pk: known[key] for pk, key in found.items()}


def workday(today: date, days: int) -> date:
    """So many workdays from today; today itself stays, so that the demo has something on any day."""
    step, day = (1 if days > 0 else -1), today
    for _number in range(abs(days)):
        day += timedelta(days=step)
        while _is_closed(day):
            day += timedelta(days=step)
    return day


def _is_closed(day: date) -> bool:
    """Weekends, and the holidays near which somebody would wonder about a hearing."""
    thanksgiving = day.month == 11 and day.weekday() == THURSDAY and 22 <= day.day <= 28
    return day.weekday() >= SATURDAY or thanksgiving or (day.month, day.day) in HOLIDAYS


@dataclass(frozen=True)
class _Plan:
    """One docket as it is described, the instant from which its days are counted, and the court of the case."""

    entry: Entry
    case: Case
    now: datetime
    members: Members
    court: Court

    def rows(self) -> Iterator[models.Model]:
        """All that stands in it, new and not yet written."""
        for number, one in enumerate(self.entry["proceedings"]):
            yield from self._proceeding(number, one)

    def _proceeding(self, number: int, entry: Entry) -> Iterator[models.Model]:
        row = self._new(
            Proceeding, f"{number}", kind=entry["kind"], court=None if "forum" in entry else self.court,
            forum=entry.get("forum", ""), judge=entry.get("judge", ""), docket_number=entry.get("number", ""),
            nta_served_on=self._day(-entry["nta"]) if "nta" in entry else None,
        )  # fmt: skip
        yield row
        before: Hearing | None = None
        for at, one in enumerate(entry["hearings"]):
            hearing = self._hearing(row, f"{number}/hearing/{at}", one, entry, before)
            before = hearing if one.get("goes_on") else None
            yield hearing
        if "bond" in entry:
            yield self._bond(row, f"{number}/bond", entry["bond"])
        for code in entry.get("charges", []):
            yield self._new(Charge, f"{number}/charge", proceeding=row, code_id=f"charges/{code}")
        if "decision" in entry:
            yield self._decision(row, f"{number}/decision", entry["decision"])

    def _hearing(self, row: Proceeding, part: str, entry: Entry, beside: Entry, before: Hearing | None) -> Hearing:
        zone = entry.get("zone") or self.court.time_zone
        today = self.now.astimezone(ZoneInfo(zone)).date()
        day, clock = workday(today, entry["day"]), time.fromisoformat(entry["clock"])
        spoken = self.case.person.language
        needs = Interpreter.NOT_NEEDED if spoken == "ENG" else Interpreter.COURT if spoken else Interpreter.NONE
        reason = f"adjournment_codes/{entry['reason']}" if "reason" in entry else None
        return self._new(
            Hearing, part, proceeding=row, kind=entry["kind"], medium=entry["medium"],
            court=None if row.forum else self.court, forum=row.forum, place=entry.get("place", ""),
            judge=beside.get("judge", ""), on=day, at=clock, time_zone=zone,
            starts_at=clocks.instant(day, clock, ZoneInfo(zone), later=False),
            minutes=entry.get("minutes") or rules.usual_minutes(entry["kind"]), interpreter=needs,
            language_id=spoken if needs == Interpreter.COURT else None, appearing=self._who(entry.get("who", "")),
            state=entry.get("state", HearingState.SCHEDULED), outcome=entry.get("outcome", ""), reason_id=reason,
            after=before,
        )  # fmt: skip

    def _bond(self, row: Proceeding, part: str, entry: Entry) -> Bond:
        decided = self._day(-entry["decided"]) if "decided" in entry else None
        return self._new(
            Bond, part, proceeding=row, theory=entry["theory"], ice_amount=entry.get("ice"),
            requested_on=self._day(-entry["requested"]), result=entry.get("result", ""), amount=entry.get("amount"),
            decided_on=decided, how="oral" if decided else "", their_appeal=entry.get("theirs", ""),
        )  # fmt: skip

    def _decision(self, row: Proceeding, part: str, entry: Entry) -> Decision:
        return self._new(
            Decision, part, proceeding=row, summary=entry["summary"], decided_on=self._day(-entry["days"]),
            how=entry["how"], our_appeal=entry["ours"], their_appeal=entry["theirs"],
        )  # fmt: skip

    def _new(self, model: type[R], part: str, **values: Any) -> R:
        by = self._who(self.entry["by"])
        return model(
            id=row_id(self.entry["case"], f"docket/{part}"), organization=self.case.organization, case=self.case,
            recorded_by=by, recorded_at=self.now, **values,
        )  # fmt: skip

    def _day(self, days: int) -> date:
        return workday(timezone.localdate(self.now, ZoneInfo(self.court.time_zone)), days)

    def _who(self, key: str) -> Membership | None:
        return self.members(self.case.organization.short_name, key) if key else None
