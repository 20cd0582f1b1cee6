-- What is brought in is met by whoever brought it; when it is done, counsel of the organization see that it was.

GRANT SELECT, UPDATE ON intake_import TO casework_definer;
GRANT SELECT, DELETE ON intake_sheet, intake_sheetpart TO casework_definer;
GRANT SELECT ON intake_importedrow TO casework_definer;
-- What an import writes, and nothing else: whatever else hangs on a case keeps it from being taken back.
GRANT SELECT, DELETE ON people_person, people_nametoken, people_phonetoken, people_partytoken, people_contact,
    cases_case, cases_assignment, cases_task, custody_stay, custody_stint, docket_hearing, vault_filekey TO casework_definer;
CREATE POLICY definer_all ON intake_import TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_sheet TO casework_definer USING (true);
CREATE POLICY definer_all ON intake_sheetpart TO casework_definer USING (true);
CREATE POLICY definer_read ON intake_importedrow FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_undo ON people_person FOR DELETE TO casework_definer USING (true);
CREATE POLICY definer_undo ON people_nametoken TO casework_definer USING (true);
CREATE POLICY definer_undo ON people_phonetoken TO casework_definer USING (true);
CREATE POLICY definer_undo ON people_partytoken TO casework_definer USING (true);
CREATE POLICY definer_undo ON people_contact TO casework_definer USING (true);
CREATE POLICY definer_undo ON cases_case FOR DELETE TO casework_definer USING (true);
CREATE POLICY definer_undo ON cases_task TO casework_definer USING (true);
CREATE POLICY definer_undo ON custody_stint FOR DELETE TO casework_definer USING (true);
CREATE POLICY definer_undo ON docket_hearing FOR DELETE TO casework_definer USING (true);
CREATE POLICY definer_undo ON vault_filekey TO casework_definer USING (true);

-- From PostgreSQL 17 on; before, an import into tables that were never analyzed is slow.
DO $$ BEGIN
    IF current_setting('server_version_num')::integer >= 170000 THEN
        GRANT MAINTAIN ON people_person, people_nametoken, people_phonetoken, people_partytoken, people_contact, cases_case,
            cases_assignment, cases_task, custody_stay, custody_stint, docket_hearing, vault_filekey, audit_entry,
            intake_importedrow
            TO casework_definer;
    END IF;
END $$;

SET LOCAL ROLE casework_definer;

-- Counts, in the middle of an import, what it writes: what the planner takes for empty tables it looks through by any
-- index, and the last of thousands of rows would take a second each. For whoever's import is running.
CREATE FUNCTION ctx.measure_import() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('server_version_num')::integer >= 170000 AND EXISTS (
        SELECT FROM public.intake_import WHERE made_by_id = ctx.membership_id() AND state = 'running')
    THEN
        ANALYZE (SKIP_LOCKED) public.people_person, public.people_nametoken, public.people_phonetoken,
            public.people_partytoken, public.people_contact, public.cases_case, public.cases_assignment, public.cases_task,
            public.custody_stay, public.custody_stint, public.docket_hearing, public.vault_filekey, public.audit_entry,
            public.intake_importedrow;
    END IF;
END $$;

-- One's own imports and uploads, and, unless `own_alone`, what colleagues have imported: whose keys one may have beside
-- those of people, the latter for the names of the files.
CREATE FUNCTION ctx.uploads(own_alone boolean) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(one) FROM (
        SELECT i.id AS one FROM public.intake_import i WHERE i.organization_id = ctx.organization_id() AND ctx.reads()
            AND (i.made_by_id = ctx.membership_id() OR NOT own_alone AND i.state IN ('done', 'undoing', 'undone'))
        UNION ALL SELECT s.id FROM public.intake_sheet s JOIN public.intake_import i ON i.id = s.import_of_id
            WHERE i.organization_id = ctx.organization_id() AND i.made_by_id = ctx.membership_id() AND ctx.reads()
    ) own
$$;

