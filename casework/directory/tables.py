"""Which file goes into which table, and how each of its columns is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.db import models

from casework.directory import models as directory
from casework.directory.models import deadlines

Reader = Callable[[str], Any]
Row = dict[str, Any]


class Unfit(ValueError):
    """What a cell must not hold, in words."""


def text(value: str) -> str:
    return value


def needed(value: str) -> str:
    if not value:
        raise Unfit("is empty")
    return value


def day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise Unfit(f"is no date (YYYY-MM-DD): {value}") from error


def needed_day(value: str) -> date | None:
    return day(needed(value))


def count(value: str) -> int | None:
    if value and not (value.isascii() and value.isdigit()):
        raise Unfit(f"is no whole number: {value}")
    return int(value) if value else None


def decimal(value: str) -> float | None:
    try:
        return float(value) if value else None
    except ValueError as error:
        raise Unfit(f"is no number: {value}") from error


def latitude(value: str) -> float | None:
    return _degrees(value, 90)


def longitude(value: str) -> float | None:
    return _degrees(value, 180)


def yes(value: str) -> bool:
    if value not in {"", "0", "1"}:
        raise Unfit(f"must be 0 or 1: {value}")
    return value == "1"


@cache
def _zones() -> set[str]:
    return available_timezones()  # which looks through the whole folder each time


def zone(value: str) -> str:
    if value not in _zones():
        raise Unfit(f"is no IANA time zone: {value}")
    return value


def one_of(choices: type[models.TextChoices], *, empty: bool = False) -> Reader:
    def read(value: str) -> str:
        if value not in choices.values and not (empty and not value):
            raise Unfit(f"must be one of {', '.join(choices.values)}: {value}")
        return value

    return read


def _degrees(value: str, most: int) -> float | None:
    number = decimal(value)
    if number is not None and not -most <= number <= most:
        raise Unfit(f"must lie between -{most} and {most}: {value}")
    return number


@dataclass(frozen=True)
class Table:
    """A file and its model. `columns` maps a field to the file's column and how it is read.

    `key` makes the key of the columns named in it, put together with "|". `points` maps a field to the table whose key
    its column names. `source` is for a file without a column of that name.
    """

    file: str
    model: type[models.Model]
    columns: dict[str, tuple[str, Reader]]
    key: tuple[str, ...]
    points: dict[str, type[models.Model]] = field(default_factory=dict)
    source: str = ""


def _same(*names: str) -> dict[str, tuple[str, Reader]]:
    return {name: (name, text) for name in names}


ADDRESS = {**_same("street", "city", "zip"), "name": ("name", needed), "state": ("state", needed)}
POSITION = {"lat": ("lat", latitude), "lon": ("lon", longitude)}
ZONE = {"time_zone": ("timezone", zone)}

SOURCES = Table(
    "sources.csv", directory.Source,
    {"name": ("name", needed), **_same("dated", "licence"), "as_of": ("as_of", day)}, ("code",),
)  # fmt: skip
COURTS = Table(
    "courts.csv", directory.Court,
    {
        **ADDRESS, **ZONE, **_same("phone", "note"),
        "code": ("eoir_base_city_code", needed),
        "detained_docket": ("detained_docket", one_of(directory.DetainedDocket)),
        "status": ("status", one_of(directory.CourtStatus)),
        "circuit": ("federal_circuit", text),
    },
    ("court_key",),
)  # fmt: skip
HEARING_LOCATIONS = Table(
    "hearing_locations.csv", directory.HearingLocation,
    {"text": ("eoir_text", needed), "kind": ("kind", needed)}, ("hearing_location_code",),
)  # fmt: skip
FIELD_OFFICES = Table(
    "field_offices.csv", directory.FieldOffice,
    {**ADDRESS, **POSITION, **ZONE, **_same("phone", "area_covered", "note"), "email": ("public_email", text)},
    ("aor_code",),
)  # fmt: skip
AREAS = Table(
    "aor_areas.csv", directory.Area,
    {"field_office_id": ("aor_code", needed), "state_name": ("state_name", needed), **_same("county_name", "note")},
    ("aor_code", "state_name", "county_name"), {"field_office_id": directory.FieldOffice},
)  # fmt: skip
ERO_OFFICES = Table(
    "ero_offices.csv", directory.EroOffice,
    {**ADDRESS, **POSITION, **ZONE, "level": ("level", needed), "field_office_name": ("field_office", text)},
    ("office_key",),
)  # fmt: skip
OPLA_OFFICES = Table(
    "opla_offices.csv", directory.OplaOffice, {**ADDRESS, **POSITION, **_same("area")}, ("office_key",)
)
DISTRICT_AREAS = Table(
    "federal_districts.csv", directory.DistrictArea,
    {
        **_same("county", "authority"), "state": ("state", needed), "scope": ("scope", needed),
        "district_id": ("district", needed), "circuit": ("circuit", needed),  # the district's, not the area's
    },
    ("state", "county"), source="S27",
)  # fmt: skip
FACILITIES = Table(
    "facilities.csv", directory.Facility,
    {
        **ADDRESS, **POSITION, **ZONE, **_same("phone", "detloc", "county", "gender"),
        "kind": ("type", needed), "kind_meaning": ("type_meaning", text), "field_office_id": ("aor_code", text),
        "circuit": ("federal_circuit", text), "status": ("status", one_of(directory.FacilityStatus)),
        "first_use": ("first_use", day), "last_use": ("last_use", day), "daily_population": ("adp_fy26", decimal),
        "last_inspection": ("last_inspection", day), "geo_precision": ("geo_precision", text),
        "name_in_records": ("name_in_ice_records", text),
    },
    ("facility_key",), {"field_office_id": directory.FieldOffice},
)  # fmt: skip
LANGUAGES = Table(
    "codes/languages.csv", directory.Language,
    {
        "eoir_name": ("eoir_name", needed), "name": ("display_en", needed), "name_es": ("display_es", text),
        "iso": ("iso639_3", text), "indigenous": ("indigenous_americas", yes), "signed": ("sign_language", yes),
        "common": ("common_pick_list", yes), "selectable": ("selectable", yes),
    },
    ("code",),
)  # fmt: skip
NATIONALITIES = Table(
    "codes/nationalities.csv", directory.Nationality,
    {
        "eoir_name": ("eoir_name", needed), "name": ("display_en", needed), "iso": ("iso3166_alpha2", text),
        "selectable": ("selectable", yes),
    },
    ("code",),
)  # fmt: skip
DEADLINE_EVENTS = Table(
    "deadline_events.csv", directory.DeadlineEvent,
    {
        "name": ("name", needed), "name_es": ("name_es", needed), "group": ("group", one_of(deadlines.EventGroup)),
        "takes": ("takes", one_of(deadlines.Takes)),
    },
    ("event",), source="S27",
)  # fmt: skip
DEADLINES = Table(
    "deadlines.csv", directory.RuleVersion,
    {
        **_same("applies_when", "forum", "consequence", "protective_rule", "computation_note", "litigation_note"),
        **{name: (name, needed) for name in ("name", "name_es", "trigger_event", "who_must_act", "citation")},
        "category": ("category", one_of(deadlines.Category)), "direction": ("direction", one_of(deadlines.Direction)),
        "length": ("length", count), "unit": ("unit", one_of(deadlines.Unit, empty=True)),
        "roll_rule": ("roll_rule", one_of(deadlines.Roll)),
        "detained_effect": ("detained_effect", one_of(deadlines.Detained)),
        "effective_from": ("effective_from", day), "effective_to": ("effective_to", day),
        "legal_status": ("legal_status", one_of(deadlines.Status)),
        "confidence": ("confidence", one_of(deadlines.Confidence)), "verified_as_of": ("verified_as_of", needed_day),
    },
    ("rule_id",),
)  # fmt: skip
HOLIDAYS = Table(
    "federal_holidays.csv", directory.Holiday,
    {
        "actual_date": ("actual_date", needed_day), "observed_date": ("observed_date", needed_day),
        **{name: (name, needed) for name in ("name", "name_es", "authority")},
    },
    ("actual_date",), source="S27",
)  # fmt: skip
TABLES = (
    SOURCES, COURTS, HEARING_LOCATIONS, FIELD_OFFICES, AREAS, ERO_OFFICES, OPLA_OFFICES, DISTRICT_AREAS, FACILITIES,
    LANGUAGES, NATIONALITIES, DEADLINE_EVENTS, DEADLINES, HOLIDAYS,
)  # fmt: skip
DEADLINE_READINGS = "deadline_readings.csv"
DEADLINE_QUESTIONS = "deadline_questions.csv"
FACILITY_DISTRICTS = "facility_districts.csv"
LANGUAGE_ALIASES = "language_aliases.csv"
CODE_LISTS = (
    "adjournment_codes", "appeal_types", "application_decisions", "asylum_clock_entry", "base_city_codes",
    "bia_decisions", "bia_motion_types", "bond_decision_codes", "bond_request_types", "calendar_types",
    "case_identifiers", "case_priority", "case_types", "charges", "contact_change_sources", "custody_status",
    "decision_codes", "fear_screening_categories", "filing_party", "final_dispositions", "hearing_medium",
    "juvenile_codes", "motion_types", "relief_applications", "schedule_types", "special_issues_bia",
)  # fmt: skip
# The order in which tables are written, so that what is pointed at is there first.
ORDER: tuple[type[models.Model], ...] = (
    directory.Source, directory.Court, directory.HearingLocation, directory.FieldOffice, directory.Area,
    directory.EroOffice, directory.OplaOffice, directory.FederalDistrict, directory.DistrictArea, directory.Facility,
    directory.Language, directory.Nationality, directory.Code, directory.DeadlineEvent, directory.RuleVersion,
    directory.Holiday,
)  # fmt: skip
