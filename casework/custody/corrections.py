"""Making the past right: one stint, or a gap between two."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.access.acts import Happened, act
from casework.access.versions import ChangedMeanwhile
from casework.cases.models import Case
from casework.custody import actions, looks
from casework.custody.actions import Recorded, Since
from casework.custody.images import Images
from casework.custody.models import Stay, Stint
from casework.custody.places import Where


def correct(
    actor: Actor, case: Case, stint: Stint, *, where: Where, starts: Since, ends: Since | None, source: str, seen: int
) -> Recorded:  # fmt: skip
    """Writes a stint anew. Neighbors that touched it follow; no task opens, and a later place stays where it is.

    Raises ChangedMeanwhile when the stint's version is not `seen`, ValidationError at "starts" or "ends", and Http404
    for a stint of somebody else.
    """
    acts.may(actor, "custody.corrected", case)
    _must_be_of(case, stint)
    if stint.version != seen:
        raise ChangedMeanwhile(stint)
    done: Recorded = _correct(actor, case, stint, where=where, starts=starts, ends=ends, source=source)
    return done


@act("custody.corrected")
def _correct(
    actor: Actor, case: Case, stint: Stint, *, where: Where, starts: Since, ends: Since | None, source: str
) -> Happened[Recorded]:
    actions.hold(case)
    zone = ZoneInfo(actions.zone_of(case, where))
    before, after = _neighbors(actor, stint)
    begin = _at("starts", starts, zone)
    end = _at("ends", ends, ZoneInfo(end_zone(stint, after, str(zone)))) if ends else None
    _check(stint, before, after, begin, end)
    images, was = Images(), actions.named(stint)
    edges = _edges(stint, before, after, (begin, starts.precision), (end, ends.precision if ends else ""))
    with actions.at_the_same_time("starts"):
        for row, values, grows in edges:  # nobody is in two places, at no statement
            if not grows:
                images.change(row, **values)
        images.change(
            stint, kind=where.kind, facility=where.facility, place=where.words, time_zone=str(zone), source=source,
            starts_at=begin, starts_precision=starts.precision, ends_at=end,
            ends_precision=ends.precision if ends else stint.ends_precision,
        )  # fmt: skip
        for row, values, grows in edges:
            if grows:
                images.change(row, **values)
    if before is None and stint.stay.began_at != begin:
        images.change(stint.stay, began_at=begin, began_precision=starts.precision)
    actions.settle(case)
    line = uuid.uuid4()
    told = {"rows": images.told(), "from": was, "place": actions.named(stint), "since": begin.isoformat()}
    fields = ("place", "since", "source")
    return Happened(Recorded(line, stint.stay, stint), thing=stint, fields=fields, told=told, line=line)


@act("custody.gap_closed")
def close_gap(actor: Actor, case: Case, after: Stint, *, where: Where, source: str) -> Happened[Recorded]:
    """Says where the person was between this stint and the next.

    Raises ValidationError where no gap follows, and Http404 for a stint of somebody else.
    """
    _must_be_of(case, after)
    actions.hold(case)
    _before, later = _neighbors(actor, after)
    if later is None or after.ends_at is None or later.starts_at <= after.ends_at:
        raise ValidationError(_("No gap is left there."), code="gap")
    now, images = timezone.now(), Images()
    stint = Stint(
        organization_id=case.organization_id, person_id=after.person_id, stay=after.stay, kind=where.kind,
        facility=where.facility, place=where.words, time_zone=actions.zone_of(case, where), starts_at=after.ends_at,
        starts_precision=after.ends_precision, ends_at=later.starts_at, ends_precision=later.starts_precision,
        source=source, confirmed_at=now, confirmed_by_name=actor.name, recorded_by_id=actor.member, recorded_at=now,
    )  # fmt: skip
    with actions.at_the_same_time("where"):
        images.add(stint)
    line = uuid.uuid4()
    told = {"rows": images.told(), "place": actions.named(stint), "since": stint.starts_at.isoformat()}
    fields = ("place", "source")
    return Happened(Recorded(line, after.stay, stint), thing=stint, fields=fields, told=told, line=line)


def one(actor: Actor, case: Case, pk: uuid.UUID) -> Stint | None:
    """A stint of the case's person."""
    rows = Stint.objects.visible_to(actor).filter(person_id__in=case.person.files, withdrawn=False)
    found: Stint | None = rows.select_related("facility", "stay").filter(pk=pk).first()
    return found


