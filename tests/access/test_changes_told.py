"""What became of a row since it was read, and of one field; what stood before a change, and when that is no more."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from casework.access import changes
from casework.access.changes import Change
from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import person
from casework.cases.models import Case
from casework.people.models import Person
from casework.vault.fields import Locked
from tests.cases.planting import again, open_case, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def write(user: User, case: Case, **values: Any) -> uuid.UUID:
    with speaking(user) as actor:
        now = again(actor, case)
        line = person.change(actor, now, values=values, seen=now.person.version)
    assert line is not None
    return line


def told(line: uuid.UUID, was: Any, now: Any) -> Change:
    """A change as that line tells it."""
    entry = Entry.objects.get(pk=line)
    return Change(was, now, entry.actor_name, entry.user_id, entry.at)


@pytest.fixture
def case(cast: Cast) -> Case:
    return open_case(cast["attorney"], given_names="Rosa")


@pytest.fixture
def lines(cast: Cast, case: Case) -> list[uuid.UUID]:
    """Three changes: of two fields by Ada, of one of them by Ben, of a third by Ada."""
    return [
        write(cast["attorney"], case, given_names="Rosa María", language="es"),
        write(cast["paralegal"], case, given_names="Rosalía"),
        write(cast["attorney"], case, gender="woman"),
    ]


def test_since_a_version_each_field_has_its_first_and_its_last(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    first, second, third = lines
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        assert changes.since(row, 1) == {
            "given_names": told(second, "Rosa", "Rosalía"),
            "language": told(first, "", "es"),
            "gender": told(third, "", "woman"),
        }
        assert changes.since(row, 2) == {
            "given_names": told(second, "Rosa María", "Rosalía"), "gender": told(third, "", "woman"),
        }  # fmt: skip
        assert changes.since(row, 3) == {"gender": told(third, "", "woman")}
        assert changes.since(row, 4) == {}


def test_one_field_has_its_own_story_the_newest_first(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    first, second, third = lines
    other = open_case(cast["attorney"], given_names="Somebody")
    write(cast["attorney"], other, given_names="Somebody else")
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        assert changes.history(row, "given_names") == [
            told(second, "Rosa María", "Rosalía"), told(first, "Rosa", "Rosa María"),
        ]  # fmt: skip
        assert changes.history(row, "gender") == [told(third, "", "woman")]
        assert changes.history(row, "alert") == []


def test_the_story_is_of_the_newest_hundred_lines(
    cast: Cast, case: Case, lines: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST", 2)
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        assert changes.history(row, "given_names") == [told(lines[1], "Rosa María", "Rosalía")]
        assert sorted(changes.since(row, 1)) == ["gender", "given_names"]


def before(user: User, case: Case, line: uuid.UUID, verbs: list[str] | None = None) -> dict[str, Any]:
    with speaking(user) as actor:
        return changes.before(again(actor, case).person, line, verbs or [person.VERB])


def test_what_stood_before_is_told_while_nobody_built_on_it(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    assert before(cast["attorney"], case, lines[1]) == {"given_names": "Rosa María"}
    assert before(cast["paralegal"], case, lines[2]) == {"gender": ""}


def test_a_line_of_another_verb_or_row_is_not_there(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    other = open_case(cast["attorney"], given_names="Somebody")
    for asked, row, verbs in (
        (lines[2], case, ["note.changed"]),
        (lines[2], other, None),
        (uuid.uuid4(), case, None),
    ):
        with pytest.raises(Http404):
            before(cast["attorney"], row, asked, verbs)


def refused(user: User, case: Case, line: uuid.UUID) -> list[str]:
    with pytest.raises(ValidationError) as found:
        before(user, case, line)
    return found.value.messages


def test_whoever_built_on_it_is_named_once_and_in_order(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    ada, ben = cast["attorney"], cast["paralegal"]
    assert refused(ada, case, lines[0]) == [
        f"This cannot be undone any more: {ben.name} changed the same fields since."
    ]
    write(ada, case, language="quc")
    write(ben, case, given_names="Rosa Elena")
    names = ", ".join(sorted([ada.name, ben.name]))
    assert refused(ada, case, lines[0]) == [f"This cannot be undone any more: {names} changed the same fields since."]


def test_where_no_line_tells_who_did_it_that_is_said(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    """The clock of a program that writes past the acts, say."""
    with window("the test"):
        Person.objects.filter(pk=case.person_id).update(gender="man")
    assert refused(cast["attorney"], case, lines[2]) == [
        "This cannot be undone any more: the fields have other values now."
    ]


def test_a_line_that_does_not_open_is_not_undone(cast: Cast, case: Case, lines: list[uuid.UUID]) -> None:
    """Neither one that keeps nothing, nor one about a row of which something does not open."""
    bare = Entry.objects.create(
        verb=person.VERB, organization_id=case.organization_id, object_type="people.person", object_id=case.person_id,
        file_id=case.person_id, actor_kind="staff", actor_name="Ada",
    )  # fmt: skip
    assert refused(cast["attorney"], case, bare.pk) == ["This cannot be undone: what stood before does not open."]
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        row.given_names = Locked()
        with pytest.raises(ValidationError, match=r"^\['This cannot be undone: what stood before does not open\.'\]$"):
            changes.before(row, lines[1], [person.VERB])
