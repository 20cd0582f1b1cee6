"""Where the person of a case is, in words, from what the custody room wrote on the case."""

import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases import rules
from casework.cases.models import Case, CustodyState, PlaceKind


@dataclass(frozen=True)
class Where:
    """Where the person is; `stale` when nobody has confirmed it for a week. `badge` is the state, with its tone."""

    place: str
    badge: str
    tone: str
    stale: bool


def where(case: Case, now: datetime) -> Where:
    """What the custody room wrote of the place; the state in its stead, where the place has no name."""
    badge, tone = state(case.custody, case.place_kind)
    stale = rules.is_stale(custody=case.custody, confirmed_at=case.place_as_of, now=now)
    return Where(case.place or badge, badge, tone, stale)


def state(custody: str, kind: str) -> tuple[str, str]:
    """Whether the person is held, in one or two words, with the tone of a badge; nothing where nobody knows."""
    if custody not in {"", "detained"}:
        tones = {"released": "green", "removed": "red"}
        return str(CustodyState(custody).label), tones.get(custody, "")
    if kind in {"", "facility"}:
        return (_("Detained"), "accent") if custody or kind else ("", "")
    return str(PlaceKind(kind).label), "red" if kind == "not_located" else "amber"


def zone_of_court(case: Case) -> zoneinfo.ZoneInfo:
    """The clock of the court of the next hearing; the reader's, where none is known."""
    return zoneinfo.ZoneInfo(case.next_hearing_zone or timezone.get_current_timezone_name())
