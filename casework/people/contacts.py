"""Every write about who is around a person: contacts, and parties on the other side."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.people.models import AdverseParty, Contact, Person

FIELDS = (
    "kind", "name", "relationship", "language", "phones", "address", "note", "pass_phrase", "position", "must_not_know",
)  # fmt: skip
ADVERSE_FIELDS = ("kind", "tier", "name", "phones", "address", "note")
REVEALED = "contact.revealed"
VERBS, ADVERSE_VERBS = ("contact.changed", "contact.removed"), ("adverse.changed", "adverse.removed")
Party = Contact | AdverseParty


@act("contact.added")
def add(actor: Actor, person: Person, *, values: Mapping[str, Any]) -> Happened[Contact]:
    """Adds somebody one calls."""
    made = Contact(organization_id=person.organization_id, person=person, added_by_id=actor.member, **values)
    return Happened(made, thing=made, changes=_added(made, values), told={"who": made.name})


@act("adverse.added")
def add_adverse(actor: Actor, person: Person, *, values: Mapping[str, Any]) -> Happened[AdverseParty]:
    """Adds somebody on the other side. Raises PermissionDenied for a tier that is not the actor's."""
    _must_reach(actor, person.pk, values["tier"])
    made = AdverseParty(organization_id=person.organization_id, person=person, added_by_id=actor.member, **values)
    return Happened(made, thing=made, changes=_added(made, values), told={"who": made.name})


def change(actor: Actor, party: Party, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the version is not `seen`.
    """
    verb = _verbs(party)[0]
    acts.may(actor, verb, party)
    if party.version != seen:
        raise ChangedMeanwhile(party)
    different = changes.different(party, values)
    return _all_written(actor, party, different) if different else None


def remove(actor: Actor, party: Party) -> uuid.UUID:
    """Takes somebody off the list; the row stays, so that it can be undone. Raises ValidationError the second time."""
    if party.removed_at is not None:
        raise ValidationError(_("Somebody else has taken this person off the list."), code="gone")
    line: uuid.UUID = _DO[_verbs(party)[1]](actor, party, values={"removed_at": timezone.now()})
    return line


def undo(actor: Actor, party: Party, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before a change or a removal, as a new act. Raises as `changes.before`."""
    verb = _verbs(party)[0]
    acts.may(actor, verb, party)
    before = changes.before(party, line_id, _verbs(party))
    return _all_written(actor, party, before, undoes=line_id)


def _all_written(actor: Actor, party: Party, values: Mapping[str, Any], **more: Any) -> uuid.UUID:
    """The id of the last line."""
    parts = changes.by_tier(party, values) if isinstance(party, AdverseParty) else [values]
    lines: list[uuid.UUID] = [_DO[_verbs(party)[0]](actor, party, values=part, **more) for part in parts]
    return lines[-1]


@act("contact.changed")
def _change(
    actor: Actor, party: Contact, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    return _written(actor, party, values, undoes)


@act("contact.removed")
def _remove(actor: Actor, party: Contact, *, values: Mapping[str, Any]) -> Happened[uuid.UUID]:
    return _written(actor, party, values)


@act("adverse.changed")
def _change_adverse(
    actor: Actor, party: AdverseParty, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    return _written(actor, party, values, undoes)


@act("adverse.removed")
def _remove_adverse(actor: Actor, party: AdverseParty, *, values: Mapping[str, Any]) -> Happened[uuid.UUID]:
    return _written(actor, party, values)


_DO: dict[str, Any] = {
    "contact.changed": _change,
    "contact.removed": _remove,
    "adverse.changed": _change_adverse,
    "adverse.removed": _remove_adverse,
}


def _verbs(party: Party) -> tuple[str, str]:
    return VERBS if isinstance(party, Contact) else ADVERSE_VERBS


def _added(made: Party, values: Mapping[str, Any]) -> Changes:
    made.save(force_insert=True)
    return {name: (None, changes.plain(value)) for name, value in values.items() if value not in ("", [], None, False)}


def _written(
    actor: Actor, party: Party, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    if isinstance(party, AdverseParty):
        _must_reach(actor, party.person_id, max(party.tier, values.get("tier", 0)))
    line, told = uuid.uuid4(), {"who": party.name} | ({"undoes": undoes} if undoes else {})
    return Happened(line, thing=party, changes=changes.write(party, values), told=told, line=line)


def _must_reach(actor: Actor, person_id: uuid.UUID, tier: int) -> None:
    if tier > actor.reach.person_tier(person_id):
        raise PermissionDenied("tier")
