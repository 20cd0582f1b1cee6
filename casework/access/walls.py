"""The walls inside the database: which role may do what with each table, and with which rows of it.

Walls are derived state, not migrations: every table has a declared class (`wall` on the model), a class says what the
application may do, and `raise_walls` makes the database agree. What a class cannot say in one line stands in the room's
`walls.sql`. A table without a class stops it, and until then the application cannot touch that table at all.
"""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError
from django.db import OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from casework.access.context import pads
from casework.access.versions import Versioned
from casework.vault import keys
from casework.vault.cipher import key_id, root_key
from casework.vault.fields import IndexField, SealedField

HOLD_MS, HOLDS = 300, 300
APPLICATION, OWNER, DEFINER = "casework_app", "casework_owner", "casework_definer"


@dataclass(frozen=True)
class Wall:
    """A class of tables: the application's rights, and its policies where they are the same for every such table.

    In the expressions {table} is the table's name, and {tier_2}, {tier_own} and {tier_3} limit the tier of rows that
    have one.
    """

    rights: str
    read: str = ""
    write: str = ""


# A child of a case: as the case itself, and no further than the actor's tier there (design: T1 intake, T2
# representation, T3 counsel). Each set is computed once a statement, and only when a row asks for it: the cheap ones
# stand first. IN (SELECT unnest) is hashed; = ANY looks through the whole set for every row.
OF_CASE = """
    (case_id IN (SELECT unnest((SELECT ctx.mine())::uuid[])){tier_own})
    OR (organization_id = ANY ((SELECT ctx.wide())::uuid[]){tier_2}
        AND case_id NOT IN (SELECT unnest((SELECT ctx.closed())::uuid[])))
    OR (case_id IN (SELECT unnest((SELECT {granted})::uuid[])){tier_2})
    OR (case_id IN (SELECT unnest((SELECT {granted_counsel})::uuid[])){tier_3})
"""
READ_OF_CASE = OF_CASE.replace("{granted}", "ctx.granted()").replace("{granted_counsel}", "ctx.counsel()")
WRITE_OF_CASE = OF_CASE.replace("{granted}", "ctx.changeable()").replace(
    "{granted_counsel}", "ctx.counsel_changeable()"
)
# Of one's own organization alone: shared cases are left out.
OF_OWN_CASE = OF_CASE.partition("    OR (case_id IN (SELECT unnest((SELECT {granted})")[0]
OF_DRAFT = "OR (case_id IN (SELECT unnest((SELECT ctx.drafts())::uuid[])) AND tier <= 2)"
READ_OF_PERSON = """
    (organization_id = ANY ((SELECT ctx.wide())::uuid[])
        AND ({person} NOT IN (SELECT unnest((SELECT ctx.closed_people())::uuid[])) OR ctx.has_open_case({person})))
    OR {person} = ANY ((SELECT ctx.people())::uuid[])
"""
WRITE_OF_PERSON = READ_OF_PERSON.replace("ctx.people()", "ctx.people_to_change()") + (
    "OR (organization_id = (SELECT ctx.organization_id()) AND ctx.is_new_person({person}))"
)
# A tiered row of a person, as far as one's tier goes in the best of the person's cases.
OF_PERSON = """
    ({person} IN (SELECT unnest((SELECT ctx.people_to_change())::uuid[])){tier_own})
    OR (organization_id = ANY ((SELECT ctx.wide())::uuid[]){tier_2}
        AND ({person} NOT IN (SELECT unnest((SELECT ctx.closed_people())::uuid[])) OR ctx.has_open_case({person})))
"""
READ_OF_FILE = (
    OF_PERSON
    + """
    OR ({person} IN (SELECT unnest((SELECT ctx.granted_people())::uuid[])){tier_2})
    OR ({person} IN (SELECT unnest((SELECT ctx.counsel_people())::uuid[])){tier_3})
"""
)
WRITE_OF_FILE = OF_PERSON + (
    "OR (organization_id = (SELECT ctx.organization_id()) AND ctx.is_new_person({person}){tier_own})"
)
OF_COUNSEL = "organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads())"
OWN_BATCH = OF_COUNSEL + " AND made_by_id = (SELECT ctx.membership_id())"
# The file of a batch: while it is kept, for whoever asked for it and still sees everybody whose form is in it. Whose
# batch it is and whose the forms are their own policies tell.
KEPT_BATCH = """
    EXISTS (SELECT FROM intake_batch b WHERE b.id = batch_id AND b.state = 'done'
        AND b.ended_at > statement_timestamp() - interval '24 hours'
        AND b.forms = (SELECT count(*) FROM intake_packet p WHERE p.batch_id = b.id))
"""
RUNNING_BATCH = "EXISTS (SELECT FROM intake_batch b WHERE b.id = batch_id AND b.state = 'running')"
OWN_IMPORT = OF_COUNSEL + " AND import_of_id = ANY ((SELECT ctx.uploads(true))::uuid[])"
# What hangs on a document: for whoever sees that, which its own policy tells.
OF_DOCUMENT = "EXISTS (SELECT FROM documents_document d WHERE d.id = document_id)"
WRITE_OF_DOCUMENT = f"({WRITE_OF_CASE}) AND {OF_DOCUMENT}"
OF_TAKERS = "organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.takes_calls())"
# A call about a case as the case is; one about none for counsel, whoever noted it, and whoever has its card now.
CALL = (
    "(case_id IS NOT NULL AND ({of_case})) OR (case_id IS NULL AND "
    + OF_TAKERS
    + " AND ((SELECT ctx.reads()) OR by_id = (SELECT ctx.membership_id())"
    " OR (taken_by_id = (SELECT ctx.membership_id()) AND taken_until > statement_timestamp())))"
)
EVERYBODY = "true"
WORKER = "(SELECT ctx.duty()) = 'worker'"

