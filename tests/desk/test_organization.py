"""The organization's page, its settings and its duty attorneys."""

from collections.abc import Callable
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from casework.access.models import DutyHour, Membership, Organization, User
from casework.access.organizations import SETTINGS, fingerprint
from casework.audit.models import Entry

pytestmark = pytest.mark.django_db
Enter = Callable[[str], Client]
PAGE, SETTINGS_PAGE, DUTY = "/organization/", "/organization/settings/", "/organization/duty/"
GOOD = {
    "name": "North  Legal Aid ", "kind": "pro_bono", "time_zone": "America/Phoenix", "phone": "(213) 555-0142 ext. 7",
    "languages": ["en", "kek", "ht"], "visibility": "assigned", "capacity": "",
    "opens_0": "08:30", "closes_0": "12:00", "opens_6": "00:00", "closes_6": "23:59",
}  # fmt: skip
SAVED: tuple[Any, ...] = (
    "North Legal Aid", "pro_bono", "America/Phoenix", "(213) 555-0142 ext. 7",
    {"0": ["08:30", "12:00"], "6": ["00:00", "23:59"]}, ["en", "kek", "ht"], [], "assigned", None, 7,
)  # fmt: skip


def north() -> Organization:
    return Organization.objects.get(short_name="NLA")


def settings_of(organization: Organization) -> tuple[Any, ...]:
    return tuple(getattr(organization, name) for name in SETTINGS)


def member(user: User) -> Membership:
    found: Membership = Membership.objects.get(user=user, organization__short_name="NLA")
    return found


def on_duty(user: User, weekday: int, starts: time = time(9), ends: time = time(13)) -> DutyHour:
    return DutyHour.objects.create(
        organization=north(), membership=member(user), weekday=weekday, starts=starts, ends=ends
    )


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- The page that everybody reads ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["attorney", "paralegal", "admin", "volunteer"])
def test_every_member_reads_the_organization(enter: Enter, cast: dict[str, User], key: str) -> None:
    on_duty(cast["attorney"], 2)
    page = enter(key).get(PAGE)
    for text in (
        "Legal services provider",
        "+1 213 555 0142",
        "9:00\xa0am to 3:00\xa0pm",
        "Nia Haddad",
        "160",
        "7 years",
    ):
        assertContains(page, text)
    assertContains(page, "K&#x27;iche&#x27;")
    assertContains(page, "Ada Quispe</bdi>, <span")
    assert (SETTINGS_PAGE in page.content.decode()) is (key == "admin")


def test_the_page_says_nothing_of_others(enter: Enter) -> None:
    page = enter("clinic").get(PAGE)
    assertContains(page, "South Clinic")
    for text in ("North Legal Aid", "Nia Haddad", "+1 213 555 0142"):
        assertNotContains(page, text)
    assertContains(page, "No duty attorneys are entered.")


def test_who_is_no_live_attorney_is_on_duty_no_more(enter: Enter, cast: dict[str, User]) -> None:
    on_duty(cast["attorney"], 2)
    Membership.objects.filter(pk=member(cast["attorney"]).pk).update(suspended_at=timezone.now())
    assertNotContains(enter("paralegal").get(PAGE), "Ada Quispe")


def test_today_and_who_is_on_duty_now_stand_out(enter: Enter, cast: dict[str, User]) -> None:
    Organization.objects.filter(short_name="NLA").update(time_zone="UTC")
    day = timezone.now().weekday()
    on_duty(cast["attorney"], day, time(0), time(23, 59, 59))
    on_duty(cast["attorney"], (day + 1) % 7, time(0), time(23, 59))
    page = words(enter("paralegal").get(PAGE))
    assert (page.count("On duty now"), page.count('<span class="badge accent">Today</span>')) == (1, 1)
    assert "All day" in page


# --- Settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["attorney", "paralegal", "volunteer"])
@pytest.mark.parametrize("page", [SETTINGS_PAGE, DUTY])
def test_settings_are_for_administrators(enter: Enter, key: str, page: str) -> None:
    before, client = settings_of(north()), enter(key)
    assert (client.get(page).status_code, client.post(page, GOOD).status_code) == (403, 403)
    assert settings_of(north()) == before


