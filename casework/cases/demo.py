"""The demo's cases: invented people, written as rows by the tables' owner, who needs no door.

Load the cast first (`access.demo`). Each row has an id that follows from its key, so a second run changes nothing.
"""

import json
import uuid
import zoneinfo
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models, transaction
from django.utils import timezone

from casework.access import demo
from casework.access.doors import window
from casework.access.models import Membership, Organization
from casework.cases import invented
from casework.cases.grants import LEVELS, CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Appearance, Assignment, Case, Closing, Note, ReferenceCounter, Task
from casework.people import demo as people
from casework.people.models import Person

FEW = "demo_cases.json"  # what pictures and tests know by name
AWKWARD = "demo/awkward.json"  # what is easily forgotten: `shows` says what each is there for
NAMESPACE = uuid.UUID("0d5b66a3-261d-5d3a-8a53-2c6a3f5a3d8a")
ACCEPTED = frozenset({"active", "closing", "closed"})
COLUMNS = ("stage", "stage_reason", "scope", "priority", "restricted")
Entry = dict[str, Any]


@cache
def fixture(name: str) -> dict[str, list[Entry]]:
    """What a file of the demo holds, by kind."""
    content: dict[str, list[Entry]] = json.loads((settings.BASE_DIR / "fixtures" / name).read_text(encoding="utf-8"))
    return content


def entries(*, few: bool = False) -> list[Entry]:
    """All cases as they are described, or the few of `FEW`."""
    return fixture(FEW)["cases"] + ([] if few else [*fixture(AWKWARD)["cases"], *invented.entries()])


def size(*, few: bool = False) -> int:
    """How many cases `load` writes."""
    return len(entries(few=few))


def load(*, few: bool = False) -> Iterator[str]:
    """Writes the cases, and says what it wrote, one line each. What is there already stays as it is."""
    now, found = timezone.now(), entries(few=few)
    with transaction.atomic(), window("demo"):
        there = set(
            Case.objects.filter(pk__in=[row_id(one["key"], "case") for one in found]).values_list("pk", flat=True)
        )
        new = [one for one in found if row_id(one["key"], "case") not in there]
        members = Members()
        plans = [_Plan(one, now, members) for one in sorted(new, key=lambda one: -float(one["opened"]))]
        write(row for plan in plans for row in plan.rows())
    for entry in found:
        shows = f": {entry['shows']}" if "shows" in entry else ""
        yield f"{' '.join(entry['names'].values()) or 'Name not known yet'}, {entry['organization']}{shows}"


def row_id(key: str, part: str) -> uuid.UUID:
    """The id of a row of the demo."""
    return uuid.uuid5(NAMESPACE, f"{key}/{part}")


def write(rows: Iterable[models.Model]) -> None:
    """Inserts new rows, table by table in the order in which tables first come: before a row comes what it names."""
    tables: dict[Any, list[models.Model]] = {}
    for row in rows:
        tables.setdefault(type(row), []).append(row)
    for model, found in tables.items():
        model.objects.bulk_create(found)


class Members:
    """The cast's memberships, by organization and key."""

    def __init__(self) -> None:
        emails = {one.email: one.key for one in demo.cast()}
        rows = Membership.objects.select_related("user", "organization").filter(user__email__in=emails)
        self._found = {(row.organization.short_name, emails[row.user.email]): row for row in rows}

    def __call__(self, organization: str, key: str) -> Membership:
        return self._found[organization, key]