CLASSES = {
    # Written out in walls.sql, because each is one of a kind
    "user": Wall("SELECT, INSERT, UPDATE"),
    "session": Wall("SELECT, INSERT, UPDATE, DELETE"),
    "account": Wall("SELECT, INSERT, UPDATE, DELETE"),
    "organization": Wall(
        "SELECT, UPDATE (name, kind, time_zone, phone, hours, languages, facilities, visibility, capacity,"
        " retention_years)"
    ),
    "membership": Wall("SELECT"),
    "invitation": Wall("SELECT"),
    "factor_reset": Wall("SELECT"),
    "settings": Wall("SELECT, INSERT, UPDATE, DELETE"),
    "feed": Wall("SELECT, INSERT, UPDATE (revoked_at, fetched_at, fetches, told_at, told)"),
    "outbox": Wall("SELECT, INSERT, UPDATE"),
    "reminder": Wall("SELECT, INSERT, UPDATE (state, why, settled_at, message_id)"),
    "reminder_choice": Wall("SELECT, INSERT, UPDATE (minutes, digest, changed_at)"),
    "report": Wall("SELECT, INSERT, UPDATE (resolved_at, resolved_by_name, answer)"),
    "append_only": Wall("SELECT, INSERT"),
    "chain": Wall(""),
    "person": Wall("SELECT, INSERT, UPDATE"),
    "case": Wall("SELECT, INSERT, UPDATE"),
    "assignment": Wall("SELECT, INSERT, UPDATE (ends_at)", read=READ_OF_CASE),
    "grant": Wall("SELECT, INSERT, DELETE"),
    # The same for every such table
    "case_owned": Wall("SELECT, INSERT, UPDATE", read=READ_OF_CASE, write=WRITE_OF_CASE),
    "of_person": Wall(
        "SELECT, INSERT, DELETE",
        read=READ_OF_PERSON.replace("{person}", "person_id"),
        write=WRITE_OF_PERSON.replace("{person}", "person_id"),
    ),
    # What an organization knows that hangs on no case: every member reads and writes it
    "of_organization": Wall(
        "SELECT, INSERT, UPDATE",
        read="organization_id = (SELECT ctx.organization_id())",
        write="organization_id = (SELECT ctx.organization_id())",
    ),
    **{
        wall: Wall(
            rights,
            read=READ_OF_FILE.replace("{person}", "person_id"),
            write=WRITE_OF_FILE.replace("{person}", "person_id"),
        )
        for wall, rights in {
            "person_owned": "SELECT, INSERT, UPDATE",
            # Whoever has its card is written by functions alone
            "stay": "SELECT, INSERT, UPDATE (began_at, began_precision, ended_at, ended_precision, reason,"
            " confirmed_at, next_check_at, withdrawn, version)",
            "person_kept": "SELECT, INSERT",
            "flag": "SELECT, INSERT, DELETE",
            "consent": "SELECT, INSERT, UPDATE (revoked_at, revoked_by_id, revoked_why)",
        }.items()
    },
    # The hotline's (intake/walls_calls.sql). Who has a card is written by functions alone
    "call": Wall(
        "SELECT, INSERT, UPDATE (settled_at, became_id, language, place_type, urgent)",
        read=CALL.replace("{of_case}", READ_OF_CASE),
        write=CALL.replace("{of_case}", WRITE_OF_CASE),
    ),
    "shift": Wall("SELECT, INSERT, UPDATE", read=OF_TAKERS, write=OF_TAKERS),
    "incident": Wall("SELECT, INSERT, UPDATE", read=OF_TAKERS, write=OF_TAKERS),
    # What was answered at intake: nobody changes a row. Whoever took a draft has its second tier before them, too, as
    # long as it is one (intake/walls_answers.sql).
    "answer": Wall("SELECT, INSERT", read=READ_OF_CASE + OF_DRAFT, write=OF_OWN_CASE + OF_DRAFT),
    # What an organization does not ask: every member reads it, an administrator writes it
    "question_choice": Wall(
        "SELECT, INSERT, UPDATE (off, version)",
        read="organization_id = (SELECT ctx.organization_id())",
        write="organization_id = (SELECT ctx.organization_as('admin'))",
    ),
    # What is brought in to become cases: for whoever brings it (intake/walls_imports.sql)
    "import": Wall("SELECT, INSERT, UPDATE"),
    **{
        wall: Wall(rights, read=OWN_IMPORT, write=OWN_IMPORT)
        for wall, rights in {
            "sheet": "SELECT, INSERT, UPDATE",
            "sheet_part": "SELECT, INSERT",
            "imported_row": "SELECT, INSERT",
        }.items()
    },
    # Forms for a whole visit: for whoever asked for them (intake/walls_batches.sql)
    "batch": Wall(
        "SELECT, INSERT, UPDATE (state, why, forms, left_out, pages, ended_at, version)",
        read=OWN_BATCH,
        write=OWN_BATCH,
    ),
    "batch_part": Wall("SELECT, INSERT", read=KEPT_BATCH, write=RUNNING_BATCH),
    # Documents (documents/walls.sql): what was brought is judged once, and not changed afterwards
    "document_file": Wall(
        "SELECT, INSERT, UPDATE (state, reason, media_type, pages, checked_at)",
        read=OF_DOCUMENT,
        write=WRITE_OF_DOCUMENT,
    ),
    "document_bytes": Wall("SELECT, INSERT, DELETE", read=OF_DOCUMENT, write=WRITE_OF_DOCUMENT),
    # The conflict check: functions alone write what they find, the application what is searched for and decided
    # (intake/walls_conflicts.sql)
    "conflict_check": Wall("SELECT", read=OF_OWN_CASE),
    "conflict_candidate": Wall("SELECT", read=OF_OWN_CASE),
    "conflict_decision": Wall(
        "SELECT, INSERT, UPDATE (reason, withdrawn_at, withdrawn_by_id, version)", read=OF_OWN_CASE, write=OF_OWN_CASE
    ),
    "searched_term": Wall("SELECT, INSERT, DELETE", read=OF_OWN_CASE + OF_DRAFT, write=OF_OWN_CASE + OF_DRAFT),
    "column_memory": Wall("SELECT, INSERT, UPDATE", read=OF_COUNSEL, write=OF_COUNSEL),
    # What is handed over to another organization; its way is written by functions (intake/walls_handover.sql)
    "hand_over": Wall("SELECT, INSERT", read=OF_OWN_CASE, write=OF_OWN_CASE),
    "offer": Wall("SELECT, INSERT", read=OF_OWN_CASE, write=OF_OWN_CASE),
    "offer_card": Wall(
        "SELECT, INSERT, UPDATE (names, a_number, matters, facility_key, place, place_kind, custody, language,"
        " priority, is_bond, next_hearing_at, next_hearing_zone, version)"
    ),
    "offer_part": Wall(
        "SELECT, INSERT, UPDATE (content, packed_at, version)",
        read=OF_OWN_CASE + OF_DRAFT,
        write=OF_OWN_CASE + OF_DRAFT,
    ),
    "received": Wall("SELECT, INSERT", read=READ_OF_CASE, write=WRITE_OF_CASE),
    # What is kept, and what goes for good: purges are written by functions alone (retention/walls.sql)
    "keep": Wall("SELECT, INSERT, UPDATE (ended_at, ended_by_id)", read=OF_OWN_CASE, write=OF_OWN_CASE),
    "purge": Wall("SELECT", read="organization_id = (SELECT ctx.decides_on_purges())"),
    # The family's window (portal/walls.sql)
    "family_link": Wall(
        "SELECT, INSERT, UPDATE (consent_id, language, token_hash, pin_hash, renewed_at, ends_at, revoked_at,"
        " revoked_by_id, opened_at, openings, warned_at)",
        read=OF_OWN_CASE,
        write=OF_OWN_CASE,
    ),
    "publication": Wall("SELECT, INSERT, UPDATE (content, written_at)", read=OF_OWN_CASE),
    "family_word": Wall("SELECT, INSERT", read=OF_OWN_CASE),
    "family_task": Wall("SELECT, INSERT, UPDATE (done_at, withdrawn_at)", read=OF_OWN_CASE, write=OF_OWN_CASE),
    "family_notice": Wall("SELECT, INSERT, UPDATE (stopped_at, stopped_how)", read=OF_OWN_CASE, write=OF_OWN_CASE),
    "family_message": Wall("SELECT, INSERT, UPDATE (due_at, state, why, settled_at, message_id)", read=OF_OWN_CASE),
    "family_session": Wall("SELECT, INSERT, UPDATE (ends_at), DELETE"),
    # Keys lie wrapped. Whoever may not see a person is not given the key of that file either.
    "organization_key": Wall("SELECT, INSERT"),
    "file_key": Wall("SELECT, INSERT", read=READ_OF_PERSON.replace("{person}", "file_id")),
    "framework": Wall("SELECT", read=EVERYBODY),
    # The same for all organizations: whoever has signed in reads it, and the owner alone writes it (load_directory)
    "reference": Wall("SELECT", read="(SELECT ctx.user_id()) IS NOT NULL OR (SELECT ctx.duty()) IS NOT NULL"),
    "group": Wall("SELECT", read="(SELECT ctx.membership_id()) IS NOT NULL"),
    "machinery": Wall("SELECT, INSERT, UPDATE, DELETE", read=EVERYBODY, write=EVERYBODY),
    # Procrastinate's. Everybody sees whether a worker lives; jobs are put in and taken on duty (queue.py).
    "worker": Wall("SELECT, INSERT, UPDATE, DELETE", read=EVERYBODY, write=WORKER),
    "by_the_clock": Wall("SELECT, INSERT, UPDATE, DELETE", read=WORKER, write=WORKER),
    "job": Wall("SELECT, INSERT, UPDATE, DELETE"),
    "closed": Wall(""),
}
LIBRARIES = {
    "account_emailaddress": "account",
    "account_emailconfirmation": "account",
    "mfa_authenticator": "account",
    "auth_group": "group",
    "auth_group_permissions": "framework",
    "auth_permission": "framework",
    "django_content_type": "framework",
    "django_migrations": "framework",
    # guardian's generic tables hold keys as text, which no index helps, and rows that outlive their object
    "guardian_userobjectpermission": "closed",
    "guardian_groupobjectpermission": "closed",
    "procrastinate_events": "job",
    "procrastinate_jobs": "job",
    "procrastinate_periodic_defers": "by_the_clock",
    "procrastinate_workers": "worker",
}
# Whatever holds or opens rows: tables, views of all kinds, functions that run with their owner's rights. What is the
# walls' own in schema ctx is made anew each time, but for three tables.
CATALOG = """
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || name FROM (
        SELECT relnamespace AS room, relname::text AS name FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
        UNION ALL SELECT pronamespace, proname || '()' FROM pg_proc WHERE prosecdef
    ) found JOIN pg_namespace n ON n.oid = room
    WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
        AND (nspname <> 'ctx' OR name NOT IN ('key', 'raised', 'waiting', 'live', 'colleague') AND name NOT LIKE '%()')
"""
# Whose a row is, and who made it, does not change.
FIXED = (
    "id", "organization_id", "case_id", "person_id", "stay_id", "user_id", "opened_by_id", "author_id", "made_by_id",
    "recorded_by_id",
)  # fmt: skip
# Everything that walls are made of goes first, so that what a former version left does not stay.
CLEAR = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'
        LOOP EXECUTE format('DROP POLICY %I ON public.%I', one.policyname, one.tablename); END LOOP;
    FOR one IN SELECT tgname, tgrelid::regclass AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE p.pronamespace = 'ctx'::regnamespace AND NOT tgisinternal
        LOOP EXECUTE format('DROP TRIGGER %I ON %s', one.tgname, one.name); END LOOP;
