"""Two people who save one row: what the second statement asks of the row, when the first has just written it."""

from typing import Any

import pytest
from django.db import connection

from casework.access import changes
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.cases import actions
from tests.cases.planting import again, open_case, speaking

pytestmark = pytest.mark.django_db


def test_the_version_is_asked_of_the_row_itself(cast: dict[str, User]) -> None:
    """PostgreSQL asks that again when it has waited for another transaction; what a sub-query found stays as it was."""
    case, seen = open_case(cast["attorney"], given_names="Rosa"), list[str]()

    def listen(execute: Any, sql: str, *more: Any) -> Any:
        seen.append(sql)
        return execute(sql, *more)

    with speaking(cast["attorney"]) as ada:
        made = actions.write_note(ada, again(ada, case), text="Called.")
        note = again(ada, case).notes.get(pk=made.pk)
        with connection.execute_wrapper(listen):
            actions.change_note(ada, again(ada, case), note=note, values={"text": "No, she wrote."}, seen=1)
    [update] = [sql for sql in seen if sql.startswith('UPDATE "cases_note"')]
    outside, sub_query, _inside = update.partition(" IN (SELECT ")
    assert sub_query
    assert '"cases_note"."version" = %s' in outside.partition(" WHERE ")[2]


def test_a_save_in_parts_writes_what_is_named_and_the_version(cast: dict[str, User]) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        row.gender, row.language = "woman", "not saved"
        assert changes.write(row, {"gender": "man"}) == {"gender": ("woman", "man")}
        found = again(ada, case).person
        assert (found.gender, found.language, found.version, row.version) == ("man", "", 2, 2)


def test_whoever_comes_second_is_told_of_which_row_and_keeps_it_as_it_was(cast: dict[str, User]) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    with speaking(cast["attorney"]) as ada:
        changes.write(again(ada, case).person, {"language": "es"})
        first, second = again(ada, case).person, again(ada, case).person
        changes.write(first, {"gender": "woman"})
        second.gender = "man"
        for names in (["gender"], None):
            with pytest.raises(ChangedMeanwhile, match=f"^people.Person {second.pk}$") as late:
                second.save(update_fields=names)
            assert (late.value.row is second, second.version, second.gender) == (True, 2, "man")