def _must_be_of(case: Case, stint: Stint) -> None:
    if stint.person_id not in case.person.files:
        raise Http404


def _neighbors(actor: Actor, stint: Stint) -> tuple[Stint | None, Stint | None]:
    """The stints before and after, in the same stay."""
    stay: Stay = stint.stay
    row = looks.stints(actor, stay)
    at = next(number for number, one in enumerate(row) if one.pk == stint.pk)
    return (row[at - 1] if at else None), (row[at + 1] if at + 1 < len(row) else None)


def _at(field: str, since: Since, zone: ZoneInfo) -> datetime:
    try:
        return actions.instant(since, zone, not_before=None)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error


def _check(stint: Stint, before: Stint | None, after: Stint | None, begin: datetime, end: datetime | None) -> None:
    """Raises ValidationError at the field that does not fit its neighbors."""
    if end is not None and end < begin:
        raise ValidationError({"ends": _("Choose an end that is not before the beginning.")})
    if before is not None and begin < before.starts_at:
        raise ValidationError({"starts": _("That is before the place before began. Correct that one first.")})
    if after is not None and end is None:
        raise ValidationError({"ends": _("Another place follows, so this one has an end. Fill it in.")})
    if after is None and (end is None) != (stint.ends_at is None):
        words = _("The last place ends when the person is moved or released. Record that instead.")
        raise ValidationError({"ends": words})
    if after is not None and end is not None and after.ends_at is not None and end > after.ends_at:
        raise ValidationError({"ends": _("That is after the place that follows ended. Correct that one first.")})


def _edges(
    stint: Stint, before: Stint | None, after: Stint | None, begins: tuple[datetime, str],
    ends: tuple[datetime | None, str],
) -> list[tuple[Stint, dict[str, Any], bool]]:  # fmt: skip
    """What neighbors become that touched the stint or are in its way, and whether each grows by it."""
    found = []
    (begin, how), (end, how_ended) = begins, ends
    if before is not None and before.ends_at is not None:
        touches = before.ends_at == stint.starts_at
        if before.ends_at > begin or (touches and before.ends_at != begin):
            found.append((before, {"ends_at": begin, "ends_precision": how}, before.ends_at < begin))
    if after is not None and end is not None:
        touches = after.starts_at == stint.ends_at
        if after.starts_at < end or (touches and after.starts_at != end):
            found.append((after, {"starts_at": end, "starts_precision": how_ended}, after.starts_at > end))
    return found


def end_zone(stint: Stint, after: Stint | None, own: str = "") -> str:
    """The clock on which the end of a stint is said: that of the place that follows at once, else its own."""
    return after.time_zone if after is not None and after.starts_at == stint.ends_at else own or stint.time_zone


def plain_of(actor: Actor, stint: Stint) -> dict[str, Any]:
    """What the form of a correction begins with."""
    zone = ZoneInfo(stint.time_zone)
    until = ZoneInfo(end_zone(stint, _neighbors(actor, stint)[1]))
    begin, end = stint.starts_at.astimezone(zone), stint.ends_at and stint.ends_at.astimezone(until)
    return {
        "kind": stint.kind,
        "where": f"{stint.facility.name} ({stint.facility.key})" if stint.facility else stint.place or "",
        "starts_day": begin.date(),
        "starts_time": begin.time() if stint.starts_precision == "minute" else None,
        "ends_day": end.date() if end else None,
        "ends_time": end.time() if end and stint.ends_precision == "minute" else None,
        "source": stint.source,
    }
