import os

import psycopg
import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from casework.access import walls


@pytest.mark.django_db
def test_the_walls_stand_as_this_version_needs_them() -> None:
    assert walls.standing() == walls.expected()


@pytest.mark.django_db
def test_every_table_of_the_database_has_a_class_and_exactly_its_rights() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tablename, coalesce(string_agg(g.privilege_type, ', ' ORDER BY g.privilege_type), '')"
            " FROM pg_tables t LEFT JOIN information_schema.table_privileges g"
            " ON g.table_schema = t.schemaname AND g.table_name = t.tablename AND g.grantee = 'casework_app'"
            " WHERE t.schemaname = 'public' GROUP BY 1"
        )
        rights = dict(cursor.fetchall())
    declared = {table: ", ".join(sorted(walls.CLASSES[name].split(", "))) for table, name in walls.TABLES.items()}
    assert rights == declared


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_administrator() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb,"
            " pg_has_role('casework_owner', 'MEMBER'), pg_has_role('casework_definer', 'MEMBER')"
            " FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("casework_app", False, False, False, False, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE planted (id int)",
        "CREATE SCHEMA planted",
        "CREATE TEMPORARY TABLE planted (id int)",
        "ALTER TABLE access_user ADD planted int",
        "TRUNCATE access_session",
        "DROP TABLE access_user",
        "UPDATE ctx.raised SET hash = 'planted'",
        "INSERT INTO access_organization SELECT * FROM access_organization",
        "UPDATE access_membership SET roles = '{admin}'",
        "DELETE FROM notifications_message",
        "DELETE FROM django_migrations",
        "SET ROLE casework_owner",
        "SET ROLE casework_definer",
        "SET ROLE casework_migrate",
        "COPY access_user TO PROGRAM 'cat'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_application_may_not(statement: str) -> None:
    with (
        connection.cursor() as cursor,
        pytest.raises(Exception, match=r"permission denied|must be owner|not permitted"),
    ):
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "planted",
    [
        "CREATE TABLE planted (id int)",
        "CREATE VIEW planted AS SELECT * FROM access_user",
        "CREATE MATERIALIZED VIEW planted AS SELECT * FROM access_user",
        "CREATE FUNCTION planted() RETURNS bigint SECURITY DEFINER RETURN (SELECT count(*) FROM access_user)",
    ],
)
def test_what_is_planted_stops_the_walls(planted: str) -> None:
    name = connection.settings_dict["NAME"]
    with psycopg.connect(make_conninfo(os.environ["TEST_ADMIN_URL"], dbname=name), autocommit=True) as admin:
        admin.execute("SET ROLE casework_owner")
        admin.execute(planted)
    with pytest.raises(walls.UnknownTable, match="planted"):
        walls.raise_walls()
    if "FUNCTION" not in planted:
        with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
            cursor.execute("SELECT * FROM planted")
