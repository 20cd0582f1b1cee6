"""What an act changed, row by row, so that it can be taken back: as each row was, and the version it left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from casework.access.changes import plain
from casework.access.versions import Versioned


@dataclass
class Images:
    """Rows that an act added or changed, in that order."""

    rows: list[tuple[Versioned, dict[str, Any] | None]] = field(default_factory=list)

    def add(self, row: Any) -> None:
        """Writes a new row."""
        row.save(force_insert=True)
        self.rows.append((row, None))

    def change(self, row: Any, **values: Any) -> None:
        """Writes these values of a row that stands. Raises ChangedMeanwhile when somebody else did so first."""
        columns = [row._meta.get_field(name).attname for name in values]
        was = {name: plain(getattr(row, name)) for name in columns}
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
        self.rows.append((row, was))

    @staticmethod
    def folded(told: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What several lines kept, in their order, as one would have: each row as it was first, at its last version."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for image in (one for line in told for one in line["rows"]):
            key, was = (image["row"], str(image["id"])), image["was"]
            first = found.get(key)
            if first is not None:
                was = None if first["was"] is None else {**(was or {}), **first["was"]}
            found[key] = {**image, "was": was}
        return list(found.values())

    def told(self) -> list[dict[str, Any]]:
        """The images as a line keeps them; `was` is None for a row that was added."""
        return [
            {"row": row._meta.model_name, "id": row.pk, "version": row.version, "was": was} for row, was in self.rows
        ]
