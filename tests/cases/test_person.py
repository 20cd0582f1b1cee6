"""Changing the person of a case: what is written, who is first, and what can be taken back."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from casework.access.acts import opened_details
from casework.access.changes import since
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions, person
from casework.cases.models import Case
from casework.people.models import NameToken
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def changed(user: User, case: Case, organization: str = NORTH, **values: object) -> uuid.UUID | None:
    """What the act gives, for somebody who has just opened the case."""
    with speaking(user, organization) as actor:
        now = again(actor, case)
        return person.change(actor, now, values=values, seen=now.person.version)


def details(user: User, case: Case) -> list[dict[str, object] | None]:
    """What the lines of changes keep, oldest first, as far as it opens to this user."""
    with speaking(user):
        lines = list(Entry.objects.filter(verb=person.VERB, object_id=case.person_id).order_by("at"))
        opened = opened_details(lines)
    return [opened[line.pk] for line in lines]


def test_a_line_keeps_what_really_changed(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa", first_surname="Tzul")
    line = changed(
        cast["attorney"], case, given_names=" Rosa ", first_surname="Tzul Pérez", birth_date=date(1991, 3, 12)
    )
    assert line is not None
    entry = Entry.objects.get(pk=line)
    assert (entry.fields, entry.basis, entry.file_id, entry.case_id) == (
        ["first_surname", "birth_date"], "assigned", case.person_id, None,
    )  # fmt: skip
    assert details(cast["attorney"], case) == [
        {"changes": {"first_surname": ["Tzul", "Tzul Pérez"], "birth_date": [None, "1991-03-12"]}, "version": 2}
    ]
    assert b"Tzul" not in bytes(entry.detail or b"")


def test_nothing_different_leaves_no_line(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    assert changed(cast["attorney"], case, given_names="Rosa", no_contact=False) is None
    assert Entry.objects.filter(verb=person.VERB).count() == 0


def test_whoever_comes_second_overwrites_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    changed(cast["attorney"], case, given_names="Rosa María")
    with speaking(cast["paralegal"]) as ben:
        now = again(ben, case)
        with pytest.raises(ChangedMeanwhile):
            person.change(ben, now, values={"given_names": "Rosalía"}, seen=1)
        assert again(ben, case).person.given_names == "Rosa María"


def test_it_is_said_who_made_what_of_a_field(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    changed(cast["attorney"], case, given_names="Rosa María")
    changed(cast["paralegal"], case, given_names="Rosalía", language="quc")
    with speaking(cast["attorney"]) as ada:
        row = again(ada, case).person
        found = {name: (one.was, one.now, one.who) for name, one in since(row, 1).items()}
        assert found == {
            "given_names": ("Rosa", "Rosalía", "Ben Okoye"),
            "language": ("", "quc", "Ben Okoye"),
        }
        assert set(since(row, 2)) == {"given_names", "language"}
        assert since(row, 3) == {}


def test_a_change_is_taken_back_as_a_new_act(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    born = date(1991, 3, 12)
    line = changed(cast["attorney"], case, given_names="Rosalía", birth_date=born, no_contact=True)
    assert line is not None
    with speaking(cast["paralegal"]) as ben:
        undone = person.undo(ben, again(ben, case), line_id=line)
        now = again(ben, case).person
        assert (now.given_names, now.birth_date, now.no_contact, now.version) == ("Rosa", None, False, 3)
    assert details(cast["attorney"], case)[1] == {
        "changes": {
            "given_names": ["Rosalía", "Rosa"], "birth_date": ["1991-03-12", None], "no_contact": [True, False],
        },
        "version": 3,
        "undoes": str(line),
    }  # fmt: skip
    with speaking(cast["attorney"]) as ada:  # and that can be taken back in turn
        person.undo(ada, again(ada, case), line_id=undone)
        assert again(ada, case).person.birth_date == born


def test_what_somebody_built_on_is_not_taken_back(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names="Rosa")
    line = changed(cast["attorney"], case, given_names="Rosalía")
    changed(cast["paralegal"], case, given_names="Rosalinda")
    assert line is not None
    with speaking(cast["attorney"]) as ada:
        said = refused(lambda: person.undo(ada, again(ada, case), line_id=line))
    assert said == {"": ["This cannot be undone any more: Ben Okoye changed the same fields since."]}


def test_a_line_of_another_person_is_not_there(cast: Cast) -> None:
    case, other = open_case(cast["attorney"]), open_case(cast["attorney"])
    line = changed(cast["attorney"], other, given_names="Rosalía")
    assert line is not None
    with speaking(cast["attorney"]) as ada, pytest.raises(Http404):
        person.undo(ada, again(ada, case), line_id=line)


def test_volunteers_change_what_they_are_assigned_to_and_receivers_nothing(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    assert changed(cast["volunteer"], case, given_names="Rosalía") is not None
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    with pytest.raises(PermissionDenied):
        changed(cast["clinic"], case, SOUTH, given_names="Foreign")
    mine = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, mine, membership=member(cast["volunteer"], NORTH), role="volunteer")
    assert changed(cast["volunteer"], mine, given_names="Petrona") is not None


def test_acts_on_a_case_keep_whom_they_were_about(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
        place = actions.assign(ada, again(ada, case), membership=member(cast["paralegal"], NORTH), role="paralegal")
        actions.unassign(ada, again(ada, case), assignment=place)
        actions.write_note(ada, again(ada, case), text="Canary", tier=3)
        lines = list(Entry.objects.filter(case_id=case.pk, detail__isnull=False).order_by("at"))
        opened = opened_details(lines)
    assert [(line.verb, opened[line.pk]) for line in lines] == [
        ("conflict.checked", {"tokens": [NameToken.of(case.organization_id, "wrosa").hex()]}),
        ("case.accepted", {
            "changes": {"stage": ["enquiry", "active"], "reference": ["", reference]}, "version": 2,
        }),
        ("case.assigned", {"who": "Ben Okoye", "role": "paralegal"}),
        ("case.unassigned", {"who": "Ben Okoye", "role": "paralegal"}),
        ("note.written", {"kind": "memo", "tier": 3}),
    ]  # fmt: skip
    with speaking(cast["clinic"], SOUTH):  # what stands sealed opens to nobody else
        assert set(opened_details(lines).values()) == {None}
