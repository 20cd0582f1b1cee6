"""What a case holds already, as plans see it: plain values, no rows of tables. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Stands:
    """A row that stands: its id, and its values by column."""

    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Stay:
    """Where the person is, as far as is on file. `place` names it as plans do: {facility: key} or {place: words}."""

    id: str
    kind: str
    place: Mapping[str, str]
    since: datetime


@dataclass(frozen=True)
class Held:
    """The case and the person as they stand.

    `zone` is the clock (IANA) of the organization, `zones` those of courts by key, `place_zones` those of facilities.
    `told` says by contact what live consents let them know. `court` is the key of the court on file.
    """

    person: Mapping[str, Any]
    zone: str
    now: datetime
    contacts: tuple[Stands, ...] = ()
    adverse: tuple[Stands, ...] = ()
    told: Mapping[str, frozenset[str]] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    stay: Stay | None = None
    was_held: bool = False
    court: str = ""
    proceedings: tuple[Stands, ...] = ()
    charges: frozenset[str] = frozenset()
    hearings: tuple[Stands, ...] = ()
    bond: Stands | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    place_zones: Mapping[str, str] = field(default_factory=dict)
    appears: bool = False
    tier: int = 3

    @property
    def today(self) -> date:
        """The day on the organization's clock; `now` is aware of that zone."""
        return self.now.date()
