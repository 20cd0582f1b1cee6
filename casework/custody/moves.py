"""From where people came to the place in which they are."""

import uuid
from collections.abc import Iterable, Sequence

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.custody.models import Kind, Stint


def stints(actor: Actor, cases: Sequence[Case]) -> list[Stint]:
    """The places of the people of these cases, in their order, with their facilities."""
    if not cases:
        return []
    people = [case.person_id for case in cases]
    rows = Stint.objects.visible_to(actor).filter(person_id__in=people, withdrawn=False)
    return list(rows.select_related("facility").order_by("starts_at", "recorded_at"))


def before(cases: Iterable[Case], known: Iterable[Stint]) -> dict[uuid.UUID, str]:
    """By case, the name of the place before the last one, in the same stay; none where the first is the last."""
    found: dict[uuid.UUID, list[Stint]] = {}
    for stint in known:
        found.setdefault(stint.person_id, []).append(stint)
    return {
        case.pk: _name(of_person[-2])
        for case in cases
        if len(of_person := found.get(case.person_id, [])) > 1 and of_person[-1].stay_id == of_person[-2].stay_id
    }


def _name(stint: Stint) -> str:
    """As the directory or somebody calls the place; what sort of place it is, where it has no name."""
    return (stint.facility.name if stint.facility else stint.place) or str(Kind(stint.kind).label)
