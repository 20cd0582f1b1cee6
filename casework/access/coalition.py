"""What organizations may know of each other: that they exist, and whether an address belongs to counsel there."""

import uuid
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Neighbor:
    """An organization of the installation, as others see it.

    `kind` is a value of OrganizationKind, `time_zone` an IANA key; `group_id` stands for it in grants.
    """

    id: uuid.UUID
    name: str
    short_name: str
    kind: str
    group_id: int
    time_zone: str


@dataclass(frozen=True)
class Receiver:
    """An attorney or paralegal of another organization, found by their exact address."""

    user_id: uuid.UUID
    name: str


def neighbors() -> dict[uuid.UUID, Neighbor]:
    """Every organization that is open, one's own included, by id; empty for somebody who is no member."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name, short_name, kind, group_id, time_zone FROM ctx.organizations() ORDER BY name")
        return {row[0]: Neighbor(*row) for row in cursor.fetchall()}


def receiver(organization_id: uuid.UUID, email: str) -> Receiver | None:
    """The attorney or paralegal with this address there. Only counsel may ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, name FROM ctx.receiver(%s, %s)", [organization_id, email])
        row = cursor.fetchone()
    return Receiver(*row) if row else None
