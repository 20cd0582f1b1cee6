"""Whether cases show of custody what the stays say, read as the tables' owner; a second book of `ctx.custody_of`."""

import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from casework.access.doors import window
from casework.cases.models import Case
from casework.custody.models import Stay, Stint
from casework.people.models import Person

STATES = {"removed": "removed", "voluntary_departure": "departed", "deceased": "deceased"}
NOTHING: dict[str, Any] = {
    "facility_key": "", "place": "", "place_kind": "", "place_since": None, "place_as_of": None, "custody": "",
}  # fmt: skip


def expected(person_id: uuid.UUID) -> dict[str, Any]:
    """What the glance columns of a person's cases should say, by the newest stay.

    Stays of files that were merged with the person's count, unless all cases there are restricted.
    """
    survivor = Person.objects.values("merged_into_id").get(pk=person_id)["merged_into_id"]
    open_to_all = Case.objects.filter(restricted=False, person__merged_into_id=survivor).values("person_id")
    files = Q(person_id=person_id) if survivor is None else Q(person_id=person_id) | Q(person_id__in=open_to_all)
    stay = Stay.objects.filter(files, withdrawn=False).order_by("-began_at").first()
    if stay is None:
        return NOTHING
    rows = (
        Stint.objects.filter(stay=stay, withdrawn=False).select_related("facility").order_by("starts_at", "recorded_at")
    )
    newest = rows.last()
    last = newest if stay.is_open else None
    since = stay.ended_at or (newest.starts_at if newest else None)
    return {
        "facility_key": last.facility_id or "" if last else "",
        "place": last.facility.name if last and last.facility else "",
        "place_kind": last.kind if last else "",
        "place_since": since.astimezone(ZoneInfo(newest.time_zone)).date() if since and newest else None,
        "place_as_of": stay.confirmed_at,
        "custody": STATES.get(stay.reason, "released") if stay.reason else "detained",
    }


def write(person_id: uuid.UUID) -> None:
    """Makes them so."""
    with window("agreement"):
        Case.objects.filter(person_id=person_id).update(**expected(person_id))


def wrong() -> list[Case]:
    """Cases whose glance columns do not say what their stays say."""
    with window("agreement"):
        return [case for case in Case.objects.order_by("pk") if _differs(case, expected(case.person_id))]


def _differs(case: Case, should: dict[str, Any]) -> bool:
    return {name: getattr(case, name) for name in should} != should
