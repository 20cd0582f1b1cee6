"""Makes the tables agree with the files, and says what differed. Rows are added and changed, and never deleted."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import models, transaction

from casework.directory import dated, tables
from casework.directory.models import RuleVersion
from casework.directory.reading import read
from casework.directory.tables import Row

BATCH = 500
EXAMPLES = 3
MANY = 10  # per cent of a table's rows: so many do not go in a month, but with half a file they do


class TooMany(ValueError):
    """So much of a table is no longer in the file that the file may be cut short."""


@dataclass
class Difference:
    """What one table and its file differed in. `changed` maps a field to (key, before, after) of each row."""

    name: str
    rows: int
    added: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    changed: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)

    @property
    def changed_rows(self) -> int:
        return len({key for rows in self.changed.values() for key, _before, _after in rows})

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.back or self.changed)


def load(folder: Path, *, today: date, dry_run: bool = False, many: bool = False) -> list[Difference]:
    """Reads the folder and brings the tables up to it, all or nothing; what differed, table by table.

    What is no longer in a file is marked as missed on `today`. Raises Unreadable for faults in the files, and TooMany,
    unless `many`, when a table would lose more than a tenth of its rows.
    """
    reading = read(folder)
    with transaction.atomic():
        return [_load_table(model, reading.rows[model], today, dry_run=dry_run, many=many) for model in tables.ORDER]


def _load_table(
    model: type[models.Model], rows: dict[str, Row], today: date, *, dry_run: bool, many: bool
) -> Difference:
    rows_of_now = RuleVersion.objects.newest() if model is RuleVersion else model._default_manager.all()
    standing: dict[str, Any] = {dated.name(one): one for one in rows_of_now}
    found = Difference(model._meta.db_table.removeprefix("directory_"), len(rows))
    found.added = [key for key in rows if key not in standing]
    current = {key: one for key, one in standing.items() if one.retired_on is None}
    found.gone = sorted(key for key in current if key not in rows)
    found.back = sorted(key for key in rows if key in standing and key not in current)
    if len(found.gone) * 100 > len(current) * MANY and not many:
        raise TooMany(f"{found.name}: {len(found.gone)} of {len(current)} rows are no longer in the file.")
    touched = _compare(found, rows, standing)
    if not dry_run:
        _write(model, rows, touched, found, today)
    return found


def _compare(found: Difference, rows: dict[str, Row], standing: dict[str, Any]) -> dict[str, Any]:
    """Notes each value that differs, and gives it to the row; the rows that got one."""
    touched = {}
    for key, row in rows.items():
        one = standing.get(key)
        if one is None:
            continue
        for name, value in row.items():
            before = getattr(one, name)
            if before != value:
                setattr(one, name, value)
                found.changed.setdefault(name, []).append((key, before, value))
                touched[key] = one
    for key in found.back:
        touched[key] = standing[key]
    for key in found.gone:
        touched[key] = standing[key]
    return touched


def _write(
    model: type[models.Model], rows: dict[str, Row], touched: dict[str, Any], found: Difference, today: date
) -> None:
    for key in found.gone:
        touched[key].retired_on = today
    for key in found.back:
        touched[key].retired_on = None
    if model is RuleVersion:
        dated.write(rows, found, touched, today)
        return
    model._default_manager.bulk_create([model(**rows[key]) for key in found.added], batch_size=BATCH)
    if touched:
        names = {*found.changed, "retired_on"}
        model._default_manager.bulk_update(touched.values(), sorted(names), batch_size=BATCH)


def told(found: Difference) -> list[str]:
    """The difference in lines to read: a sum, then examples."""
    sums = [f"{len(found.added)} added", f"{found.changed_rows} changed", f"{len(found.gone)} gone (kept)"]
    if found.back:
        sums.append(f"{len(found.back)} back")
    lines = [f"{found.name}: {found.rows} rows, {', '.join(sums) if found else 'no difference'}"]
    if found.added and len(found.added) < found.rows:
        lines.append(f"    added: {_few(found.added)}")
    for name, rows in found.changed.items():
        one = [f"{key}: {before!r} became {after!r}" for key, before, after in rows[:EXAMPLES]]
        lines.append(f"    {name}: {len(rows)} changed; {'; '.join(one)}")
    for what, keys in (("gone", found.gone), ("back", found.back)):
        if keys:
            lines.append(f"    {what}: {_few(keys)}")
    return lines


def _few(keys: list[str]) -> str:
    more = len(keys) - EXAMPLES
    return ", ".join(keys[:EXAMPLES]) + (f" and {more} more" if more > 0 else "")
