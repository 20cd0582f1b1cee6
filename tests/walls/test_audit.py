"""The audit and the keys: who reads which lines, who writes one about what, and that nobody changes any."""

from typing import Any

import pytest

from casework.access import refusals, rules, verbs
from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.cast import CASES, DUTIES, FAMILIES, NO_LONGER
from tests.walls.lines import Line
from tests.walls.test_reading import SEEN, seen

FOREIGN, TAKEN = "23503", "23505"
OF = {"ada": "north", "ben": "north", "tomas": "north", "june_north": "north", "vic": "north", "cleo": "south",
      "ruth": "hotline"}  # fmt: skip
ADMINS = {"nia": "north", "tomas": "north", "omar": "south", "june": "hotline"}


def expected(who: str) -> list[str]:
    """The lines about cases of one's own organization as far as one sees into them; administrators, all there are.

    What concerns the person alone goes with the person. Whoever a case was shared with does not see who looked.
    """
    if who in ADMINS:
        home = ADMINS[who]
        return sorted(f"{case}_line{tier}" for case in CASES for tier in range(4) if CASES[case][0] == home)
    found = []
    for part in SEEN[who].split():
        case, _, highest = part.partition(":")
        if CASES[case][0] == OF.get(who):
            found += [f"{case}_line{tier}" for tier in range(int(highest) + 1)]
    return sorted(found)


@pytest.mark.parametrize("who", SEEN)
def test_somebody_reads_just_these_lines(line: Line, who: str) -> None:
    assert sorted(line.attempt(who, "SELECT id FROM audit_entry WHERE file_id IS NOT NULL")) == expected(who)


@pytest.mark.parametrize("who", SEEN)
def test_somebody_is_given_the_keys_of_just_these_files(line: Line, who: str) -> None:
    told = sorted(FAMILIES[family] for family in ("rosa", "luz"))  # of families that are sent messages: link and notice
    cases = told if who == "portal" else seen(who)
    assert sorted(line.attempt(who, "SELECT id FROM vault_filekey")) == [f"{case}_key" for case in cases]


ORGANIZATION_KEYS = {
    **dict.fromkeys(("ada", "ben", "tomas", "june_north"), "north_key south_key"),
    **dict.fromkeys(("nia", "vic"), "north_key"),
    **dict.fromkeys(("cleo", "omar"), "south_key"),
    "june": "hotline_key south_key",
    **dict.fromkeys(("hana", "ruth"), "hotline_key"),
    **dict.fromkeys((*NO_LONGER, "ada_signed_in", "nobody", "silent", *DUTIES), ""),
    "portal": "north_key south_key",
}


@pytest.mark.parametrize("who", ORGANIZATION_KEYS)
def test_somebody_is_given_the_keys_of_just_these_organizations(line: Line, who: str) -> None:
    found = line.attempt(who, "SELECT id FROM vault_organizationkey")
    assert sorted(found) == ORGANIZATION_KEYS[who].split()


def planted(organization: str, file: str, above: str = "") -> str:
    return (
        "INSERT INTO vault_filekey (id, organization_id, file_id, organization_key_id, wrapped, made_at)"
        f" VALUES (gen_random_uuid(), %({organization})s, {file}, %({above or organization}_key)s, 'x', now())"
    )