-- Whether the speaker has opened the case, for this person, in this very transaction: every act leaves a line, and the
-- database stamps it.
CREATE FUNCTION ctx.is_just_opened(one uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.cases_case c JOIN public.people_person p ON p.id = c.person_id
            WHERE c.id = one AND p.id = person AND c.organization_id = ctx.organization_id()
                AND c.opened_by_id = ctx.membership_id() AND p.opened_by_id = ctx.membership_id())
        AND EXISTS (SELECT FROM public.audit_entry e WHERE e.case_id = one AND e.verb = 'case.opened')
        AND NOT EXISTS (SELECT FROM public.audit_entry e WHERE (e.case_id = one OR e.file_id = person)
            AND (e.at < now() OR e.user_id IS DISTINCT FROM ctx.user_id()))
$$;

-- What was done, since it was imported, to cases and people of one's own import: the first thing for each row. Looks do
-- not count (tests/intake compares them with the verbs); what is not known to be a look counts. Of what counsel alone
-- reads it is told that something was done, and not what.
CREATE FUNCTION ctx.import_touched(one uuid) RETURNS TABLE (number integer, case_ref uuid, verb text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH it AS (
        -- the first such line: whoever wrote another one would move the beginning past what others did
        SELECT i.id, (SELECT min(e.at) FROM public.audit_entry e WHERE e.object_id = i.id AND e.verb = 'import.done')
            AS since
        FROM public.intake_import i WHERE i.id = one AND i.organization_id = ctx.organization_id()
            AND i.made_by_id = ctx.membership_id() AND ctx.reads() AND i.state IN ('done', 'undoing')
    )
    SELECT DISTINCT ON (r.number) r.number, r.case_ref, CASE WHEN l.tier < 3 THEN l.verb ELSE '' END, l.at
    FROM it JOIN public.intake_importedrow r ON r.import_of_id = it.id
    CROSS JOIN LATERAL (
        SELECT e.verb::text, e.at, e.tier FROM public.audit_entry e WHERE e.case_id = r.case_ref AND e.at > it.since
        UNION ALL SELECT e.verb::text, e.at, e.tier FROM public.audit_entry e
            WHERE e.file_id = r.person_ref AND e.case_id IS NULL AND e.at > it.since
        UNION ALL SELECT 'case.opened', c.opened_at, 1 FROM public.cases_case c
            WHERE c.person_id = r.person_ref AND c.id <> r.case_ref
        UNION ALL SELECT 'person.merged', it.since, 1 FROM public.people_person p
            WHERE p.id = r.person_ref AND p.merged_into_id IS NOT NULL
    ) l
    WHERE l.verb !~ '\.([a-z]+_)?(viewed|previewed|listed|revealed|compared|printed|exported|downloaded|searched)$'
        AND l.verb NOT IN ('refused', 'failed')
    ORDER BY r.number, l.at
$$;

-- Takes an import back as a whole: what it wrote goes, and with the keys whatever the audit keeps of it. For whoever
-- brought it, and only while nobody has done anything to any of it. How many cases went.
CREATE FUNCTION ctx.undo_import(one uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE people uuid[]; cases uuid[]; gone integer;
BEGIN
    PERFORM FROM public.intake_import i WHERE i.id = one AND i.organization_id = ctx.organization_id()
        AND i.made_by_id = ctx.membership_id() AND ctx.reads() AND i.state = 'undoing' FOR UPDATE;
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'not an import of theirs'; END IF;
    SELECT array_agg(person_ref), array_agg(case_ref) INTO people, cases
        FROM public.intake_importedrow WHERE import_of_id = one;
    PERFORM FROM public.cases_case WHERE id = ANY (cases) ORDER BY id FOR UPDATE;
    IF EXISTS (SELECT FROM ctx.import_touched(one)) THEN
        RAISE check_violation USING MESSAGE = 'somebody built on it';
    END IF;
    DELETE FROM public.custody_stint WHERE person_id = ANY (people);
    DELETE FROM public.custody_stay WHERE person_id = ANY (people);
    DELETE FROM public.docket_hearing WHERE case_id = ANY (cases);
    DELETE FROM public.cases_task WHERE case_id = ANY (cases);
    DELETE FROM public.cases_assignment WHERE case_id = ANY (cases);
    DELETE FROM public.people_phonetoken WHERE person_id = ANY (people);
    DELETE FROM public.people_partytoken WHERE person_id = ANY (people);
    DELETE FROM public.people_contact WHERE person_id = ANY (people);
    DELETE FROM public.intake_candidate WHERE whom_id = ANY (people);  -- found by others' checks
    DELETE FROM public.cases_case WHERE id = ANY (cases);
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM public.people_nametoken WHERE person_id = ANY (people);
    DELETE FROM public.people_person WHERE id = ANY (people);
    DELETE FROM public.vault_filekey WHERE file_id = ANY (people);
    RETURN gone;
END $$;

-- An upload goes with its key: when it was imported or dropped, and of its own when it has waited for a week.
CREATE FUNCTION ctx.forget_sheet(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE sheets uuid[];
BEGIN
    SELECT array_agg(s.id) INTO sheets FROM public.intake_sheet s JOIN public.intake_import i ON i.id = s.import_of_id
        WHERE i.id = one AND i.organization_id = ctx.organization_id() AND i.made_by_id = ctx.membership_id()
            AND ctx.reads();
    DELETE FROM public.intake_sheetpart WHERE sheet_id = ANY (sheets);
    DELETE FROM public.intake_sheet WHERE id = ANY (sheets);
    DELETE FROM public.vault_filekey WHERE file_id = ANY (sheets);
END $$;
CREATE FUNCTION ctx.sweep_sheets() RETURNS TABLE (import_id uuid, of_organization uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE old uuid[]; sheets uuid[];
BEGIN
    PERFORM ctx.must_be_on('sweep');
    -- whose job came to nothing: whoever started it is a member no more, or it failed each time
    UPDATE public.intake_import i SET state = CASE WHEN i.state IN ('checking', 'running') THEN 'draft' ELSE 'done' END,
            stopped = 'database', version = i.version + 1
        WHERE i.id IN (SELECT id FROM public.intake_import WHERE state IN ('checking', 'running', 'undoing')
            AND started_at < now() - interval '1 day' FOR UPDATE SKIP LOCKED);
    SELECT array_agg(i.id) INTO old FROM (SELECT id FROM public.intake_import
        WHERE state = 'draft' AND made_at < now() - interval '7 days' FOR UPDATE SKIP LOCKED) i;
    SELECT array_agg(s.id) INTO sheets FROM public.intake_sheet s WHERE s.import_of_id = ANY (old);
    DELETE FROM public.intake_sheetpart WHERE sheet_id = ANY (sheets);
    DELETE FROM public.intake_sheet WHERE id = ANY (sheets);
    DELETE FROM public.vault_filekey WHERE file_id = ANY (sheets);
    RETURN QUERY UPDATE public.intake_import i SET state = 'dropped', version = i.version + 1, file_name = NULL
        WHERE i.id = ANY (old) RETURNING i.id, i.organization_id;
END $$;

GRANT EXECUTE ON FUNCTION
    ctx.measure_import(),
    ctx.uploads(boolean),
    ctx.is_just_opened(uuid, uuid),
    ctx.import_touched(uuid),
    ctx.undo_import(uuid),
    ctx.forget_sheet(uuid),
    ctx.sweep_sheets()
    TO casework_app;

SET LOCAL ROLE casework_owner;

CREATE POLICY app_upload ON vault_filekey FOR SELECT TO casework_app
    USING (file_id = ANY ((SELECT ctx.uploads(false))::uuid[]));

CREATE POLICY app_read ON intake_import FOR SELECT TO casework_app USING (
    organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads())
    AND (made_by_id = (SELECT ctx.membership_id()) OR state IN ('done', 'undoing', 'undone')));
CREATE POLICY app_add ON intake_import FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads())
    AND made_by_id = (SELECT ctx.membership_id()) AND state = 'draft');
CREATE POLICY app_change ON intake_import FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads())
        AND made_by_id = (SELECT ctx.membership_id()))
    WITH CHECK (made_by_id = (SELECT ctx.membership_id()));

-- Which rows became which cases is written once, by whoever opens them, as they are opened.
CREATE POLICY app_opened ON intake_importedrow AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (ctx.is_just_opened(case_ref, person_ref) AND EXISTS (
        SELECT FROM intake_import i WHERE i.id = import_of_id AND i.state = 'running'));
