"""The demo's hotline: invented calls, incidents, shifts, hours on duty and places to refer to.

Written as rows by the tables' owner, who needs no door. Load the cases first. Each row has an id that follows from its
key, so a second run changes nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import DutyHour, Membership
from casework.cases.demo import Entry, Members, fixture, row_id, write
from casework.cases.models import Case
from casework.intake.models import CallLog, Incident, IncidentLink, Referral, Shift

FILE = "demo_calls.json"
KINDS = ("calls", "shifts", "incidents", "duty", "referrals")


def size() -> int:
    """How many entries `load` writes."""
    return sum(len(fixture(FILE)[kind]) for kind in KINDS)


def load() -> Iterator[str]:
    """Writes the hotline, and says what, one line each. What is there already stays as it is."""
    with transaction.atomic(), window("demo"):
        keys = [one["case"] for one in fixture(FILE)["calls"] if "case" in one]
        keys += [key for one in fixture(FILE)["incidents"] for key in one["cases"]]
        cases = Case.objects.select_related("organization", "person").in_bulk({row_id(key, "case") for key in keys})
        plan = _Plan(timezone.now(), Members(), {row.pk: row for row in cases.values()})
        rows = [row for kind in KINDS for one in fixture(FILE)[kind] for row in getattr(plan, kind)(one)]
        write(_new(rows))
    for kind in KINDS:
        yield from (f"Hotline, {kind}: {_name(one)}" for one in fixture(FILE)[kind])


def _name(entry: Entry) -> str:
    return str(entry.get("name") or entry.get("key") or entry.get("who"))


def _new(rows: list[models.Model]) -> Iterator[models.Model]:
    """Those that are not there yet."""
    there: dict[type[models.Model], set[Any]] = {}
    for model in {type(row) for row in rows}:
        ids = [row.pk for row in rows if type(row) is model]
        there[model] = set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
    return (row for row in rows if row.pk not in there[type(row)])


@dataclass(frozen=True)
class _Plan:
    """The instant from which hours are counted, and who and what the entries name."""

    now: datetime
    members: Members
    cases: dict[Any, Case]

    def calls(self, entry: Entry) -> list[models.Model]:
        by = self._who(entry, "by")
        case = self.cases.get(row_id(entry["case"], "case")) if "case" in entry else None
        if "case" in entry and case is None:
            return []
        due = self.now + timedelta(hours=entry["due"]) if "due" in entry else None
        return [
            CallLog(
                id=row_id(entry["key"], "call"), organization=by.organization, case=case, by=by, by_name=by.user.name,
                at=self._ago(entry["hours"]), due_at=due, direction=entry["direction"], channel=entry["channel"],
                result=entry["result"], number=entry.get("number", ""), voicemail=entry.get("voicemail", False),
                words=entry["words"], language=entry.get("language", ""), place_type=entry.get("place", ""),
                urgent=entry.get("urgent", False),
            )
        ]  # fmt: skip

    def shifts(self, entry: Entry) -> list[models.Model]:
        who = self._who(entry, "who")
        return [
            Shift(
                id=row_id(entry["key"], "shift"), organization=who.organization, membership=who, name=who.user.name,
                starts_at=self._ago(entry["from"]), ends_at=self._ago(entry["until"]), note=entry["note"],
                left_open=entry["left"],
            )
        ]  # fmt: skip

    def incidents(self, entry: Entry) -> list[models.Model]:
        by = self._who(entry, "by")
        signed: dict[str, Any] = {}
        if "verified" in entry:
            told = entry["verified"]
            name = self.members(entry["organization"], told["by"]).user.name
            signed = {"verified_at": self._ago(told["hours"]), "verified_by_name": name, "verified_how": told["how"]}
        incident = Incident(
            id=row_id(entry["key"], "incident"), organization=by.organization, happened_at=self._ago(entry["hours"]),
            exact_time=entry["exact"], place=entry["place"], place_type=entry["place_type"],
            agencies=entry["agencies"], warrant=entry.get("warrant", ""), officers=entry.get("officers"),
            words=entry["words"], recorded_by=by, recorded_by_name=by.user.name,
            recorded_at=self._ago(entry["hours"] - 0.5), **signed,
        )  # fmt: skip
        return [incident, *self._links(entry, incident, by)]

    def duty(self, entry: Entry) -> list[models.Model]:
        who = self._who(entry, "who")
        return [
            DutyHour(
                id=row_id(f"{who.pk}/{day}/{entry['starts']}", "duty"), organization=who.organization, membership=who,
                weekday=day, starts=entry["starts"], ends=entry["ends"], phone=entry["phone"],
            )
            for day in entry["days"]
        ]  # fmt: skip

    def referrals(self, entry: Entry) -> list[models.Model]:
        by = self.members(entry["organization"], {"NLA": "attorney", "RRH": "both"}[entry["organization"]])
        checked = entry["checked"]
        return [
            Referral(
                id=row_id(f"{entry['organization']}/{entry['name']}", "referral"), organization=by.organization,
                kind=entry["kind"], name=entry["name"], phone=entry["phone"], address=entry["address"],
                hours=entry["hours"], languages=entry["languages"], note=entry["note"], made_by=by,
                checked_on=None if checked is None else (self.now - timedelta(days=checked)).date(),
            )
        ]  # fmt: skip

    def _links(self, entry: Entry, incident: Incident, by: Membership) -> Iterator[IncidentLink]:
        for key in entry["cases"]:
            case = self.cases.get(row_id(key, "case"))
            if case is not None:
                yield IncidentLink(
                    id=row_id(f"{entry['key']}/{key}", "incident link"), organization=by.organization, case=case,
                    incident=incident, linked_by=by, linked_by_name=by.user.name, linked_at=incident.recorded_at,
                )  # fmt: skip

    def _who(self, entry: Entry, name: str) -> Membership:
        return self.members(entry["organization"], entry[name])

    def _ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)
