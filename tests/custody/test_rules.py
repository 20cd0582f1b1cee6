"""The rules of custody, as properties: what opens tasks, when one looks again, and drawings that fill their width."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.follow_ups import RULES
from casework.custody import law, rules
from casework.custody.rules import Law, Move, Place, Span
from casework.look import clocks

INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["America/Los_Angeles", "America/Denver", "America/Phoenix", "America/New_York"]).map(ZoneInfo)
PLACES = st.builds(
    Place,
    kind=st.sampled_from(rules.KINDS), key=st.sampled_from(["", "A", "B"]), district=st.sampled_from(["", "x", "y"]),
    circuit=st.sampled_from(["", "5", "9"]), field_office=st.sampled_from(["", "LA", "EP"]),
    expected_court=st.sampled_from(["", "a", "b"]), name=st.just("somewhere"),
)  # fmt: skip
MOVES = st.builds(
    Move,
    before=st.none() | PLACES, now=PLACES, source=st.sampled_from(["locator", "family"]),
    court=st.sampled_from(["", "a", "b"]), matters=st.frozensets(st.sampled_from(["bond", "habeas", "advice"])),
    law_before=st.none(), law_now=st.none(), family_may_be_told=st.booleans(), redetained=st.booleans(),
)  # fmt: skip
ADELANTO = Place(rules.FACILITY, "Adelanto", "ADLNTCA", "9", "C.D. Cal.", "Los Angeles", "adelanto")
EL_PASO = Place(rules.FACILITY, "El Paso", "EPC", "5", "W.D. Tex.", "El Paso", "el-paso-spc")


def opened(move: Move) -> list[str]:
    return [one.rule for one in rules.follow_ups(move)]


@pytest.mark.parametrize(
    ("change", "more", "fewer"),
    [
        ({}, [], []),
        ({"source": "locator"}, [], ["custody.confirm_place"]),
        ({"matters": frozenset({"habeas"})}, ["custody.habeas"], []),
        ({"matters": frozenset({"bond"})}, ["custody.bond_court"], []),
        ({"family_may_be_told": True}, ["custody.tell_contact"], []),
        ({"court": ""}, [], ["custody.venue", "custody.address"]),
        ({"court": "el-paso-spc"}, [], ["custody.venue"]),
        ({"redetained": True}, ["custody.detained_again"], []),
        ({"now": Place(rules.NOT_LOCATED)}, ["custody.not_located"], [
            "custody.confirm_place", "custody.venue", "custody.new_office", "custody.visiting", "custody.address",
        ]),
    ],
)  # fmt: skip
def test_what_a_move_opens(change: dict[str, object], more: list[str], fewer: list[str]) -> None:
    usual = Move(ADELANTO, EL_PASO, "family", "adelanto")
    common = {"custody.confirm_place", "custody.venue", "custody.new_office", "custody.visiting", "custody.address"}
    found = opened(Move(**({"before": ADELANTO, "now": EL_PASO, "source": "family", "court": "adelanto"} | change)))  # type: ignore[arg-type]
    assert set(opened(usual)) == common
    assert set(found) == (common | set(more)) - set(fewer)
    assert set(found) <= RULES.keys()


@given(MOVES)
def test_each_task_opens_once_and_urgent_ones_first(move: Move) -> None:
    found = rules.follow_ups(move)
    assert len({one.rule for one in found}) == len(found)
    assert [one.urgent for one in found] == sorted((one.urgent for one in found), reverse=True)
    assert all(one.days == 0 for one in found if one.urgent)


@given(MOVES)
def test_nothing_hangs_on_a_place_that_nobody_knows(move: Move) -> None:
    nowhere = Move(
        move.before, Place(rules.NOT_LOCATED), move.source, move.court, move.matters, family_may_be_told=True
    )
    assert set(opened(nowhere)) == {"custody.not_located"}


@given(MOVES, st.booleans())
def test_the_court_is_never_an_answer(move: Move, reverse: bool) -> None:
    """Rules read the court on file; nothing that they give back could change it."""
    assert all(one.rule != "court.set" for one in rules.follow_ups(move))
    assert rules.venue_is_open("", move.now) is False


def test_bond_law_that_turns_asks_counsel_at_once() -> None:
    day = date(2026, 11, 22)
    ninth, fifth = law.on_bond("9", day), law.on_bond("5", day)
    assert ninth
    assert fifth
    assert (ninth.position, fifth.position) == (rules.AVAILABLE, rules.MANDATORY)
    there = Move(ADELANTO, EL_PASO, "locator", "", law_before=ninth, law_now=fifth)
    back = Move(EL_PASO, ADELANTO, "locator", "", law_before=fifth, law_now=ninth)
    assert opened(there)[0] == opened(back)[0] == "custody.bond_law"
    assert "custody.bond_law" not in opened(Move(ADELANTO, ADELANTO, "locator", "", law_before=ninth, law_now=ninth))


@pytest.mark.parametrize(
    ("circuit", "on", "position"),
    [("5", date(2026, 2, 5), None), ("5", date(2026, 2, 6), "mandatory"), ("9", date(2026, 7, 29), None),
     ("9", date(2026, 7, 30), "bond_hearing_available"), ("DC", date(2026, 11, 1), "no_circuit_ruling"),
     ("", date(2026, 11, 1), None)],
)  # fmt: skip
def test_a_position_counts_from_its_day(circuit: str, on: date, position: str | None) -> None:
    found = law.on_bond(circuit, on)
    assert (found.position if found else None) == position


def test_every_circuit_has_a_position_with_a_day_and_a_citation() -> None:
    for circuit in [*map(str, range(1, 12)), "DC"]:
        found = law.on_bond(circuit, date(2026, 11, 22))
        assert isinstance(found, Law)
        assert found.as_of == date(2026, 10, 7)
        assert found.authority or found.position == "no_circuit_ruling"


@given(st.lists(st.sampled_from([*rules.CHECK_DAYS, "closed", "declined", "referred"])), st.sampled_from(rules.KINDS))
def test_the_nearest_stage_counts_and_ended_cases_do_not(stages: list[str], kind: str) -> None:
    found = rules.check_every(stages, kind)
    live = [rules.CHECK_DAYS[one] for one in stages if one in rules.CHECK_DAYS]
    assert (found is None) == (not live)
    if found is not None:
        assert found == (min(live) if kind in {"facility", "elsewhere"} else 1)


@given(st.lists(st.sampled_from(["same", "moved", "not_found", "released"])))
def test_not_found_counts_in_a_row(outcomes: list[str]) -> None:
    times = rules.not_found_in_a_row(outcomes)
    assert outcomes[:times] == ["not_found"] * times
    assert outcomes[times : times + 1] != ["not_found"]


@pytest.mark.parametrize(
    ("times", "rule", "days"),
    [(0, None, 0), (1, "custody.not_found", 1), (2, "custody.not_found_again", 0), (3, None, 0)],
)
def test_not_found_escalates_once_each(times: int, rule: str | None, days: int) -> None:
    due = rules.after_not_found(times)
    assert (due.rule if due else None, due.days if due else 0) == (rule, days)


@pytest.mark.parametrize(
    "reason", ["bond", "parole", "recognizance", "supervision", "removed", "voluntary_departure", "deceased"]
)
@pytest.mark.parametrize("told", [True, False])
def test_what_a_release_opens(reason: str, told: bool) -> None:
    found = {one.rule: one.days for one in rules.after_release(reason, family_may_be_told=told)}
    free = reason not in {"removed", "voluntary_departure", "deceased"}
    assert ("custody.new_address" in found) == free
    assert found.get("custody.new_address", 5) == 5
    assert ("custody.tell_contact" in found) == (free and told)
    assert ("custody.bond_papers" in found) == (reason == "bond")
    assert set(found) <= RULES.keys()


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), ZONES, st.none() | INSTANTS)
def test_of_a_day_alone_its_beginning_counts(day: date, zone: ZoneInfo, before: datetime | None) -> None:
    found = rules.begins(day, None, zone, before=before)
    assert found.astimezone(zone).date() == day
    if before is not None and before.astimezone(zone).date() == day:
        assert found >= before


def test_a_time_that_the_clock_skipped_is_refused() -> None:
    with pytest.raises(clocks.NoSuchTime):
        rules.begins(date(2026, 3, 8), time(2, 30), ZoneInfo("America/Los_Angeles"))
    assert rules.begins(date(2026, 3, 8), time(2, 30), ZoneInfo("America/Phoenix")) == datetime(
        2026, 3, 8, 9, 30, tzinfo=UTC
    )
    twice = rules.begins(date(2026, 11, 1), time(1, 30), ZoneInfo("America/Los_Angeles"))
    assert twice == datetime(2026, 11, 1, 8, 30, tzinfo=UTC)  # the first of the two


@given(st.lists(st.integers(0, 400), min_size=2, max_size=9, unique=True), st.booleans())
def test_a_drawing_fills_its_width_in_order(days: list[int], gaps: bool) -> None:
    """Pieces from end to end; what is drawn is as wide as it lasts, down to what can still be seen."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    edges = [start + timedelta(days=one) for one in sorted(days)]
    spans = [Span(a, b, n) for n, (a, b) in enumerate(pairwise(edges), 1) if not gaps or n % 2]
    found = rules.bars(spans, starts=start, ends=edges[-1], width=100.0)
    assert [bar.what for bar in found if bar.what is not None] == [span.what for span in spans]
    assert all(bar.x >= 0 and bar.x + bar.width <= 100.01 for bar in found)
    assert [bar.x for bar in found] == sorted(bar.x for bar in found)
    whole = (edges[-1] - start).days
    for bar in found:
        scaled = bar.days / whole * 100
        assert bar.width == pytest.approx(max(scaled, rules.NARROWEST), abs=0.02)


@given(INSTANTS, st.integers(0, 700), ZONES)
def test_marks_under_a_drawing_are_few_and_rise(starts: datetime, days: int, zone: ZoneInfo) -> None:
    found = rules.marks(starts, starts + timedelta(days=days, hours=5), zone)
    assert 1 <= len(found) <= 5
    assert [share for share, _day in found] == sorted({share for share, _day in found})
    assert found[0] == (0.0, starts.astimezone(zone).date())
