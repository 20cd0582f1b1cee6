"""Name, language and time zone."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from casework.access.models import User

pytestmark = pytest.mark.django_db
GOOD = {"name": "Ada Q. Quispe", "language": "es", "time_zone": "America/Phoenix"}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def profile(user: User) -> tuple[str, str, str]:
    user.refresh_from_db()
    return user.name, user.language, user.time_zone


def test_a_profile_is_saved_and_says_so_in_the_new_language(cast: dict[str, User]) -> None:
    client = browser(cast["attorney"])
    response = client.post(reverse("profile"), GOOD)
    assertRedirects(response, reverse("profile"))
    assert profile(cast["attorney"]) == ("Ada Q. Quispe", "es", "America/Phoenix")
    assert client.cookies["language"].value == "es"
    assert client.get(reverse("profile")).headers["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "x" * 151), ("language", "xx"), ("time_zone", "Moon/Tranquility"), ("time_zone", "")],
)
def test_an_error_stands_at_its_field_and_what_was_typed_stays(cast: dict[str, User], field: str, value: str) -> None:
    client, before = browser(cast["attorney"]), profile(cast["attorney"])
    response = client.post(reverse("profile"), GOOD | {field: value})
    form = response.context["form"]
    assert list(form.errors) == [field]
    assertContains(response, f'id="id_{field}_error"')
    assert {name: form[name].value() for name in GOOD} == GOOD | {field: value}
    assert profile(cast["attorney"]) == before
    assertContains(response, "Ada Quispe")


def test_a_zone_outside_the_americas_that_one_has_can_be_kept(cast: dict[str, User]) -> None:
    User.objects.filter(pk=cast["attorney"].pk).update(time_zone="Europe/Madrid")
    client = browser(cast["attorney"])
    client.post(reverse("profile"), GOOD | {"time_zone": "Europe/Madrid"})
    assert profile(cast["attorney"])[2] == "Europe/Madrid"


def test_the_language_chosen_is_kept_for_the_person_and_the_browser(cast: dict[str, User]) -> None:
    client = browser(cast["attorney"])
    response = client.post(reverse("choose_language"), {"language": "es", "next": "/account/sessions/"})
    assertRedirects(response, "/account/sessions/")
    assert profile(cast["attorney"])[1] == "es"
    assert client.cookies["language"].value == "es"


def test_a_stranger_keeps_a_language_too(client: Client) -> None:
    client.post(reverse("choose_language"), {"language": "es", "next": "/account/login/"})
    assert client.get("/account/login/").headers["Content-Language"] == "es"


@pytest.mark.parametrize(
    ("language", "after", "lands"),
    [("xx", "/account/login/", "/account/login/"), ("es", "https://evil.example/", "/"), ("es", "//evil.example", "/")],
)
def test_choosing_a_language_leads_only_to_ourselves(client: Client, language: str, after: str, lands: str) -> None:
    response = client.post(reverse("choose_language"), {"language": language, "next": after})
    assert (response.status_code, response.headers["Location"]) == (302, lands)
    assert ("language" in client.cookies) is (language == "es")