def test_settings_are_saved_and_say_so(enter: Enter) -> None:
    client = enter("admin")
    response = client.post(SETTINGS_PAGE, GOOD)
    assertRedirects(response, PAGE, fetch_redirect_response=False)
    assert settings_of(north()) == SAVED
    page = client.get(PAGE)
    assert [str(one) for one in page.context["messages"]] == ["The settings are saved."]
    fields = ["kind", "time_zone", "phone", "hours", "languages", "visibility", "capacity"]
    assert Entry.objects.get(verb="organization.changed").fields == fields


def test_the_form_shows_what_stands_and_saving_it_changes_nothing(enter: Enter) -> None:
    client, before = enter("admin"), settings_of(north())
    form = client.get(SETTINGS_PAGE).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    client.post(SETTINGS_PAGE, {name: value for name, value in shown.items() if value is not None})
    assert settings_of(north()) == before
    assert [str(one) for one in client.get(PAGE).context["messages"]] == ["Nothing was different."]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 151), ("name", "south clinic"), ("kind", "club"),
        ("time_zone", "Moon/Tranquility"), ("phone", "call us"), ("phone", "12"), ("phone", "1" * 21),
        ("phone", "+1 <b>"), ("languages", ["en", "tlh"]),
        ("visibility", "everybody"), ("capacity", "0"), ("capacity", "40000"), ("opens_0", "late"), ("opens_0", ""),
        ("closes_0", "08:30"), ("closes_1", "10:00"), ("opens_1", "10:00"),
    ],
)  # fmt: skip
def test_an_error_stands_at_its_field_and_what_was_typed_stays(enter: Enter, field: str, value: Any) -> None:
    before, client = settings_of(north()), enter("admin")
    typed: dict[str, Any] = GOOD | {field: value}
    response = client.post(SETTINGS_PAGE, typed)
    form = response.context["form"]
    at = {"closes_1": "opens_1", "opens_1": "closes_1"}.get(field, field)
    assert list(form.errors) == [at]
    assertContains(response, f'id="id_{at}_error"')
    assert {name: form[name].value() for name in typed} == typed
    assert settings_of(north()) == before


@pytest.mark.parametrize(
    "phone", ["+1 213 555 0142", "(213) 555-0142", "213.555.0142", "1-800-555-0100 x 22", "211", ""]
)
def test_a_phone_number_may_be_written_as_people_do(enter: Enter, phone: str) -> None:
    enter("admin").post(SETTINGS_PAGE, GOOD | {"phone": phone})
    assert north().phone == phone


def test_two_who_change_settings_at_once_see_each_other(enter: Enter) -> None:
    nia, tomas, seen = enter("admin"), enter("second_admin"), fingerprint(north())
    assert tomas.post(SETTINGS_PAGE, GOOD | {"seen": seen}).status_code == 302
    mine = GOOD | {"seen": seen, "phone": "311"}
    refused = nia.post(SETTINGS_PAGE, mine)
    told = [
        "Somebody else saved these settings while you were writing.",
        "Theirs are different in: Phone. Save again to put yours in their place.",
    ]
    assert list(refused.context["form"].non_field_errors()) == told
    assert (refused.context["form"]["phone"].value(), north().phone) == ("311", "(213) 555-0142 ext. 7")
    assert nia.post(SETTINGS_PAGE, mine | {"seen": refused.context["form"]["seen"].value()}).status_code == 302
    assert north().phone == "311"


def test_assigned_only_closes_other_cases_at_once(enter: Enter) -> None:
    ada, ben = enter("attorney"), enter("paralegal")
    ada.post(reverse("new_case"), {"given_names": "Rosa"})
    assertContains(ben.get(reverse("caseload")), "Rosa")
    enter("admin").post(SETTINGS_PAGE, GOOD)
    assertNotContains(ben.get(reverse("caseload")), "Rosa")


# --- Duty attorneys ---------------------------------------------------------------------------------------------


def times() -> list[tuple[Any, ...]]:
    rows = DutyHour.objects.order_by("weekday", "starts")
    return list(rows.values_list("membership__user__email", "weekday", "starts", "ends"))


def duty(user: User, **other: Any) -> dict[str, Any]:
    return {"membership": member(user).pk, "weekdays": ["0", "2"], "starts": "09:00", "ends": "13:00"} | other


