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


@dataclass(frozen=True)
class What:
    """What a line is about: one row or a list of rows, and the case and file on whose pages it is shown."""

    organization_id: uuid.UUID | None
    type: str = ""
    id: uuid.UUID | None = None
    ids: tuple[uuid.UUID, ...] = ()
    case_id: uuid.UUID | None = None
    file_id: uuid.UUID | None = None
    tier: int = 1


def write(
    who: Who,
    verb: str,
    what: What,
    *,
    fields: tuple[str, ...] = (),
    basis: str = "",
    detail: bytes | None = None,
    entry_id: uuid.UUID | None = None,
) -> None:
    """Adds one line, in the transaction of what it tells: if one is lost, both are.

    `detail` is sealed for the line's own id, so whoever gives one gives `entry_id`, too.
    """
    Entry(
        id=entry_id or uuid.uuid4(),
        organization_id=what.organization_id,
        actor_kind=who.kind,
        actor_id=who.actor_id,
        actor_organization_id=who.organization_id,
        user_id=who.user_id,
        roles=list(who.roles),
        basis=basis,
        verb=verb,
        object_type=what.type,
        object_id=what.id,
        object_ids=list(what.ids),
        case_id=what.case_id,
        file_id=what.file_id,
        tier=what.tier,
        fields=list(fields),
        detail=detail,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
    ).save(force_insert=True)
