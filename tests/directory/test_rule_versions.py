"""Rules for deadlines as dated data: another reading is another version, and what does not fit is named."""

from datetime import date
from pathlib import Path

import pytest

from casework.directory.loading import load, told
from casework.directory.models import DeadlineEvent, Holiday, RuleVersion
from casework.directory.reading import Unreadable, read
from tests.directory.test_loading import folder, lines, set_cell, without, write  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
TODAY, LATER = date(2026, 12, 1), date(2027, 1, 4)


def versions(rule: str) -> list[tuple[int, int | None, date | None]]:
    rows = RuleVersion.objects.filter(rule=rule).order_by("number")
    return [(one.number, one.length, one.superseded_on) for one in rows]


def test_each_rule_stands_with_its_events_and_questions() -> None:
    one = RuleVersion.objects.get(rule="bia_appeal_30")
    assert (one.key, one.number, one.length, one.unit, one.roll_rule) == (
        "bia_appeal_30|1", 1, 30, "calendar_days", "next_business_day",
    )  # fmt: skip
    assert (one.protective_rule, one.legal_status, one.is_contested) == (
        "bia_appeal_10_ifr",
        "in_force_contested",
        True,
    )
    assert (one.events, [question["code"] for question in one.questions]) == (
        ["ij_decision"], ["appeal_waived", "asylum_on_merits"],
    )  # fmt: skip
    assert one.verified_as_of == date(2026, 10, 7)
    assert RuleVersion.objects.in_use().count() == 86
    assert not RuleVersion.objects.filter(events=[]).exists()
    assert {event for row in RuleVersion.objects.all() for event in row.events} == set(
        DeadlineEvent.objects.values_list("code", flat=True)
    )
    assert DeadlineEvent.objects.get(code="arrest").takes == "time"
    assert Holiday.objects.get(key="2026-07-04").observed_date == date(2026, 7, 3)


def test_another_reading_is_another_version_and_the_former_one_stays(folder: Path) -> None:  # noqa: F811
    set_cell(folder / "deadlines.csv", "bia_appeal_30", "length", "10")
    found = next(one for one in load(folder, today=TODAY) if one.name == "ruleversion")
    assert told(found) == [
        "ruleversion: 86 rows, 0 added, 1 changed, 0 gone (kept)",
        "    length: 1 changed; bia_appeal_30: 30 became 10",
    ]
    assert versions("bia_appeal_30") == [(1, 30, TODAY), (2, 10, None)]
    assert [one.pk for one in RuleVersion.objects.in_use().filter(rule="bia_appeal_30")] == ["bia_appeal_30|2"]
    assert [one for one in load(folder, today=LATER) if one] == []

    set_cell(folder / "deadlines.csv", "bia_appeal_30", "length", "30")
    load(folder, today=LATER)
    assert versions("bia_appeal_30") == [(1, 30, TODAY), (2, 10, LATER), (3, 30, None)]


def test_a_question_belongs_to_the_version(folder: Path) -> None:  # noqa: F811
    file = folder / "deadline_questions.csv"
    head, *rows = lines(file)
    write(
        file,
        [head, *[[*row[:4], "add=5", row[5]] if row[:2] == ["noid_30", "served_by_mail"] else row for row in rows]],
    )
    load(folder, today=TODAY)
    assert [one.questions[0]["yes"] for one in RuleVersion.objects.filter(rule="noid_30").order_by("number")] == [
        "add=3", "add=5",
    ]  # fmt: skip


def test_to_verify_or_rename_a_rule_makes_no_version(folder: Path) -> None:  # noqa: F811
    set_cell(folder / "deadlines.csv", "pfr_30", "verified_as_of", "2026-12-01")
    set_cell(folder / "deadlines.csv", "pfr_30", "name", "Petition for review")
    load(folder, today=TODAY)
    one = RuleVersion.objects.get(rule="pfr_30")
    assert (one.number, one.name, one.verified_as_of) == (1, "Petition for review", date(2026, 12, 1))


def test_a_rule_that_is_gone_is_kept_and_may_come_back(folder: Path) -> None:  # noqa: F811
    before = lines(folder / "deadlines.csv")
    for name in ("deadlines.csv", "deadline_readings.csv", "deadline_questions.csv"):
        without(folder / name, "cert_90")
    load(folder, today=TODAY)
    assert RuleVersion.objects.get(rule="cert_90").retired_on == TODAY
    assert not RuleVersion.objects.in_use().filter(rule="cert_90").exists()

    write(folder / "deadlines.csv", before)
    head, *rows = lines(folder / "deadline_readings.csv")
    write(folder / "deadline_readings.csv", [head, *rows, ["cert_90", "appeals_judgment rehearing_denied", ""]])
    load(folder, today=LATER)
    assert (versions("cert_90"), RuleVersion.objects.get(rule="cert_90").retired_on) == ([(1, 90, None)], None)


def test_nothing_is_written_by_a_dry_run(folder: Path) -> None:  # noqa: F811
    set_cell(folder / "deadlines.csv", "bia_appeal_30", "length", "10")
    load(folder, today=TODAY, dry_run=True)
    assert versions("bia_appeal_30") == [(1, 30, None)]


UNFIT = {
    "deadlines/pfr_30/length": ("", "column length: a rule of the direction after has a length"),
    "deadlines/cert_90/length": ("-3", "column length: is no whole number: -3"),
    "deadlines/eaja_30/unit": ("weeks", "column unit: must be one of calendar_days"),
    "deadlines/rehearing_45/direction": ("no_deadline", "has no length"),
    "deadlines/noid_30/protective_rule": ("pfr_20", "column protective_rule: no rule has the key pfr_20"),
    "deadlines/i290b_30/effective_to": ("1980-01-01", "column effective_to: is before effective_from"),
    "deadlines/hold_room_12h/roll_rule": ("next_business_day", "hours do not move to another day"),
    "deadlines/foia_appeal_90/source": ("S99", "no source has the code S99"),
    "deadline_readings/u_cert_6m/events": ("doomsday", "column events: no event has the key doomsday"),
    "deadline_readings/vawa_2y/events": ("", "names no event of this rule"),
    "deadline_readings/sij_21/edge": ("soon", "column edge: must be empty or one of latest, earliest: soon"),
    "deadline_questions/rfe_84/yes": ("add=", "must be out, ask, alone, length=N or add=N: add="),
    "deadline_questions/eaja_30/text_es": ("", "column text_es: is empty"),
    "federal_holidays/2026-07-04/observed_date": ("July 3", "column observed_date: is no date"),
}


def test_what_does_not_fit_is_named_by_its_line(folder: Path) -> None:  # noqa: F811
    at = {}
    for where, (value, _says) in UNFIT.items():
        file, key, column = where.split("/")
        at[where] = set_cell(folder / f"{file}.csv", key, column, value)
    with pytest.raises(Unreadable) as refused:
        read(folder)
    found = refused.value.faults
    unsaid = {
        where
        for where, (_value, says) in UNFIT.items()
        if not any(says in one and f"line {at[where]}, column" in one for one in found)
    }
    assert unsaid == set()
