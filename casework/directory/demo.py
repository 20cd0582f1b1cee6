"""The demo's notes about places, written as rows by the tables' owner, who needs no door."""

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone

from casework.access import demo
from casework.access.doors import window
from casework.access.models import Membership
from casework.directory.models import ErrorReport, PlaceNote

PLACES_FILE = settings.BASE_DIR / "fixtures" / "demo_places.json"
NAMESPACE = uuid.UUID("7d1b6c52-7c0e-5b8e-9a55-5b0c5a0b6b1e")


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(PLACES_FILE.read_text(encoding="utf-8"))
    return content


def size() -> int:
    """How many notes and reports `load` writes."""
    return len(_file()["notes"]) + len(_file()["reports"])


def load() -> Iterator[str]:
    """Writes them, and says about which place each is. What is there already stays as it is."""
    for entry in _file()["notes"]:
        yield _write(PlaceNote, entry, _note)
    for entry in _file()["reports"]:
        yield _write(ErrorReport, entry, _report)


def _write(model: Any, entry: dict[str, Any], fields: Any) -> str:
    place = entry.get("facility") or entry["court"]
    pk = uuid.uuid5(NAMESPACE, f"{entry['organization']}/{place}/{entry.get('topic', 'report')}")
    with window("demo"):
        if not model.objects.filter(pk=pk).exists():
            email = next(one.email for one in demo.cast() if one.key == entry["by"])
            by = Membership.objects.select_related("user").get(
                user__email=email, organization__short_name=entry["organization"]
            )
            about = {"facility_id": entry.get("facility"), "court_id": entry.get("court")}
            model(id=pk, organization_id=by.organization_id, **about, **fields(entry, by)).save(force_insert=True)
    return f"{place}, {entry['organization']}"


def _note(entry: dict[str, Any], by: Membership) -> dict[str, Any]:
    day = timezone.localdate() - timedelta(days=entry["days"])
    signed = {"checked_on": day, "checked_by": by, "checked_by_name": by.user.name}
    return {"topic": entry["topic"], "text": entry["text"], **signed}


def _report(entry: dict[str, Any], by: Membership) -> dict[str, Any]:
    at = timezone.now() - timedelta(days=entry["days"], minutes=25)
    words = {name: entry[name] for name in ("wrong", "right", "how_known")}
    return {**words, "reported_by": by, "reported_by_name": by.user.name, "reported_at": at}
