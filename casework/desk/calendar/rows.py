"""Hearings as the calendar shows them: time, then who, then what, then the one thing that is wrong."""

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
from casework.docket import wording
from casework.docket.clashes import Clash, Why
from casework.docket.models import Hearing
from casework.docket.models.kinds import HearingState
from casework.look import dates
from casework.people.models import Person

MOST_IN_A_MONTHS_DAY = 3
Trouble = dict[uuid.UUID, list[Clash]]


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
class Day:
    """A day of the court's calendar; `more` of its hearings are not shown, of which nobody appears at `bare`."""

    day: date
    rows: list[Row]
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


def of(actor: Actor, shown: list[Hearing], trouble: Trouble, *, noted: bool = False) -> dict[uuid.UUID, Row]:
    """Each hearing in words. That the names were seen is noted before they leave, unless it was `noted` already."""
    if not shown:
        return {}
    cases = {one.case_id: one.case for one in shown}
    if not noted:
        acts.note_list(actor, "case.listed", list(cases.values()), ("calendar",))
    people = Person.objects.visible_to(actor).shown(case.person_id for case in cases.values())
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


def said(hearing: Hearing, clash: Clash) -> str:
    """Why a hearing clashes with another one, whose time is given on the clock of this one."""
    at = clash.other.starts_at.astimezone(hearing.zone)
    words = {"time": dates.clock(at), "day": dates.day(at, short=True), "place": clash.other.called}
    if clash.why == Why.OVERLAP:
        return _("Overlaps with %(time)s, %(place)s") % words if words["place"] else _("Overlaps with %(time)s") % words
    if at.date() != hearing.on:
        return _("Two places in half a day: %(day)s, %(time)s, %(place)s") % words
    return _("Two places in half a day: %(time)s, %(place)s") % words


def days(found: Iterable[Hearing], rows: dict[uuid.UUID, Row]) -> list[Day]:
    """The days that have hearings."""
    return [Day(day, [rows[one.pk] for one in group]) for day, group in groupby(found, key=lambda one: one.on)]


def weeks(
    first: date, last: date, found: list[Hearing], rows: dict[uuid.UUID, Row], way: Callable[[date], str]
) -> list[list[Day]]:
    """Every day from the Monday before to the Sunday after, seven in a row; `way` leads to one of them alone."""
    by_day = {day: list(group) for day, group in groupby(found, key=lambda one: one.on)}
    monday = first - timedelta(days=first.weekday())
    many = (last - monday).days // 7 + 1
    days = [monday + timedelta(days=n) for n in range(7 * many)]
    made = [_day(day, by_day.get(day, []), rows, way(day), outside=not first <= day <= last) for day in days]
    return [made[n : n + 7] for n in range(0, len(made), 7)]


def _day(day: date, found: list[Hearing], rows: dict[uuid.UUID, Row], address: str, *, outside: bool) -> Day:
    shown = [rows[one.pk] for one in found if one.pk in rows]
    hidden = [one for one in found if one.pk not in rows]
    return Day(day, shown, len(hidden), sum(bare(one) for one in hidden), outside, address)


def few(found: list[Hearing]) -> list[Hearing]:
    """The first three of each day, those at which nobody appears before the others."""
    shown: list[Hearing] = []
    for _on, group in groupby(found, key=lambda one: one.on):
        chosen = sorted(group, key=lambda one: (not bare(one), one.starts_at))[:MOST_IN_A_MONTHS_DAY]
        shown += sorted(chosen, key=lambda one: (one.starts_at, one.pk))
    return shown


def sums(found: list[Hearing], trouble: Trouble) -> Sums:
    """How many stand, and what is wrong with them, in words."""
    standing = sum(one.state not in wording.OFF for one in found)
    empty, clash = sum(bare(one) for one in found), sum(one.pk in trouble for one in found)
    said = [
        (standing, ngettext("%(n)s hearing.", "%(n)s hearings.", standing)),
        (empty, ngettext("Nobody appears at %(n)s.", "Nobody appears at %(n)s of them.", empty)),
        (clash, ngettext("%(n)s clashes with another.", "%(n)s clash with another.", clash)),
    ]
    return Sums(bool(found), [words % {"n": number} for number, words in said if number])
