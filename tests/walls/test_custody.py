"""Where people are held: whoever sees the person sees it, members of their organization write it, all in their name."""

import pytest

from tests.walls.attempts import Attempt, each, outcome
from tests.walls.lines import Line
from tests.walls.test_reading import SEEN

FOREIGN_KEY, OVERLAP, STAYS = "23503", "23P01", "42501"
NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_just_where_the_people_of_their_cases_are(line: Line, who: str) -> None:
    cases = [part.partition(":")[0] for part in SEEN[who].split()]
    for table, name in (("stay", "stay"), ("stint", "stint"), ("locatorcheck", "check"), ("courtonfile", "court")):
        assert sorted(line.attempt(who, f"SELECT id FROM custody_{table}")) == [f"{case}_{name}" for case in cases]


def look_up(case: str, organization: str, by: str, stay: str = "") -> str:
    return (
        "INSERT INTO custody_locatorcheck (id, organization_id, person_id, stay_id, method, outcome, checked_at,"
        f" checked_by_id, checked_by_name) VALUES (gen_random_uuid(), %({organization})s, %({case}_person)s,"
        f" %({stay or case}_stay)s, 'phone', 'same', now(), %({by})s, 'x')"
    )


def stint(case: str, organization: str, by: str, stay: str = "") -> str:
    """A second place at the same time: who may write at all is told that it overlaps."""
    return (
        "INSERT INTO custody_stint (id, organization_id, person_id, stay_id, kind, time_zone, starts_at,"
        " starts_precision, ends_precision, source, confirmed_at, confirmed_by_name, recorded_by_id, recorded_at,"
        f" withdrawn, version) VALUES (gen_random_uuid(), %({organization})s, %({case}_person)s,"
        f" %({stay or case}_stay)s, 'not_located', 'UTC', now(), 'day', 'day', 'family', now(), 'x',"
        f" %({by})s, now(), false, 1)"
    )


TAKES = "UPDATE custody_stay SET next_check_at = now() WHERE id = %({}_stay)s"
COURT = "UPDATE custody_courtonfile SET court_id = 'el-paso-spc', set_by_id = %({})s WHERE id = %(north_own_court)s"
ATTEMPTS = [
    Attempt("a look-up of a foreign person", look_up("south_own", "south", "cleo"), f"ada omar june {NEVER}", "cleo"),
    Attempt("a look-up in somebody else's name", look_up("north_own", "north", "ada"), "ben tomas nia", "ada"),
    Attempt("a volunteer's look-up", look_up("north_intake", "north", "vic"), "nia hana", "vic"),
    Attempt("a volunteer's look-up in a case left", look_up("north_own", "north", "vic"), "vic", "owner"),
    Attempt("a look-up in a closed file", look_up("north_closed", "north", "ben"), "ben", "owner"),
    Attempt("a look-up of a person shared for sharing", look_up("south_shared", "south", "ada"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("a look-up in a foreign file under one's own name", look_up("south_own", "north", "ada"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("change a look-up", "UPDATE custody_locatorcheck SET outcome = 'same' WHERE id = %(north_own_check)s",
            "ada ben vic", "owner"),
    Attempt("delete a look-up", "DELETE FROM custody_locatorcheck WHERE id = %(north_own_check)s", "ada ben vic",
            "owner"),
    Attempt("a second place at one time", stint("north_own", "north", "ada"), "ada", "owner", then=OVERLAP,
            gives=OVERLAP),
    Attempt("a place of a foreign person", stint("south_own", "south", "cleo"), f"ada omar june {NEVER}", "cleo",
            gives=OVERLAP),
    Attempt("a place of a person shared for changing", stint("south_changed", "south", "ada"), "ada", "owner",
            gives=OVERLAP),
    Attempt("delete a place", "DELETE FROM custody_stint WHERE id = %(north_own_stint)s", "ada ben vic", "owner"),
    Attempt("change a stay one only shares", TAKES.format("south_changed"), "ada ben", "cleo", then=0),
    Attempt("change a stay of a closed file", TAKES.format("north_closed"), "ben tomas vic", "ada", then=0),
    Attempt("change a stay of a foreign person", TAKES.format("south_own"), f"ada omar june {NEVER}", "cleo", then=0),
    Attempt("move a stay to another person", "UPDATE custody_stay SET person_id = %(north_free_person)s"
            " WHERE id = %(north_own_stay)s", "ada ben", "owner", then=STAYS, gives=STAYS),
    Attempt("a look-up in a stay that one does not see", look_up("north_intake", "north", "vic", "north_own"), "vic",
            "owner"),
    Attempt("a look-up in somebody else's stay", look_up("north_own", "north", "ada", "north_free"), "ada", "owner"),
    Attempt("a place in a stay that one does not see", stint("north_intake", "north", "vic", "north_own"), "vic",
            "owner", gives=OVERLAP),
    Attempt("a place in somebody else's stay", stint("north_own", "north", "ada", "north_free"), "ada", "owner",
            gives=OVERLAP),
    Attempt("move a place to somebody else's stay", "UPDATE custody_stint SET version = version + 1,"
            " stay_id = %(north_own_stay)s WHERE id = %(north_intake_stint)s", "ada ben vic", "owner", gives=STAYS),
    Attempt("say that somebody else recorded a place", "UPDATE custody_stint SET version = version + 1,"
            " recorded_by_id = %(ben)s WHERE id = %(north_own_stint)s", "ada tomas", "owner", gives=STAYS),
    Attempt("keep a card for ever", "UPDATE custody_stay SET version = version + 1, taken_by_id = %(vic)s,"
            " taken_until = 'infinity' WHERE id = %(north_intake_stay)s", "ada ben vic", "owner"),
    Attempt("set the court in somebody else's name", COURT.format("ada"), "ben tomas", "ada"),
    Attempt("set the court as a volunteer", COURT.format("vic"), "vic nia", "owner", then=0),
    Attempt("set the court of a shared case", "UPDATE custody_courtonfile SET since = now() WHERE id ="
            " %(south_changed_court)s", "ada ben", "owner", then=0),
]  # fmt: skip


@each(*ATTEMPTS)
def test_writing_about_custody(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
