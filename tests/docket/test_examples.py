"""Every worked example of the file comes out, in each of its columns."""

from datetime import datetime

import pytest

from casework.docket import asked
from casework.docket.counting.calendar import Closed
from casework.docket.counting.facts import Moment, Need, Result, State, day_of
from tests.docket.library import book, examples


def computed(row: dict[str, str]) -> Result:
    rule = book().rules[row["rule_id"]]
    extra = asked.split(filter(None, row["extra_input"].split(";")))
    facts, _said = asked.facts(
        rule, on=row["trigger_local"], zone=row["timezone"], detained=row["detained"], extra=extra
    )
    return book().compute(rule, facts)


def written(moment: Moment | None) -> str:
    """As the file has dates and times: local, to the minute."""
    return f"{moment:%Y-%m-%dT%H:%M}" if isinstance(moment, datetime) else moment.isoformat() if moment else ""


def reason(closed: Closed | None) -> str:
    if closed is None:
        return ""
    return f"{closed.name}{' (observed)' if closed.observed else ''}" if closed.name else closed.kind.capitalize()


@pytest.mark.parametrize("row", examples(), ids=[one["example_id"] for one in examples()])
def test_a_worked_example_comes_out(row: dict[str, str]) -> None:
    found = computed(row)
    assert {
        "due_local": written(found.due),
        "due_weekday": f"{found.due:%a}" if found.due else "",
        "unrolled_local": written(found.unrolled),
        "protective_date": written(found.protective and day_of(found.protective)),
        "earliest_or_latest": found.edge,
        "rolled_because": reason(found.rolled_because),
    } == {
        name: "" if row["earliest_or_latest"] == "none" and name in {"due_local", "due_weekday"} else row[name]
        for name in (
            "due_local", "due_weekday", "unrolled_local", "protective_date", "earliest_or_latest", "rolled_because",
        )
    }  # fmt: skip


def test_where_the_file_has_no_date_one_is_asked_for() -> None:
    """In such a row `due_local` only repeats the hearing (the file says so)."""
    row = next(one for one in examples() if one["earliest_or_latest"] == "none")
    found = computed(row)
    assert (row["example_id"], found.state, found.needs) == ("EX11", State.ASK, (Need.SET_DATE,))
    assert len(examples()) == 28
