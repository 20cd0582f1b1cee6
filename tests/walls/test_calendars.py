"""Calendars elsewhere, cover for hearings, reminders: whose each row is, and what a calendar that reads may do."""

import pytest

from casework.access import walls
from tests.walls.attempts import Attempt, each, outcome
from tests.walls.lines import Line

NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"
READ = sorted(
    table for table, wall in walls.tables().items() if table.startswith(("cases_", "people_", "custody_", "docket_"))
    and "SELECT" in walls.CLASSES[wall].rights
)  # fmt: skip


@pytest.mark.parametrize("who", ["ada", "ben", "tomas", "vic", "cleo", "june", "june_north", "nia"])
def test_a_calendar_sees_what_its_member_sees(line: Line, who: str) -> None:
    seen = {table: sorted(map(str, line.attempt(who, f"SELECT id FROM {table}"))) for table in READ}
    assert {table: sorted(map(str, line.attempt(f"{who}_feed", f"SELECT id FROM {table}"))) for table in READ} == seen


@pytest.mark.parametrize("who", ["sue", "ed", "fay", "ian", "cora"])
def test_the_calendar_of_whoever_left_sees_nothing(line: Line, who: str) -> None:
    assert {table: line.attempt(f"{who}_feed", f"SELECT id FROM {table}") for table in READ} == {
        table: [] for table in READ
    }


OWN = {"docket_feed": "address", "docket_reminderchoice": "choice", "docket_reminder": "reminder"}


@pytest.mark.parametrize("table", OWN)
def test_somebody_sees_their_own_and_nobody_elses(line: Line, table: str) -> None:
    what = OWN[table]
    for who in ("ada", "cleo"):
        assert line.attempt(who, f"SELECT id FROM {table}") == [f"{who}_{what}"]
    for who in ("ben", "vic", "june", "hana", *NEVER.split()):
        assert line.attempt(who, f"SELECT id FROM {table}") == []
    administered = [f"{who}_reminder" for who in ("ada", "sue")] if what == "reminder" else []
    assert sorted(line.attempt("nia", f"SELECT id FROM {table}")) == administered


FEED = (
    "INSERT INTO docket_feed (id, organization_id, membership_id, level, whole, token_hash, made_at, fetches, told)"
    " VALUES (gen_random_uuid(), %({})s, %({})s, 'busy', false, 'x', now(), 0, '')"
)
COVER = (
    "INSERT INTO docket_coverage (id, organization_id, case_id, hearing_id, asked_of_id, recorded_by_id, asked_at,"
    " state) VALUES (gen_random_uuid(), %({1})s, %({0})s, %({0}_hearing)s, %({3})s, %({2})s, now(), '{4}')"
)
CHOICE = (
    "INSERT INTO docket_reminderchoice (id, organization_id, membership_id, minutes, digest, changed_at)"
    " VALUES (gen_random_uuid(), %({})s, {}, '{{60}}', true, now())"
)
ATTEMPTS = [
    Attempt("an address for somebody else", FEED.format("north", "ben"), f"ada nia cleo ben_feed {NEVER}", "ben"),
    Attempt("an address of a volunteer", FEED.format("north", "vic"), "vic", "owner"),
    Attempt("an address elsewhere", FEED.format("south", "ben"), "ben", "owner", gives="23503"),
    Attempt("open somebody's address again", "UPDATE docket_feed SET revoked_at = now() WHERE id = %(ada_address)s",
            f"ben nia cleo {NEVER}", "ada", then=0),
    Attempt("put another token in", "UPDATE docket_feed SET token_hash = 'x' WHERE id = %(ada_address)s", "ada feed",
            "owner"),
    Attempt("say more in a calendar", "UPDATE docket_feed SET level = 'initials' WHERE id = %(ada_address)s",
            "ada feed", "owner"),
    Attempt("look at addresses by the hash", "SELECT id FROM docket_feed WHERE token_hash = %(ada_hash)s",
            f"ben nia cleo {NEVER}", "ada", then=[], gives=["ada_address"]),
    Attempt("ask to cover in somebody else's name", COVER.format("north_own", "north", "ada", "tomas", "asked"),
            "ben tomas nia", "ada"),
    Attempt("ask to cover a foreign hearing", COVER.format("south_viewed", "south", "ada", "cleo", "asked"), "ada",
            "owner", gives="23503"),
    Attempt("ask to cover as a volunteer", COVER.format("north_intake", "north", "vic", "tomas", "asked"), "vic",
            "owner"),
    Attempt("accept for others by asking", COVER.format("north_own", "north", "ada", "tomas", "accepted"), "ada",
            "owner"),
    Attempt("accept past the function", "UPDATE docket_coverage SET state = 'accepted' WHERE id ="
            " %(north_free_coverage)s", "ada tomas ben", "owner"),
    Attempt("withdraw a foreign request", "UPDATE docket_coverage SET state = 'withdrawn' WHERE id ="
            " %(north_free_coverage)s", f"cleo june vic {NEVER}", "ada", then=0),
    Attempt("plan a reminder", "INSERT INTO docket_reminder SELECT gen_random_uuid(), kind, about, at, channel, 5,"
            " due_at, state, why, by_sweep, planned_at, settled_at, message_id, membership_id, organization_id"
            " FROM docket_reminder WHERE id = %(ada_reminder)s", "ada nia", "owner"),
    Attempt("drop a reminder", "UPDATE docket_reminder SET state = 'dropped' WHERE id = %(ada_reminder)s",
            "ada nia cleo outbox", "reminders", then=0),
    Attempt("delete a reminder", "DELETE FROM docket_reminder", "ada nia reminders", "owner", gives=3),
    Attempt("choose for everybody", CHOICE.format("north", "NULL"), "ada ben cleo omar", "nia"),
    Attempt("choose for somebody else", CHOICE.format("north", "%(ben)s"), "ada nia", "ben"),
    Attempt("change what somebody chose", "UPDATE docket_reminderchoice SET digest = false WHERE id = %(ada_choice)s",
            "ben nia cleo", "ada", then=0),
]  # fmt: skip


@each(*ATTEMPTS)
def test_writing(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


def test_what_is_answered_stays_answered(line: Line) -> None:
    with line.as_("tomas"):
        assert line.run("SELECT case_id FROM ctx.answer_coverage(%(north_free_coverage)s, false)") == ["north_free"]
        assert line.run("SELECT case_id FROM ctx.answer_coverage(%(north_free_coverage)s, true)") == []
        again = "UPDATE docket_coverage SET state = 'withdrawn' WHERE id = %(north_free_coverage)s"
        assert line.run(again) == 0


def test_whoever_is_no_attorney_any_more_cannot_accept(line: Line) -> None:
    assert line.attempt("omar", "SELECT case_id FROM ctx.answer_coverage(%(south_own_coverage)s, true)") == []
