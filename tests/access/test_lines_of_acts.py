"""What acts and looks hand to the audit: who, about what, on what ground, and what of it stands sealed."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casework.access import acts
from casework.access.actor import Actor, duty
from casework.access.context import acting, forgotten
from casework.access.doors import window
from casework.access.models import Organization, User
from casework.audit.actions import What, Who
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Case
from casework.vault import keys
from casework.vault.cipher import key_of
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
TOLD = {"changes": {"language": ["", "español"]}, "version": 2}


@pytest.fixture
def case(world: dict[str, Any]) -> Case:
    found: Case = world["own"][0]
    return found


def lines_since(before: set[uuid.UUID]) -> list[Entry]:
    return list(Entry.objects.exclude(pk__in=before).order_by("at"))


@pytest.fixture
def before(world: dict[str, Any]) -> set[uuid.UUID]:
    return set(Entry.objects.values_list("pk", flat=True))


def test_who_acts_is_named_by_ids_and_sorted_roles(ada: Actor) -> None:
    assert acts.who(ada) == Who("staff", ada.membership_id, ada.organization_id, ada.user_id, ("attorney",))
    many = Actor("staff", roles=frozenset({"volunteer", "admin", "paralegal", "attorney"}))
    assert acts.who(many).roles == ("admin", "attorney", "paralegal", "volunteer")
    assert acts.who(duty("door", ada.user_id)) == Who("duty", None, None, ada.user_id, ())


def test_what_a_line_is_about(ada: Actor, case: Case, world: dict[str, Any], cast: dict[str, User]) -> None:
    here, elsewhere = ada.organization, uuid.uuid4()
    assert acts.what(None) == What(None)
    assert acts.what(None, elsewhere) == What(elsewhere)
    organization, user = Organization.objects.get(pk=here), cast["attorney"]
    assert acts.what(organization) == acts.what(organization, elsewhere) == What(here, "access.organization", here)
    assert acts.what(user) == What(None, "access.user", user.pk)
    assert acts.what(user, elsewhere) == What(elsewhere, "access.user", user.pk)
    of_case = What(here, "cases.case", case.pk, case_id=case.pk, file_id=case.person_id, tier=1)
    assert acts.what(case) == acts.what(case, elsewhere) == of_case
    note = world["notes"][0]
    of_note = What(here, "cases.note", note.pk, case_id=case.pk, file_id=case.person_id, tier=note.tier)
    assert acts.what(note) == of_note
    note.tier = 3
    assert acts.what(note).tier == 3


def test_a_look_is_noted_under_its_own_verb_or_another(ada: Actor, case: Case, before: set[uuid.UUID]) -> None:
    acts.note_look(ada, case)
    acts.note_look(ada, case, "case.access_viewed", ("team",))
    first, second = lines_since(before)
    assert (first.verb, first.object_type, first.object_id, first.fields) == ("case.viewed", "cases.case", case.pk, [])
    assert (second.verb, second.object_id, second.fields) == ("case.access_viewed", case.pk, ["team"])
    for line in (first, second):
        assert (line.actor_id, line.organization_id, line.case_id) == (ada.member, ada.organization, case.pk)
        assert line.basis == case.basis_for(ada) != ""


def test_a_list_is_noted_once_for_each_organization(ada: Actor, world: dict[str, Any], before: set[uuid.UUID]) -> None:
    acts.note_list(ada, "case.listed", [])
    assert lines_since(before) == []
    (one, two), foreign = world["own"], world["foreign"]
    acts.note_list(ada, "case.listed", [one, foreign, two], ("search",))
    acts.note_list(ada, "case.listed", [two])
    *both, alone = lines_since(before)
    found = {
        line.organization_id: (line.verb, line.object_type, line.object_id, line.object_ids, line.basis, line.fields)
        for line in both
    }
    assert found == {
        ada.organization: ("case.listed", "cases.case", None, [one.pk, two.pk], "organization", ["search"]),
        foreign.organization_id: ("case.listed", "cases.case", None, [foreign.pk], "share", ["search"]),
    }
    assert [line.organization_id for line in both] == sorted(found, key=str)
    assert (alone.object_ids, alone.fields, alone.actor_id) == ([two.pk], [], ada.member)


def test_the_rule_hears_kind_roles_ground_and_errand(ada: Actor, case: Case) -> None:
    assert acts.allowed(ada, "case.opened") is True
    assert acts.allowed(ada, "member.invited") is False
    assert acts.allowed(ada, "case.restricted", case) is True  # she opened it, and so she is on its team
    assert acts.allowed(ada, "case.restricted") is False
    assert acts.allowed(Actor("user", user_id=ada.user_id, roles=ada.roles), "case.opened") is False
    assert acts.allowed(duty("door"), "invitation.accepted") is True
    assert acts.allowed(duty("sweep"), "invitation.accepted") is False
    acts.may(ada, "case.restricted", case)
    acts.may(duty("door"), "invitation.accepted")
    for actor, verb in ((ada, "member.invited"), (ada, "case.restricted"), (duty("sweep"), "invitation.accepted")):
        with pytest.raises(PermissionDenied, match=verb):
            acts.may(actor, verb)


# --- what stands sealed


def test_what_is_told_stands_under_the_key_of_the_file_or_of_the_organization(ada: Actor, case: Case) -> None:
    line, here = uuid.uuid4(), ada.organization
    for about, key in (
        (acts.what(case), keys.of_file(here, case.person_id)),
        (acts.what(None, here), keys.of_organization(here)),
    ):
        blob = acts.sealed_detail(TOLD, about, line)
        assert blob is not None
        assert key_of(blob) == key.id
        assert key.unseal(blob, f"audit|{line}") == '{"changes": {"language": ["", "español"]}, "version": 2}'.encode()
    assert acts.sealed_detail({}, acts.what(case), line) is None
    assert acts.sealed_detail(TOLD, What(None), line) is None


def test_details_open_in_one_query_each_in_its_own_line(ada: Actor, world: dict[str, Any]) -> None:
    with window("the test"):
        cases = [Case.objects.get(pk=one.pk) for one in world["own"]]
    lines = [Entry(detail=None), Entry(detail=b""), Entry(detail=b"broken"), Entry(), Entry(), Entry()]
    for line, case in zip(lines[3:5], cases, strict=True):
        line.detail = acts.sealed_detail(TOLD | {"of": str(case.pk)}, acts.what(case), line.pk)
    lines[5].detail = lines[4].detail  # moved
    with forgotten(), CaptureQueriesContext(connection) as asked:
        found = acts.opened_details(lines)
        assert sum("vault_filekey" in query["sql"] for query in asked.captured_queries) == 1
    told = [TOLD | {"of": str(case.pk)} for case in cases]
    assert [found[line.pk] for line in lines] == [{}, {}, None, *told, None]


def test_what_no_json_is_does_not_open_either(ada: Actor) -> None:
    line = Entry()
    line.detail = keys.of_organization(ada.organization).seal(b"not JSON", f"audit|{line.pk}")
    assert acts.opened_details([line]) == {line.pk: None}


def test_an_act_keeps_what_changed_and_the_version_it_made(ada: Actor, case: Case) -> None:
    with as_application(), acting(ada):
        actions.accept(ada, case)
        (line,) = Entry.objects.filter(verb="case.accepted", object_id=case.pk)
        (told,) = acts.opened_details([line]).values()
    assert told is not None
    assert line.basis == "assigned"
    assert told["changes"]["stage"] == ["enquiry", "active"]
    assert told["version"] == case.version
    assert line.fields == list(told["changes"])
