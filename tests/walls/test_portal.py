"""The family's window in the database: a relative reads one row, and nobody makes or moves a link past the walls."""

from typing import Any

import pytest

from casework.access import walls
from tests.walls.attempts import Attempt, each, outcome
from tests.walls.cast import FAMILIES
from tests.walls.lines import Line

NEVER = "sue ed fay ian cora ada_signed_in nobody silent door operator rosa luz"
TABLES = sorted(
    table for table, wall in walls.tables().items()
    if "SELECT" in walls.CLASSES[wall].rights and wall not in {"framework", "machinery", "worker", "group"}
)  # fmt: skip


def rows(line: Line, who: str, table: str) -> int:
    [count] = line.attempt(who, f"SELECT count(*) FROM {table}")
    return int(count)


@pytest.mark.parametrize(("who", "most"), [("rosa", 1), ("luz", 1), ("former", 0)])
def test_a_relative_reads_their_own_row_and_no_other_of_any_table(line: Line, who: str, most: int) -> None:
    seen = {table: rows(line, who, table) for table in TABLES}
    own = ("portal_familytask", "portal_publication", "vault_filekey", "vault_organizationkey")
    assert {table: count for table, count in seen.items() if count} == (dict.fromkeys(own, most) if most else {})


@pytest.mark.parametrize("who", FAMILIES)
def test_it_is_their_own(line: Line, who: str) -> None:
    own = [] if who == "former" else [f"{who}_published"]
    assert line.attempt(who, "SELECT id FROM portal_publication") == own


