"""Who is around the demo's invented people: contacts, adverse parties, vulnerability, consents."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from casework.access.models import Membership
from casework.people import rules
from casework.people.models import AdverseParty, Consent, Contact, Person, Vulnerability


def load(
    entry: dict[str, Any], person: Person, by: Membership, *, now: datetime, name: Callable[[str], uuid.UUID]
) -> None:
    """Writes what the demo's entry holds of a person that was just written; `name` gives each row its id."""
    own: dict[str, Any] = {"organization_id": person.organization_id, "person": person}
    contacts = {}
    for number, one in enumerate(entry.get("contacts", [])):
        row = Contact(id=name(f"contact/{number}"), added_by=by, position=number + 1, **own, **one)
        row.save(force_insert=True)
        contacts[row.name] = row
    for number, one in enumerate(entry.get("adverse", [])):
        AdverseParty(id=name(f"adverse/{number}"), added_by=by, **own, **one).save(force_insert=True)
    for flag in entry.get("flags", []):
        row_id = name(f"flag/{flag}")
        Vulnerability(id=row_id, flag=flag, tier=rules.flag_tier(flag), set_by=by, **own).save(force_insert=True)
    for number, one in enumerate(entry.get("consents", [])):
        _consent(name(f"consent/{number}"), one, contacts, by=by, now=now, own=own)


def _consent(
    pk: uuid.UUID, one: dict[str, Any], contacts: dict[str, Contact], *, by: Membership, now: datetime,
    own: dict[str, Any],
) -> None:  # fmt: skip
    """A line of the ledger; its days are counted back from now."""
    given = now - timedelta(days=one["days"])
    said = {field: value for field, value in one.items() if field not in {"days", "to"}}
    provisional = one["how"] == "attorney"
    Consent(
        id=pk, contact=contacts[one["to"]], given_at=given, recorded_at=given, recorded_by=by,
        recorded_by_name=by.user.name, provisional=provisional,
        ends_at=given + rules.PROVISIONAL if provisional else None, **own, **said,
    ).save(force_insert=True)  # fmt: skip
