"""What the custody tab of a case shows: stays drawn to scale, their table, what hangs on the place and on the court."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access.actor import Actor
from casework.cases.actions.tasks import says
from casework.cases.models import Case, Task
from casework.custody import corrections, follow_ups, looks, places, rules
from casework.custody.models import CourtOnFile, Kind, Stay, Stint
from casework.desk.case import custody_words
from casework.look import dates
from casework.vault.fields import Locked

TONES = {Kind.FACILITY: "", Kind.HOLD_ROOM: "amber", Kind.HOSPITAL: "violet", Kind.IN_TRANSIT: "lost",
         Kind.NOT_LOCATED: "lost", Kind.ELSEWHERE: "violet"}  # fmt: skip
WIDTH, LONG = 100.0, 15.0  # per cent; a bar as wide as that has room for a name
OLD_DAYS = 7


@dataclass(frozen=True)
class Row:
    """A stint as the table and the drawing name it. `gap_after` when nobody knows what followed.

    `until_zone` is the clock on which its end is said: that of the place that follows.
    """

    number: int
    stint: Stint
    name: str
    days: int
    tone: str
    until_zone: str
    gap_after: bool = False


@dataclass(frozen=True)
class Shape:
    """A piece of the drawing, in per cent of its width. `row` is None for a gap."""

    x: float
    width: float
    label: str
    number: int
    tone: str
    title: str


@dataclass(frozen=True)
class Drawn:
    """One stay: its rows, its shapes, the days under it, and the strip of the court on file."""

    stay: Stay
    rows: list[Row]
    shapes: list[Shape] = field(default_factory=list)
    marks: list[tuple[float, str]] = field(default_factory=list)
    court: tuple[float, float] | None = None
    days: int = 0


def name_of(stint: Stint) -> str:
    """The place of a stint, as its reader may see it."""
    if stint.facility:
        return stint.facility.name
    words = stint.place
    if isinstance(words, Locked):
        return words
    return str(words or Kind(stint.kind).label)


def drawn(actor: Actor, stay: Stay, court: CourtOnFile | None, zone: ZoneInfo, now: datetime) -> Drawn:
    """A stay to scale, from book-in until its end or now; its days are those of the organization's calendar."""
    end = stay.ended_at or now
    rows = _rows(looks.stints(actor, stay), end)
    spans = [rules.Span(row.stint.starts_at, row.stint.ends_at, row.number) for row in rows]
    bars = rules.bars(spans, starts=stay.began_at, ends=end, width=WIDTH)
    shapes = [_shape(bar, rows) for bar in bars]
    marks = [(share * WIDTH, dates.month_day(day)) for share, day in rules.marks(stay.began_at, end, zone)]
    return Drawn(stay, rows, shapes, marks, _strip(stay, court, zone, end), rules.days_between(stay.began_at, end))


def _rows(stints: list[Stint], end: datetime) -> list[Row]:
    found = []
    for number, one in enumerate(stints, start=1):
        after = stints[number] if number < len(stints) else None
        until = one.ends_at or end
        reached = after.starts_at if after else end
        days, tone = rules.days_between(one.starts_at, until), TONES[Kind(one.kind)]
        found.append(Row(number, one, name_of(one), days, tone, corrections.end_zone(one, after), until < reached))
    return found


def _shape(bar: rules.Bar, rows: list[Row]) -> Shape:
    if bar.what is None:
        days = _days(bar.days)
        return Shape(bar.x, bar.width, _("gap") if bar.width >= LONG / 2 else "", 0, "gap", f"{_('Not known')}, {days}")
    row = rows[bar.what - 1]
    title = f"{row.name}, {_days(bar.days)}"
    return Shape(bar.x, bar.width, title if bar.width >= LONG else "", row.number, row.tone, title)


def _days(number: int) -> str:
    return _("1 day") if number == 1 else _("%(number)s days") % {"number": number}


def _strip(stay: Stay, court: CourtOnFile | None, zone: ZoneInfo, end: datetime) -> tuple[float, float] | None:
    """From where to where the court on file stands under the drawing: where it begins, and how wide."""
    if court is None:
        return None
    since = datetime.combine(court.since, datetime.min.time(), tzinfo=zone)
    found = rules.bars([rules.Span(max(since, stay.began_at), end, 1)], starts=stay.began_at, ends=end, width=WIDTH)
    bar = next((one for one in found if one.what == 1), None)
    return (bar.x, bar.width) if bar and since < end else None


def context(actor: Actor, case: Case) -> dict[str, Any]:
    """All that the tab shows, but for the header of the case."""
    zone, now = ZoneInfo(looks.zone(actor, case)), timezone.now()
    court, all_stays = looks.court(actor, case), looks.stays(actor, case)
    stays = [drawn(actor, one, court, zone, now) for one in reversed(all_stays)]
    current = next((one for one in stays if one.stay.is_open), None)
    last = current.rows[-1] if current and current.rows else None
    found: dict[str, Any] = {
        "stays": stays, "current": current, "last": last, "court": court, "now": now, "zone": zone.key,
        "is_old": bool(current and rules.days_between(current.stay.confirmed_at, now) >= OLD_DAYS),
        "checks": looks.checks(actor, current.stay, most=5) if current else [],
    }  # fmt: skip
    if last is None or current is None:
        return found
    before = looks.known_before(actor, case, last.stint)
    return (
        found
        | hangs(actor, case, places.of_stint(before), places.of_stint(last.stint), court=court)
        | {"tasks": opened_by(actor, case, last.stint)}
    )


def hangs(
    actor: Actor, case: Case, before: rules.Place | None, now: rules.Place | None, *, court: CourtOnFile | None,
    source: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What hangs on the place and on the court, as it was and as it is."""
    if now is None:
        return {}
    move = follow_ups.move_of(actor, case, before=before, now=now, source=source, told=False)
    day = follow_ups.today(actor, case)
    return {
        "on_place": custody_words.on_place(move, day),
        "on_court": custody_words.on_court(court, now),
        "has_before": before is not None,
        "reversed": move.bond_reversed,
    }


@dataclass(frozen=True)
class Opened:
    """A task that the last move opened, in words."""

    task: Task
    says: str


def opened_by(actor: Actor, case: Case, stint: Stint) -> list[Opened]:
    """The tasks that the move to this place opened, open ones first."""
    contacts = follow_ups.marks(actor, case, stint)
    rows = Task.objects.visible_to(actor).filter(case=case, cause__in=[stint.pk, *contacts], dropped=False)
    found = [Opened(one, says(one)) for one in rows.select_related("case").order_by("due_on", "rule")]
    return sorted(found, key=lambda one: one.task.done_at is not None)
