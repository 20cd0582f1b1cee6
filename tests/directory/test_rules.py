from datetime import date

import pytest

from casework.directory.rules import Near, Position, is_stale, may_be_checked, miles_between, nearest
from casework.directory.search import fold, is_nearly, nearly

# Degrees of well-known places, and the great-circle distance between them in statute miles.
LOS_ANGELES, NEW_YORK, SAIPAN = Position(34.0522, -118.2437), Position(40.7128, -74.0060), Position(15.19, 145.74)


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [
        (LOS_ANGELES, LOS_ANGELES, 0),
        (LOS_ANGELES, NEW_YORK, 2446),
        (Position(0, 0), Position(0, 1), 69),  # a degree on the equator
        (Position(0, 179), Position(0, -179), 138),  # across the date line
        (Position(90, 0), Position(-90, 0), 12437),  # from pole to pole
    ],
)
def test_miles_between(one: Position, other: Position, miles: int) -> None:
    assert round(miles_between(one, other)) == miles
    assert miles_between(one, other) == miles_between(other, one)


def test_the_nearest_come_first_and_at_equal_distance_by_key() -> None:
    here = Position(34, -118)
    places = [("b", Position(34, -117)), ("a", Position(34, -119)), ("far", SAIPAN), ("here", here)]
    assert nearest(here, places) == [Near("here", 0), Near("a", 57), Near("b", 57)]
    assert nearest(here, places, most=1) == [Near("here", 0)]
    assert nearest(here, []) == []


def test_what_was_checked_more_than_90_days_ago_is_stale() -> None:
    today = date(2026, 11, 22)
    assert [is_stale(day, today) for day in (today, date(2026, 8, 24), date(2026, 8, 23))] == [False, False, True]


def test_nothing_is_checked_in_days_to_come() -> None:
    today = date(2026, 11, 22)
    days = [date(2026, 11, 23), today, date(2000, 1, 1), date(1999, 12, 31)]
    assert [may_be_checked(day, today) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Núñez St. — Building #2", "nunez st building 2"),
        ("K'iche' (Quiché)", "kiche quiche"),
        ("  ", ""),
        ("T. Don HUTTO", "t don hutto"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("adelanto", True),
        ("adel", True),  # the beginning of a word
        ("adelnto", True),  # a letter left out
        ("adlenato", False),  # two slips in eight letters
        ("porcessing", True),  # two letters changed places
        ("ice xyz", False),
        ("icf", False),  # short words are spelled right or not at all
    ],
)
def test_nearly(asked: str, found: bool) -> None:
    assert is_nearly(asked, "adelanto ice processing center") is found
    assert nearly(asked, [("here", "adelanto ice processing center")]) == (["here"] if found else [])
