"""What errors, plans, statistics and catalogs tell without showing a row."""

import psycopg
import pytest

from tests.walls.cast import FACTS, NO_FACTS, PLAIN_COLUMNS, PLAIN_VALUES
from tests.walls.lines import Line

REFUSED, DIVISION, NO_TEXT_OF_IT = "42501", "22012", "22P02"

# Conditions that fail on the row they meet, with its value in the message: they must meet visible rows only.
LOUD = {
    "cases_case": [
        "reference::integer = 1",
        "1 / (CASE WHEN organization_id = %(south)s AND reference = 'south_own' THEN 0 ELSE 1 END) = 1",
        "id::text::integer = 1",
        "('{\"' || id || '\"}')::integer[] IS NULL",
        "reference::numrange IS NULL",
        "reference::inet IS NULL",
        "('[' || reference || ']')::jsonb IS NULL",
        "'x' ~ ('(' || reference)",
    ],
    "people_person": [
        "convert_from(given_names, 'UTF8')::integer = 1",
        "encode(given_names, 'escape')::uuid IS NULL",
    ],
    "cases_note": ["convert_from(text, 'UTF8')::integer = 1"],
    "cases_assignment": ["role::integer = 1"],
    "cases_caseuserobjectpermission": ["granted_by_name::integer = 1"],
    "cases_casegroupobjectpermission": ["granted_by_name::integer = 1"],
    "access_invitation": ["email::integer = 1", "token_hash::integer = 1"],
    "access_factorreset": ["asked_at::text::integer = 1"],
    "audit_entry": ["verb::integer = 1"],
    "notifications_message": ["encode(content, 'escape')::integer = 1"],
}
OF_THE_ACCOUNT = {
    "access_user": ["password::integer = 1", "email::integer = 1"],
    "access_membership": ["bar_number::uuid IS NULL", "title::boolean"],
    "access_organization": ["name::integer = 1"],
    "access_session": ["session_data::integer = 1"],
    "mfa_authenticator": ["data::text::integer = 1"],
    "account_emailaddress": ["email::integer = 1"],
    "auth_group": ["name::integer = 1"],
}
MADE = [
    (who, table, condition)
    for tables, whos in ((LOUD, ("silent", "nobody", "hana", "sue")), (OF_THE_ACCOUNT, ("silent", "nobody")))
    for table, conditions in tables.items()
    for condition in conditions
    for who in whos
]


@pytest.mark.parametrize(("who", "table", "condition"), MADE)
def test_a_condition_that_fails_meets_no_hidden_row(
    line: Line, owner: Line, who: str, table: str, condition: str
) -> None:
    statement = f"SELECT * FROM {table} WHERE {condition}"
    assert line.attempt(who, statement) == []
    assert str(owner.attempt("owner", statement))[:2] == "22"


COLLEAGUES = {
    "email::integer = 1": (NO_TEXT_OF_IT, "hotline.example"),
    "1 / (CASE WHEN email LIKE '%%@hotline%%' THEN 0 ELSE 1 END) = 1": (DIVISION, ""),
    "1 / (CASE WHEN email LIKE '%%@south%%' THEN 0 ELSE 1 END) = 2": ([], ""),
    "1 / (CASE WHEN email LIKE '%%@north%%' THEN 0 ELSE 1 END) = 2": ([], ""),
}


@pytest.mark.parametrize("condition", COLLEAGUES)
def test_the_view_of_colleagues_puts_its_own_condition_first(line: Line, condition: str) -> None:
    """Before it was a barrier, the first of these told the address of somebody in another organization."""
    statement = f"SELECT id FROM ctx.colleague WHERE {condition}"
    told, word = COLLEAGUES[condition]
    assert (line.attempt("silent", statement), line.attempt("hana", statement)) == ([], told)
    if word:
        with pytest.raises(psycopg.DataError, match=word), line.as_("hana"):
            line.run(statement)


FOREIGN = ["north_own", "south_own", "south_closed", "hotline_own", "north_closed"]


@pytest.mark.parametrize("case", FOREIGN)
def test_a_plan_shows_no_value_of_a_hidden_row(line: Line, case: str) -> None:
    told = "\n".join(
        line.attempt("hana", f"EXPLAIN (ANALYZE, VERBOSE, BUFFERS) SELECT * FROM cases_case WHERE id = %({case})s")
    )
    assert (case in told, "CANARY" in told, "actual" in told) == (False, False, True)


