"""Calendar files, read by two programs that share no code, over both edges of daylight saving."""

import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from casework.docket import ics
from casework.docket.ics import AllDay, Timed, written
from casework.look.zones import UNITED_STATES

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = ("America/Los_Angeles", "America/Phoenix", "America/New_York", "America/Puerto_Rico")
# The days around the changes of 2026 and 2027 (March 8 and 14, November 1 and 7), and one in each half of the year.
DAYS = (
    "2026-03-06", "2026-03-08", "2026-03-09", "2026-07-15", "2026-10-30", "2026-11-01", "2026-11-02", "2027-01-15",
    "2027-03-12", "2027-03-15", "2027-11-05", "2027-11-08",
)  # fmt: skip


def read(file: bytes) -> Any:
    return Calendar.from_ical(file)


def by_icalendar(file: bytes) -> list[tuple[datetime, datetime]]:
    return [
        (one["DTSTART"].dt.astimezone(UTC), one["DTEND"].dt.astimezone(UTC)) for one in read(file).walk("VEVENT")
    ]  # fmt: skip


def by_vobject(file: bytes) -> list[tuple[datetime, datetime]]:
    """It reads the description of each zone in the file, and nothing else about zones."""
    return [(_told(one.dtstart), _told(one.dtend)) for one in vevents(file)]


def vevents(file: bytes) -> list[Any]:
    with warnings.catch_warnings():  # its age shows
        warnings.simplefilter("ignore")
        import vobject

        found = vobject.readOne(file.decode())
    return list(found.vevent_list)


def _told(value: Any) -> datetime:
    found: datetime = value.value.astimezone(UTC)
    return found


def timed(starts_at: datetime, zone: str, **more: Any) -> Timed:
    plain: dict[str, Any] = {"uid": "a@casework", "sequence": 1, "minutes": 90, "summary": "A hearing"}
    return Timed(**(plain | more), starts_at=starts_at, zone=zone)


def test_every_day_is_right_in_both_readers_whatever_the_zone() -> None:
    begins = [
        (zone, datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(zone)))
        for zone in ZONES
        for day in DAYS
        for clock in ("08:30", "13:00", "23:30")
    ]
    file = written("Casework", [timed(at, zone, uid=f"{n}@casework") for n, (zone, at) in enumerate(begins)], NOW)
    right = [(at.astimezone(UTC), at.astimezone(UTC) + timedelta(minutes=90)) for _zone, at in begins]
    assert by_icalendar(file) == right
    assert by_vobject(file) == right
    assert len(right) == 144


@pytest.mark.parametrize("zone", [zone for zone, _name in UNITED_STATES])
def test_each_zone_of_the_united_states_is_described(zone: str) -> None:
    at = datetime(2027, 7, 1, 9, tzinfo=ZoneInfo(zone))
    file = written("Casework", [timed(at, zone)], NOW)
    assert f"DTSTART;TZID={zone}:20270701T090000".encode() in file
    assert file.count(b"RRULE") in {0, 2}
    assert b"RDATE" not in file
    assert by_vobject(file) == by_icalendar(file)


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    """1:30 on the day the clock goes back: a wall time with a zone cannot say which."""
    first = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    second = first.replace(fold=1)
    file = written("Casework", [timed(first, "America/New_York", minutes=15), timed(second, "America/New_York")], NOW)
    assert [starts for starts, _ends in by_icalendar(file)] == [first.astimezone(UTC), second.astimezone(UTC)]
    assert [starts for starts, _ends in by_vobject(file)] == [first.astimezone(UTC), second.astimezone(UTC)]
    assert b"DTSTART:20261101T063000Z" in file


def test_a_hearing_over_the_gap_lasts_as_long_as_it_should() -> None:
    at = datetime(2026, 3, 8, 1, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    file = written("Casework", [timed(at, "America/Los_Angeles")], NOW)
    assert b"DTEND;TZID=America/Los_Angeles:20260308T040000" in file
    assert by_vobject(file) == by_icalendar(file)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Mexico_City", "UTC"])
def test_a_zone_with_other_rules_is_written_as_utc(zone: str) -> None:
    at = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo(zone))
    file = written("Casework", [timed(at, zone)], NOW)
    assert b"VTIMEZONE" not in file
    assert by_vobject(file) == [(at.astimezone(UTC), at.astimezone(UTC) + timedelta(minutes=90))]


AWKWARD = 'Núñez; "Court, no. 3"\nfloor \\ 2, ' + "Tz'ute' ñandú 日本 " * 12


def test_text_is_escaped_and_folded() -> None:
    file = written("Casework", [timed(NOW, "America/Denver", summary="Ñ, b; c", description=AWKWARD)], NOW)
    assert max(len(line) for line in file.split(b"\r\n")) <= 75
    assert b"\n" not in file.replace(b"\r\n", b"")
    [event] = read(file).walk("VEVENT")
    [again] = vevents(file)
    assert str(event["DESCRIPTION"]).strip() == again.description.value.strip() == AWKWARD.strip()
    assert str(event["SUMMARY"]) == again.summary.value == "Ñ, b; c"


def test_a_day_on_which_something_ends_is_a_whole_day() -> None:
    file = written("Casework", [AllDay("d@casework", 2, date(2026, 12, 7), "A deadline", "Why", off=True)], NOW)
    [event] = read(file).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2026, 12, 7), date(2026, 12, 8))
    assert (event["STATUS"], event["SEQUENCE"], event["TRANSP"]) == ("CANCELLED", 2, "TRANSPARENT")
    [again] = vevents(file)
    assert again.dtstart.value == date(2026, 12, 7)


def test_an_empty_calendar_is_a_calendar() -> None:
    found = read(written("Casework", [], NOW))
    assert found.walk("VEVENT") == []
    assert (found["METHOD"], found["VERSION"], str(found["X-WR-CALNAME"])) == ("PUBLISH", "2.0", "Casework")
    assert found["REFRESH-INTERVAL"].dt == ics.EVERY
