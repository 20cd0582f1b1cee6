"""What a case is about: matters, scope, priority; and taking a change of it back."""

import uuid
from collections.abc import Mapping
from typing import Any

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case

FIELDS = ("matters", "scope", "priority")
CHANGED = "case.changed"


def change_case(actor: Actor, case: Case, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values of `FIELDS`; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the case's version is not `seen`.
    """
    acts.may(actor, CHANGED, case)
    if case.version != seen:
        raise ChangedMeanwhile(case)
    different = changes.different(case, values)
    return _change(actor, case, values=different) if different else None


def undo_case(actor: Actor, case: Case, *, line_id: uuid.UUID) -> None:
    """Puts back what stood before a change, as a new act. Raises Http404 for a line that is not of this case.

    Raises ValidationError when the line does not open, and when what it wrote does not stand any more.
    """
    acts.may(actor, CHANGED, case)
    _change(actor, case, values=changes.before(case, line_id, [CHANGED]), undoes=line_id)


@act(CHANGED)
def _change(
    actor: Actor, case: Case, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    line = uuid.uuid4()
    told = {"undoes": undoes} if undoes else {}
    return Happened(line, thing=case, changes=changes.write(case, values), told=told, line=line)
