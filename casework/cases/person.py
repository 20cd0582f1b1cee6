"""Every write about the person of a case: the rule looks at the case, the line belongs to the person's file."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.changes import plain, since
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.models import Case
from casework.people.models import Person
from casework.vault.fields import Locked

FIELDS = ("given_names", "first_surname", "second_surname", "birth_date", "a_number", "language", "no_contact")
VERB, REVEALED = "person.changed", "person.revealed"


def is_locked(person: Person) -> bool:
    """Whether something of the person does not open; such a row is not written."""
    return any(isinstance(getattr(person, field.name), Locked) for field in person.sealed_fields())


def standing(person: Person) -> dict[str, Any]:
    """What can be changed, by field, as lines of the audit say it."""
    return {name: plain(getattr(person, name)) for name in FIELDS}


def change(actor: Actor, case: Case, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values of the person's fields; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the person's version is not `seen`.
    """
    acts.may(actor, VERB, case)
    if case.person.version != seen:
        raise ChangedMeanwhile(case.person)
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    before = standing(case.person)
    different = {name: value for name, value in values.items() if plain(value) != before[name]}
    return _change(actor, case, values=different) if different else None


def undo(actor: Actor, case: Case, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before a change, as a new act. Raises Http404 for a line that is not of this person.

    Raises ValidationError when the line does not open, and when somebody built on it: what it wrote does not stand.
    """
    acts.may(actor, VERB, case)
    line = Entry.objects.filter(pk=line_id, verb=VERB, object_id=case.person_id).first()
    if line is None:
        raise Http404
    told = acts.opened_details([line])[line.pk]
    if not told or is_locked(case.person):
        raise ValidationError(_("This cannot be undone: what stood before does not open."), code="locked")
    if not can_be_undone(case.person, told):
        raise ValidationError(_built_on(case.person, told), code="built_on")
    before = {name: _value(name, was) for name, (was, _now) in told["changes"].items()}
    undone: uuid.UUID = _change(actor, case, values=before, undoes=line.pk)
    return undone


def can_be_undone(person: Person, told: dict[str, Any]) -> bool:
    """Whether all that a line wrote stands as it wrote it."""
    now, wrote = standing(person), told.get("changes", {})
    return bool(wrote) and all(name in now and now[name] == new for name, (_was, new) in wrote.items())


@act(VERB)
def _change(
    actor: Actor, case: Case, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    person, before = case.person, standing(case.person)
    changes: Changes = {name: (before[name], plain(value)) for name, value in values.items()}
    for name, value in values.items():
        setattr(person, name, value)
    person.save(update_fields=list(values))
    line = uuid.uuid4()
    return Happened(line, thing=person, changes=changes, told={"undoes": undoes} if undoes else {}, line=line)


def _value(name: str, was: Any) -> Any:
    field: Any = Person._meta.get_field(name)
    return field.to_python(was)


def _built_on(person: Person, told: dict[str, Any]) -> str:
    """Who built on it, where the audit says so."""
    later = since(person, told.get("version") or 0)
    names = sorted({later[name].who for name in told.get("changes", {}) if name in later})
    if not names:
        return _("This cannot be undone any more: the fields have other values now.")
    return _("This cannot be undone any more: %(names)s changed the same fields since.") % {"names": ", ".join(names)}
