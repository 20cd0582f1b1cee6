"""Contexts that should be over, connections that somebody else had before, and settings that somebody turns."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from tests.walls.cast import Ground
from tests.walls.lines import Line

CASES = "SELECT id FROM cases_case ORDER BY id"
VIC, RUTH = ["north_intake"], ["hotline_own"]
REFUSED = "42501"


@pytest.fixture
def fresh(ground: Ground) -> Iterator[Line]:
    """A connection for one test, which may leave it in any state."""
    one = Line(ground)
    yield one
    one.connection.close()


def as_vic(line: Line, *statements: str) -> None:
    """Inside the present transaction."""
    line.speak("vic")
    assert line.run(CASES) == VIC
    for statement in statements:
        line.run(statement)


ENDS = ["COMMIT", "ROLLBACK", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN", "ABORT", "END"]


@pytest.mark.parametrize("end", ENDS)
def test_the_context_ends_with_the_transaction(fresh: Line, end: str) -> None:
    fresh.run("BEGIN")
    as_vic(fresh, end)
    assert (fresh.run(CASES), fresh.run("SELECT ctx.user_id()")) == ([], [None])


@pytest.mark.parametrize("statement", ["SELECT 1/0", "SELECT nothing", "SET ROLE casework_owner"])
def test_the_context_ends_with_a_transaction_that_failed(fresh: Line, statement: str) -> None:
    fresh.run("BEGIN")
    as_vic(fresh)
    with pytest.raises(psycopg.Error):
        fresh.run(statement)
    assert fresh.connection.info.transaction_status == TransactionStatus.INERROR
    fresh.run("COMMIT")
    assert fresh.run(CASES) == []


def test_a_savepoint_taken_back_takes_the_context_back(line: Line) -> None:
    with line.as_("ruth"):
        line.run("SAVEPOINT one")
        as_vic(line, "ROLLBACK TO SAVEPOINT one")
        assert line.run(CASES) == RUTH


def test_a_savepoint_let_go_keeps_the_context_until_the_transaction_ends(fresh: Line) -> None:
    """So `acting` puts the former one back itself."""
    fresh.run("BEGIN; SAVEPOINT one")
    as_vic(fresh, "RELEASE SAVEPOINT one")
    assert fresh.run(CASES) == VIC
    fresh.run("COMMIT")
    assert fresh.run(CASES) == []


SILENCED = [
    "RESET ctx.token",
    "RESET ALL",
    "SET LOCAL ctx.token = ''",
    "SET ctx.token TO DEFAULT",
    "SELECT set_config('ctx.token', '', true)",
    "SELECT set_config('ctx.token', NULL, true)",
]


@pytest.mark.parametrize("statement", SILENCED)
def test_who_throws_the_token_away_is_nobody(line: Line, statement: str) -> None:
    with line.as_("vic"):
        assert line.run(CASES) == VIC
        line.run(statement)
        assert line.run(CASES) == []


FALSE = [
    "SET LOCAL ctx.token = 'cleo'",
    "SET SESSION ctx.token = 'cleo'",
    "SELECT set_config('ctx.token', 'staff.%(cleo)s.%(cleo_user)s.1.99999999999.00', true)",
    "SELECT set_config('ctx.token', current_setting('ctx.token') || '0', true)",
    "SELECT set_config('ctx.token', replace(current_setting('ctx.token'), '.', ','), true)",
    "SELECT set_config('ctx.token', reverse(current_setting('ctx.token')), true)",
    "SELECT set_config('ctx.token', overlay(current_setting('ctx.token') placing 'duty' from 1 for 5), true)",
    "UPDATE pg_settings SET setting = 'cleo' WHERE name = 'ctx.token'; SET LOCAL ctx.token = 'x'",
]


@pytest.mark.parametrize("statement", FALSE)
def test_a_token_made_in_sql_is_refused(line: Line, statement: str) -> None:
    assert line.attempt("vic", CASES) == VIC
    assert line.attempt("vic", f"{statement.replace('%(', '%%(')}; {CASES}") == REFUSED


GIVES_NOTHING = [
    "SET LOCAL ctx.user_id = '%(cleo_user)s'",
    "SET LOCAL ctx.organization_id = 'x'",
    "SET LOCAL ctx.duty = 'operator'",
    "SET LOCAL ctx.wide = '{}'",
    "SET LOCAL search_path = ctx, pg_temp, public",
    "SET LOCAL search_path = public, ctx",
    "SET LOCAL application_name = 'casework_owner'",
    "SET LOCAL transaction_read_only = on",
    "SET LOCAL plan_cache_mode = force_generic_plan",
    "SET LOCAL enable_seqscan = off",
    "SET LOCAL debug_parallel_query = on",
    "SET LOCAL constraint_exclusion = on",
    "SET LOCAL timezone = 'Pacific/Kiritimati'",
    "SET LOCAL default_transaction_isolation = serializable",
    "SET LOCAL check_function_bodies = off",
    "SET LOCAL quote_all_identifiers = on",
    "SET LOCAL ROLE NONE",
    "SET ROLE casework_app",
    "SET SESSION AUTHORIZATION DEFAULT",
    "RESET ROLE",
    "DEALLOCATE ALL",
    "DISCARD PLANS",
    "DISCARD TEMP",
    "DISCARD SEQUENCES",
    "LISTEN everything",
    "LOCK TABLE cases_case IN ACCESS SHARE MODE",
]


@pytest.mark.parametrize("statement", GIVES_NOTHING)
def test_a_setting_widens_nothing(line: Line, statement: str) -> None:
    assert line.attempt("vic", f"{statement.replace('%(', '%%(')}; SELECT id FROM public.cases_case") == VIC


REFUSED_SETTINGS = {
    "SET row_security = off; SELECT id FROM cases_case": REFUSED,
    "SET ROLE casework_owner": REFUSED,
    "SET ROLE casework_definer": REFUSED,
    "SET ROLE casework_migrate": REFUSED,
    "SET ROLE postgres": REFUSED,
    "SET ROLE pg_read_all_data": REFUSED,
    "SET ROLE pg_monitor": REFUSED,
    "SET SESSION AUTHORIZATION casework_owner": REFUSED,
    "SET SESSION AUTHORIZATION postgres": REFUSED,
    "SET session_replication_role = replica": REFUSED,
    "SET session_preload_libraries = 'x'": REFUSED,
    "SET log_statement = 'all'": REFUSED,
    "SET log_parameter_max_length = -1": REFUSED,
    "SET debug_print_plan = on; SET lo_compat_privileges = on": REFUSED,
    "SET allow_system_table_mods = on": REFUSED,
    "ALTER ROLE casework_app BYPASSRLS": REFUSED,
    "ALTER ROLE casework_app SUPERUSER": REFUSED,
    "ALTER ROLE casework_owner LOGIN": REFUSED,
    "ALTER ROLE casework_app SET log_statement = 'all'": REFUSED,
    "ALTER ROLE casework_migrate SET search_path = x": REFUSED,
    "ALTER DATABASE postgres SET row_security = off": REFUSED,
    "CREATE ROLE planted": REFUSED,
    "DROP ROLE casework_migrate": REFUSED,
    "GRANT casework_owner TO casework_app": REFUSED,
    "GRANT pg_read_all_data TO casework_app": REFUSED,
    "REASSIGN OWNED BY casework_owner TO casework_app": REFUSED,
    "DROP OWNED BY casework_owner": REFUSED,
    "DISCARD ALL": "25001",
    "ALTER SYSTEM SET row_security = off": "25001",
    "VACUUM cases_case": "25001",
}


@pytest.mark.parametrize("statement", REFUSED_SETTINGS)
def test_nobody_becomes_somebody_else(line: Line, statement: str) -> None:
    assert line.attempt("ada", statement) == REFUSED_SETTINGS[statement]


def test_a_token_kept_on_the_connection_is_still_only_its_own_and_runs_out(fresh: Line) -> None:
    """Whoever runs SQL as Vic may keep Vic's own token beyond the commit; the next request puts its own in its"
    " place.
    """
    fresh.run("BEGIN")
    as_vic(fresh, "SELECT set_config('ctx.token', current_setting('ctx.token'), false)", "COMMIT")
    assert fresh.run(CASES) == VIC
    assert (fresh.attempt("ruth", CASES), fresh.attempt("nobody", CASES)) == (RUTH, [])
    other = Line(fresh.ground)
    other.say(fresh.run("SELECT current_setting('ctx.token')")[0], "ctx.token")
    assert other.attempt("silent", f"SELECT set_config('ctx.token', '{fresh.token('vic')}', true); {CASES}") == REFUSED
    other.connection.close()
    fresh.connection.execute("SELECT set_config('ctx.token', %s, false)", [fresh.token("vic", -1)])
    assert fresh.attempt("silent", CASES) == REFUSED


def test_one_connection_serves_people_in_turn(fresh: Line) -> None:
    asked = ["vic", "ruth", "silent", "vic", "nobody", "ruth", "sue", "vic"] * 10
    expected = {"vic": VIC, "ruth": RUTH}
    answered = []
    for who in asked:
        with fresh.connection.transaction():
            fresh.speak(who)
            answered.append(fresh.run(CASES))
    assert answered == [expected.get(who, []) for who in asked]


def test_a_prepared_statement_answers_whoever_executes_it(fresh: Line) -> None:
    fresh.run("PREPARE list AS SELECT id FROM cases_case WHERE id <> $1")
    execute = "EXECUTE list('00000000-0000-0000-0000-000000000000')"
    answers = [fresh.attempt(who, execute) for _ in range(8) for who in ("vic", "ruth", "silent", "sue")]
    assert answers == [VIC, RUTH, [], []] * 8
    assert fresh.run("SELECT generic_plans > 0 FROM pg_prepared_statements WHERE name = 'list'") == [True]


def test_prepared_by_the_driver_they_do_not_remember_either(ground: Ground) -> None:
    line = Line(ground)
    line.connection.prepare_threshold = 0
    answers = []
    for who in ("vic", "ruth", "silent") * 8:
        with line.as_(who), psycopg.Cursor(line.connection) as cursor:
            rows = cursor.execute("SELECT id FROM cases_case WHERE stage <> %s", ["x"], prepare=True).fetchall()
            answers.append([ground.name(row[0]) for row in rows])
    line.connection.close()
    assert answers == [VIC, RUTH, []] * 8


def test_a_cursor_ends_with_its_transaction(fresh: Line) -> None:
    fresh.run("BEGIN")
    as_vic(fresh, "DECLARE one CURSOR FOR SELECT id FROM cases_case")
    assert fresh.run("FETCH ALL FROM one") == VIC
    fresh.run("COMMIT")
    assert fresh.attempt("ruth", "FETCH ALL FROM one") == "34000"


def test_a_cursor_opened_before_somebody_else_speaks_shows_them_nothing_of_theirs(line: Line) -> None:
    """It was asked by the first; whoever speaks later opens their own."""
    with line.as_("vic"):
        line.run("DECLARE one CURSOR FOR SELECT id FROM cases_case; FETCH 0 FROM one")
        line.speak("nobody")
        line.run("DECLARE two CURSOR FOR SELECT id FROM cases_case")
        assert line.run("FETCH ALL FROM two") == []


def test_a_held_cursor_holds_what_its_asker_saw_and_no_more(fresh: Line) -> None:
    fresh.run("BEGIN")
    as_vic(fresh, "DECLARE kept CURSOR WITH HOLD FOR SELECT id FROM cases_case", "COMMIT")
    assert fresh.run("FETCH ALL FROM kept") == VIC
    assert fresh.attempt("ruth", CASES) == RUTH
    fresh.run("CLOSE ALL; BEGIN; DECLARE kept CURSOR WITH HOLD FOR SELECT id FROM cases_case; COMMIT")
    assert fresh.run("FETCH ALL FROM kept") == []


def test_two_threads_on_two_connections_never_mix(ground: Ground) -> None:
    wrong: list[object] = []
    start = threading.Barrier(2)

    def ask(whos: list[str]) -> None:
        line = Line(ground)
        start.wait()
        for who in whos * 40:
            with line.connection.transaction():
                line.speak(who)
                found = line.run(CASES)
            if found != {"vic": VIC, "ruth": RUTH, "silent": []}[who]:
                wrong.append((who, found))
        line.connection.close()

    threads = [threading.Thread(target=ask, args=[whos]) for whos in (["vic", "ruth"], ["ruth", "silent"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_two_threads_take_turns_on_one_connection(fresh: Line) -> None:
    """As a pool lends it: a transaction each, whole."""
    lock, wrong = threading.Lock(), []

    def ask(who: str, expected: list[str]) -> None:
        for _ in range(40):
            with lock, fresh.connection.transaction():
                fresh.speak(who)
                if fresh.run(CASES) != expected:
                    wrong.append(who)

    threads = [threading.Thread(target=ask, args=one) for one in (("vic", VIC), ("ruth", RUTH), ("nobody", []))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_what_ends_a_membership_is_seen_by_the_next_transaction(fresh: Line, owner: Line, level: str) -> None:
    """Suspended while a transaction runs: READ COMMITTED, which the application uses, sees it at the next statement."""
    suspend = "UPDATE access_membership SET suspended_at = {} WHERE id = %(vic)s"
    fresh.run(f"BEGIN ISOLATION LEVEL {level}")
    as_vic(fresh)
    owner.run(suspend.format("now()"))
    try:
        during = fresh.run(CASES)
        fresh.run("COMMIT")
        after = fresh.attempt("vic", CASES)
    finally:
        owner.run(suspend.format("NULL"))
    assert (during, after, fresh.attempt("vic", CASES)) == ([] if level == "READ COMMITTED" else VIC, [], VIC)
