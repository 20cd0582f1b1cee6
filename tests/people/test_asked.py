"""What is typed into the search box is taken apart, and put into the columns of a new person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.people import asked
from casework.people.asked import Asked, Reference, as_columns, read


@pytest.mark.parametrize(
    "typed",
    ["A012345678", "a 012-345-678", "A#12345678", "012 345 678", "12345678", "A-012.345.678", " A 012 345 678 "],
)
def test_an_a_number_is_read_in_every_written_form(typed: str) -> None:
    assert read(typed).a_number == "012345678"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("213 555 0143", "+12135550143"), ("(213) 555-0143", "+12135550143"), ("1-213-555-0143", "+12135550143"),
        ("213.555.0143", "+12135550143"), ("+502 5555 0143", "+50255550143"), ("502 5555 0143", "+50255550143"),
        ("011 52 55 5555 0143", "+525555550143"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_read_as_people_dial_it(typed: str, number: str) -> None:
    assert number in read(typed).phones
    assert read(typed).words == []


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("NLA-2026-0017", Reference(17, 2026, "NLA")), ("nla 2026 17", Reference(17, 2026, "NLA")),
        ("2026-17", Reference(17, 2026)), ("2026 0017", Reference(17, 2026)), ("17", Reference(17)),
        ("0017", Reference(17)),
    ],
)  # fmt: skip
def test_a_reference_is_read_without_zeros_letters_and_year(typed: str, reference: Reference) -> None:
    assert read(typed) == Asked(reference=reference)


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("3/5/1990", [date(1990, 3, 5), date(1990, 5, 3)]), ("1990-03-05", [date(1990, 3, 5), date(1990, 5, 3)]),
        ("13.5.90", [date(1990, 5, 13)]), ("5/5/05", [date(2005, 5, 5)]), ("13/13/1990", []), ("2/30/1990", []),
    ],
)  # fmt: skip
def test_a_birth_date_has_the_readings_that_exist_the_common_one_first(typed: str, days: list[date]) -> None:
    assert list(read(typed).days) == days


def test_a_name_keeps_what_is_its_own() -> None:
    assert read("Bazquez  Rodrigues 3/5/1990") == Asked(
        "Bazquez Rodrigues", (date(1990, 3, 5), date(1990, 5, 3)), words=["bazquez", "rodrigues"]
    )
    assert read("Garcia 1990") == Asked("Garcia", years=(1990,), words=["garcia"])
    found = read("A012345678 de la Cruz")
    assert (found.a_number, found.name, found.words) == ("012345678", "de la Cruz", ["cruz"])
    assert (found.exact, found.by_name, read(" ").exact, read("").by_name) == (True, True, False, False)


@given(st.text(max_size=300))
def test_any_text_can_be_read(typed: str) -> None:
    found = read(typed)
    assert len(found.words) <= 7
    assert len(found.name) <= asked.MOST


@pytest.mark.parametrize(
    ("typed", "columns"),
    [
        ("Juana", ("Juana", "", "")), ("Juana Tzul", ("Juana", "Tzul", "")),
        ("Juana Tzul Ixcoy", ("Juana", "Tzul", "Ixcoy")),
        ("María José de la Cruz Tzul", ("María José", "de la Cruz", "Tzul")),
        ("Tzul Ixcoy, Juana María", ("Juana María", "Tzul", "Ixcoy")), ("", ("", "", "")), ("de la", ("de la", "", "")),
    ],
)  # fmt: skip
def test_a_typed_name_goes_into_columns(typed: str, columns: tuple[str, str, str]) -> None:
    assert tuple(as_columns(typed).values()) == columns


def test_surnames_before_a_comma_go_behind() -> None:
    found = read("De la Cruz Paz, Ana")
    assert (found.name, found.in_order, found.words) == (
        "De la Cruz Paz, Ana",
        "Ana De la Cruz Paz",
        ["ana", "cruz", "paz"],
    )
