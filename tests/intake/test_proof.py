"""A thousand rows: thirty planted errors named, all others imported in one transaction, and taken back."""

import time
from collections.abc import Callable

import pytest

from casework.access.models import User
from casework.intake import actions, jobs
from casework.intake.checking import SKIP
from casework.intake.models import Import, State
from tests.cases.planting import speaking
from tests.intake.bringing import again, findings, sheet_of, work
from tests.intake.planted import PLANTED, as_csv, expected, rows

ROWS = 1_000  # 5,000 were carried through once: benchmarks/README.md


@pytest.mark.proof
@pytest.mark.django_db
def test_a_large_spreadsheet(cast: dict[str, User], record_property: Callable[[str, int], None]) -> None:
    content, ada_user = as_csv(rows(ROWS)), cast["attorney"]
    with speaking(ada_user) as ada:
        made: Import = actions.upload(ada, content=content, file_name="all.csv")
        began = time.perf_counter()
        made = again(ada, made, orders={"3": "mdy"})
        record_property(f"import of {ROWS} rows: ms of the check", round((time.perf_counter() - began) * 1000))
        assert {(one.row, one.column, one.code) for one in findings(ada, made)} == expected()
        made = again(ada, made, choices={str(row): SKIP for row in PLANTED}, stage="active")
        actions.start(ada, made, sheet=sheet_of(ada, made))
    began = time.perf_counter()
    work(ada_user, made)
    record_property(f"import of {ROWS} rows: ms of the import", round((time.perf_counter() - began) * 1000))
    with speaking(ada_user) as ada:
        found = Import.objects.visible_to(ada).get(pk=made.pk)
        assert (found.state, found.cases, found.skipped) == (State.DONE, ROWS - len(PLANTED), len(PLANTED))
        actions.ask_undo(ada, found)
    began = time.perf_counter()
    work(ada_user, made, task=jobs.take_back)
    record_property(f"import of {ROWS} rows: ms of taking it back", round((time.perf_counter() - began) * 1000))
    with speaking(ada_user) as ada:
        assert Import.objects.visible_to(ada).get(pk=made.pk).state == State.UNDONE