END $$
"""
# All names are read before the first goes: with one view another may go, and its name with it.
CLEAR_FUNCTIONS = """
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY(SELECT oid::regclass::text FROM pg_class
        WHERE relkind = 'v' AND relowner = 'casework_definer'::regrole)
        LOOP EXECUTE format('DROP VIEW IF EXISTS %s CASCADE', name); END LOOP;
    FOREACH name IN ARRAY ARRAY(SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'ctx'::regnamespace)
        LOOP EXECUTE format('DROP FUNCTION IF EXISTS %s', name); END LOOP;
END $$
"""


WRONG_KEY = (
    "The root key is not the one that this database was sealed with. Put the right one back (VAULT_ROOT_KEY,"
    " VAULT_ROOT_KEY_FILE or var/keys/root.key); docs/keys.md says what to do when it is lost."
)


class WrongRootKey(CommandError):
    """Nothing that stands in the database opens with the root key of now."""


class UnknownTable(RuntimeError):
    """Something in the database has no class, or a class names a table that is not there."""


def tables() -> dict[str, str]:
    """Each table with its class."""
    ours = {model._meta.db_table: model.wall for model in apps.get_models() if hasattr(model, "wall")}
    return LIBRARIES | ours


def statements() -> list[str]:
    """The SQL of all walls, in order."""
    guarded = {name: CLASSES[wall] for name, wall in sorted(tables().items())}
    return [
        CLEAR,
        f"SET LOCAL ROLE {DEFINER}",
        CLEAR_FUNCTIONS,
        f"SET LOCAL ROLE {OWNER}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {APPLICATION}",
        *[part for table in guarded for part in _foundation(table)],
        *[file.read_text(encoding="utf-8") for file in _files()],
        *[part for table, wall in guarded.items() for part in _wall(table, wall)],
    ]


def expected() -> str:
    """The hash of the walls that this version of the program, with this root key, needs."""
    return hashlib.sha256("\n".join(statements()).encode() + b"".join(pads())).hexdigest()


def root_key_stands() -> bool:
    """Whether the walls were raised with the root key of now, which then opened what the database holds.

    Raises ImproperlyConfigured without one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT root_key FROM ctx.raised")
        row = cursor.fetchone()
    return row is not None and row[0] == key_id(root_key()).hex()


