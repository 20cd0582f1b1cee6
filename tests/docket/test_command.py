"""`manage.py deadlines`: dates and steps for programs and people, and what it says when something does not fit."""

import io
import json
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    said = io.StringIO()
    call_command("deadlines", *words, stdout=said)
    return said.getvalue()


def asked(*words: str) -> Any:
    return json.loads(run(*words, "--json"))


def test_both_readings_of_an_appeal_with_every_step() -> None:
    found = asked("--rule", "bia_appeal_30", "--on", "2026-10-15", "--detained", "yes", "--zone", "America/Los_Angeles")
    assert {name: found[name] for name in (
        "due_local", "due_weekday", "unrolled_local", "protective_date", "keep_to", "earliest_or_latest",
        "rolled_because", "state", "legal_status", "attorney_must_confirm",
    )} == {
        "due_local": "2026-11-16", "due_weekday": "Mon", "unrolled_local": "2026-11-14",
        "protective_date": "2026-10-26", "keep_to": "2026-10-26", "earliest_or_latest": "latest",
        "rolled_because": "Saturday", "state": "date", "legal_status": "in_force_contested",
        "attorney_must_confirm": True,
    }  # fmt: skip
    assert found["steps"] == [
        "The day of the event, Thursday, October 15, 2026, is day 0.",
        "30 calendar days on: Saturday, November 14, 2026.",
        "Saturday, November 14, 2026 is closed: Saturday.",
        "So it moves on to Monday, November 16, 2026.",
        "Safe date: Monday, October 26, 2026, by the rule bia_appeal_10_ifr (10 calendar days).",
    ]
    assert [one["key"] for one in found["questions"]] == ["appeal_waived", "asylum_on_merits"]
    assert "In force, contested: an attorney must confirm the date." in found["warnings"]


def test_no_date_is_invented_for_somebody_in_detention() -> None:
    for rule in ("ij_individual_filing_detained", "ij_individual_filing_30"):
        found = asked("--rule", rule, "--on", "2026-12-15", "--detained", "yes", "--extra", "judge_date=")
        assert (found["due_local"], found["state"], found["earliest_or_latest"]) == (None, "ask", "none")
        assert [one["key"] for one in found["ask_for"]] == ["set_date"]


def test_an_instant_is_taken_to_the_clock_of_the_court() -> None:
    found = asked("--rule", "bia_appeal_30", "--on", "2026-12-31T05:30Z", "--zone", "America/Los_Angeles")
    assert (found["due_local"], found["protective_date"]) == ("2027-01-29", "2027-01-11")


def test_people_read_the_same() -> None:
    said = run("--rule", "rfe_84", "--on", "2026-10-01").splitlines()
    assert said[0] == "USCIS request for evidence (rfe_84, version 1)"
    assert "  due_local: 2026-12-24" in said
    assert "  or 2026-12-28 if served_by_mail" in said


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["--rule", "bia_appeal_31", "--on", "2026-10-15"], 3, "There is no rule bia_appeal_31 (bia_appeal_10_ifr,"),
        (["--rule", "pfr_30", "--on", "15 October"], 4, "on: 15 October is no date"),
        (["--rule", "pfr_30", "--on", "2026-02-30"], 4, "on: 2026-02-30 is no date"),
        (["--rule", "pfr_30", "--on", "2026-10-15", "--zone", "PST"], 4, "zone: PST is no IANA time zone"),
        (["--rule", "hold_room_12h", "--on", "2026-10-15T08:00"], 4, "zone: is needed for a time of day"),
        (["--rule", "pfr_30", "--on", "2026-10-15", "--extra", "mail"], 4, "extra: mail is no pair k=v."),
        (["--rule", "rfe_84", "--on", "2026-10-15", "--extra", "weather=fair"], 4, "weather is not asked by this rule"),
        (["--rule", "rfe_84", "--on", "2026-10-15", "--extra", "served_by=owl"], 4, "served_by: owl is not one of"),
        (
            ["--rule", "hold_room_12h", "--on", "2026-03-08T02:30", "--zone", "America/New_York"],
            4, "on: 2026-03-08T02:30 did not exist: the clock skipped it",
        ),
        (["--rule", "er_two_years", "--on", "9998-10-15"], 5, "The date lies beyond the calendar"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_a_code(words: list[str], code: int, says: str) -> None:
    with pytest.raises(CommandError, match=re.escape(says)) as refused:
        run(*words)
    assert refused.value.returncode == code