STATISTICS = [
    "SELECT * FROM pg_stats WHERE tablename = ANY (%(guarded)s)",
    "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY"
    " (%(guarded)s)",
    "SELECT * FROM pg_stats_ext",
    "SELECT * FROM pg_stats_ext_exprs",
]


@pytest.mark.parametrize("statement", STATISTICS)
def test_statistics_of_guarded_tables_are_hidden(line: Line, owner: Line, statement: str) -> None:
    """They hold values. PostgreSQL hides them from whom row policies hold back; there must be some to hide."""
    guarded = ["cases_case", "people_person", "access_user", "access_membership", "audit_entry", "cases_note"]
    with psycopg.connect(owner.ground.admin, autocommit=True) as admin:
        admin.execute("ANALYZE")
        found = admin.execute("SELECT count(*) FROM pg_stats WHERE tablename = ANY (%s)", [guarded]).fetchone()
    assert found is not None
    assert found[0] > 20
    assert line.attempt("ada", statement, guarded=guarded) == []


CATALOG_REFUSED = [
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_statistic_ext_data",
    "SELECT * FROM pg_authid",
    "SELECT rolpassword FROM pg_authid",
    "SELECT * FROM pg_shadow",
    "SELECT * FROM pg_user_mapping",
    "SELECT * FROM pg_largeobject",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_file_settings",
    "SELECT * FROM pg_subscription",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('global/pg_control')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_stat_file('.')",
    "SELECT pg_ls_logdir()",
    "SELECT pg_current_logfile()",
    "SELECT * FROM pg_show_all_file_settings()",
    "SELECT pg_reload_conf()",
    "SELECT pg_switch_wal()",
    "SELECT pg_create_restore_point('x')",
    "SELECT pg_create_physical_replication_slot('x')",
    "SELECT pg_logical_slot_get_changes('x', NULL, NULL)",
    "SELECT pg_stat_reset()",
    "SELECT pg_log_backend_memory_contexts(pg_backend_pid())",
    "SELECT pg_rotate_logfile()",
    "COPY cases_case TO '/tmp/planted'",
    "COPY cases_case FROM '/etc/passwd'",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY cases_case FROM PROGRAM 'true'",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/planted')",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_get(1)",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_open(1, 393216)",
    "SELECT lo_unlink(1)",
    "SELECT loread(1, 1)",
    "SELECT lowrite(1, 'x')",
    "DO $$ BEGIN RAISE 'x'; END $$",
    "DO $$ BEGIN EXECUTE 'SELECT 1'; END $$",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION file_fdw",
    "CREATE EXTENSION pg_trgm",
    "CREATE EXTENSION citext",
    "CREATE FOREIGN DATA WRAPPER x",
    "CREATE FOREIGN TABLE x () SERVER y",
    "CREATE PUBLICATION x FOR ALL TABLES",
    "CREATE EVENT TRIGGER x ON sql_drop EXECUTE FUNCTION y()",
    "CREATE TABLE planted (id int)",
    "CREATE TABLE planted AS SELECT * FROM cases_case",
    "SELECT * INTO planted FROM cases_case",
    "CREATE TEMPORARY TABLE planted (id int)",
    "CREATE TEMPORARY VIEW planted AS SELECT * FROM cases_case",
    "CREATE VIEW planted AS SELECT * FROM cases_case",
    "CREATE MATERIALIZED VIEW planted AS SELECT * FROM cases_case",
    "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION pg_temp.planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE PROCEDURE planted() LANGUAGE sql AS 'SELECT 1'",
    "CREATE AGGREGATE planted(int) (sfunc = int4pl, stype = int)",
    "CREATE OPERATOR public.=== (leftarg = text, rightarg = text, function = texteq)",
    "CREATE DOMAIN planted AS int",
    "CREATE TYPE planted AS (a int)",
    "CREATE SEQUENCE planted",
    "CREATE SCHEMA planted",
    "CREATE STATISTICS planted ON stage, restricted FROM cases_case",
    "CREATE INDEX planted ON cases_case (stage)",
    "CREATE RULE planted AS ON SELECT TO cases_case DO INSTEAD SELECT 1",
    "CREATE TRIGGER planted AFTER INSERT ON cases_case EXECUTE FUNCTION ctx.stays()",
    "CREATE POLICY planted ON cases_case USING (true)",
    "ALTER POLICY app_read ON cases_case USING (true)",
    "DROP POLICY app_read ON cases_case",
    "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE cases_case DISABLE TRIGGER ALL",
    "ALTER TABLE cases_case DROP CONSTRAINT case_person_of_organization",
    "ALTER TABLE cases_case OWNER TO casework_app",
    "ALTER VIEW ctx.colleague RESET (security_barrier)",
    "GRANT SELECT ON ctx.key TO casework_app",
    "COMMENT ON TABLE cases_case IS 'planted'",
    "TRUNCATE cases_note",
    "TRUNCATE access_session",
    "DROP TABLE cases_note",
    "DROP VIEW ctx.colleague",
    "DROP SCHEMA ctx CASCADE",
    "REINDEX TABLE cases_case",
    "CLUSTER cases_case USING case_newest",
    "SELECT nextval('cases_referencecounter_id_seq')",
    "SELECT nextval('cases_caseuserobjectpermission_id_seq')",
    "SELECT currval('mfa_authenticator_id_seq')",
    "SELECT setval('procrastinate_jobs_id_seq', 1)",
    "SELECT last_value FROM cases_referencecounter_id_seq",
    "NOTIFY x; ALTER TABLE cases_case ADD planted int",
]


