"""Who can see a case, and why: the page's answer is what the doors do."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from casework.access.models import Membership, Organization, User
from casework.cases import access, actions
from casework.cases.access import Overview
from casework.cases.grants import CaseGroupObjectPermission
from casework.cases.models import Case
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, give, member, open_case, soon, speaking

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
PLACES = [
    ("attorney", NORTH), ("paralegal", NORTH), ("admin", NORTH), ("second_admin", NORTH), ("volunteer", NORTH),
    ("both", NORTH), ("clinic", SOUTH), ("clinic_admin", SOUTH), ("hotline", HOTLINE), ("both", HOTLINE),
]  # fmt: skip


def asked(cast: Cast, case: Case, key: str = "attorney", organization: str = NORTH) -> Overview:
    with speaking(cast[key], organization) as actor:
        return access.overview(actor, again(actor, case))


def told(found: Overview) -> set[tuple[str, str]]:
    """Names and organizations on the page."""
    everybody = [*found.team, *found.readers, *(one for other in found.others for one in other.viewers)]
    return {(one.name, one.organization_name) for one in everybody}


def seeing(cast: Cast, case: Case) -> set[tuple[str, str]]:
    """Who gets the case through the doors, asked one by one."""
    found = set()
    for key, organization in PLACES:
        with speaking(cast[key], organization) as actor:
            if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
                found.add((cast[key].name, organization))
    return found


def test_a_new_case_is_its_teams_and_its_organizations(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    found = asked(cast, case)
    assert [(one.name, one.on_case, one.tier, one.may_change, one.may_share) for one in found.team] == [
        ("Vic Saldaña", "volunteer", 1, True, False)
    ]
    assert [(one.name, one.tier, one.may_share) for one in found.readers] == [
        ("Ada Quispe", 2, True), ("Ben Okoye", 2, True), ("June Park", 2, True),
        ("Tomás Rivera-Echeverría de la Cruz", 2, True),
    ]  # fmt: skip
    assert (found.owner.name, found.others, found.people, found.organizations) == (NORTH, (), 5, 1)
    assert told(found) == seeing(cast, case)


def test_a_restricted_case_is_its_teams_alone(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, case)
    found = asked(cast, case)
    assert [(one.name, one.tier) for one in found.team] == [("Ada Quispe", 3)]
    assert (found.readers, told(found)) == ((), seeing(cast, case))


def test_where_everybody_reads_assigned_cases_only(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    Organization.objects.filter(name=NORTH).update(visibility="assigned")
    found = asked(cast, case)
    assert (found.readers, told(found)) == ((), seeing(cast, case))


def test_other_organizations_stand_with_what_they_were_given(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="change", counsel_tier=True, expires_at=soon(5))
    with speaking(cast["paralegal"]) as ben:
        give(ben, case, HOTLINE, expires_at=soon(9))
    found = asked(cast, case)
    assert [
        (other.organization.name, share.level, share.counsel_tier, name, share.given_by, share.is_ours)
        for other in found.others
        for share, name in other.named
    ] == [
        (HOTLINE, "view", False, "", "Ben Okoye", True),
        (SOUTH, "change", True, "Cleo Tran", "Ada Quispe", True),
    ]
    assert [(one.name, one.tier, one.may_change, one.may_share) for other in found.others for one in other.viewers] == [
        ("June Park", 2, False, False),
        ("Cleo Tran", 3, True, False),
    ]
    # June belongs to both and counts as one person.
    assert (found.people, found.organizations) == (5, 3)
    assert told(found) == seeing(cast, case)


def test_an_expired_share_is_gone_from_the_page_and_from_the_doors(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    assert len(asked(cast, case).others) == 1
    CaseGroupObjectPermission.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    found = asked(cast, case)
    assert (found.others, told(found)) == ((), seeing(cast, case))


def test_a_receiver_who_is_no_member_any_more_keeps_no_name(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example")
    cleo = member(cast["clinic"], SOUTH)
    Membership.objects.filter(pk=cleo.pk).update(suspended_at=timezone.now())
    (south,) = asked(cast, case).others
    assert ([name for _, name in south.named], south.viewers) == ([""], ())


def test_a_receiver_who_may_share_sees_who_else_can_see_it(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        give(cleo, again(cleo, case), HOTLINE, expires_at=soon(20))
    found = asked(cast, case, "clinic", SOUTH)
    assert told(found) == told(asked(cast, case))
    assert [(share.given_by, share.is_ours) for other in found.others for share in other.shares] == [
        ("Cleo Tran, South Clinic", True), ("Ada Quispe", False)
    ]  # fmt: skip


@pytest.mark.parametrize(("key", "organization"), [("volunteer", NORTH), ("clinic", SOUTH)])
def test_who_may_not_share_does_not_learn_who_sees_it(cast: Cast, key: str, organization: str) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    with speaking(cast[key], organization) as actor:
        here = again(actor, case)
        assert access.viewers(actor, here) == []
        with pytest.raises(PermissionDenied):
            access.overview(actor, here)


def test_how_long_one_may_share(cast: Cast) -> None:
    case, end = open_case(cast["attorney"]), soon(10)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, expires_at=soon(90), counsel_tier=True)
        give(ada, case, SOUTH, "cleo@south.example", level="share", expires_at=end)
        limit = access.limit(case)
        assert limit.until == limit.counsel_until
    with speaking(cast["paralegal"]):
        assert access.limit(case).counsel_until is None
    with speaking(cast["clinic"], SOUTH):
        limit = access.limit(case)
        assert (limit.until, limit.counsel_until) == (end, None)
    with speaking(cast["both"], HOTLINE):
        limit = access.limit(case)
        assert (limit.until, limit.counsel_until) == (None, None)
