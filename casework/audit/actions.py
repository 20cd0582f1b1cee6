"""Writing the audit."""

import uuid
from dataclasses import dataclass

import structlog

from casework.audit.models import Entry


@dataclass(frozen=True)
class Who:
    """The actor of a line, in plain ids."""

    kind: str
    actor_id: uuid.UUID | None
    organization_id: uuid.UUID | None
    user_id: uuid.UUID | None
    roles: tuple[str, ...]


def write(
    who: Who,
    verb: str,
    *,
    organization_id: uuid.UUID | None,
    object_type: str = "",
    object_id: uuid.UUID | None = None,
    fields: tuple[str, ...] = (),
    basis: str = "",
) -> None:
    """Adds one line, in the transaction of what it tells: if one is lost, both are."""
    Entry(
        organization_id=organization_id,
        actor_kind=who.kind,
        actor_id=who.actor_id,
        actor_organization_id=who.organization_id,
        user_id=who.user_id,
        roles=list(who.roles),
        basis=basis,
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        fields=list(fields),
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    ).save(force_insert=True)
