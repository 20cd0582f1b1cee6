"""Writing answers of an intake: whose draft it is, how far their tier goes, and that nobody changes one."""

from tests.walls.attempts import Attempt, each, outcome
from tests.walls.cast import CASES
from tests.walls.lines import Line

FOREIGN_KEY, TAKEN = "23503", "23505"


def answer(case: str, organization: str, tier: int, writer: str, *, key: str = "new", number: int = 1) -> str:
    return (
        "INSERT INTO intake_answer (id, organization_id, case_id, tier, key, number, seen, state, source, set_version,"
        f" answered_at, answered_by_id, answered_by_name) VALUES (gen_random_uuid(), %({organization})s, %({case})s,"
        f" {tier}, '{key}', {number}, 0, 'declined', 'screen', 1, now(), %({writer})s, 'x')"
    )


ANSWERS = [
    Attempt("an answer in a foreign case", answer("south_own", "south", 1, "cleo"), "ada vic omar june sue silent",
            "cleo"),
    Attempt("an answer where one may write notes", answer("south_changed", "south", 1, "cleo"), "ben june_north",
            "cleo"),
    Attempt("one of one's own in a foreign case", answer("south_own", "south", 1, "ada"), "ada", "owner",
            gives=FOREIGN_KEY),
    Attempt("an answer in somebody else's name", answer("north_own", "north", 2, "ada"), "ben tomas nia", "ada"),
    Attempt("an answer in a restricted case", answer("north_closed", "north", 1, "ben"), "ben", "owner"),
    Attempt("an answer of counsel's tier off the team", answer("north_own", "north", 3, "ben"), "ben", "owner"),
    Attempt("a volunteer's answer of counsel's tier", answer("north_intake", "north", 3, "vic"), "vic", "owner"),
    Attempt("a volunteer's answer in an accepted case", answer("north_own", "north", 1, "vic"), "vic", "owner"),
    Attempt("a volunteer's answer of the second tier", answer("north_intake", "north", 2, "vic"), "hana nia", "vic"),
    Attempt("one number twice", answer("north_own", "north", 1, "ada", key="of_tier_1"), "ada", "owner", TAKEN, TAKEN),
    Attempt(
        "change an answer", "UPDATE intake_answer SET state = 'given'", "ada vic cleo", "owner", gives=3 * len(CASES)
    ),
    Attempt("delete an answer", "DELETE FROM intake_answer", "ada vic cleo", "owner", gives=3 * len(CASES)),
]  # fmt: skip
CHOICE = (
    "INSERT INTO intake_questionchoice (id, organization_id, off, version)"
    " VALUES (gen_random_uuid(), %(north)s, '{}', 1)"
)
CHOICES = [
    Attempt("choosing questions as no administrator", CHOICE, "ada ben vic cleo omar june silent", "nia"),
]


@each(*ANSWERS, *CHOICES)
def test_writing(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
