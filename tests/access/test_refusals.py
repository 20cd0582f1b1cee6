"""Whoever is kept out leaves a line, whatever the answer is; it names no value, and costs the same for strangers."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.access import refusals
from casework.access.models import Membership, User
from casework.access.refusals import Refusal
from casework.audit.models import Entry
from tests.access.signing import PASSWORD, post_password, sign_in, with_password
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
Cast = dict[str, User]
SECOND_STEP = reverse("mfa_authenticate")
CLIENTS = [{}, {"accept": "application/json"}, {"x-requested-with": "XMLHttpRequest"}]


def bases() -> list[str]:
    return list(Entry.objects.filter(verb=refusals.VERB).order_by("at").values_list("basis", flat=True))


@pytest.mark.parametrize("headers", CLIENTS)
def test_a_wrong_password_leaves_a_line_however_the_browser_asks(cast: Cast, headers: dict[str, str]) -> None:
    user = with_password(cast["attorney"])
    answer = post_password(Client(headers=headers), user.email, "not it at all")
    assert answer.status_code == (400 if headers else 200)
    line = Entry.objects.get(verb=refusals.VERB)
    home = user.memberships.get()
    assert (line.basis, line.actor_kind, line.object_id, line.organization_id) == (
        "password", "duty", user.pk, home.organization_id,
    )  # fmt: skip
    assert (line.detail, line.fields, line.user_id) == (None, [], None)


@pytest.mark.parametrize("headers", CLIENTS)
def test_a_wrong_code_after_the_right_password(cast: Cast, headers: dict[str, str]) -> None:
    client = Client(headers=headers)
    post_password(client, with_password(cast["attorney"]).email)
    client.post(SECOND_STEP, {"code": "000000"})
    assert bases() == ["code"]


def test_wrong_answers_at_the_lock(cast: Cast) -> None:
    client = sign_in(with_password(cast["attorney"]))
    client.post(reverse("lock_session"))
    client.post("/", {"unlock": "yes", "password": "not it at all"})
    client.post(reverse("unlock"), {"unlock": "yes", "password": "not it"}, headers={"accept": "application/json"})
    client.post("/", {"unlock": "yes", "code": "000000"})
    client.post("/", {"unlock": "yes", "credential": '{"id": "x", "rawId": "y"}'})
    assert bases() == ["unlock"] * 4
    client.post("/", {"unlock": "yes", "password": PASSWORD})
    assert len(bases()) == 4


def test_a_wrong_password_before_something_grave(cast: Cast) -> None:
    client = sign_in(with_password(cast["attorney"]))
    client.post(reverse("account_reauthenticate"), {"password": "not it at all"})
    assert bases() == ["again"]


def test_what_has_to_wait_is_told_once_in_five_minutes(cast: Cast) -> None:
    for address in (with_password(cast["attorney"]).email, "nobody@north.example"):
        for _ in range(8):
            post_password(Client(), address, "not it at all")
        assert bases()[-6:] == ["password"] * 5 + ["limit"]
    assert len(bases()) == 12


def test_codes_that_have_to_wait_are_told(cast: Cast) -> None:
    client = Client()
    post_password(client, with_password(cast["attorney"]).email)
    for _ in range(7):
        client.post(SECOND_STEP, {"code": "000000"})
    assert bases() == ["code"] * 5 + ["limit"]


def test_one_line_in_the_book_of_each_organization(cast: Cast) -> None:
    user = with_password(cast["both"])
    post_password(Client(), user.email, "not it at all")
    books = set(Entry.objects.filter(verb=refusals.VERB).values_list("organization_id", flat=True))
    assert books == set(user.memberships.values_list("organization_id", flat=True))


def test_an_address_of_nobody_stands_in_nobodys_book_and_is_not_written(client: Client) -> None:
    post_password(client, "nobody@north.example", "not it at all")
    line = Entry.objects.get(verb=refusals.VERB)
    assert (line.organization_id, line.object_id, line.basis) == (None, None, "password")
    assert "nobody" not in " ".join(map(str, vars(line).values())).lower().replace("nobody's", "")


def test_strangers_cost_as_many_statements_as_members(cast: Cast) -> None:
    user, found = with_password(cast["attorney"]), []
    for address in (user.email, "nobody@north.example"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            refusals.write([Refusal(refusals.PASSWORD, address=address)])
        found.append([one["sql"].split()[0] for one in asked])
    assert found[0] == found[1]
    assert found[0].count("INSERT") == 1


def test_whoever_belongs_nowhere_is_refused_in_nobodys_book(enter: Callable[[str], Client], cast: Cast) -> None:
    client = enter("attorney")
    Membership.objects.filter(user=cast["attorney"]).update(ends_at=timezone.now())
    assert client.get(reverse("case", args=["00000000-0000-4000-8000-000000000000"])).status_code in {403, 404}
    line = Entry.objects.get(verb="refused")
    assert (line.organization_id, line.actor_kind, line.user_id) == (None, "user", cast["attorney"].pk)
    assert line.object_type == "route:case"


def test_outside_of_a_request_a_refusal_is_written_at_once(cast: Cast) -> None:
    refusals.note(Refusal(refusals.CODE, cast["attorney"].pk))
    assert bases() == ["code"]


def test_refusals_wait_for_the_end_of_the_request_in_their_order(cast: Cast) -> None:
    with refusals.collected() as found:
        assert found == []
        refusals.note(Refusal("password", address="Ada@North.example"))
        refusals.note(Refusal("code", user_id=cast["both"].pk))
        assert bases() == []
    assert found == [Refusal("password", address="Ada@North.example"), Refusal("code", user_id=cast["both"].pk)]
    with as_application():
        refusals.write(found)
        refusals.write([])
    rows = Entry.objects.filter(verb=refusals.VERB).order_by("at")
    ada, both = cast["attorney"], cast["both"]
    homes = both.memberships.order_by("organization__name").values_list("organization_id", flat=True)
    told = [
        (one.basis, one.organization_id, one.object_type, one.object_id, one.actor_kind, one.actor_name, one.user_id)
        for one in rows
    ]
    assert told[0] == ("password", ada.memberships.get().organization_id, "access.user", ada.pk, "duty", "", None)
    assert sorted(told[1:]) == sorted(("code", home, "access.user", both.pk, "duty", "", None) for home in homes)
    refusals.note(Refusal("code", user_id=ada.pk))  # outside a request it is written at once
    assert bases()[-1] == "code"
    assert len(bases()) == 4