NEW = "'00000000-0000-4000-8000-000000000009'"
MASTER = (
    "INSERT INTO vault_organizationkey (id, organization_id, wrapped, wrapped_index, made_at, retired_at)"
    " VALUES (gen_random_uuid(), %({})s, 'x', 'x', '2999-01-01', {})"
)
KEYS = [
    Attempt("the key of a foreign file", "SELECT wrapped FROM vault_filekey WHERE id = %(south_own_key)s",
            "ada tomas vic nia june silent operator", "cleo", then=[], gives=[b"CANARY key"]),
    Attempt("the key of a restricted file", "SELECT wrapped FROM vault_filekey WHERE file_id = %(north_closed_person)s",
            "ben tomas nia vic june_north sue", "ada", then=[], gives=[b"CANARY key"]),
    Attempt("the key of a detail, as an administrator alone",
            "SELECT k.wrapped FROM audit_entry e JOIN vault_filekey k USING (file_id) WHERE e.id = %(north_own_line3)s",
            "nia", "ada", then=[], gives=[b"CANARY key"]),
    Attempt("a foreign organization's key", "SELECT wrapped FROM vault_organizationkey WHERE id = %(hotline_key)s",
            "ada nia cleo june_north silent operator", "hana", then=[], gives=[b"CANARY key"]),
    Attempt("a key for a new file", planted("north", NEW), "nia cleo sue silent nobody operator", "vic"),
    Attempt("a key for a file of one's own", planted("north", "%(north_own_person)s"), "nia vic cleo", "ben",
            gives=TAKEN),
    Attempt("a key for a foreign file", planted("north", "%(south_own_person)s"), "ada ben tomas", "owner"),
    Attempt("a key for a file that was shared", planted("north", "%(south_changed_person)s"), "ada ben", "owner"),
    Attempt("a key in a foreign organization", planted("south", "%(south_changed_person)s"), "ada ben", "cleo",
            gives=TAKEN),
    Attempt("a key for a restricted file", planted("north", "%(north_closed_person)s"), "ben tomas vic", "ada",
            gives=TAKEN),
    Attempt("a retired key for a new file", planted("north", NEW).replace("now()", "now(), now()").replace(
            "made_at", "made_at, retired_at"), "vic ada", "owner"),
    Attempt("a key for a new file under a foreign one", planted("north", NEW, "south"), "vic ada", "owner"),
    Attempt("another key of an organization", MASTER.format("north", "NULL"), "ada vic nia", "owner", then=0,
            gives=TAKEN),
    Attempt("a retired key of an organization", MASTER.format("north", "now()"), "ada vic nia", "owner", then=0),
    Attempt("a key of a foreign organization", MASTER.format("north", "NULL"), "cleo sue silent nobody operator",
            "owner", gives=TAKEN),
    Attempt("exchange a file's key", "UPDATE vault_filekey SET wrapped = 'x' WHERE id = %(north_own_key)s",
            "ada nia operator", "owner"),
    Attempt("retire a file's key", "UPDATE vault_filekey SET retired_at = now() WHERE id = %(north_own_key)s",
            "ada nia", "owner"),
    Attempt("shred a file", "DELETE FROM vault_filekey WHERE id = %(north_own_key)s", "ada nia operator", "owner"),
    Attempt("exchange an organization's key", "UPDATE vault_organizationkey SET wrapped = 'x' WHERE id = %(north_key)s",
            "ada nia operator", "owner"),
    Attempt("delete an organization's key", "DELETE FROM vault_organizationkey WHERE id = %(north_key)s",
            "ada nia operator", "owner", gives=FOREIGN),
]  # fmt: skip


