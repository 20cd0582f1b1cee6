"""Every table, view, function, right and policy is as declared; what is planted shows, and raising the walls clears"
" it.
"""

import os
import threading
from collections.abc import Iterator
from types import SimpleNamespace

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from casework.access import walls
from tests.walls.cast import Ground
from tests.walls.catalog import faults


@pytest.fixture
def admin(ground: Ground) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A superuser of the ground, whose transaction is taken back."""
    with psycopg.connect(ground.admin) as one:
        yield one
        one.rollback()


def test_the_walls_stand_as_declared(admin: "psycopg.Connection[tuple[object, ...]]") -> None:
    assert faults(admin) == []


AS_OWNER, AS_DEFINER = "SET ROLE casework_owner", "SET ROLE casework_definer"
PLANTED = {  # what somebody with too many rights leaves behind, and the line that tells it
    "CREATE TABLE public.planted (id int)": "public.planted: unknown or missing (r)",
    "CREATE TABLE ctx.planted (id int)": "ctx.planted: unknown or missing (r)",
    "CREATE SCHEMA other; CREATE TABLE other.planted (id int)": "other.planted: unknown or missing (r)",
    "CREATE VIEW public.planted AS SELECT * FROM access_user": "public.planted: unknown or missing (v)",
    "CREATE MATERIALIZED VIEW public.planted AS SELECT 1": "public.planted: unknown or missing (m)",
    "DROP VIEW ctx.colleague": "ctx.colleague: unknown or missing (v)",
    "ALTER VIEW ctx.colleague RESET (security_barrier)": f"ctx.colleague: {('v', walls.DEFINER, [], True, False)}",
    "GRANT SELECT ON ctx.live TO casework_app": f"ctx.live: {('v', walls.DEFINER, [], True, False)}",
    "GRANT SELECT ON ctx.key TO casework_app": f"ctx.key: {('r', walls.DEFINER, [], True, False)}",
    "GRANT UPDATE (hash) ON ctx.raised TO casework_app": f"ctx.raised: {('r', walls.DEFINER, [], True, True)}",
    "ALTER TABLE cases_note DISABLE ROW LEVEL SECURITY": f"cases_note: {(walls.OWNER, False, True, False, False)}",
    "ALTER TABLE cases_note NO FORCE ROW LEVEL SECURITY": f"cases_note: {(walls.OWNER, True, False, False, False)}",
    "ALTER TABLE cases_note OWNER TO postgres": f"cases_note: {('postgres', True, True, False, False)}",
    "CREATE POLICY planted ON cases_case FOR SELECT USING (false)": "cases_case: policy planted for PUBLIC",
    "CREATE POLICY planted ON cases_case TO casework_app USING (true)": "cases_case: policy planted lets everything"
    " pass",
    "CREATE POLICY planted ON cases_case TO casework_owner USING (true)": "cases_case: policy planted for the owner",
    "CREATE POLICY planted ON cases_case TO casework_test USING (false)": "cases_case: policy planted for"
    " casework_test",
    "ALTER POLICY app_read ON cases_note USING (true)": "cases_note: policy app_read lets everything pass",
    "DROP POLICY app_read ON cases_case": "cases_case: no policy for SELECT",
    "DROP POLICY app_add ON audit_entry": "audit_entry: no policy for INSERT",
    "DROP POLICY owner_all ON cases_case": "cases_case: no policy for its owner",
    "GRANT DELETE ON cases_note TO casework_app": "cases_note: rights of the application are"
    " [('DELETE', None), ('INSERT', None), ('SELECT', None), ('UPDATE', None)]",
    "GRANT UPDATE (verb) ON audit_entry TO casework_app": "audit_entry: rights of the application are"
    " [('INSERT', None), ('SELECT', None), ('UPDATE', 'verb')]",
    "REVOKE SELECT ON cases_case FROM casework_app": "cases_case: rights of the application are"
    " [('INSERT', None), ('UPDATE', None)]",
    "GRANT SELECT ON cases_case TO PUBLIC": "cases_case: PUBLIC may SELECT",
    "GRANT SELECT (id) ON access_user TO PUBLIC": "access_user: PUBLIC may SELECT",
    "GRANT SELECT ON cases_case TO casework_migrate": "cases_case: casework_migrate may SELECT",
    "GRANT TRUNCATE ON cases_case TO casework_definer": "cases_case: casework_definer may TRUNCATE",
    "GRANT SELECT ON cases_case TO casework_app WITH GRANT OPTION": "cases_case: casework_app may hand on SELECT",
    "GRANT EXECUTE ON FUNCTION ctx.verified(text) TO casework_app": "ctx.verified(text): callable or not,"
    " differently from the list",
    "GRANT EXECUTE ON FUNCTION ctx.mine_of(uuid) TO PUBLIC": "ctx.mine_of(uuid): open to PUBLIC",
    "REVOKE EXECUTE ON FUNCTION ctx.wide() FROM casework_app": "ctx.wide(): callable or not, differently from the list",
    "ALTER FUNCTION ctx.wide() SECURITY INVOKER": f"ctx.wide(): {walls.DEFINER}, invoker, ['search_path=pg_catalog,"
    f" pg_temp']",
    "ALTER FUNCTION ctx.wide() RESET search_path": f"ctx.wide(): {walls.DEFINER}, definer, []",
    "ALTER FUNCTION ctx.wide() OWNER TO postgres": "ctx.wide(): postgres, definer, ['search_path=pg_catalog, pg_temp']",
    "CREATE FUNCTION public.planted() RETURNS int SECURITY DEFINER RETURN 1": "public.planted(): runs with its"
    " owner's rights",
    "CREATE FUNCTION public.planted(text) RETURNS bool LEAKPROOF RETURN true": "public.planted(text): declared"
    " leakproof",
    "ALTER TABLE cases_note DROP CONSTRAINT note_of_case": "cases_note: case_id without the organization beside it",
    "ALTER TABLE cases_case DROP CONSTRAINT case_person_of_organization": "cases_case: person_id without the"
    " organization beside it",
    "ALTER TABLE cases_note ALTER CONSTRAINT note_of_case INITIALLY DEFERRED": "cases_note: case_id without the"
    " organization beside it",
    "DROP TRIGGER stays ON cases_note": "cases_note: rows may be moved, or not, unexpectedly",
    "ALTER TABLE cases_note DISABLE TRIGGER stays": "cases_note: trigger stays",
    "CREATE TRIGGER planted BEFORE UPDATE ON cases_case EXECUTE FUNCTION ctx.stays()": "cases_case: trigger planted",
    "GRANT casework_owner TO casework_app": "casework_app is a member of casework_owner",
    "GRANT pg_read_all_data TO casework_app": "casework_app is a member of pg_read_all_data",
    "ALTER ROLE casework_app BYPASSRLS": f"role casework_app: {(True, False, True, False, False, False)}",
    "ALTER ROLE casework_definer LOGIN": f"role casework_definer: {(True, False, False, False, False, False)}",
    "GRANT CREATE ON SCHEMA public TO casework_app": "schema public: casework_app has CREATE",
    "GRANT USAGE ON SCHEMA ctx TO PUBLIC": "schema ctx: PUBLIC has USAGE",
    "GRANT UPDATE ON SEQUENCE auth_group_id_seq TO casework_app": "sequence auth_group_id_seq: UPDATE",
    "ALTER DEFAULT PRIVILEGES FOR ROLE casework_owner GRANT SELECT ON TABLES TO casework_app": "by default, SELECT on"
    " objects of kind r",
    "GRANT EXECUTE ON FUNCTION lo_get(oid) TO PUBLIC": "large objects: lo_get",
    "CREATE RULE planted AS ON INSERT TO cases_note DO ALSO SELECT 1": "cases_note: "
    + str((walls.OWNER, True, True, True, False)),
}


@pytest.mark.parametrize("statement", PLANTED)
def test_what_is_planted_shows(admin: "psycopg.Connection[tuple[object, ...]]", statement: str) -> None:
    admin.execute(statement)
    assert PLANTED[statement] in faults(admin)


@pytest.fixture
def deploying(transactional_db: None) -> Iterator[str]:
    """Django asks as a deploy does; how a superuser reaches the same database, which is cloned anew afterwards."""
    connection.close()
    before = dict(connection.settings_dict), dict(connection.settings_dict["OPTIONS"])
    parts = conninfo_to_dict(os.environ["TEST_MIGRATE_URL"])
    connection.settings_dict |= {"USER": parts["user"], "PASSWORD": parts["password"]}
    connection.settings_dict["OPTIONS"]["assume_role"] = walls.OWNER
    yield make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=connection.settings_dict["NAME"])
    connection.close()
    connection.settings_dict |= before[0]
    connection.settings_dict["OPTIONS"] |= before[1]


TAMPERED = [  # by somebody who became the owner or the definer
    (AS_OWNER, "DROP POLICY app_read ON cases_case"),
    (AS_OWNER, "ALTER POLICY app_read ON cases_case USING (true)"),
    (AS_OWNER, "CREATE POLICY planted ON cases_case TO casework_app USING (true)"),
    (AS_OWNER, "CREATE POLICY planted ON cases_note USING (true)"),
    (AS_OWNER, "ALTER TABLE cases_note DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY"),
    (AS_OWNER, "DROP TRIGGER stays ON cases_note"),
    (AS_OWNER, "ALTER TABLE cases_note DISABLE TRIGGER stays"),
    (AS_OWNER, "GRANT ALL ON cases_case TO PUBLIC, casework_app"),
    (AS_OWNER, "GRANT UPDATE (verb) ON audit_entry TO casework_app"),
    (AS_DEFINER, "GRANT SELECT ON ctx.key TO casework_app"),
    (AS_DEFINER, "GRANT UPDATE ON ctx.raised TO casework_app"),
    (AS_DEFINER, "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ctx TO PUBLIC"),
    (AS_DEFINER, "ALTER VIEW ctx.colleague RESET (security_barrier)"),
    (AS_DEFINER, "CREATE FUNCTION ctx.planted() RETURNS int SECURITY DEFINER RETURN 1"),
    (AS_DEFINER, "CREATE OR REPLACE FUNCTION ctx.duty() RETURNS text LANGUAGE sql AS $$ SELECT 'operator' $$"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "statement"), TAMPERED, ids=[statement for _, statement in TAMPERED])
def test_raising_the_walls_again_undoes_it(deploying: str, role: str, statement: str) -> None:
    with psycopg.connect(deploying) as admin:
        admin.execute(role)
        admin.execute(statement)
        admin.execute("RESET ROLE")
        assert faults(admin) != []
        admin.commit()
        assert walls.raise_walls() == len(walls.tables())
        assert faults(admin) == []


UNKNOWN = [
    (AS_OWNER, "CREATE TABLE planted (id int)", "planted"),
    (AS_OWNER, "CREATE VIEW planted AS SELECT * FROM access_user", "planted"),
    (AS_OWNER, "CREATE MATERIALIZED VIEW planted AS SELECT * FROM access_user", "planted"),
    (AS_OWNER, "CREATE FUNCTION planted() RETURNS int SECURITY DEFINER RETURN 1", r"planted\(\)"),
    (AS_OWNER, "CREATE SCHEMA other; CREATE VIEW other.planted AS SELECT * FROM access_user", r"other\.planted"),
    (
        AS_DEFINER,
        "CREATE SCHEMA other; CREATE FUNCTION other.planted() RETURNS int SECURITY DEFINER RETURN 1",
        r"other\.planted\(\)",
    ),
    (AS_DEFINER, "CREATE TABLE ctx.planted (id int)", r"ctx\.planted"),
    (AS_DEFINER, "CREATE VIEW ctx.planted AS SELECT * FROM access_user", r"ctx\.planted"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("role", "statement", "named"), UNKNOWN, ids=[statement for _, statement, _ in UNKNOWN])
def test_what_is_unknown_stops_the_walls(deploying: str, role: str, statement: str, named: str) -> None:
    with psycopg.connect(deploying) as admin:
        admin.execute(role)
        admin.execute(statement)
    before = walls.standing()
    with pytest.raises(walls.UnknownTable, match=f": {named}$"):
        walls.raise_walls()
    assert walls.standing() == before == walls.expected()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("casework_owner",)


def worker(deploying: str, seconds: float) -> threading.Thread:
    """Somebody at work, who holds a table for so long."""
    begun = threading.Event()

    def work() -> None:
        with psycopg.connect(deploying) as other:
            other.execute("LOCK TABLE access_user IN ROW EXCLUSIVE MODE")
            begun.set()
            other.execute("SELECT pg_sleep(%s)", [seconds])

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    return thread


@pytest.mark.django_db(transaction=True)
def test_whoever_is_at_work_finishes_before_the_walls_are_raised(
    deploying: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walls, "HOLD_MS", 100)
    at_work = worker(deploying, 0.5)
    assert walls.raise_walls() == len(walls.tables())
    at_work.join()


@pytest.mark.django_db(transaction=True)
def test_who_does_not_finish_is_waited_for_so_often(deploying: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(walls, "HOLDS", 3)
    monkeypatch.setattr(walls, "HOLD_MS", 50)
    monkeypatch.setattr(walls, "time", SimpleNamespace(sleep=slept.append))
    at_work = worker(deploying, 2)
    with pytest.raises(OperationalError, match="lock timeout"):
        walls.raise_walls()
    assert slept == [0.05, 0.05]
    at_work.join()


@pytest.mark.django_db(transaction=True)
def test_another_failure_is_not_waited_for(deploying: str, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(walls, "time", SimpleNamespace(sleep=slept.append))
    at_work = worker(deploying, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '100ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            walls.raise_walls()
        cursor.execute("RESET statement_timeout")
    assert slept == []
    at_work.join()
