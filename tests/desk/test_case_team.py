"""The team of a case: who is put on it and taken off, and what the page says of them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import Membership, User
from casework.cases import actions
from casework.cases.models import Assignment
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, soon, speaking
from tests.desk.test_case import address, words
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def test_the_team_changes_by_two_forms(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    ben = member(cast["paralegal"], NORTH)
    client.post(address(case, "assign_case"), {"member": ben.pk, "role": "paralegal"})
    assert "Ben Okoye Paralegal Take off" in text(client, address(case))
    with window("test"):
        place = Assignment.objects.get(case=case, membership=ben)
    answer = client.post(address(case, "unassign_case"), {"place": place.pk}, follow=True)
    assert "Ben Okoye is off the team." in words(answer.content)
    assert client.post(address(case, "unassign_case"), {"place": place.pk}).status_code == 404
    assert client.post(address(case, "unassign_case"), {}).status_code == 404


def test_a_second_lead_is_refused_at_the_field(enter: Enter, cast: Cast) -> None:
    case, tomas = open_case(cast["attorney"]), member(cast["second_admin"], NORTH)
    answer = enter("attorney").post(address(case, "assign_case"), {"member": tomas.pk, "role": "lead"})
    said = "Role on the case: Ada Quispe leads this case. Take that person off first, or choose another role."
    assert said in words(answer.content)
    assert f'<option value="{tomas.pk}" selected>' in answer.content.decode()


@pytest.mark.parametrize("key", ["admin", "clinic"])
def test_who_cannot_be_on_a_case_is_not_offered(enter: Enter, cast: Cast, key: str) -> None:
    case = open_case(cast["attorney"])
    somebody = member(cast[key], NORTH if key == "admin" else SOUTH)
    client = enter("attorney")
    assert str(somebody.pk) not in client.get(address(case)).content.decode()
    answer = client.post(address(case, "assign_case"), {"member": somebody.pk, "role": "lead"})
    assert "Colleague:" in words(answer.content)


def test_whoever_takes_themselves_off_is_led_to_the_list_when_the_case_closes_to_them(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["paralegal"], NORTH), role="paralegal")
        actions.restrict(ada, again(ada, case))
    with window("test"):
        place = Assignment.objects.get(case=case, role="lead")
    answer = client.post(address(case, "unassign_case"), {"place": place.pk})
    assert answer.headers["Location"] == "/cases/"
    assert client.get(address(case)).status_code == 404


def test_the_last_who_can_open_a_case_is_told(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    client.post(address(case, "restrict_case"))
    with window("test"):
        place = Assignment.objects.get(case=case)
    answer = client.post(address(case, "unassign_case"), {"place": place.pk}, follow=True)
    assert "Nobody could open the case any more." in words(answer.content)
    assert "Ada Quispe Lead attorney" in words(answer.content)


def test_whoever_cannot_be_spared_is_not_offered_to_leave(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    client.post(address(case, "restrict_case"))
    found = text(client, address(case))
    assert "Ada Quispe Lead attorney Nobody else here could open the case. To leave, put an attorney or" in found
    assert "Leave the team" not in found
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, case), membership=member(cast["paralegal"], NORTH), role="paralegal")
    found = text(client, address(case))
    assert "Ada Quispe Lead attorney Leave Ben Okoye Paralegal Take off : Ben Okoye" in found
    assert "Leave the team? From the next click on you see nothing of the case. Leave the team" in found


def test_whoever_leaves_and_still_reads_is_told(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    found = text(enter("attorney"), address(case))
    assert "Leave the team? You still read the case, as all attorneys and paralegals here do, but no" in found
    assert "Take Ada Quispe off the team? They still read the case" in text(enter("paralegal"), address(case))


def test_a_suspended_lead_is_marked_and_does_not_count_as_reader(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, case, membership=member(cast["paralegal"], NORTH), role="paralegal")
        actions.restrict(ada, again(ada, case))
    Membership.objects.filter(pk=member(cast["attorney"], NORTH).pk).update(suspended_at=timezone.now())
    client = enter("paralegal")
    found = text(client, address(case))
    assert "Lead Ada Quispe Suspended Ben Okoye Overview" in found
    assert "Team Ada Quispe Suspended Lead attorney Take off" in found
    assert "They see nothing of the case at present, and will not be on the team if they are let in again." in found
    assert "Ben Okoye Paralegal Nobody else here could open the case." in found
    assert "Ada Quispe Suspended" in text(client, "/cases/")


def test_the_panel_names_who_holds_a_share(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", expires_at=soon(5))
    assert "South Clinic another organization Cleo Tran only ; ends in" in text(client, address(case))
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, expires_at=soon(9))
    found = text(client, address(case)).partition("another organization")[2]
    assert "Cleo Tran ; ends in" in found
    assert "All its attorneys and paralegals ; ends in" in found
    assert "Cleo Tran only" not in found


def test_the_tiers_say_who_reads_them(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    found = text(enter("attorney"), address(case, "case_notes"))
    for said in (
        "Intake: everybody who can see the case, also volunteers on the team and those with whom it is shared.",
        "Representation: the same, without volunteers.",
        "Counsel: attorneys and paralegals on the team, and shares that include counsel notes.",
    ):
        assert said in found