@dataclass(frozen=True)
class _Plan:
    """One case as it is described, and the instant from which its days are counted."""

    entry: Entry
    now: datetime
    members: Members

    def rows(self) -> Iterator[models.Model]:
        """The person and all that hangs on the case, new and not yet written."""
        opener = self._member((self.entry["team"] or [{"who": "attorney"}])[0]["who"])
        person = self._person(opener)
        yield person
        yield from people.rows(self.entry, person, opener, now=self.now, name=self._id)
        case = self._case(person, opener)
        yield case
        for place in self.entry["team"]:
            yield self._assignment(case, opener, place)
        for number, note in enumerate(self.entry["notes"]):
            yield self._note(case, number, note)
        for number, task in enumerate(self.entry.get("tasks", [])):
            yield self._task(case, number, task)
        for number, one in enumerate(self.entry.get("appearances", [])):
            yield self._appearance(case, number, one)
        if "closing" in self.entry:
            yield self._closing(case, opener)
        for share in self.entry.get("shares", []):
            yield from self._share(case, share)

    def _id(self, part: str) -> uuid.UUID:
        return row_id(self.entry["key"], part)

    def _ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days, minutes=40 if days else 25)

    def _member(self, key: str) -> Membership:
        return self.members(self.entry["organization"], key)

    def _day(self, case: Case, days: int) -> date:
        """So many days from today on the organization's calendar; the past is below zero."""
        return timezone.localdate(self.now, zoneinfo.ZoneInfo(case.organization.time_zone)) + timedelta(days=days)

    def _person(self, opener: Membership) -> Person:
        facts = dict(self.entry.get("facts", {}))
        if "birth_date_other" in facts:
            facts["birth_date_other"] = date.fromisoformat(facts["birth_date_other"])
        return Person(
            id=self._id("person"),
            organization=opener.organization,
            opened_by=opener,
            language=self.entry["language"],
            birth_date=date.fromisoformat(self.entry["born"]) if "born" in self.entry else None,
            a_number=facts.pop("a_number", self.entry.get("a_number", "")),
            reached_at=self._ago(self.entry["reached"]) if "reached" in self.entry else None,
            **facts,
            **self.entry["names"],
        )

    def _case(self, person: Person, opener: Membership) -> Case:
        case = Case(
            id=self._id("case"),
            organization=opener.organization,
            person=person,
            opened_by=opener,
            opened_at=self._ago(self.entry["opened"]),
            stage_since=self._ago(self.entry["since" if "since" in self.entry else "opened"]),
            matters=self.entry["matters"],
            **{name: self.entry[name] for name in COLUMNS if name in self.entry},
        )
        if case.stage in ACCEPTED:
            case.reference = _next_reference(case.organization, case.opened_at)
        return case

    def _assignment(self, case: Case, by: Membership, place: Entry) -> Assignment:
        """From the opening on, or `since`, `until` so many days ago."""
        return Assignment(
            id=self._id(f"team/{place['who']}"),
            organization=case.organization,
            case=case,
            membership=self._member(place["who"]),
            role=place["role"],
            starts_at=self._ago(place["since"]) if "since" in place else case.opened_at,
            ends_at=self._ago(place["until"]) if "until" in place else None,
            made_by=by,
        )

    def _note(self, case: Case, number: int, entry: Entry) -> Note:
        author = self._member(entry["by"])
        at = self._ago(entry["days"]) + timedelta(minutes=12 + number)
        return Note(
            id=self._id(f"note/{number}"),
            organization=case.organization,
            case=case,
            tier=entry["tier"],
            kind=entry["kind"],
            author=author,
            author_name=author.user.name,
            written_at=at,
            pinned_at=at if entry.get("pinned") else None,
            text=entry["text"],
        )

    def _task(self, case: Case, number: int, entry: Entry) -> Task:
        """Made and done so many days ago; due so many days from today, before it where that is below zero."""
        done = entry.get("done")
        return Task(
            id=self._id(f"task/{number}"),
            organization=case.organization,
            case=case,
            tier=entry.get("tier", 2),
            text=entry["text"],
            due_on=None if entry["due"] is None else self._day(case, entry["due"]),
            assignee=self._member(entry["who"]) if entry["who"] else None,
            made_by=self._member(entry["by"]),
            made_at=self._ago(entry["made"]),
            done_at=None if done is None else self._ago(done) + timedelta(minutes=10),
            done_by=None if done is None else self._member(entry["by"]),
        )

    def _appearance(self, case: Case, number: int, entry: Entry) -> Appearance:
        return Appearance(
            id=self._id(f"appearance/{number}"),
            organization=case.organization,
            case=case,
            form=entry["form"],
            scope=entry.get("scope", ""),
            membership=self._member(entry["who"]),
            filed_on=self._day(case, -entry["days"]),
            made_by=self._member(entry["who"]),
            made_at=self._ago(entry["days"]),
        )

    def _closing(self, case: Case, by: Membership) -> Closing:
        """How it ended, so many days ago."""
        said = {name: value for name, value in self.entry["closing"].items() if name != "days"}
        days = self.entry["closing"]["days"]
        return Closing(
            id=self._id("closing"), organization=case.organization, case=case, closed_on=self._day(case, -days),
            made_by=by, made_at=self._ago(days), **said,
        )  # fmt: skip

    def _share(self, case: Case, entry: Entry) -> Iterator[models.Model]:
        """Since and until so many days from today; a share that ended is below zero."""
        to = Organization.objects.select_related("group").get(short_name=entry["to"])
        giver = self._member(entry["by"])
        last = self._day(case, entry["days"])
        fields: Entry = {
            "content_object": case,
            "organization": case.organization,
            "to_organization": to,
            "granted_by": giver,
            "granted_by_name": giver.user.name,
            "created_at": self._ago(entry["since"]),
            "expires_at": datetime.combine(
                last, time(23, 59, 59), tzinfo=zoneinfo.ZoneInfo(case.organization.time_zone)
            ),
        }  # fmt: skip
        for permission in _permissions(entry["level"]):
            if "person" in entry:
                user = self.members(entry["to"], entry["person"]).user
                yield CaseUserObjectPermission(permission=permission, user=user, **fields)
            else:
                yield CaseGroupObjectPermission(permission=permission, group=to.group, **fields)


def _permissions(level: str) -> Iterable[Permission]:
    return Permission.objects.filter(content_type__app_label="cases", codename__in=LEVELS[level])


def _next_reference(organization: Organization, at: datetime) -> str:
    year = at.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).year
    counter, _ = ReferenceCounter.objects.get_or_create(organization=organization, year=year, defaults={"last": 0})
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{organization.short_name}-{year}-{counter.last:04d}"
