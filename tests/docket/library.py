"""The rules and holidays as their files have them, without a database."""

import csv
from datetime import date
from functools import cache

from casework.directory.management.commands.load_directory import FOLDER
from casework.directory.models import Holiday, RuleVersion
from casework.directory.reading import read
from casework.docket.book import Book, calendar_of, rule_of

EXAMPLES = FOLDER.parent / "docket" / "deadlines_examples.csv"


@cache
def book() -> Book:
    rows = read(FOLDER).rows
    versions = {
        rule: RuleVersion(**row, key=f"{rule}|1", number=1, loaded_on=date(2026, 11, 22))
        for rule, row in rows[RuleVersion].items()
    }
    rules = {rule: rule_of(one) for rule, one in versions.items()}
    return Book(versions, rules, calendar_of(Holiday(**row) for row in rows[Holiday].values()))


def examples() -> list[dict[str, str]]:
    with EXAMPLES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
