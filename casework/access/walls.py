"""The walls inside the database: which role may do what with each table.

Walls are derived state, not migrations: every table has a declared class, a class says what the application may do,
and `raise_walls` makes the database agree. A table without a class stops it, and until then the application cannot
touch that table at all.
"""

import hashlib
from pathlib import Path

from django.apps import apps
from django.db import connection, transaction

CLASSES = {
    "account": "SELECT, INSERT, UPDATE, DELETE",
    "organization": "SELECT",
    "outbox": "SELECT, INSERT, UPDATE",
    "framework": "SELECT",
    "machinery": "SELECT, INSERT, UPDATE, DELETE",
}
TABLES = {
    "access_user": "account",
    "access_session": "account",
    "access_cacheentry": "machinery",
    "access_organization": "organization",
    "access_membership": "organization",
    "notifications_message": "outbox",
    # Tables of the libraries
    "account_emailaddress": "account",
    "account_emailconfirmation": "account",
    "mfa_authenticator": "account",
    "auth_group": "framework",
    "auth_group_permissions": "framework",
    "auth_permission": "framework",
    "django_content_type": "framework",
    "django_migrations": "framework",
    "procrastinate_events": "machinery",
    "procrastinate_jobs": "machinery",
    "procrastinate_periodic_defers": "machinery",
    "procrastinate_workers": "machinery",
}
APPLICATION = "casework_app"
# Whatever holds or opens rows: tables, views of all kinds, and functions that run with their owner's rights.
CATALOG = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
    UNION ALL SELECT proname || '()' FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
"""


class UnknownTable(RuntimeError):
    """Something in the database has no class, or a class names a table that is not there."""


def statements() -> list[str]:
    """The SQL of all walls, in order: each room's `walls.sql`, then the grants of each table."""
    files = [Path(config.path) / "walls.sql" for config in apps.get_app_configs()]
    parts = [file.read_text(encoding="utf-8") for file in files if file.exists()]
    parts.append(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {APPLICATION}")
    for table, name in sorted(TABLES.items()):
        parts.append(f"REVOKE ALL ON {table} FROM PUBLIC, {APPLICATION}")
        parts.append(f"GRANT {CLASSES[name]} ON {table} TO {APPLICATION}")
        if "INSERT" in CLASSES[name]:
            parts.append(_sequences(table))
    return parts


def expected() -> str:
    """The hash of the walls that this version of the program needs."""
    return hashlib.sha256("\n".join(statements()).encode()).hexdigest()


def standing() -> str | None:
    """The hash of the walls that stand in the database, or None when none were raised."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM ctx.raised")
        row = cursor.fetchone()
    return row[0] if row else None


def raise_walls() -> int:
    """Makes the database agree with the declared classes; how many tables it guards.

    Raises UnknownTable when the tables and the classes are not the same set.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CATALOG)
        found = {name for (name,) in cursor.fetchall()}
        if found != TABLES.keys():
            raise UnknownTable(f"Without a class, or missing: {', '.join(sorted(found ^ TABLES.keys()))}")
        for part in statements():
            cursor.execute(part)
        cursor.execute("SET LOCAL ROLE casework_definer")
        cursor.execute(
            "INSERT INTO ctx.raised (hash) VALUES (%s)"
            " ON CONFLICT (only_row) DO UPDATE SET hash = EXCLUDED.hash, at = now()",
            [expected()],
        )
        cursor.execute("SET LOCAL ROLE casework_owner")
    return len(TABLES)


def _sequences(table: str) -> str:
    return f"""DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT s.oid::regclass FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND s.relkind = 'S'
            WHERE d.refobjid = '{table}'::regclass
        LOOP EXECUTE format('GRANT USAGE ON SEQUENCE %s TO {APPLICATION}', name); END LOOP; END $$"""  # noqa: S608
