"""Wall times and instants, at both edges of daylight-saving time and where there is none."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.look import clocks

LOS_ANGELES, PHOENIX = "America/Los_Angeles", "America/Phoenix"
NEW_YORK, PUERTO_RICO = "America/New_York", "America/Puerto_Rico"
HALF_PAST_ONE, HALF_PAST_TWO, NINE = time(1, 30), time(2, 30), time(9)
FORWARD, BACK = date(2027, 3, 14), date(2027, 11, 7)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (LOS_ANGELES, date(2027, 3, 12), 17), (LOS_ANGELES, FORWARD, 16), (LOS_ANGELES, date(2027, 11, 5), 16),
        (LOS_ANGELES, BACK, 17),
        (NEW_YORK, date(2027, 3, 12), 14), (NEW_YORK, FORWARD, 13), (NEW_YORK, date(2027, 11, 5), 13),
        (NEW_YORK, BACK, 14),
        (PHOENIX, date(2027, 3, 12), 16), (PHOENIX, FORWARD, 16), (PHOENIX, date(2027, 11, 5), 16), (PHOENIX, BACK, 16),
        (PUERTO_RICO, date(2027, 3, 12), 13), (PUERTO_RICO, FORWARD, 13), (PUERTO_RICO, BACK, 13),
    ],
)  # fmt: skip
def test_nine_in_the_morning_in_utc(zone: str, day: date, hours: int) -> None:
    found = clocks.instant(day, NINE, ZoneInfo(zone))
    assert found == datetime(day.year, day.month, day.day, hours, tzinfo=UTC)


@pytest.mark.parametrize("zone", [LOS_ANGELES, NEW_YORK])
def test_a_time_that_the_clock_skips_has_two_neighbors(zone: str) -> None:
    with pytest.raises(clocks.NoSuchTime) as caught:
        clocks.instant(FORWARD, HALF_PAST_TWO, ZoneInfo(zone))
    wall = [(one.hour, one.minute, one.date()) for one in (caught.value.before, caught.value.after)]
    assert wall == [(1, 59, FORWARD), (3, 0, FORWARD)]
    assert clocks.instants(FORWARD, HALF_PAST_TWO, ZoneInfo(zone)) == []


@pytest.mark.parametrize("zone", [LOS_ANGELES, NEW_YORK])
def test_a_time_that_the_clock_shows_twice_is_asked(zone: str) -> None:
    with pytest.raises(clocks.ShownTwice) as caught:
        clocks.instant(BACK, HALF_PAST_ONE, ZoneInfo(zone))
    first, second = caught.value.first, caught.value.second
    assert second - first == timedelta(hours=1)
    assert clocks.instant(BACK, HALF_PAST_ONE, ZoneInfo(zone), later=False) == first
    assert clocks.instant(BACK, HALF_PAST_ONE, ZoneInfo(zone), later=True) == second


@pytest.mark.parametrize("zone", [PHOENIX, PUERTO_RICO])
@pytest.mark.parametrize("day", [FORWARD, BACK])
@pytest.mark.parametrize("at", [HALF_PAST_ONE, HALF_PAST_TWO])
def test_where_the_clock_never_changes_every_time_is_once(zone: str, day: date, at: time) -> None:
    assert len(clocks.instants(day, at, ZoneInfo(zone))) == 1


def test_which_of_two_is_said_in_vain_where_there_is_one() -> None:
    zone = ZoneInfo(LOS_ANGELES)
    assert clocks.instant(FORWARD, NINE, zone, later=True) == clocks.instant(FORWARD, NINE, zone)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001 (a wall time)
    st.sampled_from([LOS_ANGELES, PHOENIX, NEW_YORK, PUERTO_RICO, "America/Anchorage", "Pacific/Guam"]),
)
def test_every_instant_shows_the_wall_time_it_was_asked_for(wall: datetime, zone: str) -> None:
    found = clocks.instants(wall.date(), wall.time(), ZoneInfo(zone))
    assert all(one.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall for one in found)
    assert found == sorted(set(found))
    assert len(found) < 3
