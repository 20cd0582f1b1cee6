"""The administrator's screens: who may, the list, and changing a member."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.access.models import FactorReset, Invitation, Membership, Organization, User
from casework.audit.models import Entry
from tests.desk.members import LIST, PACIFIC, TO_ONE, Enter, audit, filled, place, save, text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer", "hotline"])
def test_only_administrators_see_members_and_a_refusal_is_noted(enter: Enter, cast: dict[str, User], key: str) -> None:
    client, ben = enter(key), place(cast["paralegal"])
    reset = FactorReset.objects.create(
        organization=ben.organization, membership=ben, asked_by=place(cast["admin"]), due_at=timezone.now()
    )
    asked = [
        client.get(LIST),
        client.get(reverse("invite_member")),
        client.post(reverse("invite_member"), {"email": "x@north.example", "roles": ["admin"]}),
        client.post(reverse("end_all_sessions")),
        client.get(reverse("member", args=[ben.pk])),
        *[client.post(reverse(name, args=[ben.pk])) for name in TO_ONE],
        *[client.post(reverse(name, args=[reset.pk])) for name in ("confirm_factor_reset", "cancel_factor_reset")],
        client.post(reverse("withdraw_invitation", args=[reset.pk])),
    ]
    assert [one.status_code for one in asked] == [403] * len(asked)
    assert {(line[0], line[3]) for line in audit()} == {("refused", "403")}
    assert Entry.objects.count() == len(asked)
    ben.refresh_from_db()
    assert (ben.suspended_at, Invitation.objects.count()) == (None, 0)


@pytest.mark.parametrize("key", ["clinic_admin", "both"])
def test_members_of_another_organization_are_not_there(enter: Enter, cast: dict[str, User], key: str) -> None:
    """June administers the hotline; what she is at North Legal Aid is not hers to administer from there."""
    client = enter(key)
    session = client.session
    session["membership"] = str(place(cast[key], {"both": "RRH", "clinic_admin": "SC"}[key]).pk)
    session.save()
    device = enter("paralegal")
    ours = [place(cast[who]) for who in ("paralegal", "both")]
    reset = FactorReset.objects.create(
        organization=ours[0].organization, membership=ours[0], asked_by=place(cast["admin"]), due_at=timezone.now()
    )
    invitation = Invitation.objects.create(
        organization=ours[0].organization, email="canary@north.example", roles=["admin"], token_hash="0",
        invited_by=place(cast["admin"]), expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip
    asked = [
        *[client.get(reverse("member", args=[one.pk])) for one in ours],
        *[client.post(reverse(name, args=[one.pk])) for name in TO_ONE for one in ours],
        *[client.post(reverse(name, args=[reset.pk])) for name in ("confirm_factor_reset", "cancel_factor_reset")],
        client.post(reverse("withdraw_invitation", args=[invitation.pk])),
    ]
    assert [one.status_code for one in asked] == [404] * len(asked)
    assert {line[0] for line in audit()} == {"refused"}
    pages = (
        client.get(LIST).content.decode()
        + client.get(f"{reverse('invite_member')}?again={invitation.pk}").content.decode()
    )
    assert [word for word in ("Ben Okoye", "north.example", "canary", str(reset.pk)) if word in pages] == []
    assert device.get("/").status_code == 200


def test_the_list_of_one_organization_holds_its_members_only(enter: Enter) -> None:
    page = text(enter("clinic_admin").get(LIST))
    assert "2 members" in page
    assert "Omar Beltrán (you) Administrator Clinic coordinator Active no end Yes" in page


def test_each_member_stands_in_one_row_with_state_and_time(enter: Enter, cast: dict[str, User]) -> None:
    now = timezone.now()
    set_ = Membership.objects.filter
    set_(pk=place(cast["paralegal"]).pk).update(ends_at=datetime(2099, 6, 1, tzinfo=PACIFIC))
    set_(pk=place(cast["volunteer"]).pk).update(suspended_at=now)
    set_(pk=place(cast["both"]).pk).update(starts_at=datetime(2099, 1, 1, tzinfo=PACIFIC))
    set_(pk=place(cast["attorney"]).pk).update(ends_at=datetime(2020, 3, 1, tzinfo=PACIFIC))
    Authenticator.objects.filter(user=cast["paralegal"]).delete()
    page = text(enter("admin").get(LIST))
    assert "Ben Okoye Paralegal Senior paralegal Active until Sun, May 31, 2099 Not yet Signed out" in page
    assert "Vic Saldaña Intake volunteer Suspended since just now –No access –No access" in page
    assert "June Park Paralegal Paralegal Not begun from Thu, Jan 1, 2099 –No access –No access" in page
    assert "Ada Quispe Attorney Staff attorney Ended until Sat, Feb 29, 2020 –No access –No access" in page
    names = ["Ben Okoye", "Nia Haddad", "Tomás Rivera-Echeverría de la Cruz", "June Park", "Vic Saldaña", "Ada Quispe"]
    assert sorted(names, key=page.rindex) == [*names]


def test_an_attorney_without_a_bar_number_is_marked(enter: Enter, cast: dict[str, User]) -> None:
    Membership.objects.filter(pk=place(cast["attorney"]).pk).update(bar_number="")
    client = enter("admin")
    assert text(client.get(LIST)).count("No bar number") == 1
    page = text(client.get(reverse("member", args=[place(cast["attorney"]).pk])))
    assert "The role of attorney needs a bar number or a DOJ accreditation. Enter one below." in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("role=paralegal&state=all", {"Ben Okoye", "June Park"}),
        ("role=admin&state=active", {"Nia Haddad", "Tomás Rivera-Echeverría de la Cruz"}),
        ("role=all&state=suspended", {"Vic Saldaña"}),
        ("role=admin&state=suspended", set()),
        ("role=captain", {"Ada Quispe", "Ben Okoye", "June Park", "Nia Haddad", "Tomás Rivera-Echeverría de la Cruz",
            "Vic Saldaña"}),
    ],
)  # fmt: skip
def test_the_list_is_filtered_by_role_and_access(
    enter: Enter, cast: dict[str, User], query: str, names: set[str]
) -> None:
    Membership.objects.filter(pk=place(cast["volunteer"]).pk).update(suspended_at=timezone.now())
    html = enter("admin").get(f"{LIST}?{query}").content.decode()
    table = html.partition("<tbody")[2].partition("</tbody>")[0]
    assert set(re.findall(r"<bdi>([^<]+)</bdi></a>", table)) == names
    assert ("Nobody like this" in html) is (not names)


def test_the_list_asks_the_database_as_often_for_many_as_for_few(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("admin")
    client.get(LIST)
    few = queries(client)
    organization = Organization.objects.get(short_name="NLA")
    for number in range(3):
        user = User.objects.create_user(f"m{number}@north.example", name=f"M {number}")
        one = Membership.objects.create(user=user, organization=organization, roles=["volunteer"])
        FactorReset.objects.create(
            organization=organization, membership=one, asked_by=place(cast["admin"]), due_at=timezone.now()
        )
        Invitation.objects.create(
            organization=organization, email=f"i{number}@north.example", roles=["admin"], token_hash=str(number),
            invited_by=place(cast["admin"]), expires_at=timezone.now() + timedelta(hours=1),
        )  # fmt: skip
    assert queries(client) == few


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(LIST).status_code == 200
    return len(asked)


def test_the_last_day_still_counts_on_the_organizations_clock(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    User.objects.filter(pk=cast["admin"].pk).update(time_zone="Pacific/Guam")
    page = text(save(client, ben, ends_at="2099-05-31", supervisor=place(cast["attorney"]).pk, title="Paralegal II"))
    assert "Saved." in page
    assert "Active until Sun, May 31, 2099 Role Paralegal supervised by Ada Quispe" in page
    before = ben.starts_at
    ben.refresh_from_db()
    assert (ben.ends_at, ben.starts_at) == (datetime(2099, 6, 1, tzinfo=PACIFIC), before)
    assert audit() == [("member.changed", "access.membership", ["title", "supervisor_id", "ends_at"], "organization")]


def test_saving_the_same_again_changes_nothing(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    assert "Saved." in text(save(client, ben))
    assert audit() == []
    for _ in range(2):
        assert "Saved." in text(save(client, ben, roles=["volunteer"]))
    assert [line[2] for line in audit()] == [["roles"]]


def test_what_was_typed_stays_beside_what_is_wrong(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    html = save(
        client, ben, roles=["attorney"], title="Jurist", bar_jurisdiction="Texas", ends_at="2001-01-01"
    ).content.decode()
    assert 'value="Jurist"' in html
    assert 'value="Texas"' in html
    assert 'value="2001-01-01"' in html
    assert re.search(r'value="attorney"[^>]*checked', html)
    assert html.count("Enter a bar number and where it is from, or choose a DOJ accreditation.") == 2  # field, summary
    assert html.count("The last day is before the first. Choose a later one.") == 2
    assert audit() == []


@pytest.mark.parametrize(
    ("different", "says"),
    [
        ({"roles": []}, "Choose one or more."),
        ({"roles": ["captain"]}, "Select a valid choice."),
        ({"starts_at": ""}, "Enter a date."),
        ({"starts_at": "yesterday"}, "Enter a date."),
        ({"ends_at": "9999-12-31"}, "Check the year."),
        ({"starts_at": "0001-01-01"}, "Check the year."),
        ({"supervisor": "nobody"}, "is not a valid UUID."),
        ({"accreditation": "secret"}, "Select a valid choice."),
        ({"title": "x" * 81}, "Ensure this value has at most 80 characters"),
        ({"title": "a\0b"}, "Null characters are not allowed."),
    ],
)
def test_odd_input_is_answered_with_the_form(
    enter: Enter, cast: dict[str, User], different: dict[str, Any], says: str
) -> None:
    response = save(enter("admin"), place(cast["paralegal"]), **different)
    assert (response.status_code, says in response.content.decode()) == (200, True)
    assert audit() == []


def test_the_supervisor_is_chosen_among_live_attorneys_of_the_organization(enter: Enter, cast: dict[str, User]) -> None:
    client, ben = enter("admin"), place(cast["paralegal"])
    address = reverse("member", args=[ben.pk])
    names = re.findall(r">(Nobody|[\w -]+)</option>", client.get(address).content.decode())
    assert [name for name in names if name not in ("None", "Full")] == [
        "Nobody", "Ada Quispe", "Tomás Rivera-Echeverría de la Cruz",
    ]  # fmt: skip
    foreign = Membership.objects.get(user=cast["clinic"])
    assert "Select a valid choice." in text(save(client, ben, supervisor=foreign.pk))


def test_a_change_of_somebody_else_meanwhile_is_not_undone_unseen(enter: Enter, cast: dict[str, User]) -> None:
    nia, tomas, ben = enter("admin"), enter("second_admin"), place(cast["paralegal"])
    address = reverse("member", args=[ben.pk])
    seen = re.search(r'name="seen" value="(\w+)"', nia.get(address).content.decode())
    assert seen is not None
    User.objects.update(language="en")
    save(tomas, ben, roles=["volunteer"])
    response = nia.post(address, filled(ben, seen=seen[1], title="Mine"))
    assert "Somebody changed this member while you were writing." in text(response)
    assert 'value="Mine"' in response.content.decode()
    again = re.search(r'name="seen" value="(\w+)"', response.content.decode())
    assert again is not None
    assert nia.post(address, filled(ben, seen=again[1], title="Mine", roles=["volunteer"])).status_code == 302
    ben.refresh_from_db()
    assert (ben.title, ben.roles) == ("Mine", ["volunteer"])


def test_the_last_administrator_stays_and_the_page_says_why(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("clinic_admin")
    omar = place(cast["clinic_admin"], "SC")
    Organization.objects.filter(short_name="SC").update(time_zone="America/Los_Angeles")
    assert "The organization needs one administrator without an end date." in text(
        save(client, omar, ends_at="2099-05-31")
    )
    assert "You cannot take this role from yourself. Another administrator can." in text(
        save(client, omar, roles=["paralegal"])
    )
    page = text(client.post(reverse("suspend_member", args=[omar.pk]), follow=True))
    assert "You cannot suspend yourself. Another administrator can." in page
    omar.refresh_from_db()
    assert (omar.roles, omar.ends_at, omar.suspended_at) == (["admin"], None, None)
    assert audit() == []
