"""Hearings that one person cannot keep. Pure: no query, no clock."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

HALF_A_DAY = timedelta(hours=12)


class Why(StrEnum):
    """What is wrong with two hearings of one person."""

    OVERLAP = "overlap"
    TWO_PLACES = "two_places"


@dataclass(frozen=True)
class Slot:
    """When somebody has to be where: `who` is an id, `place` empty for whoever need not be there in person; `called` is
    how people call the place.
    """

    id: uuid.UUID
    who: uuid.UUID
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    called: str = ""


@dataclass(frozen=True)
class Clash:
    """A hearing with which another one of the same person clashes, and why."""

    other: Slot
    why: Why


def found(slots: Iterable[Slot]) -> dict[uuid.UUID, list[Clash]]:
    """What clashes with each, the earlier first. Two that overlap are not said to be in two places, too."""
    clashes: dict[uuid.UUID, list[Clash]] = {}
    ordered = sorted(slots, key=lambda one: (one.who, one.starts_at, one.id))
    for _who, group in groupby(ordered, key=lambda one: one.who):
        of_one = list(group)
        for place, earlier in enumerate(of_one):
            for later in of_one[place + 1 :]:
                if later.starts_at - earlier.starts_at > HALF_A_DAY and later.starts_at >= earlier.ends_at:
                    break
                if (why := _why(earlier, later)) is not None:
                    clashes.setdefault(earlier.id, []).append(Clash(later, why))
                    clashes.setdefault(later.id, []).append(Clash(earlier, why))
    return clashes


def _why(earlier: Slot, later: Slot) -> Why | None:
    if later.starts_at < earlier.ends_at:
        return Why.OVERLAP
    apart = bool(earlier.place and later.place) and earlier.place != later.place
    return Why.TWO_PLACES if apart and later.starts_at - earlier.starts_at <= HALF_A_DAY else None
