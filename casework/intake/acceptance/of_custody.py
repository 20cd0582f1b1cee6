"""Where the person is, and was before, by what the answers say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from casework.custody.rules import ELSEWHERE, FACILITY, HOLD_ROOM, HOSPITAL, NO_PLACE
from casework.intake.acceptance.held import Held, Stay
from casework.intake.acceptance.plan import Cell, Fate, Row, impossible, kept, scalar
from casework.intake.acceptance.saying import Part, Said
from casework.look import clocks

WITHIN = frozenset({FACILITY, HOLD_ROOM, HOSPITAL})
# From whom the place is known where nobody asked: from whoever called.
BY_CALLER = {"self": "self", "family": "family"}
Parted = Mapping[str, Part]  # by column
KEY, PLACE = "facility", "place"


def stints(said: Said, held: Held, days: Mapping[str, date]) -> list[Row]:
    """The places before, as far as their days are known and follow each other, then the place now.

    `days` says on which day somebody answered: since then at the latest the person is there.
    """
    found = said.to("stint")
    here = {part.column: part for part in found.pop("stint", [])}
    before = [(key, {part.column: part for part in parts}) for key, parts in found.items()]
    now = _now(said, held, here, days) if here else None
    return [*_before(held, before, here, now), *([now] if now else [])]


# --- The place now


def _now(said: Said, held: Held, here: Parted, days: Mapping[str, date]) -> Row:
    kind, facility = here.get("kind"), here.get("facility")
    stated = kind.value if kind else ""
    if facility is None and stated not in NO_PLACE:
        return Row("stint", "stint", tuple(kept(name, "no_place", one.value, one.path) for name, one in here.items()))
    place = facility.value if facility else {}
    why = _why_not(place, stated)
    since = _since(held, here, place, days)
    if why or since.why:
        return _refused(here, facility or kind, why, since.why)
    fitting = _kind(place, stated)
    if held.stay is not None:
        row = _compared(held.stay, here, place, fitting)
        if row is not None:
            return row
    cells = [_place_cell(held.stay, here, place, fitting)]
    cells += [Cell("starts_at", Fate.NEW, None, since.value, since.paths)]
    cells += _known_by(said, here)
    if kind is not None and facility is not None:
        fits = Cell("kind", Fate.NEW, None, fitting, (kind.path,))
        cells.append(fits if fitting == stated else kept("kind", "place_known", stated, kind.path))
    given = {"kind": fitting, "source": BY_CALLER.get(said.value("caller_kind") or "", "other")}
    return Row("stint", "stint", tuple(cells), given=given)


def _place_cell(stay: Stay | None, here: Parted, place: Mapping[str, str], fitting: str) -> Cell:
    """The place itself; where there is none to name, that the person is in transit or not located."""
    column = KEY if KEY in here else "kind"
    new = place if KEY in here else fitting
    if stay is None:
        return Cell(column, Fate.NEW, None, new, (here[column].path,))
    return Cell(column, Fate.DIFFERS, stay.place or stay.kind, new, (here[column].path,))


def _compared(stay: Stay, here: Parted, place: Mapping[str, str], fitting: str) -> Row | None:
    """The row where the person is on file as held there already; None where another place is on file."""
    if (stay.place or stay.kind) != (dict(place) or fitting):
        return None
    cells = []
    for column, part in here.items():
        if column in (KEY, "kind"):
            cells.append(Cell(column, Fate.SAME, part.value, part.value, (part.path,)))
        else:
            cells.append(kept(column, "on_file", part.value, part.path))
    return Row("stint", "stint", tuple(cells), stands=stay.id)


def _known_by(said: Said, here: Parted) -> list[Cell]:
    names = ("source", "confirmed_at", "confirmed_by_name")
    return [scalar(name, None, here[name].value, here[name].path) for name in names if name in here]


def _refused(here: Parted, first: Part | None, why: str, why_since: str) -> Row:
    cells = []
    for column, part in here.items():
        word = why if part is first and why else why_since if column == "starts_at" and why_since else "with_place"
        cells.append(impossible(column, word, part.value, part.path))
    return Row("stint", "stint", tuple(cells))


def _why_not(place: Mapping[str, str], stated: str) -> str:
    """A facility is one of the directory; what the directory does not have is another place, in words."""
    return "no_facility" if PLACE in place and stated == FACILITY else ""


def _kind(place: Mapping[str, str], stated: str) -> str:
    if KEY in place:
        return stated if stated in WITHIN else FACILITY
    return stated or ELSEWHERE


@dataclass(frozen=True)
class _Since:
    """From when: "2026-11-20" or "2026-11-20T14:30" on the clock of the place, and which answers say so; or why not."""

    value: str = ""
    paths: tuple[str, ...] = ()
    why: str = ""


def _since(held: Held, here: Parted, place: Mapping[str, str], days: Mapping[str, date]) -> _Since:
    """Where nobody knows since when, the day of the answer: since then at the latest."""
    zone = ZoneInfo(held.place_zones.get(place.get(KEY, ""), held.zone))
    if "starts_at" in here:
        part = here["starts_at"]
        return _Since(part.value, (part.path,), why_no_time(part.value, zone, held.now))
    first = here.get("facility") or here["kind"]
    return _Since(days.get(first.path, held.today).isoformat(), (first.path,))


def why_no_time(stored: str, zone: ZoneInfo, now: datetime) -> str:
    """Why this cannot have begun: the clock skipped the time, or it is ahead. Empty where it can."""
    day, at = moment(stored)
    try:
        begins = clocks.instant(day, at or time.min, zone, later=False)
    except clocks.NoSuchTime:
        return "skipped" if at else ""
    return "ahead" if begins > now else ""


def moment(stored: str) -> tuple[date, time | None]:
    """The day and, where it is known, the time of a stored "datetime"."""
    day, _t, clock = stored.partition("T")
    return date.fromisoformat(day), time.fromisoformat(clock) if clock else None


# --- Places before


def _before(
    held: Held, before: Sequence[tuple[str, Parted]], here: Parted, now: Row | None
) -> list[Row]:  # fmt: skip
    """All of them or none: who was where in between is guessed by nobody."""
    why = _why_none(held, before, here, now)
    ordered = sorted(before, key=lambda one: one[1]["starts_at"].value) if not why else list(before)
    rows = []
    for at, (key, one) in enumerate(ordered):
        if why:
            rows.append(Row(key, "stint", tuple(kept(name, why, part.value, part.path) for name, part in one.items())))
            continue
        follows = ordered[at + 1][1]["starts_at"].value if at + 1 < len(ordered) else here["starts_at"].value
        rows.append(_earlier(key, one, follows))
    return rows


def _earlier(key: str, one: Parted, follows: str) -> Row:
    cells = [Cell(name, Fate.NEW, None, one[name].value, (one[name].path,)) for name in (KEY, "starts_at")]
    if "ends_at" in one:  # a place ends where the next begins
        ends = one["ends_at"]
        same = ends.value[:10] == follows[:10]
        cells.append(
            Cell("ends_at", Fate.SAME, follows, ends.value, (ends.path,))
            if same
            else kept("ends_at", "gap", ends.value, ends.path)
        )
    given: dict[str, Any] = {"kind": _kind(one[KEY].value, ""), "source": "other"}
    return Row(key, "stint", tuple(cells), given=given)


def _why_none(held: Held, before: Sequence[tuple[str, Parted]], here: Parted, now: Row | None) -> str:
    """Why the places before are not written; empty where they can be."""
    if held.stay is not None or held.was_held:
        return "history_on_file"
    if now is None or not now.of_fate(Fate.NEW) or "starts_at" not in here:
        return "no_place_now"
    if any(KEY not in one or "starts_at" not in one for _key, one in before):
        return "no_day"
    begins = [*sorted(one["starts_at"].value for _key, one in before), here["starts_at"].value]
    days = [begin[:10] for begin in begins]
    if days != sorted(set(days)):
        return "no_order"
    zone = ZoneInfo(held.zone)
    if any(why_no_time(one["starts_at"].value, zone, held.now) for _key, one in before):
        return "no_order"
    return ""