def standing() -> str | None:
    """The hash of the walls that stand in the database, or None when none were raised."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM ctx.raised")
        row = cursor.fetchone()
    return row[0] if row else None


def raise_walls() -> int:
    """Makes the database agree with the declared classes; how many tables it guards.

    Raises UnknownTable when the tables and the classes are not the same set, and WrongRootKey, before anything is
    changed, when the database was sealed with another root key.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        for part in (f"SET LOCAL ROLE {DEFINER}", "CREATE SCHEMA IF NOT EXISTS ctx", f"SET LOCAL ROLE {OWNER}"):
            cursor.execute(part)
        cursor.execute(CATALOG)
        found = {name for (name,) in cursor.fetchall()}
        if not _is_right_root_key():
            raise WrongRootKey(WRONG_KEY)
        if found != tables().keys():
            raise UnknownTable(f"Without a class, or missing: {', '.join(sorted(found ^ tables().keys()))}")
        _hold_all()
        for part in statements():
            cursor.execute(part)
        cursor.execute(f"SET LOCAL ROLE {DEFINER}")
        cursor.execute(
            "INSERT INTO ctx.key (inner_pad, outer_pad) VALUES (%s, %s)"
            " ON CONFLICT (only_row) DO UPDATE SET inner_pad = EXCLUDED.inner_pad, outer_pad = EXCLUDED.outer_pad",
            list(pads()),
        )
        cursor.execute(
            "INSERT INTO ctx.raised (hash, root_key) VALUES (%s, %s)"
            " ON CONFLICT (only_row) DO UPDATE SET hash = EXCLUDED.hash, root_key = EXCLUDED.root_key, at = now()",
            [expected(), key_id(root_key()).hex()],
        )
        cursor.execute(f"SET LOCAL ROLE {OWNER}")
    return len(found)


