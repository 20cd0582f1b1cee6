"""Before an administrator is made, or a second factor taken off, people say again who they are; then it goes on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.access.models import FactorReset, Invitation, User
from tests.access.signing import PASSWORD, with_password
from tests.desk.members import place, save

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
CONFIRM = "/account/reauthenticate/"


def unconfirmed(enter: Enter, user: User) -> Client:
    """The administrator's browser, some time after signing in."""
    with_password(user)
    client = enter("admin")
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    return client


def confirmed(client: Client, asks: Any, address: str) -> Any:
    """What comes after the password."""
    assert (asks.status_code, asks.headers["Location"].partition("?")[0]) == (302, CONFIRM)
    return client.post(CONFIRM, {"password": PASSWORD, "next": address})


def test_an_administrator_is_invited_by_somebody_who_has_just_confirmed(enter: Enter, cast: dict[str, User]) -> None:
    client, address = unconfirmed(enter, cast["admin"]), reverse("invite_member")
    asks = client.post(address, {"email": "new@north.example", "roles": ["admin"]})
    assert Invitation.objects.count() == 0
    done = confirmed(client, asks, address)
    assert (done.headers["Location"], Invitation.objects.get().email) == (reverse("members"), "new@north.example")


def test_other_roles_are_given_without_asking(enter: Enter, cast: dict[str, User]) -> None:
    client = unconfirmed(enter, cast["admin"])
    client.post(reverse("invite_member"), {"email": "new@north.example", "roles": ["volunteer"]})
    assert Invitation.objects.get().roles == ["volunteer"]


def test_a_form_that_is_wrong_is_not_asked_about(enter: Enter, cast: dict[str, User]) -> None:
    client = unconfirmed(enter, cast["admin"])
    page = client.post(reverse("invite_member"), {"email": "x", "roles": ["admin"]})
    assert (page.status_code, list(page.context["form"].errors), Invitation.objects.count()) == (200, ["email"], 0)


def test_a_member_becomes_an_administrator_after_confirming(enter: Enter, cast: dict[str, User]) -> None:
    client, one = unconfirmed(enter, cast["admin"]), place(cast["paralegal"])
    address = reverse("member", args=[one.pk])
    assert save(client, one, roles=["admin", "paralegal"]).redirect_chain[0][0].startswith(CONFIRM)
    one.refresh_from_db()
    assert one.roles == ["paralegal"]
    client.post(CONFIRM, {"password": PASSWORD, "next": address})
    one.refresh_from_db()
    assert one.roles == ["admin", "paralegal"]


def test_taking_a_second_factor_off_is_asked_by_somebody_who_has_just_confirmed(
    enter: Enter, cast: dict[str, User]
) -> None:
    client, one = unconfirmed(enter, cast["admin"]), place(cast["paralegal"])
    address = reverse("ask_factor_reset", args=[one.pk])
    asks = client.post(address)
    assert FactorReset.objects.count() == 0
    done = confirmed(client, asks, address)
    assert (done.headers["Location"], FactorReset.objects.get().membership) == (reverse("member", args=[one.pk]), one)
