"""Opens the tasks that the rules ask for, with the words' values filled in."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from casework.access.actor import Actor
from casework.access.acts import Happened
from casework.access.versions import Versioned
from casework.cases.actions import drop_task, open_task
from casework.cases.models import Case, Task
from casework.custody import law, looks, places, rules
from casework.custody.models import Stint
from casework.people import consents
from casework.people.models import Consent, Contact, Person


def today(actor: Actor, case: Case) -> date:
    """The day of the calendar of the case's organization."""
    return timezone.localdate(timezone.now(), ZoneInfo(looks.zone(actor, case)))


def move_of(
    actor: Actor, case: Case, *, before: rules.Place | None, now: rules.Place, source: str = "",
    redetained: bool = False, told: bool | None = None,
) -> rules.Move:  # fmt: skip
    """A move with all that the rules look at; for a preview as for what was recorded."""
    court, day = looks.court(actor, case), today(actor, case)
    return rules.Move(
        before=before, now=now, source=source, court=court.court_id if court else "",
        matters=frozenset(case.matters), law_before=law.on_bond(before.circuit, day) if before else None,
        law_now=law.on_bond(now.circuit, day), redetained=redetained,
        family_may_be_told=bool(who_may_know(actor, case)) if told is None else told,
    )  # fmt: skip


def after_move(actor: Actor, case: Case, stint: Stint, *, source: str, redetained: bool = False) -> list[Task]:
    """Opens what a move asks for, due from today on; the tasks. The place is compared with the last that is known."""
    before = looks.known_before(actor, case, stint)
    contacts = who_may_know(actor, case)
    now = places.of_stint(stint)
    assert now is not None  # noqa: S101 (there is a stint)
    move = move_of(
        actor, case, before=places.of_stint(before), now=now, source=source, redetained=redetained,
        told=bool(contacts),
    )  # fmt: skip
    values = values_of(actor, case, now)
    due = [rules.Due(one.rule, one.days, one.urgent) for one in rules.follow_ups(move)]
    return _open(actor, case, stint, due, values=values, contacts=contacts)


def overtaken(actor: Actor, case: Case, these: Collection[str]) -> list[Task]:
    """Drops open tasks of these rules in all cases of the person, as far as the actor sees them; the tasks."""
    cases = {one.pk: one for one in Case.objects.visible_to(actor).filter(person_id__in=case.person.files)}
    rows = Task.objects.visible_to(actor).filter(case__in=cases, rule__in=these, done_at=None)
    found = list(rows.select_for_update(of=("self",)))
    for task in found:
        drop_task(actor, cases[task.case_id], task=task)
    return found


def values_of(actor: Actor, case: Case, now: rules.Place) -> dict[str, str]:
    """What the words of a move's tasks name."""
    court = looks.court(actor, case)
    return {
        "place": now.name, "court": court.court.name if court else "", "district": now.district,
        "circuit": now.circuit, "office": now.field_office.removesuffix(" Field Office"),
        "day": today(actor, case).isoformat(),
    }  # fmt: skip


def after_release(actor: Actor, case: Case, stay: Versioned, reason: str) -> list[Task]:
    """Opens what a release asks for; the tasks."""
    contacts = who_may_know(actor, case)
    due = rules.after_release(reason, family_may_be_told=bool(contacts))
    return _open(actor, case, stay, list(due), values={}, contacts=contacts)


def after_not_found(actor: Actor, case: Case, stay: Versioned, times: int) -> list[Task]:
    """Opens what "not found" asks for, so many times in a row; the tasks."""
    due = rules.after_not_found(times)
    values = {"day": today(actor, case).isoformat(), "times": times}
    return _open(actor, case, stay, [due] if due else [], values=values, contacts=[])


def who_may_know(actor: Actor, case: Case) -> list[Contact]:
    """Contacts who may be told where the person is, by consents that count now."""
    rows = Contact.objects.visible_to(actor).filter(person_id__in=case.person.files, removed_at=None)
    contacts = list(rows.order_by("position", "pk"))
    given = Consent.objects.visible_to(actor).filter(person_id__in=case.person.files)
    found = consents.told_to(case.whose, contacts, given, now=timezone.now()) if contacts else []
    return [one.contact for one in found if "custody" in one.told.subjects]


def silence(actor: Actor, happened: Happened[Any]) -> None:
    """Drops open tasks to tell somebody who may not be told any more; wired to what ends that.

    A consent that runs out by itself ends none: whoever tells looks at what may be told.
    """
    thing: Any = happened.thing
    if isinstance(thing, Person) and not thing.no_contact:
        return
    person = thing if isinstance(thing, Person) else thing.person
    for case in Case.objects.visible_to(actor).filter(person_id__in=person.files):
        rows = Task.objects.visible_to(actor).filter(case=case, rule=rules.TELL, done_at=None)
        to_tell = list(rows.select_for_update(of=("self",)))
        told = {str(one.pk) for one in who_may_know(actor, case)} if to_tell else set()
        for task in to_tell:
            if task.values.get("contact_id") not in told:
                drop_task(actor, case, task=task)


def mark(cause: Versioned, contact: Contact) -> uuid.UUID:
    """The cause of a task about one contact: of each there is one."""
    return uuid.uuid5(cause.pk, str(contact.pk))


def marks(actor: Actor, case: Case, cause: Versioned) -> list[uuid.UUID]:
    """The causes of all tasks about contacts that a row may have opened."""
    return [mark(cause, one) for one in Contact.objects.visible_to(actor).filter(person_id__in=case.person.files)]


def _open(
    actor: Actor, case: Case, cause: Versioned, due: list[rules.Due], *, values: dict[str, Any],
    contacts: list[Contact],
) -> list[Task]:  # fmt: skip
    day, found = today(actor, case), []
    for one in due:
        due_on = day + timedelta(days=one.days)
        if one.rule == rules.TELL:
            for contact in contacts:
                named = values | {"contact": str(contact.name), "contact_id": str(contact.pk)}
                cause_of_it = mark(cause, contact)
                found.append(open_task(actor, case, rule=one.rule, due_on=due_on, cause=cause_of_it, values=named))
        else:
            found.append(open_task(actor, case, rule=one.rule, due_on=due_on, cause=cause.pk, values=values))
    return [task for task in found if task is not None]
