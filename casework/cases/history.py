"""What was done and seen in a case: its lines of the audit, as far as the actor sees into it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from casework.access import acts, rules
from casework.access.actor import Actor
from casework.audit.models import Entry
from casework.cases import reach
from casework.cases.models import Case
from casework.cases.pages import Page, page

SIZE, DAYS = 25, 14
# Looks at a case's pages that ask nothing of it, and refusals, belong to the audit search.
LOOKED = (
    "case.viewed", "case.access_viewed", "case.history_viewed", "case.printed", "person.revealed", "contact.revealed",
    "consent.printed",
)  # fmt: skip
EXPORTED = ".exported"
MERGES = ("person.merged", "person.parted")


@dataclass(frozen=True)
class Looks:
    """What one person looked at on one day, in the reader's zone.

    `often` counts pages; `bases` and `verbs` are each named once.
    """

    day: date
    name: str
    organization_id: uuid.UUID | None
    user_id: uuid.UUID | None
    first: datetime
    last: datetime
    often: int
    bases: list[str]
    verbs: list[str]


@dataclass(frozen=True)
class DaysOfLooks:
    """Whole days, the newest first, and the query strings of those before and after."""

    rows: list[Looks]
    newer: str = ""
    older: str = ""


def lines(actor: Actor, case: Case) -> QuerySet[Entry]:
    """Every line about the case, and about its person alone, in all files that were merged.

    The policies of the database say the same. Raises PermissionDenied for whoever may not read them, and for other
    organizations with whom it is shared.
    """
    acts.may(actor, "case.history_viewed", case)
    tier = reach.of(actor).reads_up_to(case)
    found = (Q(case_id=case.pk) | Q(case_id=None, file_id=case.person_id)) & Q(tier__lte=tier)
    others = [one for one in case.person.files if one != case.person_id]
    for one in others:
        found |= Q(case_id=None, file_id=one, tier__lte=reach.of(actor).person_tier(one))
    if others:  # the survivor's line says it, and more
        found &= ~Q(verb__in=MERGES, detail=None)
    return Entry.objects.filter(found, organization_id=case.organization_id)


def activity(actor: Actor, case: Case, asked: Mapping[str, str]) -> Page[Entry]:
    """What was done, newest first."""
    return page(lines(actor, case).filter(verb__in=rules.ACTS), asked, by="at", size=SIZE)


def looks(actor: Actor, case: Case, asked: Mapping[str, str]) -> DaysOfLooks:
    """Who looked, by person and day; `asked` names the day before which (`older`) or after which (`newer`) to look."""
    seen = lines(actor, case).filter(Q(verb__in=LOOKED) | Q(verb__endswith=EXPORTED))
    seen = seen.annotate(day=TruncDate("at", tzinfo=timezone.get_current_timezone()))
    days, newer, older = _days(seen, asked)
    if not days:
        return DaysOfLooks([])
    grouped: Any = (
        seen.filter(at__gte=_begins(days[-1]), day__lte=days[0])
        .values("day", "user_id", "actor_name", "actor_organization_id")
        .annotate(
            first=Min("at"), last=Max("at"), often=Count("request_id", distinct=True),
            bases=ArrayAgg("basis", distinct=True), verbs=ArrayAgg("verb", distinct=True),
        )
        .order_by("-day", "-last")
    )  # fmt: skip
    return DaysOfLooks([_row(one) for one in grouped], newer, older)


def _days(seen: Any, asked: Mapping[str, str]) -> tuple[list[date], str, str]:
    """The days of a page, newest first, with the ways to those before and after."""
    days = seen.order_by().values_list("day", flat=True).distinct()
    if (after := _day(asked.get("newer", ""))) is not None:
        found = list(days.filter(day__gt=after).order_by("day")[: DAYS + 1])
        shown = found[:DAYS][::-1]
        if len(shown) == DAYS:
            return shown, f"?newer={shown[0]}" if len(found) > DAYS else "", f"?older={shown[-1]}"
    before = _day(asked.get("older", ""))
    rest = days if before is None else days.filter(at__lt=_begins(before))
    found = list(rest.order_by("-day")[: DAYS + 1])
    shown = found[:DAYS]
    newer = f"?newer={shown[0]}" if before and shown else ""
    return shown, newer, f"?older={shown[-1]}" if len(found) > DAYS else ""


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(text: str) -> date | None:
    """Raises nothing: an address that somebody changed leads to the first page."""
    try:
        found = date.fromisoformat(text)
        _begins(found)
    except (ValueError, OverflowError):
        return None
    return found if found.year > 1 else None


def _row(one: dict[str, Any]) -> Looks:
    names = {"name": one.pop("actor_name"), "organization_id": one.pop("actor_organization_id")}
    return Looks(**one, **names)
