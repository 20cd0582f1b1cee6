"""Every write about incidents, and which known incident an intake may tell of."""

import re
import unicodedata
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts, changes
from casework.access.actor import Actor
from casework.access.acts import Changes, Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.intake.answers import Given
from casework.intake.models import AnswerState, Incident, IncidentLink
from casework.vault.fields import Locked

FIELDS = (
    "happened_at", "exact_time", "place", "place_type", "agencies", "warrant", "officers", "words",
)  # fmt: skip
VERBS = ("incident.changed", "incident.verified")
VIEWED = "incidents.viewed"
NEAR = timedelta(days=1)
AGO = timedelta(days=14)
MOST = 200
NOON = time(12)  # of a day whose time nobody knows
# what stands in most addresses and tells no place from another
_COMMON = frozenset(
    {"st", "street", "ave", "avenue", "blvd", "boulevard", "rd", "road", "dr", "drive", "ln", "lane", "hwy", "highway"}
    | {"and", "at", "the", "of", "north", "south", "east", "west", "n", "s", "e", "w"}
    | {"de", "la", "el", "los", "las", "calle", "avenida", "y", "en"}
)


@dataclass(frozen=True)
class Told:
    """What an intake tells of an arrest, as far as it is known. `at` is an instant, `place` in words."""

    at: datetime | None = None
    exact_time: bool = False
    place: str = ""
    place_type: str = ""
    agencies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Candidate:
    """A known incident that may be the same, with the reasons for it as words; the likeliest first."""

    incident: Incident
    score: int
    reasons: tuple[str, ...]


@act("incident.reported")
def report(actor: Actor, *, values: Mapping[str, Any]) -> Happened[Incident]:
    """Writes down an incident of which somebody told. It counts as not verified."""
    made = Incident(
        organization_id=actor.organization, recorded_by_id=actor.member, recorded_by_name=actor.name, **values
    )
    made.save(force_insert=True)
    found: Changes = {name: (None, changes.plain(value)) for name, value in values.items() if value}
    return Happened(made, thing=made, changes=found)


def change(actor: Actor, incident: Incident, *, values: Mapping[str, Any], seen: int) -> uuid.UUID | None:
    """Writes these values; the audit line's id, or None (and no line) when nothing differs.

    Raises ChangedMeanwhile when the version is not `seen`.
    """
    acts.may(actor, VERBS[0], incident)
    if incident.version != seen:
        raise ChangedMeanwhile(incident)
    found = changes.different(incident, values)
    return _write(actor, incident, values=found) if found else None


def verify(actor: Actor, incident: Incident, *, how: str) -> uuid.UUID:
    """Notes that it is true, and how that is known. Raises ValidationError without how, and the second time."""
    if incident.verified_at is not None:
        raise ValidationError(_("This incident is verified already."), code="verified")
    if not how.strip():
        raise ValidationError({"how": _("Say how it is known: who saw it, which picture, which officer.")})
    values = {"verified_at": timezone.now(), "verified_by_name": actor.name, "verified_how": how.strip()}
    return _verified(actor, incident, values=values)


def undo(actor: Actor, incident: Incident, *, line_id: uuid.UUID) -> uuid.UUID:
    """Puts back what stood before a change or a verification, as a new act. Raises as `changes.before`."""
    acts.may(actor, VERBS[0], incident)
    return _write(actor, incident, values=changes.before(incident, line_id, VERBS), undoes=line_id)


@act("incident.changed")
def _write(
    actor: Actor, incident: Incident, *, values: Mapping[str, Any], undoes: uuid.UUID | None = None
) -> Happened[uuid.UUID]:
    line, told = uuid.uuid4(), {"undoes": undoes} if undoes else {}
    return Happened(line, thing=incident, changes=changes.write(incident, values), told=told, line=line)


@act("incident.verified")
def _verified(actor: Actor, incident: Incident, *, values: Mapping[str, Any]) -> Happened[uuid.UUID]:
    line = uuid.uuid4()
    return Happened(line, thing=incident, changes=changes.write(incident, values), line=line)


@act("incident.linked")
def link(actor: Actor, case: Case, *, incident: Incident) -> Happened[IncidentLink]:
    """Says that an intake tells of this incident. Raises ValidationError when that is noted, or it is another's."""
    if incident.organization_id != case.organization_id:
        raise ValidationError(_("This incident is not of the case's organization."), code="other")
    made = IncidentLink(
        organization_id=case.organization_id, case=case, incident=incident, linked_by_id=actor.member,
        linked_by_name=actor.name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("This intake hangs on that incident already."), code="linked") from error
    return Happened(made, thing=made, fields=("incident",), told={"incident": incident.pk})


@act("incident.unlinked")
def unlink(actor: Actor, case: Case, *, of: IncidentLink) -> Happened[None]:
    """Takes an intake off an incident. Raises ValidationError the second time."""
    if of.removed_at is not None or of.case_id != case.pk:
        raise ValidationError(_("This intake does not hang on that incident any more."), code="gone")
    of.removed_at = timezone.now()
    of.save(update_fields=["removed_at"])
    return Happened(None, thing=of, fields=("incident",), told={"incident": of.incident_id})


