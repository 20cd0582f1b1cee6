"""What is kept, in the database: who reads and writes marks, and that nobody writes a purge in a statement."""

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.lines import Line

NEVER = "sue ed fay ian cora ada_signed_in nobody silent operator rosa"
OTHERS = f"ben vic hana june_north {NEVER} purge letters"
KEEP = (
    "INSERT INTO retention_keep (id, organization_id, case_id, tier, reason, made_by_id, made_by_name, made_at) VALUES"
    " (gen_random_uuid(), %({0})s, %({1})s, {3}, 'CANARY', %({2})s, 'x', now())"
)
END = "UPDATE retention_keep SET ended_at = now(), ended_by_id = %({})s WHERE id = %(north_own_keep)s"
PURGE = (
    "INSERT INTO retention_purge (id, organization_id, years, cases, proposed_by_id, proposed_at, gone, held_back)"
    " VALUES (gen_random_uuid(), %(hotline)s, 1, 1, %(june)s, now(), 0, 0)"
)
MARKS = [
    Attempt("read why a case is kept", "SELECT id FROM retention_keep WHERE id = %(north_own_keep)s",
            f"vic nia cleo omar june hana {NEVER}", "ben", then=[], gives=["north_own_keep"]),
    Attempt("mark a case", KEEP.format("north", "north_free", "ben", 2), f"vic nia cleo june {NEVER}", "ben"),
    Attempt("mark a case as somebody else", KEEP.format("north", "north_free", "ada", 2), "ben tomas", "ada"),
    Attempt("mark a case one does not see", KEEP.format("north", "north_left", "ben", 2), "ben", "owner"),
    Attempt("mark a foreign case", KEEP.format("south", "south_viewed", "cleo", 2), "ada june", "cleo"),
    Attempt("mark a case that is shared", KEEP.format("south", "south_changed", "ben", 2), "ben", "owner",
            gives="23503"),
    Attempt("mark a foreign case as one's own", KEEP.format("north", "south_viewed", "ada", 2), "ada", "owner",
            then="23503", gives="23503"),
    Attempt("mark a case for all tiers", KEEP.format("north", "north_free", "ben", 1), "ben", "owner", then="23514",
            gives="23514"),
    Attempt("let a case go", END.format("ben"), f"vic nia cleo june {NEVER}", "ben", then=0),
    Attempt("let a case go in another's name", END.format("ada"), "ben tomas", "ada"),
    Attempt("give another reason", "UPDATE retention_keep SET reason = 'x' WHERE id = %(north_own_keep)s", "ada ben",
            "owner"),
    Attempt("move a mark", "UPDATE retention_keep SET case_id = %(north_free)s WHERE id = %(north_own_keep)s",
            "ada ben", "owner", gives=REFUSED),
    Attempt("take a mark away", "DELETE FROM retention_keep WHERE id = %(north_own_keep)s", "ada ben nia", "owner"),
]  # fmt: skip
PURGES = [
    *(
        Attempt(f"read {table} as {who}", f"SELECT id FROM retention_{table}", OTHERS, who, then=[],
                gives=[f"{home}_{name}"])
        for table, name in (("purge", "purge"), ("purgeitem", "item"), ("statistic", "statistic"))
        for who, home in (("nia", "north"), ("ada", "north"), ("cleo", "south"), ("omar", "south"))
    ),
    Attempt("propose by hand", PURGE, "june ada nia purge operator", "owner"),
    Attempt("agree by hand", "UPDATE retention_purge SET agreed_by_id = %(ada)s, agreed_at = now(), due_at = now() +"
            " interval '1 day' WHERE id = %(north_purge)s", "ada nia tomas purge operator", "owner"),
    Attempt("shorten the day", "UPDATE retention_purge SET due_at = now() WHERE id = %(north_purge)s",
            "ada nia purge operator", "owner", gives="23514"),
    Attempt("add a case to it", "INSERT INTO retention_purgeitem (id, organization_id, purge_id, case_ref, reference,"
            " stage, closed_on, held_back) VALUES (gen_random_uuid(), %(north)s, %(north_purge)s, %(north_free)s, '',"
            " 'closed', now(), false)", "nia tomas purge", "owner"),
    Attempt("count a case that was not", "UPDATE retention_statistic SET outcome = 'relief'", "nia ada purge", "owner",
            gives=2),
    Attempt("forget that a case was", "DELETE FROM retention_statistic", "nia ada purge", "owner", gives=2),
    Attempt("delete a file by the function within", "SELECT ctx.delete_files(ARRAY[%(north_own)s]::uuid[],"
            " ARRAY[%(north_own_person)s]::uuid[])", "nia tomas ada purge operator worker", "owner", gives=REFUSED),
    Attempt("read what is past its time elsewhere", "SELECT * FROM ctx.past_keeping(%(south)s)", "ada nia purge",
            "owner", gives=REFUSED),
]  # fmt: skip


@each(*MARKS, *PURGES)
def test_it_is_refused_and_whoever_may_does_it(line: Line, owner: Line, attempt: Attempt, who: str) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
