"""Pure decisions about places: distances, the nearest courts, the age of notes. No Django, no clock, no query."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

STALE_DAYS = 90
EARTH_MILES = 3958.8  # mean radius (IUGG: 6371.0 km)


@dataclass(frozen=True)
class Position:
    """Degrees, north and east."""

    lat: float
    lon: float


def miles_between(one: Position, other: Position) -> float:
    """The great-circle distance in statute miles, by the haversine formula on a sphere: right to about 0.5 %."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half_north, half_east = (other_lat - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_north) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_east) ** 2
    return 2 * EARTH_MILES * math.asin(min(1.0, math.sqrt(chord)))


@dataclass(frozen=True)
class Near:
    """A place and how far it is, in whole miles as the crow flies. It says nothing about where a case is heard."""

    key: str
    miles: int


def nearest(here: Position, places: Iterable[tuple[str, Position]], *, most: int = 3) -> list[Near]:
    """The nearest of these places, nearest first; at equal distance in the order of their keys."""
    found = sorted((miles_between(here, position), key) for key, position in places)
    return [Near(key, round(miles)) for miles, key in found[:most]]


def is_stale(checked_on: date, today: date) -> bool:
    """Whether what an organization found out about a place should be checked again: after 90 days."""
    return (today - checked_on).days > STALE_DAYS


def may_be_checked(day: date, today: date) -> bool:
    """Whether something can have been checked on that day: not in days to come, and not long before."""
    return date(2000, 1, 1) <= day <= today