def _hold_all() -> None:
    """Holds every table alone to the end of the transaction, and lets whoever is at work finish first.

    Taken one after the other, in the midst of requests, tables would be a deadlock: PostgreSQL then ends somebody's
    request. So a table is waited for only shorter than that takes (`deadlock_timeout`, a second), all are let go, and
    taken again. Raises OperationalError when that does not succeed for minutes.
    """
    names = ", ".join(connection.ops.quote_name(name) for name in sorted(tables()))
    for left in reversed(range(HOLDS)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {HOLD_MS}")
                cursor.execute(f"LOCK TABLE {names}")
                cursor.execute("SET LOCAL lock_timeout = 0")
                return
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, LockNotAvailable):
                raise
            time.sleep(HOLD_MS / 1000)


def _is_right_root_key() -> bool:
    """Whether the walls were raised with the root key of now; where none stand, whether it opens the newest key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'ctx' AND relname = 'raised'"
        )
        if cursor.fetchone():
            cursor.execute("SELECT root_key FROM ctx.raised WHERE root_key IS NOT NULL")
            if row := cursor.fetchone():
                return bool(row[0] == key_id(root_key()).hex())
    return keys.root_key_opens_newest()


def _files() -> list[Path]:
    """Each room's `walls.sql` and what is named after it, lowest floor first."""
    rooms = [Path(config.path) for config in reversed(list(apps.get_app_configs()))]
    return [file for room in rooms for file in sorted(room.glob("walls*.sql"), key=lambda file: file.stem)]


