"""Searching the audit of an organization: who, what, when, on what ground. What lines keep sealed is never opened."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor
from casework.access.rules import ORGANIZATION
from casework.audit import actions as audit
from casework.audit.models import Entry
from casework.cases.models import Case

SHORT = 8  # hexadecimal digits of an id, as pages show it
LISTED = ".listed"
REFUSED = ("refused", "signin.refused")


@dataclass(frozen=True)
class Asked:
    """What is searched for; nothing is everything. Days are the reader's, both included."""

    member: uuid.UUID | None = None
    verb: str = ""
    since: date | None = None
    until: date | None = None
    case: uuid.UUID | None = None
    only_lists: bool = False
    refusals: bool = False
    names: tuple[str, ...] = field(default=(), compare=False)  # of the filters in use, for the line


def found(actor: Actor, asked: Asked) -> QuerySet[Entry]:
    """The lines of the actor's organization. Raises PermissionDenied for all but its administrators."""
    acts.may(actor, "audit.searched")
    condition = Q(organization_id=actor.organization)
    if asked.member:
        condition &= Q(actor_id=asked.member)
    if asked.verb:
        condition &= Q(verb=asked.verb)
    if asked.since:
        condition &= Q(at__gte=_begins(asked.since))
    if asked.until:
        condition &= Q(at__lt=_begins(asked.until + timedelta(days=1)))
    if asked.refusals:
        condition &= Q(verb__in=REFUSED)
    if asked.case:
        listed = Q(object_ids__contains=[asked.case])
        condition &= listed & Q(verb__endswith=LISTED) if asked.only_lists else listed | _about(actor, asked.case)
    return Entry.objects.filter(condition).defer("detail")


def note(actor: Actor, verb: str, asked: Asked) -> None:
    """Writes that somebody searched or exported: by which filters, and for which case."""
    acts.may(actor, verb)
    ids = (asked.case,) if asked.case else ()
    about = audit.What(actor.organization, Entry._meta.label_lower, ids=ids)
    audit.write(acts.who(actor), verb, about, fields=asked.names, basis=ORGANIZATION)


def case_called(actor: Actor, text: str) -> uuid.UUID | None:
    """The case that a reference, an id or the short form of one names; None for no case, and for more than one.

    References are known of cases that the actor sees; ids are those that stand in the lines.
    """
    typed = text.strip().lower()
    try:
        if len(typed) > SHORT:
            return uuid.UUID(typed)
        low, high = uuid.UUID(hex=typed.ljust(32, "0")), uuid.UUID(hex=typed.ljust(32, "f"))
    except ValueError:
        called: uuid.UUID | None = (
            Case.objects.ours(actor).filter(reference__iexact=typed).values_list("pk", flat=True).first()
        )
        return called
    known = Entry.objects.filter(organization_id=actor.organization, case_id__gte=low, case_id__lte=high)
    ids = list(known.order_by().values_list("case_id", flat=True).distinct()[:2]) if len(typed) == SHORT else []
    return ids[0] if len(ids) == 1 else None


def references(actor: Actor, ids: Iterable[Any]) -> dict[uuid.UUID, str]:
    """Of these ids, the cases of the organization that the actor sees, with their references."""
    wanted = {one for one in ids if one}
    return dict(Case.objects.ours(actor).filter(pk__in=wanted).values_list("pk", "reference")) if wanted else {}


def short(one: uuid.UUID | None) -> str:
    """The beginning of an id, enough to tell cases apart."""
    return one.hex[:SHORT] if one else ""


def _about(actor: Actor, case: uuid.UUID) -> Q:
    """What is about the case, or about its person alone."""
    of_case = Entry.objects.filter(organization_id=actor.organization, case_id=case, file_id__isnull=False)
    people = list(of_case.order_by().values_list("file_id", flat=True).distinct())
    return Q(case_id=case) | Q(object_id=case) | Q(case_id=None, file_id__in=people)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
