"""Writing what hangs on the work on a case: tasks, appearances, closings, and what lists show at a glance."""

import pytest

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.lines import Line

FOREIGN_KEY, TAKEN = "23503", "23505"


def task(case: str, organization: str, tier: int, maker: str, **more: str) -> str:
    """A task; `more` are further columns with their values."""
    names, values = "".join(f", {name}" for name in more), "".join(f", {value}" for value in more.values())
    return (
        f"INSERT INTO cases_task (id, organization_id, case_id, tier, rule, dropped, made_by_id, made_at, version"
        f"{names}) VALUES (gen_random_uuid(), %({organization})s, %({case})s, {tier}, 'x', false, %({maker})s, now(), 1"
        f"{values})"
    )


def appearance(case: str, organization: str, maker: str) -> str:
    return (
        "INSERT INTO cases_appearance (id, organization_id, case_id, form, scope, membership_id, filed_on, made_by_id,"
        f" made_at, version) VALUES (gen_random_uuid(), %({organization})s, %({case})s, 'g28', '', %({maker})s,"
        f" now(), %({maker})s, now(), 1)"
    )


def closing(case: str, organization: str, maker: str) -> str:
    return (
        "INSERT INTO cases_closing (id, organization_id, case_id, code, released, relief, removed, closed_on,"
        f" made_by_id, made_at, version) VALUES (gen_random_uuid(), %({organization})s, %({case})s, 'A', '', '', '',"
        f" now(), %({maker})s, now(), 1)"
    )


TASKS = [
    Attempt("a task in a foreign case", task("south_own", "south", 1, "cleo"), "ada vic omar june sue silent", "cleo"),
    Attempt("a task of one's own in a foreign case", task("south_own", "south", 1, "ada"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("a task where one may write notes", task("south_changed", "south", 1, "ben"), "ben june_north", "owner",
            gives=FOREIGN_KEY),
    Attempt("a task in somebody else's name", task("north_own", "north", 2, "ada"), "ben tomas nia", "ada"),
    Attempt("a task in a restricted case", task("north_closed", "north", 1, "ben"), "ben", "owner"),
    Attempt("a counsel task off the team", task("north_own", "north", 3, "ben"), "ben", "owner"),
    Attempt("a volunteer's task of the second tier", task("north_intake", "north", 2, "vic"), "vic", "owner"),
    Attempt(
        "a task for somebody elsewhere", task("north_own", "north", 1, "ada", assignee_id="%(cleo)s"), "ada", "owner",
        FOREIGN_KEY, FOREIGN_KEY,
    ),
    Attempt("a volunteer's task", task("north_intake", "north", 1, "vic"), "ada hana nia", "vic"),
    Attempt(
        "one open task for one cause",
        task("north_own", "north", 1, "ada") + ";" + task("north_own", "north", 1, "ada"),
        "ada", "owner", TAKEN, TAKEN,
    ),
]  # fmt: skip
OTHERS = [
    Attempt("an appearance in a foreign case", appearance("south_own", "south", "cleo"), "ada omar", "cleo"),
    Attempt("an appearance where one may write notes", appearance("south_changed", "south", "ben"), "ben", "owner",
            gives=FOREIGN_KEY),
    Attempt("a volunteer's appearance", appearance("north_intake", "north", "vic"), "vic", "owner"),
    Attempt("closing a foreign case", closing("south_own", "south", "cleo"), "ada omar june", "cleo"),
    Attempt("closing a shared case", closing("south_shared", "south", "ada"), "ada", "owner"),
    Attempt("a volunteer closes", closing("north_intake", "north", "vic"), "vic", "owner"),
    Attempt("closing twice", closing("north_own", "north", "ada") + ";" + closing("north_own", "north", "ada"),
            "ada", "owner", TAKEN, TAKEN),
    Attempt("delete a task", "DELETE FROM cases_task", "ada vic cleo", "owner", gives=0),
    Attempt("delete a closing", "DELETE FROM cases_closing", "ada vic cleo", "owner", gives=0),
]  # fmt: skip
CHANGED = {  # who else changes the task that ada opened on a case, and who made it
    "north_own": "ada ben tomas june_north", "north_closed": "ada", "north_free": "ada ben tomas june_north",
}  # fmt: skip
EVERYBODY = ("ada", "ben", "nia", "tomas", "vic", "cleo", "omar", "june", "june_north", "hana", "sue", "silent")


@each(*TASKS, *OTHERS)
def test_writing(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("case", CHANGED)
def test_a_task_is_changed_by_its_own_organization_as_far_as_it_sees(line: Line, case: str, who: str) -> None:
    with line.as_("ada"):
        assert line.run(task(case, "north", 2, "ada")) == 1
        line.speak(who)
        if who == "silent":
            line.say("")
        changed = line.attempt_here("UPDATE cases_task SET due_on = now()")
    assert (changed if isinstance(changed, int) else 0) == int(who in CHANGED[case].split())


@pytest.mark.parametrize("column", ["made_by_id = %(ben)s", "case_id = %(north_free)s", "organization_id = %(south)s"])
def test_whose_a_task_is_and_who_made_it_stays(line: Line, column: str) -> None:
    with line.as_("ada"):
        line.run(task("north_own", "north", 2, "ada"))
        assert line.attempt_here(f"UPDATE cases_task SET {column}") in {REFUSED, "P0001", "23514"}


@pytest.mark.parametrize(("who", "found"), [("ben", REFUSED), ("cleo", REFUSED), ("ada", 1)])
def test_whoever_ends_a_task_signs_it(line: Line, who: str, found: object) -> None:
    with line.as_("ada"):
        line.run(task("north_own", "north", 2, "ada"))
        ends = "UPDATE cases_task SET version = 2, done_at = now(), done_by_id = %({})s"
        assert line.attempt_here(ends.format(who)) == found
    done = task("north_own", "north", 2, "ada", done_at="now()", done_by_id=f"%({who})s")
    assert line.attempt("ada", done) == REFUSED


def test_a_glance_changes_nothing_else_of_a_case(line: Line) -> None:
    whole = "SELECT to_jsonb(c) - 'place' FROM cases_case c WHERE id = %(north_own)s"
    wanted = """'{"place": "Adelanto", "stage": "closed", "restricted": true, "reference": "x", "version": 9}'"""
    with line.as_("ada"):
        before = line.run(whole)
        line.run(f"SELECT ctx.glance(%(north_own)s, {wanted})")
        assert line.run(whole) == before
        assert line.run("SELECT place FROM cases_case WHERE id = %(north_own)s") == ["Adelanto"]