LINK = (
    "INSERT INTO portal_familylink (id, organization_id, case_id, contact_id, consent_id, language, token_hash,"
    " pin_hash, made_by_id, made_by_name, made_at, ends_at, openings) VALUES (gen_random_uuid(), %({0})s, %({1})s,"
    " %({2}_contact)s, %({3}_consent)s, 'es', 'x', 'x', %({4})s, 'x', now(), now() + interval '1 day', 0)"
)
LINE_OF = (
    "INSERT INTO audit_entry (id, at, organization_id, actor_kind, actor_name, roles, basis, verb, object_type,"
    " object_id, object_ids, case_id, tier, fields, request_id) VALUES (gen_random_uuid(), now(), %({0})s, 'family',"
    " '', '{{}}', 'family', '{2}', 'x', %({1})s, '{{}}', {3}, 1, '{{}}', '')"
)
WORD = (
    "INSERT INTO portal_familyword (id, organization_id, case_id, link_id, kind, text, file, told_at) VALUES"
    " (gen_random_uuid(), %({0})s, %({1})s, %({2})s, 'news', 'CANARY', %({3})s, now())"
)
TASK = (
    "INSERT INTO portal_familytask (id, organization_id, case_id, link_id, code, chosen_by_id, chosen_at) VALUES"
    " (gen_random_uuid(), %(north)s, %(north_own)s, %(rosa_link)s, 'originals', %({0})s, now())"
)
PAPER = (
    "INSERT INTO documents_document (id, organization_id, case_id, kind, tier, name, added_at, withdrawn, version)"
    " VALUES (gen_random_uuid(), %({0})s, %({0}_own)s, 'other_document', {1}, 'x', now(), false, 1)"
)
FILE = (
    "INSERT INTO documents_file (id, organization_id, case_id, document_id, number, name, state, reason, media_type,"
    " size, pages, checksum, source, uploaded_by_id, uploaded_by_name, uploaded_at) VALUES (gen_random_uuid(),"
    " %({0})s, %({0}_own)s, %({1}_paper)s, 1, 'x', '{2}', '', '', 1, 0, 'x', 'family', %({3})s, '', now())"
)
OWN_LINE = LINE_OF.format("north", "rosa_link", "window.viewed", "%(north_own)s")
ATTEMPTS = [
    Attempt("give a link as another", LINK.format("north", "north_intake", "north_intake", "north_intake", "ben"),
            f"ada tomas vic nia cleo june {NEVER}", "ben"),
    Attempt("give a link as a volunteer", LINK.format("north", "north_intake", "north_intake", "north_intake", "vic"),
            "vic", "owner"),
    Attempt("give a link in a case one does not see",
            LINK.format("north", "north_left", "north_left", "north_left", "ben"), "ben", "owner"),
    Attempt("give a link on somebody else's consent",
            LINK.format("north", "north_intake", "north_intake", "north_own", "ben"), "ben", "owner"),
    Attempt("give a link about another case", LINK.format("north", "north_intake", "north_own", "north_own", "ben"),
            "ben", "owner"),
    Attempt("plant a link elsewhere", LINK.format("south", "south_viewed", "south_viewed", "south_viewed", "ada"),
            "ada", "owner", gives="23503"),
    Attempt("read a link's hashes", "SELECT id FROM portal_familylink WHERE token_hash = %(rosa_hash)s",
            f"cleo june vic {NEVER}", "ada", then=[], gives=["rosa_link"]),
    Attempt("make a link last", "UPDATE portal_familylink SET ends_at = now() + interval '9 days' WHERE id ="
            " %(rosa_link)s", f"cleo vic june {NEVER}", "ada", then=0),
    Attempt("move a link to another contact", "UPDATE portal_familylink SET contact_id = %(north_free_contact)s WHERE"
            " id = %(rosa_link)s", "ada portal", "owner"),
    Attempt("put a link on another consent", "UPDATE portal_familylink SET consent_id = %(north_free_consent)s WHERE"
            " id = %(rosa_link)s", "ada", "owner"),
    Attempt("write what a link shows", "UPDATE portal_publication SET content = '{}' WHERE id = %(rosa_published)s",
            f"ada ben vic cleo {NEVER}", "portal", then=0),
    Attempt("open a session past the door", "INSERT INTO portal_familysession (id, link_id, key_hash, token_hash,"
            " began_at, ends_at) VALUES (gen_random_uuid(), %(rosa_link)s, 'k', %(rosa_hash)s, now(), now())",
            f"ada ben vic cleo {NEVER}", "portal"),
    Attempt("lengthen a session", "UPDATE portal_familysession SET ends_at = now() + interval '9 days' WHERE id ="
            " %(rosa_session)s", f"ada ben {NEVER}", "portal", then=0),
    Attempt("say that a family did something", OWN_LINE, "ada luz portal nobody", "rosa"),
    Attempt("write into another case's book", LINE_OF.format("south", "rosa_link", "window.viewed", "%(south_own)s"),
            "rosa", "luz"),
    Attempt("write into a book of no case", LINE_OF.format("north", "rosa_link", "window.viewed", "NULL"), "rosa",
            "owner"),
    Attempt("sign what the team does", LINE_OF.format("north", "rosa_link", "task.done", "%(north_own)s"), "rosa",
            "owner"),
    Attempt("read the key of another file", "SELECT id FROM vault_filekey WHERE id = %(north_own_key)s",
            "luz former", "rosa", then=[], gives=["north_own_key"]),
    Attempt("tick off what another was asked", "UPDATE portal_familytask SET done_at = now() WHERE id = %(rosa_task)s",
            f"luz former cleo june vic portal {NEVER.replace('rosa', '')}", "rosa", then=0),
    Attempt("take off what one was asked", "UPDATE portal_familytask SET withdrawn_at = now() WHERE id ="
            " %(rosa_task)s", "rosa", "ada"),
    Attempt("say when one was asked", "UPDATE portal_familytask SET chosen_at = now() WHERE id = %(rosa_task)s",
            "rosa ada", "owner"),
    Attempt("ask a family as another", TASK.format("ben"), f"ada cleo vic june rosa luz portal {NEVER}", "ben"),
    Attempt("send a document", PAPER.format("south", 2), f"rosa former ada portal {NEVER.replace(' luz', '')}", "luz"),
    Attempt("send one that counsel alone reads", PAPER.format("south", 3), "luz", "cleo"),
    Attempt("send one to another case", PAPER.format("north", 2), "luz rosa", "ada"),
    Attempt("send a file", FILE.format("south", "luz", "quarantined", "cleo"),
            f"rosa former ada portal {NEVER.replace(' luz', '')}", "luz"),
    Attempt("send a file that nobody has to take", FILE.format("south", "luz", "clean", "cleo"), "luz", "cleo"),
    Attempt("sign for somebody else of the team", FILE.format("south", "luz", "quarantined", "omar"), "luz", "owner"),
    Attempt("send a file to another case's document", FILE.format("south", "rosa", "quarantined", "cleo"), "luz",
            "owner", then="23503", gives="23503"),
    Attempt("read what one sent", "SELECT id FROM documents_document WHERE id = %(luz_paper)s", "luz rosa", "cleo",
            then=[], gives=["luz_paper"]),
    Attempt("plan a message", "INSERT INTO portal_familymessage (id, organization_id, case_id, link_id, notice_id,"
            " kind, about, at, minutes, due_at, state, why, planned_at) VALUES (gen_random_uuid(), %(north)s,"
            " %(north_own)s, %(rosa_link)s, %(rosa_notice)s, 'news', %(rosa_link)s, now(), 0, now(),"
            " 'planned', '', now())",
            f"ada ben luz former {NEVER}", "portal"),
    Attempt("send a message elsewhere", "UPDATE portal_familynotice SET address = 'x' WHERE id = %(rosa_notice)s",
            f"ada portal {NEVER}", "owner"),
    Attempt("read where somebody is told", "SELECT id FROM portal_familynotice WHERE id = %(rosa_notice)s",
            f"luz cleo former {NEVER}", "ada", then=[], gives=["rosa_notice"]),
    Attempt("write about another case", WORD.format("north", "north_own", "rosa_link", "north_own_person"),
            f"ada ben portal luz former {NEVER.replace('rosa', '')}", "rosa"),
    Attempt("write into another file", WORD.format("north", "north_own", "rosa_link", "north_free_person"), "rosa",
            "owner"),
    Attempt("write in another's place", WORD.format("south", "south_own", "luz_link", "south_own_person"), "rosa",
            "luz"),
]  # fmt: skip


