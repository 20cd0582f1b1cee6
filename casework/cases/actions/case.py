"""Opening a case, closing it to all but its team."""

import uuid

from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.cases import reach
from casework.cases.actions.team import FIRST_ROLE, place
from casework.cases.models import Case
from casework.people.models import Person


@act("case.opened")
def open_case(
    actor: Actor, *, names: dict[str, str], language: str = "", matters: list[str] | None = None,
    stands_as: str | None = None, file: uuid.UUID | None = None,
) -> Happened[Case]:  # fmt: skip
    """Opens a file for a new person, whose names may be unknown, and a case; whoever opens it stands on it.

    Counsel lead what they open; a volunteer is its taker. Whoever opens cases for others says as what they stand on it
    (`stands_as`), or that they do not (empty). `file` is the id of the new file, where its key was made before.
    """
    known = {part: name.strip() for part, name in names.items()}
    own = {"id": file} if file else {}
    person = Person(organization_id=actor.organization, opened_by_id=actor.member, language=language, **known, **own)
    person.save(force_insert=True)
    case = Case(organization_id=actor.organization, person=person, opened_by_id=actor.member, matters=matters or [])
    case.save(force_insert=True)
    usual = next(on_case for role, on_case in FIRST_ROLE if role in actor.roles)
    role = usual if stands_as is None else stands_as
    if role:
        place(actor, case, actor.member, role)
        reach.of(actor).opened(case)
    return Happened(case, thing=case, fields=("person", "assignment") if role else ("person",))


@act("case.restricted")
def restrict(actor: Actor, case: Case) -> Happened[None]:
    """Closes the case to all but its team. What was shared stays shared."""
    case.restricted = True
    case.save(update_fields=["restricted"])
    return Happened(None, thing=case, fields=("restricted",))


@act("case.unrestricted")
def unrestrict(actor: Actor, case: Case) -> Happened[None]:
    """Opens the case to the organization again."""
    case.restricted = False
    case.save(update_fields=["restricted"])
    return Happened(None, thing=case, fields=("restricted",))
