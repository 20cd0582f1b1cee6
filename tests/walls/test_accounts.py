"""Users, their sessions and factors, memberships, invitations, settings, letters, jobs, numbers and the audit."""

from typing import Any

import pytest

from tests.walls.attempts import REFUSED, Attempt, each, outcome
from tests.walls.lines import Line

TAKEN = "23505"
EVERYBODY = "ada nia vic cleo sue ada_signed_in nobody silent door operator"
READS: dict[str, tuple[str, dict[str, Any]]] = {  # what: who sees which
    "users and their password hashes": ("SELECT id FROM access_user WHERE password IS NOT NULL", {
        "ada": ["ada_user"], "nia": ["nia_user"], "vic": ["vic_user"], "sue": ["sue_user"], "fay": ["fay_user"],
        "ada_signed_in": ["ada_user"], "ian": [], "ian_signed_in": [], "nobody": [], "silent": [], "operator": [],
        "housekeeping": [], "sweep": [], "outbox": [],
    }),
    "sessions": ("SELECT rtrim(session_key, 'x') FROM access_session", {
        "ada": ["ada_browser"], "ben": ["ben_browser"], "nia": [], "cleo": ["cleo_browser"], "silent": [], "nobody": [],
        "silent_in_ada_browser": ["ada_browser"], "ada_in_cleo_browser": ["ada_browser", "cleo_browser"],
        "sweep": ["old_browser"], "letters": [], "operator": [], "sue": [], "ed": ["old_browser"],
    }),
    "authenticators": ("SELECT DISTINCT user_id FROM mfa_authenticator", {
        "ada": ["ada_user"], "nia": ["nia_user"], "silent": [], "nobody": [], "sue": [], "operator": [], "letters": [],
    }),
    "addresses": ("SELECT user_id FROM account_emailaddress", {
        "ada": ["ada_user"], "nia": ["nia_user"], "silent": [], "nobody": [], "operator": [],
    }),
    "links in mail": ("SELECT count(*) FROM account_emailconfirmation", {"ada": [0], "silent": [0], "letters": [0]}),
    "organizations": ("SELECT id FROM access_organization", {
        "ada": ["north"], "cleo": ["south"], "june": ["hotline", "north"], "june_signed_in": ["hotline", "north"],
        "sue": [], "cora": [], "nobody": [], "silent": [], "door": [], "outbox": [], "housekeeping": [],
    }),
    "memberships": ("SELECT id FROM access_membership", {
        "ada": ["ada", "ben", "ed", "fay", "ian", "june_north", "nia", "sue", "tomas", "vic"],
        "cleo": ["cleo", "omar"], "hana": ["hana", "june", "ruth"], "june_signed_in": ["june", "june_north"],
        "sue": ["sue"], "ian": [], "nobody": [], "silent": [], "door": [], "outbox": [], "housekeeping": [],
    }),
    "colleagues": ("SELECT id FROM ctx.colleague", {
        "cleo": ["cleo", "omar"], "hana": ["hana", "june", "ruth"], "june_signed_in": [], "sue": [], "cora": [],
        "nobody": [], "silent": [], "operator": [], "door": [],
    }),
    "who of them is here": ("SELECT id FROM ctx.presence", {
        "cleo": ["cleo", "omar"], "hana": ["hana", "june", "ruth"], "june_signed_in": [], "sue": [], "cora": [],
        "nobody": [], "silent": [], "operator": [], "door": [],
    }),
    "invitations": ("SELECT id FROM access_invitation", {
        "nia": ["north_invitation"], "tomas": ["north_invitation"], "omar": ["south_invitation"], "ada": [], "vic": [],
        "june": [], "june_north": [], "cleo": [], "silent": [], "door": [], "operator": [],
    }),
    "lost factors": ("SELECT id FROM access_factorreset", {
        "nia": ["north_reset"], "ben": ["north_reset"], "cleo": ["south_reset"], "omar": ["south_reset"], "ada": [],
        "june": [], "silent": [], "door": [], "operator": [], "housekeeping": [],
    }),
    "hours of duty": ("SELECT id FROM access_dutyhour", {
        "vic": ["north_duty"], "cleo": ["south_duty"], "hana": [], "sue": [], "ada_signed_in": [], "silent": [],
        "operator": [],
    }),
    "the audit": ("SELECT id FROM audit_entry WHERE file_id IS NULL", {
        "nia": ["north_line"], "omar": ["south_line"], "tomas": ["north_line"], "ada": [], "vic": [], "cleo": [],
        "june": [], "silent": [], "operator": [], "door": [],
    }),
    "letters": ("SELECT id FROM notifications_message WHERE content = 'CANARY'", {
        "outbox": ["letter"], "ada": [], "nia": [], "silent": [], "door": [], "letters": [], "operator": [],
    }),
    "groups of organizations": ("SELECT count(*) > 2 FROM auth_group", {
        "ada": [True], "vic": [True], "sue": [False], "ada_signed_in": [False], "nobody": [False], "silent": [False],
        "door": [False],
    }),
    "numbers": ("SELECT last FROM cases_referencecounter", dict.fromkeys(EVERYBODY.split(), REFUSED)),
    "guardian's generic grants": ("SELECT * FROM guardian_userobjectpermission", dict.fromkeys(EVERYBODY.split(),
        REFUSED)),
}  # fmt: skip


