"""People and notes of the cast's organizations, planted by the tables' owner, and what stands in their columns."""

import uuid
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from casework.access.context import forgotten
from casework.access.doors import window
from casework.access.models import Membership, Organization
from casework.cases.models import Assignment, Case, Note, Tier
from casework.people.models import Consent, Person

NAMES = {"given_names": "Yesenia", "first_surname": "Cuautle", "second_surname": "Tlahuel"}
BORN = date(1991, 4, 3)
FULL: dict[str, Any] = {
    "birth_date": BORN, "a_number": "900000001", "aliases": ["Jesenia", "Yesenia C."],
    "birth_date_other": date(1991, 3, 4), "other_ids": [{"kind": "FINS", "number": "900417"}],
    "language_variety": "Sierra de Puebla", "language_town": "Cuetzalan", "alert": "Call the sister first.",
}  # fmt: skip


def organization(short_name: str = "NLA") -> Organization:
    return Organization.objects.get(short_name=short_name)


def person(short_name: str = "NLA", **fields: Any) -> Person:
    """A new person of the organization, saved."""
    here = organization(short_name)
    opener = Membership.objects.filter(organization=here).earliest("pk")
    made = Person(organization=here, opened_by=opener, **(NAMES | fields))
    made.save(force_insert=True)
    return made


def case(of: Person, *, lead: Membership | None = None) -> Case:
    made = Case(organization_id=of.organization_id, person=of, opened_by_id=of.opened_by_id)
    made.save(force_insert=True)
    if lead is not None:
        Assignment(
            organization_id=of.organization_id, case=made, membership=lead, role="lead", made_by=lead
        ).save(force_insert=True)  # fmt: skip
    return made


def note(on: Case, text: str = "The sister called.") -> Note:
    made = Note(
        organization_id=on.organization_id, case=on, text=text, author_id=on.opened_by_id, author_name="Ada",
        tier=Tier.REPRESENTATION,
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def consent(of: Person, purpose: str = "The sister called.") -> Consent:
    """A line of the ledger: a sealed row without versions."""
    other = Organization.objects.exclude(pk=of.organization_id).earliest("pk")
    made = Consent(
        organization_id=of.organization_id, person=of, to_organization=other, purpose=purpose, how="phone",
        given_at=timezone.now(), recorded_by_id=of.opened_by_id, recorded_by_name="Ada",
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def again(row: Any) -> Any:
    """The row as somebody reads it who holds no key yet."""
    with forgotten(), window("the test"):
        return type(row).objects.get(pk=row.pk)


def blob(row: Any, column: str, table: str = "") -> bytes | None:
    """What stands in a column."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table or row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608
        value = cursor.fetchone()[0]
    return None if value is None else bytes(value)


def put(row: Any, column: str, value: bytes | None) -> None:
    """Writes into a column what somebody with the database in hand might write."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {row._meta.db_table} SET {column} = %s WHERE id = %s", [value, row.pk])  # noqa: S608


def keys_of(file: uuid.UUID) -> list[tuple[uuid.UUID, bool]]:
    """Ids of a file's keys, oldest first, and whether each is retired."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, retired_at IS NOT NULL FROM vault_filekey WHERE file_id = %s ORDER BY made_at", [file]
        )
        return list(cursor.fetchall())


def values(row: Person) -> dict[str, Any]:
    return {field.name: getattr(row, field.name) for field in row.sealed_fields()}


class Counter:
    """Which table each query was about first; statements of transactions and locks are left out."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        self.seen.append(statement)
        return execute(statement, params, many, context)

    def tables(self) -> list[str]:
        found = []
        for one in self.seen:
            words = one.replace('"', " ").split()
            at = next((i for i, word in enumerate(words) if word in ("FROM", "INTO", "UPDATE")), None)
            if at is not None and not words[at + 1].startswith("UNNEST") and "advisory" not in one:
                found.append(words[at + 1])
        return found
