"""The page that says who can see a case, and ending a share there."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.models import Membership, User
from casework.audit.models import Entry
from casework.cases.grants import CaseGroupObjectPermission
from casework.cases.models import Case
from tests.cases.planting import HOTLINE, SOUTH, again, give, member, open_case, soon, speaking
from tests.desk.test_case import address, words
from tests.desk.test_case_share import asked, organization
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def test_the_page_says_who_sees_the_case_and_why(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="change", counsel_tier=True)
    found = text(enter("attorney"), address(case, "case_access"))
    assert "5 people can see this case. They belong to 2 organizations." in found
    assert "Ada Quispe Attorney On the team: Lead attorney All notes, counsel notes too Read, write, share" in found
    assert (
        "Ben Okoye Paralegal Reads all cases of the organization Intake and representation notes Read, write, share"
        in found
    )
    assert "Another organization South Clinic Law school clinic Cleo Tran ends in" in found
    assert "Read it and write notes. Counsel notes are included. Until" in found
    assert "given by Ada Quispe on" in found
    assert "Cleo Tran Attorney Shared by name All notes, counsel notes too Read and write" in found
    for sentence in ("Administrators who have no second role", "Intake volunteers who are not on the team."):
        assert sentence in found.partition("Who cannot see it")[2]
    assert "Nia Haddad" not in found


def test_a_restricted_case_says_who_is_shut_out(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    client.post(address(case, "restrict_case"))
    found = text(client, address(case, "case_access"))
    assert "1 person can see this case. North Legal Aid" in found
    assert "Attorneys and paralegals of North Legal Aid who are not on the team: the case is restricted." in found
    assert "All other organizations: the case is not shared." in found


def test_every_reason_is_given(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
        give(ada, case, SOUTH, "cleo@south.example")
        give(ada, case, HOTLINE)
    found = text(enter("attorney"), address(case, "case_access"))
    assert "Cleo Tran Attorney Shared with all there, and by name Intake" in found
    assert "Shared with all there Intake" in found


def ends(client: Client, case: Case) -> list[str]:
    """The questions before a share ends, with what they say."""
    found = text(client, address(case, "case_access"))
    return re.findall(r"End the share with .+?(?= Leave it as it is)", found)


def test_before_a_share_ends_one_reads_who_still_sees_the_case(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    rest = "What they have read stays with them. End the share"
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="share")
    assert ends(client, case) == [
        "End the share with Cleo Tran of South Clinic?"
        " Cleo Tran sees nothing of the case from the next click on."
        f" If nobody else there may share it, what they passed on ends, too. {rest}"
    ]
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    assert set(ends(client, case)) == {
        "End the share with Cleo Tran of South Clinic?"
        " This share ends at once. Cleo Tran still sees the case, because it is also shared with all attorneys and"
        " paralegals there. End that share, too, if that is meant."
        f" If nobody else there may share it, what they passed on ends, too. {rest}",
        "End the share with all of South Clinic? All others there see nothing of the case from the next click on."
        f" Cleo Tran still sees it by a share of their own. {rest}",
    }


def test_a_share_with_a_suspended_person_says_so(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example")
    Membership.objects.filter(pk=member(cast["clinic"], SOUTH).pk).update(suspended_at=timezone.now())
    found = text(client, address(case, "case_access"))
    assert "One person who cannot see it at present ends in" in found
    assert "Suspended, no longer a member, or in a role that reads no cases. If that changes, this share" in found
    assert ends(client, case) == [
        "End the share with one person of South Clinic?"
        " This share ends for good, also if the person is let in again. End the share"
    ]
    assert "One person who cannot see it at present ; ends in" in text(client, address(case))
    assert "Share again" not in found


def test_a_share_is_ended_on_the_page(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    clinic = enter("clinic")
    assert clinic.get(address(case)).status_code == 200
    html = client.get(address(case, "case_access")).content.decode()
    (key,) = re.findall(r'name="share" value="([^"]+)"', html)
    answer = client.post(address(case, "end_share"), {"share": key}, follow=True)
    assert "The share is ended." in words(answer.content)
    assert clinic.get(address(case)).status_code == 404
    answer = client.post(address(case, "end_share"), {"share": key}, follow=True)
    assert "This share has ended." in words(answer.content)
    assert list(Entry.objects.filter(object_id=case.pk).values_list("verb", flat=True)).count("share.revoked") == 1


def test_a_receiver_ends_only_what_they_gave(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share")
    with speaking(cast["clinic"], SOUTH) as cleo:
        give(cleo, again(cleo, case), HOTLINE, expires_at=soon(20))
    client = enter("clinic")
    html = client.get(address(case, "case_access")).content.decode()
    assert re.findall(r'name="share" value="([^"]+)"', html) == [f"{organization(HOTLINE)}/"]
    answer = client.post(address(case, "end_share"), {"share": f"{organization(SOUTH)}/"}, follow=True)
    assert "This share has ended, or it is not yours to end." in words(answer.content)
    assert CaseGroupObjectPermission.objects.filter(to_organization__name=SOUTH).count() == 3


@pytest.mark.parametrize(("key", "status"), [("volunteer", 403), ("clinic", 403), ("hotline", 404), ("admin", 404)])
def test_who_may_not_share_gets_no_such_page(enter: Enter, cast: Cast, key: str, status: int) -> None:
    case = open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    client = enter(key)
    assert [client.get(address(case, name)).status_code for name in ("case_access", "share_case")] == [status, status]
    assert client.post(address(case, "share_case"), asked(step="give")).status_code == status
    assert client.post(address(case, "end_share"), {"share": "x"}).status_code == status
