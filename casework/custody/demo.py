"""The demo's custody: where its invented people are held, written as rows by the tables' owner, who needs no door.

Load the cases first. Each row has an id that follows from its key, so a second run changes nothing.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership
from casework.cases.demo import AWKWARD, Entry, Members, fixture, row_id, write
from casework.cases.models import Case, Task
from casework.custody import agreement, invented, places, rules
from casework.custody.follow_ups import mark
from casework.custody.models import CourtOnFile, LocatorCheck, Method, Outcome, Precision, Stay, Stint
from casework.directory.models import Facility
from casework.people.models import Contact

FEW = "demo_custody.json"


def entries(*, few: bool = False) -> list[Entry]:
    """All stays as they are described, or the few of `FEW`."""
    return fixture(FEW)["stays"] + ([] if few else [*fixture(AWKWARD)["stays"], *invented.entries()])


def size(*, few: bool = False) -> int:
    """How many stays `load` writes."""
    return len(entries(few=few))


def load(*, few: bool = False) -> Iterator[str]:
    """Writes the stays, and says whose, one line each. What is there already stays as it is."""
    now, found = timezone.now(), entries(few=few)
    with transaction.atomic(), window("demo"):
        wanted = [row_id(one["case"], "case") for one in found]
        cases = Case.objects.select_related("organization", "person").in_bulk(wanted)
        there = set(
            Stay.objects.filter(person__in=[one.person_id for one in cases.values()]).values_list("pk", flat=True)
        )
        facilities = Facility.objects.in_bulk([key for one in found for key in _facilities(one)])
        members = Members()
        plans = [_Plan(one, cases[row_id(one["case"], "case")], now, members, facilities) for one in found]
        new = [plan for plan in plans if plan.stay_id not in there]
        write(row for plan in new for row in plan.rows())
        for person in {plan.case.person_id for plan in new}:
            agreement.write(person)
        lines = [f"Custody of {plan.case.person.full_name or 'somebody without a name yet'}" for plan in plans]
    yield from lines


def _facilities(entry: Entry) -> list[str]:
    return [stint["facility"] for stint in entry["stints"] if "facility" in stint]


@dataclass(frozen=True)
class _Plan:
    """One stay as it is described, and the instant from which its days are counted."""

    entry: Entry
    case: Case
    now: datetime
    members: Members
    facilities: dict[str, Facility]

    @property
    def stay_id(self) -> uuid.UUID:
        return self._id("stay")

    def rows(self) -> Iterator[models.Model]:
        """The stay and all that hangs on it, new and not yet written."""
        by = self.members(self.case.organization.short_name, self.entry["by"])
        stay = self._stay()
        yield stay
        stints = [self._stint(stay, number, one, by) for number, one in enumerate(self.entry["stints"])]
        yield from stints
        for number, one in enumerate(self._checks()):
            yield self._check(stay, number, one, by)
        if "court" in self.entry:
            yield self._court(by, stints)
        for one in self.entry.get("tasks", []):
            yield self._task(stints[-1], one, by)

    def _id(self, part: str) -> uuid.UUID:
        """Of the person's second stay the parts are named after it."""
        return row_id(self.entry["case"], part if "again" not in self.entry else f"again/{part}")

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _stay(self) -> Stay:
        ended = self.entry.get("released")
        confirmed = self._ago(self.entry["confirmed"])
        looked = min([self.entry["confirmed"], *(one["ago"] for one in self.entry.get("checks", []))])
        kind = self.entry["stints"][-1]["kind"]
        due = None if ended else rules.next_check(confirmed_at=self._ago(looked), stages=[self.case.stage], kind=kind)
        return Stay(
            id=self.stay_id, organization=self.case.organization, person=self.case.person,
            began_at=self._ago(self.entry["stints"][0]["ago"]), confirmed_at=confirmed, next_check_at=due,
            ended_at=self._ago(ended["ago"]) if ended else None, reason=ended["reason"] if ended else "",
        )  # fmt: skip

    def _stint(self, stay: Stay, number: int, entry: Entry, by: Membership) -> Stint:
        facility = self.facilities[entry["facility"]] if "facility" in entry else None
        following = self.entry["stints"][number + 1 : number + 2]
        until = entry.get("until") or (following[0]["ago"] if following else None)
        ends = self._ago(until) if until is not None else stay.ended_at
        return Stint(
            id=self._id(f"stint/{number}"), organization=stay.organization, person=stay.person, stay=stay,
            kind=entry["kind"], facility=facility, place=entry.get("place", ""),
            time_zone=facility.time_zone if facility else self.case.organization.time_zone,
            starts_at=self._ago(entry["ago"]), starts_precision=entry.get("precision", Precision.DAY), ends_at=ends,
            source=entry["source"], confirmed_by_name=by.user.name, recorded_by=by,
            confirmed_at=self._ago(entry["ago"]) if following else stay.confirmed_at,
            recorded_at=self._ago(entry["ago"]),
        )  # fmt: skip

    def _checks(self) -> list[Entry]:
        """Look-ups so many days ago; `not_found` ones alone, from the last confirmation on, every three hours."""
        confirmed, hours = self.entry["confirmed"], range(0, 3 * self.entry.get("not_found", 0), 3)
        nobody: list[Entry] = [{"ago": confirmed - hour / 24, "outcome": Outcome.NOT_FOUND} for hour in hours]
        return [*self.entry.get("checks", []), *nobody]

    def _check(self, stay: Stay, number: int, entry: Entry, by: Membership) -> LocatorCheck:
        return LocatorCheck(
            id=self._id(f"check/{number}"), organization=stay.organization, person=stay.person, stay=stay,
            method=entry.get("method", Method.LOCATOR), outcome=entry["outcome"], note=entry.get("note", ""),
            checked_by=by, checked_by_name=by.user.name, checked_at=self._ago(entry["ago"]),
        )  # fmt: skip

    def _court(self, by: Membership, stints: list[Stint]) -> CourtOnFile:
        """The court of the directory, or the one nearest to the first facility ("nearest")."""
        key, ago, order = self.entry["court"]
        if key == "nearest":
            first = next(one for one in stints if one.kind == rules.FACILITY)
            key = places.of_stint(first).expected_court  # type: ignore[union-attr]  # there is a stint
        return CourtOnFile(
            id=self._id("court"), organization=self.case.organization, case=self.case, court_id=key,
            since=self._ago(ago).date(), order=order, set_by=by, set_by_name=by.user.name, set_at=self._ago(ago),
        )  # fmt: skip

    def _task(self, stint: Stint, entry: Entry, by: Membership) -> Task:
        """What the last move opened, due so many days from today."""
        zone = ZoneInfo(self.case.organization.time_zone)
        since = timezone.localdate(stint.starts_at, zone)
        name = stint.facility.name if stint.facility else stint.place
        values, cause = {"place": name, "day": since.isoformat()} | entry.get("values", {}), stint.pk
        if "contact" in values:
            contact = next(one for one in self.case.person.rows(Contact) if one.name == values["contact"])
            values["contact_id"], cause = str(contact.pk), mark(stint, contact)
        return Task(
            id=self._id(f"task/{entry['rule']}"), organization=self.case.organization, case=self.case,
            rule=entry["rule"], cause=cause, values=values,
            due_on=timezone.localdate(self.now, zone) + timedelta(days=entry["due"]),
            assignee=self.members(self.case.organization.short_name, entry["who"]), made_by=by,
            made_at=stint.recorded_at,
        )  # fmt: skip
