"""What hangs on a person: contacts, parties on the other side, vulnerability, consents."""

from typing import Any

import pytest

from tests.walls.attempts import NOT_NOW, REFUSED, Attempt, each, outcome
from tests.walls.lines import Line
from tests.walls.test_reading import SEEN

FOREIGN_KEY = "23503"
NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator"


@pytest.mark.parametrize("who", SEEN)
def test_somebody_sees_just_what_hangs_on_the_people_of_their_cases(line: Line, who: str) -> None:
    cases = [part.partition(":") for part in SEEN[who].split()]
    for table, name in (("people_contact", "contact"), ("people_consent", "consent")):
        assert sorted(line.attempt(who, f"SELECT id FROM {table}")) == [f"{case}_{name}" for case, _, _tier in cases]
    for table, name in (("people_adverseparty", "adverse"), ("people_vulnerability", "flag")):
        seen = [f"{case}_{name}{tier}" for case, _, highest in cases for tier in (2, 3) if tier <= int(highest)]
        assert sorted(line.attempt(who, f"SELECT id FROM {table}")) == seen


def contact(person: str, organization: str, by: str) -> str:
    return (
        "INSERT INTO people_contact (id, organization_id, person_id, kind, language, position, must_not_know, version,"
        f" added_by_id, added_at) VALUES (gen_random_uuid(), %({organization})s, %({person}_person)s, 'family', '', 1,"
        f" false, 1, %({by})s, now())"
    )


def adverse(person: str, tier: int, by: str) -> str:
    return (
        "INSERT INTO people_adverseparty (id, organization_id, person_id, kind, tier, version, added_by_id, added_at)"
        f" VALUES (gen_random_uuid(), %(north)s, %({person}_person)s, 'other', {tier}, 1, %({by})s, now())"
    )


def flag(person: str, flag: str, tier: int, by: str) -> str:
    return (
        "INSERT INTO people_vulnerability (id, organization_id, person_id, flag, tier, set_by_id, set_at)"
        f" VALUES (gen_random_uuid(), %(north)s, %({person}_person)s, '{flag}', {tier}, %({by})s, now())"
    )


def consent(person: str, by: str, **other: Any) -> str:
    values = {
        "contact_id": f"%({person}_contact)s", "subjects": "ARRAY['custody']", "how": "'phone'",
        "provisional": "false", "ends_at": "NULL", "to_organization_id": "NULL", "revoked_at": "NULL",
        "revoked_by_id": "NULL",
    } | other  # fmt: skip
    return (
        "INSERT INTO people_consent (id, organization_id, person_id, language, given_at, recorded_by_id,"
        f" recorded_by_name, recorded_at, {', '.join(values)}) VALUES (gen_random_uuid(), %(north)s,"
        f" %({person}_person)s, '', now(), %({by})s, 'x', now(), {', '.join(values.values())})"
    )


