"""The door of the demo: open to all in a demo on this machine, and nowhere else."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from casework.access.demo import cast as members
from casework.access.models import User
from tests.access.signing import is_signed_in

pytestmark = pytest.mark.django_db
KEYS = ["attorney", "paralegal", "admin", "volunteer", "clinic", "hotline"]


@pytest.fixture
def demo(settings: Any, cast: dict[str, User]) -> None:
    settings.DEMO = True


def door(key: str) -> str:
    return reverse("demo_enter", kwargs={"key": key})


def test_the_cast_is_the_agreed_one() -> None:
    north, south, hotline = "North Legal Aid", "South Clinic", "Rapid Response Hotline"
    assert [(member.key, *((name, *roles) for name, roles in member.places)) for member in members()] == [
        ("attorney", (north, "attorney")),
        ("paralegal", (north, "paralegal")),
        ("admin", (north, "admin")),
        ("second_admin", (north, "admin", "attorney")),
        ("volunteer", (north, "volunteer")),
        ("clinic", (south, "attorney")),
        ("clinic_admin", (south, "admin")),
        ("hotline", (hotline, "volunteer")),
        ("both", (hotline, "admin", "paralegal"), (north, "paralegal")),
    ]


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("key", KEYS)
def test_one_press_enters(client: Client, cast: dict[str, User], key: str) -> None:
    response = client.post(door(key))
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    page = client.get(reverse("profile"))
    assert page.context["user"] == cast[key]
    assertContains(page, "Demo.")


@pytest.mark.usefixtures("demo")
def test_the_sign_in_page_offers_all_by_organization(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert [door(key) in page for key in KEYS] == [True] * len(KEYS)
    order = ["North Legal Aid", "Ada Quispe", "Vic Saldaña", "South Clinic", "Cleo Tran", "Rapid Response Hotline"]
    assert sorted(order, key=page.index) == order


@pytest.mark.parametrize("key", [*KEYS, "nobody"])
def test_outside_a_demo_there_is_no_door(client: Client, cast: dict[str, User], key: str) -> None:
    assert client.post(door(key)).status_code == 404
    assert is_signed_in(client) is False


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1", "::", "casework.example", ""])  # noqa: S104
def test_a_demo_that_others_could_reach_has_no_door(client: Client, settings: Any, address: str) -> None:
    settings.BIND = address
    assert client.post(door("attorney")).status_code == 404
    assert "Ada Quispe" not in client.get(reverse("account_login")).content.decode()


@pytest.mark.usefixtures("demo")
def test_somebody_from_elsewhere_finds_no_door() -> None:
    assert Client(REMOTE_ADDR="192.0.2.7").post(door("attorney")).status_code == 404


@pytest.mark.usefixtures("demo")
def test_the_door_opens_by_post_and_to_known_keys_only(client: Client) -> None:
    response = client.get(door("attorney"))
    assert (response.status_code, response.headers["Location"]) == (302, "/")
    assert client.post(door("nobody")).status_code == 404
    assert is_signed_in(client) is False


@pytest.mark.usefixtures("demo")
def test_the_door_needs_the_token_of_the_form() -> None:
    assert Client(enforce_csrf_checks=True).post(door("attorney")).status_code == 403


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize(
    ("after", "lands"),
    [("/account/profile/", "/account/profile/"), ("https://evil.example/", "/"), ("//evil.example/", "/")],
)
def test_the_door_leads_only_to_ourselves(client: Client, after: str, lands: str) -> None:
    assert client.post(door("attorney"), {"next": after}).headers["Location"] == lands


@pytest.mark.usefixtures("demo")
def test_entering_as_somebody_else_leaves_nothing_of_the_first(client: Client, cast: dict[str, User]) -> None:
    client.post(door("attorney"))
    first = client.session.session_key
    client.post(door("clinic"))
    assert client.session.session_key != first
    assert client.get(reverse("profile")).context["user"] == cast["clinic"]
    assert cast["attorney"].sessions.count() == 0


@pytest.mark.usefixtures("demo")
def test_the_cast_confirms_without_a_password(client: Client) -> None:
    client.post(door("attorney"))
    session = client.session
    session["account_authentication_methods"] = []
    session.save()
    asked = client.get(reverse("mfa_generate_recovery_codes"))
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"], follow=True)
    assertContains(page, "Confirm as Ada Quispe")
    back = client.post(door("attorney"), {"next": reverse("mfa_generate_recovery_codes")})
    assert client.get(back.headers["Location"]).status_code == 200
