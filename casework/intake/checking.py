"""The dry run: every row of an upload, as it would be written, and what keeps it from being written.

Nothing is changed. The import itself runs the same check again, since the world goes on between the two.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from casework.access.actor import Actor
from casework.directory.models import Court
from casework.intake import cells, columns, duplicates, lists, rules
from casework.intake.cells import Cell, Wrong
from casework.intake.lists import Lists
from casework.intake.sheets import Row
from casework.look import clocks

ERROR, ASK, NOTE = "error", "ask", "note"
SKIP, NEW = "skip", "new"
Told = Callable[[int], None]  # how many rows so far
TELL = 100  # rows between two words of how far it has come
MOST_TOLD = 2_000  # findings that are kept; beyond that the mapping is wrong, not the cells


@dataclass
class Setup:
    """How an upload is read: what each column is, the order of days in it, and what counts for the whole batch.

    `fixes` are corrected cells by row and column, `choices` what becomes of rows (SKIP or NEW), by their number.
    `stage` is "enquiry", "screening", "offered" or "active"; `lead` a membership; `source` where the file does not say.
    """

    columns: list[str] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    stage: str = "active"
    lead: str = ""
    source: str = "other"
    fixes: dict[str, dict[str, str]] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Setup":
        return cls(**kept)

    def as_kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """Something about a cell, or (column -1) about a row. `options` are values it may mean, and their words."""

    row: int
    column: int
    level: str
    code: str
    about: dict[str, Any] = field(default_factory=dict)
    options: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Hearing:
    """The next hearing as the file says it: wall time at the court."""

    day: date
    clock: time
    court: Court


@dataclass
class Planned:
    """A row as it would be written: fields of the person, of the case, and what comes with it."""

    number: int
    person: dict[str, Any] = field(default_factory=dict)
    matters: list[str] = field(default_factory=list)
    lead: uuid.UUID | None = None
    contacts: list[dict[str, Any]] = field(default_factory=list)
    place: str = ""
    since: date | None = None
    source: str = ""
    hearing: Hearing | None = None


@dataclass
class Report:
    """What a check found: rows that are ready, and findings in the order of the file."""

    planned: list[Planned]
    findings: list[Finding]
    rows: int
    skipped: int
    lists: Lists

    @property
    def counts(self) -> dict[str, int]:
        """Numbers for the page: what would be written, and what keeps it."""
        levels = Counter(one.level for one in self.findings)
        return {
            "rows": self.rows, "skipped": self.skipped, "cases": len(self.planned),
            "contacts": sum(len(one.contacts) for one in self.planned),
            "stays": sum(bool(one.place) for one in self.planned),
            "hearings": sum(one.hearing is not None for one in self.planned),
            "errors": levels[ERROR], "asks": levels[ASK], "notes": levels[NOTE],
        }  # fmt: skip

    @property
    def is_ready(self) -> bool:
        """Whether the whole can be imported."""
        return bool(self.planned) and not any(one.level in (ERROR, ASK) for one in self.findings)

    def as_kept(self) -> dict[str, Any]:
        """The findings and numbers, as JSON knows them."""
        found = [[one.row, one.column, one.level, one.code, one.about, one.options] for one in self.findings]
        return {"counts": self.counts, "ready": self.is_ready, "findings": found[:MOST_TOLD], "found": len(found)}


def kept_findings(report: Mapping[str, Any]) -> list[Finding]:
    """The findings of a report that was kept."""
    return [
        Finding(row, column, level, code, about, [(value, words) for value, words in options])
        for row, column, level, code, about, options in report.get("findings", [])
    ]


def check(
    actor: Actor, headers: list[str], header_row: int, rows: Iterable[Row], setup: Setup, *, told: Told | None = None
) -> Report:
    """The dry run, for whoever brings it: duplicates are looked for among people they may see.

    `told` is called with how many rows were read, now and then.
    """
    known, planned, findings, many, skipped = (
        lists.of(actor),
        list[Planned](),
        _headers(headers, header_row, setup),
        0,
        0,
    )
    for number, texts in rows:
        many += 1
        if told and many % TELL == 0:
            told(many)
        if setup.choices.get(str(number)) == SKIP:
            skipped += 1
            continue
        row, found = _row(number, _corrected(number, texts, setup), headers, setup, known)
        findings += found
        planned.append(row)
    same = duplicates.among(planned)
    same += duplicates.there_already(actor, planned)
    findings += [
        Finding(one.row, _column_of(setup, one.by), ASK, one.code, one.about)
        for one in same if setup.choices.get(str(one.row)) != NEW
    ]  # fmt: skip
    findings.sort(key=lambda one: (one.row, one.column))
    return Report(planned, findings, many, skipped, known)


def _column_of(setup: Setup, key: str) -> int:
    return setup.columns.index(key) if key in setup.columns else -1


def _corrected(number: int, texts: list[str], setup: Setup) -> list[str]:
    fixes = setup.fixes.get(str(number))
    return [fixes.get(str(at), text) for at, text in enumerate(texts)] if fixes else texts


def _headers(headers: list[str], header_row: int, setup: Setup) -> list[Finding]:
    """Columns that are taken although another one has the same header, or that have none."""
    taken = [at for at, key in enumerate(setup.columns) if key]
    plain = [one.casefold() for one in headers]
    found = []
    for at in taken:
        same = [other for other in taken if other < at and plain[other] and plain[other] == plain[at]]
        if same:
            found.append(Finding(header_row, at, ERROR, "header_twice", {"other": same[0]}))
        if not plain[at]:
            found.append(Finding(header_row, at, ERROR, "header_missing"))
    return found


def _row(
    number: int, texts: list[str], headers: list[str], setup: Setup, known: Lists
) -> tuple[Planned, list[Finding]]:
    """What a row says, and what is wrong with its cells and with the row."""
    values, findings = dict[str, Any](), list[Finding]()
    others = []
    for at, key in enumerate(setup.columns):
        if not key:
            continue
        try:
            said = cells.read(key, Cell(texts[at], setup.orders.get(str(at), ""), known, headers[at]))
        except Wrong as error:
            findings.append(Finding(number, at, ERROR, error.code, error.about, error.options))
            said = Wrong
        if key == "other_number":
            others += [said] if isinstance(said, dict) else []
        else:
            values[key] = said
    values["other_ids"] = others
    for key, code in _missing(values, known):
        at = _column_of(setup, key)
        findings.append(Finding(number, at, NOTE if code == "clock_twice" else ERROR, code))
    return _planned(number, values, setup), findings


def _missing(values: Mapping[str, Any], known: Lists) -> Iterator[tuple[str, str]]:
    """What a row lacks, or what of it does not go together; cells that are wrong themselves are told alone."""
    if not any(values.get(key) for key in ("given_names", "first_surname", "second_surname", "full_name", "a_number")):
        yield ("full_name" if "full_name" in values else "given_names"), "no_name"
    for which in ("contact", "contact2"):
        beside = [values.get(f"{which}_{name}") for name in ("relationship", "phone", "language")]
        if any(beside) and not values.get(f"{which}_name"):
            yield f"{which}_name", "contact_name"
    if values.get("place") and not values.get("since"):
        yield "since", "since_missing"
    if (values.get("since") or values.get("source")) and not values.get("place"):
        yield "place", "place_missing"
    yield from _of_hearing(values)


def _of_hearing(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    day, clock, court = (values.get(key) for key in ("hearing_date", "hearing_time", "court"))
    if not day:
        if clock:
            yield "hearing_date", "hearing_day_missing"
        return
    if not clock:
        yield "hearing_time", "hearing_time_missing"
    if not court:
        yield "court", "court_missing"
    if isinstance(day, date) and isinstance(clock, time) and isinstance(court, Court):
        found = clocks.instants(day, clock, ZoneInfo(court.time_zone))
        if len(found) != 1:
            yield "hearing_time", "clock_twice" if found else "no_such_time"


def _planned(number: int, values: Mapping[str, Any], setup: Setup) -> Planned:
    said = {key: value for key, value in values.items() if value is not None and value is not Wrong}
    names = said.pop("full_name", {})
    number_digits, missing = said.pop("a_number", ("", ""))
    nationality = said.pop("nationality", [])
    person = names | {key: said[key] for key in PERSON if said.get(key)}
    person |= {"a_number": number_digits, "a_number_missing": missing, "nationalities": nationality}
    hearing = None
    if all(key in said for key in ("hearing_date", "hearing_time", "court")):
        hearing = Hearing(said["hearing_date"], said["hearing_time"], said["court"])
    return Planned(
        number, {key: value for key, value in person.items() if value}, said.get("matters", []),
        cells.as_id(said.get("lead") or setup.lead), list(_contacts(said)), said.get("place", ""), said.get("since"),
        said.get("source") or setup.source, hearing,
    )  # fmt: skip


PERSON = (
    "given_names", "first_surname", "second_surname", "aliases", "birth_date", "country_of_birth", "language", "gender",
    "alert", "other_ids",
)  # fmt: skip


def _contacts(said: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Contacts as they are added: nobody has said that one may call, text or leave voicemail."""
    for position, which in enumerate(("contact", "contact2"), start=1):
        name = said.get(f"{which}_name")
        if not name:
            continue
        number = said.get(f"{which}_phone")
        closed = {"number": number, "call": False, "text": False, "voicemail": False, "note": ""}
        yield {
            "kind": "family", "name": name, "relationship": said.get(f"{which}_relationship", ""),
            "language": said.get(f"{which}_language", ""), "phones": [closed] if number else [], "position": position,
        }  # fmt: skip


def ask_orders(headers: list[str], rows: Iterable[Row], setup: Setup) -> dict[int, str]:
    """Columns of days in which it has to be asked whether the month or the day stands first: EITHER or MIXED."""
    found: dict[int, str] = {}
    body = list(rows)
    for at, key in enumerate(setup.columns):
        if key not in columns.DAYS:
            continue
        order = rules.order_of(texts[at] for _number, texts in body)
        if order in (rules.EITHER, rules.MIXED):
            found[at] = order
        elif order:
            setup.orders.setdefault(str(at), order)
    return found