@pytest.mark.parametrize("statement", CATALOG_REFUSED)
def test_the_server_and_its_tables_are_out_of_reach(line: Line, statement: str) -> None:
    assert line.attempt("tomas", statement) == REFUSED


def test_rights_cannot_be_handed_on(line: Line) -> None:
    """PostgreSQL only warns."""
    handed = "SELECT has_table_privilege('public', 'cases_case', 'SELECT')"
    assert line.attempt("tomas", f"GRANT ALL ON cases_case TO PUBLIC; {handed}") == [False]


def test_no_extension_opens_another_way(line: Line) -> None:
    assert line.attempt("ada", "SELECT extname FROM pg_extension ORDER BY 1") == ["btree_gist", "plpgsql"]
    untrusted = "SELECT lanname FROM pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')"
    assert line.attempt("ada", untrusted) == []
    assert line.attempt("ada", "SELECT srvname FROM pg_foreign_server") == []
    assert line.attempt("ada", "SELECT oid FROM pg_largeobject_metadata") == []


def test_what_others_ask_at_this_moment_shows_no_value(line: Line) -> None:
    """Sessions of the application see each other's statements; values are bound and stand elsewhere."""
    other = psycopg.connect(line.ground.app, autocommit=True)
    with other.transaction(), other.cursor() as cursor:
        cursor.execute("SELECT set_config('ctx.token', %s, true), %s::text", [line.token("cleo"), "CANARY"])
        seen = "SELECT string_agg(query, ' ') FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        told = line.attempt("ada", seen)[0]
    other.close()
    assert ("set_config" in told, "CANARY" in told, line.ground.names["cleo"].hex in told) == (True, False, False)


def test_words_about_tables_name_nobody(line: Line) -> None:
    told = line.attempt("ada", "SELECT description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid"
                               " WHERE relnamespace = 'public'::regnamespace")  # fmt: skip
    assert told == []
    defaults = "SELECT column_default FROM information_schema.columns WHERE table_schema = 'public'"
    assert not [one for one in line.attempt("ada", defaults) if one and "nextval" not in one and "CANARY" in one]


