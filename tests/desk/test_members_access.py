"""The administrator's screens: suspending, ending sessions, lost second factors, invitations."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone

from casework.access.models import FactorReset, Invitation, Organization, User
from tests.desk.members import LIST, PACIFIC, TO_ONE, Enter, audit, place, text

pytestmark = pytest.mark.django_db
ABOUT = ("withdraw_invitation", "confirm_factor_reset", "cancel_factor_reset")


def test_suspending_says_first_what_will_happen_and_then_what_happened(enter: Enter, cast: dict[str, User]) -> None:
    client, devices = enter("admin"), [enter("second_admin"), enter("second_admin")]
    tomas = place(cast["second_admin"])
    User.objects.update(language="en")
    devices[0].post(reverse("invite_member"), {"email": "new@north.example", "roles": ["volunteer"]})
    address = reverse("member", args=[tomas.pk])
    dialog = text(client.get(address)).partition("Suspend Tomás Rivera-Echeverría de la Cruz?")[2]
    assert "2 sessions end. 1 open invitation that they sent is withdrawn. What they wrote" in dialog
    before = len(audit())
    page = text(client.post(reverse("suspend_member", args=[tomas.pk]), follow=True))
    assert "What the suspension did Access closed Done Sessions ended 2 Open invitations withdrawn 1 Role" in page
    assert [one.get("/").headers["Location"] for one in devices] == ["/account/login/?next=/&ended=yes"] * 2
    assert "No invitation is open" in text(client.get(LIST))
    again = text(client.post(reverse("suspend_member", args=[tomas.pk]), follow=True))
    assert "This member is suspended already." in again
    assert audit()[before:] == [
        ("member.suspended", "access.membership", ["suspended_at", "sessions", "invitations"], "organization")
    ]


def test_a_restored_member_signs_in_and_is_back(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    client.post(reverse("suspend_member", args=[ben.pk]))
    assert "You do not belong to an organization." in text(enter("paralegal").get("/"))
    page = text(client.post(reverse("restore_member", args=[ben.pk]), follow=True))
    assert "Ben Okoye is restored." in page
    assert "What the suspension did" not in page
    assert "North Legal Aid" in text(enter("paralegal").get("/"))
    assert [line[0] for line in audit()] == ["member.suspended", "member.restored"]


def test_somebody_suspended_here_goes_on_elsewhere(enter: Enter, cast: dict[str, User]) -> None:
    june = enter("both")
    enter("admin").post(reverse("suspend_member", args=[place(cast["both"]).pk]))
    assert june.get("/").status_code == 302
    page = text(enter("both").get("/"))
    assert "Rapid Response Hotline" in page
    assert "North Legal Aid" not in page


def test_ending_sessions_of_one_member_and_of_all(enter: Enter, cast: dict[str, User]) -> None:
    client, ben, ada, cleo = (enter(key) for key in ("admin", "paralegal", "attorney", "clinic"))
    pk = place(cast["paralegal"]).pk
    assert "1 session is ended." in text(client.post(reverse("end_member_sessions", args=[pk]), follow=True))
    assert "There was no session to end." in text(client.post(reverse("end_member_sessions", args=[pk]), follow=True))
    assert "1 session of a member ends" in text(client.get(LIST))
    assert "1 session is ended." in text(client.post(reverse("end_all_sessions"), follow=True))
    assert [one.get("/").status_code for one in (ben, ada, cleo, client)] == [302, 302, 200, 200]
    assert [line[:2] for line in audit()] == [
        ("sessions.ended", "access.membership"), ("sessions.ended", "access.membership"),
        ("sessions.ended", "access.organization"),
    ]  # fmt: skip


def test_acts_are_posted_only(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    to_one = [reverse(name, args=[ben.pk]) for name in TO_ONE[1:]]
    assert {client.get(address).headers["Location"] for address in to_one} == {reverse("member", args=[ben.pk])}
    others = [reverse("end_all_sessions"), *(reverse(name, args=[ben.pk]) for name in ABOUT)]
    assert {client.get(address).headers["Location"] for address in others} == {LIST}
    assert {client.put(address).status_code for address in to_one + others} == {405}


@pytest.mark.parametrize(
    ("visibility", "words"),
    [
        ("organization", "All cases of the organization except restricted ones they are not on, and those shared"),
        ("assigned", "The cases they are on, and those shared with them."),
    ],
)
def test_the_roles_open_what_the_organization_set(enter: Enter, visibility: str, words: str) -> None:
    Organization.objects.filter(short_name="NLA").update(visibility=visibility)
    assert f"Attorney or accredited representative {words}" in text(enter("admin").get(reverse("invite_member")))


def test_nia_asks_and_tomas_confirms(enter: Enter, cast: dict[str, User]) -> None:
    User.objects.update(language="en")
    nia, tomas, device = enter("admin"), enter("second_admin"), enter("paralegal")
    ben = place(cast["paralegal"])
    asked = text(nia.post(reverse("ask_factor_reset", args=[ben.pk]), follow=True))
    assert "Waits for a second administrator" in asked
    reset = FactorReset.objects.get()
    nias, tomass = nia.get(LIST).content.decode(), tomas.get(LIST).content.decode()
    assert "1 lost second factor needs an administrator." in tomass
    confirm = reverse("confirm_factor_reset", args=[reset.pk])
    assert [confirm in page for page in (nias, tomass)] == [False, True]
    assert "This needs a second administrator" in text(nia.post(confirm, follow=True))
    assert "has asked for this already" in text(nia.post(reverse("ask_factor_reset", args=[ben.pk]), follow=True))
    assert Authenticator.objects.filter(user=cast["paralegal"]).count() == 1
    assert "The second factors of Ben Okoye are taken off." in text(tomas.post(confirm, follow=True))
    assert Authenticator.objects.filter(user=cast["paralegal"]).count() == 0
    assert device.get("/").status_code == 302
    assert "This needs a second administrator" in text(tomas.post(confirm, follow=True))
    assert [line[:2] for line in audit()] == [
        ("factor_reset.asked", "access.factorreset"), ("factor_reset.confirmed", "access.factorreset"),
    ]  # fmt: skip


def test_for_june_a_confirmation_does_not_shorten(enter: Enter, cast: dict[str, User]) -> None:
    User.objects.update(language="en")
    nia, tomas = enter("admin"), enter("second_admin")
    nia.post(reverse("ask_factor_reset", args=[place(cast["both"]).pk]))
    confirm = reverse("confirm_factor_reset", args=[FactorReset.objects.get().pk])
    said = text(tomas.post(confirm, follow=True))
    assert "Confirmed. June Park also works elsewhere, so the 24 hours stay." in said
    assert "confirmed it. It happens on" in said
    assert Authenticator.objects.filter(user=cast["both"]).count() == 1


def test_the_person_is_told_and_keeps_the_factor(enter: Enter, cast: dict[str, User]) -> None:
    """June acts for the hotline at that moment."""
    enter("admin").post(reverse("ask_factor_reset", args=[place(cast["both"]).pk]))
    june = enter("both")
    reset = FactorReset.objects.get()
    keep = reverse("keep_factor", args=[reset.pk])
    page = june.get(reverse("mfa_index"))
    assert "An administrator asked to take your second factor off your account." in text(page)
    assert keep in page.content.decode()
    assert enter("paralegal").post(keep).status_code == 404
    assert "Your second factor stays." in text(june.post(keep, follow=True))
    assert "This request was done or cancelled already." in text(june.post(keep, follow=True))
    assert keep not in june.get(reverse("mfa_index")).content.decode()
    assert [line[0] for line in audit()] == ["factor_reset.asked", "refused", "factor_reset.objected"]


def test_an_administrator_cancels_a_request(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("admin")
    client.post(reverse("ask_factor_reset", args=[place(cast["paralegal"]).pk]))
    cancel = reverse("cancel_factor_reset", args=[FactorReset.objects.get().pk])
    assert "Cancelled. Ben Okoye keeps the second factor." in text(client.post(cancel, follow=True))
    assert "This request was done or cancelled already." in text(client.post(cancel, follow=True))
    assert [line[0] for line in audit()] == ["factor_reset.asked", "factor_reset.cancelled"]


def test_an_invitation_is_listed_until_it_is_withdrawn(enter: Enter) -> None:
    client = enter("admin")
    words = {"email": "Marisol@Universidad.Example", "roles": ["volunteer"], "ends_at": "2099-05-31"}
    page = text(client.post(reverse("invite_member"), words, follow=True))
    assert "The invitation goes to marisol@universidad.example." in page
    assert "Intake volunteer, access until Sun, May 31, 2099 Invited by Nia Haddad just now" in page
    one = Invitation.objects.get()
    assert one.ends_at == datetime(2099, 6, 1, tzinfo=PACIFIC)
    withdraw = reverse("withdraw_invitation", args=[one.pk])
    assert "The invitation to marisol@universidad.example is withdrawn." in text(client.post(withdraw, follow=True))
    assert "This invitation is not open any more." in text(client.post(withdraw, follow=True))
    assert "No invitation is open" in text(client.get(LIST))
    assert [line[0] for line in audit()] == ["member.invited", "invitation.withdrawn"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"email": "ben@north.example"}, "This address belongs to a member already."),
        ({"email": "nobody"}, "Enter an address such as name@example.org."),
        ({"roles": []}, "Choose one or more."),
        ({"ends_at": str(date(2001, 1, 1))}, "Choose a time that is still to come."),
    ],
)
def test_what_cannot_be_sent_stays_in_the_form(enter: Enter, words: dict[str, Any], says: str) -> None:
    given = {"email": "new@north.example", "roles": ["paralegal"], "ends_at": ""} | words
    html = enter("admin").post(reverse("invite_member"), given).content.decode()
    assert says in html
    assert f'value="{given["email"]}"' in html
    assert audit() == []


def test_an_invitation_that_ran_out_is_sent_again_with_the_same_words(enter: Enter, cast: dict[str, User]) -> None:
    client, nia = enter("admin"), place(cast["admin"])
    old = Invitation.objects.create(
        organization=nia.organization, email="late@north.example", roles=["paralegal"], token_hash="0",
        invited_by=nia, expires_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    assert "late@north.example Expired" in text(client.get(LIST))
    html = client.get(reverse("invite_member"), {"again": str(old.pk)}).content.decode()
    assert 'value="late@north.example"' in html
    assert re.search(r'value="paralegal"[^>]*checked', html)
    assert client.get(reverse("invite_member"), {"again": "x"}).status_code == 200