def _foundation(table: str) -> list[str]:
    """What is the same for every table: closed to all but its owner, whom the walls bind, too, and to the definer."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM PUBLIC, {APPLICATION}, {DEFINER}",
        f"CREATE POLICY owner_all ON {table} TO {OWNER} USING (true) WITH CHECK (true)",
    ]


def _wall(table: str, wall: Wall) -> list[str]:
    """The application's rights and policies, and the trigger that keeps a row in its organization and case."""
    parts = [f"GRANT {wall.rights} ON {table} TO {APPLICATION}"] if wall.rights else []
    tier = _has(table, "tier")
    limits = {
        "tier_2": " AND tier <= 2" if tier else "",
        "tier_own": " AND tier <= (SELECT ctx.own_tier())" if tier else "",
        "tier_3": " AND tier <= 3" if tier else " AND false",
    }
    read, write = wall.read.format(**limits), wall.write.format(**limits)
    if read:
        parts.append(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APPLICATION} USING ({read})")
    if write:
        parts.append(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APPLICATION} WITH CHECK ({write})")
    if write and "UPDATE" in wall.rights:
        parts.append(
            f"CREATE POLICY app_change ON {table} FOR UPDATE TO {APPLICATION} USING ({write}) WITH CHECK ({write})"
        )
    if write and "DELETE" in wall.rights:
        parts.append(f"CREATE POLICY app_remove ON {table} FOR DELETE TO {APPLICATION} USING ({write})")
    if "INSERT" in wall.rights:
        parts.append(_sequences(table))
    fixed = [name for name in FIXED if _has(table, name)]
    if _has(table, "organization_id") and "UPDATE" in wall.rights:
        parts.append(
            f"CREATE TRIGGER stays BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN ({' OR '.join(f'NEW.{name} IS DISTINCT FROM OLD.{name}' for name in fixed)})"
            " EXECUTE FUNCTION ctx.stays()"
        )
    if "UPDATE" in wall.rights and (backwards := _backwards(table)):
        parts.append(
            f"CREATE TRIGGER goes_on BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (current_user <> '{OWNER}' AND ({backwards})) EXECUTE FUNCTION ctx.goes_on()"
        )
    return parts