@pytest.mark.parametrize(("what", "who"), [(what, who) for what, (_, whos) in READS.items() for who in whos])
def test_reading_what_belongs_to_accounts(line: Line, what: str, who: str) -> None:
    statement, expected = READS[what]
    found = line.attempt(who, statement)
    assert (sorted(found) if isinstance(found, list) else found) == expected[who]


def audit(organization: str, kind: str, actor: str, user: str, at: str | None = None) -> str:
    def value(name: str | None) -> str:
        return f"%({name})s" if name else "NULL"

    return (
        "INSERT INTO audit_entry (id, at, organization_id, actor_kind, actor_id, user_id, actor_organization_id, roles,"
        " basis, verb, object_type, fields, request_id, object_ids, actor_name, tier) VALUES (gen_random_uuid(), now(),"
        f" {value(organization)}, '{kind}', {value(actor)}, {value(user)}, {value(at)}, '{{}}', '', 'x', '', '{{}}',"
        f" '', '{{}}', '', 1)"
    )


def session(browser: str, user: str) -> str:
    return (
        "INSERT INTO access_session (session_key, session_data, user_agent, expire_date, user_id, created_at, seen_at)"
        f" VALUES ('{browser}', '', '', now(), %({user})s, now(), now())"
    )


def job(actor: str) -> str:
    return (
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)"
        f" VALUES ('default', 'x', jsonb_build_object('actor', {actor}::text), 'todo')"
    )


