"""Pure decisions about hearings and bond: no Django, no clock, no query. Instants are aware of their zone."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

SCHEDULED = "scheduled"
MASTER, INDIVIDUAL, BOND, FEDERAL = "master", "individual", "bond", "federal"
# The proceeding in which a hearing of a kind usually stands; the first that is open is taken.
USUAL = {
    MASTER: ("removal", "withholding_only", "asylum_only", "deportation", "exclusion"),
    INDIVIDUAL: ("removal", "withholding_only", "asylum_only", "deportation", "exclusion"),
    BOND: ("bond",),
    "credible_fear": ("credible_fear",),
    "reasonable_fear": ("reasonable_fear",),
    "custody_review": ("continued_detention",),
    FEDERAL: ("habeas", "petition_for_review", "other_federal"),
    "status": ("removal", "withholding_only", "asylum_only"),
    "other": (),
    "not_known": (),
}
OPENS_NONE = frozenset({FEDERAL, "status", "other", "not_known"})  # whose proceeding a person has to name
# How long a hearing of a kind takes in calendars where nobody says otherwise, in minutes. Our own figures, not law.
MINUTES = {MASTER: 30, INDIVIDUAL: 180, BOND: 60}
OTHERWISE = 60


class Timed(Protocol):
    """What of a hearing these rules look at."""

    state: str
    starts_at: datetime


T = TypeVar("T", bound=Timed)


def usual_minutes(kind: str) -> int:
    return MINUTES.get(kind, OTHERWISE)


def usual_proceeding(kind: str) -> str:
    """The proceeding that a hearing of this kind opens where none stands; empty for those that a person names."""
    return "" if kind in OPENS_NONE else USUAL[kind][0]


def belongs(kind: str, open_kinds: Sequence[str]) -> int | None:
    """Which of the open proceedings, by their kinds, a hearing of this kind belongs to; None for none of them."""
    for wanted in USUAL[kind]:
        if wanted in open_kinds:
            return open_kinds.index(wanted)
    return None


def next_of(hearings: Iterable[T], now: datetime) -> T | None:
    """The hearing that a case shows: the next that is ahead, else the last that nobody closed."""
    standing = [one for one in hearings if one.state == SCHEDULED]
    ahead = [one for one in standing if one.starts_at >= now]
    if ahead:
        return min(ahead, key=lambda one: one.starts_at)
    return max(standing, key=lambda one: one.starts_at, default=None)


def needs_outcome(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether a hearing has begun and nobody has said yet what came of it."""
    return state == SCHEDULED and starts_at < now
