"""What the pages of an import show."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from casework.access import acts
from casework.access.actor import Actor
from casework.cases.models import Case
from casework.desk.imports import words
from casework.intake import columns
from casework.intake.checking import ASK, NEW, NOTE, SKIP, Finding, Setup, kept_findings
from casework.intake.models import Import, Sheet
from casework.intake.sheets import Row, letter
from casework.people.models import Person

ROWS = 20  # with findings, on one page


@dataclass(frozen=True)
class Told:
    """A finding in words. `name` is that of the box in which the cell is corrected; empty where none helps."""

    finding: Finding
    where: str
    says: str
    text: str
    name: str
    link: str = ""
    person: str = ""

    @property
    def is_note(self) -> bool:
        return self.finding.level == NOTE

    @property
    def field_id(self) -> str:
        return f"id_{self.name}"


@dataclass(frozen=True)
class ToldRow:
    """A row of the spreadsheet with what was found there. `asks` for a decision when it may be a duplicate."""

    number: int
    who: str
    found: list[Told] = field(default_factory=list)
    is_header: bool = False

    @property
    def asks(self) -> bool:
        return any(one.finding.level == ASK for one in self.found)

    @property
    def only_notes(self) -> bool:
        return all(one.is_note for one in self.found)


@dataclass(frozen=True)
class Findings:
    """A page of rows with findings, and where the others are."""

    rows: list[ToldRow]
    newer: str = ""
    older: str = ""


def findings(request: HttpRequest, actor: Actor, sheet: Sheet, rows: Sequence[Row]) -> Findings:
    """The page of findings that was asked for. People who are there already are noted as seen."""
    found: dict[int, list[Finding]] = {}
    for one in kept_findings(sheet.report):
        found.setdefault(one.row, []).append(one)
    at = _number(request.GET.get("page", ""))
    numbers = sorted(found)[at * ROWS : (at + 1) * ROWS + 1]
    texts = {number: cells for number, cells in rows if number in set(numbers)}
    setup, header_row = Setup.of(sheet.setup), sheet.read_as["header_row"]
    people, cases = _people(actor, [one for number in numbers[:ROWS] for one in found[number]])
    told = [
        ToldRow(
            number, _who(texts.get(number, []), setup),
            [_told(one, sheet, texts.get(number, []), people, cases) for one in found[number]],
            number == header_row,
        )
        for number in numbers[:ROWS]
    ]  # fmt: skip
    return Findings(told, f"?page={at}" if at else "", f"?page={at + 2}" if len(numbers) > ROWS else "")


def _number(text: str) -> int:
    return max(int(text) - 1, 0) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _told(one: Finding, sheet: Sheet, texts: list[str], people: Mapping[str, Person], cases: Mapping[str, str]) -> Told:
    setup, header = Setup.of(sheet.setup), sheet.headers[one.column] if one.column >= 0 else ""
    kind = str(columns.BY_KEY[setup.columns[one.column]].label) if one.column >= 0 and setup.columns[one.column] else ""
    where = text = ""
    if one.column >= 0:
        where = _("Column %(letter)s, %(header)s") % {"letter": letter(one.column), "header": header or kind}
    if one.column >= 0 and texts:
        text = setup.fixes.get(str(one.row), {}).get(str(one.column), texts[one.column])
    person = people.get(one.about.get("person", ""))
    is_cell = one.column >= 0 and one.level != ASK and texts
    return Told(
        one, where, words.finding(one.code, one.about), text,
        f"cell-{one.row}-{one.column}" if is_cell else "", cases.get(one.about.get("case", ""), "") if person else "",
        (person.full_name or _("Name not known yet")) if person else "",
    )  # fmt: skip


def _who(texts: list[str], setup: Setup) -> str:
    """The name in a row as it stands there."""
    named = ("full_name", "given_names", "first_surname", "second_surname")
    return " ".join(texts[setup.columns.index(key)] for key in named if texts and key in setup.columns).strip()


def _people(actor: Actor, found: list[Finding]) -> tuple[dict[str, Person], dict[str, str]]:
    """Those whom the reader sees still, noted as seen, and cases of theirs."""
    wanted = {uuid.UUID(one.about["person"]) for one in found if one.about.get("person")}
    if not wanted:
        return {}, {}
    people = Person.objects.visible_to(actor).in_bulk(wanted)
    acts.note_list(actor, "person.listed", list(people.values()))
    cases = [uuid.UUID(one.about["case"]) for one in found if one.about.get("case")]
    seen = Case.objects.visible_to(actor).filter(pk__in=cases).values_list("pk", flat=True)
    return {str(pk): one for pk, one in people.items()}, {str(pk): str(pk) for pk in seen}


def facts(counts: Mapping[str, int]) -> list[tuple[str, Any, str]]:
    """The four numbers of a dry run."""
    return [
        (_("Cases to import"), counts.get("cases", 0), _("of %(rows)s rows") % {"rows": counts.get("rows", 0)}),
        (_("Cells to correct"), counts.get("errors", 0), ""),
        (_("Rows to decide on"), counts.get("asks", 0), _("Perhaps there already")),
        (_("Rows left out"), counts.get("skipped", 0), ""),
    ]


def written(made: Import) -> list[tuple[str, Any, str]]:
    """The four numbers of an import."""
    return [
        (_("Cases"), made.cases, _("of %(rows)s rows") % {"rows": made.rows}),
        (_("Contacts"), made.contacts, _("Nothing is permitted yet")),
        (_("Places"), made.stays, ""),
        (_("Hearings"), made.hearings, _("Kind not known yet")),
    ]


CHOICES = (SKIP, NEW)
