"""What stands in cells: days, times, formulas, names, and whose column is which."""

from datetime import date, time

import pytest

from casework.intake import columns, rules
from casework.intake.rules import DAY_FIRST, EITHER, MIXED, MONTH_FIRST, NoDay

DAY = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2027-03-31", ""), ("2027/3/31", ""), ("2027.03.31", ""), ("2027-03-31T09:00:00", ""),
        ("2027-03-31 09:00", ""),
        ("3/31/2027", MONTH_FIRST), ("03-31-2027", MONTH_FIRST), ("31/3/2027", DAY_FIRST), ("31.03.2027", DAY_FIRST),
        ("3/31/2027 9:00", MONTH_FIRST), ("31 March 2027", ""), ("31 de marzo de 2027", ""), ("31-Mar-2027", ""),
        ("March 31, 2027", ""), ("Mar. 31st, 2027", ""), ("31 mar. 2027", ""), ("46477", ""), ("46477.0", ""),
    ],
)  # fmt: skip
def test_a_day_in_every_way_of_writing_it(text: str, order: str) -> None:
    assert rules.day(text, order) == DAY


@pytest.mark.parametrize(
    ("text", "order", "why"),
    [
        ("3/4/2027", "", "order"), ("3/31/27", MONTH_FIRST, "short_year"), ("31-Mar-27", "", "short_year"),
        ("2027", "", "year"), ("31/12/2027", MONTH_FIRST, "calendar"), ("2027-02-30", "", "calendar"),
        ("soon", "", "day"), ("12", "", "day"), ("99999", "", "day"), ("9" * 5000, "", "day"),
        ("31 Smarch 2027", "", "day"), ("March", "", "day"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(text: str, order: str, why: str) -> None:
    with pytest.raises(NoDay) as refused:
        rules.day(text, order)
    assert refused.value.args == (why,)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        ([], ""), (["2027-03-31", ""], ""), (["3/3/2027"], ""), (["3/4/2027"], EITHER),
        (["3/4/2027", "3/31/2027"], MONTH_FIRST),
        (["3/4/2027", "31/3/2027"], DAY_FIRST), (["31/3/2027", "3/31/2027"], MIXED),
    ],
)  # fmt: skip
def test_the_order_of_a_column_is_found_or_asked(texts: list[str], order: str) -> None:
    assert rules.order_of(texts) == order


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("9:00", time(9)), ("09:30", time(9, 30)), ("9 am", time(9)), ("9:30 PM", time(21, 30)), ("12 am", time(0)),
        ("12:15 p.m.", time(12, 15)), ("13.30", time(13, 30)), ("13:30:00", time(13, 30)),
        ("2027-03-31 09:00", time(9)),
    ],
)  # fmt: skip
def test_a_time_of_day(text: str, clock: time) -> None:
    assert rules.clock(text) == clock


@pytest.mark.parametrize("text", ["9", "25:00", "13 pm", "0 am", "noon", "9:75"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        rules.clock(text)


def test_formulas_and_what_is_none() -> None:
    formulas = ["=1+1", "=HYPERLINK(1)", "@SUM(A1)", "+A1", "#REF!", "#n/a"]
    assert [one for one in formulas if not rules.is_formula(one)] == []
    assert [one for one in ("+502 5555 0143", "+1 (213) 555-0143", "-", "A=1", "#12") if rules.is_formula(one)] == []


def test_a_whole_name_gives_surnames_first() -> None:
    assert rules.names("Pérez Tzul, Domingo  Elías") == {
        "given_names": "Domingo Elías", "first_surname": "Pérez", "second_surname": "Tzul",
    }  # fmt: skip
    assert rules.names("de la Cruz, Ana")["first_surname"] == "de la Cruz"
    for text in ("Domingo Pérez", "Pérez,", ", Ana"):
        with pytest.raises(ValueError, match=text):
            rules.names(text)


def test_headers_tell_in_english_and_spanish() -> None:
    assert columns.guess(["Nombre", "APELLIDO", "Fecha de Nacimiento", "A #", "Teléfono", "Shoe size", ""]) == [
        "given_names", "first_surname", "birth_date", "a_number", "contact_phone", "", "",
    ]  # fmt: skip
    assert columns.guess(["Frist name", "Date of brith", "Detention Centre"]) == ["given_names", "birth_date", "place"]
    assert columns.guess(["Name", "Full name"]) == ["full_name", ""]
    assert columns.guess(["Client", "First name"]) == ["first_surname", "given_names"]
    assert columns.guess(["Passport", "Event number"]) == ["other_number", "other_number"]


def test_the_template_is_known_by_its_own_headers() -> None:
    headers, example = columns.template()
    assert columns.guess(headers) == [
        one.key for one in columns.ALL if one.key not in ("full_name", "other_number") and one.group != columns.SECOND
    ]
    assert columns.is_example([*example, ""])
    assert not columns.is_example(["Domingo"])
