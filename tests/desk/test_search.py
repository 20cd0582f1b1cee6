"""The search box on the pages: what it leads to, what the list says, and that nothing of it stands in an address."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casework.access.models import Session, User
from casework.cases import actions, person, search
from casework.cases.models import Case
from casework.people import contacts
from tests.cases.planting import SOUTH, again, give, open_case, speaking
from tests.desk.test_caseload import text

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
Enter = Callable[[str], Client]


def rosa(cast: Cast, **values: Any) -> Case:
    case = open_case(cast["attorney"], given_names="Rosa", first_surname="Vásquez", second_surname="Huamán")
    if values:
        with speaking(cast["attorney"]) as ada:
            row = again(ada, case)
            person.change(ada, row, values=values, seen=row.whose.version)
    return case


def asked(client: Client, typed: str) -> str:
    """The address of what was found."""
    answer = client.post("/search/", {"q": typed})
    assert answer.status_code == 302
    return str(answer["Location"])


def found(client: Client, typed: str) -> str:
    return text(client, asked(client, typed))


def test_a_misspelled_double_surname_leads_to_the_case(enter: Enter, cast: Cast) -> None:
    case = rosa(cast, birth_date=date(1990, 3, 5), a_number="012345678")
    client = enter("attorney")
    address = asked(client, "bazkes guaman")
    html = client.get(address).content.decode()
    assert f'<a href="/cases/{case.pk}/"><bdi>Rosa Vásquez Huamán</bdi></a>' in html
    said = text(client, address)
    assert "1 case fits." in said
    assert "Born March 5, 1990 · A•••-•••-678 · Enquiry Sounds like it" in said


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("rosa vasquez", "Same name"), ("chepa", "Alias Chepa"),
        ("vaskez 5/3/1990", "Birth date with day and month swapped"), ("rosa flores", "Part of what you typed"),
        ("rosa vasquez 3/5/1990", "Same birth date"), ("213 555 0143", "Phone of sister Ana"),
        ("Roosa Vasqyez", "Spelled much like it"), ("Ana 213 555 0143", "Phone of sister Ana"),
    ],
)  # fmt: skip
def test_the_list_says_why(enter: Enter, cast: Cast, typed: str, why: str) -> None:
    case = rosa(cast, birth_date=date(1990, 3, 5), aliases=["Chepa"])
    with speaking(cast["attorney"]) as ada:
        values = {"name": "Ana", "relationship": "sister", "phones": [{"number": "+12135550143"}]}
        contacts.add(ada, again(ada, case).person, values=values)
    assert why in found(enter("attorney"), typed)


def test_a_whole_number_leads_straight_to_the_case(enter: Enter, cast: Cast) -> None:
    case = rosa(cast, a_number="012345678")
    with speaking(cast["attorney"]) as ada:
        reference = actions.accept(ada, again(ada, case))
    client = enter("paralegal")
    assert {asked(client, typed) for typed in ("A 012-345-678", reference, reference[-4:])} == {f"/cases/{case.pk}/"}
    assert asked(client, "A 012-345-679").startswith("/search/")


def test_nothing_of_what_was_typed_stands_in_an_address_a_log_or_the_session_table(
    enter: Enter, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    client = enter("attorney")
    address = asked(client, "Kanarienvogel 213 555 0199")
    html = client.get(address).content.decode()
    assert re.fullmatch(r"/search/[0-9a-f-]{36}/", address)
    assert "Kanarienvogel" in html  # in the box alone, for who typed it
    assert "Kanarienvogel" not in " ".join(re.findall(r'(?:href|action|hx-\w+)="[^"]*"', html))
    assert "kanarienvogel" not in capsys.readouterr().out.lower()
    assert not any("Kanarienvogel" in row.session_data for row in Session.objects.all())


def test_a_search_is_kept_for_whoever_typed_it(enter: Enter, cast: Cast) -> None:
    rosa(cast)
    client = enter("attorney")
    address = asked(client, "Vasquez")
    assert "Rosa" in text(client, address)
    assert enter("paralegal").get(address)["Location"] == "/search/"
    for number in range(10):
        asked(client, f"Somebody {number}x")
    assert client.get(address)["Location"] == "/search/"


def test_nothing_found_offers_a_new_case_with_the_name_that_was_typed(enter: Enter, cast: Cast) -> None:
    client = enter("attorney")
    address = asked(client, "Petrona de la Cruz Ixcoy")
    html = client.get(address).content.decode()
    assert "No case that you see fits" in text(client, address)
    (new,) = re.findall(r'href="(/cases/new/\?search=[0-9a-f-]{36})"', html)
    form = client.get(new).content.decode()
    assert [f'value="{name}"' in form for name in ("Petrona", "de la Cruz", "Ixcoy")] == [True, True, True]
    assert "value=" not in text(client, "/cases/new/?search=x")


def test_the_page_without_a_search_says_what_can_be_typed(enter: Enter, cast: Cast) -> None:
    client = enter("volunteer")
    for said in (text(client, "/search/"), text(client, "/search/")):
        assert "What can be typed" in said
        assert "Day and month may be swapped" in said
    assert client.post("/search/", {"q": "  "}).status_code == 200


def test_the_box_stands_on_the_pages_of_those_who_see_cases(enter: Enter, cast: Cast) -> None:
    pages = {key: enter(key).get("/tasks/").content.decode() for key in ("attorney", "volunteer", "admin")}
    assert {key: 'action="/search/"' in html for key, html in pages.items()} == {
        "attorney": True, "volunteer": True, "admin": False,
    }  # fmt: skip
    assert enter("admin").get("/search/").status_code == enter("admin").post("/search/", {"q": "x"}).status_code == 403


def test_a_restricted_case_is_neither_shown_nor_counted(enter: Enter, cast: Cast) -> None:
    case, _other = rosa(cast), rosa(cast)
    with speaking(cast["attorney"]) as ada:
        actions.restrict(ada, again(ada, case))
    assert "2 cases fit" in found(enter("attorney"), "Vasquez")
    assert "1 case fits." in found(enter("paralegal"), "Vasquez")
    assert "No case that you see fits" in found(enter("clinic"), "Vasquez")


def test_a_shared_case_says_whose_it_is(enter: Enter, cast: Cast) -> None:
    case = rosa(cast)
    with speaking(cast["attorney"]) as ada:
        give(ada, case, SOUTH)
    assert "Rosa Vásquez Huamán Shared by North Legal Aid" in found(enter("clinic"), "Basques")


def test_more_than_a_page_says_how_to_find_fewer(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST", 1)
    rosa(cast)
    rosa(cast)
    assert "The 1 cases that fit best. There are more" in found(enter("attorney"), "Vasquez")


def test_who_searches_too_often_waits(enter: Enter, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "SEARCHES", 0)
    assert enter("attorney").post("/search/", {"q": "Vasquez"}).status_code == 429


def test_a_list_costs_the_same_whatever_it_finds(enter: Enter, cast: Cast) -> None:
    client, counts = enter("attorney"), []
    for more in (1, 2):
        for _ in range(more):
            rosa(cast)
        address = asked(client, "bazquez")
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            client.get(address)
        steering = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET LOCAL", "SELECT current_setting")
        counts.append(len([one for one in seen if not one["sql"].startswith(steering)]))
    assert counts == [15, 15]
