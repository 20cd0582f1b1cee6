"""Conditions on answers, one test at a time."""

from datetime import date
from typing import Any

import pytest

from casework.intake.questions import conditions
from casework.intake.questions.conditions import Answer, because, holds, latest
from tests.intake.questions.asked import NOW

YES = {"a": Answer("yes")}


@pytest.mark.parametrize(
    ("written", "answer", "so"),
    [
        ({"a": "yes"}, Answer("yes"), True), ({"a": "yes"}, Answer("no"), False), ({"a": "yes"}, None, False),
        ({"a": ["x", "yes"]}, Answer("yes"), True),
        ({"a": "x"}, Answer(["x", "y"]), True), ({"a": "z"}, Answer(["x", "y"]), False),
        ({"a": "not_known"}, Answer(state="not_known"), True), ({"a": "yes"}, Answer(state="declined"), False),
        ({"a": ["declined", "not_known"]}, Answer(state="declined"), True),
        ({"a": {"answered": "yes"}}, Answer([]), True), ({"a": {"answered": "yes"}}, Answer(state="declined"), False),
        # born on 2008-11-22 one is 18 today
        ({"a": {"under_years": "18"}}, Answer("2008-11-22"), False),
        ({"a": {"under_years": "18"}}, Answer("2008-11-23"), True),
        ({"a": {"under_years": "18"}}, Answer("2030-01-01"), True),
        ({"a": {"years": "18"}}, Answer("2008-11-22"), True), ({"a": {"years": "18"}}, Answer("2008-11-23"), False),
        # of a year alone the last day counts: may be younger than 18, is not surely 18
        ({"a": {"under_years": "18"}}, Answer("2008"), True), ({"a": {"years": "18"}}, Answer("2008"), False),
        ({"a": {"years": "18"}}, Answer("2008-10"), True), ({"a": {"years": "18"}}, Answer(state="not_known"), False),
        ({"a": {"within_days": "7"}}, Answer("2026-11-29T23:59"), True),
        ({"a": {"within_days": "7"}}, Answer("2026-11-30"), False),
        ({"a": {"within_days": "0"}}, Answer("2026-11-22"), True),
        ({"a": {"within_days": "7"}}, Answer("2026-11-21"), False),
        ({"a": {"since_days": "30"}}, Answer("2026-10-23"), True),
        ({"a": {"since_days": "30"}}, Answer("2026-10-22"), False),
        ({"a": {"since_days": "30"}}, Answer("2026-11-23"), False),
        ({"a": {"at_least": "2"}}, Answer(2), True), ({"a": {"at_least": "2"}}, Answer("1.99"), False),
        ({"a": {"indigenous": "yes"}}, Answer("MAM"), True), ({"a": {"indigenous": "yes"}}, Answer("SP"), False),
        ({"not": {"a": "yes"}}, None, True), ({"not": {"a": "yes"}}, Answer("yes"), False),
        ({"any": [{"a": "yes"}, {"b": "yes"}]}, Answer("yes"), True),
        ({"all": [{"a": "yes"}, {"b": "yes"}]}, Answer("yes"), False),
        ({"all": [{"a": "yes"}, {"not": {"b": "yes"}}]}, Answer("yes"), True),
    ],
)  # fmt: skip
def test_whether_it_is_so(written: Any, answer: Answer | None, so: bool) -> None:
    answers = {} if answer is None else {"a": answer}
    assert holds(conditions.read(written), answers, NOW) is so


@pytest.mark.parametrize(
    "written",
    [
        "yes", [], {}, {"a": "yes", "b": "yes"}, {"a": []}, {"a": {"years": "18", "under_years": "3"}},
        {"a": {"years": "eighteen"}}, {"a": {"answered": "no"}}, {"any": {"a": "yes"}}, {"not": "yes"}, {"a": None},
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match=r"condition|asked|test|takes"):
        conditions.read(written)


def test_of_its_own_question_a_value_is_enough() -> None:
    assert conditions.read("yes", own="a") == conditions.read({"a": "yes"})
    assert conditions.read({"years": "65"}, own="a") == conditions.read({"a": {"years": "65"}})


def test_the_reasons_are_the_questions_that_made_it_so() -> None:
    written = {"all": [{"any": [{"a": "yes"}, {"b": "yes"}]}, {"c": "yes"}, {"not": {"d": "yes"}}]}
    answers = {"a": Answer("no"), "b": Answer("yes"), "c": Answer("yes")}
    assert because(conditions.read(written), answers, NOW) == ("b", "c")
    assert list(conditions.read(written).questions()) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("stored", "day"),
    [
        ("2019", date(2019, 12, 31)), ("2020-02", date(2020, 2, 29)), ("2019-12", date(2019, 12, 31)),
        ("2019-03-04", date(2019, 3, 4)), ("2019-03-04T21:30", date(2019, 3, 4)),
    ],
)  # fmt: skip
def test_the_last_day_that_a_date_can_mean(stored: str, day: date) -> None:
    assert latest(stored) == day
