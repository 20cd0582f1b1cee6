"""The lists of cases: own and shared, what each row says, and what they cost."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casework.access.doors import window
from casework.access.models import User
from casework.cases import actions
from casework.cases.models import Case
from tests.cases.planting import NORTH, SOUTH, again, give, glances, member, open_case, soon, speaking
from tests.clock import local_day

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def text(client: Client, address: str) -> str:
    """The words of a page, without its tags."""
    html = client.get(address).content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def queries(client: Client, address: str) -> int:
    """Statements of the page, those that steer transactions and the context left out."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(address).status_code == 200
    steering = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SELECT current_setting")
    return len([one for one in seen if not one["sql"].startswith(steering)])


def test_a_row_says_who_how_far_and_who_leads(enter: Enter, cast: Cast) -> None:
    first = open_case(cast["attorney"], given_names="Domingo", first_surname="Pérez", second_surname="Tzul")
    open_case(cast["volunteer"])
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, first)
        actions.restrict(ada, again(ada, first))
    found = text(enter("attorney"), "/cases/")
    nothing = "– None on file Not known – None on file"
    assert f"Domingo Pérez Tzul Restricted {reference} · Active {nothing} Ada Quispe – Not known" in found
    assert f"Rosa Enquiry {nothing} No lead – Not known" in found
    assert found.index("Rosa") < found.index("Domingo")
    assert "Domingo" not in text(enter("paralegal"), "/cases/")


def test_a_person_without_a_name_has_a_row(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"], given_names=" ")
    html = enter("attorney").get("/cases/").content.decode()
    assert f'<a href="/cases/{case.pk}/"><bdi>Name not known yet</bdi></a>' in html


def test_shared_cases_name_their_organization_and_their_end(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH, level="change", expires_at=soon(5) + timedelta(minutes=1))
    client = enter("clinic")
    # the giver's clock first: a share ends with a day there
    row = (
        r"Rosa North Legal Aid – No reference yet Enquiry read and write notes "
        r"\w{3}, \w{3} \d+, \d+:\d+ [ap]m Los Angeles, .*\d+:\d+.* here in 5 days"
    )
    assert re.search(row, text(client, "/cases/shared/").replace("\u202f", " ")) is not None
    found = text(client, "/cases/")
    assert "Shared with us (1)" in found
    assert "Rosa" not in found


@pytest.mark.parametrize(
    ("key", "title"),
    [("attorney", "No cases yet"), ("volunteer", "No cases yet"), ("admin", "Administrators do not read cases")],
)
def test_an_empty_list_says_why_and_how_to_start(enter: Enter, key: str, title: str) -> None:
    client = enter(key)
    found = text(client, "/cases/")
    assert title in found
    assert ("Open a case" in found) is (key != "admin")
    title = "Nothing is shared with us" if key == "attorney" else "Shared cases open to attorneys and paralegals only"
    assert title in text(client, "/cases/shared/")


@pytest.mark.parametrize(("key", "tabs"), [("paralegal", True), ("volunteer", False), ("admin", False)])
def test_shared_cases_are_offered_to_those_who_may_see_them(enter: Enter, key: str, tabs: bool) -> None:
    client = enter(key)
    assert [("Shared with us" in text(client, place)) for place in ("/cases/", "/cases/shared/")] == [tabs, tabs]
    assert ("You manage members and settings, and read no case." in text(client, "/cases/")) is (key == "admin")


def test_somebody_of_no_organization_sees_an_empty_list(enter: Enter, cast: Cast) -> None:
    client, row = enter("volunteer"), member(cast["volunteer"], NORTH)
    row.suspended_at = timezone.now()
    row.save()
    assert "You do not belong to an organization." in text(client, "/cases/")
    assert client.get("/cases/new/").status_code == 403


def test_a_long_list_has_pages(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("casework.desk.caseload.views.PAGE", 2)
    made = [open_case(cast["attorney"], given_names=name) for name in ("Ana", "Bruna", "Carla")]
    with window("test"):
        for hours, case in enumerate(made):
            Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - timedelta(hours=hours))
    client = enter("attorney")
    html = client.get("/cases/").content.decode()
    (older,) = re.findall(r'href="(\?after=[^"]+)"', html)
    assert [f"<bdi>{name}</bdi>" in html for name in ("Ana", "Bruna", "Carla")] == [True, True, False]
    html = client.get(f"/cases/{older}").content.decode()
    assert [f"<bdi>{name}</bdi>" in html for name in ("Ana", "Bruna", "Carla")] == [False, False, True]


def test_a_row_says_what_is_next_where_and_how_old_that_is(enter: Enter, cast: Cast) -> None:
    case = open_case(cast["attorney"])
    now = timezone.now()
    zone = ZoneInfo("America/Phoenix")
    at = datetime.combine((now + timedelta(days=3)).astimezone(zone).date(), time(13, 30), zone)
    glances(
        case, next_hearing_at=at, next_hearing_zone="America/Phoenix", place="Eloy Detention Center",
        place_as_of=now - timedelta(days=9), custody="detained", place_kind="facility",
        next_deadline_on=local_day() - timedelta(days=1),
    )  # fmt: skip
    found = text(enter("attorney"), "/cases/")
    assert re.search(
        r"\w{3}, \w{3} \d+, 1:30\spm Phoenix, 12:30 here in 3 days Eloy Detention Center confirmed 9 days ago"
        r" \w{3}, \w{3} \d+ yesterday Ada Quispe",
        found,
    )


def test_a_list_costs_the_same_whatever_its_length(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    found = []
    for count in (1, 2):
        for _ in range(count):
            open_case(cast["attorney"])
        found.append((queries(client, "/cases/"), queries(client, "/cases/?sort=hearing")))
    assert found == [(17, 18), (17, 18)]


def test_a_list_of_shared_cases_costs_the_same_whatever_its_length(enter: Enter, cast: Cast) -> None:
    client = enter("clinic")
    found = []
    for count in (1, 2):
        for _ in range(count):
            case = open_case(cast["attorney"])
            with speaking(cast["attorney"]) as ada:
                give(ada, case, SOUTH)
        found.append(queries(client, "/cases/shared/"))
    assert found == [12, 12]