def _backwards(table: str) -> str:
    """What no save does: leave the version behind or out, or write over what is sealed without the next one.

    Else older values would open again, their version written back with them. In a row without versions a sealed column
    is written once. The owner of the tables seals anew (rotation) and shreds.
    """
    model = next((one for one in apps.get_models() if one._meta.db_table == table), None)
    fields = model._meta.concrete_fields if model else ()
    sealed = [field.column for field in fields if isinstance(field, SealedField | IndexField)]
    changed = [f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in sealed]
    if model and issubclass(model, Versioned):
        same = f" OR NEW.version = OLD.version AND ({' OR '.join(changed)})" if changed else ""
        return f"NEW.version NOT IN (OLD.version, OLD.version + 1){same}"
    return " OR ".join(f"OLD.{name} IS NOT NULL AND {one}" for name, one in zip(sealed, changed, strict=True))


def _has(table: str, column: str) -> bool:
    models = [model for model in apps.get_models() if model._meta.db_table == table]
    return any(field.column == column for model in models for field in model._meta.fields)


def _sequences(table: str) -> str:
    """Identity columns count without a right to it, so that nobody asks them how many rows all organizations have."""
    return f"""DO $$ DECLARE name text; BEGIN
        FOR name IN SELECT s.oid::regclass FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND s.relkind = 'S'
            WHERE d.refobjid = '{table}'::regclass AND d.deptype = 'a'
        LOOP EXECUTE format('GRANT USAGE ON SEQUENCE %s TO {APPLICATION}', name); END LOOP; END $$"""  # noqa: S608
