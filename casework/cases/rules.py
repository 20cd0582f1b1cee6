"""Pure decisions about cases: no Django, no clock, no query."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from casework.access.rules import ADMIN, ATTORNEY, COUNSEL, PARALEGAL, SHARE_LEVELS, VOLUNTEER

USUAL_SHARE_DAYS, LONGEST_SHARE_DAYS = 30, 365
SOON_DAYS, NEAR_DAYS = 3, 7  # how far ahead a task, and a deadline, is marked as one that needs somebody
STALE = timedelta(days=7)  # after which what is known of a place counts as old; our own figure
# What somebody may be on a case, by what they are in the organization.
ROLES_ON_CASE = {
    ATTORNEY: ("lead", "co_counsel", "supervisor"),
    PARALEGAL: ("paralegal", "student"),
    VOLUNTEER: ("student", "volunteer"),
}
NOT_ACCEPTED = frozenset({"enquiry", "screening", "offered"})
NEW = ("enquiry", "screening")  # what waits for somebody to look at it
OVER = ("closed", "declined", "referred")
# Which stage can follow which when somebody moves a case. Acceptance, closing and reopening are acts of their own.
FLOW: dict[str, tuple[str, ...]] = {
    "enquiry": ("screening", "offered", "declined", "referred"),
    "screening": ("enquiry", "offered", "declined", "referred"),
    "offered": ("screening", "declined", "referred"),
    "active": ("closing", "offered"),
    "closing": ("active",),
    "closed": (),
    "declined": ("screening",),
    "referred": ("screening",),
}
CLOSABLE = frozenset({"active", "closing"})
_EITHER = ("capacity", "conflict", "area", "not_eligible", "specialty", "other")
REASONS: dict[str, tuple[str, ...]] = {
    "declined": (*_EITHER, "merits", "has_counsel", "not_wanted", "not_reached"),
    "referred": (*_EITHER, "child"),
}


class StillOpen(StrEnum):
    """What somebody looks at before a case is closed, in the order in which it is asked."""

    HEARING = "hearing"
    DEADLINE = "deadline"
    TASKS = "tasks"
    APPEARANCES = "appearances"
    HELD = "held"
    SHARES = "shares"


class Due(StrEnum):
    """How the day of a task lies to today."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    NEVER = "never"


def due(day: date | None, today: date) -> Due:
    """Overdue, today, soon (within three days), later, or without a day."""
    if day is None:
        return Due.NEVER
    if day <= today:
        return Due.OVERDUE if day < today else Due.TODAY
    return Due.SOON if day <= today + timedelta(days=SOON_DAYS) else Due.LATER


def is_stale(*, custody: str, confirmed_at: datetime | None, now: datetime) -> bool:
    """Whether nobody has confirmed for a week where somebody is who is held, or may be."""
    return confirmed_at is not None and custody in {"", "detained"} and now - confirmed_at > STALE


def next_stages(stage: str) -> tuple[str, ...]:
    """The stages to which somebody can move a case from this one."""
    return FLOW[stage]


def may_move(stage: str, to: str, reason: str) -> bool:
    """Whether a case can go from one stage to another; declining and referring ask for a reason of their own."""
    return to in FLOW[stage] and (reason in REASONS[to] if to in REASONS else not reason)


def may_be_closed(stage: str) -> bool:
    return stage in CLOSABLE


def still_open(
    *, now: datetime, today: date, next_hearing_at: datetime | None, next_deadline_on: date | None, tasks: int,
    appearances: int, custody: str, shares: int,
) -> tuple[StillOpen, ...]:  # fmt: skip
    """What is open on a case that is to be closed; `now` and `next_hearing_at` are aware of their zone."""
    found = {
        StillOpen.HEARING: next_hearing_at is not None and next_hearing_at > now,
        StillOpen.DEADLINE: next_deadline_on is not None and next_deadline_on >= today,
        StillOpen.TASKS: tasks > 0,
        StillOpen.APPEARANCES: appearances > 0,
        StillOpen.HELD: custody == "detained",
        StillOpen.SHARES: shares > 0,
    }
    return tuple(one for one, stands in found.items() if stands)


def roles_on_case(roles: frozenset[str]) -> frozenset[str]:
    """What somebody with these roles in the organization may be on a case; nothing for administrators alone."""
    return frozenset(on_case for role in roles for on_case in ROLES_ON_CASE.get(role, ()))


def reads_unassigned(roles: frozenset[str], *, visibility: str, restricted: bool) -> bool:
    """Whether somebody of the case's organization reads it without being on its team."""
    return not restricted and visibility == "organization" and bool(roles & COUNSEL)


def reads_up_to(roles: frozenset[str], *, assigned: bool, visibility: str, restricted: bool) -> int:
    """The highest tier (1 to 3) that somebody of the case's organization reads in it; 0 for nothing."""
    if assigned and roles - {ADMIN}:
        return 3 if roles & COUNSEL else 1
    return 2 if reads_unassigned(roles, visibility=visibility, restricted=restricted) else 0


def together(extents: Iterable[tuple[str, bool]]) -> tuple[str, bool]:
    """What several shares open to somebody who has them all; each is a level, and whether counsel notes go along."""
    levels, counsel = zip(*extents, strict=True)
    return max(levels, key=SHARE_LEVELS.index), any(counsel)


def may_be_accepted(stage: str) -> bool:
    """Whether the case waits for acceptance: nobody has said yes or no. One that was accepted before may wait again."""
    return stage in NOT_ACCEPTED


def usual_end(today: date, latest: date) -> date:
    """The day until which a share lasts when nobody says otherwise."""
    return min(today + timedelta(days=USUAL_SHARE_DAYS), latest)


def latest_end(today: date, own_end: date | None = None) -> date:
    """The last day that a share may have: at most a year away, and no later than the end of the giver's own share."""
    year = today + timedelta(days=LONGEST_SHARE_DAYS)
    return year if own_end is None else min(year, own_end)
