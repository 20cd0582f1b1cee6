"""Sharing a case, and the page that says who can see it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from casework.access.models import Organization, User
from casework.audit.models import Entry
from casework.cases.grants import CaseGroupObjectPermission, CaseUserObjectPermission
from tests.access.signing import PASSWORD, with_password
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, give, open_case, soon, speaking
from tests.desk.test_case import address, words
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
PACIFIC, ARIZONA = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/Phoenix")


def organization(name: str) -> str:
    return str(Organization.objects.get(name=name).pk)


def asked(**more: Any) -> dict[str, Any]:
    """A form that shares for viewing with South Clinic until in ten days."""
    return {
        "organization": organization(SOUTH), "whom": "all", "email": "", "level": "view", "agreed": "on",
        "until": (timezone.localdate() + timedelta(days=10)).isoformat(), "step": "ask",
    } | more  # fmt: skip


def hidden(html: str) -> dict[str, str]:
    """What the page of the last look carries along."""
    main = html[html.index("<main") :]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))


def test_before_anything_is_shared_one_reads_what_they_will_see(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    page = client.post(address(case, "share_case"), asked(whom="one", email="Cleo@South.example", level="change"))
    found = words(page.content)
    assert "Share this case with South Clinic?" in found
    assert "South Clinic is another organization (Law school clinic). Nothing is shared yet." in found
    assert "Cleo Tran (cleo@south.example), and nobody else." in found.replace("Cleo@South", "cleo@south")
    see, rest = found.partition("They will not see")[::2]
    assert "All intake and representation notes, also those that are written later." in see
    assert "Counsel notes: criminal history, fear narrative" in rest
    assert "Other cases of this person, and any other case." in rest
    assert "They write notes, which everybody on the case reads. They cannot share it." in rest
    assert CaseUserObjectPermission.objects.count() == 0
    answer = client.post(address(case, "share_case"), {**hidden(page.content.decode()), "step": "give"})
    assert (answer.status_code, answer.headers["Location"]) == (302, address(case, "case_access"))
    rows = CaseUserObjectPermission.objects.values_list(
        "user__name", "permission__codename", "counsel_tier", "consent_id"
    )
    assert set(rows) == {("Cleo Tran", "view_case", False, None), ("Cleo Tran", "change_case", False, None)}
    (until,) = {row.expires_at.astimezone(PACIFIC) for row in CaseUserObjectPermission.objects.all()}
    assert f"{until:%Y-%m-%d %H:%M:%S}" == f"{asked()['until']} 23:59:59"


def test_all_there_and_counsel_notes_are_named(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    page = client.post(address(case, "share_case"), asked(level="share", counsel="on"))
    found = words(page.content)
    assert "All its attorneys and paralegals , also those who come later. Not its administrators" in found
    see, rest = found.partition("They will not see")[::2]
    assert "All counsel notes, also later ones: criminal history, fear narrative" in see
    assert "Who can see the case, with the names of your colleagues." in see
    assert "Counsel notes:" not in rest
    assert "They may share it with further organizations" in rest
    client.post(address(case, "share_case"), {**hidden(page.content.decode()), "step": "give"})
    rows = CaseGroupObjectPermission.objects.values_list("permission__codename", "counsel_tier")
    assert set(rows) == {("view_case", True), ("change_case", True), ("share_case", True)}


def test_nothing_typed_is_lost_on_the_way_back(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    page = client.post(address(case, "share_case"), asked(whom="one", email="cleo@south.example", counsel="on"))
    back = client.post(address(case, "share_case"), {**hidden(page.content.decode()), "step": "change"})
    html = back.content.decode()
    assert back.status_code == 200
    assert 'value="cleo@south.example"' in html
    assert re.findall(r'name="(\w+)"[^>]* checked', html) == ["whom", "level", "counsel", "agreed"]
    assert f'<option value="{organization(SOUTH)}" selected>' in html
    assert "Share this case with" not in html


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"organization": ""}, "Organization: Choose one."),
        ({"whom": "one"}, "E-mail address of that person: Fill this in, or choose all its attorneys and paralegals."),
        ({"whom": "one", "email": "omar@south.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"whom": "one", "email": "ben@north.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"whom": "one", "email": "no@one.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"until": "2020-01-31"}, "Last day: Choose a day that is not over."),
        ({"until": (timezone.localdate() + timedelta(days=370)).isoformat()}, "Last day: A share lasts a year"),
        ({"agreed": ""}, "The person has agreed to this, or their attorney has decided that they would: Tick this"),
    ],
)
@pytest.mark.parametrize("step", ["ask", "give"])
def test_what_is_wrong_is_said_at_the_field(
    enter: Enter, cast: Cast, more: dict[str, str], said: str, step: str
) -> None:
    case = open_case(cast["attorney"])
    page = enter("attorney").post(address(case, "share_case"), asked(step=step, **more))
    assert said in words(page.content)
    assert "Share this case with" not in words(page.content)
    assert CaseGroupObjectPermission.objects.count() + CaseUserObjectPermission.objects.count() == 0


def test_the_own_organization_is_not_offered(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    html = client.get(address(case, "share_case")).content.decode()
    offered = re.findall(r'<option value="[0-9a-f-]{36}">([^<]+)</option>', html)
    assert offered == ["Rapid Response Hotline (Hotline)", "South Clinic (Law school clinic)"]
    page = client.post(address(case, "share_case"), asked(organization=organization(NORTH), step="give"))
    assert "Organization:" in words(page.content)


def test_whoever_is_not_on_the_team_cannot_tick_counsel_notes(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("paralegal")
    html = client.get(address(case, "share_case")).content.decode()
    assert 'name="counsel"' not in html
    assert "only somebody on the team of the case can share them" in html
    client.post(address(case, "share_case"), asked(counsel="on", step="give"))
    assert set(CaseGroupObjectPermission.objects.values_list("counsel_tier", flat=True)) == {False}


def test_a_second_share_says_what_it_replaces(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change")
    page = client.post(address(case, "share_case"), asked())
    said = re.search(r"Instead of Until (.+?): Read it and write notes. Counsel notes are not", words(page.content))
    assert said is not None


def test_a_receiver_shares_on_until_their_own_end(enter: Enter, cast: Cast) -> None:
    case, end = open_case(cast["attorney"]), soon(10)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share", expires_at=end)
    client = enter("clinic")
    html = client.get(address(case, "share_case")).content.decode()
    assert re.findall(r'<option value="[0-9a-f-]{36}">([^<]+)</option>', html) == ["Rapid Response Hotline (Hotline)"]
    last = timezone.localdate(end, ARIZONA).isoformat()
    assert f'max="{last}"' in html
    client.post(address(case, "share_case"), asked(organization=organization(HOTLINE), until=last, step="give"))
    assert CaseGroupObjectPermission.objects.get(to_organization__name=HOTLINE).expires_at == end


# --- Who can see it


def test_the_page_says_who_sees_the_case_and_why(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="change", counsel_tier=True)
    found = text(enter("attorney"), address(case, "case_access"))
    assert "5 people can see this case. They belong to 2 organizations." in found
    assert (
        "Ada Quispe Attorney On the team: Lead attorney"
        " All notes, counsel notes too Read, write, share" in found
    )
    assert (
        "Ben Okoye Paralegal Reads all cases of the organization Intake and representation notes Read, write, share"
        in found
    )
    assert "Another organization South Clinic Law school clinic Cleo Tran ends in" in found
    assert "Read it and write notes. Counsel notes are included. Until" in found
    assert "given by Ada Quispe on" in found
    assert (
        "Cleo Tran Attorney Shared by name All notes, counsel notes too Read and write"
        in found
    )
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


def test_giving_asks_who_one_is_and_then_goes_on(enter: Enter, cast: Cast) -> None:
    case, client = open_case(with_password(cast["attorney"])), enter("attorney")
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    place = address(case, "share_case")
    page = client.post(place, asked())
    asks = client.post(place, {**hidden(page.content.decode()), "step": "give"})
    assert asks.status_code == 302
    assert asks.headers["Location"].startswith("/account/reauthenticate/?")
    assert CaseGroupObjectPermission.objects.count() == 0
    done = client.post("/account/reauthenticate/", {"password": PASSWORD, "next": place})
    assert (done.status_code, done.headers["Location"]) == (302, address(case, "case_access"))
    assert CaseGroupObjectPermission.objects.values_list("permission__codename", flat=True).get() == "view_case"
    line = Entry.objects.get(verb="case.shared")
    assert (line.user_id, line.basis) == (cast["attorney"].pk, "assigned")
