"""The page behind the link in an invitation."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access import invitations
from casework.access.context import acting
from casework.access.models import Invitation, Membership, Session, User
from casework.audit.models import Entry
from casework.notifications.models import Message
from tests.access.joining import STRANGER, VOID, actor_of, invited, page, plant
from tests.access.signing import PASSWORD, post_code, post_password, seed, with_password, without_factor
from tests.access.test_logs import written
from tests.conftest import as_owner

SOUTH = "cleo@south.example"
LUZ = {"name": "Luz Prado", "password": PASSWORD}
Enter = Callable[[str], Client]


def organizations(user: User) -> list[str]:
    """Where the person is a live member."""
    return sorted(Membership.objects.live().filter(user=user).values_list("organization__short_name", flat=True))


def body(response: Any, token: str) -> str:
    """The page without its form tokens, which are chance, and without its own address."""
    return re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()).replace(token, "")


@pytest.mark.django_db
def test_looking_at_an_invitation_changes_nothing(cast: dict[str, User], enter: Enter) -> None:
    for address, client in ((STRANGER, Client()), (SOUTH, Client()), (SOUTH, enter("clinic"))):
        made = invited(cast["admin"], address)
        before = (Membership.objects.count(), User.objects.count())
        assert [client.get(page(made)).status_code for _ in range(2)] == [200, 200]
        assert (Membership.objects.count(), User.objects.count()) == before
        looks = Entry.objects.filter(verb="invitation.viewed", object_id=made.id)
        assert (
            list(looks.values_list("actor_kind", "organization_id"))
            == [("duty", Membership.objects.get(user=cast["admin"]).organization_id)] * 2
        )
        assert Invitation.objects.get(pk=made.id).accepted_at is None


@pytest.mark.django_db
def test_the_page_says_what_one_joins_and_until_when(cast: dict[str, User], client: Client) -> None:
    ends_at = datetime(2999, 1, 1, 8, tzinfo=UTC)  # midnight in Los Angeles: the day before is the last one
    made = invited(cast["admin"], STRANGER, "attorney", "volunteer", ends_at=ends_at)
    plant("UPDATE access_invitation SET expires_at = '2998-11-25 17:30:00+00'")
    shown = client.get(page(made))
    assertContains(shown, "Join North Legal Aid")
    assertContains(shown, "Nia Haddad invites you to work with North Legal Aid in Casework.")
    assertContains(shown, "Attorney, Intake volunteer")
    assertContains(shown, "December 31, 2998")
    assertContains(shown, "November 25, 2998, 9:30\N{NO-BREAK SPACE}am, Pacific time (Los Angeles)")
    assertContains(shown, STRANGER)


@pytest.mark.django_db
def test_somebody_new_names_themselves_and_adds_a_second_factor_next(cast: dict[str, User], client: Client) -> None:
    made = invited(cast["admin"], STRANGER, "volunteer")
    response = client.post(page(made), LUZ)
    assertRedirects(response, reverse("mfa_index"))
    user = User.objects.get(email=STRANGER)
    assert (user.name, user.check_password(PASSWORD), organizations(user)) == ("Luz Prado", True, ["NLA"])
    assertContains(client.get(reverse("mfa_index")), "Add a second factor")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200  # the password was typed a moment ago
    assertRedirects(client.get(reverse("today")), reverse("mfa_index"))
    assert Session.objects.get().user == user


@pytest.mark.django_db
def test_somebody_new_is_greeted_once(cast: dict[str, User], client: Client) -> None:
    joined = client.post(page(invited(cast["admin"])), LUZ, follow=True)
    assertContains(joined, "You have joined North Legal Aid.", count=1)
    assert Message.objects.exclude(kind="letters/invitation").count() == 0


@pytest.mark.django_db
def test_somebody_new_is_spoken_to_in_the_language_of_the_page(cast: dict[str, User]) -> None:
    client = Client(headers={"accept-language": "es"})
    made = invited(cast["admin"])
    assertContains(client.get(page(made)), '<html lang="es"')
    client.post(page(made), LUZ)
    assert User.objects.get(email=STRANGER).language == "es"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "Fill this in."),
        ({"name": "x" * 151}, "Ensure this value has at most 150 characters (it has 151)."),
        ({"password": ""}, "Fill this in."),
        ({"password": "elevenchars"}, "Use at least 12 characters."),
        ({"password": "password12345"}, "This password is easy to guess. Choose another one."),
        ({"password": "Luz Prado 1234"}, "This password is too close to your name or e-mail address."),
        ({"password": STRANGER}, "This password is too close to your name or e-mail address."),
    ],
)
def test_a_form_that_will_not_do_says_why_and_keeps_the_name(
    cast: dict[str, User], client: Client, typed: dict[str, str], said: str
) -> None:
    made = invited(cast["admin"])
    response = client.post(page(made), LUZ | typed)
    assertContains(response, said)
    assertContains(response, "You have not joined yet")
    assertContains(response, f'value="{(LUZ | typed)["name"]}"' if (LUZ | typed)["name"] else 'name="name"')
    assertNotContains(response, f'value="{PASSWORD}"')
    assert User.objects.filter(email=STRANGER).count() == 0
    assert client.post(page(made), LUZ).status_code == 302


@pytest.mark.django_db
def test_blanks_around_a_password_belong_to_it(cast: dict[str, User], client: Client) -> None:
    client.post(page(invited(cast["admin"])), LUZ | {"password": f" {PASSWORD} "})
    assert User.objects.get(email=STRANGER).check_password(f" {PASSWORD} ") is True


@pytest.mark.django_db
def test_an_address_with_an_account_signs_in_first_and_comes_back(cast: dict[str, User]) -> None:
    made, client, cleo = invited(cast["admin"], SOUTH.upper()), Client(), with_password(cast["clinic"])
    address = page(made)
    sign_in = f"{reverse('account_login')}?next={address}"
    assertContains(client.get(address), f'href="{sign_in}"')
    assertNotContains(client.post(address, LUZ), "You have joined")
    assert organizations(cleo) == ["SC"]
    assertContains(client.get(sign_in), f'value="{address}"')
    assert post_password(client, SOUTH, next=address).status_code == 302
    assertRedirects(post_code(client, reverse("mfa_authenticate"), seed(cleo)), address)


@pytest.mark.django_db
def test_one_press_joins_and_leads_into_the_new_organization(cast: dict[str, User], enter: Enter) -> None:
    client, made = enter("clinic"), invited(cast["admin"], SOUTH, "paralegal")
    client.get(reverse("today"))
    shown = client.get(page(made))
    assertContains(shown, "Join North Legal Aid")
    assertContains(shown, "Signed in as cleo@south.example.")
    joined = client.post(page(made), follow=True)
    assert joined.redirect_chain == [(reverse("today"), 302)]
    assertContains(joined, "You have joined North Legal Aid.", count=1)
    assert joined.wsgi_request.membership.organization.short_name == "NLA"  # type: ignore[attr-defined]
    assert organizations(cast["clinic"]) == ["NLA", "SC"]


@pytest.mark.django_db
def test_somebody_else_who_is_signed_in_is_told_so_and_cannot_join(cast: dict[str, User], enter: Enter) -> None:
    for address in (SOUTH, STRANGER):
        client, made = enter("hotline"), invited(cast["admin"], address)
        shown = client.get(page(made))
        assertContains(shown, "You are signed in as hana@hotline.example. This invitation is for another address.")
        assertContains(shown, f'action="{reverse("account_logout")}"')
        assertContains(client.post(page(made), LUZ), "This invitation is for another address.", status_code=403)
        assert organizations(cast["hotline"]) == ["RRH"]
    assert User.objects.filter(email=STRANGER).count() == 0
    assert [client.post(reverse("account_logout")).status_code, client.get(page(made)).status_code] == [302, 200]


@pytest.mark.django_db
def test_without_a_second_factor_nobody_joins(cast: dict[str, User], enter: Enter) -> None:
    without_factor(cast["clinic"])
    client, made = enter("clinic"), invited(cast["admin"], SOUTH)
    for response in (client.get(page(made)), client.post(page(made))):
        assertRedirects(response, reverse("mfa_index"), fetch_redirect_response=False)
    assert (organizations(cast["clinic"]), Authenticator.objects.filter(user=cast["clinic"]).count()) == (["SC"], 0)


@pytest.mark.django_db
@pytest.mark.parametrize("why", VOID)
def test_every_void_invitation_gets_the_same_answer(cast: dict[str, User], enter: Enter, why: str) -> None:
    unknown = "x" * 43
    made, other = invited(cast["admin"]), invited(cast["admin"], SOUTH)
    for row in Invitation.objects.all():
        VOID[why](row)
    for client, token in ((Client(), made.token), (Client(), other.token), (enter("clinic"), other.token)):
        for ask in (client.get, client.post):
            response, stranger = ask(page(token)), ask(page(unknown))
            assertContains(response, "This invitation is not open", status_code=404)
            assert (response.status_code, body(response, token)) == (404, body(stranger, unknown))
            assert {**response.headers, "X-Request-ID": ""} == {**stranger.headers, "X-Request-ID": ""}
    assertContains(response, "ask the administrator of the organization for a new invitation", status_code=404)
    assert (User.objects.filter(email=STRANGER).count(), organizations(cast["clinic"])) == (0, ["SC"])


@pytest.mark.django_db
def test_sent_twice_the_form_makes_one_account(cast: dict[str, User]) -> None:
    made = invited(cast["admin"])
    assert [Client().post(page(made), LUZ).status_code for _ in range(2)] == [302, 404]
    assert organizations(User.objects.get(email=STRANGER)) == ["NLA"]


@pytest.mark.django_db
def test_pressed_twice_the_button_makes_one_membership(cast: dict[str, User], enter: Enter) -> None:
    client, made = enter("clinic"), invited(cast["admin"], SOUTH)
    assert [client.post(page(made)).status_code for _ in range(2)] == [302, 404]
    assert organizations(cast["clinic"]) == ["NLA", "SC"]
    assert Entry.objects.filter(verb="invitation.accepted").count() == 1


@pytest.mark.django_db(transaction=True)
def test_sent_from_two_browsers_at_once_it_makes_one_account() -> None:
    with as_owner():
        nia = actor_of(User.objects.get(email="nia@north.example"))
    with acting(nia):
        made = invitations.invite(nia, email=STRANGER, roles=["volunteer"], ends_at=None)
    together, answers = threading.Barrier(2), []

    def send() -> None:
        client = Client()
        try:
            client.get(page(made))
            together.wait(30)
            answers.append(client.post(page(made), LUZ).status_code)
        finally:
            connections.close_all()

    rivals = [threading.Thread(target=send) for _ in range(2)]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()
    assert sorted(answers) == [302, 404]
    with as_owner():
        assert Membership.objects.filter(user__email=STRANGER).count() == 1
        assert Entry.objects.filter(verb="invitation.accepted").count() == 1


@pytest.mark.django_db
def test_the_token_stays_between_mail_and_browser(cast: dict[str, User]) -> None:
    made, client = invited(cast["admin"]), Client()
    responses: list[Any] = []
    lines = written(
        lambda: responses.extend([client.get(page(made)), client.post(page(made), LUZ), client.get(page(made))])
    )
    assert [line["status"] for line in lines] == [200, 302, 302]
    assert {line["route"] for line in lines} == {"invitation"}
    assert [made.token in str(line) for line in lines] == [False, False, False]
    for response in responses[:2]:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "same-origin"
    title = re.findall("<title>(.*?)</title>", responses[0].content.decode(), re.DOTALL)
    assert [part.split() for part in title] == [["Invitation", "-", "Casework"]]
    assert made.token not in responses[1].headers["Location"]
