"""When somebody is reminded, and when not any more. Pure: no query, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

AHEAD = "scheduled"
MOVED, OVER, BEGUN, OTHERS, GONE = "moved", "over", "begun", "others", "gone"


@dataclass(frozen=True)
class Standing:
    """What stands of a hearing or a deadline just now: its state, its instant, and who is responsible."""

    state: str
    at: datetime
    members: frozenset[UUID]
    begins: bool = True  # a hearing begins; on the day of a deadline there is still something to be done


def due(at: datetime, now: datetime, minutes: Collection[int]) -> list[tuple[int, datetime]]:
    """How long before `at` (in minutes), and when. Of those that have passed only the last is made up for, now."""
    when = {before: at - timedelta(minutes=before) for before in sorted(set(minutes), reverse=True)}
    ahead = [(before, due_at) for before, due_at in when.items() if due_at > now]
    passed = [before for before, due_at in when.items() if due_at <= now]
    return [(min(passed), now), *ahead] if passed else ahead


def not_due(standing: Standing | None, *, at: datetime, member: UUID, now: datetime) -> str:
    """Why a reminder that was planned for `at` is not to be sent at `now`; empty while it is."""
    if standing is None:
        return GONE
    found = {
        OVER: standing.state != AHEAD,
        MOVED: standing.at != at,
        BEGUN: standing.begins and now >= standing.at,
        OTHERS: member not in standing.members,
    }
    return next((why for why, stands in found.items() if stands), "")


def is_overtaken(minutes: int, due_now: Iterable[int]) -> bool:
    """Whether another reminder of the same thing, nearer to it, is due as well: then that one alone is sent."""
    return any(other < minutes for other in due_now)
