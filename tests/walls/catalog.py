"""What is wrong with the walls, told from the database's own catalog alone. Nothing, hopefully."""

import re
from collections.abc import Callable
from typing import Any

import psycopg

from casework.access import walls

APP, OWNER, DEFINER = walls.APPLICATION, walls.OWNER, walls.DEFINER
CTX = {"key": "r", "raised": "r", "waiting": "r", "live": "v", "colleague": "v", "presence": "v"}
COMMANDS = {"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
CALLABLE = """
    conflict_asked(uuid) check_conflicts(uuid,boolean) check_words(integer,bytea[],bigint[],boolean,bytea[],text)
    decide_conflicts(uuid,uuid[],integer[]) may_check(uuid) meets(uuid,integer) undo_conflicts(uuid)
    unseen_conflicts(uuid) ask_in_restricted(uuid)
    answer_coverage(uuid,boolean) coverage_asked() digest(uuid,timestamp_with_time_zone) digests_wanted() feed(text)
    reminder_facts(text,uuid) reminders_wanted(uuid[]) silent_hearings()
    accept_invitation(text,uuid) ask_factor_reset(uuid,uuid) audit_heads() cancel_factor_reset(uuid)
    change_membership(uuid,text[],text,text,text,text,uuid,timestamp_with_time_zone,timestamp_with_time_zone)
    call_cards() changeable() check_cards() claim() end_call(uuid) incident_intakes(uuid[]) is_hotline_file(uuid)
    take_call(uuid) takes_calls()
    batches() forget_batch(uuid) sweep_batches()
    drafts() forget_sheet(uuid) import_touched(uuid) measure_import()
    changeable() check_cards() claim()
    drafts() forget_sheet(uuid)
    accept_offer(uuid) broken_hand_overs(uuid) decline_offer(uuid,text) expire_offers() go_on_offering(uuid) helpers()
    decides_on_purges() kept_cases() propose_purge(uuid) agree_to_purge(uuid) withdraw_purge(uuid) purge_next()
    purge_readers(uuid)
    is_offered(uuid) kept() kept_people() offer_files() offerers() offers_to_me() take_over_done(uuid)
    withdraw_hand_over(uuid,text) import_touched(uuid) measure_import()
    is_just_opened(uuid,uuid) sweep_sheets() undo_import(uuid) uploads(boolean)
    document_space(uuid)
    letter_facts(uuid,uuid)
    family_door(text) family_facts(uuid) family_link() family_links_about(uuid) family_session(text)
    family_file() family_notices(uuid) family_offices(text) family_organization() family_told(uuid) family_tried(uuid)
    is_family_told(uuid,uuid) family_texters() family_hands_in(uuid) is_family_file(uuid,uuid) family_space()
    is_family_consent(uuid,uuid,uuid)
    close_organization(uuid) closed() closed_people() confirm_factor_reset(uuid) counsel()
    counsel_people() granted_people() person_tier(uuid)
    counsel_changeable() do_factor_resets() duty() end_all_sessions(uuid) end_check(uuid) end_places(uuid)
    end_sessions(uuid) end_shares(uuid)
    found_organization(uuid,text,text,text,text,uuid,text,text) glance(uuid,jsonb)
    go_on_to_next_hearings() granted() group_of(uuid) has_merged(uuid) has_open_case(uuid)
    invitation(text) invite(uuid,text,text[],timestamp_with_time_zone,text) invite_first(uuid,uuid,text,text)
    is_case_permission(integer) is_new(uuid) is_new_person(uuid) is_nobodys(uuid) is_receiver(uuid,uuid)
    next_deadline(uuid)
    last_visit(timestamp_with_time_zone) line_agrees(uuid,uuid,uuid,text) membership_id() mine()
    next_reference(integer,integer) organization_as(text) organization_id() organizations() own_organizations()
    own_tier()
    people() people_to_change() reads() receiver(uuid,text) restore(uuid)
    sees_whole(uuid,boolean) session_key()
    settle_custody(uuid) settle_shares(uuid)
    share_until(uuid,boolean) sharers() suspend(uuid) take_check(uuid) user_id()
    viewers(uuid) wide() withdraw_invitation(uuid)
"""
OURS = "NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'"
NOT_OF_EXTENSION = "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = {}.oid AND e.deptype = 'e')"

# Functions of triggers that only refuse, with the rights of whoever is refused.
INVOKER = {"stays()", "only_added()", "goes_on()", "confirms()"}
# The triggers of the audit, by table: name, state, function.
AUDIT = {
    ("audit_entry", "stamped", "O", "audit_stamp"),
    ("audit_entry", "chained", "O", "audit_chain"),
    ("audit_entry", "only_added", "O", "only_added"),
    ("audit_entry", "never_emptied", "O", "only_added"),
    ("audit_link", "only_added", "O", "only_added"),
    ("audit_link", "never_emptied", "O", "only_added"),
    ("audit_head", "only_added", "O", "only_added"),
    ("audit_head", "never_emptied", "O", "only_added"),
    ("audit_head", "one_further", "O", "only_added"),
}
# Tables that go on from version to version, or whose sealed columns are written once; and what else has triggers.
GOES_ON = {
    (table, "goes_on", "O", "goes_on")
    for table in (
        "cases_appearance",
        "cases_case",
        "cases_closing",
        "cases_note",
        "cases_task",
        "custody_courtonfile",
        "custody_stay",
        "custody_stint",
        "directory_placenote",
        "documents_document",
        "documents_file",
        "docket_bond",
        "docket_charge",
        "docket_closedday",
        "docket_coverage",
        "docket_deadline",
        "docket_decision",
        "docket_hearing",
        "docket_proceeding",
        "docket_rulesignoff",
        "intake_batch",
        "intake_calllog",
        "intake_conflictdecision",
        "intake_import",
        "intake_incident",
        "intake_offercard",
        "intake_offerpart",
        "intake_questionchoice",
        "intake_referral",
        "intake_sheet",
        "intake_shift",
        "people_adverseparty",
        "people_consent",
        "people_contact",
        "people_person",
        "portal_familynotice",
        "retention_keep",
    )
}
ONCE = {
    ("docket_deadline", "confirmed", "O", "confirms"),
    ("cases_note", "signed", "O", "stays"),
    ("people_person", "merges", "O", "merges"),
    ("vault_organizationkey", "only_first", "O", "only_first"),
}

Ask = Callable[..., list[tuple[Any, ...]]]


def faults(connection: "psycopg.Connection[Any]") -> list[str]:
    """One line for each deviation from what is declared."""

    def ask(query: str, *values: Any) -> list[tuple[Any, ...]]:
        return connection.execute(query, values or None).fetchall()

    checks = (_relations, _tables, _rights, _policies, _views, _functions, _keys, _triggers, _roles, _rooms, _leftovers)
    return sorted(fault for check in checks for fault in check(ask))


def _relations(ask: Ask) -> list[str]:
    rows = ask(
        f"SELECT nspname, relname, relkind FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        f" WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname {OURS} AND {NOT_OF_EXTENSION.format('c')}"
    )
    declared = {("public", table, "r") for table in walls.tables()} | {
        ("ctx", name, kind) for name, kind in CTX.items()
    }
    return [f"{room}.{name}: unknown or missing ({kind})" for room, name, kind in declared ^ set(rows)]


def _tables(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT relname, pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity, relhasrules, relispartition"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
    )
    right = (OWNER, True, True, False, False)
    return [f"{row[0]}: {row[1:]}" for row in rows if row[1:] != right]


def _declared(table: str, columns: list[str]) -> set[tuple[str, str | None]]:
    """The rights of a table's class as (privilege, column), column None for all of them."""
    found: set[tuple[str, str | None]] = set()
    for right, names in re.findall(r"([A-Z]+)(?: \(([^)]*)\))?", walls.CLASSES[walls.tables()[table]].rights):
        found |= {(right, name.strip()) for name in names.split(",")} if names else {(right, None)}
    assert {name for _, name in found if name} <= set(columns)
    return found


def _rights(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT relname, NULL, grantee, privilege_type, is_grantable FROM pg_class c, aclexplode(relacl)"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
        " UNION ALL SELECT relname, attname, grantee, privilege_type, is_grantable FROM pg_attribute a"
        " JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) WHERE relnamespace = 'public'::regnamespace"
    )
    names = dict(ask("SELECT oid, rolname FROM pg_roles")) | {0: "PUBLIC"}
    columns: dict[str, list[str]] = {}
    for table, column in ask(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
    ):
        columns.setdefault(table, []).append(column)
    found: dict[str, set[tuple[str, str | None]]] = {table: set() for table in walls.tables()}
    wrong = []
    for table, column, grantee, right, hands_on in rows:
        who = names[grantee]
        if who == APP:
            found.setdefault(table, set()).add((right, column))
        elif who not in {OWNER, DEFINER} or (who == DEFINER and right not in {*COMMANDS, "MAINTAIN"}):
            wrong.append(f"{table}: {who} may {right}")
        if hands_on and who != OWNER:
            wrong.append(f"{table}: {who} may hand on {right}")
    differing = (table for table in walls.tables() if found[table] != _declared(table, columns.get(table, [])))
    return wrong + [f"{table}: rights of the application are {sorted(found[table], key=str)}" for table in differing]


def _policies(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT relname, polname, polcmd, polpermissive, ARRAY(SELECT coalesce((SELECT rolname::text FROM pg_roles"
        " WHERE oid = one), 'PUBLIC') FROM unnest(polroles) one), pg_get_expr(polqual, polrelid),"
        " pg_get_expr(polwithcheck, polrelid) FROM pg_policy p JOIN pg_class c ON c.oid = polrelid"
    )
    wrong, open_to_owner = [], set()
    covered: dict[str, str] = {}
    for table, name, command, permissive, roles, using, check in rows:
        if roles not in ([APP], [OWNER], [DEFINER]):
            wrong.append(f"{table}: policy {name} for {', '.join(roles)}")
        if (name, command, permissive, roles, using, check) == ("owner_all", "*", True, [OWNER], "true", "true"):
            open_to_owner.add(table)
        elif roles == [OWNER]:
            wrong.append(f"{table}: policy {name} for the owner")
        if roles == [APP] and permissive:
            covered[table] = covered.get(table, "") + command.replace("*", "rawd")
            if "true" in {using, check} and not _may_be_open(table, name):
                wrong.append(f"{table}: policy {name} lets everything pass")
    return [
        *wrong,
        *_uncovered(covered),
        *(f"{one}: no policy for its owner" for one in walls.tables().keys() - open_to_owner),
    ]


def _may_be_open(table: str, policy: str) -> bool:
    """What tells nothing; and what a person's row becomes, since only what one may change is changed, and not moved."""
    everybodys = {("people_person", "app_change"), ("procrastinate_workers", "app_read")}
    return walls.tables()[table] in {"machinery", "framework"} or (table, policy) in everybodys


def _uncovered(covered: dict[str, str]) -> list[str]:
    return [
        f"{table}: no policy for {right}"
        for table, wall in walls.tables().items()
        for right, letter in COMMANDS.items()
        if right in walls.CLASSES[wall].rights and letter not in covered.get(table, "")
    ]


def _views(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT relname, relkind, pg_get_userbyid(relowner), coalesce(reloptions, '{}'),"
        " has_table_privilege('casework_app', oid, 'SELECT'),"
        " has_any_column_privilege('casework_app', oid, 'INSERT, UPDATE, REFERENCES')"
        " OR has_table_privilege('casework_app', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')"
        " FROM pg_class WHERE relnamespace = 'ctx'::regnamespace AND relkind IN ('r', 'v')"
    )
    right = {
        "key": ("r", DEFINER, [], False, False),
        "raised": ("r", DEFINER, [], True, False),
        "waiting": ("r", DEFINER, [], False, False),
        "live": ("v", DEFINER, [], False, False),
        "colleague": ("v", DEFINER, ["security_barrier=true"], True, False),
        "presence": ("v", DEFINER, ["security_barrier=true"], True, False),
    }
    return [f"ctx.{row[0]}: {row[1:]}" for row in rows if right.get(row[0]) != row[1:]]


def _functions(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT nspname, replace(split_part(p.oid::regprocedure::text, '.', -1), ' ', '_'), pg_get_userbyid(proowner),"
        " prosecdef, coalesce(proconfig, '{}'), proleakproof,"
        " has_function_privilege('public', p.oid, 'EXECUTE'), has_function_privilege('casework_app', p.oid, 'EXECUTE')"
        f" FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname {OURS} AND"
        f" {NOT_OF_EXTENSION.format('p')}"
    )
    wrong, callable_by_app = [], set()
    for room, name, owner, definer, config, leakproof, public, app in rows:
        if room != "ctx":
            wrong += [f"{room}.{name}: runs with its owner's rights"] if definer else []
            wrong += [f"{room}.{name}: declared leakproof"] if leakproof else []
            continue
        callable_by_app |= {name} if app else set()
        if (owner, definer, config) != (DEFINER, name not in INVOKER, ["search_path=pg_catalog, pg_temp"]) or leakproof:
            wrong.append(f"ctx.{name}: {owner}, {'definer' if definer else 'invoker'}, {config}")
        wrong += [f"ctx.{name}: open to PUBLIC"] if public else []
    return wrong + [
        f"ctx.{name}: callable or not, differently from the list" for name in callable_by_app ^ set(CALLABLE.split())
    ]


def _keys(ask: Ask) -> list[str]:
    """Whatever points to a case and names an organization points with both.

    The audit points nowhere, since it outlives what it tells of; `ctx.line_agrees` looks when a line is written.
    """
    keys = ask(
        "SELECT conrelid::regclass::text, confrelid::regclass::text, ARRAY(SELECT attname::text FROM unnest(conkey) k"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = k ORDER BY 1), condeferred, convalidated"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    standing = {
        (table, to, *columns)
        for table, to, columns, deferred, valid in keys
        if len(columns) == 2 and valid and not deferred
    }
    columns = ask(
        "SELECT table_name, column_name, (SELECT count(*) FROM information_schema.columns o WHERE o.table_name ="
        " c.table_name"
        " AND o.column_name = 'organization_id') FROM information_schema.columns c WHERE table_schema = 'public'"
        " AND column_name IN ('case_id', 'content_object_id', 'person_id') AND table_name <> 'audit_entry'"
    )
    to = {"case_id": "cases_case", "content_object_id": "cases_case", "person_id": "people_person"}
    return [
        f"{table}: {column} without the organization beside it"
        for table, column, organization in columns
        if (table, to[column], *sorted([column, "organization_id"])) not in standing or not organization
    ]


def _triggers(ask: Ask) -> list[str]:
    """What has an organization and can be changed stays there."""
    rows = ask(
        "SELECT c.relname, t.tgname, t.tgenabled, p.proname FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
        " JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal AND relnamespace = 'public'::regnamespace"
        " AND c.relname NOT LIKE 'procrastinate%'"
    )
    standing = {
        table for table, name, enabled, function in rows if (name, enabled, function) == ("stays", "O", "stays")
    }
    owned = {row[0] for row in ask("SELECT table_name FROM information_schema.columns WHERE column_name ="
    " 'organization_id'"
                                   " AND table_schema = 'public'")}  # fmt: skip
    needed = {
        table for table, wall in walls.tables().items() if "UPDATE" in walls.CLASSES[wall].rights and table in owned
    }
    others = {row for row in rows if row[1:] != ("stays", "O", "stays")}
    unknown = [f"{table}: trigger {name}" for table, name, *_ in others ^ (AUDIT | GOES_ON | ONCE)]
    return unknown + [f"{table}: rows may be moved, or not, unexpectedly" for table in standing ^ needed]


def _roles(ask: Ask) -> list[str]:
    rows = ask(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname LIKE 'casework%' AND rolname <> 'casework_test'"
    )
    right = {APP: (True,), OWNER: (False,), DEFINER: (False,), "casework_migrate": (True,)}
    wrong = [f"role {row[0]}: {row[1:]}" for row in rows if row[1:] != (*right.get(row[0], (None,)), *[False] * 5)]
    members = ask(
        "SELECT member::regrole::text, roleid::regrole::text, inherit_option, admin_option FROM pg_auth_members"
        " WHERE member::regrole::text <> 'casework_test' AND (roleid::regrole::text LIKE 'casework%'"
        " OR member::regrole::text LIKE 'casework%') AND NOT admin_option"
    )
    allowed = {("casework_migrate", OWNER, False, False), ("casework_migrate", DEFINER, False, False)}
    return wrong + [f"{one[0]} is a member of {one[1]}" for one in members if one not in allowed]


def _rooms(ask: Ask) -> list[str]:
    rooms = ask(
        "SELECT nspname, coalesce((SELECT rolname FROM pg_roles r WHERE r.oid = grantee), 'PUBLIC'), privilege_type"
        f" FROM pg_namespace, aclexplode(nspacl) WHERE nspname {OURS}"
    )
    allowed = {("public", APP, "USAGE"), ("public", DEFINER, "USAGE"), ("public", "casework_migrate", "USAGE"),
               ("public", "casework_test", "USAGE"), ("ctx", APP, "USAGE"), ("ctx", OWNER, "USAGE")}  # fmt: skip
    owners = {("public", OWNER), ("public", "pg_database_owner"), ("ctx", DEFINER)}
    wrong = [
        f"schema {r}: {who} has {what}"
        for r, who, what in rooms
        if (r, who, what) not in allowed and (r, who) not in owners
    ]
    database = ask("SELECT privilege_type FROM pg_database, aclexplode(datacl) WHERE datname = current_database()"
                   " AND grantee = 0")  # fmt: skip
    wrong += [f"database: PUBLIC has {what}" for (what,) in database]
    sequences = ask(
        "SELECT relname, privilege_type FROM pg_class, aclexplode(relacl) WHERE relkind = 'S' AND relnamespace ="
        " 'public'::regnamespace AND grantee NOT IN (relowner, 'casework_definer'::regrole)"
        " AND (grantee <> 'casework_app'::regrole OR privilege_type <> 'USAGE')"
    )
    return wrong + [f"sequence {name}: {what}" for name, what in sequences]


def _leftovers(ask: Ask) -> list[str]:
    defaults = ask("SELECT defaclobjtype, privilege_type FROM pg_default_acl, aclexplode(defaclacl)"
                   " WHERE grantee IN (0, 'casework_app'::regrole)")  # fmt: skip
    wrong = [f"by default, {what} on objects of kind {kind}" for kind, what in defaults]
    wrong += [f"event trigger {name}" for (name,) in ask("SELECT evtname FROM pg_event_trigger")]
    wrong += [f"publication {name}" for (name,) in ask("SELECT pubname FROM pg_publication")]
    large = ask(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND (starts_with(proname, 'lo_')"
        " OR proname IN ('loread', 'lowrite')) AND has_function_privilege('casework_app', oid, 'EXECUTE')"
    )
    return wrong + [f"large objects: {name}" for (name,) in large]