ACCOUNT = [
    Attempt("change another's password", "UPDATE access_user SET password = 'x' WHERE id = %(cleo_user)s",
            "ada nia omar silent nobody operator", "cleo", then=0),
    Attempt("change everybody's password", "UPDATE access_user SET password = 'x' WHERE id <> %(ada_user)s",
            "ada silent nobody operator letters", "door", then=0, gives=14),
    Attempt("open a closed account again", "UPDATE access_user SET is_active = true WHERE id = %(ian_user)s",
            "ian ian_signed_in nia silent", "door", then=0),
    Attempt("enter a user", "INSERT INTO access_user (id, password, email, name, language, time_zone, is_active,"
            " joined_at)"
            " VALUES (gen_random_uuid(), '', 'x@planted.example', 'x', 'en', 'UTC', true, now())",
            "ada nia june operator silent", "door"),
    Attempt("delete a user", "DELETE FROM access_user WHERE id = %(sue_user)s", "sue ada nia door operator", "owner",
            gives="23503"),
    Attempt("take an address that is taken", "UPDATE access_user SET email = 'cleo@south.example'", "ada", "owner",
            then=TAKEN, gives=TAKEN),
    Attempt("end a foreign session", "DELETE FROM access_session WHERE session_key = %(cleo_browser)s",
            "ada nia omar silent sweep operator", "cleo", then=0),
    Attempt("end a colleague's session", "DELETE FROM access_session WHERE session_key = %(ben_browser)s",
            "ada nia vic",
            "ben", then=0),
    Attempt("sweep a session that lives", "DELETE FROM access_session WHERE session_key <> %(old_browser)s",
            "sweep silent",
            "owner", then=0, gives=3),
    Attempt("make a session for another", session("planted", "cleo_user"), "ada cleo silent door", "owner"),
    Attempt("hand one's session to another", "UPDATE access_session SET user_id = %(cleo_user)s"
            " WHERE session_key = %(ada_browser)s", "ada ada_in_ada_browser", "door_in_ada_browser"),
    Attempt("add a factor to another's account", "INSERT INTO mfa_authenticator (user_id, type, data, created_at)"
            " VALUES (%(sue_user)s, 'totp', '{}', now())", "ada nia silent operator", "sue"),
    Attempt("take another's factor", "DELETE FROM mfa_authenticator WHERE user_id = %(cleo_user)s",
            "ada nia omar silent housekeeping operator", "cleo", then=0),
    Attempt("move a factor", "UPDATE mfa_authenticator SET user_id = %(sue_user)s WHERE user_id = %(ada_user)s",
            "ada", "door"),
    Attempt("add an address to another's account", "INSERT INTO account_emailaddress (user_id, email, verified,"
            " \"primary\")"
            " VALUES (%(sue_user)s, 'x@planted.example', true, false)", "ada nia silent letters", "sue"),
    Attempt("plant a link that confirms", "INSERT INTO account_emailconfirmation (created, sent, key, email_address_id)"
            " SELECT now(), now(), 'x', id FROM account_emailaddress LIMIT 1", "ada", "door"),
]  # fmt: skip
MEMBERSHIP = [
    Attempt("join", "INSERT INTO access_membership (id, user_id, organization_id, roles, title, bar_number,"
            " bar_jurisdiction, accreditation, starts_at) VALUES (gen_random_uuid(), %(sue_user)s, %(south)s,"
                " '{admin}',"
            " '', '', '', '', now())", f"sue nia omar {EVERYBODY}", "owner"),
    Attempt("become an administrator", "UPDATE access_membership SET roles = '{admin}' WHERE id = %(ada)s",
            "ada nia door operator", "owner"),
    Attempt("come back", "UPDATE access_membership SET suspended_at = NULL WHERE id = %(sue)s", "sue nia ada", "owner"),
    Attempt("stay longer", "UPDATE access_membership SET ends_at = NULL WHERE id = %(ed)s", "ed nia", "owner"),
    Attempt("delete a membership", "DELETE FROM access_membership WHERE id = %(cora)s", "cora nia omar operator",
            "owner",
            gives="23503"),
    Attempt("write an invitation", "UPDATE access_invitation SET roles = '{admin}', email = 'x@planted.example'",
            "nia ada omar door", "owner", gives=2),
    Attempt("prolong an invitation", "UPDATE access_invitation SET expires_at = 'infinity'", "nia silent", "owner",
            gives=2),
    Attempt("hasten a lost factor", "UPDATE access_factorreset SET due_at = 'epoch'", "nia ben housekeeping", "owner",
            gives=2),
    Attempt("change a foreign organization", "UPDATE access_organization SET name = 'x' WHERE id = %(south)s",
            "nia ada june cleo silent operator", "omar", then=0),
    Attempt("change one's organization", "UPDATE access_organization SET visibility = 'assigned' WHERE id = %(north)s",
            "ada ben vic june june_north omar sue silent", "nia", then=0),
    Attempt("change the other organization one belongs to", "UPDATE access_organization SET phone = 'x' WHERE id ="
            " %(hotline)s",
            "june_north hana ruth june_signed_in", "june", then=0),
    Attempt("open a closed organization", "UPDATE access_organization SET closed_at = NULL WHERE id = %(over)s",
            "cora nia operator", "owner"),
    Attempt("exchange an organization's group", "UPDATE access_organization SET group_id = %(south_group)s"
            " WHERE id = %(north)s", "nia omar", "owner", gives=TAKEN),
    Attempt("rename an organization in short", "UPDATE access_organization SET short_name = 'x' WHERE id = %(north)s",
            "nia", "owner"),
    Attempt("found an organization", "INSERT INTO access_organization (id, name) VALUES (gen_random_uuid(), 'x')",
            "nia operator", "owner", gives="23502"),
    Attempt("put oneself on duty", "INSERT INTO access_dutyhour (id, organization_id, membership_id, weekday, starts,"
            " ends, phone)"
            " VALUES (gen_random_uuid(), %(north)s, %(ada)s, 1, '9:00', '10:00', '')", "ada vic omar june_north",
            "nia"),
    Attempt("put somebody elsewhere on duty", "UPDATE access_dutyhour SET starts = '8:00' WHERE id = %(south_duty)s",
            "nia ada cleo", "omar", then=0),
    Attempt("put a foreign member on duty", "INSERT INTO access_dutyhour (id, organization_id, membership_id, weekday,"
            " starts, ends, phone) VALUES (gen_random_uuid(), %(north)s, %(cleo)s, 1, '9:00', '10:00', '')", "nia",
            "owner", then="23503", gives="23503"),
    Attempt("move an hour of duty", "UPDATE access_dutyhour SET organization_id = %(south)s WHERE id = %(north_duty)s",
            "nia", "owner", gives=REFUSED),
]  # fmt: skip
OTHERS = [
    Attempt("a line in the audit", audit("north", "staff", "ada", "ada_user", "north"), f"ben nia {EVERYBODY[4:]}",
            "ada"),
    Attempt("a line with another's user", audit("north", "staff", "ada", "ben_user", "north"), "ada ben", "owner"),
    Attempt("a line as nobody", audit("", "nobody", "", ""), "ada sue silent door", "nobody"),
    Attempt("a line as the product", audit("north", "duty", "", ""), "ada nia nobody silent", "operator"),
    Attempt("a line as another kind", audit("north", "system", "ada", "ada_user", "north"), "ada", "owner"),
    Attempt("a line from another organization", audit("north", "staff", "ada", "ada_user", "south"), "ada", "owner"),
    Attempt("a line in a foreign book", audit("hotline", "staff", "ada", "ada_user", "north"), "ada", "owner"),
    Attempt("a line in the book of an organization that shares", audit("south", "staff", "ada", "ada_user", "north"),
            "ben vic", "ada"),
    Attempt("a line in a foreign book by somebody who shares nothing", audit("south", "staff", "vic", "vic_user",
            "north"),
            "vic", "owner"),
    Attempt("a line in the book of one's other organization",
            audit("hotline", "staff", "june_north", "june_user", "north"), "june ada", "june_north"),
    Attempt("a line in a foreign book without a membership", audit("south", "user", "", "sue_user"), "sue_signed_in",
            "owner"),
    Attempt("a line in the book one was in", audit("north", "user", "", "sue_user"), "sue nia", "sue_signed_in"),
    Attempt("a line in a foreign book as nobody", audit("south", "nobody", "", ""), "nobody", "owner"),
    Attempt("take the place of a line", audit("north", "staff", "nia", "nia_user", "north").replace(
            "gen_random_uuid()", "%(north_line)s") + " ON CONFLICT (id) DO UPDATE SET verb = 'x'", "nia", "owner",
            gives=REFUSED),
    Attempt("put in a letter", "INSERT INTO notifications_message (id, kind, channel, content, state, error,"
            " created_at) VALUES (gen_random_uuid(), 'x', 'email', 'x', 'queued', '', now())",
            "ada nia silent door letters", "outbox"),
    Attempt("send a letter again", "UPDATE notifications_message SET state = 'queued'", "ada nia silent operator",
            "outbox", then=0),
    Attempt("delete letters", "DELETE FROM notifications_message", "ada outbox operator", "owner"),
    Attempt("a number for nothing", "UPDATE cases_referencecounter SET last = 0", "ada tomas operator", "owner",
            gives=2),
    Attempt("a job", job("%(ada)s") + " RETURNING task_name", "ada ben nia sue nobody silent door outbox", "queue",
            gives=["x"]),
    Attempt("a job of somebody else", job("%(ada)s").replace("'x'", "'letters.suspended'"), "ben nia cleo", "worker"),
    Attempt("a job's other end", job("''") + "; UPDATE procrastinate_jobs SET args = jsonb_build_object('actor',"
            " %(ada)s::text)", "worker", "owner", gives=REFUSED),
    Attempt("a job renamed", job("''") + "; UPDATE procrastinate_jobs SET task_name = 'y'", "worker", "owner",
            gives=REFUSED),
    Attempt("read jobs", "SELECT task_name FROM procrastinate_jobs", "ada nia sue silent nobody operator housekeeping"
            " outbox", "worker", then=[], gives=["planted"]),
    Attempt("do a job's work", "UPDATE procrastinate_jobs SET status = 'doing'", "ada nia silent queue", "worker",
            then=0),
    Attempt("take a job", "SELECT task_name FROM procrastinate_fetch_job_v2(NULL, NULL)", "ada silent", "worker",
            then=[None], gives=["planted"]),
    Attempt("delete jobs", "DELETE FROM procrastinate_jobs", "ada nia hana silent queue operator", "worker", then=0),
    Attempt("what became of jobs", "SELECT type::text FROM procrastinate_events", "ada silent queue", "worker", then=[],
            gives=["deferred"]),
    Attempt("keep the clock from ringing", "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp)"
            " VALUES ('access.sweep', 9999999999)", "ada nia silent queue housekeeping", "worker"),
    Attempt("a worker that is none", "INSERT INTO procrastinate_workers DEFAULT VALUES", "ada silent queue", "worker"),
]  # fmt: skip


@each(*ACCOUNT)
def test_writing_accounts(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


@each(*MEMBERSHIP)
def test_writing_memberships_and_organizations(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)


@each(*OTHERS)
def test_writing_the_audit_letters_and_jobs(attempt: Attempt, who: str, line: Line, owner: Line) -> None:
    assert outcome(attempt, who, line, owner) == (attempt.then, attempt.gives)
