"""What the pages of a facility and of a court have in common."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.text import capfirst

from casework.access.actor import Actor
from casework.access.requests import StaffRequest
from casework.desk.directory import known
from casework.directory import actions, rules
from casework.directory.models import Court, ErrorReport, Facility, PlaceNote, Topic
from casework.look import zones

KINDS: dict[str, type[Facility] | type[Court]] = {"facilities": Facility, "courts": Court}


def members_only(actor: Actor) -> None:
    """Raises PermissionDenied for somebody who belongs to no organization."""
    if not actor.is_staff:
        raise PermissionDenied("not a member")


def place_of(kind: str, key: str) -> Any:
    """The facility or court with this key. Raises Http404 where there is none."""
    rows = KINDS[kind].objects.all()
    if kind == "facilities":
        rows = rows.select_related("field_office", "district")
    place = rows.filter(pk=key).first()
    if place is None:
        raise Http404
    return place


def kind_of(place: Facility | Court) -> str:
    """The word for it in an address."""
    return "facilities" if isinstance(place, Facility) else "courts"


def context(request: StaffRequest, place: Facility | Court) -> dict[str, Any]:
    """What every page of a place shows."""
    now = timezone.now()
    return {
        "place": place,
        "kind": kind_of(place),
        "now": now,
        "zone": capfirst(zones.called(place.time_zone)),
        "sources": known.sources(place),
        "notes": notes(request.actor, place),
        "reports": list(
            ErrorReport.objects.visible_to(request.actor).about(place).filter(resolved_at=None).order_by("-reported_at")
        ),
    }


def notes(actor: Actor, place: Facility | Court) -> list[dict[str, Any]]:
    """What the organization has noted on each topic: label, slug, the note if there is one, whether it is old."""
    found = {one.topic: one for one in PlaceNote.objects.visible_to(actor).about(place)}
    today = timezone.localdate()
    return [_topic(topic, found.get(topic), today) for topic in actions.topics(place)]


def _topic(topic: Topic, note: PlaceNote | None, today: Any) -> dict[str, Any]:
    written = note if note is not None and note.text else None
    stale = written is not None and rules.is_stale(written.checked_on, today)
    return {"topic": topic.value, "label": topic.label, "note": written, "stale": stale}
