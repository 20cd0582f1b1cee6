"""Keeping what links show in step with what happens: wiring calls `follow` when another room has done something."""

import json
import uuid
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.access.context import on_duty
from casework.cases.actions.tasks import open_task
from casework.cases.models import Case
from casework.people.models import Consent, Contact
from casework.portal import messages, rules, words
from casework.portal.models import ERRAND, FamilyLink, FamilyTask, Publication

CALL, TELL = "portal.call_family", "portal.tell_family"


def follow(actor: Actor, happened: Happened[Any]) -> None:
    """Writes anew what is shown of the person whom an act was about; opens a task where a person has to call.

    The facts are read on an errand of the product: whoever acts may see less of the case than its family's page shows.
    """
    person: uuid.UUID | None = getattr(happened.thing, "audit_file_id", None)
    if person is None:
        return
    with on_duty(ERRAND) as errand:
        changed = [(link, rule) for link in _about(person) if (rule := _write(errand, *link))]
    for (link_id, case_id, _organization), rule in changed:
        _ask_to_call(actor, link_id, case_id, rule)


def ticked(actor: Actor, happened: Happened[Any]) -> None:
    """Writes anew what the one link shows on which something was ticked off."""
    task = happened.thing
    if isinstance(task, FamilyTask):
        with on_duty(ERRAND) as errand:
            _write(errand, task.link_id, task.case_id, task.organization_id)


def preview(link: FamilyLink) -> dict[str, Any]:
    """What the link shows, made anew from what stands at this moment."""
    with on_duty(ERRAND):
        return _content(link.pk)


def for_letter(case: Case, consent: Consent) -> dict[str, Any]:
    """What the contact of a consent may be told at this moment; empty where nothing."""
    with on_duty(ERRAND), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.letter_facts(%s, %s)", [consent.pk, case.pk])
        facts = cursor.fetchone()[0]
    return _published(facts) if facts else {}


def _about(person: uuid.UUID) -> list[tuple[uuid.UUID, uuid.UUID, uuid.UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, case_id, organization_id FROM ctx.family_links_about(%s)", [person])
        return list(cursor.fetchall())


def _content(link: uuid.UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.family_facts(%s)", [link])
        return _published(cursor.fetchone()[0])


def _published(facts: Any) -> dict[str, Any]:
    return rules.publish(json.loads(facts) if isinstance(facts, str) else facts, words.shown_statuses())


def _write(errand: Actor, link: uuid.UUID, case: uuid.UUID, organization: uuid.UUID) -> str:
    """The rule by which somebody has to call who had not to before; empty where nobody has."""
    content, now = _content(link), timezone.now()
    rows = Publication.objects.visible_to(errand).filter(link_id=link)
    before = rows.values_list("content", flat=True).first()
    if before is None:
        _insert(link, case, organization, content, now)
    elif before != content:
        rows.update(content=content, written_at=now)
        if rules.is_news(before, content):
            messages.news(link, now)
    asks = {"call": CALL, "ask": TELL}
    return next((rule for name, rule in asks.items() if content.get(name) not in (None, (before or {}).get(name))), "")


def _insert(
    link: uuid.UUID, case: uuid.UUID, organization: uuid.UUID, content: dict[str, Any], now: datetime
) -> None:  # fmt: skip
    row = Publication(organization_id=organization, case_id=case, link_id=link, content=content, written_at=now)
    row.save(force_insert=True)


def _ask_to_call(actor: Actor, link_id: uuid.UUID, case_id: uuid.UUID, rule: str) -> None:
    case = Case.objects.visible_to(actor).filter(pk=case_id).first() if actor.is_staff else None
    if case is None or not acts.allowed(actor, "task.opened", case):
        return
    link = FamilyLink.objects.visible_to(actor).filter(pk=link_id).first()
    contact = Contact.objects.visible_to(actor).filter(pk=link.contact_id).first() if link else None
    values = {"contact": contact.name if contact else ""}
    open_task(actor, case, rule=rule, due_on=timezone.localdate(), cause=link_id, values=values)
