"""The tabs of a case: on which one each page stands, and what its title says; what the header says of what is next."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from casework.access.models import User
from casework.cases import actions
from tests.cases.planting import NORTH, SOUTH, again, give, member, open_case, speaking
from tests.desk.test_caseload import text
from tests.desk.test_person import with_number
from tests.docket.planting import add, days

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]
CURRENT = re.compile(r'<a href="[^"]+" aria-current="(page|true)">([^<]+)</a>')


@pytest.mark.parametrize(
    ("path", "tab", "current"),
    [
        ("", "Overview", "page"),
        ("close/", "Overview", "true"),
        ("custody/", "Custody", "page"),
        ("custody/move/", "Custody", "true"),
        ("docket/hearings/new/", "Docket", "true"),
        ("deadlines/new/", "Docket", "true"),
        ("person/", "Person and consents", "true"),
        ("family/", "Person and consents", "true"),
        ("incidents/", "Calls", "true"),
        ("decline/", "Intake", "true"),
        ("conflicts/", "Conflicts", "page"),
        ("looks/", "Who looked", "page"),
    ],
)
def test_a_page_stands_on_its_tab_and_its_title_says_so(
    cast: Cast, enter: Enter, path: str, tab: str, current: str
) -> None:
    case = open_case(cast["attorney"])
    html = enter("attorney").get(f"/cases/{case.pk}/{path}").content.decode()
    tabs = html[html.index('<nav class="tabs"') :]
    assert CURRENT.findall(tabs[: tabs.index("</nav>")]) == [(current, tab)]
    assert f"<title>{tab}, Case - Casework</title>" in html


def test_a_number_that_is_shown_stands_on_the_first_page(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with_number(client, case)
    html = client.post(f"/cases/{case.pk}/person/a-number/").content.decode()
    assert "<title>Overview, Case - Casework</title>" in html


def test_every_page_says_what_the_next_hearing_and_deadline_are(cast: Cast, enter: Enter) -> None:
    case, client = open_case(cast["attorney"]), enter("attorney")
    with speaking(cast["attorney"]) as ada:
        add(ada, again(ada, case), days(40), kind="bond", medium="V")
    order = {"title": "Evidence", "day": days(60), "zone": "America/Los_Angeles", "paper": "Order"}
    client.post(f"/cases/{case.pk}/deadlines/order/", order)
    page = text(client, f"/cases/{case.pk}/notes/")
    assert "Bond hearing · Video · in " in page
    assert "Evidence · in " in page


def test_the_header_names_the_team_also_where_others_see_the_case(cast: Cast, enter: Enter) -> None:
    case = open_case(cast["attorney"])
    with speaking(cast["attorney"]) as ada:
        actions.assign(ada, again(ada, case), membership=member(cast["paralegal"], NORTH), role="paralegal")
        give(ada, again(ada, case), SOUTH)
    pages = [text(enter("attorney"), f"/cases/{case.pk}/{path}") for path in ("notes/", "access/")]
    heads = [page[page.index(" Lead ") : page.index(" Overview ")] for page in pages]
    assert heads == [" Lead Ada Quispe Ben Okoye"] * 2
