"""The demo's custody: where its invented people are held, written as rows by the tables' owner, who needs no door.

Load the cases first. Each row has an id that follows from its key, so a second run changes nothing.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from casework.access import demo
from casework.access.doors import window
from casework.access.models import Membership
from casework.cases.demo import NAMESPACE
from casework.cases.models import Case
from casework.custody import agreement, rules
from casework.custody.models import CourtOnFile, LocatorCheck, Method, Outcome, Precision, Stay, Stint
from casework.directory.models import Facility

FILE = settings.BASE_DIR / "fixtures" / "demo_custody.json"


@cache
def _file() -> list[dict[str, Any]]:
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    stays: list[dict[str, Any]] = content["stays"]
    return stays


def size() -> int:
    """How many stays `load` writes."""
    return len(_file())


def load() -> Iterator[str]:
    """Writes the stays, and says whose, one line each. What is there already stays as it is."""
    now = timezone.now()
    for entry in _file():
        with transaction.atomic(), window("demo"):
            case = Case.objects.select_related("organization", "person").get(pk=_id(entry["case"], "case"))
            if not Stay.objects.filter(pk=_id(entry["case"], "stay")).exists():
                _Plan(entry, case, now).write()
        yield f"Custody of {case.person.full_name or 'somebody without a name yet'}"


def _id(key: str, part: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{key}/{part}")


@dataclass(frozen=True)
class _Plan:
    """One stay of the file, and the instant from which its days are counted."""

    entry: dict[str, Any]
    case: Case
    now: datetime

    def write(self) -> None:
        by = self._member()
        stay = self._stay()
        for number, stint in enumerate(self.entry["stints"]):
            self._stint(stay, number, stint, by)
        for number in range(self.entry.get("not_found", 0)):
            self._not_found(stay, number, by)
        if "court" in self.entry:
            self._court(by)
        agreement.write(self.case.person_id)

    def _member(self) -> Membership:
        email = next(one.email for one in demo.cast() if one.key == self.entry["by"])
        return Membership.objects.select_related("user").get(
            organization=self.case.organization, user__email=email
        )  # fmt: skip

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def _stay(self) -> Stay:
        ended = self.entry.get("released")
        confirmed = self._ago(self.entry["confirmed"])
        kind = self.entry["stints"][-1]["kind"]
        due = None if ended else rules.next_check(confirmed_at=confirmed, stages=[self.case.stage], kind=kind)
        stay = Stay(
            id=_id(self.entry["case"], "stay"), organization=self.case.organization, person=self.case.person,
            began_at=self._ago(self.entry["stints"][0]["ago"]), confirmed_at=confirmed, next_check_at=due,
            ended_at=self._ago(ended["ago"]) if ended else None, reason=ended["reason"] if ended else "",
        )  # fmt: skip
        stay.save(force_insert=True)
        return stay

    def _stint(self, stay: Stay, number: int, entry: dict[str, Any], by: Membership) -> None:
        facility = Facility.objects.get(pk=entry["facility"]) if "facility" in entry else None
        following = self.entry["stints"][number + 1 : number + 2]
        until = entry.get("until") or (following[0]["ago"] if following else None)
        ends = self._ago(until) if until is not None else stay.ended_at
        Stint(
            id=_id(self.entry["case"], f"stint/{number}"), organization=stay.organization, person=stay.person,
            stay=stay,
            kind=entry["kind"], facility=facility, place=entry.get("place", ""),
            time_zone=facility.time_zone if facility else self.case.organization.time_zone,
            starts_at=self._ago(entry["ago"]), starts_precision=entry.get("precision", Precision.DAY), ends_at=ends,
            source=entry["source"], confirmed_by_name=by.user.name, recorded_by=by,
            confirmed_at=self._ago(entry["ago"]) if following else stay.confirmed_at,
            recorded_at=self._ago(entry["ago"]),
        ).save(force_insert=True)  # fmt: skip

    def _not_found(self, stay: Stay, number: int, by: Membership) -> None:
        LocatorCheck(
            id=_id(self.entry["case"], f"check/{number}"), organization=stay.organization, person=stay.person,
            stay=stay,
            method=Method.LOCATOR, outcome=Outcome.NOT_FOUND, checked_by=by, checked_by_name=by.user.name,
            checked_at=stay.confirmed_at + timedelta(hours=3 * number),
        ).save(force_insert=True)  # fmt: skip

    def _court(self, by: Membership) -> None:
        key, ago, order = self.entry["court"]
        CourtOnFile(
            id=_id(self.entry["case"], "court"), organization=self.case.organization, case=self.case, court_id=key,
            since=self._ago(ago).date(), order=order, set_by=by, set_by_name=by.user.name, set_at=self._ago(ago),
        ).save(force_insert=True)  # fmt: skip
