"""What the calendar shows: when, then who, then what, then the one thing that is wrong."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.access import acts
from casework.access.actor import Actor
from casework.access.models import Colleague
from casework.cases.models import Case
from casework.desk.calendar.filters import Period
from casework.directory.models.deadlines import Edge
from casework.docket import wording, words
from casework.docket.clashes import Clash, Why
from casework.docket.models import Deadline, Hearing
from casework.docket.models.kinds import HearingState
from casework.look import dates
from casework.people.models import Person

MOST_IN_A_MONTHS_DAY = 3
Trouble = dict[uuid.UUID, list[Clash]]
People = dict[uuid.UUID, Person]


@dataclass(frozen=True)
class Row:
    """A hearing. `attorney` is empty for nobody and for somebody of another organization; `clashes` are sentences.

    `open_to_cover` is a hearing of the reader's own organization that has not begun.
    """

    hearing: Hearing
    name: str
    attorney: str
    court: str
    clashes: list[str]
    open_to_cover: bool

    @property
    def is_bare(self) -> bool:
        """Whether it is ahead and nobody appears."""
        return bare(self.hearing)

    @property
    def is_off(self) -> bool:
        return self.hearing.state in wording.OFF

    @property
    def badge(self) -> str:
        """What became of it, for one that is not ahead any more."""
        over = self.hearing.state != HearingState.SCHEDULED
        return self.hearing.get_state_display() if over else ""


@dataclass(frozen=True)
class Due:
    """A deadline, on the day to keep to."""

    deadline: Deadline
    name: str
    what: str
    is_late: bool


@dataclass(frozen=True)
class Day:
    """A day of the court's calendar; `more` of its hearings are not shown, of which nobody appears at `bare`."""

    day: date
    rows: list[Row]
    due: list[Due]
    more: int = 0
    bare: int = 0
    outside: bool = False
    address: str = ""  # of the day alone

    @property
    def words(self) -> str:
        return dates.day(self.day, short=True)

    @property
    def weekday(self) -> str:
        return dates.weekday(self.day.weekday())


@dataclass(frozen=True)
class Sums:
    """What stands out in what is shown."""

    any: bool = False
    words: list[str] = field(default_factory=list)


def bare(hearing: Hearing) -> bool:
    """Whether a hearing is ahead and nobody appears."""
    return hearing.is_ahead and hearing.appearing_id is None


def people_of(actor: Actor, shown: Iterable[Hearing | Deadline]) -> People:
    """Whom the rows are about. That the names were seen is noted before they leave."""
    cases = {one.case_id: one.case for one in shown}
    if not cases:
        return {}
    acts.note_list(actor, "case.listed", list(cases.values()), ("calendar",))
    return opened(actor, cases.values())


def opened(actor: Actor, cases: Iterable[Case]) -> People:
    """The people of these cases, for a page that notes the look itself."""
    files = {case.person_id for case in cases}
    return Person.objects.visible_to(actor).shown(files) if files else {}


def of(actor: Actor, shown: list[Hearing], trouble: Trouble, people: People) -> dict[uuid.UUID, Row]:
    """Each hearing in words."""
    if not shown:
        return {}
    names, now = dict(Colleague.objects.values_list("pk", "name")), timezone.now()
    return {
        one.pk: Row(
            one,
            people[one.case.person_id].full_name,
            names.get(one.appearing_id, "") if one.appearing_id else "",
            wording.court_of(one),
            [said(one, clash) for clash in trouble.get(one.pk, [])],
            one.organization_id == actor.organization_id and one.is_ahead and one.starts_at > now,
        )
        for one in shown
    }


def due_of(found: list[Deadline], people: People) -> dict[date, list[Due]]:
    """The deadlines of each day."""
    today, by_day = timezone.localdate(), dict[date, list[Due]]()
    for one in found:
        if one.keep_on:
            late = one.edge == Edge.LATEST and one.keep_on < today
            row = Due(one, people[one.case.person_id].full_name, words.title_of(one), late)
            by_day.setdefault(one.keep_on, []).append(row)
    return by_day


def said(hearing: Hearing, clash: Clash) -> str:
    """Why a hearing clashes with another one, whose time is given on the clock of this one."""
    at = clash.other.starts_at.astimezone(hearing.zone)
    words = {"time": dates.clock(at), "day": dates.day(at, short=True), "place": clash.other.called}
    if clash.why == Why.OVERLAP:
        return _("Overlaps with %(time)s, %(place)s") % words if words["place"] else _("Overlaps with %(time)s") % words
    if at.date() != hearing.on:
        return _("Two places in half a day: %(day)s, %(time)s, %(place)s") % words
    return _("Two places in half a day: %(time)s, %(place)s") % words


def days(found: Iterable[Hearing], rows: dict[uuid.UUID, Row], due: dict[date, list[Due]]) -> list[Day]:
    """The days that have something."""
    by_day = _by_day(found)
    return [
        Day(day, [rows[one.pk] for one in by_day.get(day, [])], due.get(day, [])) for day in sorted({*by_day, *due})
    ]


def weeks(
    period: Period, found: list[Hearing], rows: dict[uuid.UUID, Row], due: dict[date, list[Due]],
    way: Callable[[date], str],
) -> list[list[Day]]:  # fmt: skip
    """Every day from the Monday before to the Sunday after, seven in a row; `way` leads to one of them alone."""
    by_day, first = _by_day(found), period.first
    monday = first - timedelta(days=first.weekday())
    many = (period.last - monday).days // 7 + 1
    made = []
    for day in (monday + timedelta(days=n) for n in range(7 * many)):
        hearings = by_day.get(day, [])
        hidden = [one for one in hearings if one.pk not in rows]
        shown, empty = [rows[one.pk] for one in hearings if one.pk in rows], sum(bare(one) for one in hidden)
        outside = not first <= day <= period.last
        made.append(Day(day, shown, due.get(day, []), len(hidden), empty, outside, way(day)))
    return [made[n : n + 7] for n in range(0, len(made), 7)]


def _by_day(found: Iterable[Hearing]) -> dict[date, list[Hearing]]:
    return {day: list(group) for day, group in groupby(found, key=lambda one: one.on)}


def few(found: list[Hearing]) -> list[Hearing]:
    """The first three of each day, those at which nobody appears before the others."""
    shown: list[Hearing] = []
    for _on, group in groupby(found, key=lambda one: one.on):
        chosen = sorted(group, key=lambda one: (not bare(one), one.starts_at))[:MOST_IN_A_MONTHS_DAY]
        shown += sorted(chosen, key=lambda one: (one.starts_at, one.pk))
    return shown


def sums(found: list[Hearing], trouble: Trouble, due: list[Deadline]) -> Sums:
    """How many stand, and what is wrong with them, in words."""
    standing = sum(one.state not in wording.OFF for one in found)
    empty, clash = sum(bare(one) for one in found), sum(one.pk in trouble for one in found)
    said = [
        (standing, ngettext("%(n)s hearing.", "%(n)s hearings.", standing)),
        (empty, ngettext("Nobody appears at %(n)s.", "Nobody appears at %(n)s of them.", empty)),
        (clash, ngettext("%(n)s clashes with another.", "%(n)s clash with another.", clash)),
        (len(due), ngettext("%(n)s deadline.", "%(n)s deadlines.", len(due))),
    ]
    return Sums(bool(found or due), [text % {"n": number} for number, text in said if number])
