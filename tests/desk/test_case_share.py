"""Sharing a case: what is read before, what is refused, and what is said after."""

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
from casework.cases.models import Case
from tests.access.signing import PASSWORD, with_password
from tests.cases.planting import HOTLINE, NORTH, SOUTH, again, give, open_case, soon, speaking
from tests.clock import local_day
from tests.desk.test_case import address, words
from tests.intake.acceptance.planting import full

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
        "until": (local_day() + timedelta(days=10)).isoformat(), "step": "ask",
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
    assert "They write notes, and choose for each who may read it. They cannot share it." in rest
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
        (
            {"whom": "one"},
            "Their e-mail address, only for one person: Fill this in, or choose all its attorneys and paralegals.",
        ),
        ({"whom": "one", "email": "omar@south.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"whom": "one", "email": "ben@north.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"whom": "one", "email": "no@one.example"}, "No attorney or paralegal of South Clinic has this address."),
        ({"until": "2020-01-31"}, "Last day: Choose a day that is not over."),
        ({"until": (local_day() + timedelta(days=370)).isoformat()}, "Last day: A share lasts a year"),
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


def confirmed(client: Client, case: Case, **more: Any) -> tuple[str, str, str]:
    """The last look before a share: what comes before "They will see", then what they see, then the rest."""
    found = words(client.post(address(case, "share_case"), asked(**more)).content)
    head, _, rest = found.partition("They will see")
    return (head, *rest.partition("They will not see")[::2])


def test_a_share_with_one_says_what_all_there_hold_already(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change", counsel_tier=True)
    head, see, rest = confirmed(client, case, whom="one", email="cleo@south.example")
    assert "another organization (Law school clinic). This case is shared with it already. Nothing changes yet." in head
    assert "nobody else" not in head
    assert "Besides All its attorneys and paralegals . Until" in head
    assert "Read it and write notes. Counsel notes are included. That stays." in head
    assert "Instead of" not in head
    assert "All counsel notes, also later ones" in see
    assert "Counsel notes:" not in rest
    assert "They write notes, and choose for each who may read it." in rest
    assert "own share opens" not in rest
    assert "When this share ends, what another one opens stays until that ends." in rest


def test_a_share_with_all_does_not_hand_them_what_one_holds(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="change", counsel_tier=True)
    head, see, rest = confirmed(client, case)
    assert "Besides Cleo Tran . Until" in head
    assert "All counsel notes" not in see
    assert "Counsel notes: criminal history" in rest
    assert "Whoever is named under “Besides” keeps, too, what their own share opens." in rest


def test_a_share_that_is_replaced_counts_no_more(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share", counsel_tier=True)
        give(ada, case, HOTLINE, level="share", counsel_tier=True)
    head, see, rest = confirmed(client, case)
    assert "Besides" not in head
    assert "All counsel notes" not in see
    assert "They read. They change nothing, and cannot share it." in rest


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"whom": "one", "email": "cleo@south.example"},
            "Cleo Tran of South Clinic can see the case now, and nobody else there by this share.",
        ),
        ({}, "All attorneys and paralegals of South Clinic can see the case now."),
    ],
)
def test_the_answer_says_who_can_see_it_now(enter: Enter, cast: Cast, more: dict[str, str], said: str) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    answer = client.post(address(case, "share_case"), asked(step="give", **more), follow=True)
    assert said in words(answer.content)


def test_sharing_again_begins_with_the_share_that_stands(enter: Enter, cast: Cast) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, "cleo@south.example", level="change")
    html = client.get(address(case, "case_access")).content.decode()
    (link,) = re.findall(rf'href="{address(case, "share_case")}([?][^"]+)"', html)
    html = client.get(address(case, "share_case") + link.replace("&amp;", "&")).content.decode()
    assert f'<option value="{organization(SOUTH)}" selected>' in html
    assert re.findall(r'name="\w+" value="(\w+)"[^>]* checked', html) == ["one", "change"]


def test_a_receiver_shares_on_until_their_own_end(enter: Enter, cast: Cast) -> None:
    case, end = open_case(cast["attorney"]), soon(10)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="share", expires_at=end)
    client = enter("clinic")
    html = client.get(address(case, "share_case")).content.decode()
    assert re.findall(r'<option value="[0-9a-f-]{36}">([^<]+)</option>', html) == ["Rapid Response Hotline (Hotline)"]
    last = timezone.localdate(end, ARIZONA).isoformat()
    assert f'max="{last}"' in html
    page = client.post(address(case, "share_case"), asked(organization=organization(HOTLINE), until=last))
    assert "Share this case with Rapid Response Hotline?" in words(page.content)
    client.post(address(case, "share_case"), asked(organization=organization(HOTLINE), until=last, step="give"))
    assert CaseGroupObjectPermission.objects.get(to_organization__name=HOTLINE).expires_at == end


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


@pytest.mark.parametrize("level", ["view", "change", "share"])
def test_each_tab_of_a_shared_case_opens(cast: Cast, enter: Enter, level: str) -> None:
    case = full(cast)
    with speaking(cast["attorney"]) as actor:
        give(actor, again(actor, case), SOUTH, level=level)
    for key in ("clinic", "attorney", "paralegal", "volunteer"):
        client = enter(key)
        assert tabs_that_do_not_open(client, case) == []


def tabs_that_do_not_open(client: Client, case: Case) -> list[tuple[str, int]]:
    page = client.get(f"/cases/{case.pk}/").content.decode()
    tabs = page[page.index('<nav class="tabs"') :]
    links = re.findall(r'href="([^"]+)"', tabs[: tabs.index("</nav>")])
    assert len(links) > 8
    return [(link, status) for link in links if (status := client.get(link).status_code) != 200]
