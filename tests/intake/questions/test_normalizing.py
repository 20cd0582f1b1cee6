"""What somebody wrote, in its stored form, or why it is not taken: good and bad examples of every type."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.intake.questions.definition import TYPES, Choice, Text
from casework.intake.questions.normalizing import ROWS_MOST, normalized
from casework.intake.questions.refused import CODES, Refused
from tests.intake.questions.asked import FINDERS, question

NO_TEXT = Text({"en": ""})
CHOICES = (Choice("home", NO_TEXT), Choice("work", NO_TEXT), Choice("P", NO_TEXT))
ITEMS = (question("phone"), question("number", most=99))
PHONE, AGE = "other_phone", "age"
LONG = "x" * 4001
GOOD: dict[str, list[tuple[Any, Any]]] = {
    "text": [
        (" Rosa   Tzul ", "Rosa Tzul"), ("a\x00b\x1b[31m", "ab[31m"), ("e\u0301", "é"), ("a\nb", "a b"), ("", None),
        ("  ", None), ("<script>", "<script>"), ("=1+1", "=1+1"), ("ਪੰਜਾਬੀ 中文 👩🏽‍⚖️", "ਪੰਜਾਬੀ 中文 👩🏽‍⚖️"),
        ("\u202eabc", "\u202eabc"), ("x" * 200, "x" * 200),
    ],
    "long_text": [("a\r\n b\n\n", "a\n b"), ("x" * 4000, "x" * 4000)],
    "date": [("2027-03-31", "2027-03-31"), ("31 de marzo de 2027", "2027-03-31"), ("3/3/2027", "2027-03-03")],
    "partial_date": [
        ("2019", "2019"), ("3/2019", "2019-03"), ("2019-03", "2019-03"), ("marzo de 2019", "2019-03"),
        ("March 2019", "2019-03"), ("٢٠١٩", "2019"), ("2019-03-04", "2019-03-04"), ("Mar. 2019", "2019-03"),
    ],
    "time": [("9:30 pm", "21:30"), ("09:00", "09:00")],
    "datetime": [
        ("2027-03-31T21:30", "2027-03-31T21:30"), ("2027-03-31 9:30 pm", "2027-03-31T21:30"),
        ("2027-03-31", "2027-03-31"), ("31 March 2027 9:30 pm", "2027-03-31T21:30"),
        ("March 31, 2027", "2027-03-31"), ("March 31, 2027 09:00", "2027-03-31T09:00"),
    ],
    "yes_no": [("yes", "yes"), ("no", "no"), ("", None)],
    "choice": [("home", "home"), ("P", "P")],
    "choices": [(["work", "home"], ["home", "work"]), ("home", ["home"]), ([], None), (["", " "], None)],
    "number": [("3", 3), ("1,000", 1000), ("0", 0), ("٣", 3)],
    "money": [
        ("$1,500", "1500.00"), ("1500.5", "1500.50"), ("1500 dólares", "1500.00"), ("7 USD", "7.00"), ("0", "0.00"),
    ],
    "phone": [("(213) 555-0143", "+12135550143"), ("+502 5555 0143", "+50255550143")],
    "email": [("rosa@NORTH.example", "rosa@north.example"), ("a.b+c@x.example", "a.b+c@x.example")],
    "address": [
        ({"street": " 300 N. Los Angeles St. ", "zip": "90012", "state": ""},
         {"street": "300 N. Los Angeles St.", "zip": "90012"}),
        ("corner of 6th and Alvarado", {"street": "corner of 6th and Alvarado"}), ({}, None), ("", None),
        ({"zip": "90012-1234"}, {"zip": "90012-1234"}),
    ],
    "person_name": [
        ({"given_names": "Domingo", "first_surname": "Pérez  Gómez"},
         {"given_names": "Domingo", "first_surname": "Pérez Gómez"}),
        ("Domingo", {"given_names": "Domingo"}), ({"given_names": " "}, None),
    ],
    "a_number": [("A 012-345-678", "012345678"), ("A#12345678", "012345678"), ("None", "none"),
                 ("ninguno", "none"), ("-", None)],
    "country": [("Guatemala", "GT")],
    "language": [("Mam", "MAM")],
    "facility": [("Adelanto", {"facility": "ADLNTCA"}), ("an office downtown", {"place": "an office downtown"})],
    "court": [("Adelanto", "adelanto")],
    "code": [("6A", "6A")],
    "list_of": [
        ([{PHONE: "(213) 555-0143", AGE: ""}, {PHONE: "", AGE: " "}, {AGE: "7"}],
         [{PHONE: "+12135550143"}, {AGE: 7}]),
        ([], None), ([{}], None),
    ],
}  # fmt: skip
BAD: dict[str, list[tuple[Any, str, str]]] = {
    "text": [("x" * 201, "long", ""), (["a"], "shape", ""), ({"a": "b"}, "shape", "")],
    "long_text": [(LONG, "long", ""), (" " * 20_001, "long", "")],
    "date": [
        ("3/4/2027", "order", ""), ("3/31/27", "short_year", ""), ("2027", "year", ""), ("2027-02-30", "calendar", ""),
        ("soon", "day", ""), ("9" * 255, "long", ""), ("9" * 254, "day", ""),
        ("46477", "day", ""), ("46477.0", "day", ""),
    ],
    "partial_date": [
        ("13/2019", "calendar", ""), ("0019", "year", ""), ("Smarch 2019", "day", ""), ("long ago", "day", ""),
        ("2019-13", "calendar", ""),
    ],
    "time": [("noon", "clock", ""), ("25:00", "clock", "")],
    "datetime": [
        ("2027-03-31T25:00", "clock", ""), ("3/4/2027 9:00", "order", ""), ("tomorrow", "day", ""),
        ("tomorrow at nine", "day", ""),
    ],
    "yes_no": [("maybe", "choice", ""), ("YES", "choice", "")],
    "choice": [("office", "choice", ""), ("not_known", "choice", "")],
    "choices": [(["home", "office"], "choice", ""), ([1], "shape", ""), ({"home": "on"}, "shape", "")],
    "number": [("three", "number", ""), ("-1", "number", ""), ("1.5", "number", ""), ("41", "most", ""),
               ("²", "number", "")],
    "money": [("a lot", "money", ""), ("1,50", "money", ""), ("$99999999", "most", ""), ("-5", "money", "")],
    "phone": [("123", "phone", ""), ("call me", "phone", "")],
    "email": [("rosa", "email", ""), ("a@b", "email", ""), ("a b@x.example", "email", ""),
              ("a@x.example\nBcc:", "email", "")],
    "address": [
        ({"zip": "9001"}, "zip", "zip"), ({"planet": "Mars"}, "shape", ""), ({"city": "x" * 101}, "long", "city"),
        ({"city": ["x"]}, "shape", "city"), (["x"], "shape", ""),
    ],
    "person_name": [({"first_surname": "x" * 101}, "long", "first_surname"), ({"name": "x"}, "shape", "")],
    "a_number": [("12345", "a_number", ""), ("000000000", "a_number", ""), ("A-1234567890", "a_number", "")],
    "country": [("Atlantis", "country", "")],
    "language": [("Klingon", "language", "")],
    "facility": [("x" * 201, "long", "")],
    "court": [("Nowhere", "court", "")],
    "code": [("9Z", "code", "")],
    "list_of": [
        ("x", "shape", ""), (["x"], "shape", ""), ([{"shoes": "x"}], "shape", "0"),
        ([{AGE: "7"}, {PHONE: "123"}], "phone", f"1.{PHONE}"), ([{AGE: "7"}] * (ROWS_MOST + 1), "rows", ""),
    ],
}  # fmt: skip


def asked(kind: str) -> Any:
    if kind == "list_of":
        phone, age = (question(one, most=99) if one == "number" else question(one) for one in ("phone", "number"))
        object.__setattr__(phone, "key", PHONE)
        object.__setattr__(age, "key", AGE)
        return question(kind, items=(phone, age))
    more: dict[str, Any] = {
        "choice": {"choices": CHOICES}, "choices": {"choices": CHOICES}, "code": {"codes": "charges"},
        "number": {"most": 2000},
    }  # fmt: skip
    return question(kind, **more.get(kind, {}))


def test_every_type_has_examples() -> None:
    assert set(GOOD) == set(BAD) == TYPES


@pytest.mark.parametrize(("kind", "typed", "stored"), [(kind, *one) for kind, found in GOOD.items() for one in found])
def test_what_is_taken_has_one_form(kind: str, typed: Any, stored: Any) -> None:
    assert normalized(asked(kind), typed, FINDERS) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "code", "at"), [(kind, *one) for kind, found in BAD.items() for one in found]
)
def test_what_is_not_taken_says_why_and_where(kind: str, typed: Any, code: str, at: str) -> None:
    one = question("number", least=1, most=40) if kind == "number" else asked(kind)
    with pytest.raises(Refused) as refused:
        normalized(one, typed, FINDERS)
    assert (refused.value.code, refused.value.at) == (code, at)
    assert code in CODES


@pytest.mark.parametrize(
    "kind",
    ["text", "long_text", "date", "time", "number", "money", "phone", "email", "address", "person_name", "facility"],
)
@pytest.mark.parametrize(
    "stored",
    [
        value for kind, found in GOOD.items()
        if kind in ("text", "long_text") for _typed, value in found if value is not None
    ],
)  # fmt: skip
def test_whatever_is_typed_is_taken_or_refused(kind: str, stored: str) -> None:
    """Nothing else is raised."""
    with suppress(Refused):
        normalized(asked(kind), stored, FINDERS)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        (kind, stored, stored) for kind, found in GOOD.items() for _typed, stored in found
        if stored is not None and kind not in ("number", "country", "language", "court", "facility", "list_of")
    ],
)  # fmt: skip
def test_the_stored_form_is_taken_again(kind: str, typed: Any, stored: Any) -> None:
    """What stands is shown in a form and comes back from it."""
    assert normalized(asked(kind), typed, FINDERS) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "order", "stored"),
    [
        ("date", "3/4/2027", "mdy", "2027-03-04"), ("date", "3/4/2027", "dmy", "2027-04-03"),
        ("datetime", "3/4/2027 9:00", "mdy", "2027-03-04T09:00"), ("partial_date", "3/4/2019", "dmy", "2019-04-03"),
    ],
)  # fmt: skip
def test_the_order_of_days_is_told(kind: str, typed: str, order: str, stored: str) -> None:
    assert normalized(asked(kind), typed, FINDERS, order=order) == stored


@pytest.mark.parametrize("kind", sorted(TYPES))
@settings(max_examples=60, deadline=None)
@given(
    written=st.one_of(
        st.text(),
        st.from_regex(r"[0-9 /.:\-,$apm]{1,20}", fullmatch=True),
        st.lists(st.text()),
        st.dictionaries(st.sampled_from(["street", "zip", "given_names", PHONE, "x"]), st.text()),
    )
)
def test_nothing_but_a_refusal_is_raised_and_what_is_stored_is_taken_again(kind: str, written: Any) -> None:
    one = asked(kind)
    try:
        stored = normalized(one, written, FINDERS)
    except Refused as error:
        refused = error.code
    else:
        refused = ""
        if kind not in ("number", "facility", "list_of") and stored is not None:
            assert normalized(one, stored, FINDERS) == stored
    assert refused in ("", *CODES)


def test_a_number_has_its_bounds() -> None:
    with pytest.raises(Refused) as refused:
        normalized(question("number", least=1, most=40), "0", FINDERS)
    assert refused.value.code == "least"
