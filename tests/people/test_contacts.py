"""Contacts and parties on the other side: adding, changing, taking off, taking back; who sees and who may."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from casework.access.acts import opened_details
from casework.access.models import User
from casework.access.versions import ChangedMeanwhile
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.people import contacts
from casework.people.models import AdverseParty, Contact
from casework.vault import keys
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
SISTER = {
    "kind": "family", "name": "Petrona Tzul", "relationship": "older sister", "language": "QUI",
    "phones": [{"number": "+12135550143", "call": True, "text": False, "voicemail": False, "note": "after 6 pm"}],
    "pass_phrase": "blue kite", "position": 1,
}  # fmt: skip
ABUSER = {"kind": "abuser", "tier": 3, "name": "Canary Abuser", "address": "12 Main Street"}


def add(user: User, case: Case, organization: str = NORTH, **values: Any) -> Contact:
    with speaking(user, organization) as actor:
        return contacts.add(actor, again(actor, case).person, values=SISTER | values)


def adverse(user: User, case: Case, **values: Any) -> AdverseParty:
    with speaking(user) as actor:
        return contacts.add_adverse(actor, again(actor, case).person, values=ABUSER | values)


def seen(user: User, organization: str = NORTH, model: Any = Contact) -> list[str]:
    with speaking(user, organization) as actor:
        return sorted(row.name for row in model.objects.visible_to(actor))


def fresh(actor: Any, row: Any) -> Any:
    return type(row).objects.visible_to(actor).get(pk=row.pk)


def on_the_case(cast: Cast, case: Case, key: str, role: str) -> None:
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, case), membership=member(cast[key], NORTH), role=role)


def test_a_contact_is_kept_sealed_and_the_line_tells_what_was_added(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = add(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        row = fresh(ada, made)
        assert (row.name, row.phones, row.pass_phrase) == (SISTER["name"], SISTER["phones"], "blue kite")
        line = Entry.objects.get(verb="contact.added")
        told = opened_details([line])[line.pk]
    assert (line.file_id, line.case_id, line.object_id, line.basis) == (case.person_id, None, made.pk, "assigned")
    assert told == {
        "changes": {name: [None, value] for name, value in SISTER.items()},
        "version": 1,
        "who": "Petrona Tzul",
    }


def test_who_sees_the_person_sees_the_contacts_and_nobody_else(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    add(cast["attorney"], case)
    everybody = {"attorney": NORTH, "paralegal": NORTH, "volunteer": NORTH, "admin": NORTH, "clinic": SOUTH}
    assert {key: len(seen(cast[key], where)) for key, where in everybody.items()} == {
        "attorney": 1, "paralegal": 1, "volunteer": 0, "admin": 0, "clinic": 0,
    }  # fmt: skip
    on_the_case(cast, case, "volunteer", "volunteer")
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH)
    assert [len(seen(cast[key], everybody[key])) for key in ("volunteer", "clinic")] == [1, 1]
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, case))
    assert len(seen(cast["paralegal"])) == 0


def test_parties_on_the_other_side_have_a_wall_of_their_own(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    adverse(cast["attorney"], case)
    adverse(cast["attorney"], case, tier=2, name="Guardian", kind="competing_guardian")
    on_the_case(cast, case, "volunteer", "volunteer")
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    readers = {"attorney": NORTH, "paralegal": NORTH, "volunteer": NORTH, "admin": NORTH, "clinic": SOUTH}
    read = {key: seen(cast[key], where, AdverseParty) for key, where in readers.items()}
    assert read == {
        "attorney": ["Canary Abuser", "Guardian"], "paralegal": ["Guardian"], "volunteer": [], "admin": [],
        "clinic": ["Guardian"],
    }  # fmt: skip
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="view", counsel_tier=True)
    assert seen(cast["clinic"], SOUTH, AdverseParty) == ["Canary Abuser", "Guardian"]


def test_nobody_writes_beyond_their_tier(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with pytest.raises(PermissionDenied):
        adverse(cast["paralegal"], case)
    made = adverse(cast["paralegal"], case, tier=2)
    with speaking(cast["paralegal"]) as ben, pytest.raises(PermissionDenied):
        contacts.change(ben, fresh(ben, made), values={"tier": 3}, seen=1)
    with speaking(cast["attorney"]) as ada:
        contacts.change(ada, fresh(ada, made), values={"tier": 3}, seen=1)
    assert seen(cast["paralegal"], NORTH, AdverseParty) == []


def test_lines_about_the_other_side_are_read_as_far_as_the_rows(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = adverse(cast["attorney"], case)
    with speaking(cast["paralegal"]):
        assert Entry.objects.filter(object_id=made.pk).count() == 0
    with speaking(cast["attorney"]):
        assert Entry.objects.filter(object_id=made.pk, tier=3).count() == 1


def test_what_counsel_wrote_of_the_other_side_stays_with_counsel(cast: Cast) -> None:
    """When the row opens to more, and when an undo opens it."""
    case = open_case(cast["attorney"])
    made = adverse(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        contacts.change(ada, fresh(ada, made), values={"tier": 2, "name": "Guardian", "address": ""}, seen=1)
        now = fresh(ada, made)
        assert (now.tier, now.name, now.address) == (2, "Guardian", "")
        raised = contacts.change(ada, now, values={"tier": 3, "note": "Canary note"}, seen=now.version)
        assert raised
        contacts.undo(ada, fresh(ada, made), line_id=raised)
        assert (fresh(ada, made).tier, fresh(ada, made).note) == (2, "")
    with speaking(cast["paralegal"]):
        keys.forget()
        lines = list(Entry.objects.filter(object_id=made.pk))
        details = opened_details(lines)
        assert [name for line in lines for name in (details[line.pk] or {})["changes"]] == ["tier", "tier"]
        assert not any(word in str(details) for word in ("Canary", "12 Main Street"))


@pytest.mark.parametrize("key", ["paralegal", "volunteer"])
def test_the_team_changes_contacts(cast: Cast, key: str) -> None:
    case = open_case(cast["attorney"])
    made = add(cast["attorney"], case)
    on_the_case(cast, case, key, key)
    with speaking(cast[key]) as actor:
        contacts.change(actor, fresh(actor, made), values={"must_not_know": True}, seen=1)
        assert fresh(actor, made).must_not_know


def test_receivers_of_a_share_change_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = add(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        row = fresh(cleo, made)
        for act in (
            lambda: contacts.change(cleo, row, values={"name": "x"}, seen=1),
            lambda: contacts.remove(cleo, row),
            lambda: contacts.add(cleo, again(cleo, case).person, values=SISTER),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_whoever_comes_second_overwrites_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = add(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        row = fresh(ada, made)
        assert contacts.change(ada, row, values={"name": " Petrona Tzul "}, seen=1) is None
        contacts.change(ada, row, values={"name": "Petrona"}, seen=1)
        with pytest.raises(ChangedMeanwhile):
            contacts.change(ada, fresh(ada, made), values={"name": "Pati"}, seen=1)


def test_a_change_and_a_removal_are_taken_back(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    made = add(cast["attorney"], case)
    with speaking(cast["attorney"]) as ada:
        row = fresh(ada, made)
        new = contacts.change(ada, row, values={"name": "Pati", "phones": []}, seen=1)
        gone = contacts.remove(ada, row)
        assert refused(lambda: contacts.remove(ada, row)) == {"": ["Somebody else has taken this person off the list."]}
        contacts.undo(ada, row, line_id=gone)
        assert new is not None
        contacts.undo(ada, row, line_id=new)
        row = fresh(ada, made)
        assert (row.name, row.phones, row.removed_at) == (SISTER["name"], SISTER["phones"], None)
        assert refused(lambda: contacts.undo(ada, row, line_id=new)) == {
            "": ["This cannot be undone any more: Ada Quispe changed the same fields since."]
        }
        with pytest.raises(Http404):
            contacts.undo(ada, row, line_id=uuid.uuid4())


def test_a_contact_of_somebody_else_stays_there(cast: Cast) -> None:
    """By SQL under the walls: into another's file, for another organization, signed by another."""
    from django.db import DatabaseError, connection, transaction

    case, other = open_case(cast["attorney"]), open_case(cast["clinic"], SOUTH)
    row = (
        "INSERT INTO people_contact (id, organization_id, person_id, added_by_id, added_at, kind, language, position,"
        " must_not_know, version) VALUES (gen_random_uuid(), %s, %s, %s, now(), 'family', '', 1, false, 1)"
    )
    with speaking(cast["attorney"]) as ada, connection.cursor() as cursor:
        for values in (
            [other.organization_id, other.person_id, ada.membership_id],
            [case.organization_id, other.person_id, ada.membership_id],
            [case.organization_id, case.person_id, member(cast["paralegal"], NORTH).pk],
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(row, values)
