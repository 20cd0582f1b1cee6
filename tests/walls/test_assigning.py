"""Putting oneself and others on cases, and reading further because of it."""

from typing import Any

import pytest

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.cast import FACTS, NO_FACTS, PLAIN_COLUMNS, PLAIN_VALUES
from tests.walls.lines import Line

FOREIGN_KEY, OVERLAP, TOO_EARLY = "23503", "23P01", "23514"
NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"


def place(
    case: str, member: str, maker: str, *, of: str = "north", role: str = "co_counsel", starts: str = "now()",
    ends: str = "NULL",
) -> str:  # fmt: skip
    return (
        "INSERT INTO cases_assignment (id, organization_id, case_id, membership_id, role, starts_at, ends_at,"
        " made_by_id)"
        f" VALUES (gen_random_uuid(), %({of})s, %({case})s, %({member})s, '{role}', {starts}, {ends}, %({maker})s)"
    )


def end(assignment: str, at: str = "NULL") -> str:
    return f"UPDATE cases_assignment SET ends_at = {at} WHERE id = %({assignment})s"


PLACES = [
    Attempt("put somebody on a case", place("north_own", "ben", "ada"), f"ben vic nia cleo omar {NEVER}", "ada"),
    Attempt("put oneself on a case of one's organization", place("north_free", "ben", "ben"), "ada vic nia cleo",
            "ben"),
    Attempt("a volunteer takes a case", place("north_free", "vic", "vic", role="volunteer"), "vic", "owner"),
    Attempt("a volunteer takes a case one was on", place("north_own", "vic", "vic", role="volunteer"), "vic", "owner"),
    Attempt("a volunteer puts another on the case", place("north_intake", "ben", "vic"), "vic", "owner"),
    Attempt("an administrator puts oneself on a case", place("north_free", "nia", "nia"), "nia", "owner"),
    Attempt("oneself on a restricted case", place("north_closed", "ben", "ben"), "ben", "owner"),
    Attempt("oneself on a restricted case, with a second role", place("north_closed", "tomas", "tomas"), "tomas",
            "owner"),
    Attempt("another on a restricted case", place("north_closed", "tomas", "ben"), "ben", "owner"),
    Attempt("another on a restricted case by its team", place("north_closed", "ben", "ada"), "ben tomas", "ada"),
    Attempt("oneself on a case one was on", place("north_left", "ben", "ben"), "ben", "owner"),
    Attempt("oneself on a case where assignment counts", place("hotline_free", "june", "june", of="hotline"),
            "june hana",
            "owner"),
    Attempt("oneself on another's case where assignment counts", place("hotline_own", "june", "june", of="hotline"),
            "june", "owner"),
    Attempt("a colleague on one's own case where assignment counts", place("hotline_own", "june", "ruth", of="hotline"),
            "june hana", "ruth"),
    Attempt("oneself on a foreign case", place("south_own", "ada", "ada"), "ada", "owner", gives=FOREIGN_KEY),
    Attempt("oneself on a foreign case, in its organization", place("south_own", "ada", "ada", of="south"), "ada",
            "owner", gives=FOREIGN_KEY),
    Attempt("a foreign member on a foreign case", place("south_own", "cleo", "ada", of="south"), "ada tomas", "owner"),
    Attempt("oneself on a shared case", place("south_shared", "ada", "ada", of="south"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("somebody there on a shared case", place("south_shared", "cleo", "ada", of="south"), "ada ben", "owner"),
    Attempt("a foreign member on one's own case", place("north_own", "cleo", "ada"), "ada", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("oneself from one's other organization", place("north_own", "june", "june_north"), "june_north", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("in somebody else's name", place("north_own", "ben", "ada"), "ben tomas", "ada"),
    Attempt("a second lead", place("north_own", "ben", "ada", role="lead"), "ada", "owner", then=OVERLAP,
            gives=OVERLAP),
    Attempt("a second lead for an hour", place("north_own", "ben", "ada", role="lead",
            ends="now() + interval '1 hour'"),
            "ada", "owner", then=OVERLAP, gives=OVERLAP),
    Attempt("a second lead on a foreign case", place("south_own", "ada", "ada", role="lead"), "ada", "owner",
            gives=OVERLAP),
    Attempt("a lead in the past", place("north_own", "ben", "ada", role="lead", starts="now() - interval '99 days'",
            ends="now() - interval '95 days'"), "ben", "ada"),
    Attempt("an end before the beginning", place("north_own", "ben", "ada", ends="now() - interval '1 day'"), "ada",
            "owner", then=TOO_EARLY, gives=TOO_EARLY),
    Attempt("revive an ended place", end("vic_left"), "vic nia cleo hana", "ada", then=0),
    Attempt("revive one's own ended place", end("ben_left"), "ben ada vic", "tomas", then=0),
    Attempt("end somebody's place", end("vic_on_intake", "now()"), "vic nia cleo hana silent", "ben", then=0),
    Attempt("end the place of a restricted case's lead", end("ada_on_closed", "now()"), "ben tomas nia cleo", "ada",
            then=0),
    Attempt("end a foreign place", end("cleo_on_own", "now()"), f"ada vic omar {NEVER}", "cleo", then=0),
    Attempt("end a place on a shared case", end("cleo_on_shared", "now()"), "ada ben", "cleo", then=0),
    Attempt("exchange the person of a place", "UPDATE cases_assignment SET membership_id = %(ben)s"
            " WHERE id = %(ada_on_own)s", "ada ben tomas", "owner"),
    Attempt("exchange the role", "UPDATE cases_assignment SET role = 'lead' WHERE id = %(vic_on_intake)s",
            "vic ada", "owner"),
    Attempt("begin earlier", "UPDATE cases_assignment SET starts_at = 'epoch' WHERE id = %(vic_on_intake)s",
            "vic ada", "owner"),
    Attempt("move a place", "UPDATE cases_assignment SET case_id = %(north_own)s WHERE id = %(vic_on_intake)s",
            "vic ada", "owner", gives=REFUSED),
    Attempt("delete a place", "DELETE FROM cases_assignment WHERE id = %(ada_on_own)s", "ada tomas vic cleo", "owner"),
]  # fmt: skip


@each(*PLACES)
def test_putting_people_on_cases(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


NEW_CASE = "00000000-0000-4000-8000-000000000002"
OPENS = f"""
    INSERT INTO people_person (id, organization_id, given_names, language, no_contact, opened_by_id, created_at,
        version, {FACTS}) VALUES ('{NEW_CASE}', %(at)s, 'x', '', false, %(by)s, now(), 1, {NO_FACTS});
    INSERT INTO cases_case (id, organization_id, person_id, opened_by_id, stage, reference, restricted, matters,
        opened_at, {PLAIN_COLUMNS}) VALUES ('{NEW_CASE}', %(at)s, '{NEW_CASE}', %(by)s, 'enquiry', '', false, '{{}}',
        now(), {PLAIN_VALUES});
    SELECT 1
"""
PUTS = f"""
    INSERT INTO cases_assignment (id, organization_id, case_id, membership_id, role, starts_at, made_by_id)
    VALUES (gen_random_uuid(), %(at)s, '{NEW_CASE}', %(whom)s, 'volunteer', now(), %(by)s)
"""


@pytest.mark.parametrize(
    ("who", "at", "whom", "then"),
    [
        ("vic", "north", "vic", [NEW_CASE]),
        ("hana", "hotline", "hana", [NEW_CASE]),
        ("june", "hotline", "june", [NEW_CASE]),
        ("vic", "north", "ben", REFUSED),
        ("hana", "hotline", "june", REFUSED),
        ("june", "hotline", "hana", REFUSED),
    ],
)
def test_whoever_opens_a_case_puts_themself_on_it_and_nobody_else(
    line: Line, who: str, at: str, whom: str, then: object
) -> None:
    names = line.ground.names
    values: dict[str, Any] = {"by": names[who], "at": names[at], "whom": names[whom]}
    assert (
        line.attempt(who, f"{OPENS}; {PUTS}; SELECT id::text FROM cases_case WHERE id = '{NEW_CASE}'", **values) == then
    )


def test_a_case_that_somebody_was_ever_on_is_no_longer_new(line: Line) -> None:
    names = line.ground.names
    values: dict[str, Any] = {"by": names["vic"], "at": names["north"], "whom": names["vic"]}
    with line.as_("vic"):
        line.run(f"{OPENS}; {PUTS}", **values)
        line.speak("ben")
        line.run(f"UPDATE cases_assignment SET ends_at = now() WHERE case_id = '{NEW_CASE}'")
        line.speak("vic")
        assert line.run("SELECT id FROM cases_case") == ["north_intake"]
        assert line.attempt_here("SAVEPOINT one") == 0
        with pytest.raises(Exception, match="row-level security"):
            line.run(PUTS, **values)


def test_an_administrator_on_a_case_reads_nothing_of_it(line: Line) -> None:
    """Nia was put on `north_own` as a paralegal, and is an administrator only."""
    reads = "SELECT (SELECT count(*) FROM cases_case), (SELECT count(*) FROM cases_note), ctx.mine()"
    assert (line.attempt("nia", reads), line.attempt("vic", reads)[0][:2]) == ([(0, 0, None)], (1, 1))
