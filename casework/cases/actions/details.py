"""What a case is about: matters, scope, priority; and taking a change of it back."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.changes import since
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases.models import Case

FIELDS = ("matters", "scope", "priority")
CHANGED = "case.changed"


def standing(case: Case) -> dict[str, Any]:
    """What can be changed, by field, as lines of the audit say it."""
    return {name: getattr(case, name) for name in FIELDS}


def change_case(actor: Actor, case: Case, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values of the case's fields; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the case's version is not `seen`.
    """
    acts.may(actor, CHANGED, case)
    if case.version != seen:
        raise ChangedMeanwhile(case)
    before = standing(case)
    different = {name: value for name, value in values.items() if value != before[name]}
    if not different:
        return None
    line: uuid.UUID = _change(actor, case, values=different)
    return line


def undo_case(actor: Actor, case: Case, *, line_id: uuid.UUID) -> None:
    """Puts back what stood before a change, as a new act. Raises Http404 for a line that is not of this case.

    Raises ValidationError when the line does not open, and when what it wrote does not stand any more.
    """
    acts.may(actor, CHANGED, case)
    line = Entry.objects.filter(pk=line_id, verb=CHANGED, object_id=case.pk).first()
    if line is None:
        raise Http404
    told = acts.opened_details([line])[line.pk]
    if not told:
        raise ValidationError(_("This cannot be undone: what stood before does not open."), code="locked")
    if not can_be_undone(case, told):
        raise ValidationError(_built_on(case, told), code="built_on")
    _change(actor, case, values={name: was for name, (was, _now) in told["changes"].items()}, undoes=line.pk)


def can_be_undone(case: Case, told: Mapping[str, Any]) -> bool:
    """Whether all that a line wrote stands as it wrote it."""
    now, wrote = standing(case), told.get("changes", {})
    return bool(wrote) and all(name in now and now[name] == new for name, (_was, new) in wrote.items())


@act(CHANGED)
def _change(
    actor: Actor, case: Case, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    before = standing(case)
    changes: Changes = {name: (before[name], value) for name, value in values.items()}
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=list(values))
    line = uuid.uuid4()
    return Happened(line, thing=case, changes=changes, told={"undoes": undoes} if undoes else {}, line=line)


def _built_on(case: Case, told: Mapping[str, Any]) -> str:
    """Who built on it, where the audit says so."""
    later = since(case, told.get("version") or 0)
    names = sorted({later[name].who for name in told.get("changes", {}) if name in later})
    if not names:
        return _("This cannot be undone any more: the fields have other values now.")
    return _("This cannot be undone any more: %(names)s changed the same fields since.") % {"names": ", ".join(names)}