def recent(actor: Actor, *, now: datetime, back: timedelta = AGO) -> list[Incident]:
    """Incidents of the last days, the newest first; at most 200."""
    rows = Incident.objects.visible_to(actor).filter(happened_at__gte=now - back)
    return list(rows.order_by("-happened_at", "pk")[:MOST])


def counted(found: Sequence[Incident]) -> dict[uuid.UUID, int]:
    """How many intakes hang on each, those included that the actor may not open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT incident_id, intakes FROM ctx.incident_intakes(%s::uuid[])", [[one.pk for one in found]])
        return dict(cursor.fetchall())


def links_of(actor: Actor, incident: Incident) -> list[IncidentLink]:
    """The intakes on an incident that the actor sees, with case and person."""
    rows = IncidentLink.objects.visible_to(actor).filter(incident=incident, removed_at=None)
    return list(rows.select_related("case__person").order_by("linked_at"))


def of_case(actor: Actor, case: Case) -> list[IncidentLink]:
    """The incidents of which a case tells."""
    rows = IncidentLink.objects.visible_to(actor).filter(case=case, removed_at=None)
    return list(rows.select_related("incident").order_by("linked_at"))


def candidates(actor: Actor, told: Told, *, zone: tzinfo, without: Collection[uuid.UUID] = ()) -> list[Candidate]:
    """Known incidents of about the same day that may be the one an intake tells of; at most five."""
    if told.at is None:
        return []
    rows = Incident.objects.visible_to(actor).exclude(pk__in=list(without))
    near = rows.filter(happened_at__gte=told.at - NEAR, happened_at__lt=told.at + NEAR)
    return likely(told, near.order_by("-happened_at")[:MOST], zone=zone)


def told_by(givens: Mapping[str, Given], zone: tzinfo) -> Told:
    """What the answers of an intake tell of the arrest; its wall time is read on the organization's clock."""
    known = {key: one.value for key, one in givens.items() if one.state == AnswerState.GIVEN}
    at = str(known.get("incident_at") or "")
    place = known.get("incident_place") or {}
    words = ", ".join(filter(None, (place.get(part, "") for part in ("street", "city"))))
    exact = "T" in at
    moment = (
        datetime.combine(date.fromisoformat(at[:10]), time.fromisoformat(at[11:]) if exact else NOON, zone)
        if at
        else None
    )
    return Told(moment, exact, words, known.get("location_type") or "", frozenset(known.get("agencies") or ()))


def values_of(told: Told, givens: Mapping[str, Given]) -> dict[str, Any]:
    """An incident as these answers tell it, to be reported. Raises ValidationError where they tell no day."""
    if told.at is None:
        raise ValidationError(_("The intake says no day. Answer when it happened first."), code="day")
    known = {key: one.value for key, one in givens.items() if one.state == AnswerState.GIVEN}
    return {
        "happened_at": told.at, "exact_time": told.exact_time, "place": told.place[:300],
        "place_type": told.place_type, "agencies": sorted(told.agencies), "warrant": known.get("warrant") or "",
        "officers": known.get("officers_count"), "words": str(known.get("incident_what") or "")[:2000],
    }  # fmt: skip


def likely(told: Told, known: Iterable[Incident], *, zone: tzinfo) -> list[Candidate]:
    """Those that are alike enough, the likeliest first. The same day alone is not."""
    scored = [_scored(told, one, zone) for one in known]
    found = [one for one in scored if one.score >= 3]
    return sorted(found, key=lambda one: -one.score)[:5]


def _scored(told: Told, incident: Incident, zone: tzinfo) -> Candidate:
    """The day counts 2, words of the place 2 each up to 4, its kind and each agency 1; hours apart take 2 away."""
    score, reasons = 0, []
    if told.at and told.at.astimezone(zone).date() == incident.happened_at.astimezone(zone).date():
        score, reasons = 2, [_("same day")]
    if told.at and told.exact_time and incident.exact_time and abs(told.at - incident.happened_at) > timedelta(hours=4):
        score -= 2
    place = "" if isinstance(incident.place, Locked) else incident.place
    shared = place_words(told.place) & place_words(place)
    if shared:
        score += min(4, 2 * len(shared))
        reasons.append(_("place: %(words)s") % {"words": ", ".join(sorted(shared))})
    if told.place_type and told.place_type == incident.place_type:
        score += 1
        reasons.append(_("kind of place"))
    agencies = told.agencies & set(incident.agencies)
    if agencies:
        score += 1
        reasons.append(_("agency"))
    return Candidate(incident, score, tuple(reasons))


def place_words(text: str) -> set[str]:
    """The words of a place that tell it from others, without accents and case."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    return {word for word in re.findall(r"[a-z0-9]+", plain) if len(word) > 1} - _COMMON
