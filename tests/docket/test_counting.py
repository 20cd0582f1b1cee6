"""Counting by every unit and in every direction, what is asked, and what holds whatever the dates are."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.docket import asked
from casework.docket.counting import facts as f
from casework.docket.counting.computing import compute
from casework.docket.counting.facts import Facts, Need, Question, Result, State, Stop
from casework.docket.counting.spans import add_months, run_clock
from tests.docket.library import book

PLACES = ("America/Los_Angeles", "America/Phoenix", "America/New_York", "America/Puerto_Rico", "Pacific/Guam")
DAYS = st.dates(date(2019, 6, 1), date(2033, 1, 31))
RULES = sorted(book().rules)


def found(rule: str, on: str, *, zone: str = "", detained: str = "", **extra: str) -> Result:
    one = book().rules[rule]
    facts, _said = asked.facts(one, on=on, zone=zone, detained=detained, extra=extra)
    return book().compute(one, facts)


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- Every rule


@pytest.mark.parametrize("detained", ["yes", "no", ""])
def test_every_rule_answers_without_a_date_out_of_nothing(detained: str) -> None:
    """A date comes from a length, an event or a paper; the other rules say that there is none, or ask for it."""
    for rule in book().rules.values():
        result = found(rule.id, "2026-11-25T10:00", zone="America/Los_Angeles", detained=detained)
        if result.state == State.DATE:
            assert result.due is not None
            assert rule.direction in {f.AFTER, f.BEFORE, f.NOT_BEFORE, f.AT_EVENT}
            assert result.edge in {f.LATEST, f.EARLIEST}
            assert result.steps
        else:
            assert (result.due, result.unrolled, result.protective, result.edge) == (None, None, None, f.NO_EDGE)
        assert (result.state == State.NONE) <= (rule.direction == f.NO_DEADLINE)
        assert (rule.direction == f.SET_BY_NOTICE) <= (result.state in {State.ASK, State.OUT})


def test_filings_of_people_in_detention_wait_for_the_judge() -> None:
    """Never a default: not by the rule for the others either, and the judge's date counts as soon as it is known."""
    for rule in ("ij_individual_filing_30", "ij_master_filing_15", "ij_individual_response_10"):
        waiting = found(rule, "2026-12-15", detained="yes")
        assert (waiting.state, waiting.needs) == (State.ASK, (Need.SET_DATE,))
        assert [one.code for one in waiting.warnings] == ["judge_sets"]
        set_by_judge = found(rule, "2026-12-15", detained="yes", judge_date="2026-12-05")
        assert (set_by_judge.due, set_by_judge.unrolled) == (day("2026-12-07"), day("2026-12-05"))
        not_known = found(rule, "2026-12-15")
        assert not_known.state == State.DATE
        assert f.DETAINED in [one.code for one in not_known.questions]
        assert "judge_sets" in [one.code for one in not_known.warnings]


def test_a_rule_is_not_for_everybody() -> None:
    assert found("bia_bond_appeal_30", "2026-11-05", detained="no").state == State.OUT
    assert found("ar11_10", "2026-11-05", detained="yes").state == State.OUT
    assert found("ar11_10", "2026-11-05", detained="no").due == day("2026-11-16")


def test_a_rule_counts_for_events_of_its_time() -> None:
    assert found("ij_individual_filing_15_old", "2026-12-15", detained="no").state == State.NOT_IN_EFFECT
    assert found("ij_individual_filing_15_old", "2020-11-02", detained="no").due == day("2020-10-19")
    assert found("bia_appeal_10_ifr", "2026-03-08").state == State.NOT_IN_EFFECT
    assert found("bia_appeal_10_ifr", "2026-03-09").due == day("2026-03-19")
    assert found("bia_appeal_30", "2026-03-06").protective is None
    assert found("bia_appeal_30", "2026-03-09").protective == day("2026-03-19")
    before = found("er_two_years", "2024-06-01")  # presence that began before the rule did
    assert (before.due, "before_effect" in [one.code for one in before.warnings]) == (day("2026-06-01"), True)


# --- Questions


def test_unanswered_questions_leave_both_dates() -> None:
    either = found("rfe_84", "2026-10-01")
    assert (either.due, [(one.due, one.assumed) for one in either.readings]) == (
        day("2026-12-24"), [(day("2026-12-28"), {"served_by_mail": True})],
    )  # fmt: skip
    assert either.safe == day("2026-12-24")
    assert [found("rfe_84", "2026-10-01", served_by=how).due for how in ("mail", "hand", "electronic")] == [
        day("2026-12-28"), day("2026-12-24"), day("2026-12-24"),
    ]  # fmt: skip


