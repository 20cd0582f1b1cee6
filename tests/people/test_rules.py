"""The A-number, dates, flags and consents, as pure rules."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.people import rules
from casework.people.rules import (
    PROVISIONAL,
    TOLD,
    Given,
    Match,
    Silence,
    State,
    Told,
    a_number,
    age,
    masked,
    may_be_born,
    may_be_told,
    second_match,
    shown,
    state,
)
from casework.people.tokens import of_names

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("012345678", "012345678"),
        ("A012345678", "012345678"),
        ("a 012-345-678", "012345678"),
        ("A012-345-678", "012345678"),
        ("A# 012 345 678", "012345678"),
        ("A 12 345 678", "012345678"),
        ("12345678", "012345678"),
        ("1234567", "001234567"),
        ("A1234567", "001234567"),
        ("A\u2011012\u2013345.678", "012345678"),
        ("\u00a0 012345678 ", "012345678"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_an_a_number_is_kept_as_nine_digits(typed: str, digits: str) -> None:
    assert a_number(typed) == digits


@pytest.mark.parametrize(
    "typed",
    [
        "123456",
        "0123456789",
        "A01234567B",
        "٠١٢٣٤٥٦٧٨",
        "²12345678",
        "AA12345678",
        "B12345678",
        "A",
        "000000000",
        "unknown",
    ],
)
def test_what_is_no_a_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=typed[:3]):
        a_number(typed)


def test_an_a_number_is_shown_as_the_field_writes_it() -> None:
    assert [shown("012345678"), masked("012345678"), shown(""), masked("")] == ["A012-345-678", "A•••-•••-678", "", ""]


@given(st.text(max_size=30))
def test_of_any_text_comes_nine_digits_nothing_or_an_error(typed: str) -> None:
    try:
        found = a_number(typed)
    except ValueError:
        return
    assert found == "" or (len(found) == 9 and found.isascii() and found.isdigit() and found.strip("0"))
    assert a_number(shown(found)) == found


@given(
    st.integers(1, 999_999_999), st.sampled_from(["", "A", "a", "A ", "A#", " A-"]),
    st.lists(st.sampled_from(["", " ", "-", ".", "\u2013", "\u00a0"]), min_size=9, max_size=9),
)  # fmt: skip
def test_however_it_is_written_it_is_the_same_number(number: int, letter: str, between: list[str]) -> None:
    whole = f"{number:09}"
    shortest = whole[min(2, 9 - len(whole.lstrip("0"))) :]
    for digits in (whole, shortest):
        assert a_number(letter + "".join(map("".join, zip(digits, between, strict=False)))) == whole


@pytest.mark.parametrize(
    ("mine", "theirs", "verdict"),
    [
        ((["Ana Tzul"], [date(1990, 3, 1)]), (["Anna Tsul"], [date(1990, 3, 1)]), Match.SAME),
        ((["Ana Tzul"], [date(1990, 3, 1)]), (["Ana Tzul"], []), Match.LIKELY),
        ((["Ana Tzul"], []), ([], [date(1990, 3, 1)]), Match.UNSURE),
        (([], []), ([], []), Match.UNSURE),
        (([], [date(1990, 3, 1)]), (["Rosa Chub"], [date(1990, 3, 1)]), Match.LIKELY),
        ((["Ana Tzul"], [date(1990, 3, 1)]), (["Ana Tzul"], [date(1980, 3, 1)]), Match.UNSURE),
        ((["Ana Tzul"], [date(1990, 3, 1)]), (["Rosa Chub"], [date(1990, 3, 1)]), Match.UNSURE),
        ((["Ana Tzul"], []), (["Rosa Chub"], []), Match.UNSURE),
        ((["Ana Tzul"], [date(1990, 3, 1)]), (["Rosa Chub"], [date(1980, 1, 3)]), Match.OTHER),
        ((["Ana"], [date(1990, 3, 1), date(1990, 1, 3)]), (["Ana"], [date(1990, 1, 3)]), Match.SAME),
    ],
)
def test_name_and_birth_date_are_the_second_match(mine: Any, theirs: Any, verdict: Match) -> None:
    for one, other in ((mine, theirs), (theirs, mine)):
        assert second_match(of_names(one[0]), one[1], of_names(other[0]), other[1]) == verdict


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


# --- Flags


def test_a_flag_has_the_tier_of_its_readers() -> None:
    assert {rules.flag_tier(flag) for flag in rules.TEAM_FLAGS} == {2}
    assert {rules.flag_tier(flag) for flag in rules.COUNSEL_FLAGS} == {3}
    assert (len(rules.TEAM_FLAGS), len(rules.COUNSEL_FLAGS), len(rules.TEAM_FLAGS | rules.COUNSEL_FLAGS)) == (7, 15, 22)
    with pytest.raises(KeyError):
        rules.flag_tier("lucky")


# --- Consents


def one(**more: Any) -> Given:
    facts: dict[str, Any] = {"contact": "sister", "subjects": frozenset(["custody"]), "given_at": NOW - DAY}
    return Given(**(facts | more))


def provisional(**more: Any) -> Given:
    return one(provisional=True, subjects=frozenset(["found"]), **more)


@pytest.mark.parametrize(
    ("given_", "reached_at", "expected"),
    [
        (one(), None, State.LIVE),
        (one(ends_at=NOW), None, State.ENDED),
        (one(ends_at=NOW + DAY), None, State.LIVE),
        (one(given_at=NOW + DAY), None, State.COMING),
        (one(given_at=NOW), None, State.LIVE),
        (one(revoked_at=NOW - DAY, ends_at=NOW), None, State.REVOKED),
        (one(given_at=NOW - 900 * DAY), NOW - DAY, State.LIVE),
        (provisional(), None, State.LIVE),
        (provisional(), NOW, State.REACHED),
        (provisional(), NOW + DAY, State.LIVE),
        (provisional(given_at=NOW - PROVISIONAL), None, State.ENDED),
        (provisional(given_at=NOW - PROVISIONAL + timedelta(seconds=1)), None, State.LIVE),
        (provisional(given_at=NOW - 9 * DAY, ends_at=NOW + DAY), None, State.ENDED),
        (provisional(revoked_at=NOW), NOW, State.REVOKED),
    ],
)
def test_when_a_consent_counts(given_: Given, reached_at: datetime | None, expected: State) -> None:
    assert state(given_, now=NOW, reached_at=reached_at) == expected


def told(*given_: Given, **more: Any) -> Told:
    facts: dict[str, Any] = {"must_not_know": False, "no_contact": False, "now": NOW, "reached_at": None}
    return may_be_told("sister", given_, **(facts | more))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (told(), Told((), Silence.NO_CONSENT)),
        (told(one()), Told(("custody",))),
        (told(one(contact="brother")), Told((), Silence.NO_CONSENT)),
        (told(one(subjects=frozenset(["documents"])), one()), Told(("custody", "documents"))),
        (told(one(), must_not_know=True), Told((), Silence.MUST_NOT_KNOW)),
        (told(one(), no_contact=True), Told((), Silence.NO_CONTACT)),
        (told(one(), no_contact=True, must_not_know=True), Told((), Silence.MUST_NOT_KNOW)),
        (told(one(revoked_at=NOW)), Told((), Silence.NO_CONSENT)),
        (told(provisional()), Told(("found",))),
        (told(provisional(), reached_at=NOW), Told((), Silence.NO_CONSENT)),
        (told(provisional(), one()), Told(("custody",))),
        (told(one(contact=None, organization="clinic", subjects=frozenset())), Told((), Silence.NO_CONSENT)),
    ],
)
def test_what_may_be_told_to_whom(found: Told, expected: Told) -> None:
    assert found == expected


MOMENTS = st.integers(-20, 20).map(lambda days: NOW + days * DAY)
CONSENTS = st.builds(
    Given,
    contact=st.sampled_from(["sister", "brother", None]),
    subjects=st.frozensets(st.sampled_from([*TOLD, "found"])),
    given_at=MOMENTS,
    ends_at=st.none() | MOMENTS,
    revoked_at=st.none() | MOMENTS,
    provisional=st.booleans(),
)


@given(st.lists(CONSENTS, max_size=5), st.booleans(), st.booleans(), st.none() | MOMENTS)
def test_nothing_is_told_without_a_consent_that_counts(
    ledger: list[Given], must_not_know: bool, no_contact: bool, reached_at: datetime | None
) -> None:
    found = told(*ledger, must_not_know=must_not_know, no_contact=no_contact, reached_at=reached_at)
    live = [
        given_ for given_ in ledger
        if given_.contact == "sister" and given_.revoked_at is None and given_.given_at <= NOW
        and (given_.ends_at is None or given_.ends_at > NOW)
        and not (given_.provisional and (NOW - given_.given_at >= PROVISIONAL or (reached_at and reached_at <= NOW)))
    ]  # fmt: skip
    agreed = {subject for given_ in live if not given_.provisional for subject in given_.subjects} & set(TOLD)
    if must_not_know or no_contact:
        assert (found.subjects, found.silence is None) == ((), False)
    elif agreed:
        assert set(found.subjects) == agreed
    else:
        assert set(found.subjects) <= {"found"}
        assert bool(found.subjects) <= bool(live)
    assert (found.silence is None) == bool(found.subjects)


@given(st.lists(CONSENTS, max_size=4), CONSENTS)
def test_taking_a_consent_away_never_opens_more(ledger: list[Given], more: Given) -> None:
    before, after = set(told(*ledger, more).subjects), set(told(*ledger).subjects)
    assert after <= before or (after == {"found"} and before <= set(TOLD))


def test_who_may_decide_for_a_person() -> None:
    facts: dict[str, Any] = {"reached_at": None, "must_not_know": False, "no_contact": False}
    assert rules.may_be_provisional(**facts)
    for wrong in ({"reached_at": NOW}, {"must_not_know": True}, {"no_contact": True}):
        assert not rules.may_be_provisional(**(facts | wrong))


# --- Two files of one human being

EMPTY: dict[str, Any] = {
    **dict.fromkeys((*rules.CHOSEN, "a_number_missing"), ""), **{name: [] for name in (*rules.UNITED, "aliases")},
    "no_contact": False, "reached_at": None,
}  # fmt: skip
ROSA = EMPTY | {"given_names": "Rosa", "first_surname": "Tzul", "aliases": ["Rosita"], "nationalities": ["GT"]}


@pytest.mark.parametrize(
    ("mine", "theirs", "taken", "found"),
    [
        ({}, {}, [], {}),
        ({}, {"given_names": "Rosa María"}, [], {"aliases": ["Rosita", "Rosa María Tzul"]}),
        (
            {}, {"given_names": "Rosa María"}, ["given_names"],
            {"given_names": "Rosa María", "aliases": ["Rosita", "Rosa Tzul"]},
        ),
        ({}, {"second_surname": "Pérez"}, [], {"second_surname": "Pérez", "aliases": ["Rosita", "Rosa Tzul"]}),
        ({}, {"alert": "x"}, [], {"alert": "x"}),
        ({"alert": "y"}, {"alert": "x"}, [], {"alert": "y"}),
        ({"alert": "y"}, {}, ["alert"], {"alert": "y"}),
        ({}, {"nationalities": ["MX", "GT"]}, [], {"nationalities": ["GT", "MX"]}),
        ({}, {"no_contact": True}, [], {"no_contact": True}),
        ({"reached_at": 3}, {"reached_at": 2}, [], {"reached_at": 2}),
        ({"a_number_missing": "none"}, {"a_number": "1"}, [], {"a_number": "1", "a_number_missing": ""}),
        ({}, {"a_number_missing": "unknown"}, [], {"a_number_missing": "unknown"}),
        (
            {"language": "QUC", "language_town": "Nahualá"}, {"language": "MAM", "language_variety": "south"},
            ["language"], {"language": "MAM", "language_variety": "south", "language_town": ""},
        ),
        (
            {"language": "QUC"}, {"language": "QUC", "language_town": "Nahualá"}, [],
            {"language": "QUC", "language_town": "Nahualá"},
        ),
    ],
)  # fmt: skip
def test_what_a_merge_makes_of_two(
    mine: dict[str, Any], theirs: dict[str, Any], taken: list[str], found: dict[str, Any]
) -> None:
    assert rules.merged(ROSA | mine, ROSA | theirs, taken) == ROSA | mine | found


def test_what_is_asked_of_two() -> None:
    one = EMPTY | {"given_names": "Rosa", "language": "QUC", "language_town": "Nahualá", "gender": "woman"}
    other = EMPTY | {"given_names": "Rosita", "language": "MAM", "language_town": "Todos Santos", "alert": "x"}
    assert rules.to_choose(one, other) == ["given_names", "language"]
    assert rules.to_choose(one, other | {"language": "QUC"}) == ["given_names", "language_town"]


@pytest.mark.parametrize(
    ("standing", "wrote", "others", "back", "kept"),
    [
        ({"alert": "x"}, {"alert": ("", "x")}, [], {"alert": ""}, []),
        ({"alert": "z"}, {"alert": ("", "x")}, [], {}, ["alert"]),
        ({"aliases": ["a", "b", "c"]}, {"aliases": (["a"], ["a", "b"])}, [], {"aliases": ["a", "c"]}, []),
        ({"aliases": ["a", "b"]}, {"aliases": (["a"], ["a", "b"])}, ["b"], {"aliases": ["a", "b"]}, []),
        ({"aliases": ["Rosa"]}, {"aliases": (["Ro"], ["Rosa"])}, [], {"aliases": ["Ro"]}, []),
        (
            {"a_number": "2", "a_number_missing": ""}, {"a_number": ("", "1"), "a_number_missing": ("none", "")}, [],
            {}, ["a_number"],
        ),
        (
            {"a_number": "1", "a_number_missing": ""}, {"a_number": ("", "1"), "a_number_missing": ("none", "")}, [],
            {"a_number": "", "a_number_missing": "none"}, [],
        ),
    ],
)  # fmt: skip
def test_what_undoing_a_merge_puts_back(
    standing: dict[str, Any], wrote: dict[str, Any], others: list[str], back: dict[str, Any], kept: list[str]
) -> None:
    assert rules.apart(standing, wrote, others) == (back, kept)
