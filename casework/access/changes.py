"""What others made of a row, from the audit's sealed before-images: who stands behind a version, and what it was."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from casework.access.acts import opened_details
from casework.access.versions import Versioned
from casework.audit.models import Entry

MOST = 100  # lines looked through, the newest


@dataclass(frozen=True)
class Change:
    """What became of one field: `was` and `now` in what JSON knows; who did it last, when, and in which line."""

    was: Any
    now: Any
    who: str
    user_id: uuid.UUID | None
    at: datetime


def since(row: Versioned, version: int) -> dict[str, Change]:
    """By field, what was saved after this version, as far as the lines open to whoever asks."""
    lines = list(_lines_about(row))[::-1]
    found: dict[str, Change] = {}
    details = opened_details(lines)
    for line in lines:
        told = details[line.pk] or {}
        if (told.get("version") or 0) <= version:
            continue
        for name, (was, now) in told.get("changes", {}).items():
            first = found[name].was if name in found else was
            found[name] = Change(first, now, line.actor_name, line.user_id, line.at)
    return found


def history(row: Versioned, name: str) -> list[Change]:
    """All that became of one field, the newest first, as far as the lines open to whoever asks."""
    lines = list(_lines_about(row))
    details = opened_details(lines)
    found = []
    for line in lines:
        changes = (details[line.pk] or {}).get("changes", {})
        if name in changes:
            was, now = changes[name]
            found.append(Change(was, now, line.actor_name, line.user_id, line.at))
    return found


def _lines_about(row: Versioned) -> Any:
    about = Entry.objects.filter(object_id=row.pk, object_type=row._meta.label_lower, detail__isnull=False)
    return about.order_by("-at")[:MOST]


def plain(value: Any) -> Any:
    """A value as it stands in a line."""
    return value.isoformat() if isinstance(value, date) else value
