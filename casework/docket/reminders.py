"""Reminders to staff: planning them, giving each to the outbox when it is due, and saying why one is not sent.

A reminder is planned as a row, once for what it is about, its instant, member, channel and distance, so that planning
again changes nothing. When it is due it becomes a letter in the transaction in which its row says so. From there on the
outbox sees to it that no letter is sent twice (`notifications.actions`).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy

from casework.access.context import on_duty
from casework.docket import planning
from casework.docket.models.kinds import HearingKind, Medium
from casework.docket.models.reminders import Reminder, ReminderKind, ReminderState, Why
from casework.docket.planning import Standing
from casework.docket.wording import in_words
from casework.look.zones import date_in_words
from casework.notifications import letters, readers
from casework.notifications.letters import Letter
from casework.notifications.readers import Member

DUTY, PLAN = "reminders", "docket.plan_reminders"
WANTED = ("kind", "about", "organization_id", "at", "membership_id", "minutes")
FACTS = ("state", "at", "time_zone", "what", "medium", "court", "reference", "case_id", "bare", "members")
LETTERS = {
    ReminderKind.HEARING: "hearing_reminder", ReminderKind.DEADLINE: "deadline_near", ReminderKind.DIGEST: "morning",
}  # fmt: skip
AT_ONCE = 500
LATER = timedelta(minutes=1)  # nearer to now, it is another process that was faster
_times = lazy(in_words, str)


@dataclass(frozen=True)
class Facts:
    """What a reminder may say: no name. `members` are who is responsible now."""

    state: str
    at: datetime
    time_zone: str
    what: str
    medium: str
    court: str
    reference: str
    case_id: uuid.UUID
    bare: bool
    members: list[uuid.UUID]


def plan(now: datetime, only: Iterable[uuid.UUID] | None = None) -> int:
    """Plans what has no row yet, of some hearings or of everything that is near; how many rows.

    With `only`, what is planned of these and is not due any more is dropped at once, too.
    """
    by_sweep = only is None
    chosen = None if only is None else list(only)
    with on_duty(DUTY):
        rows = [
            Reminder(
                kind=kind, about=about, organization_id=organization, at=at, membership_id=member, minutes=before,
                due_at=due_at, by_sweep=by_sweep, planned_at=now,
            )
            for kind, about, organization, at, member, minutes in _asked(WANTED, "reminders_wanted(%s)", chosen)
            for before, due_at in planning.due(at, now, minutes)
        ]  # fmt: skip
        planned = _add(rows)
        for row in Reminder.objects.filter(about__in=chosen, state=ReminderState.PLANNED) if chosen else ():
            if why := _why(row, now):
                _drop(row, why, now)
    return planned


def plan_digests(now: datetime) -> int:
    """A summary for everybody whose morning it is; how many."""
    with on_duty(DUTY):
        rows = [
            Reminder(
                kind=ReminderKind.DIGEST, about=member, organization_id=organization, at=at, membership_id=member,
                minutes=0, due_at=now, planned_at=now,
            )
            for member, organization, at in _asked(("membership_id", "organization_id", "at"), "digests_wanted()")
        ]  # fmt: skip
        return _add(rows)


def hand_over_due(now: datetime) -> int:
    """Gives every reminder that is due to the outbox, or drops it; how many were looked at, at most 500."""
    with on_duty(DUTY):
        take_up(now)
        due = Reminder.objects.filter(state=ReminderState.PLANNED, due_at__lte=now).order_by("due_at", "pk")
        ids = list(due.values_list("pk", flat=True)[:AT_ONCE])
    for pk in ids:
        hand_over(pk, now)
    return len(ids)


def take_up(now: datetime) -> None:
    """Plans again what was dropped later than now, by a clock that has been put back since. On the errand."""
    dropped = Reminder.objects.filter(state=ReminderState.DROPPED, settled_at__gt=now + LATER)
    dropped.update(state=ReminderState.PLANNED, why=Why.NONE, settled_at=None)


def hand_over(pk: uuid.UUID, now: datetime) -> None:
    """One reminder, in one transaction: its letter stands in the outbox if, and only if, its row says so.

    Another worker that is at it already is not waited for.
    """
    with transaction.atomic():
        with on_duty(DUTY):
            locked = Reminder.objects.select_for_update(skip_locked=True)
            row = locked.filter(pk=pk, state=ReminderState.PLANNED).first()
            if row is None:
                return
            if why := _why(row, now) or _overtaken(row, now):
                _drop(row, why, now)
                return
            facts = _told(row, now)
        if facts is None:
            with on_duty(DUTY):
                _drop(row, Why.NOTHING, now)
            return
        with on_duty("letters"):
            to = readers.member(row.membership_id)
            message = to and letters.post(_letter(row, to, facts), once=f"reminder {row.pk}", about=row.pk)
        with on_duty(DUTY):
            changed = {"state": ReminderState.HANDED, "message_id": message} if message else _dropped(Why.GONE)
            Reminder.objects.filter(pk=row.pk).update(settled_at=now, **changed)


def _letter(row: Reminder, to: Member, facts: dict[str, Any]) -> Letter:
    """The reader's own time stands beside the court's where the two clocks differ."""
    here = facts.get("here")
    if here is not None and here.astimezone(ZoneInfo(to.reader.time_zone)).utcoffset() == here.utcoffset():
        facts = {name: value for name, value in facts.items() if name != "here"}
    return Letter(LETTERS[ReminderKind(row.kind)], to.reader, {"organization": to.organization, **facts})


def not_due(about: uuid.UUID) -> str:
    """Why the letter of a reminder is not to be sent any more; empty while it is (`wiring.STILL_DUE`)."""
    with on_duty(DUTY):
        row = Reminder.objects.filter(pk=about).first()
        return _why(row, timezone.now()) if row else Why.GONE


def _why(row: Reminder, now: datetime) -> str:
    if row.kind == ReminderKind.DIGEST:  # yesterday's summary is no summary
        return Why.BEGUN if (now - row.at).days >= 1 else ""
    facts = _facts(row)
    begins = row.kind == ReminderKind.HEARING
    standing = Standing(facts.state, facts.at, frozenset(facts.members), begins) if facts else None
    why = planning.not_due(standing, at=row.at, member=row.membership_id, now=now)
    return why or (Why.UNCHOSEN if begins and not _is_chosen(row) else "")


def _is_chosen(row: Reminder) -> bool:
    """Whether the member still wants to be told so long before."""
    wanted = _asked(("membership_id", "minutes"), "reminders_wanted(%s)", [row.about])
    return any(member == row.membership_id and row.minutes in minutes for member, minutes in wanted)


def _overtaken(row: Reminder, now: datetime) -> str:
    same = Reminder.objects.filter(about=row.about, at=row.at, membership_id=row.membership_id, kind=row.kind)
    due = same.filter(state=ReminderState.PLANNED, due_at__lte=now).values_list("minutes", flat=True)
    return Why.LATER_ONE if planning.is_overtaken(row.minutes, due) else ""


def _facts(row: Reminder) -> Facts | None:
    found = _asked(FACTS, "reminder_facts(%s, %s)", row.kind, row.about)
    return Facts(*found[0]) if found else None


def _told(row: Reminder, now: datetime) -> dict[str, Any] | None:
    """What the letter says; nothing for a summary that would say nothing."""
    if row.kind == ReminderKind.DIGEST:
        return _digest(row)
    facts = _facts(row)
    if facts is None:
        return None
    case = f"{settings.PUBLIC_URL}{reverse('case', args=[facts.case_id])}"
    about: dict[str, Any] = {"reference": facts.reference, "link": case, "choose": _page("reminders")}
    if row.kind == ReminderKind.DEADLINE:
        return about | {"day": lazy(date_in_words, str)(facts.at.astimezone(ZoneInfo(facts.time_zone)))}
    return about | {
        "when": _times(facts.at, facts.time_zone),
        "what": HearingKind(facts.what).label,
        "medium": Medium(facts.medium).label,
        "court": facts.court,
        "bare": facts.bare,
        "here": facts.at.astimezone(ZoneInfo(facts.time_zone)),
    }


def _digest(row: Reminder) -> dict[str, Any] | None:
    found = _asked(("kind", "at", "time_zone", "due", "reference", "bare"), "digest(%s, %s)", row.membership_id, row.at)
    hearings = [one for one in found if one[0] == "hearing"]
    days: list[date] = [one[3] for one in found if one[0] == "deadline"]
    if not found:
        return None
    today = timezone.localdate(row.at, _zone_of(row))
    return {
        "hearings": [(_times(at, zone), reference) for _kind, at, zone, _due, reference, _bare in hearings],
        "bare": sum(bare for *_rest, bare in hearings),
        "overdue": sum(day < today for day in days),
        "near": sum(day >= today for day in days),
        "link": _page("today"),
        "choose": _page("reminders"),
    }


def _zone_of(row: Reminder) -> ZoneInfo:
    with on_duty("letters"):
        to = readers.member(row.membership_id)
    return ZoneInfo(to.reader.time_zone if to else "UTC")


def _page(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def _add(rows: list[Reminder]) -> int:
    """Those that were not there; how many."""
    keys = [row.pk for row in rows]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    return Reminder.objects.filter(pk__in=keys).count()


def _drop(row: Reminder, why: str, now: datetime) -> None:
    Reminder.objects.filter(pk=row.pk, state=ReminderState.PLANNED).update(settled_at=now, **_dropped(why))


def _dropped(why: str) -> dict[str, str]:
    return {"state": ReminderState.DROPPED, "why": why}


def _asked(columns: tuple[str, ...], call: str, *values: Any) -> list[Any]:
    """What a function of the database answers on this errand."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM ctx.{call}", list(values))  # noqa: S608 (our own names)
        return list(cursor.fetchall())