@each(*KEYS)
def test_keys(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


def about(case: str, book: str, by: str, ground: str, **others: str) -> str:
    """A line about a case in the book of an organization, "own" for the case's."""
    values = {"at": "now()", "roles": "'{}'", "actor_name": "''", "verb": "case.viewed",
              "file_id": f"%({case}_person)s", "case_id": f"%({case})s"} | others  # fmt: skip
    home = CASES[case][0] if book == "own" else book
    return (
        "INSERT INTO audit_entry (id, at, organization_id, actor_kind, actor_id, user_id, actor_organization_id, roles,"
        " basis, verb, object_type, fields, request_id, object_ids, actor_name, tier, case_id, file_id) VALUES"
        f" (gen_random_uuid(), {values['at']}, %({home})s, 'staff', %({by})s, %({by}_user)s, (SELECT organization_id"
        f" FROM access_membership WHERE id = %({by})s), {values['roles']}, '{ground}', '{values['verb']}',"
        f" 'cases.case', '{{}}', '', '{{}}', {values['actor_name']}, 1, {values['case_id']}, {values['file_id']})"
    )


# What only the product does, on an errand.
OF_THE_PRODUCT = (
    {verb for verb, line in rules.ACTS.items() if line.duties and not line.roles} | set(verbs.KEYS) | {refusals.VERB}
)
LINES = [
    Attempt("a line as assigned", about("north_own", "own", "ada", "assigned"), "ben nia cleo sue silent", "ada"),
    Attempt("a line as one who is not on the case", about("north_own", "own", "ben", "assigned"), "ben", "owner"),
    Attempt("a line as one who was", about("north_left", "own", "ben", "assigned"), "ada", "ben"),
    Attempt("a line as one who reads the organization", about("north_own", "own", "ben", "organization"), "vic", "ben"),
    Attempt("a line about a restricted case", about("north_closed", "own", "ben", "organization"), "ben", "owner"),
    Attempt("a volunteer's line as one who reads the organization", about("north_own", "own", "vic", "organization"),
            "vic", "owner"),
    Attempt("a line by a share", about("south_viewed", "own", "ada", "share:view"), "ben cleo", "ada"),
    Attempt("a line by more than the share", about("south_viewed", "own", "ada", "share:change"), "ada", "owner"),
    Attempt("a line by a share that ended", about("south_expired", "own", "ada", "share:view"), "ada", "owner"),
    Attempt("a line about a foreign case", about("south_own", "own", "ada", "share:view"), "ada", "owner"),
    Attempt("a line about a foreign case in one's own book", about("south_own", "north", "ada", "assigned"), "ada",
            "owner"),
    Attempt("a line about a shared case in one's own book", about("south_viewed", "north", "ada", "share:view"), "ada",
            "owner"),
    Attempt("a line about another person", about("north_own", "own", "ada", "assigned",
            file_id="%(north_free_person)s"), "ada", "owner"),
    Attempt("a line about a foreign person", about("south_own", "north", "ada", "", case_id="NULL"), "ada", "owner"),
    Attempt("a line about a person", about("north_own", "own", "ada", "", case_id="NULL", verb="person.revealed"),
            "ben", "ada"),
    Attempt("a line about a case that names none", about("north_own", "own", "ada", "", case_id="NULL"), "ada",
            "owner"),
    Attempt("a line about a person that names none", about("north_own", "own", "ada", "assigned", file_id="NULL",
            verb="person.changed"), "ada", "owner"),
    Attempt("a line on the operator's ground", about("north_own", "own", "ada", "operator"), "ada", "owner"),
    *[
        Attempt(f"a line that says {verb}", about("north_own", "own", "ada", "assigned", verb=verb), "ada", "owner")
        for verb in sorted(OF_THE_PRODUCT)
    ],
    Attempt("rewrite a line", "UPDATE audit_entry SET verb = 'x' WHERE id = %(north_own_line1)s",
            "ada nia omar operator housekeeping", "owner", gives=REFUSED),
    Attempt("delete a line", "DELETE FROM audit_entry WHERE id = %(north_own_line1)s",
            "ada nia omar operator housekeeping", "owner", gives=REFUSED),
    Attempt("empty the audit", "TRUNCATE audit_entry", "ada nia operator housekeeping", "owner", gives=REFUSED),
    Attempt("lock the audit", "LOCK TABLE audit_entry IN EXCLUSIVE MODE", "ada operator", "owner", gives=0),
    *[
        Attempt(f"{what} of {table}", statement.format(f"audit_{table}"), "ada nia operator housekeeping", "owner",
                gives=gives)
        for table in ("link", "head")
        for what, statement, gives in (
            ("read places", "SELECT count(*) > 0 FROM {}", [True]),
            ("rewrite places", "UPDATE {} SET number = 1", REFUSED),
            ("delete places", "DELETE FROM {}", REFUSED),
            ("empty places", "TRUNCATE {}", REFUSED),
        )
    ],
    Attempt("forge a place", "INSERT INTO audit_link (organization_id, number, entry_id, hash)"
            " VALUES (%(north)s, 9999, gen_random_uuid(), 'x')", "ada nia operator", "owner"),
    Attempt("forge a head", "INSERT INTO audit_head (organization_id, number, hash)"
            " VALUES (gen_random_uuid(), 0, '')", "ada nia operator", "owner"),
    Attempt("take a head back", "UPDATE audit_head SET number = number - 1", "ada nia operator", "owner",
            gives=REFUSED),
    Attempt("see who else writes", "SELECT * FROM ctx.waiting", "ada operator housekeeping", "owner", gives=REFUSED),
    Attempt("make others wait", "INSERT INTO ctx.waiting (transaction, organization)"
            " VALUES (pg_current_xact_id(), %(south)s)", "ada operator",
            "owner", gives=REFUSED),
    Attempt("call what makes the chain", "SELECT ctx.audit_digest(e) FROM audit_entry e LIMIT 1", "ada nia operator",
            "owner", gives=REFUSED),
]  # fmt: skip


@each(*LINES)
def test_lines(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


FORGED: dict[str, tuple[str, Any]] = {
    "at": ("'2001-01-01'", False),
    "roles": ("'{admin,attorney}'", ["attorney"]),
    "actor_name": ("'Nia Okafor'", "Ada Quispe"),
}


@pytest.mark.parametrize("column", FORGED)
def test_what_the_database_writes_itself_cannot_be_forged(line: Line, column: str) -> None:
    value, stands = FORGED[column]
    with line.as_("ada"):
        line.run(about("north_own", "own", "ada", "assigned", **{column: value}))
        shown = "at < now()" if column == "at" else column
        newest = f"SELECT {shown} FROM audit_entry WHERE case_id = %(north_own)s ORDER BY ctid DESC LIMIT 1"
        assert line.run(newest) == [stands]
