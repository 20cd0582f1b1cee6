"""Acting in another organization: who one is then, and who may not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access.actor import staff
from casework.access.context import acting
from casework.access.doors import window
from casework.access.models import Membership, Organization, User
from casework.cases import actions
from casework.cases.models import Case
from tests.conftest import as_application

pytestmark = pytest.mark.django_db
SWITCH = "/organization/switch/"
Enter = Callable[[str], Client]


def place(user: User, organization: str) -> Membership:
    found: Membership = Membership.objects.select_related("organization").get(
        user=user, organization__short_name=organization
    )
    return found


def open_case(membership: Membership) -> Case:
    actor = staff(membership)
    with as_application(), acting(actor):
        return actions.open_case(actor, names={"given_names": "Canary"})


def where(client: Client) -> str:
    page = client.get("/")
    return str(page.context["membership"].organization.short_name)


def said(page: Any) -> list[str]:
    return [str(message) for message in page.context["messages"]]


def test_the_organization_is_always_in_sight_and_the_others_one_press_away(enter: Enter, cast: dict[str, User]) -> None:
    page = enter("both").get("/")
    assertContains(page, "<bdi>Rapid Response Hotline</bdi>", count=2)
    assertContains(page, "Administrator, Paralegal")
    assertContains(page, f'value="{place(cast["both"], "RRH").pk}"', count=2)  # in the sidebar and on a phone
    assertNotContains(page, f'value="{place(cast["both"], "NLA").pk}"')
    alone = enter("attorney").get("/")
    assertContains(alone, "You act in")
    assertNotContains(alone, SWITCH)


def test_switching_makes_another_actor(enter: Enter, cast: dict[str, User]) -> None:
    june = cast["both"]
    Organization.objects.filter(short_name="RRH").update(visibility="organization")
    north, hotline = open_case(place(cast["attorney"], "NLA")), open_case(place(june, "RRH"))
    client = enter("both")
    addresses = [reverse("case", args=[case.pk]) for case in (north, hotline)]
    assert [client.get(address).status_code for address in addresses] == [200, 404]
    response = client.post(SWITCH, {"membership": place(june, "RRH").pk})
    assertRedirects(response, "/", fetch_redirect_response=False)
    page = client.get("/")
    assert (said(page), where(client)) == (["You now act in Rapid Response Hotline."], "RRH")
    assert [client.get(address).status_code for address in addresses] == [404, 200]
    assert [client.get(reverse(name)).status_code for name in ("members", "organization_settings")] == [200, 200]
    client.post(SWITCH, {"membership": place(june, "NLA").pk})
    assert [client.get(address).status_code for address in addresses] == [200, 404]
    assert [client.get(reverse(name)).status_code for name in ("members", "organization_settings")] == [403, 403]


def test_what_a_session_keeps_for_one_organization_is_forgotten_in_another(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("both")
    results = client.post("/search/", {"q": "Canary Somebody"}).headers["Location"]
    assertContains(client.get(results), "Canary Somebody")
    client.post(SWITCH, {"membership": place(cast["both"], "RRH").pk})
    assertRedirects(client.get(results), reverse("search"), fetch_redirect_response=False)
    assert [name for name, _ in client.session.items() if name.startswith("here:")] == []


@pytest.mark.parametrize("whose", ["attorney", "clinic"])
def test_nobody_acts_by_the_membership_of_somebody_else(enter: Enter, cast: dict[str, User], whose: str) -> None:
    client = enter("both")
    other = Membership.objects.get(user=cast[whose])
    assert client.post(SWITCH, {"membership": other.pk}).status_code == 404
    assert where(client) == "NLA"


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_what_names_no_membership_is_not_found(enter: Enter, value: str) -> None:
    assert enter("both").post(SWITCH, {"membership": value}).status_code == 404


@pytest.mark.parametrize("how", [{"ends_at": timezone.now()}, {"suspended_at": timezone.now()}])
def test_an_ended_membership_is_not_found(enter: Enter, cast: dict[str, User], how: dict[str, Any]) -> None:
    hotline = place(cast["both"], "RRH")
    Membership.objects.filter(pk=hotline.pk).update(**how)
    client = enter("both")
    assert client.post(SWITCH, {"membership": hotline.pk}).status_code == 404
    assertNotContains(client.get("/"), "Rapid Response Hotline")


def test_a_session_that_names_somebody_elses_membership_falls_back(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("both")
    session = client.session
    session["membership"] = str(Membership.objects.get(user=cast["clinic"]).pk)
    session.save()
    assert where(client) == "NLA"


def test_switching_goes_by_post_only(enter: Enter) -> None:
    assert enter("both").get(SWITCH).headers["Location"] == reverse("today")


def test_forms_from_before_the_switch_are_stale(cast: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["both"])
    client.get("/")
    token = client.cookies["csrf"].value
    switched = client.post(SWITCH, {"membership": place(cast["both"], "RRH").pk, "csrfmiddlewaretoken": token})
    assert switched.status_code == 302
    late = client.post(reverse("choose_language"), {"language": "en", "csrfmiddlewaretoken": token})
    assert late.status_code == 403


def test_when_the_chosen_membership_ends_one_is_told_once_where_one_acts(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("both")
    client.post(SWITCH, {"membership": place(cast["both"], "RRH").pk})
    client.get("/")
    Membership.objects.filter(pk=place(cast["both"], "RRH").pk).update(suspended_at=timezone.now())
    page = client.get("/")
    told = "You no longer work where you acted last. You now act in North Legal Aid."
    assert (said(page), page.context["membership"].organization.short_name) == ([told], "NLA")
    assert said(client.get("/")) == []


def test_what_was_meant_for_the_former_organization_is_not_done_in_the_other(
    enter: Enter, cast: dict[str, User]
) -> None:
    client, person = enter("both"), {"given_names": "Canary"}
    client.post(SWITCH, {"membership": place(cast["both"], "RRH").pk})
    assert client.post(reverse("new_case"), person).status_code == 302
    assert opened() == ["RRH"]
    Membership.objects.filter(pk=place(cast["both"], "RRH").pk).update(ends_at=timezone.now())
    assertRedirects(client.post(reverse("new_case"), person), "/", fetch_redirect_response=False)
    assert opened() == ["RRH"]
    assert client.post(reverse("new_case"), person).status_code == 302
    assert opened() == ["NLA", "RRH"]


def opened() -> list[str]:
    """In which organizations cases stand."""
    with window("to look"):
        return sorted(Case.objects.values_list("organization__short_name", flat=True))


def test_after_the_last_membership_one_belongs_nowhere(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("attorney")
    client.get("/")
    Membership.objects.filter(user=cast["attorney"]).update(suspended_at=timezone.now())
    page = client.get("/")
    assertContains(page, "You do not belong to an organization.")
    assertNotContains(page, "North Legal Aid")
    assert [client.get(reverse(name)).status_code for name in ("organization", "organization_settings")] == [403, 403]


def test_signing_out_works_after_the_chosen_membership_ended(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("both")
    client.post(SWITCH, {"membership": place(cast["both"], "RRH").pk})
    Membership.objects.filter(pk=place(cast["both"], "RRH").pk).update(ends_at=timezone.now())
    assert client.post(reverse("account_logout")).headers["Location"].startswith(reverse("signed_out"))
