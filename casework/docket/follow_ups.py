"""What changes elsewhere ask of deadlines: tasks with the dates that would count now. No date changes by itself.

A person adds, changes or drops a deadline: whether a rule counts after a release, or after a hearing was moved, is a
lawyer's decision, and a date that nobody chose would be taken for one.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.cases.actions import drop_task, open_task
from casework.cases.models import Case, Task
from casework.custody import looks as custody
from casework.custody.models import Stay, Stint
from casework.custody.rules import LEFT_THE_COUNTRY
from casework.docket import looks
from casework.docket.book import Book, open_book
from casework.docket.counting.facts import Facts, day_of
from casework.docket.models import Deadline, Hearing, RuleSignOff
from casework.docket.models.deadlines import DeadlineState
from casework.docket.models.kinds import HearingKind, HearingState
from casework.people.models import Person

RELEASED, AR11, FILING, DETAINED = "docket.released", "docket.ar11", "docket.filing", "docket.detained"
MOVED, RULE = "docket.hearing_moved", "docket.rule_changed"
OF_CUSTODY = (RELEASED, AR11, FILING, DETAINED)
GONE = LEFT_THE_COUNTRY | {"deceased"}
GOES_ON = ("enquiry", "screening", "offered", "active", "closing")
AR11_RULE, FILING_RULE = "ar11_10", "ij_individual_filing_30"


def released(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to a release: the address, filings before hearings and what was counted are looked at."""
    stay = happened.thing
    if not isinstance(stay, Stay) or stay.ended_at is None:
        return
    for case in _cases(actor, stay):
        day = timezone.localdate(stay.ended_at, ZoneInfo(custody.zone(actor, case)))
        if stay.reason not in GONE:
            _after_release(actor, case, stay, day)


def _after_release(actor: Actor, case: Case, stay: Stay, day: date) -> None:
    book = open_book()
    on = {"day": day.isoformat()}
    # Whoever records the release may see no deadline: what the case shows at a glance says that there is one.
    if case.next_deadline_on or looks.of_case(actor, case, Deadline).filter(state=DeadlineState.OPEN).exists():
        open_task(actor, case, rule=RELEASED, due_on=day, cause=stay.pk, values=on)
    if due := _date(book, AR11_RULE, day):
        open_task(actor, case, rule=AR11, due_on=due, cause=stay.pk, values=on | {"due": due.isoformat()})
    for hearing in _ahead(actor, case):
        if due := _date(book, FILING_RULE, hearing.on):
            values = {"hearing": hearing.on.isoformat(), "due": due.isoformat()}
            open_task(actor, case, rule=FILING, due_on=due, cause=hearing.pk, values=values)


def booked(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to a book-in: the judge sets the dates of filings now."""
    stint = happened.thing
    if not isinstance(stint, Stint):
        return
    for case in _cases(actor, stint):
        zone = ZoneInfo(custody.zone(actor, case))
        day = timezone.localdate(stint.starts_at, zone)
        for hearing in _ahead(actor, case):
            values = {"day": day.isoformat(), "hearing": hearing.on.isoformat()}
            open_task(actor, case, rule=DETAINED, due_on=timezone.localdate(timezone.now(), zone), cause=hearing.pk,
                      values=values)  # fmt: skip


def custody_undone(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to taking something back about custody: what it asked of deadlines is asked no more."""
    row = happened.thing
    if not isinstance(row, Stay | Stint):
        return
    for case in _cases(actor, row):
        for task in Task.objects.visible_to(actor).filter(case=case, rule__in=OF_CUSTODY, done_at=None):
            drop_task(actor, case, task=task)


def hearing_moved(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to hearings that are changed, adjourned or off: open deadlines counted from one are to be counted again."""
    hearing = happened.thing
    if not isinstance(hearing, Hearing):
        return
    rows = Deadline.objects.visible_to(actor).filter(hearing_id=hearing.pk, withdrawn=False, state=DeadlineState.OPEN)
    row = rows.exclude(trigger_on=hearing.on).select_related("case").first()
    if hearing.state != HearingState.SCHEDULED:
        row = rows.select_related("case").first()
    if row is not None and acts.allowed(actor, "task.opened", row.case):
        was = (row.trigger_on or hearing.on).isoformat()
        open_task(actor, row.case, rule=MOVED, due_on=_today(actor, row.case), cause=hearing.pk, values={"day": was})


def signed_off(actor: Actor, happened: Happened[Any]) -> None:
    """Wired to an attorney's sign-off: open deadlines by an older version of the rule are to be looked at again.

    Dates stay as they are. The sign-off is where somebody of the organization answers for the new version; until then
    pages say at each such deadline that its rule has changed.
    """
    row = happened.thing
    if not isinstance(row, RuleSignOff):
        return
    for one in outdated(actor, row.rule.rule):
        if acts.allowed(actor, "task.opened", one.case):
            values = {"day": row.rule.loaded_on.isoformat(), "due": one.keep_on.isoformat() if one.keep_on else ""}
            open_task(actor, one.case, rule=RULE, due_on=_today(actor, one.case), cause=one.pk, values=values)


def outdated(actor: Actor, rule: str) -> Iterator[Deadline]:
    """Open deadlines that an older version of this rule counted."""
    rows = Deadline.objects.visible_to(actor).filter(
        withdrawn=False, state=DeadlineState.OPEN, rule_version__rule=rule, rule_version__superseded_on__isnull=False
    )
    yield from rows.select_related("case", "rule_version").order_by("keep_on", "pk")


def _cases(actor: Actor, row: Any) -> list[Case]:
    """The person's cases that go on, where the actor may open tasks."""
    person = Person.objects.visible_to(actor).filter(pk=row.person_id).first()
    if person is None:
        return []
    rows = Case.objects.visible_to(actor).filter(person_id__in=person.files, stage__in=GOES_ON)
    return [one for one in rows.select_related("person") if acts.allowed(actor, "task.opened", one)]


def _ahead(actor: Actor, case: Case) -> list[Hearing]:
    rows = looks.of_case(actor, case, Hearing).filter(kind=HearingKind.INDIVIDUAL, state=HearingState.SCHEDULED)
    return list(rows.filter(starts_at__gt=timezone.now()).order_by("starts_at"))


def _date(book: Book, rule: str, day: date) -> date | None:
    """The date to keep to for somebody who is not held; None where the files have no such rule any more."""
    found = book.compute(book.rules[rule], Facts(on=day, detained=False)).safe if rule in book.rules else None
    return day_of(found) if found else None


def _today(actor: Actor, case: Case) -> date:
    return timezone.localdate(timezone.now(), ZoneInfo(custody.zone(actor, case)))
