from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.access.models import FactorReset, User
from tests.access.signing import recovery_codes
from tests.desk.members import place, text

pytestmark = pytest.mark.django_db


def test_today_says_what_the_account_needs(enter: Callable[[str], Client]) -> None:
    html = enter("attorney").get("/").content.decode()
    assert "2 things about your account need you." in html
    assert "You have one second factor" in html
    assert "You have no recovery codes" in html
    assert "also signed in on" not in html
    assert "North Legal Aid" in html


def test_today_says_when_nothing_is_needed(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    client = enter("paralegal")
    recovery_codes(cast["paralegal"])
    Authenticator.objects.create(user=cast["paralegal"], type=Authenticator.Type.WEBAUTHN, data={})
    html = client.get("/").content.decode()
    assert "Nothing needs you here." in html
    assert "1 thing" not in html


def test_other_browsers_are_named_but_no_need(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    first, second = enter("clinic"), enter("clinic")
    recovery_codes(cast["clinic"])
    Authenticator.objects.create(user=cast["clinic"], type=Authenticator.Type.WEBAUTHN, data={})
    first.get("/")
    html = second.get("/").content.decode()
    assert "You are also signed in on 1 other browser." in " ".join(html.split())
    assert "Nothing needs you here." in html
    assert "on this browser only" not in html


def test_an_address_that_only_takes_a_form_leads_to_the_start(client: Client) -> None:
    response = client.get("/language/")
    assert (response.status_code, response.headers["Location"]) == (302, "/")


def test_today_without_an_organization(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    cast["hotline"].memberships.update(ends_at=timezone.now())
    assert "You do not belong to an organization." in enter("hotline").get("/").content.decode()


def test_today_says_in_which_roles_and_until_when(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    cast["attorney"].memberships.update(roles=["attorney", "admin"])
    html = " ".join(enter("attorney").get("/").content.decode().split())
    assert "<dt>Your roles</dt> <dd>Attorney, Administrator</dd>" in html
    assert "<dt>Until</dt>" not in html
    cast["attorney"].memberships.update(roles=["attorney"], ends_at=timezone.now() + timedelta(days=3))
    html = " ".join(enter("attorney").get("/").content.decode().split())
    assert "<dt>Your role</dt> <dd>Attorney</dd> <dt>Until</dt>" in html


def test_whoever_is_said_to_have_lost_the_factor_reads_it_first(
    enter: Callable[[str], Client], cast: dict[str, User]
) -> None:
    ada, nia = enter("attorney"), enter("admin")
    nia.post(reverse("ask_factor_reset", args=[place(cast["attorney"]).pk]))
    page = text(ada.get("/"))
    assert "3 things about your account need you. Open a case Lost second factors Your second factor is about" in page
    assert "Nia Haddad says that you lost your second factor. It is taken off on" in page
    assert f'href="{reverse("mfa_index")}">Keep it' in ada.get("/").content.decode()
    ada.post(reverse("keep_factor", args=[FactorReset.objects.get().pk]), follow=True)
    page = text(ada.get("/"))
    assert "2 things about your account need you." in page
    assert "taken off" not in page


def test_who_asked_elsewhere_has_no_name(enter: Callable[[str], Client], cast: dict[str, User]) -> None:
    june = enter("both")
    for key, organization in (("admin", "NLA"), ("hotline", "RRH")):
        place(cast[key], organization).__class__.objects.filter(user=cast[key]).update(roles=["admin"])
        enter(key).post(reverse("ask_factor_reset", args=[place(cast["both"], organization).pk]))
    page = text(june.get("/"))
    assert page.count("Your second factor is about to be taken off") == 2
    named = "Nia Haddad" if "Nia Haddad" in page else cast["hotline"].name
    elsewhere = "Rapid Response Hotline" if named == "Nia Haddad" else "North Legal Aid"
    assert f"{named} says that you lost your second factor." in page
    assert f"An administrator of {elsewhere} says that you lost your second factor." in page


def test_a_lost_factor_waits_for_another_administrator_alone(
    enter: Callable[[str], Client], cast: dict[str, User]
) -> None:
    User.objects.update(language="en")
    nia, tomas, waits = enter("admin"), enter("second_admin"), "1 lost second factor waits for a second administrator"
    nia.post(reverse("ask_factor_reset", args=[place(cast["attorney"]).pk]))
    page = text(tomas.get("/"))
    assert waits in page
    assert "3 things need you." in page
    assert [waits in text(one.get("/")) for one in (nia, enter("paralegal"), enter("clinic_admin"))] == [False] * 3
    tomas.post(reverse("confirm_factor_reset", args=[FactorReset.objects.get().pk]))
    assert waits not in text(tomas.get("/"))


def test_a_request_about_an_administrator_is_no_task_of_theirs(
    enter: Callable[[str], Client], cast: dict[str, User]
) -> None:
    User.objects.update(language="en")
    nia, tomas = enter("admin"), enter("second_admin")
    nia.post(reverse("ask_factor_reset", args=[place(cast["second_admin"]).pk]))
    assert "waits for a second administrator" not in text(tomas.get("/"))
    assert "Nia Haddad says that you lost your second factor." in text(tomas.get("/"))
