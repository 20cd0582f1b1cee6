"""Reads the folder of files whole, before anything is written: each fault with its file, line and column."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import models

from casework.directory import rule_files, tables
from casework.directory.models import (
    Code,
    Court,
    DistrictArea,
    Facility,
    FederalDistrict,
    HearingLocation,
    Language,
    Place,
    Precision,
    Source,
)  # fmt: skip
from casework.directory.search import fold
from casework.directory.tables import Row, Table, Unfit

IN_ADDRESSES = re.compile(r"[-a-zA-Z0-9_]+")  # keys of what has a page
SOURCE_CODE = re.compile(r"\bS\d\d\b")
MEANINGS = ("eoir_description", "meaning", "eoir_text")


class Unreadable(ValueError):
    """The files do not fit. `faults` names each by file, line and column."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass
class Reading:
    """What stands in the files: for each model its rows by key, each row its values by field."""

    folder: Path
    rows: dict[type[models.Model], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    faults: list[str] = field(default_factory=list)

    def fault(self, file: str, line: int, column: str, says: str) -> None:
        self.faults.append(f"{file}, line {line}, column {column}: {says}")

    def lines(self, file: str, columns: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
        """Number and cells of each line after the head. A file or column that is missing is a fault."""
        try:
            content = (self.folder / file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            self.faults.append(f"{file}: cannot be read as UTF-8 text ({type(error).__name__}).")
            return
        reader = csv.DictReader(content.splitlines(keepends=True), restkey="", strict=True)
        missing = columns - set(reader.fieldnames or [])
        self.faults += [f"{file}, line 1: the column {name} is missing." for name in sorted(missing)]
        if missing:
            return
        try:
            for cells in reader:
                if "" in cells or None in cells.values():
                    self.faults.append(f"{file}, line {reader.line_num}: more or fewer cells than the head has.")
                    continue
                yield reader.line_num, {name: cell.strip() for name, cell in cells.items()}
        except csv.Error as error:
            self.faults.append(f"{file}, line {reader.line_num}: {error}.")

    def add(self, where: tuple[str, int, str], model: type[models.Model], key: str, row: Row) -> None:
        """Takes a row in, unless its key is empty or there already."""
        if not key.strip("|"):
            self.fault(*where, "is empty")
        elif model in (Court, Facility) and not IN_ADDRESSES.fullmatch(key):
            self.fault(*where, f"may hold letters, digits, - and _ only: {key}")
        elif key in self.rows[model]:
            self.fault(*where, f"the key {key} stands there twice")
        else:
            self.rows[model][key] = row | {_key_of(model): key}


def read(folder: Path) -> Reading:
    """All rows of the folder. Raises Unreadable with all that is wrong."""
    reading = Reading(folder)
    for table in tables.TABLES:
        _read_table(reading, table)
    for name in tables.CODE_LISTS:
        _read_codes(reading, name)
    _join_districts(reading)
    _read_aliases(reading)
    rule_files.join(reading)
    if not reading.faults:
        _derive(reading)
    if reading.faults:
        raise Unreadable(reading.faults)
    return reading


def _key_of(model: type[models.Model]) -> str:
    return str(model._meta.pk.name)


def _read_table(reading: Reading, table: Table) -> None:
    has_source = not table.source and table.model is not Source
    columns = (
        {name for name, _reader in table.columns.values()} | set(table.key) | ({"source"} if has_source else set())
    )
    for line, cells in reading.lines(table.file, columns):
        row: Row = {}
        for name, (column, reader) in table.columns.items():
            try:
                row[name] = _fitting(table.model, name, reader(cells[column]))
            except Unfit as fault:
                reading.fault(table.file, line, column, str(fault))
        if table.model is not Source:
            row |= _sources(reading, table.file, line, cells["source"] if has_source else table.source)
        for name, target in table.points.items():
            row[name] = row.get(name) or None
            if row[name] and row[name] not in reading.rows[target]:
                reading.fault(table.file, line, table.columns[name][0], f"nothing has the key {row[name]}")
        key = "|".join(cells[name] for name in table.key)
        reading.add((table.file, line, table.key[0]), table.model, key, row)


@cache
def _room(model: type[models.Model]) -> dict[str, int | None]:
    """How many letters each field holds."""
    return {one.attname: getattr(one, "max_length", None) for one in model._meta.fields}


def _fitting(model: type[models.Model], name: str, value: Any) -> Any:
    """The value, unless the field has no room for it. Raises Unfit."""
    most = _room(model).get(name)
    if isinstance(value, str) and most and len(value) > most:
        raise Unfit(f"is longer than {most} letters")
    return value


def _sources(reading: Reading, file: str, line: int, cell: str) -> Row:
    """The sources that the cell names, and the newest date among them."""
    codes = list(dict.fromkeys(SOURCE_CODE.findall(cell)))
    known = reading.rows[Source]
    for code in codes:
        if code not in known:
            reading.fault(file, line, "source", f"no source has the code {code}")
    if not codes:
        reading.fault(file, line, "source", "names no source")
    dates: list[date] = [known[code]["as_of"] for code in codes if code in known and known[code]["as_of"]]
    return {"source": " ".join(codes), "as_of": max(dates, default=None)}


def _read_codes(reading: Reading, name: str) -> None:
    file = f"codes/{name}.csv"
    for line, cells in reading.lines(file, {"code", "source"}):
        column = next((one for one in MEANINGS if one in cells), "")
        if not column:
            reading.faults.append(f"{file}, line 1: one of the columns {', '.join(MEANINGS)} is needed.")
            return
        extra = {one: cell for one, cell in cells.items() if one not in {"code", "decision_key", "source", column}}
        if SOURCE_CODE.sub("", cells["source"]).strip():
            extra["source"] = cells["source"]  # what it says about itself beside its sources
        row = {"list": name, "code": cells["code"], "meaning": cells[column], "extra": extra}
        for one in ("code", "meaning"):
            try:
                _fitting(Code, one, row[one])
            except Unfit as fault:
                reading.fault(file, line, one, str(fault))
        row |= _sources(reading, file, line, cells["source"])
        key = cells.get("decision_key", cells["code"])
        reading.add((file, line, "code"), Code, f"{name}/{key}" if key and cells["code"] else "", row)


def _join_districts(reading: Reading) -> None:
    """Districts have no file of their own. Facilities get theirs: by the file that says so, else by their county."""
    areas, districts = reading.rows[DistrictArea], reading.rows[FederalDistrict]
    for area in areas.values():
        same: Row = {name: area[name] for name in ("source", "as_of") if name in area}
        name = area.get("district_id", "")
        districts[name] = {"name": name, "circuit": area.pop("circuit", ""), **same}
    facilities = reading.rows[Facility]
    for facility in facilities.values():
        state, county = facility.get("state"), facility.get("county")
        found = areas.get(f"{state}|{county}") or areas.get(f"{state}|")
        facility["district_id"] = found["district_id"] if found else None
    for line, cells in reading.lines(tables.FACILITY_DISTRICTS, {"facility_key", "federal_district"}):
        key, district = cells["facility_key"], cells["federal_district"]
        if key not in facilities:
            reading.fault(tables.FACILITY_DISTRICTS, line, "facility_key", f"no facility has the key {key}")
        elif district:
            facilities[key]["district_id"] = district
            circuit = facilities[key].get("circuit", "")
            districts.setdefault(district, {"name": district, "circuit": circuit, "source": "S27", "as_of": None})


def _read_aliases(reading: Reading) -> None:
    for language in reading.rows[Language].values():
        language["aliases"] = []
    for line, cells in reading.lines(tables.LANGUAGE_ALIASES, {"code", "alias"}):
        if cells["code"] in reading.rows[Language]:
            reading.rows[Language][cells["code"]]["aliases"].append(cells["alias"])
        else:
            reading.fault(tables.LANGUAGE_ALIASES, line, "code", f"no language has the code {cells['code']}")


def _derive(reading: Reading) -> None:
    """What follows from other rows: positions of courts, courts of hearing locations, words to be found by."""
    _place_courts(reading)
    by_code = {court["code"]: key for key, court in reading.rows[Court].items()}
    for code, location in reading.rows[HearingLocation].items():
        location["court_id"] = by_code.get(code)
    for model, rows in reading.rows.items():
        names = {one.name for one in model._meta.fields}
        if "words" not in names:
            continue
        for key, row in rows.items():
            row["words"] = _words(row, key)
            if issubclass(model, Place) and "geo_precision" not in row:
                row["geo_precision"] = Precision.SITE.value if row.get("lat") is not None else ""


def _words(row: Row, key: str) -> str:
    known = ("name", "name_in_records", "eoir_name", "name_es", "city", "county", "state", "code", "detloc")
    texts = [str(row.get(name, "")) for name in known]
    return " ".join(dict.fromkeys(fold(*texts, *row.get("aliases", []), key if "detloc" in row else "").split()))


def _place_courts(reading: Reading) -> None:
    """A court stands where something with the same zip code is known to stand, or else something of the same town."""
    by_zip: dict[str, tuple[float, float]] = {}
    by_town: dict[tuple[str, str], tuple[float, float]] = {}
    for table in (tables.OPLA_OFFICES, tables.FIELD_OFFICES, tables.ERO_OFFICES, tables.FACILITIES):
        for row in reading.rows[table.model].values():
            if row["lat"] is None or row["lon"] is None:
                continue
            by_town.setdefault((row["city"].casefold(), row["state"]), (row["lat"], row["lon"]))
            if row["zip"] and row.get("geo_precision") != Precision.CITY:
                by_zip.setdefault(row["zip"][:5], (row["lat"], row["lon"]))
    for court in reading.rows[Court].values():
        near, town = by_zip.get(court["zip"][:5]), by_town.get((court["city"].casefold(), court["state"]))
        court["lat"], court["lon"] = near or town or (None, None)
        court["geo_precision"] = Precision.ZIP.value if near else Precision.CITY.value if town else ""
