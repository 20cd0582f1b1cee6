"""Writing cases, people and notes: into other organizations, beyond one's tier, out of place."""

import pytest

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.cast import FACTS, NO_FACTS, PLAIN_COLUMNS, PLAIN_VALUES
from tests.walls.lines import Line

FOREIGN_KEY, TAKEN = "23503", "23505"
NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"


def case(
    organization: str = "%(north)s", person: str = "%(north_own_person)s", opener: str = "%(ada)s", **others: str
) -> str:
    values = {"stage": "'enquiry'", "reference": "''", "restricted": "false"} | others
    return (
        "INSERT INTO cases_case (id, organization_id, person_id, opened_by_id, stage, reference, restricted, matters,"
        f" opened_at, {PLAIN_COLUMNS}) VALUES (gen_random_uuid(), {organization}, {person}, {opener},"
        f" {values['stage']}, {values['reference']}, {values['restricted']}, '{{}}', now(), {PLAIN_VALUES})"
    )


BACKWARDS = {
    "an older version of a person": "version = version - 1, given_names = 'x'",
    "a version that nobody can follow": "version = version + 2",
    "another value in the same version": "given_names = 'x'",
    "no value in the same version": "given_names = NULL",
    "a value where none was": "aliases = 'x'",
    "another A-number to be found by": "a_number_index = 'x'",
}


def note(case: str, organization: str, tier: int, author: str) -> str:
    return (
        "INSERT INTO cases_note (id, organization_id, case_id, tier, kind, text, author_id, author_name, version,"
        f" written_at) VALUES (gen_random_uuid(), %({organization})s, %({case})s, {tier}, 'memo', 'x', %({author})s,"
        " 'x', 1, now())"
    )


def person(organization: str, opener: str) -> str:
    return (
        "INSERT INTO people_person (id, organization_id, given_names, language, no_contact, opened_by_id, created_at,"
        f" version, {FACTS}) VALUES ('00000000-0000-4000-8000-000000000001', %({organization})s, 'x', '', false,"
        f" %({opener})s, now(), 1, {NO_FACTS})"
    )


