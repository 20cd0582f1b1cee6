"""What belongs to the rules for deadlines beside their own file: events, questions, and whether all of it fits."""

import re
from collections.abc import Iterator
from typing import Protocol

from django.db import models

from casework.directory import tables
from casework.directory.models import DeadlineEvent, RuleVersion
from casework.directory.models.deadlines import Direction, Edge, Roll, Unit
from casework.directory.tables import Row

PROTECTIVE = frozenset({"", "previous_business_day", "day_before_anniversary"})
EFFECT = re.compile(r"|out|ask|alone|(?:length|add)=[1-9]\d{0,3}")
COUNTED = frozenset({Direction.AFTER, Direction.BEFORE, Direction.NOT_BEFORE})
FREE = {Roll.NONE, Roll.BUSINESS_DAYS_ONLY}


class Reading(Protocol):
    rows: dict[type[models.Model], dict[str, Row]]

    def fault(self, file: str, line: int, column: str, says: str) -> None: ...
    def lines(self, file: str, columns: set[str]) -> Iterator[tuple[int, dict[str, str]]]: ...


def join(reading: Reading) -> None:
    """Gives each rule its events and questions, and each event its place; a fault for whatever does not fit."""
    rules = reading.rows[RuleVersion]
    for place, event in enumerate(reading.rows[DeadlineEvent].values()):
        event["place"] = place
    for rule in rules.values():
        rule.update(rule=rule.pop("key"), events=[], edge="", questions=[])
    _read_readings(reading, rules)
    _read_questions(reading, rules)
    for line, cells in reading.lines(tables.DEADLINES.file, {"rule_id"}):
        if cells["rule_id"] in rules:
            _check(reading, line, rules[cells["rule_id"]], rules)


def _read_readings(reading: Reading, rules: dict[str, Row]) -> None:
    file, known = tables.DEADLINE_READINGS, reading.rows[DeadlineEvent]
    for line, cells in reading.lines(file, {"rule_id", "events", "edge"}):
        if cells["rule_id"] not in rules:
            reading.fault(file, line, "rule_id", f"no rule has the key {cells['rule_id']}")
            continue
        for event in cells["events"].split():
            if event not in known:
                reading.fault(file, line, "events", f"no event has the key {event}")
        if cells["edge"] not in {"", *Edge.values}:
            reading.fault(file, line, "edge", f"must be empty or one of {', '.join(Edge.values)}: {cells['edge']}")
        rules[cells["rule_id"]].update(events=cells["events"].split(), edge=cells["edge"])


def _read_questions(reading: Reading, rules: dict[str, Row]) -> None:
    file, names = tables.DEADLINE_QUESTIONS, ("code", "text", "text_es", "yes", "no")
    for line, cells in reading.lines(file, {"rule_id", *names}):
        if cells["rule_id"] not in rules:
            reading.fault(file, line, "rule_id", f"no rule has the key {cells['rule_id']}")
            continue
        for name in ("yes", "no"):
            if not EFFECT.fullmatch(cells[name]):
                reading.fault(file, line, name, f"must be out, ask, alone, length=N or add=N: {cells[name]}")
        for name in ("code", "text", "text_es"):
            if not cells[name]:
                reading.fault(file, line, name, "is empty")
        rules[cells["rule_id"]]["questions"].append({name: cells[name] for name in names})


def _check(reading: Reading, line: int, rule: Row, rules: dict[str, Row]) -> None:
    """That a rule says all that it is counted by, and nothing else."""

    def fault(column: str, says: str) -> None:
        reading.fault(tables.DEADLINES.file, line, column, says)

    direction, unit = rule.get("direction"), rule.get("unit")
    for name, stands in (("length", rule.get("length") is not None), ("unit", bool(unit))):
        if (direction in COUNTED) != stands:
            fault(name, f"a rule of the direction {direction} has {'no' if stands else 'a'} {name}")
    if unit in (Unit.HOURS, Unit.OPEN_HOURS) and rule.get("roll_rule") not in FREE:
        fault("roll_rule", "hours do not move to another day")
    if unit == Unit.CLOCK_DAYS and direction == Direction.BEFORE:
        fault("unit", "days on a clock are not counted back")
    for column, says in _dangling(rule, rules):
        fault(column, says)


def _dangling(rule: Row, rules: dict[str, Row]) -> Iterator[tuple[str, str]]:
    if rule.get("protective_rule") not in PROTECTIVE | rules.keys():
        yield "protective_rule", f"no rule has the key {rule.get('protective_rule')}"
    if not rule["events"]:
        yield "rule_id", f"{tables.DEADLINE_READINGS} names no event of this rule"
    starts, ends = rule.get("effective_from"), rule.get("effective_to")
    if starts and ends and ends < starts:
        yield "effective_to", "is before effective_from"
