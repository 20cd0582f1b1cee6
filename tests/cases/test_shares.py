"""Sharing a case: who may, how far, how long; what ends with what."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casework.access import invitations, organizations
from casework.access.actor import Actor
from casework.access.context import on_duty
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.cases import actions
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from casework.cases.models import Assignment, Case
from tests.access.joining import at_the_door, invited
from tests.cases.planting import (
    HOTLINE,
    NORTH,
    SOUTH,
    again,
    give,
    open_case,
    refused,
    soon,
    speaking,
    to,
    verbs,
)
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]


def shares() -> set[tuple[str, str, str]]:
    """Who has what, as the rows tell."""
    users = CaseUserObjectPermission.objects.values_list("to_organization__name", "user__name", "permission__codename")
    groups = CaseGroupObjectPermission.objects.values_list("to_organization__name", "permission__codename")
    return {*users, *((name, "", codename) for name, codename in groups)}


def test_a_share_replaces_what_the_same_receiver_had(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="share", counsel_tier=True)
        give(ada, case, SOUTH)
        give(ada, case, SOUTH, "cleo@south.example", level="change")
    assert shares() == {
        (SOUTH, "Cleo Tran", "view_case"), (SOUTH, "Cleo Tran", "change_case"), (SOUTH, "", "view_case")
    }  # fmt: skip
    assert set(CaseUserObjectPermission.objects.values_list("counsel_tier", flat=True)) == {False}


def test_what_has_expired_does_not_stand_in_the_way_of_a_new_share(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    CaseGroupObjectPermission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    with speaking(cast["clinic"], SOUTH) as cleo:
        assert list(Case.objects.shared_with(cleo)) == [case]


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        (NORTH, {}, {"organization": ["Choose another organization than yours and the case's own."]}),
        (SOUTH, {"expires_at": soon(-1)}, {"until": ["Choose a day that is not over."]}),
        (
            SOUTH,
            {"expires_at": soon(367)},
            {"until": ["A share lasts a year at most. You can share again before it ends."]},
        ),
    ],
)
def test_what_cannot_be_shared_is_said_at_its_field(
    cast: Cast, name: str, more: dict[str, Any], said: dict[str, list[str]]
) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        assert refused(lambda: give(ada, case, name, **more)) == said
    assert (shares(), verbs(case)) == (set(), ["case.opened"])


def test_a_year_is_not_too_long(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, expires_at=soon(365))
    assert shares() == {(SOUTH, "", "view_case")}


def test_counsel_notes_are_shared_by_the_team_only(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["paralegal"]) as ben:
        assert refused(lambda: give(ben, case, SOUTH, counsel_tier=True)) == {
            "counsel": ["Only somebody on the team of the case can share counsel notes."]
        }
        give(ben, case, SOUTH)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, counsel_tier=True)
    assert set(CaseGroupObjectPermission.objects.values_list("counsel_tier", flat=True)) == {True}


def test_a_receiver_passes_on_no_longer_and_no_further_than_they_have_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", expires_at=soon(90))
        give(ada, case, SOUTH, level="share", expires_at=soon(10))
    with speaking(cast["clinic"], SOUTH) as cleo:
        here = again(cleo, case)
        assert refused(lambda: give(cleo, here, HOTLINE, counsel_tier=True)) == {
            "counsel": ["Only somebody on the team of the case can share counsel notes."]
        }
        assert refused(lambda: give(cleo, here, SOUTH)) == {
            "organization": ["Choose another organization than yours and the case's own."]
        }
        # Their longest share lasts 90 days, but only the one of ten days lets them share.
        said = refused(lambda: give(cleo, here, HOTLINE, expires_at=soon(11)))
        assert [words.partition(" ends on ")[0] for words in said["until"]] == ["What was shared with you"]
        give(cleo, here, HOTLINE, expires_at=soon(9))
    row = CaseGroupObjectPermission.objects.get(to_organization__name=HOTLINE)
    assert row.granted_by_name == "Cleo Tran, South Clinic"


@pytest.mark.parametrize(("level", "key"), [("view", "clinic"), ("change", "clinic")])
def test_only_a_receiver_who_may_share_passes_on(cast: Cast, level: str, key: str) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level=level)
    with speaking(cast[key], SOUTH) as cleo, pytest.raises(PermissionDenied):
        give(cleo, again(cleo, case), HOTLINE, expires_at=soon(9))


def passed_on(cast: Cast, **more: Any) -> Case:
    """A case of North Legal Aid that South Clinic may share, and shares with the hotline."""
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share", counsel_tier=True, expires_at=soon(60))
    with speaking(cast["clinic"], SOUTH) as cleo:
        asked: dict[str, Any] = {"counsel_tier": True, "expires_at": soon(50)}
        give(cleo, again(cleo, case), HOTLINE, **(asked | more))
    return case


def test_what_was_passed_on_ends_with_the_right_to_pass_it_on(cast: Cast) -> None:
    case = passed_on(cast)
    with speaking(cast["attorney"]) as ada:
        assert actions.revoke(ada, case, to_organization_id=to(SOUTH).id, user_id=None) == 3
    assert shares() == set()
    with speaking(cast["both"], HOTLINE) as june:
        assert list(Case.objects.shared_with(june)) == []


@pytest.mark.parametrize(
    ("anew", "left"),
    [
        ({"level": "share", "counsel_tier": True, "expires_at": soon(60)}, (50, True)),
        ({"level": "share", "counsel_tier": True, "expires_at": soon(20)}, (20, True)),
        ({"level": "share", "counsel_tier": False, "expires_at": soon(60)}, (50, False)),
        ({"level": "view", "counsel_tier": True, "expires_at": soon(60)}, None),
    ],
)
def test_what_was_passed_on_shrinks_with_it(cast: Cast, anew: dict[str, Any], left: tuple[int, bool] | None) -> None:
    case = passed_on(cast)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, **anew)
    row = CaseGroupObjectPermission.objects.filter(to_organization__name=HOTLINE).first()
    found = row and (round((row.expires_at - timezone.now()) / timedelta(days=1)), row.counsel_tier)
    assert found == left


def test_two_who_pass_it_to_each_other_do_not_keep_it(cast: Cast) -> None:
    case = passed_on(cast, level="share")
    with speaking(cast["both"], HOTLINE) as june:
        give(june, again(june, case), SOUTH, "cleo@south.example", level="share", expires_at=soon(40))
    with speaking(cast["attorney"]) as ada:
        actions.revoke(ada, case, to_organization_id=to(SOUTH).id, user_id=None)
    assert shares() == set()


def test_a_share_that_another_hand_gave_is_not_replaced(cast: Cast) -> None:
    case = passed_on(cast)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, HOTLINE, level="change")
    with speaking(cast["clinic"], SOUTH) as cleo:
        assert refused(lambda: give(cleo, again(cleo, case), HOTLINE)) == {
            "": ["Somebody else shared the case with this receiver. They can change it, or the case's organization."]
        }
    assert {one for one in shares() if one[0] == HOTLINE} == {(HOTLINE, "", "view_case"), (HOTLINE, "", "change_case")}


def test_who_ends_which_share(cast: Cast) -> None:
    case = passed_on(cast, level="share")

    def revoke(actor: Actor, name: str) -> Any:
        return lambda: actions.revoke(actor, again(actor, case), to_organization_id=to(name).id, user_id=None)

    gone = {"": ["This share has ended, or it is not yours to end."]}
    with speaking(cast["both"], HOTLINE) as june:  # the receiver's own is another's to end
        assert [refused(revoke(june, name)) for name in (SOUTH, HOTLINE)] == [gone, gone]
    with speaking(cast["clinic"], SOUTH) as cleo:  # what they gave themselves
        assert refused(revoke(cleo, SOUTH)) == gone
        assert revoke(cleo, HOTLINE)() == 3
        assert refused(revoke(cleo, HOTLINE)) == gone
        give(cleo, again(cleo, case), HOTLINE, expires_at=soon(9))
    with speaking(cast["paralegal"]) as ben:  # the case's organization: everything
        assert revoke(ben, HOTLINE)() == 1
        assert revoke(ben, SOUTH)() == 3
    assert verbs(case).count("share.revoked") == 3


def test_a_share_says_to_whom_for_the_letters(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "casework.access.acts._follow", lambda pending: seen.extend((verb, done.about) for verb, _, done in pending)
    )
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example")
        actions.revoke(ada, case, to_organization_id=to(SOUTH).id, user_id=cast["clinic"].pk)
        south = to(SOUTH).id
    about = {"to_organization_id": south, "to_user_id": cast["clinic"].pk}
    assert [one for one in seen if one[1]] == [("case.shared", about), ("share.revoked", about)]


def test_an_unknown_share_ends_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        refused(lambda: actions.revoke(ada, case, to_organization_id=uuid.uuid4(), user_id=None))
    assert verbs(case) == ["case.opened"]


def test_what_a_closed_organization_had_passed_on_ends_with_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, case), SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        give(cleo, again(cleo, case), HOTLINE, expires_at=soon(9))
    south = Organization.objects.get(name=SOUTH)
    with as_application(), on_duty("operator") as operator:
        organizations.close(operator, south)
    assert CaseGroupObjectPermission.objects.count() == 0
    with speaking(cast["both"], HOTLINE) as june:
        assert list(Case.objects.shared_with(june)) == []


def test_who_joins_again_begins_without_old_places(cast: Cast) -> None:
    case = open_case(cast["paralegal"])
    Membership.objects.filter(user=cast["paralegal"]).update(ends_at=timezone.now() - timedelta(days=1))
    made = invited(cast["admin"], "ben@north.example", "volunteer")
    with at_the_door(cast["paralegal"]) as door:
        invitations.accept(door, token=made.token, user=cast["paralegal"])
    with speaking(cast["paralegal"]) as ben:
        assert ben.roles == frozenset({"volunteer"})
        assert Case.objects.visible_to(ben).count() == 0
    with window("looking"):
        assert Assignment.objects.filter(case_id=case.pk, ends_at=None).count() == 0
