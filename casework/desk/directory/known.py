"""What the directory knows of a place, in the words of its page. What it is silent about is said, too."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from casework.directory import circuits
from casework.directory.models import Court, Facility, FieldOffice, Place, Precision, Source
from casework.look import dates


@dataclass(frozen=True)
class Fact:
    """One thing known. An empty `value` is not known; `more` limits what it means; `mono` is for codes."""

    label: str
    value: str
    more: str = ""
    mono: bool = False


@dataclass(frozen=True)
class Cited:
    """A source in words, and what is known of its date."""

    name: str
    dated: str


def sources(place: Place) -> list[Cited]:
    """Where the facts come from; a source without a name of its own stands under its code."""
    codes = place.source_codes
    found = Source.objects.in_bulk(codes)
    return [Cited(found[code].name, _dated(found[code])) if code in found else Cited(code, "") for code in codes]


def _dated(source: Source) -> str:
    """A day, a month (2025-12), or what else is known."""
    if source.as_of:
        return dates.plain(source.as_of)
    try:
        return dates.month(date.fromisoformat(f"{source.dated}-01"))
    except ValueError:
        return source.dated


def of_facility(facility: Facility) -> list[Fact]:
    """The facts of a facility, most needed first."""
    may_be_old = _("From public lists; may be years old. Check before you rely on it.")
    return [
        Fact(_("Address"), facility.address if facility.street or facility.city else ""),
        Fact(_("Phone"), facility.phone, may_be_old if facility.phone else ""),
        Fact(_("Kind"), kind(facility)),
        Fact(_("Who is held there"), _held(facility.gender)),
        Fact(_("County"), facility.county),
        Fact(_("ICE code"), facility.detloc, mono=True),
        Fact(_("Name in ICE records"), facility.name_in_records),
        Fact(_("Used"), _use(facility)),
        Fact(_("Held on an average day"), _average(facility.daily_population), _("Fiscal year 2026, by ICE.")),
        Fact(_("Last inspection"), _day(facility.last_inspection)),
    ]


def law_of(facility: Facility) -> list[Fact]:
    """What hangs on the place."""
    check = _("By its county, in our reading of 28 USC 81-131. Check before you file.")
    return [
        Fact(_("Federal district"), str(facility.district or ""), check if facility.district else ""),
        Fact(_("Federal circuit"), circuits.name(facility.circuit)),
        *office(facility.field_office),
    ]


def office(office: FieldOffice | None) -> list[Fact]:
    """The ICE field office and how to reach it."""
    if office is None:
        return [Fact(_("ICE field office"), "")]
    return [
        Fact(_("ICE field office"), office.name, office.address),
        Fact(_("Phone of the field office"), office.phone, office.note),
    ]


def of_court(court: Court) -> list[Fact]:
    """The facts of a court, most needed first."""
    return [
        Fact(_("Address"), court.address),
        Fact(_("Phone"), court.phone),
        Fact(_("Hears people in detention"), court.get_detained_docket_display()),
        Fact(_("EOIR code"), court.code, mono=True),
        Fact(_("Federal circuit"), circuits.name(court.circuit)),
        Fact(_("Remark in the file"), court.note),
    ]


def kind(facility: Facility) -> str:
    """What a facility is; in the words of the file for a kind that is new."""
    known: str = facility.get_kind_display()
    return known if known != facility.kind else facility.kind_meaning or known


def precision(place: Place) -> str:
    """What its position is the position of, for whoever reads a distance."""
    return str(Precision(place.geo_precision).label) if place.geo_precision else ""


def _held(gender: str) -> str:
    words = {"both": _("Men and women"), "male": _("Men"), "female": _("Women")}
    return words.get(gender, gender)


def _use(facility: Facility) -> str:
    first, last = _day(facility.first_use), _day(facility.last_use)
    return _("%(first)s to %(last)s") % {"first": first, "last": last} if first and last else first or last


def _average(number: float | None) -> str:
    return "" if number is None else number_format(number, 1 if number < 10 else 0, force_grouping=True)


def _day(day: Any) -> str:
    return dates.plain(day) if day else ""