PROVISIONAL = {
    "provisional": "true", "how": "'attorney'", "subjects": "ARRAY['found']", "ends_at": "now() + interval '7 days'",
}  # fmt: skip
REVOKE = "UPDATE people_consent SET revoked_at = now(), revoked_by_id = %({})s WHERE id = %({})s"
ATTEMPTS = [
    Attempt("a contact of a foreign person", contact("south_own", "south", "cleo"), f"ada omar june {NEVER}", "cleo"),
    Attempt("a contact in a foreign file under one's own name", contact("south_own", "north", "ada"), "ada", "owner",
            then=FOREIGN_KEY, gives=FOREIGN_KEY),
    Attempt("a contact of a person shared for sharing", contact("south_shared", "south", "ada"), "ada", "owner"),
    Attempt("a contact signed by somebody else", contact("north_own", "north", "ada"), "ben tomas", "ada"),
    Attempt("a contact of a closed file", contact("north_closed", "north", "ben"), "ben", "owner"),
    Attempt("a volunteer's contact", contact("north_intake", "north", "vic"), "nia hana", "vic"),
    Attempt("a volunteer's contact in a case left", contact("north_own", "north", "vic"), "vic", "owner"),
    Attempt("change a foreign contact", "UPDATE people_contact SET position = 2 WHERE id = %(south_own_contact)s",
            f"ada omar june {NEVER}", "cleo", then=0),
    Attempt("change a shared contact", "UPDATE people_contact SET position = 2 WHERE id = %(south_changed_contact)s",
            "ada ben", "cleo", then=0),
    Attempt("delete a contact", "DELETE FROM people_contact WHERE id = %(north_intake_contact)s", "ada tomas vic",
            "owner", gives=FOREIGN_KEY),
    Attempt("an adverse party beyond one's tier", adverse("north_own", 3, "ben"), "ben", "owner"),
    Attempt("an adverse party", adverse("north_own", 3, "ada"), "ben tomas vic nia", "ada"),
    Attempt("a volunteer's adverse party", adverse("north_intake", 2, "vic"), "vic", "owner"),
    Attempt("an adverse party of everybody", adverse("north_own", 1, "ada"), "ada", "owner", then=NOT_NOW,
            gives=NOT_NOW),
    Attempt("lower an adverse party one does not see",
            "UPDATE people_adverseparty SET tier = 2 WHERE id = %(north_own_adverse3)s", "ben tomas vic cleo", "ada",
            then=0),
    Attempt("raise an adverse party beyond one's tier",
            "UPDATE people_adverseparty SET tier = 3 WHERE id = %(north_own_adverse2)s", "ben tomas", "ada"),
    Attempt("a flag of counsel", flag("north_own", "lgbtq", 3, "ada"), "ben vic nia cleo", "ada"),
    Attempt("a flag of counsel in a lower tier", flag("north_own", "lgbtq", 2, "ada"), "ada", "owner", then=NOT_NOW,
            gives=NOT_NOW),
    Attempt("a volunteer's flag", flag("north_intake", "disability", 2, "vic"), "vic", "owner"),
    Attempt("take a flag away that one does not see",
            "DELETE FROM people_vulnerability WHERE id = %(north_own_flag3)s", "ben tomas vic cleo", "ada", then=0),
    Attempt("change a flag", "UPDATE people_vulnerability SET flag = 'veteran' WHERE id = %(north_own_flag3)s", "ada",
            "owner"),
    Attempt("a consent for a foreign person", consent("south_own", "ada"), "ada ben", "owner", gives=FOREIGN_KEY),
    Attempt("a consent in somebody else's name", consent("north_own", "ada"), "ben tomas nia", "ada"),
    Attempt("a consent for another person's contact", consent("north_own", "ada", contact_id="%(north_free_contact)s"),
            "ada", "owner"),
    Attempt("a consent for a foreign contact", consent("north_own", "ada", contact_id="%(south_own_contact)s"), "ada",
            "owner", gives=FOREIGN_KEY),
    Attempt("a consent for nobody", consent("north_own", "ada", contact_id="NULL"), "ada", "owner", then=NOT_NOW,
            gives=NOT_NOW),
    Attempt("a consent that was revoked at once",
            consent("north_own", "ada", revoked_at="now()", revoked_by_id="%(ada)s"), "ada", "owner"),
    Attempt("a provisional consent", consent("north_own", "ada", **PROVISIONAL), "ben nia", "ada"),
    Attempt("a paralegal's provisional consent", consent("north_own", "ben", **PROVISIONAL), "ben", "owner"),
    Attempt("a provisional consent about more", consent("north_own", "ada", **PROVISIONAL | {
            "subjects": "ARRAY['custody']"}), "ada", "owner", then=NOT_NOW, gives=NOT_NOW),
    Attempt("a provisional consent for longer", consent("north_own", "ada", **PROVISIONAL | {
            "ends_at": "now() + interval '8 days'"}), "ada", "owner", then=NOT_NOW, gives=NOT_NOW),
    Attempt("a provisional consent without an end", consent("north_own", "ada", **PROVISIONAL | {"ends_at": "NULL"}),
            "ada", "owner", then=NOT_NOW, gives=NOT_NOW),
    Attempt("change a consent", "UPDATE people_consent SET subjects = ARRAY['documents'] WHERE id ="
            " %(north_own_consent)s", "ada tomas vic", "owner"),
    Attempt("lengthen a consent", "UPDATE people_consent SET ends_at = NULL WHERE id = %(north_own_consent)s",
            "ada tomas vic", "owner"),
    Attempt("delete a consent", "DELETE FROM people_consent WHERE id = %(north_own_consent)s", "ada tomas vic",
            "owner", gives=FOREIGN_KEY),
    Attempt("revoke a foreign consent", REVOKE.format("ada", "south_own_consent"), f"ada omar june {NEVER}", "cleo",
            then=0, gives=REFUSED),
    Attempt("revoke a shared consent", REVOKE.format("ada", "south_changed_consent"), "ada ben", "owner", then=0),
    Attempt("revoke in another's name", REVOKE.format("ada", "north_own_consent"), "ben tomas", "ada"),
    Attempt("take a revocation back", REVOKE.format("ada", "north_own_consent") + "; UPDATE people_consent SET"
            " revoked_at = NULL, revoked_by_id = NULL WHERE id = %(north_own_consent)s", "ada", "owner", then=0),
]  # fmt: skip


@each(*ATTEMPTS)
def test_writing_in_files(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
