"""Pure decisions about cases: no Django, no clock, no query."""

from collections.abc import Iterable
from datetime import date, timedelta

from casework.access.rules import ADMIN, ATTORNEY, COUNSEL, PARALEGAL, SHARE_LEVELS, VOLUNTEER

USUAL_SHARE_DAYS, LONGEST_SHARE_DAYS = 30, 365
# What somebody may be on a case, by what they are in the organization.
ROLES_ON_CASE = {
    ATTORNEY: ("lead", "co_counsel", "supervisor"),
    PARALEGAL: ("paralegal", "student"),
    VOLUNTEER: ("student", "volunteer"),
}
NOT_ACCEPTED = frozenset({"enquiry", "screening", "offered"})


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


def may_be_accepted(*, stage: str, reference: str) -> bool:
    """Whether the case waits for acceptance: it has no reference yet, and nobody said no."""
    return not reference and stage in NOT_ACCEPTED


def usual_end(today: date, latest: date) -> date:
    """The day until which a share lasts when nobody says otherwise."""
    return min(today + timedelta(days=USUAL_SHARE_DAYS), latest)


def latest_end(today: date, own_end: date | None = None) -> date:
    """The last day that a share may have: at most a year away, and no later than the end of the giver's own share."""
    year = today + timedelta(days=LONGEST_SHARE_DAYS)
    return year if own_end is None else min(year, own_end)
