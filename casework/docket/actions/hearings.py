"""Hearings: entering, changing, adjourning, vacating; what came of one that was held stands in `held`.

Times are asked as the paper says them, on the clock of the court (`times.When`).
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases import reach
from casework.cases.actions import finish_task, open_task
from casework.cases.models import Case, Task
from casework.custody.images import Images
from casework.directory.models import Code
from casework.docket import rules, times
from casework.docket.actions import proceedings
from casework.docket.actions.ground import Recorded, changes, different, hold, must_stand, new, settle
from casework.docket.models import Hearing, Proceeding
from casework.docket.models.kinds import HearingState
from casework.docket.times import When

FIELDS = (
    "proceeding", "kind", "medium", "court", "location", "forum", "place", "judge", "minutes", "interpreter",
    "language", "interpreter_name", "appearing", "note",
)  # fmt: skip
GOES_ON = ("proceeding", "medium", "court", "location", "forum", "place", "judge", "interpreter", "language",
           "interpreter_name", "appearing")  # fmt: skip
NEXT_DATE = "docket.next_date"  # the rule of the task to find it out
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Next:
    """When the next hearing is; its kind. All else is as it was at the one that it follows."""

    when: When
    kind: str


@act("hearing.added")
def add(
    actor: Actor, case: Case, *, when: When, values: Mapping[str, Any], after: Hearing | None = None
) -> Happened[Recorded[Hearing]]:
    """Enters a hearing with these values of `FIELDS`; `after` is the one that it follows.

    Without a proceeding it stands in the usual one, which counsel thereby opens where there is none. Raises
    ValidationError at "clock", "which", "day", "court" or "forum".
    """
    hold(actor, case)
    given = {"minutes": rules.usual_minutes(values["kind"])} | {k: v for k, v in values.items() if v is not None}
    _check_place(given)
    moment = times.columns(when)
    _must_be_new(actor, case, given, moment)
    if after is not None:
        _may_follow(actor, case, after)
    opened = None
    if "proceeding" in given:
        must_stand(case, given["proceeding"])
    else:
        given["proceeding"], opened = _proceeding(actor, case, given)
    images, row = Images(), new(actor, case, Hearing, after=after, **given, **moment)
    images.add(row)
    if after is not None:
        _found_out(actor, case, after)
    settle(actor, case)
    line = uuid.uuid4()
    told = {"rows": images.told(), "also": [opened.line] if opened else []} | told_of(row)
    return Happened(Recorded(line, row), thing=row, fields=("hearing",), told=told, line=line)


def change(
    actor: Actor, case: Case, row: Hearing, *, when: When, values: Mapping[str, Any], seen: int
) -> Recorded[Hearing] | None:
    """Writes a hearing anew that nobody has closed; None when nothing differs. What stood before stays in the line.

    Raises ChangedMeanwhile, and ValidationError as `add`.
    """
    acts.may(actor, "hearing.changed", case)
    must_stand(case, row, seen)
    must_be_open(row)
    wanted: dict[str, Any] = {name: values[name] for name in FIELDS if name in values}
    if wanted.get("minutes", 0) is None:
        wanted["minutes"] = rules.usual_minutes(wanted["kind"])
    _check_place(wanted)
    moment = times.columns(when)
    _must_be_new(actor, case, wanted, moment, but=row)
    if wanted.get("proceeding") is None:
        wanted["proceeding"] = _usual(actor, case, wanted["kind"])
    else:
        must_stand(case, wanted["proceeding"])
    written = different(row, wanted | moment)
    found: Recorded[Hearing] | None = _change(actor, case, row, values=written) if written else None
    return found


@act("hearing.changed")
def _change(actor: Actor, case: Case, row: Hearing, *, values: Mapping[str, Any]) -> Happened[Recorded[Hearing]]:
    hold(actor, case)
    images, said = Images(), changes(row, values)
    images.change(row, **values)
    settle(actor, case)
    line = uuid.uuid4()
    return Happened(
        Recorded(line, row), thing=row, changes=said, told={"rows": images.told()} | told_of(row), line=line
    )  # fmt: skip


def adjourn(
    actor: Actor, case: Case, row: Hearing, *, reason: Code, following: Next | None, seen: int
) -> Recorded[Hearing]:
    """Another day is set, or will be: enters the next hearing, or opens the task to find out when it is.

    Raises ChangedMeanwhile, and ValidationError as `add`, or for a hearing that somebody has closed.
    """
    acts.may(actor, "hearing.adjourned", case)
    must_stand(case, row, seen)
    must_be_open(row)
    found: Recorded[Hearing] = _adjourn(actor, case, row, reason=reason, following=following)
    return found


@act("hearing.adjourned")
def _adjourn(
    actor: Actor, case: Case, row: Hearing, *, reason: Code, following: Next | None
) -> Happened[Recorded[Hearing]]:
    hold(actor, case)
    images = Images()
    images.change(row, state=HearingState.ADJOURNED, reason=reason)
    also, tasks = go_on(actor, case, row, following)
    settle(actor, case)
    line = uuid.uuid4()
    told = {"rows": images.told(), "also": also, "tasks": tasks, "reason": str(reason)} | told_of(row)
    return Happened(Recorded(line, row, len(tasks)), thing=row, fields=("hearing", "reason"), told=told, line=line)


def vacate(actor: Actor, case: Case, row: Hearing, *, reason: Code | None, seen: int) -> Recorded[Hearing]:
    """It is off, and no other day is expected. Raises ChangedMeanwhile, and ValidationError for a closed one."""
    acts.may(actor, "hearing.vacated", case)
    must_stand(case, row, seen)
    must_be_open(row)
    found: Recorded[Hearing] = _vacate(actor, case, row, reason=reason)
    return found


@act("hearing.vacated")
def _vacate(actor: Actor, case: Case, row: Hearing, *, reason: Code | None) -> Happened[Recorded[Hearing]]:
    hold(actor, case)
    images = Images()
    images.change(row, state=HearingState.VACATED, reason=reason)
    settle(actor, case)
    line = uuid.uuid4()
    told = {"rows": images.told(), "reason": str(reason or "")} | told_of(row)
    return Happened(Recorded(line, row), thing=row, fields=("hearing", "reason"), told=told, line=line)


def go_on(actor: Actor, case: Case, row: Hearing, following: Next | None) -> tuple[list[uuid.UUID], list[uuid.UUID]]:
    """The next hearing after this one, or the task to find out when it is: the lines and the tasks."""
    if following is not None:
        values = {name: getattr(row, name) for name in GOES_ON} | {"kind": following.kind}
        if following.kind == row.kind:
            values["minutes"] = row.minutes
        done: Recorded[Hearing] = add(actor, case, when=following.when, values=values, after=row)
        return [done.line], []
    zone = ZoneInfo(reach.of(actor).organizations[case.organization_id].time_zone)
    due = timezone.localdate(timezone.now(), zone) + WEEK
    said = {"day": row.on.isoformat(), "court": row.court.name if row.court else row.forum}
    task = open_task(actor, case, rule=NEXT_DATE, due_on=due, cause=row.pk, values=said)
    return [], [task.pk] if task else []


def told_of(row: Hearing) -> dict[str, Any]:
    """Which hearing a line is about, for its readers."""
    where = row.court.name if row.court else row.forum
    return {"hearing": row.kind, "at": f"{row.on.isoformat()}T{row.at:%H:%M}", "zone": row.time_zone, "where": where}


def _proceeding(
    actor: Actor, case: Case, values: Mapping[str, Any]
) -> tuple[Proceeding | None, Recorded[Proceeding] | None]:
    """The open proceeding in which a hearing of this kind stands, or one that is opened for it."""
    standing = _usual(actor, case, values["kind"])
    if standing is not None:
        return standing, None
    kind = rules.usual_proceeding(values["kind"])
    if not kind or values.get("forum") or not acts.allowed(actor, "proceeding.opened", case):
        return None, None
    court = None if kind == rules.USUAL[rules.MASTER][0] else values.get("court")
    opened: Recorded[Proceeding] = proceedings.open_one(actor, case, values={"kind": kind, "court": court})
    return opened.row, opened


def _usual(actor: Actor, case: Case, kind: str) -> Proceeding | None:
    """The open proceeding to which a hearing of this kind belongs."""
    rows = Proceeding.objects.visible_to(actor).filter(case_id=case.pk, ended_on=None, withdrawn=False)
    standing = list(rows.select_related("case").order_by("recorded_at"))
    at = rules.belongs(kind, [one.kind for one in standing])
    return None if at is None else standing[at]


def _check_place(values: Mapping[str, Any]) -> None:
    court, forum = values.get("court"), (values.get("forum") or "").strip()
    if court is None and not forum:
        if values["kind"] == rules.FEDERAL:
            raise ValidationError({"forum": _("Name the federal court.")})
        raise ValidationError({"court": _("Choose the court.")})
    if court is not None and forum:
        raise ValidationError({"forum": _("A hearing is in one court. Leave one of the two empty.")})


def _must_be_new(
    actor: Actor, case: Case, values: Mapping[str, Any], moment: Mapping[str, Any], but: Hearing | None = None
) -> None:
    same = Hearing.objects.visible_to(actor).filter(
        case_id=case.pk, kind=values["kind"], starts_at=moment["starts_at"], state=HearingState.SCHEDULED,
        withdrawn=False,
    )  # fmt: skip
    if same.exclude(pk=but.pk if but else None).exists():
        raise ValidationError({"day": _("This hearing is on file already.")}, code="same")


def must_be_open(row: Hearing) -> None:
    if row.state != HearingState.SCHEDULED:
        words = _("This hearing was closed already. Undo that first, on the activity page.")
        raise ValidationError(words, code="closed")


def _may_follow(actor: Actor, case: Case, after: Hearing) -> None:
    must_stand(case, after)
    if after.state == HearingState.SCHEDULED:
        raise ValidationError(_("Adjourn the hearing before, then enter the next."), code="after")
    if Hearing.objects.visible_to(actor).filter(case_id=case.pk, after_id=after.pk, withdrawn=False).exists():
        raise ValidationError(_("Another hearing follows that one already."), code="after")


def _found_out(actor: Actor, case: Case, after: Hearing) -> None:
    """The date is known: the task to find it out is done."""
    open_ones = Task.objects.visible_to(actor).filter(case=case, rule=NEXT_DATE, cause=after.pk, done_at=None)
    for task in list(open_ones):
        finish_task(actor, case, task=task)