OPENED = "; " + case(person="'00000000-0000-4000-8000-000000000001'", opener="%(vic)s")
CHANGES = [
    Attempt("change a foreign case", "UPDATE cases_case SET stage = 'closed' WHERE id = %(south_own)s",
            f"ada tomas vic june omar {NEVER}", "cleo", then=0),
    Attempt("change every case", "UPDATE cases_case SET stage = 'closed'", "nia hana omar sue silent nobody operator",
            "vic", then=0, gives=REFUSED),
    Attempt("change a case shared for viewing", "UPDATE cases_case SET stage = 'closed' WHERE id = %(south_viewed)s",
            "ada ben vic", "cleo", then=0),
    Attempt("change a case shared for changing", "UPDATE cases_case SET stage = 'closed' WHERE id = %(south_changed)s",
            "ben vic nia june hana cora", "cleo", then=0),
    Attempt("change a case by an expired share", "UPDATE cases_case SET stage = 'closed' WHERE id = %(south_expired)s",
            "ada ben", "cleo", then=0),
    Attempt("change a restricted case", "UPDATE cases_case SET stage = 'closed' WHERE id = %(north_closed)s",
            "ben tomas june_north nia vic cleo", "ada", then=0),
    Attempt("change a case one was on", "UPDATE cases_case SET stage = 'closed' WHERE id = %(north_left)s",
            "ben ada", "tomas", then=0),
    Attempt("change a case in an organization that goes by assignment",
            "UPDATE cases_case SET stage = 'closed' WHERE id = %(hotline_own)s", "june hana", "ruth", then=0),
    Attempt("update from", "UPDATE cases_case c SET stage = 'closed' FROM people_person p WHERE p.id = c.person_id"
            " AND c.organization_id = %(hotline)s", "june hana ada cleo", "ruth", then=0),
    Attempt("in a common table", "WITH w AS (UPDATE cases_case SET stage = 'closed' WHERE id = %(south_own)s"
            " RETURNING id)"
            " SELECT count(*) FROM w", "ada omar", "cleo", then=[0], gives=[1]),
    Attempt("restrict a case one is not on", "UPDATE cases_case SET restricted = true WHERE id = %(north_free)s",
            "ada ben tomas june_north", "owner"),
    Attempt("restrict everything without reading it", "UPDATE cases_case SET restricted = true",
            "ben ada vic june_north",
            "ruth"),
    Attempt("restrict as a volunteer", "UPDATE cases_case SET restricted = true WHERE id = %(north_intake)s",
            "vic", "owner"),
    Attempt("accept as a volunteer", "UPDATE cases_case SET stage = 'active' WHERE id = %(north_intake)s", "vic",
            "ada"),
    Attempt("give a number as a volunteer", "UPDATE cases_case SET reference = 'x' WHERE id = %(north_intake)s",
            "vic", "ben"),
    Attempt("screen as a volunteer", "UPDATE cases_case SET stage = 'enquiry' WHERE id = %(north_intake)s",
            "hana", "vic", then=0),
    Attempt("delete a foreign case", "DELETE FROM cases_case WHERE id = %(south_own)s", "ada cleo tomas silent",
            "owner",
            gives=FOREIGN_KEY),
    Attempt("delete one's own case", "DELETE FROM cases_case WHERE id = %(north_own)s", "ada tomas", "owner",
            gives=FOREIGN_KEY),
    Attempt("delete using", "DELETE FROM cases_note n USING cases_case c WHERE c.id = n.case_id", "ada cleo", "owner",
            gives=45),
    Attempt("merge into foreign cases", "MERGE INTO cases_case c USING (VALUES (%(south_own)s)) v (id) ON c.id = v.id"
            " WHEN MATCHED THEN UPDATE SET stage = 'closed'", "ada omar june", "cleo", then=0),
    Attempt("merge that deletes", "MERGE INTO cases_note n USING cases_case c ON c.id = n.case_id"
            " WHEN MATCHED THEN DELETE", "ada cleo", "owner", gives=45),
]  # fmt: skip
OPENINGS = [
    Attempt("open a case", case(), f"vic nia cleo omar {NEVER}", "ada"),
    Attempt("open a case elsewhere", case("%(south)s", "%(south_own_person)s", "%(cleo)s"), "ada tomas omar june",
            "cleo"),
    Attempt("open a case as somebody else", case(opener="%(ben)s"), "ada tomas vic", "ben"),
    Attempt("open a case for a foreign person", case(person="%(south_own_person)s"), "ada ben tomas", "owner",
            gives=FOREIGN_KEY),
    Attempt("open a case in two organizations", case("%(hotline)s", "%(north_own_person)s", "%(june)s"),
            "june june_north ada", "owner", gives=FOREIGN_KEY),
    Attempt("open a case for a person with nothing but a restricted case",
            case(person="%(north_closed_person)s", opener="%(ben)s"), "ben", "owner"),
    Attempt("open a case for a person of another's case where assignment counts",
            case("%(hotline)s", "%(hotline_own_person)s", "%(june)s"), "june", "owner"),
    Attempt("open a case for a person of one's own case",
            case("%(hotline)s", "%(hotline_own_person)s", "%(ruth)s"), "june hana", "ruth"),
    Attempt("open a restricted case", case(restricted="true"), "ada tomas", "owner"),
    Attempt("open an accepted case as a volunteer", person("north", "vic") + OPENED.replace("'enquiry'", "'active'"),
            "vic", "owner"),
    Attempt("open a numbered case as a volunteer", person("north", "vic") + OPENED.replace("''", "'x'", 1), "vic",
            "owner"),
    Attempt("open a case for a new person", person("north", "vic") + OPENED, "ada hana nia silent", "vic"),
    Attempt("open a case for a known person as a volunteer", case(opener="%(vic)s"), "vic", "owner"),
    Attempt("enter a person", person("north", "ada"), f"ben vic nia cleo {NEVER}", "ada"),
    Attempt("enter a person elsewhere", person("south", "cleo"), "ada omar", "cleo"),
    Attempt("change a foreign person", "UPDATE people_person SET language = 'x' WHERE id = %(south_own_person)s",
            f"ada vic omar {NEVER}", "cleo", then=0),
    Attempt("change a person shared for viewing",
            "UPDATE people_person SET language = 'x' WHERE id = %(south_viewed_person)s", "ada ben", "cleo", then=0),
    Attempt("change a person shared for changing",
            "UPDATE people_person SET language = 'x' WHERE id = %(south_changed_person)s", "ada ben vic nia june",
            "cleo", then=0),
    Attempt("change a person with nothing but a restricted case",
            "UPDATE people_person SET language = 'x' WHERE id = %(north_closed_person)s", "ben tomas vic", "ada",
                then=0),
    Attempt("the next version of a person",
            "UPDATE people_person SET version = version + 1, given_names = 'x' WHERE id = %(south_changed_person)s",
            "ada ben", "cleo", then=0),
    *(Attempt(name, f"UPDATE people_person SET {change} WHERE id = %(north_own_person)s", "ada ben", "owner")
      for name, change in BACKWARDS.items()),
    Attempt("an older version of a case", "UPDATE cases_case SET version = version - 1 WHERE id = %(north_own)s",
            "ada ben", "owner"),
    Attempt("delete a person", "DELETE FROM people_person WHERE id = %(north_own_person)s", "ada tomas", "owner",
            gives=FOREIGN_KEY),
]  # fmt: skip
NOTES = [
    Attempt("a note in a foreign case", note("south_own", "south", 2, "cleo"), f"ada omar june {NEVER}", "cleo"),
    Attempt("a foreign child with one's own organization", note("south_own", "north", 2, "ada"), "ada", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("a foreign child with a foreign organization", note("south_own", "south", 2, "ada"), "ada ben", "owner"),
    Attempt("one's own child with a foreign organization", note("north_own", "south", 2, "ada"), "ada", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("a note in a case shared for viewing", note("south_viewed", "south", 2, "ada"), "ada", "owner"),
    Attempt("a note in a case shared for changing", note("south_changed", "south", 2, "ben"), "ada vic nia", "ben"),
    Attempt("a counsel note in a case shared without that tier", note("south_shared", "south", 3, "ada"), "ada",
            "owner"),
    Attempt("a counsel note in a case shared with that tier", note("south_changed", "south", 3, "ben"), "vic june",
            "ben"),
    Attempt("a counsel note without being on the case", note("north_own", "north", 3, "ben"), "ben", "owner"),
    Attempt("a counsel note", note("north_own", "north", 3, "ada"), "ben tomas vic nia", "ada"),
    Attempt("a note in a restricted case", note("north_closed", "north", 1, "ben"), "ben", "owner"),
    Attempt("a note in a case one was on", note("north_left", "north", 1, "ben"), "ben", "owner"),
    Attempt("a volunteer's note of the second tier", note("north_intake", "north", 2, "vic"), "vic", "owner"),
    Attempt("a volunteer's note", note("north_intake", "north", 1, "vic"), "hana nia ada", "vic"),
    Attempt("a volunteer's note in a case left", note("north_own", "north", 1, "vic"), "vic", "owner"),
    Attempt("an administrator's note", note("north_own", "north", 1, "nia"), "nia", "owner"),
    Attempt("a note in somebody else's name", note("north_own", "north", 2, "ada"), "ben tomas june_north", "ada"),
    Attempt("raise a note", "UPDATE cases_note SET tier = 3 WHERE id = %(north_own_note2)s", "ben tomas", "ada"),
    Attempt("change a note one does not see", "UPDATE cases_note SET kind = 'call' WHERE id = %(north_own_note3)s",
            "ben tomas vic nia cleo", "ada", then=0),
    Attempt("a volunteer changes a note", "UPDATE cases_note SET kind = 'call' WHERE id = %(north_intake_note2)s",
            "vic hana", "owner", then=0),
    Attempt("say what kind of note somebody else's is", "UPDATE cases_note SET kind = 'call' WHERE id ="
            " %(north_own_note2)s", "ben tomas", "ada"),
    Attempt("change a note in a foreign case", "UPDATE cases_note SET kind = 'call' WHERE id = %(south_own_note1)s",
            "ada omar sue silent", "cleo", then=0),
    Attempt("change a note in a case shared for viewing",
            "UPDATE cases_note SET kind = 'call' WHERE id = %(south_viewed_note1)s", "ada", "cleo", then=0),
    Attempt("write a note anew", "UPDATE cases_note SET text = 'x' WHERE id = %(south_own_note1)s", "cleo", "owner"),
    *(Attempt(f"another {name} of a note", f"UPDATE cases_note SET {name} = {value} WHERE id = %(south_own_note1)s",
              "cleo", "owner", gives=REFUSED) for name, value in (("author_name", "'x'"),
              ("author_id", "%(omar)s"), ("written_at", "now() - interval '9 years'"))),
    Attempt("delete a note", "DELETE FROM cases_note WHERE id = %(north_own_note1)s", "ada tomas cleo", "owner"),
    Attempt("take the place of a hidden note", note("north_own", "north", 1, "ada").replace(
            "gen_random_uuid()", "%(south_own_note1)s") + " ON CONFLICT (id) DO UPDATE SET text = 'x'",
            "ada", "owner"),
    Attempt("learn of a hidden note by its place", note("north_own", "north", 1, "ada").replace(
            "gen_random_uuid()", "%(south_own_note1)s"), "ada", "owner", then=TAKEN, gives=TAKEN),
    Attempt("copy into notes", "COPY cases_note FROM STDIN", "ada", "owner", then="0A000", gives="0A000"),
]  # fmt: skip


MOVES = {  # what must stay where it is: who tries, of what they may otherwise change
    "give a shared case to whom it is shared with": ("cleo", "cases_case", "south_changed", "organization_id", "north"),
    "give a case away": ("ada", "cases_case", "north_own", "organization_id", "south"),
    "give a shared case to a third organization": ("cleo", "cases_case", "south_misled", "organization_id", "hotline"),
    "exchange the person of a case": ("ada", "cases_case", "north_own", "person_id", "north_free_person"),
    "put a foreign person in a case": ("ada", "cases_case", "north_own", "person_id", "south_own_person"),
    "exchange who opened a case": ("ben", "cases_case", "north_own", "opened_by_id", "ben"),
    "give a case the id of another": ("tomas", "cases_case", "north_free", "id", "south_own"),
    "give the person of a shared case away": (
        "cleo",
        "people_person",
        "south_changed_person",
        "organization_id",
        "north",
    ),
    "give a person away": ("ada", "people_person", "north_own_person", "organization_id", "hotline"),
    "exchange who entered a person": ("tomas", "people_person", "north_own_person", "opened_by_id", "tomas"),
    "give a person another id": ("ada", "people_person", "north_own_person", "id", "south_own_person"),
    "move a note to another case": ("ada", "cases_note", "north_own_note1", "case_id", "north_free"),
    "move a note to a foreign case": ("ada", "cases_note", "north_own_note1", "case_id", "south_own"),
    "move a note to a shared case": ("ben", "cases_note", "north_own_note1", "case_id", "south_changed"),
    "take a note over": ("ben", "cases_note", "south_changed_note1", "organization_id", "north"),
    "sign another's note": ("ben", "cases_note", "north_own_note1", "author_id", "ben"),
    "let another sign": ("ada", "cases_note", "north_own_note1", "author_id", "ben"),
    "give a volunteer's note away": ("vic", "cases_note", "north_intake_note1", "case_id", "north_own"),
}


@pytest.mark.parametrize("move", MOVES)
def test_a_row_stays_where_it_is(line: Line, owner: Line, move: str) -> None:
    who, table, row, column, to = MOVES[move]
    moving = f"UPDATE {table} SET {column} = %({to})s WHERE id = %({row})s"
    staying = f"UPDATE {table} SET {column} = {column} WHERE id = %({row})s"
    assert (line.attempt(who, moving), line.attempt(who, staying)) == (REFUSED, 1)
    assert owner.attempt("owner", moving) == REFUSED


@each(*CHANGES)
def test_changing_cases(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


@each(*OPENINGS)
def test_opening_cases_and_entering_people(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


@each(*NOTES)
def test_writing_notes(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


def test_a_deferred_key_is_checked_at_the_commit(line: Line) -> None:
    """Which of two keys fails would tell whether a hidden row exists: the pair fails either way."""
    defer = "SET CONSTRAINTS ALL DEFERRED; "
    hidden = line.attempt("ada", defer + note("south_own", "north", 2, "ada"))
    nothing = line.attempt("ada", defer + note("south", "north", 2, "ada"))
    assert (hidden, nothing) == (FOREIGN_KEY, FOREIGN_KEY)