@each(*ATTEMPTS)
def test_it_is_refused_and_whoever_may_does_it(line: Line, owner: Line, attempt: Attempt, who: str) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


ENDS = [
    "UPDATE portal_familylink SET revoked_at = now(), revoked_by_id = %(ada)s WHERE id = %(rosa_link)s",
    "UPDATE portal_familylink SET ends_at = now() - interval '1 second' WHERE id = %(rosa_link)s",
    "UPDATE people_contact SET must_not_know = true, version = version + 1 WHERE id = %(north_own_contact)s",
    "UPDATE people_contact SET removed_at = now(), version = version + 1 WHERE id = %(north_own_contact)s",
    "UPDATE people_person SET no_contact = true, version = version + 1 WHERE id = %(north_own_person)s",
    "UPDATE people_consent SET revoked_at = now(), revoked_by_id = %(ada)s WHERE id = %(north_own_consent)s",
    "UPDATE cases_case SET handed_over_at = now(), version = version + 1 WHERE id = %(north_own)s",
]


def before_and_after(owner: Line, who: str, ends: str, asked: str) -> list[Any]:
    """The owner of the tables ends it, and asks as somebody else before and after, within one transaction."""
    seen = []
    with owner.as_("owner"):
        for statement in ("SELECT 1", ends):
            owner.run(statement)
            owner.say(owner.token(who))
            owner.connection.execute("SET LOCAL ROLE casework_app")
            seen.append(owner.run(asked))
            owner.connection.execute("SET LOCAL ROLE casework_owner")
            owner.say("")
    return seen


@pytest.mark.parametrize("ends", ENDS)
def test_from_the_next_statement_on_nothing_is_there(owner: Line, ends: str) -> None:
    seen = before_and_after(owner, "rosa", ends, "SELECT id FROM portal_publication")
    assert seen == [["rosa_published"], []]


@pytest.mark.parametrize(
    "ends",
    [*ENDS, "UPDATE portal_familynotice SET stopped_at = now(), stopped_how = 'staff' WHERE id = %(rosa_notice)s"],
)
def test_from_the_next_statement_on_whoever_sends_has_no_key(owner: Line, ends: str) -> None:
    """The notice still stands where the link alone was ended."""
    seen = before_and_after(owner, "portal", ends, "SELECT id FROM vault_filekey WHERE id = %(north_own_key)s")
    assert seen == [["north_own_key"], []]
