"""Every write about the person of a case: the rule looks at the case, the line belongs to the person's file."""

import uuid
from collections.abc import Mapping
from typing import Any

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case

FIELDS = (
    "given_names", "first_surname", "second_surname", "aliases", "birth_date", "birth_date_other", "a_number",
    "a_number_missing", "other_ids", "country_of_birth", "nationalities", "language", "language_variety",
    "language_town", "other_languages", "reads_languages", "gender", "alert", "no_contact",
)  # fmt: skip
VERB, REVEALED = "person.changed", "person.revealed"


def change(
    actor: Actor, case: Case, *, values: Mapping[str, Any], seen: int, told: Mapping[str, Any] | None = None
) -> uuid.UUID | None:
    """Writes these values of the person's fields; the audit line's id, or None (and no line) when nothing differs.

    `told` is kept beside them. Raises ChangedMeanwhile when the person's version is not `seen`.
    """
    acts.may(actor, VERB, case)
    if case.whose.version != seen:
        raise ChangedMeanwhile(case.whose)
    different = changes.different(case.whose, values)
    return _change(actor, case, values=different, told=told or {}) if different else None


def undo(actor: Actor, case: Case, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before a change, as a new act. Raises Http404 for a line that is not of this person.

    Raises ValidationError when the line does not open, and when somebody built on it: what it wrote does not stand.
    """
    acts.may(actor, VERB, case)
    before = changes.before(case.whose, line_id, [VERB])
    undone: uuid.UUID = _change(actor, case, values=before, told={"undoes": line_id})
    return undone


@act(VERB)
def _change(actor: Actor, case: Case, *, values: Mapping[str, Any], told: Mapping[str, Any]) -> Happened[uuid.UUID]:
    line = uuid.uuid4()
    written = changes.write(case.whose, values)
    return Happened(line, thing=case.whose, changes=written, told=dict(told), line=line)
