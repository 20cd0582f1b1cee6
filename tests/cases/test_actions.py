"""What acts on a case do, and what they refuse, with the words that a form shows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from casework.access.actor import Actor
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.cases import actions, references
from casework.cases.models import Assignment, Case, Note, ReferenceCounter, Tier
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, refused, speaking, verbs

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
LED = "Ada Quispe leads this case. Take that person off first, or choose another role."


def team(case: Case) -> set[tuple[str, str]]:
    with window("test"):
        rows = Assignment.objects.filter(Assignment.live(), case=case).select_related("membership__user")
        return {(row.membership.user.name, row.role) for row in rows}


# --- Opening and accepting


def test_whoever_opens_a_case_stands_on_it_by_their_role(cast: Cast) -> None:
    roles = {key: team(open_case(cast[key])) for key in ("attorney", "paralegal", "volunteer")}
    assert roles == {
        "attorney": {("Ada Quispe", "lead")},
        "paralegal": {("Ben Okoye", "paralegal")},
        "volunteer": {("Vic Saldaña", "volunteer")},
    }


def test_names_that_are_not_known_are_left_out(cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names=" Selvin ", first_surname="  ", second_surname="")
    with speaking(cast["attorney"]) as ada:
        assert again(ada, case).person.full_name == "Selvin"


def test_an_administrator_opens_no_case(cast: Cast) -> None:
    with speaking(cast["admin"]) as nia, pytest.raises(PermissionDenied):
        actions.open_case(nia, names={})


def test_acceptance_gives_the_next_reference_once(cast: Cast) -> None:
    first, second = open_case(cast["attorney"]), open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        year = timezone.localtime().year
        assert actions.accept(ada, again(ada, first)) == f"NLA-{year}-0001"
        assert actions.accept(ada, again(ada, second)) == f"NLA-{year}-0002"
        assert refused(lambda: actions.accept(ada, first)) == {"": ["This case does not wait for acceptance any more."]}
        assert (again(ada, first).reference, again(ada, first).stage) == (f"NLA-{year}-0001", "active")
    assert ReferenceCounter.objects.get().last == 2
    assert verbs(first) == ["case.opened", "case.accepted"]


def test_a_block_of_references_is_used_up_first_and_given_to_nobody_else(cast: Cast) -> None:
    cases = [open_case(cast["attorney"]) for _ in range(4)]
    with speaking(cast["attorney"]) as ada:
        north = cases[0].organization
        block = references.keep(north, 2)
        given = [actions.accept(ada, again(ada, cases[0]))]
        with references.taken_from(north, block):
            given += [actions.accept(ada, again(ada, one)) for one in cases[1:]]
    assert [one[-4:] for one in given] == ["0003", "0001", "0002", "0004"]


@pytest.mark.parametrize("stage", ["declined", "referred", "closed"])
def test_a_case_to_which_somebody_said_no_is_not_accepted(cast: Cast, stage: str) -> None:
    case = open_case(cast["attorney"])
    with window("test"):
        Case.objects.filter(pk=case.pk).update(stage=stage)
    with speaking(cast["attorney"]) as ada:
        refused(lambda: actions.accept(ada, case))
    assert ReferenceCounter.objects.count() == 0


# --- The team


def test_a_colleague_is_put_on_the_team(cast: Cast) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=ben, role="paralegal")
    assert team(case) == {("Ada Quispe", "lead"), ("Ben Okoye", "paralegal")}


def suspended(row: Membership) -> None:
    row.suspended_at = timezone.now()


def ended(row: Membership) -> None:
    row.ends_at = timezone.now() - timedelta(minutes=1)
    row.starts_at = row.ends_at - timedelta(days=1)


@pytest.mark.parametrize("fate", [suspended, ended])
def test_somebody_who_is_no_member_any_more_is_not_put_on_the_team(
    cast: Cast, fate: Callable[[Membership], None]
) -> None:
    case, ben = open_case(cast["attorney"]), member(cast["paralegal"], NORTH)
    fate(ben)
    ben.save()
    with speaking(cast["attorney"]) as ada:
        assert refused(lambda: actions.assign(ada, case, membership=ben, role="paralegal")) == {
            "member": ["This person is not a member any more, or is suspended."]
        }
    assert team(case) == {("Ada Quispe", "lead")}


def test_somebody_of_another_organization_is_not_put_on_the_team(cast: Cast) -> None:
    case, cleo = open_case(cast["attorney"]), member(cast["clinic"], SOUTH)
    with speaking(cast["attorney"]) as ada:
        assert list(refused(lambda: actions.assign(ada, case, membership=cleo, role="lead"))) == ["member"]


@pytest.mark.parametrize(
    ("key", "role", "said"),
    [
        ("admin", "lead", {"member": ["An administrator needs a second role to work on cases."]}),
        ("attorney", "lead", {"member": ["This person is on the team. To change the role, take them off first."]}),
        ("second_admin", "lead", {"role": [LED]}),
        ("paralegal", "lead", {"role": ["This person can be here: Paralegal, Law student."]}),
        ("volunteer", "co_counsel", {"role": ["This person can be here: Law student, Volunteer."]}),
    ],
)
def test_who_cannot_be_on_the_team_in_this_way(cast: Cast, key: str, role: str, said: dict[str, list[str]]) -> None:
    case, somebody = open_case(cast["attorney"]), member(cast[key], NORTH)
    with speaking(cast["attorney"]) as ada:
        assert refused(lambda: actions.assign(ada, case, membership=somebody, role=role)) == said
    assert (team(case), verbs(case)) == ({("Ada Quispe", "lead")}, ["case.opened"])


def test_whoever_is_taken_off_the_team_is_off_at_once(cast: Cast) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        place = Assignment.objects.visible_to(ada).get(case=case)
        actions.unassign(ada, case, assignment=place)
        assert refused(lambda: actions.unassign(ada, case, assignment=place)) == {
            "": ["This person is not on the team any more."]
        }
    assert team(case) == set()
    with speaking(cast["volunteer"]) as vic:
        assert list(Case.objects.visible_to(vic)) == []


def test_a_place_on_another_case_is_not_ended_here(cast: Cast) -> None:
    case, other = open_case(cast["attorney"]), open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        place = Assignment.objects.visible_to(ada).get(case=other)
        refused(lambda: actions.unassign(ada, case, assignment=place))
    assert team(other) == {("Vic Saldaña", "volunteer")}


@pytest.mark.parametrize("why", ["restricted", "assigned only"])
def test_the_last_who_can_open_a_case_stays_on_it(cast: Cast, why: str) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        if why == "restricted":
            actions.restrict(ada, case)
    if why == "assigned only":
        Organization.objects.filter(name=NORTH).update(visibility="assigned")
    with speaking(cast["attorney"]) as ada:
        place = Assignment.objects.visible_to(ada).get(case=case, role="lead")
        assert refused(lambda: actions.unassign(ada, case, assignment=place)) == {
            "": ["Nobody could open the case any more. Put an attorney or paralegal on the team first."]
        }
        actions.assign(ada, case, membership=member(cast["paralegal"], NORTH), role="paralegal")
        actions.unassign(ada, case, assignment=place)
    assert team(case) == {("Ben Okoye", "paralegal"), ("Vic Saldaña", "volunteer")}


def test_a_member_of_another_organization_changes_no_team(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share", counsel_tier=True)
    with speaking(cast["clinic"], SOUTH) as cleo:
        place = Assignment.objects.visible_to(cleo).get(case=case)
        for act in (
            lambda: actions.unassign(cleo, case, assignment=place),
            lambda: actions.assign(cleo, case, membership=member(cast["clinic"], SOUTH), role="lead"),
            lambda: actions.restrict(cleo, case),
            lambda: actions.accept(cleo, case),
        ):
            with pytest.raises(PermissionDenied):
                act()


# --- Restricting


def test_a_restricted_case_is_closed_to_colleagues_and_open_to_those_with_a_share(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
        actions.restrict(ada, case)
    with speaking(cast["paralegal"]) as ben:
        assert list(Case.objects.visible_to(ben)) == []
    with speaking(cast["clinic"], SOUTH) as cleo:
        assert list(Case.objects.shared_with(cleo)) == [case]
    with speaking(cast["attorney"]) as ada:
        actions.unrestrict(ada, again(ada, case))
    with speaking(cast["paralegal"]) as ben:
        assert list(Case.objects.visible_to(ben)) == [case]


@pytest.mark.parametrize("key", ["second_admin", "paralegal"])
def test_only_an_attorney_on_the_team_restricts(cast: Cast, key: str) -> None:
    case = open_case(cast["attorney"])
    if key == "paralegal":
        with speaking(cast["attorney"]) as ada:
            actions.assign(ada, case, membership=member(cast[key], NORTH), role="paralegal")
    with speaking(cast[key]) as somebody, pytest.raises(PermissionDenied):
        actions.restrict(somebody, again(somebody, case))


# --- Notes


def written(actor: Actor, case: Case, tier: int) -> str:
    """Who signed the note, or the field at which it was refused."""
    try:
        return str(actions.write_note(actor, again(actor, case), text="Spoke.", tier=tier).author_name)
    except ValidationError as error:
        return next(iter(error.message_dict))


@pytest.mark.parametrize(
    ("key", "organization", "share", "highest"),
    [
        ("attorney", NORTH, {}, 3),
        ("paralegal", NORTH, {}, 2),
        ("volunteer", NORTH, {}, 1),
        ("clinic", SOUTH, {"level": "change"}, 2),
        ("clinic", SOUTH, {"level": "change", "counsel_tier": True}, 3),
    ],
)
def test_notes_up_to_ones_tier(cast: Cast, key: str, organization: str, share: dict[str, Any], highest: int) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["volunteer"], NORTH), role="volunteer")
        if share:
            give(ada, case, SOUTH, **share)
    name = cast[key].name if organization == NORTH else f"{cast[key].name}, {organization}"
    with speaking(cast[key], organization) as somebody:
        signed = [written(somebody, case, tier) for tier in Tier.values]
    assert signed == [name] * highest + ["tier"] * (3 - highest)


def test_whoever_may_only_read_writes_nothing(cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    with speaking(cast["clinic"], SOUTH) as cleo, pytest.raises(PermissionDenied):
        actions.write_note(cleo, again(cleo, case), text="Spoke.", tier=1)
    with window("test"):
        assert Note.objects.count() == 0


def test_two_shares_together_open_no_more_than_each(cast: Cast) -> None:
    """Reading counsel notes by one share, and writing by another, does not make a writer of counsel notes."""
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, counsel_tier=True)
        give(ada, case, SOUTH, "cleo@south.example", level="change")
    with speaking(cast["clinic"], SOUTH) as cleo:
        assert [written(cleo, case, tier) for tier in (2, 3)] == ["Cleo Tran, South Clinic", "tier"]
