"""What lies near a place, or bears its town's name. Neither says where a case is heard: people confirm it."""

from dataclasses import dataclass

from django.db.models import Q

from casework.directory import rules
from casework.directory.models import Court, DetainedDocket, Facility, HearingLocation, OplaOffice
from casework.directory.rules import Position


@dataclass(frozen=True)
class NearCourt:
    """A court and its distance in miles as the crow flies."""

    court: Court
    miles: int


@dataclass(frozen=True)
class Nearness:
    """The nearest courts, and those that could not be compared because nobody knows their position."""

    courts: list[NearCourt]
    unknown: list[Court]


def courts(facility: Facility) -> Nearness | None:
    """The three nearest courts that sit; None where the position of the facility is not known."""
    if facility.lat is None or facility.lon is None:
        return None
    sitting = {one.key: one for one in Court.objects.sitting().exclude(detained_docket=DetainedDocket.NOT_A_COURT)}
    placed = [(key, Position(one.lat, one.lon)) for key, one in sitting.items() if one.lat is not None]
    found = rules.nearest(Position(facility.lat, facility.lon), placed)
    unknown = [one for one in sitting.values() if one.lat is None]
    return Nearness([NearCourt(sitting[one.key], one.miles) for one in found], sorted(unknown, key=str))


@dataclass(frozen=True)
class Locations:
    """Hearing locations with the court's own code, and those that EOIR calls after its town."""

    own: list[HearingLocation]
    by_town: list[HearingLocation]


def hearing_locations(court: Court) -> Locations:
    """EOIR's list does not say which court a location belongs to: a town's name is a hint, to confirm."""
    rows = HearingLocation.objects.current().filter(Q(court=court) | Q(text__istartswith=court.city))
    found = list(rows.exclude(kind="test").order_by("text", "code"))
    return Locations([one for one in found if one.court_id == court.pk], [one for one in found if one.court_id is None])


def opla_offices(court: Court) -> list[OplaOffice]:
    """Offices of ICE's lawyers in the same town, where papers may have to be served: to confirm."""
    return list(OplaOffice.objects.current().filter(city=court.city, state=court.state).order_by("name", "key"))
