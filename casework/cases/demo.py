"""The demo's cases: invented people, written as rows by the tables' owner, who needs no door.

Load the cast first (`access.demo`). Each row has an id that follows from its key, so a second run changes nothing.
"""

import json
import uuid
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from casework.access import demo
from casework.access.doors import window
from casework.access.models import Membership, Organization
from casework.cases.grants import LEVELS, CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case, Note, ReferenceCounter
from casework.cases.rules import NOT_ACCEPTED
from casework.people import demo as people
from casework.people.models import Person

CASES_FILE = settings.BASE_DIR / "fixtures" / "demo_cases.json"
NAMESPACE = uuid.UUID("0d5b66a3-261d-5d3a-8a53-2c6a3f5a3d8a")


@cache
def _file() -> list[dict[str, Any]]:
    content: dict[str, Any] = json.loads(CASES_FILE.read_text(encoding="utf-8"))
    cases: list[dict[str, Any]] = content["cases"]
    return cases


def size() -> int:
    """How many cases `load` writes."""
    return len(_file())


def load() -> Iterator[str]:
    """Writes the cases, and says what it wrote, one line each. What is there already stays as it is."""
    now = timezone.now()
    for entry in _file():
        with transaction.atomic(), window("demo"):
            if not Case.objects.filter(pk=_id(entry["key"], "case")).exists():
                _Plan(entry, now).write()
        yield f"{' '.join(entry['names'].values()) or 'Name not known yet'}, {entry['organization']}"


def _id(key: str, part: str) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{key}/{part}")


@dataclass(frozen=True)
class _Plan:
    """One case of the file, and the instant from which its days are counted."""

    entry: dict[str, Any]
    now: datetime

    def write(self) -> None:
        organization = Organization.objects.get(short_name=self.entry["organization"])
        opener = self._member(organization, (self.entry["team"] or [{"who": "attorney"}])[0]["who"])
        case = self._case(organization, opener)
        for place in self.entry["team"]:
            self._assignment(case, opener, place)
        for number, note in enumerate(self.entry["notes"]):
            self._note(case, number, note)
        for share in self.entry.get("shares", []):
            self._share(case, share)

    def _ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days, minutes=40 if days else 25)

    def _member(self, organization: Organization, key: str) -> Membership:
        email = next(one.email for one in demo.cast() if one.key == key)
        return Membership.objects.select_related("user").get(organization=organization, user__email=email)

    def _case(self, organization: Organization, opener: Membership) -> Case:
        key, opened_at = self.entry["key"], self._ago(self.entry["opened"])
        person = Person(
            id=_id(key, "person"),
            organization=organization,
            opened_by=opener,
            language=self.entry["language"],
            birth_date=date.fromisoformat(self.entry["born"]) if "born" in self.entry else None,
            a_number=self.entry.get("a_number", ""),
            **self.entry.get("facts", {}),
            **self.entry["names"],
        )
        person.save(force_insert=True)
        people.load(self.entry, person, opener, now=self.now, name=partial(_id, key))
        case = Case(
            id=_id(key, "case"),
            organization=organization,
            person=person,
            opened_by=opener,
            opened_at=opened_at,
            stage=self.entry["stage"],
            matters=self.entry["matters"],
            restricted=self.entry.get("restricted", False),
        )
        if case.stage not in NOT_ACCEPTED:
            case.reference = _next_reference(organization, opened_at)
        case.save(force_insert=True)
        return case

    def _assignment(self, case: Case, by: Membership, place: dict[str, str]) -> None:
        Assignment(
            id=_id(self.entry["key"], f"team/{place['who']}"),
            organization_id=case.organization_id,
            case=case,
            membership=self._member(case.organization, place["who"]),
            role=place["role"],
            starts_at=case.opened_at,
            made_by=by,
        ).save(force_insert=True)

    def _note(self, case: Case, number: int, entry: dict[str, Any]) -> None:
        author = self._member(case.organization, entry["by"])
        note = Note(
            id=_id(self.entry["key"], f"note/{number}"),
            organization_id=case.organization_id,
            case=case,
            tier=entry["tier"],
            kind=entry["kind"],
            author=author,
            author_name=author.user.name,
            written_at=self._ago(entry["days"]) + timedelta(minutes=12 + number),
            text=entry["text"],
        )
        note.save(force_insert=True)

    def _share(self, case: Case, entry: dict[str, Any]) -> None:
        to = Organization.objects.get(short_name=entry["to"])
        giver = self._member(case.organization, entry["by"])
        zone = zoneinfo.ZoneInfo(case.organization.time_zone)
        last = (self.now + timedelta(days=entry["days"])).astimezone(zone)
        fields: dict[str, Any] = {
            "content_object": case,
            "organization_id": case.organization_id,
            "to_organization": to,
            "granted_by": giver,
            "granted_by_name": giver.user.name,
            "created_at": self._ago(entry["since"]),
            "expires_at": last.replace(hour=23, minute=59, second=59, microsecond=0),
        }
        for permission in Permission.objects.filter(
            content_type__app_label="cases", codename__in=LEVELS[entry["level"]]
        ):
            if "person" in entry:
                user = self._member(to, entry["person"]).user
                CaseUserObjectPermission.objects.create(permission=permission, user=user, **fields)
            else:
                CaseGroupObjectPermission.objects.create(permission=permission, group=to.group, **fields)


def _next_reference(organization: Organization, at: datetime) -> str:
    year = at.astimezone(zoneinfo.ZoneInfo(organization.time_zone)).year
    counter, _ = ReferenceCounter.objects.get_or_create(organization=organization, year=year, defaults={"last": 0})
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{organization.short_name}-{year}-{counter.last:04d}"