def test_the_shorter_date_is_safe_where_a_question_is_open() -> None:
    either = found("i290b_30", "2026-10-01")
    assert (either.due, either.safe) == (day("2026-11-02"), day("2026-10-16"))
    assert found("i290b_30", "2026-10-01", revocation="yes", served_by="mail").due == day("2026-10-19")
    assert found("faro_response_10", "2026-11-02", served_by="mail").due == day("2026-11-16")  # 13 days, a Sunday


def test_answers_rule_out_ask_or_make_the_safe_date_needless() -> None:
    assert found("bia_appeal_30", "2026-10-15", appeal_waived="yes").state == State.OUT
    assert found("bia_appeal_30", "2026-10-15", asylum_on_merits="yes").protective is None
    assert found("bia_appeal_30", "2026-10-15", asylum_on_merits="no").protective == day("2026-10-26")
    assert found("vd_post_60", "2026-10-21", fewer_days="yes").needs == (Need.SET_DATE,)
    shorter = found("vd_post_60", "2026-10-21", fewer_days="yes", set_date="2026-12-05")
    assert (shorter.due, shorter.protective) == (day("2026-12-05"), day("2026-12-04"))
    assert [found(rule, "2026-10-21", vd_at_conclusion="yes").state for rule in ("vd_pre_120", "vd_post_60")] == [
        State.OUT, State.DATE,
    ]  # fmt: skip


def test_a_date_that_was_set_is_read_as_the_next_business_day() -> None:
    result = found("ij_call_up_date", "2026-11-02", judge_date="2026-11-26")
    assert (result.due, result.unrolled, [one.code for one in result.steps]) == (
        day("2026-11-27"), day("2026-11-26"), ["set_date", "closed", "rolled"],
    )  # fmt: skip


# --- Units


def test_hours_are_elapsed_time_over_both_changes_of_the_clock() -> None:
    def twelve(on: str, zone: str) -> str:
        due = found("hold_room_12h", on, zone=zone, detained="yes").due
        assert isinstance(due, datetime)
        return f"{due:%m-%dT%H:%M}"

    assert twelve("2026-11-01T00:30", "America/Los_Angeles") == "11-01T11:30"
    assert twelve("2026-03-08T00:30", "America/New_York") == "03-08T13:30"
    assert twelve("2026-03-08T00:30", "America/Phoenix") == "03-08T12:30"
    assert twelve("2026-11-01T00:30", "America/Puerto_Rico") == "11-01T12:30"


def test_a_time_that_was_twice_is_taken_as_the_earlier_one() -> None:
    rule = book().rules["hold_room_12h"]
    first, said = asked.facts(rule, on="2026-11-01T01:30", zone="America/New_York")
    second, plain = asked.facts(rule, on="2026-11-01T01:30-05:00", zone="America/New_York")
    assert (said, plain) == (["ambiguous"], [])
    assert first.moment is not None
    assert second.moment is not None
    assert second.moment.astimezone(UTC) - first.moment.astimezone(UTC) == timedelta(hours=1)


def test_hours_without_a_time_are_asked_for() -> None:
    result = found("hold_room_12h", "2026-11-01", detained="yes")
    assert (result.state, result.needs) == (State.ASK, (Need.TIME,))


def test_hours_of_business_days_leave_weekends_and_holidays_out() -> None:
    result = found("detainer_48h_excl", "2026-11-25T15:00", zone="America/Chicago", detained="yes")
    assert f"{result.due:%Y-%m-%dT%H:%M}" == "2026-11-30T15:00"  # Thanksgiving and a weekend
    assert f"{result.protective:%Y-%m-%dT%H:%M}" == "2026-11-27T15:00"
    assert [one.values["why"] for one in result.steps if one.code == "left_out"] == ["holiday", "saturday", "sunday"]


def test_the_day_before_a_birthday_is_the_last() -> None:
    assert found("sij_21", "2026-12-08").due == day("2026-12-07")
    assert found("sij_21", "2026-12-07").due == day("2026-12-04")  # a Monday
    assert found("sij_21", "2026-11-27").due == day("2026-11-25")  # after Thanksgiving


