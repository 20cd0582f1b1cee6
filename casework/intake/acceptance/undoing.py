"""Taking back what an acceptance wrote, step by step, the last first: each room by its own undoing, which refuses with
the reason where somebody built on it.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.audit.models import Entry
from casework.cases import actions as cases
from casework.cases import person as people
from casework.cases.models import Case, Task
from casework.custody import undoing as custody
from casework.custody.images import Images
from casework.docket import undoing as docket
from casework.people import actions as of_people
from casework.people import consents, contacts
from casework.people.models import AdverseParty, Consent, Contact

Step = Mapping[str, Any]


def take_back(actor: Actor, case: Case, steps: list[Step]) -> None:
    """All of them. Raises ValidationError, which says what somebody built on."""
    for room, rows in ROOMS.items():
        lines = [uuid.UUID(step["line"]) for step in steps if step["did"] == room]
        if lines:
            rows(actor, case, lines)
    for step in reversed(steps):
        if step["did"] in UNDO:
            UNDO[step["did"]](actor, case, step)


def _person(actor: Actor, case: Case, step: Step) -> None:
    people.undo(actor, case, line_id=uuid.UUID(step["line"]))


def _flags(actor: Actor, case: Case, step: Step) -> None:
    standing = of_people.flags(actor, case.person)
    of_people.set_flags(actor, case.person, standing - set(step["flags"]))


def _added(model: Any) -> Callable[[Actor, Case, Step], None]:
    def undo(actor: Actor, case: Case, step: Step) -> None:
        party = model.objects.visible_to(actor).filter(pk=step["id"]).first()
        if party is None or party.removed_at is not None:
            return  # somebody took it off the list already
        if party.version > 1:
            raise ValidationError(_("Somebody changed %(name)s since.") % {"name": party.name}, code="built_on")
        if model is Contact and _is_told(actor, party):
            words = _("Somebody wrote down a consent for %(name)s since.") % {"name": party.name}
            raise ValidationError(words, code="built_on")
        contacts.remove(actor, party)

    return undo


def _changed(model: Any) -> Callable[[Actor, Case, Step], None]:
    def undo(actor: Actor, case: Case, step: Step) -> None:
        party = model.objects.visible_to(actor).get(pk=step["id"])
        contacts.undo(actor, party, line_id=uuid.UUID(step["line"]))

    return undo


def _is_told(actor: Actor, contact: Contact) -> bool:
    """Whether a consent stands beside those that were taken back before."""
    return bool(Consent.objects.visible_to(actor).filter(contact_id=contact.pk, revoked_at=None).exists())


def _consent(actor: Actor, case: Case, step: Step) -> None:
    consent = Consent.objects.visible_to(actor).filter(pk=step["id"]).first()
    if consent is not None and consent.revoked_at is None:
        consents.revoke(actor, consent, why=_("The acceptance was taken back."))
    others = Consent.objects.visible_to(actor).filter(person_id__in=case.person.files, provisional=False)
    if step["reached"] and not others.exclude(pk=step["id"]).filter(revoked_at=None).exists():
        of_people.not_reached(actor, case.whose)


def _custody(actor: Actor, case: Case, lines: Sequence[uuid.UUID]) -> None:
    found, told = _told(lines)
    custody.take_back(actor, case, line=found[-1], told=told)


def _docket(actor: Actor, case: Case, lines: Sequence[uuid.UUID]) -> None:
    found, told = _told(lines)
    docket.take_back(actor, case, line=found[-1], told=told)


def _told(lines: Sequence[uuid.UUID]) -> tuple[list[Entry], dict[str, Any]]:
    """The lines, and what they kept as one: a room's own undoing knows single lines, and these changed the same rows.

    Raises ValidationError where one does not open.
    """
    by_id = Entry.objects.in_bulk(lines)
    found = [by_id[one] for one in lines if one in by_id]
    details = acts.opened_details(found)
    kept = [details[one.pk] for one in found]
    if len(found) < len(lines) or not all(kept):
        raise ValidationError(_("What stood before does not open."), code="locked")
    whole: list[dict[str, Any]] = []
    for one in filter(None, kept):
        also = [uuid.UUID(key) for key in one.get("also", [])]
        whole += [*([_told(also)[1]] if also else []), one]
    tasks = {name: [task for one in whole for task in one.get(name, [])] for name in ("tasks", "dropped")}
    return found, {"rows": Images.folded(whole), **tasks}


def _task(actor: Actor, case: Case, step: Step) -> None:
    """Dropped while nobody has done it; what was done stays done."""
    task = Task.objects.visible_to(actor).filter(pk=step["id"], done_at=None).first()
    if task is not None:
        cases.drop_task(actor, case, task=task)


ROOMS: dict[str, Callable[[Actor, Case, Sequence[uuid.UUID]], None]] = {"docket": _docket, "custody": _custody}
UNDO: dict[str, Callable[[Actor, Case, Step], None]] = {
    "person": _person, "flags": _flags, "contact": _added(Contact), "contact_changed": _changed(Contact),
    "adverseparty": _added(AdverseParty), "adverseparty_changed": _changed(AdverseParty), "consent": _consent,
    "task": _task,
}  # fmt: skip
