"""From where people came to the place in which they are."""

import uuid
from collections.abc import Iterable

from casework.access.actor import Actor
from casework.cases.models import Case
from casework.custody.models import Kind, Stint


def before(actor: Actor, cases: Iterable[Case]) -> dict[uuid.UUID, str]:
    """By case, the name of the place before the last one, in the same stay; none where the first is the last."""
    of_person = {case.person_id: case.pk for case in cases}
    rows = Stint.objects.visible_to(actor).filter(person_id__in=of_person, withdrawn=False)
    found: dict[uuid.UUID, list[Stint]] = {}
    for stint in rows.select_related("facility").order_by("starts_at", "recorded_at"):
        found.setdefault(stint.person_id, []).append(stint)
    return {
        of_person[person]: _name(stints[-2])
        for person, stints in found.items()
        if len(stints) > 1 and stints[-1].stay_id == stints[-2].stay_id
    }


def _name(stint: Stint) -> str:
    """As the directory or somebody calls the place; what sort of place it is, where it has no name."""
    return (stint.facility.name if stint.facility else stint.place) or str(Kind(stint.kind).label)
