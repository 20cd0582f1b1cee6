from datetime import date

import pytest

from casework.people.rules import a_number, age, may_be_born, spaced


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("012345678", "012345678"),
        ("A012345678", "012345678"),
        ("a 012-345-678", "012345678"),
        ("A# 012 345 678", "012345678"),
        ("", ""),
        (" ", ""),
    ],
)
def test_an_a_number_is_kept_as_nine_digits(typed: str, digits: str) -> None:
    assert a_number(typed) == digits


@pytest.mark.parametrize("typed", ["12345678", "0123456789", "A01234567B", "٠١٢٣٤٥٦٧٨", "²12345678", "AA12345678"])
def test_what_is_no_a_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=typed[:3]):
        a_number(typed)


def test_an_a_number_is_shown_as_on_papers() -> None:
    assert [spaced("012345678"), spaced("")] == ["A 012-345-678", ""]


@pytest.mark.parametrize(
    ("born", "may"),
    [
        (date(2026, 11, 22), True), (date(2026, 11, 23), False), (date(1906, 1, 1), True), (date(1905, 12, 31), False),
    ],
)  # fmt: skip
def test_who_may_be_born_when(born: date, may: bool) -> None:
    assert may_be_born(born, date(2026, 11, 22)) is may


@pytest.mark.parametrize(
    ("today", "years"), [(date(2026, 3, 11), 34), (date(2026, 3, 12), 35), (date(2026, 12, 31), 35)]
)
def test_a_birthday_counts_from_its_day(today: date, years: int) -> None:
    assert age(date(1991, 3, 12), today) == years
