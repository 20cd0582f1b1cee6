"""What tests of acceptance share: answers to every question, a case that holds nothing yet, and plans in short."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.intake.acceptance.held import Held
from casework.intake.acceptance.plan import Plan, key_of
from casework.intake.acceptance.planning import planned
from casework.intake.acceptance.saying import Said
from casework.intake.questions.conditions import DECLINED, NOT_KNOWN, Answer, Now
from casework.intake.questions.definition import LIST_OF, Question
from tests.intake.questions.asked import intake

HERE = "America/Los_Angeles"
MORNING = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo(HERE))
NOW = Now(MORNING.date(), frozenset({"MAM", "QUI"}))
NOBODY: dict[str, Any] = {
    "given_names": "", "first_surname": "", "second_surname": "", "aliases": [], "birth_date": "",
    "birth_date_other": "", "a_number": "", "a_number_missing": "", "other_ids": [], "country_of_birth": "",
    "nationalities": [], "language": "", "language_variety": "", "language_town": "", "other_languages": [],
    "reads_languages": [], "gender": "", "alert": "",
}  # fmt: skip
COURT, FACILITY = "adelanto", "ADLNTCA"
OF_TYPE: dict[str, Any] = {
    "text": "words", "long_text": "More words.", "date": "2026-11-03", "partial_date": "2025-06", "time": "21:30",
    "datetime": "2026-11-20T21:30", "yes_no": "yes", "number": 3, "money": "1500.00", "phone": "+12135550143",
    "email": "ana@example.org",
    "address": {"street": "1 Main St", "city": "Los Angeles", "state": "CA", "zip": "90012"},
    "person_name": {"given_names": "Ana", "first_surname": "López"}, "a_number": "012345678", "country": "GT",
    "language": "MAM", "facility": {"facility": FACILITY}, "court": COURT, "code": "212a6Ai",
}  # fmt: skip


def of_type(question: Question) -> Any:
    """A value of the question's type; of several to choose from the first."""
    if question.type == LIST_OF:
        return [{item.key: of_type(item) for item in question.items}]
    if question.type == "choice":
        return question.choices[0].code
    if question.type == "choices":
        return [question.choices[0].code]
    return OF_TYPE[question.type]


def everything() -> dict[str, Any]:
    """An answer to every question."""
    return {question.key: of_type(question) for question in intake()}


def held(**more: Any) -> Held:
    """A case that holds nothing, or what is named."""
    person = NOBODY | more.pop("person", {})
    usual = {"zones": {COURT: HERE}, "place_zones": {FACILITY: HERE}}
    return Held(**({"person": person, "zone": HERE, "now": MORNING} | usual | more))


def said(values: Mapping[str, Any]) -> Said:
    """Answers by their stored forms; NOT_KNOWN and DECLINED stand for themselves."""
    answers = {
        key: Answer(state=value) if value in (NOT_KNOWN, DECLINED) else Answer(value) for key, value in values.items()
    }
    return Said(intake(), answers, NOW)


def plan(values: Mapping[str, Any], days: Mapping[str, date] | None = None, **more: Any) -> Plan:
    return planned(said(values), held(**more), days or {})


def short(found: Plan) -> dict[str, tuple[Any, ...]]:
    """By cell: its fate, why, and what is written; what stands there where it differs."""
    return {
        key_of(row, cell): (
            str(cell.fate), *filter(None, [cell.why]), *([cell.old] if cell.fate == "differs" else []), cell.new,
        )
        for _key, row, cell in found.cells()
    }  # fmt: skip
