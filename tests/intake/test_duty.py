"""Who is on duty: over midnight, and in the nights in which clocks are set."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.access.models import DutyHour, Membership, Organization, User
from casework.intake.duty import Duty, Hours, on_duty, span, until
from tests.access.membership import actor_of, do, place

LA = ZoneInfo("America/Los_Angeles")
MONDAY, SATURDAY, SUNDAY = 0, 5, 6


def at(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LA, fold=fold)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        ("2026-11-23T08:59:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T16:59:59", True),
        ("2026-11-23T17:00", False),
        ("2026-11-24T10:00", False),
    ],
)
def test_a_day_has_its_bounds(moment: str, on: bool) -> None:
    assert bool(until(Hours(MONDAY, time(9), time(17)), at(moment), LA)) is on


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        ("2026-11-23T21:59:59", False),
        ("2026-11-23T22:00", True),
        ("2026-11-23T23:59:59", True),
        ("2026-11-24T00:00", True),
        ("2026-11-24T06:59:59", True),
        ("2026-11-24T07:00", False),
        ("2026-11-24T22:30", False),
    ],
)
def test_a_night_goes_over_midnight(moment: str, on: bool) -> None:
    assert bool(until(Hours(MONDAY, time(22), time(7)), at(moment), LA)) is on


def test_the_last_minute_is_midnight() -> None:
    hours = Hours(MONDAY, time(0), time(23, 59))
    assert until(hours, at("2026-11-23T23:59:59"), LA) == at("2026-11-24T00:00")
    assert until(hours, at("2026-11-24T00:00"), LA) is None


def test_a_night_is_an_hour_longer_when_clocks_go_back() -> None:
    """November 1, 2026, 2 am: the hour from 1 am comes twice."""
    hours = Hours(SATURDAY, time(22), time(1, 30))
    begins, ends = span(hours, date(2026, 10, 31), LA)
    assert ends - begins == timedelta(hours=4, minutes=30)
    assert [bool(until(hours, at("2026-11-01T01:45", fold=fold), LA)) for fold in (0, 1)] == [True, False]
    assert until(hours, at("2026-11-01T01:15", fold=1), LA) is not None


def test_a_night_is_an_hour_shorter_when_clocks_go_forward() -> None:
    """March 8, 2026, 2 am: the hour from 2 am does not come; who is on duty until 2:30 stays until 3:30."""
    hours = Hours(SATURDAY, time(22), time(2, 30))
    begins, ends = span(hours, date(2026, 3, 7), LA)
    assert (begins, ends) == (at("2026-03-07T22:00"), datetime(2026, 3, 8, 10, 30, tzinfo=UTC))
    morning = Hours(SUNDAY, time(2, 15), time(9))
    assert span(morning, date(2026, 3, 8), LA)[0] == datetime(2026, 3, 8, 9, 15, tzinfo=UTC)


def member(user: User) -> Membership:
    return place(user)


def rota(user: User, weekday: int, starts: str, ends: str, phone: str = "") -> None:
    row = member(user)
    DutyHour.objects.create(
        organization=row.organization, membership=row, weekday=weekday, starts=starts, ends=ends, phone=phone
    )


def asked(user: User, organization: Organization, moment: datetime) -> Duty:
    found: Duty = do(actor_of(user), lambda _: on_duty(organization, moment))
    return found


@pytest.mark.django_db
def test_whoever_stays_longest_comes_first_and_the_office_stands_by(cast: dict[str, User]) -> None:
    row = member(cast["attorney"])
    row.organization.phone = "+1 213 555 0100"
    rota(cast["attorney"], MONDAY, "22:00", "02:00", "+1 213 555 0142")
    rota(cast["second_admin"], MONDAY, "20:00", "07:00")
    found = asked(cast["attorney"], row.organization, at("2026-11-24T01:00"))
    assert [(one.name, one.phone, one.until) for one in found.people] == [
        (cast["second_admin"].name, "", at("2026-11-24T07:00")),
        (cast["attorney"].name, "+1 213 555 0142", at("2026-11-24T02:00")),
    ]
    nobody = asked(cast["attorney"], row.organization, at("2026-11-24T12:00"))
    assert (nobody.anybody, nobody.office_phone) == (False, "+1 213 555 0100")


@pytest.mark.django_db
def test_who_is_no_member_any_more_is_not_on_duty(cast: dict[str, User]) -> None:
    row = member(cast["attorney"])
    rota(cast["attorney"], MONDAY, "00:00", "23:59")
    before = datetime(2025, 1, 1, tzinfo=UTC)
    Membership.objects.filter(pk=row.pk).update(starts_at=before, ends_at=before + timedelta(days=1))
    assert not asked(cast["paralegal"], row.organization, at("2026-11-23T12:00")).anybody


@pytest.mark.django_db
def test_of_another_organization_nobody(cast: dict[str, User]) -> None:
    rota(cast["attorney"], MONDAY, "00:00", "23:59")
    other = place(cast["clinic"], "SC").organization
    assert not do(actor_of(cast["clinic"], "SC"), lambda _: on_duty(other, at("2026-11-23T12:00"))).anybody
