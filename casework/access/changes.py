"""What others made of a row, from the audit's sealed before-images: who stands behind a version, and what it was."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access.acts import opened_details
from casework.access.versions import Versioned
from casework.audit.models import Entry
from casework.vault.fields import Locked
from casework.vault.rows import SealedModel

MOST = 100  # lines looked through, the newest


@dataclass(frozen=True)
class Change:
    """What became of one field: `was` and `now` in what JSON knows; who did it last, and when."""

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


def standing(row: Versioned, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a row, as lines of the audit say them."""
    return {name: plain(getattr(row, name)) for name in names}


def different(row: Versioned, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the row does not hold; texts without blanks around them."""
    stripped = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in stripped.items() if plain(value) != plain(getattr(row, name))}


def write(row: Versioned, values: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Saves these fields of a row, and tells each before and after. Raises ChangedMeanwhile."""
    changes = {name: (plain(getattr(row, name)), plain(value)) for name, value in values.items()}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return changes


def by_tier(row: Any, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The values in the parts in which they are written, each with a line of its own.

    A line has the tier that its row has then. Where the values lower it, that comes last and alone, so that what stood
    before stays in a line of the higher tier.
    """
    if values.get("tier", row.tier) >= row.tier:
        return [dict(values)] if values else []
    first = {name: value for name, value in values.items() if name != "tier"}
    return [part for part in (first, {"tier": values["tier"]}) if part]


def is_locked(row: Any) -> bool:
    """Whether something of the row does not open; such a row is not written."""
    fields = row.sealed_fields() if isinstance(row, SealedModel) else ()
    return any(isinstance(getattr(row, field.name), Locked) for field in fields)


def can_be_undone(row: Versioned, told: Mapping[str, Any]) -> bool:
    """Whether all that a line wrote stands as it wrote it."""
    wrote = told.get("changes", {})
    columns = {field.name for field in row._meta.concrete_fields}
    if not wrote or not wrote.keys() <= columns:
        return False
    return standing(row, wrote) == {name: new for name, (_was, new) in wrote.items()}


def before(row: Versioned, line_id: uuid.UUID, verbs: Collection[str]) -> dict[str, Any]:
    """What stood in a row before the change that the line tells of. Raises Http404 for a line that is not of this row.

    Raises ValidationError when the line does not open, and when somebody built on it: what it wrote does not stand.
    """
    line = Entry.objects.filter(pk=line_id, verb__in=verbs, object_id=row.pk).first()
    if line is None:
        raise Http404
    told = opened_details([line])[line.pk]
    if not told or is_locked(row):
        raise ValidationError(_("This cannot be undone: what stood before does not open."))
    if not can_be_undone(row, told):
        raise ValidationError(_built_on(row, told))
    return {name: value(row, name, was) for name, (was, _now) in told["changes"].items()}


def value(row: Versioned, name: str, was: Any) -> Any:
    """What a line says of a field, as the row has it."""
    field: Any = row._meta.get_field(name)
    return field.to_python(was)


def _built_on(row: Versioned, told: Mapping[str, Any]) -> str:
    """Who built on it, where the audit says so."""
    later = since(row, told.get("version") or 0)
    names = sorted({later[name].who for name in told.get("changes", {}) if name in later})
    if not names:
        return _("This cannot be undone any more: the fields have other values now.")
    return _("This cannot be undone any more: %(names)s changed the same fields since.") % {"names": ", ".join(names)}
