"""The docket: read as its case and tier, written by members of its organization in their name, within one case."""

import pytest

from tests.walls.attempts import Attempt, each, outcome
from tests.walls.lines import Line
from tests.walls.test_reading import SEEN

FOREIGN_KEY, STAYS = "23503", "42501"
NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"
TIERS = {"proceeding": 1, "hearing": 1, "charge": 2, "decision": 2, "bond": 2, "deadline": 2}


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_just_the_dockets_of_their_cases(line: Line, who: str) -> None:
    seen = [(case, int(tier)) for case, _colon, tier in (part.partition(":") for part in SEEN[who].split())]
    for table, tier in TIERS.items():
        rows = sorted(line.attempt(who, f"SELECT id FROM docket_{table}"))
        assert rows == [f"{case}_{table}" for case, highest in seen if highest >= tier]


def hearing(case: str, organization: str, by: str, *, proceeding: str = "", after: str = "") -> str:
    return (
        "INSERT INTO docket_hearing (id, organization_id, case_id, recorded_by_id, recorded_at, withdrawn, version,"
        ' kind, medium, court_id, forum, judge, "on", at, is_later, time_zone, starts_at, minutes, interpreter, state,'
        f" outcome, proceeding_id, after_id) VALUES (gen_random_uuid(), %({organization})s, %({case})s, %({by})s,"
        " now(), false, 1, 'master', 'V', 'adelanto', '', '', now(), now(), false, 'UTC', now(), 60, '', 'scheduled',"
        f" '', %({proceeding or case}_proceeding)s, {f'%({after}_hearing)s' if after else 'NULL'})"
    )


def proceeding(case: str, organization: str, by: str) -> str:
    return (
        "INSERT INTO docket_proceeding (id, organization_id, case_id, recorded_by_id, recorded_at, withdrawn, version,"
        f" kind, forum, judge) VALUES (gen_random_uuid(), %({organization})s, %({case})s, %({by})s, now(), false, 1,"
        " 'bond', '', '')"
    )


def decision(case: str, organization: str, by: str, *, within: str = "") -> str:
    return (
        "INSERT INTO docket_decision (id, organization_id, case_id, recorded_by_id, recorded_at, withdrawn, version,"
        f" tier, proceeding_id, decided_on, how, our_appeal, their_appeal) VALUES (gen_random_uuid(),"
        f" %({organization})s, %({case})s, %({by})s, now(), false, 1, 2, %({within or case}_proceeding)s, now(),"
        " 'oral', '', '')"
    )


CHANGE = "UPDATE docket_{} SET version = version + 1, {} WHERE id = %({}_{})s"


def change(table: str, what: str, case: str) -> str:
    return CHANGE.format(table, what, case, table)


VACATE, TAKE_OFF = "state = 'vacated'", "withdrawn = true"
ATTEMPTS = [
    Attempt("a hearing of a foreign case", hearing("south_own", "south", "cleo"), f"ada omar june {NEVER}", "cleo"),
    Attempt("a hearing in somebody else's name", hearing("north_own", "north", "ada"), "ben tomas nia", "ada"),
    Attempt("a volunteer's hearing", hearing("north_intake", "north", "vic"), "nia hana", "vic"),
    Attempt("a volunteer's hearing in a case left", hearing("north_own", "north", "vic"), "vic", "owner"),
    Attempt("a hearing in a closed case", hearing("north_closed", "north", "ben"), "ben", "owner"),
    Attempt("a hearing in a case shared for changing", hearing("south_changed", "south", "ada"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("a hearing in a proceeding of another case", hearing("north_own", "north", "ada", proceeding="north_free"),
            "ada", "owner", then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("a hearing after one of another case", hearing("north_own", "north", "ada", after="north_free"), "ada",
            "owner", then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("move a hearing into a proceeding of another case",
            change("hearing", "proceeding_id = %(north_free_proceeding)s", "north_own"), "ada ben", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("hang a hearing on one of another case",
            change("hearing", "after_id = %(north_free_hearing)s", "north_own"), "ada ben", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("hang a hearing on itself", change("hearing", "after_id = id", "north_own"), "ada", "owner", then="23514",
            gives="23514"),
    Attempt("move a hearing to another case", change("hearing", "case_id = %(north_free)s", "north_own"), "ada ben",
            "owner", gives=STAYS),
    Attempt("say that somebody else recorded a hearing", change("hearing", "recorded_by_id = %(ben)s", "north_own"),
            "ada", "owner", gives=STAYS),
    Attempt("change a hearing as a volunteer", change("hearing", VACATE, "north_intake"), "vic nia hana", "ada",
            then=0),
    Attempt("change a hearing of a shared case", change("hearing", VACATE, "south_changed"), "ada ben", "cleo", then=0),
    Attempt("change a hearing of a foreign case", change("hearing", VACATE, "south_own"), f"ada omar june {NEVER}",
            "cleo", then=0),
    Attempt("delete a hearing", "DELETE FROM docket_hearing WHERE id = %(north_own_hearing)s", "ada ben vic", "owner"),
    Attempt("a proceeding by a volunteer", proceeding("north_intake", "north", "vic"), "vic nia", "owner"),
    Attempt("a proceeding in somebody else's name", proceeding("north_own", "north", "ada"), "ben tomas nia", "ada"),
    Attempt("change a proceeding as a volunteer", change("proceeding", "judge = 'x'", "north_intake"), "vic nia hana",
            "ada", then=0),
    Attempt("change a proceeding of a shared case", change("proceeding", "judge = 'x'", "south_changed"), "ada ben",
            "cleo", then=0),
    Attempt("a decision by a volunteer", decision("north_intake", "north", "vic"), "vic nia", "owner"),
    Attempt("a decision in a proceeding of another case", decision("north_own", "north", "ada", within="north_free"),
            "ada", "owner", then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("change a decision as a volunteer", change("decision", "how = 'mailed'", "north_intake"), "vic nia hana",
            "ada", then=0),
    Attempt("take a charge off as a volunteer", change("charge", TAKE_OFF, "north_intake"), "vic nia hana", "ada",
            then=0),
    Attempt("change a bond as a volunteer", change("bond", "how = 'oral'", "north_intake"), "vic nia hana", "ada",
            then=0),
    Attempt("change a bond of a shared case", change("bond", "how = 'oral'", "south_changed"), "ada ben", "cleo",
            then=0),
    Attempt("hang a bond on a hearing of another case", change("bond", "hearing_id = %(north_free_hearing)s",
            "north_own"), "ada ben", "owner", then=FOREIGN_KEY, gives=FOREIGN_KEY),
]  # fmt: skip


@each(*ATTEMPTS)
def test_writing_the_docket(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
