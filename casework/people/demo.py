"""Who is around the demo's invented people: contacts, adverse parties, vulnerability, consents."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import models

from casework.access.models import Membership
from casework.people import rules
from casework.people.models import AdverseParty, Consent, Contact, Person, Vulnerability


def rows(
    entry: dict[str, Any], person: Person, by: Membership, *, now: datetime, name: Callable[[str], uuid.UUID]
) -> Iterator[models.Model]:
    """New rows of what the demo's entry holds of a person, not yet written; `name` gives each its id."""
    own: dict[str, Any] = {"organization": person.organization, "person": person}
    contacts = {}
    for number, one in enumerate(entry.get("contacts", [])):
        row = Contact(id=name(f"contact/{number}"), added_by=by, position=number + 1, **own, **one)
        contacts[row.name] = row
        yield row
    for number, one in enumerate(entry.get("adverse", [])):
        yield AdverseParty(id=name(f"adverse/{number}"), added_by=by, **own, **one)
    for flag in entry.get("flags", []):
        row_id = name(f"flag/{flag}")
        yield Vulnerability(id=row_id, flag=flag, tier=rules.flag_tier(flag), set_by=by, **own)
    for number, one in enumerate(entry.get("consents", [])):
        yield _consent(name(f"consent/{number}"), one, contacts[one["to"]], by=by, now=now, own=own)


def _consent(
    pk: uuid.UUID, one: dict[str, Any], contact: Contact, *, by: Membership, now: datetime, own: dict[str, Any]
) -> Consent:
    """A line of the ledger; its days, and those of its end and of its being revoked, are counted back from now."""
    given = now - timedelta(days=one["days"])
    said = {field: value for field, value in one.items() if field not in {"days", "to", "ended", "revoked"}}
    provisional = one["how"] == "attorney"
    ends = given + rules.PROVISIONAL if provisional else None
    revoked = {"revoked_at": now - timedelta(days=one["revoked"]), "revoked_by": by} if "revoked" in one else {}
    return Consent(
        id=pk, contact=contact, given_at=given, recorded_at=given, recorded_by=by, recorded_by_name=by.user.name,
        provisional=provisional, ends_at=now - timedelta(days=one["ended"]) if "ended" in one else ends,
        **own, **said, **revoked,
    )  # fmt: skip
