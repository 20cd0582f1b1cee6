"""What accounts and memberships are called, which of them count, and what a session keeps."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from casework.access.models import Membership, Organization, Session, User, plain_name, valid_time_zone

NOW = timezone.now()
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("name", ["America/Los_Angeles", "UTC", "Asia/Kolkata"])
def test_time_zones_are_those_of_the_database_of_zones(name: str) -> None:
    valid_time_zone(name)


@pytest.mark.parametrize("name", ["", "Chicago", "america/chicago", "UTC+5"])
def test_another_time_zone_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        valid_time_zone(name)
    assert refused.value.messages == ["Choose a time zone from the list."]


@pytest.mark.parametrize(
    "name", ["Ada Quispe", "Ñusta Xochiquetzal de la Cruz-O'Neill", "李小龍", "Ada (she/her)", "A: B"]
)
def test_a_name_may_be_anybodys(name: str) -> None:
    plain_name(name)


@pytest.mark.parametrize("name", ["Ada https://example.org", "x://", "Ada\nDear colleague", "Ada\t", "Ada\u202e"])
def test_a_name_is_no_address_and_has_one_line(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        plain_name(name)
    assert refused.value.messages == ["Write the name only, on one line."]


@pytest.mark.parametrize(
    ("roles", "bar_number", "accreditation", "names"),
    [
        (["attorney", "admin"], "123", "", ["Attorney", "Administrator"]),
        (["attorney", "admin"], "", "full", ["Accredited representative", "Administrator"]),
        (["attorney"], "123", "full", ["Attorney"]),
        (["attorney"], "", "", ["Attorney"]),
        (["paralegal", "volunteer"], "", "partial", ["Paralegal", "Intake volunteer"]),
    ],
)
def test_whoever_represents_without_a_bar_is_called_so(
    roles: list[str], bar_number: str, accreditation: str, names: list[str]
) -> None:
    assert Membership(roles=roles, bar_number=bar_number, accreditation=accreditation).role_names == names


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("what", "counts"),
    [
        ({}, True),
        ({"starts_at": NOW}, True),
        ({"starts_at": NOW + SECOND}, False),
        ({"ends_at": NOW + SECOND}, True),
        ({"ends_at": NOW}, False),
        ({"suspended_at": NOW - SECOND}, False),
        ({"organization__closed_at": NOW - SECOND}, False),
    ],
)
def test_which_memberships_count(cast: dict[str, User], what: dict[str, Any], counts: bool) -> None:
    mine = Membership.objects.filter(user=cast["attorney"])
    start = {"starts_at": NOW - SECOND}
    if "organization__closed_at" in what:
        Organization.objects.filter(memberships__in=mine).update(closed_at=what["organization__closed_at"])
        what = {}
    mine.update(**start | what)
    assert mine.live(NOW).exists() is counts


@pytest.mark.django_db
def test_memberships_count_now_unless_another_instant_is_said(cast: dict[str, User]) -> None:
    mine = Membership.objects.filter(user=cast["attorney"])
    mine.update(starts_at=timezone.now() - timedelta(days=1), ends_at=None)
    assert (mine.live().exists(), mine.live(timezone.now() - timedelta(days=2)).exists()) == (True, False)


@pytest.mark.django_db
def test_somebody_is_found_by_their_address_however_it_is_written(cast: dict[str, User]) -> None:
    assert User.objects.get_by_natural_key("ADA@North.example") == cast["attorney"]
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key("nobody@north.example")


@pytest.mark.django_db
def test_a_new_account_has_its_address_in_small_letters_and_no_password_unless_one_is_given() -> None:
    one = User.objects.create_user("New@North.Example", name="New")
    other = User.objects.create_user("other@north.example", "a long password", name="Other")
    assert (one.email, one.has_usable_password(), one.is_active) == ("new@north.example", False, True)
    assert (other.has_usable_password(), other.check_password("a long password")) == (True, True)


@pytest.mark.django_db
def test_a_later_save_leaves_the_beginning_of_a_session(cast: dict[str, User]) -> None:
    began = NOW - timedelta(hours=3)
    row = Session(session_key="k", session_data="one", expire_date=NOW, user=cast["attorney"], seen_at=began)
    row.save(force_insert=True)
    Session.objects.filter(pk="k").update(created_at=began)
    again = Session(
        session_key="k", session_data="two", expire_date=NOW + SECOND, user=cast["admin"], user_agent="Firefox",
        seen_at=NOW,
    )  # fmt: skip
    again.save(force_update=True)
    found = Session.objects.get(pk="k")
    assert (found.session_data, found.expire_date, found.user, found.user_agent, found.seen_at, found.created_at) == (
        "two", NOW + SECOND, cast["admin"], "Firefox", NOW, began,
    )  # fmt: skip
    gone = Session(session_key="gone", session_data="", expire_date=NOW, seen_at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():  # not written again once somebody signed out
        gone.save(force_update=True)
