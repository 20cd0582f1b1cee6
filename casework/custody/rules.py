"""Pure decisions about custody: no Django, no clock, no query. Instants are aware of their zone; days are local."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from casework.look import clocks

FACILITY, HOLD_ROOM, HOSPITAL = "facility", "hold_room", "hospital"
IN_TRANSIT, NOT_LOCATED, ELSEWHERE = "in_transit", "not_located", "elsewhere"
KINDS = (FACILITY, HOLD_ROOM, HOSPITAL, IN_TRANSIT, NOT_LOCATED, ELSEWHERE)
NO_PLACE = frozenset({IN_TRANSIT, NOT_LOCATED})
LEFT_THE_COUNTRY = frozenset({"removed", "voluntary_departure"})
TELL = "custody.tell_contact"  # once for each contact who may know

LOCATOR = "locator"
NOT_FOUND = "not_found"

# --- When a place is looked up again. Our own figures, not law: days after which a place counts as old, by the stage
# of the nearest case. None: nobody looks.
CHECK_DAYS = {"enquiry": 2, "screening": 2, "offered": 3, "active": 7, "closing": 14}
UNSETTLED_DAYS = 1  # hold room, hospital, in transit, not located: the next day
LEASE = timedelta(minutes=30)


def check_every(stages: Iterable[str], kind: str) -> int | None:
    """In how many days a place is looked up again, from the stages of the person's cases; None for never."""
    found = [CHECK_DAYS[stage] for stage in stages if stage in CHECK_DAYS]
    if not found:
        return None
    return min(found) if kind in (FACILITY, ELSEWHERE) else min(UNSETTLED_DAYS, *found)


def next_check(*, confirmed_at: datetime, stages: Iterable[str], kind: str) -> datetime | None:
    """The instant from which somebody should look again."""
    days = check_every(stages, kind)
    return None if days is None else confirmed_at + timedelta(days=days)


def not_found_in_a_row(outcomes: Sequence[str]) -> int:
    """How often nobody was found lately; `outcomes` newest first."""
    count = 0
    for outcome in outcomes:
        if outcome != NOT_FOUND:
            break
        count += 1
    return count


# --- From when


def begins(day: date, at: time | None, zone: tzinfo, *, before: datetime | None = None) -> datetime:
    """The instant in UTC at which something began: at the wall time `at` in `zone`, or some time that day.

    Of a day alone the midnight counts, or `before` (the beginning of what stood until then) where that is later on the
    same local day. Of a wall time that the clock showed twice the first counts. Raises NoSuchTime for one it skipped.
    """
    if at is None:
        start = datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
        same_day = before is not None and before.astimezone(zone).date() == day
        return max(start, before) if before is not None and same_day else start
    return clocks.instant(day, at, zone, later=False)


# --- What follows from a place


@dataclass(frozen=True)
class Place:
    """Where somebody is or was, as far as it is known. Empty for "not known"."""

    kind: str
    name: str = ""
    key: str = ""
    circuit: str = ""
    district: str = ""
    field_office: str = ""
    expected_court: str = ""  # its key
    expected_court_name: str = ""
    miles: int | None = None  # as the crow flies


@dataclass(frozen=True)
class Law:
    """A position of a court on bond for those who entered without inspection, as seen on `as_of`."""

    circuit: str
    position: str  # bond_hearing_available, mandatory, no_circuit_ruling, pending
    authority: str
    as_of: date
    status: str
    note: str = ""


AVAILABLE, MANDATORY = "bond_hearing_available", "mandatory"


@dataclass(frozen=True)
class Move:
    """A move as the rules see it: from where to where, and what stands around it."""

    before: Place | None
    now: Place
    source: str
    court: str  # the key of the court on file; empty without one
    matters: frozenset[str] = frozenset()
    law_before: Law | None = None
    law_now: Law | None = None
    family_may_be_told: bool = False
    redetained: bool = False

    def changes(self, what: str) -> bool:
        """Whether a fact of the place is known and another than before."""
        now = getattr(self.now, what)
        return bool(now) and (self.before is None or getattr(self.before, what) != now)

    @property
    def bond_reversed(self) -> bool:
        """Whether the bond law of the new circuit answers otherwise than that of the one before."""
        if self.law_now is None or self.law_before is None:
            return False
        return self.law_now.position != self.law_before.position


@dataclass(frozen=True)
class FollowUp:
    """A task that a move, a release or a look-up opens: its rule, after how many days it is due, and when it applies.

    What it says stands in `cases.follow_ups`, by the rule's name. `urgent` ones come first.
    """

    rule: str
    days: int
    applies: Callable[[Move], bool]
    urgent: bool = False


def _placed(move: Move) -> bool:
    return move.now.kind not in NO_PLACE


# The one table of what a move opens. Days count from the day on which it is recorded, in the organization's zone; five
# days for the address are 8 CFR 1003.15(d)(2), the others are our own practice.
AFTER_MOVE = (
    FollowUp("custody.not_located", 0, lambda move: move.now.kind == NOT_LOCATED, urgent=True),
    FollowUp("custody.hold_room", 0, lambda move: move.now.kind == HOLD_ROOM, urgent=True),
    FollowUp("custody.bond_law", 0, lambda move: move.bond_reversed, urgent=True),
    FollowUp("custody.habeas", 0, lambda move: "habeas" in move.matters and move.changes("district"), urgent=True),
    FollowUp("custody.confirm_place", 1, lambda move: _placed(move) and move.source != LOCATOR),
    FollowUp("custody.bond_court", 1, lambda move: "bond" in move.matters and move.changes("key")),
    FollowUp(TELL, 1, lambda move: _placed(move) and move.family_may_be_told),
    FollowUp("custody.detained_again", 1, lambda move: move.redetained),
    FollowUp("custody.venue", 3, lambda move: venue_is_open(move.court, move.now)),
    FollowUp("custody.new_office", 2, lambda move: move.before is not None and move.changes("field_office")),
    FollowUp("custody.visiting", 2, lambda move: move.now.kind == FACILITY and move.changes("key")),
    FollowUp("custody.address", 5, lambda move: bool(move.court) and move.now.kind == FACILITY and move.changes("key")),
)

