"""What others did in somebody's cases since they were last here: from the audit's lines, without what those keep."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from casework.access import acts, lock, names, rules, verbs
from casework.access.actor import Actor
from casework.audit.models import Entry
from casework.cases import reach
from casework.cases.models import Case
from casework.cases.morning import cases
from casework.cases.reach import Among, array_of

LONGEST = timedelta(days=14)
HISTORY = "case.history_viewed"  # who may read what others did
LINES = 200  # looked through, the newest
# Who holds a card in the queue of look-ups is no news of the person.
SILENT = frozenset({"check.taken", "check.returned"})


@dataclass(frozen=True)
class News:
    """What became of one case: each act once, in words, the latest first; who did the latest, and when."""

    case: Case
    says: list[str]
    who: str
    at: datetime


def since() -> tuple[datetime, bool]:
    """From when on the news count, and whether that is a visit: when whoever asks was last here on an earlier day.

    A day has one answer, however often somebody comes back in it. Without such a visit, or with one that lies further
    back, 14 days.
    """
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    earliest = timezone.now() - LONGEST
    seen = lock.last_visit(today)
    return (seen, True) if seen and seen > earliest else (earliest, False)


def of(actor: Actor, after: datetime, *, mine: bool) -> list[News]:
    """By case, the latest first, from the last lines after an instant; only one's own cases, where `mine`."""
    condition, seen = Q(organization_id=actor.organization, at__gt=after), cases(actor, mine=mine)
    if mine:
        ids = list(seen.values_list("pk", "person_id"))
        own, files = array_of([pk for pk, _ in ids]), array_of([person for _, person in ids])
        condition &= Q(Among("case_id", own)) | Q(Among("file_id", files), case_id=None)
    else:
        condition &= Q(case_id__isnull=False) | Q(file_id__isnull=False)
    wanted = sorted(rules.ACTS.keys() - SILENT)
    found = Entry.objects.filter(condition, verb__in=wanted).exclude(user_id=actor.user_id)
    lines = list(found.order_by("-at", "pk").defer("detail")[:LINES])
    return _by_case(actor, lines, seen) if lines else []


def _by_case(actor: Actor, lines: list[Entry], seen: Any) -> list[News]:
    """Lines of cases that the actor sees, as far as they see into each; those about a person stand with a case."""
    about = Q(pk__in={one.case_id for one in lines}) | Q(
        person_id__in={one.file_id for one in lines if not one.case_id}
    )
    rows = list(seen.filter(about).order_by("opened_at"))
    of_case, of_person = {row.pk: row for row in rows}, {row.person_id: row for row in rows}
    mine, said = reach.of(actor), names.present(one.user_id for one in lines)
    found: dict[uuid.UUID, News] = {}
    for line in lines:
        case = of_case.get(line.case_id) if line.case_id else of_person.get(line.file_id)
        if case is None or line.tier > mine.reads_up_to(case) or not acts.allowed(actor, HISTORY, case):
            continue
        who = names.both(line.actor_name, line.user_id, said)[0]
        news = found.setdefault(case.pk, News(case, [], who, line.at))
        if (words := verbs.says(line.verb)) not in news.says:
            news.says.append(words)
    return list(found.values())