def test_a_window_opens_before_its_event() -> None:
    result = found("ead_renew_180", "2027-06-30")
    assert (result.due, result.edge) == (day("2027-01-01"), f.EARLIEST)


def test_the_last_day_of_the_month_stands_in() -> None:
    assert add_months(day("2026-08-31"), 6) == day("2027-02-28")
    assert add_months(day("2024-02-29"), 12) == day("2025-02-28")
    assert add_months(day("2027-01-31"), -2) == day("2026-11-30")
    with pytest.raises(OverflowError):
        add_months(day("9999-01-31"), 12)


def test_a_clock_that_stands_gives_no_date() -> None:
    result = found("asylum_ead_file_150", "2026-03-02", stops="2026-05-11/")
    assert (result.state, result.needs, result.due) == (State.ASK, (Need.CLOCK_RUNS,), None)
    late = found("asylum_ead_file_150", "2026-03-02", stops="2026-07-30/")  # the days had run by then
    assert late.due == day("2026-07-30")


def test_stops_that_overlap_count_once() -> None:
    result = found("asylum_ead_file_150", "2026-03-02", stops="2026-05-11/2026-06-11,2026-06-01/2026-07-13")
    assert (result.due, result.unrolled) == (day("2026-10-01"), day("2026-07-30"))


def test_holidays_that_are_not_known_are_said() -> None:
    assert "beyond_calendar" in [one.code for one in found("vawa_2y", "2032-06-01").warnings]
    assert "beyond_calendar" not in [one.code for one in found("vawa_2y", "2031-06-01").warnings]


# --- Whatever the dates are


@given(rule=st.sampled_from(RULES), on=DAYS, later=st.integers(1, 40), zone=st.sampled_from(PLACES))
def test_a_later_event_gives_no_earlier_date(rule: str, on: date, later: int, zone: str) -> None:
    def due(when: date) -> f.Moment | None:
        one = book().rules[rule]
        at = datetime(when.year, when.month, when.day, 15, tzinfo=ZoneInfo(zone))
        return book().compute(one, Facts(on=when, moment=at, zone=ZoneInfo(zone))).due

    first, second = due(on), due(on + timedelta(days=later))
    if first is not None and second is not None:
        assert second >= first


@given(rule=st.sampled_from(RULES), on=DAYS)
def test_no_date_that_moves_is_on_a_closed_day(rule: str, on: date) -> None:
    one = book().rules[rule]
    result = book().compute(one, Facts(on=on))
    closed = book().calendar.why_closed
    if result.due is None:
        return
    if one.roll in (f.ROLL_NEXT, f.ROLL_PREVIOUS, f.ROLL_SET) or one.unit == f.BUSINESS_DAYS:
        assert closed(f.day_of(result.due)) is None
    if one.roll == f.ROLL_NEXT:
        assert result.unrolled is not None
        assert all(closed(result.unrolled + timedelta(n)) for n in range((result.due - result.unrolled).days))
    assert (result.rolled_because is None) == (result.due == result.unrolled) or one.unit == f.CLOCK_DAYS
    if result.protective is not None and result.edge == f.LATEST:
        assert f.day_of(result.protective) <= f.day_of(result.due)
        assert closed(f.day_of(result.protective)) is None


@given(on=DAYS, count=st.integers(1, 60))
def test_business_days_there_and_back(on: date, count: int) -> None:
    calendar = book().calendar
    start = calendar.next_open(on)
    assert calendar.business_days(calendar.business_days(start, count), -count) == start


@given(
    start=DAYS, length=st.integers(1, 400),
    stops=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 60)), max_size=4),
)  # fmt: skip
def test_a_clock_counts_the_days_on_which_it_ran(start: date, length: int, stops: list[tuple[int, int]]) -> None:
    """Counted day by day instead: a day runs when no stop covers it."""
    spans = [(start + timedelta(since), start + timedelta(since + days)) for since, days in stops]
    due, _steps = run_clock(start, length, [Stop(*one) for one in spans])
    now, ran = start, 0
    while ran < length:
        ran += not any(since <= now < until for since, until in spans)
        now += timedelta(1)
    assert due == now


def test_an_older_version_counts_as_it_did() -> None:
    older = replace(book().rules["pfr_30"], number=1, length=20, questions=(Question("x", "?", "¿?", yes="add=1"),))
    result = compute(older, Facts(on=day("2026-09-10")), book().calendar, book().rules)
    assert (result.due, [one.due for one in result.readings]) == (day("2026-09-30"), [day("2026-10-01")])