# What is about one place alone: moot once the person is elsewhere, where the same is asked anew. What a move changed
# for longer (the field office, the district, the law on bond) is not among them: another move within it asks nothing.
OF_THE_PLACE = frozenset({
    "custody.not_located", "custody.hold_room", "custody.confirm_place", "custody.bond_court", TELL, "custody.venue",
    "custody.visiting", "custody.address",
})  # fmt: skip
OF_BEING_HELD = (OF_THE_PLACE - {"custody.venue"}) | {"custody.bond_law"}


def follow_ups(move: Move) -> tuple[FollowUp, ...]:
    """The tasks that a move opens, urgent ones first, in the order of the table."""
    found = [one for one in AFTER_MOVE if one.applies(move)]
    return tuple(sorted(found, key=lambda one: not one.urgent))


def venue_is_open(court: str, place: Place) -> bool:
    """Whether the court on file is another one than the nearest, so that somebody should look at venue."""
    return bool(court and place.expected_court) and court != place.expected_court


@dataclass(frozen=True)
class Due:
    """A task: its rule, after how many days it is due, and whether it comes first."""

    rule: str
    days: int
    urgent: bool = False


def after_release(reason: str, *, family_may_be_told: bool) -> tuple[Due, ...]:
    """What a release opens. The address is due in five days (8 CFR 1003.15(d)(2))."""
    if reason == "deceased":
        return (Due("custody.deceased", 0, urgent=True),)
    if reason in LEFT_THE_COUNTRY:
        return (Due("custody.abroad", 3),)
    family = (Due(TELL, 1),) if family_may_be_told else ()
    bond = (Due("custody.bond_papers", 5),) if reason == "bond" else ()
    return (Due("custody.reach", 0), Due("custody.new_address", 5), *family, Due("custody.check_ins", 3), *bond)


def after_not_found(times: int) -> Due | None:
    """What "not found" opens: a task for the lead the first time in a row, an urgent one the second, then none."""
    return {1: Due("custody.not_found", 1), 2: Due("custody.not_found_again", 0, urgent=True)}.get(times)


def overlap(one: tuple[datetime, datetime | None], other: tuple[datetime, datetime | None]) -> bool:
    """Whether two stays, each from its beginning until its end or still, are at one time."""
    (begins, ends), (starts, stops) = one, other
    lasts = begins != ends and starts != stops  # what ended as it began was at no time
    return lasts and (stops is None or begins < stops) and (ends is None or starts < ends)


# --- Drawing to scale


@dataclass(frozen=True)
class Span:
    """A piece of time, as the drawing takes it; `ends` is None for what lasts. `what` names it for whoever draws."""

    starts: datetime
    ends: datetime | None
    what: int


@dataclass(frozen=True)
class Bar:
    """A piece of the drawing: `what` is None for a gap. `x` and `width` are in the units of the whole."""

    what: int | None
    x: float
    width: float
    days: int


NARROWEST = 1.0  # of 100


def bars(spans: Sequence[Span], *, starts: datetime, ends: datetime, width: float) -> list[Bar]:
    """Spans in their order, drawn to scale between two instants, with the gaps between them.

    What is shorter than can be seen is drawn `NARROWEST` wide, and then no longer to scale.
    """
    whole = max((ends - starts).total_seconds(), 1.0)

    def at(instant: datetime) -> float:
        return min(max((instant - starts).total_seconds() / whole, 0.0), 1.0) * width

    found: list[Bar] = []
    reached = starts
    for span in sorted(spans, key=lambda one: (one.starts, one.ends or ends)):
        until = min(span.ends or ends, ends)
        if span.starts > reached:
            found.append(_bar(None, (reached, span.starts), at, width))
        found.append(_bar(span.what, (span.starts, until), at, width))
        reached = max(reached, until)
    if reached < ends:
        found.append(_bar(None, (reached, ends), at, width))
    return found


def _bar(what: int | None, when: tuple[datetime, datetime], at: Callable[[datetime], float], width: float) -> Bar:
    left, right = at(when[0]), at(when[1])
    wide = max(right - left, NARROWEST)
    return Bar(what, round(min(left, width - wide), 2), round(wide, 2), days_between(*when))


def days_between(starts: datetime, ends: datetime) -> int:
    """Whole days of 24 hours."""
    return max((ends - starts).days, 0)


def marks(starts: datetime, ends: datetime, zone: tzinfo, *, most: int = 5) -> list[tuple[float, date]]:
    """Local days under the drawing, evenly apart, as shares of its width: the first and at most `most` in all."""
    first, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    step = max(-(-((last - first).days + 1) // most), 1)
    whole = max((ends - starts).total_seconds(), 1.0)
    found = [(0.0, first)]
    day = first + timedelta(days=step)
    while day <= last:
        share = (datetime.combine(day, time.min, tzinfo=zone) - starts).total_seconds() / whole
        if 0 < share <= 1 - 0.8 / most:
            found.append((round(share, 4), day))
        day += timedelta(days=step)
    return found