KNOWN = {  # statement, with the id of a hidden row and with one that nobody has: the same answer
    "a case for a hidden person": (
        "INSERT INTO cases_case (id, organization_id, person_id, opened_by_id, stage, restricted, reference, matters,"
        f" opened_at, {PLAIN_COLUMNS})"
        " VALUES (gen_random_uuid(), %(hotline)s, {}, %(hana)s, 'enquiry', false, '', '{{}}',"
        f" now(), {PLAIN_VALUES})",
        "south_own_person",
    ),
    "a note on a hidden case": (
        "INSERT INTO cases_note (id, organization_id, case_id, tier, kind, text, author_id, author_name, version,"
        " written_at) VALUES (gen_random_uuid(), %(hotline)s, {}, 1, 'memo', 'x', %(hana)s, '', 1, now())",
        "south_own",
    ),
    "a place on a hidden case": (
        "INSERT INTO cases_assignment (id, organization_id, case_id, membership_id, role, starts_at, made_by_id)"
        " VALUES (gen_random_uuid(), %(hotline)s, {}, %(hana)s, 'volunteer', now(), %(hana)s)",
        "south_own",
    ),
    "a hidden supervisor": (
        "SELECT ctx.change_membership(%(hana)s, '{{volunteer}}', '', '', '', '', {}, now(), NULL)", "cleo",
    ),
    "a hidden colleague suspended": ("SELECT ctx.suspend({})", "cleo"),
    "a hidden invitation": ("SELECT ctx.withdraw_invitation({})", "south_invitation"),
    "a hidden reset": ("SELECT ctx.cancel_factor_reset({})", "south_reset"),
    "a hidden case's end of sharing": ("SELECT ctx.share_until({})", "south_own"),
    "who sees a hidden case": ("SELECT * FROM ctx.viewers({})", "south_own"),
    "whether a hidden case is new": ("SELECT ctx.is_new({})", "south_own"),
    "whether a hidden person is new": ("SELECT ctx.is_new_person({})", "south_own_person"),
    "a hidden note edited": ("UPDATE cases_note SET kind = 'memo' WHERE id = {}", "south_own_note1"),
    "a hidden session ended": ("DELETE FROM access_session WHERE user_id = {}", "cleo_user"),
    "a hidden grant taken away": (
        "DELETE FROM cases_caseuserobjectpermission WHERE content_object_id = {}", "south_viewed",
    ),
    "a share settled": ("SELECT ctx.settle_shares({})", "south_viewed"),
}  # fmt: skip


@pytest.mark.parametrize("attempt", KNOWN)
@pytest.mark.parametrize("who", ["hana", "nia", "june"])
def test_no_answer_tells_whether_a_known_id_exists(line: Line, who: str, attempt: str) -> None:
    """Hana is a volunteer of the hotline, June its administrator and paralegal, Nia an administrator elsewhere."""
    statement, hidden = KNOWN[attempt]
    there = line.attempt(who, statement.format(f"%({hidden})s"))
    not_there = line.attempt(who, statement.format("'00000000-0000-4000-8000-000000000000'"))
    assert there == not_there


def test_counsel_alone_may_ask_whether_somebody_can_receive(line: Line) -> None:
    asked = "SELECT ctx.is_receiver(%(south)s, %(cleo_user)s)"
    answers = {
        who: line.attempt(who, asked)[0] for who in ("june", "ada", "vic", "nia", "hana", "sue", "door", "silent")
    }
    assert answers == {"june": True, "ada": True} | dict.fromkeys(
        ("vic", "nia", "hana", "sue", "door", "silent"), False
    )


def test_a_taken_id_cannot_be_taken_again_which_tells_that_it_exists(line: Line) -> None:
    """To somebody who knows all 122 random bits of it already, and nothing more than that."""
    opened = (
        "INSERT INTO people_person (id, organization_id, given_names, language, no_contact, opened_by_id, created_at,"
        f" version, {FACTS}) VALUES (%(south_own_person)s, %(hotline)s, 'x', '', false, %(hana)s, now(), 1, {NO_FACTS})"
    )
    with pytest.raises(psycopg.errors.UniqueViolation) as caught, line.as_("hana"):
        line.run(opened)
    assert caught.value.diag.message_detail is None
    assert line.attempt("hana", f"{opened} ON CONFLICT (id) DO UPDATE SET language = 'en'") == REFUSED
    assert line.attempt("hana", f"{opened} ON CONFLICT DO NOTHING RETURNING id") == REFUSED
    assert line.attempt("hana", opened.replace("%(south_own_person)s", "gen_random_uuid()")) == 1


def test_an_error_names_no_value(line: Line) -> None:
    """A key that is taken says so, as it must; of the row that has it nothing is said."""
    statement = "UPDATE access_user SET email = 'cleo@south.example'"
    with pytest.raises(psycopg.errors.UniqueViolation) as caught, line.as_("ada"):
        line.run(statement)
    assert (caught.value.diag.message_detail, "cleo" in str(caught.value)) == (None, False)
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as refused, line.as_("ada"):
        line.run("UPDATE cases_note SET tier = 3 WHERE id = %(north_free_note2)s")
    assert (refused.value.diag.message_detail, "CANARY" in str(refused.value)) == (None, False)