def test_an_attorney_is_put_on_duty_on_several_days_and_taken_off_one(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("admin")
    assertContains(client.get(DUTY), "Nobody is on duty yet")
    assertRedirects(client.post(DUTY, duty(cast["attorney"])), DUTY, fetch_redirect_response=False)
    ada = "ada@north.example"
    assert times() == [(ada, 0, time(9), time(13)), (ada, 2, time(9), time(13))]
    page = client.get(DUTY)
    assert [str(one) for one in page.context["messages"]] == ["The time on duty is added."]
    monday = DutyHour.objects.get(weekday=0)
    assertContains(page, reverse("organization_duty_remove", args=[monday.pk]))
    assertRedirects(
        client.post(reverse("organization_duty_remove", args=[monday.pk])), DUTY, fetch_redirect_response=False
    )
    assert times() == [(ada, 2, time(9), time(13))]
    assert (
        list(Entry.objects.filter(verb="organization.changed").values_list("fields", flat=True)) == [["duty_hours"]] * 2
    )


def test_two_may_be_on_duty_at_once(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("admin")
    client.post(DUTY, duty(cast["attorney"], weekdays=["0"]))
    client.post(DUTY, duty(cast["second_admin"], weekdays=["0"], starts="10:00"))
    assert [row[0] for row in times()] == ["ada@north.example", "tomas@north.example"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("membership", ""), ("membership", "ben"), ("membership", "cleo"), ("weekdays", []), ("weekdays", ["7"]),
        ("starts", ""), ("starts", "noon"), ("ends", "09:00"), ("phone", "ask Ada"),
    ],
)  # fmt: skip
def test_a_wrong_time_on_duty_is_refused_at_its_field(
    enter: Enter, cast: dict[str, User], field: str, value: Any
) -> None:
    others = {"ben": member(cast["paralegal"]).pk, "cleo": Membership.objects.get(user=cast["clinic"]).pk}
    response = enter("admin").post(DUTY, duty(cast["attorney"]) | {field: others.get(str(value), value)})
    assert (list(response.context["form"].errors), times()) == ([field], [])
    assertContains(response, f'id="id_{field}_error"')


def test_a_night_on_duty_is_one_row_with_its_number(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("admin")
    night = duty(cast["attorney"], starts="20:00", ends="02:00", weekdays=["4"])
    client.post(DUTY, night | {"phone": "+1 213 555 0171"})
    assert [row[1:] for row in times()] == [(4, time(20), time(2))]
    assertContains(client.get(DUTY), "+1 213 555 0171")
    client.post(DUTY, night | {"phone": "+1 213 555 0172"})
    assert list(DutyHour.objects.values_list("phone", flat=True)) == ["+1 213 555 0172"]


def test_times_elsewhere_are_out_of_reach(enter: Enter, cast: dict[str, User]) -> None:
    row = on_duty(cast["attorney"], 0)
    address = reverse("organization_duty_remove", args=[row.pk])
    assert enter("clinic_admin").post(address).status_code == 404
    assert enter("paralegal").post(address).status_code == 403
    assert len(times()) == 1


def test_the_roster_says_when_nobody_can_be_on_duty(enter: Enter, cast: dict[str, User]) -> None:
    client = enter("both")
    hotline = Membership.objects.get(user=cast["both"], organization__short_name="RRH")
    client.post(reverse("switch_organization"), {"membership": hotline.pk})
    page = client.get(DUTY)
    assertContains(page, "Nobody here is an attorney at present")
    assertNotContains(page, 'name="starts"')


# --- The way there ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "members"), [("attorney", False), ("volunteer", False), ("admin", True)])
def test_the_navigation_leads_where_one_may_go(enter: Enter, key: str, members: bool) -> None:
    page = words(enter(key).get(PAGE))
    assert page.count(f'href="{PAGE}" aria-current="page">Organization') == 2
    assert page.count(">Cases</a>") == 3  # in the list of keys, too
    assert page.count(">Members</a>") == (2 if members else 0)


def test_pages_below_mark_where_one_is(enter: Enter) -> None:
    client = enter("admin")
    assert f'href="{PAGE}" aria-current="true">Organization' in words(client.get(SETTINGS_PAGE))
    page = words(client.get(reverse("members")))
    assert 'aria-current="page">Members' in page
    assert f'href="{PAGE}" >Organization' in page
    assert 'aria-current="true">Cases' in words(enter("attorney").get(reverse("new_case")))
