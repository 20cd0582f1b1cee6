"""Many cases given to a colleague at once: each by itself, told by name, and taken back."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.access.doors import window
from casework.access.models import User
from casework.audit.models import Entry
from casework.cases import actions
from casework.cases.models import Assignment, Case, CaseRole
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking, verbs
from tests.clock import local_day
from tests.desk.test_caseload import text
from tests.desk.test_caseload_filters import listed

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
ASSIGN, ASSIGNED, UNDO = "/cases/assign/", "/cases/assigned/", "/cases/assigned/undo/"


def team(case: Case) -> list[tuple[str, str]]:
    """Who is on the case now, by name and role."""
    with window("test"):
        rows = Assignment.objects.filter(Assignment.live(), case=case).select_related("membership__user")
        return sorted((one.membership.user.name, one.role) for one in rows)


def assign(client: Client, cast: Cast, key: str, role: str, *cases: Case, asked: str = "", **more: Any) -> Any:
    data = {"case": [case.pk for case in cases], "member": member(cast[key], NORTH).pk, "role": role}
    return client.post(ASSIGN + asked, data | more)


@pytest.fixture
def two(cast: Cast) -> tuple[Case, Case]:
    return open_case(cast["attorney"], given_names="Olga"), open_case(cast["attorney"], given_names="Clara")


def test_a_colleague_is_put_on_each(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    answer = assign(client, cast, "paralegal", CaseRole.PARALEGAL, *two, asked="?stage=enquiry&x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, ASSIGNED)
    assert [team(case) for case in two] == [[("Ada Quispe", "lead"), ("Ben Okoye", "paralegal")]] * 2
    assert [verbs(case)[-1] for case in two] == ["case.assigned"] * 2
    found = text(client, ASSIGNED)
    assert "Ben Okoye, Paralegal 2 cases were assigned." in found
    assert "Olga" in found
    assert 'href="/cases/?stage=enquiry"' in client.get(ASSIGNED).content.decode()


def test_what_cannot_be_done_keeps_nothing_from_the_others(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, two[0]), membership=member(cast["paralegal"], NORTH), role="paralegal")
    hidden = open_case(cast["attorney"], given_names="Wanda")
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, hidden))
    User.objects.update(language="en")
    client = enter("second_admin")
    assert client.post(ASSIGN, {"case": ["x", hidden.pk]}).status_code == 200
    assign(client, cast, "paralegal", CaseRole.PARALEGAL, *two, hidden)
    found = text(client, ASSIGNED)
    assert "1 case was assigned. 1 was left as it is. 1 is not there, or not yours to see any more." in found
    assert "Olga This person is on the team. To change the role, take them off first." in found
    assert "Wanda" not in found
    assert ("Ben Okoye", "paralegal") in team(two[1])
    assert team(hidden) == [("Ada Quispe", "lead")]


def test_the_lead_goes_over_with_a_day_and_comes_back(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    tomorrow = local_day() + timedelta(days=2)
    assign(client, cast, "second_admin", CaseRole.LEAD, two[0], on=tomorrow)
    assert team(two[0]) == [("Ada Quispe", "lead")]
    client.post(UNDO)
    assert verbs(two[0])[-2:] == ["case.lead_handed_over", "case.lead_kept"]
    assign(client, cast, "second_admin", CaseRole.LEAD, *two)
    name = cast["second_admin"].name
    assert [team(case) for case in two] == [[(name, "lead")]] * 2
    client.post(UNDO)
    assert [team(case) for case in two] == [[("Ada Quispe", "lead")]] * 2
    assert "Taken back 2 cases are as they were before." in text(client, ASSIGNED)
    assert client.post(UNDO).headers["Location"] == "/cases/"


def test_a_first_lead_and_a_former_role_come_back_as_they_were(enter: Enter, cast: Cast) -> None:
    led, unled = open_case(cast["attorney"]), open_case(cast["paralegal"])
    other = cast["second_admin"]
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, led), membership=member(other, NORTH), role="co_counsel")
        actions.assign(ada, again(ada, unled), membership=member(other, NORTH), role="supervisor")
    before = [team(led), team(unled)]
    client = enter("attorney")
    assign(client, cast, "second_admin", CaseRole.LEAD, led, unled)
    assert [(other.name, "lead") in team(case) for case in (led, unled)] == [True, True]
    client.post(UNDO)
    assert [team(led), team(unled)] == before


def test_what_somebody_built_on_is_not_taken_back(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    assign(client, cast, "paralegal", CaseRole.PARALEGAL, *two)
    with window("test"):
        place = Assignment.objects.get(case=two[0], role="paralegal")
    with speaking(cast["second_admin"]) as other:
        case = again(other, two[0])
        actions.unassign(other, case, assignment=Assignment.objects.visible_to(other).get(pk=place.pk))
    client.post(UNDO)
    found = text(client, ASSIGNED)
    assert "1 case is as it was before. 1 was left as it is." in found
    assert "Olga Somebody changed the team since." in found


def test_nobody_takes_back_what_somebody_else_did(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    assign(client, cast, "paralegal", CaseRole.PARALEGAL, *two)
    kept, thief = client.session["here:assigned"], enter("second_admin")
    session = thief.session
    session["here:assigned"] = kept
    session.save()
    thief.post(UNDO)
    assert ("Ben Okoye", "paralegal") in team(two[0])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Tick the cases first."),
        ({"role": ""}, "Choose one."),
        ({"member": ""}, "Choose one."),
        ({"role": "lead"}, "This person can be here: Paralegal, Law student."),
        ({"role": "lead", "on": "2020-01-01"}, "Choose today or a later day."),
    ],
)
def test_what_is_missing_is_said_and_ticks_stay(
    enter: Enter, cast: Cast, two: tuple[Case, Case], data: dict[str, str], says: str
) -> None:
    client = enter("attorney")
    given = {"case": [two[0].pk] if data else [], "member": member(cast["paralegal"], NORTH).pk, "role": "paralegal"}
    answer = client.post(f"{ASSIGN}?stage=enquiry", given | data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert says in re.sub(r"<[^>]+>", "", html)
    assert html.count(" checked>") == (1 if data else 0)
    assert 'class="bulk panel" open' in html
    assert team(two[0]) == [("Ada Quispe", "lead")]


def test_all_on_this_page_without_a_script(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    html = client.get("/cases/").content.decode()
    rows = re.findall(r'name="row" value="([^"]+)"', html)
    assert sorted(rows) == sorted(str(case.pk) for case in two)
    data = {"row": rows, "all": "on", "member": member(cast["paralegal"], NORTH).pk, "role": "paralegal"}
    client.post(ASSIGN, data)
    assert [("Ben Okoye", "paralegal") in team(case) for case in two] == [True, True]


@pytest.mark.parametrize("key", ["volunteer", "admin"])
def test_only_counsel_assigns(enter: Enter, cast: Cast, two: tuple[Case, Case], key: str) -> None:
    client = enter(key)
    assert [client.post(one).status_code for one in (ASSIGN, UNDO)] == [403, 403]
    assert client.get(ASSIGNED).status_code == 403
    assert "Assign cases" not in text(client, "/cases/")


def test_a_shared_case_is_not_given_to_ones_own_people(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    with speaking(cast["attorney"]) as ada:
        give(ada, again(ada, two[0]), SOUTH, level="share")
    client = enter("clinic")
    assert listed(client) == []
    data = {"case": [two[0].pk], "member": member(cast["clinic"], SOUTH).pk, "role": "co_counsel"}
    client.post(ASSIGN, data)
    assert "0 cases were assigned. 1 is not there" in text(client, ASSIGNED)


def test_each_act_has_its_line_and_the_list_its_own(enter: Enter, cast: Cast, two: tuple[Case, Case]) -> None:
    client = enter("attorney")
    before = Entry.objects.count()
    with CaptureQueriesContext(connection):
        assign(client, cast, "paralegal", CaseRole.PARALEGAL, *two)
    assert sorted(Entry.objects.order_by("at").values_list("verb", flat=True)[before:]) == ["case.assigned"] * 2
