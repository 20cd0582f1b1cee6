"""What organizations may know of each other: that they exist, and whether an address belongs to counsel there."""

import uuid
from dataclasses import dataclass
from typing import cast

from django.core.cache import caches
from django.db import connection

from casework.access import acts, rules
from casework.access.actor import Actor
from casework.access.cache import SharedCache
from casework.audit import actions as audit

QUESTIONS_PER_HOUR, HOUR_SECONDS = 60, 60 * 60


class TooManyQuestions(Exception):
    """Somebody has asked for so many addresses that they might be guessing."""


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


def count_question(actor: Actor) -> None:
    """Counts that somebody looks for an address. Raises TooManyQuestions."""
    counters = cast(SharedCache, caches["default"])
    if counters.count(f"receivers:{actor.member}", HOUR_SECONDS) > QUESTIONS_PER_HOUR:
        raise TooManyQuestions


def receiver(actor: Actor, organization_id: uuid.UUID, email: str) -> Receiver | None:
    """The attorney or paralegal with this address there. Only counsel may ask.

    Each question is written into the book of the actor's own organization, with the answer and without the address.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, name FROM ctx.receiver(%s, %s)", [organization_id, email])
        row = cursor.fetchone()
    about = audit.What(actor.organization, "access.organization", organization_id)
    fields = ("found",) if row else ("not_found",)
    audit.write(acts.who(actor), "receiver.sought", about, fields=fields, basis=rules.ORGANIZATION)
    return Receiver(*row) if row else None
