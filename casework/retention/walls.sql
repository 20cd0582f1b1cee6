-- What is kept, and what goes for good. A purge is proposed, agreed to, withdrawn and carried out by these functions
-- alone. Each asks again who speaks, so that nobody deletes a case in a statement of their own, and nobody does it alone.

SET LOCAL ROLE casework_definer;

-- Which rows go with a case and with a person, those first to which others do not point. A table that is missing here
-- keeps its cases from being purged, and the tests tell its name.
CREATE FUNCTION ctx.tables_of_cases() RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{portal_familymessage, portal_familynotice, portal_familytask, portal_familyword, portal_publication,
        portal_familylink, intake_candidate, intake_conflictdecision, intake_conflictcheck, intake_searchedterm, intake_answer,
        intake_offerpart, intake_offer, intake_handover, intake_received, intake_packet, intake_incidentlink,
        intake_calllog, docket_deadline, docket_coverage, docket_bond, docket_charge, docket_decision, docket_hearing,
        docket_proceeding, custody_courtonfile, documents_pagepicture, documents_filepart, documents_file,
        documents_document, retention_keep, cases_closing, cases_appearance, cases_task, cases_note,
        cases_assignment}'::text[]
$$;
CREATE FUNCTION ctx.tables_of_people() RETURNS text[]
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{custody_locatorcheck, custody_stint, custody_stay, people_consent, people_phonetoken, people_partytoken,
        people_nametoken, people_vulnerability, people_contact, people_adverseparty}'::text[]
$$;
GRANT EXECUTE ON FUNCTION ctx.tables_of_cases(), ctx.tables_of_people() TO casework_owner;

SET LOCAL ROLE casework_owner;

DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ctx.tables_of_cases() || ctx.tables_of_people() || ARRAY['cases_case', 'people_person',
        'portal_familysession', 'intake_offercard', 'intake_importedrow', 'cases_caseuserobjectpermission',
        'cases_casegroupobjectpermission', 'docket_reminder', 'notifications_message', 'vault_filekey',
        'retention_purgeitem']
    LOOP
        EXECUTE format('GRANT SELECT, DELETE ON %I TO casework_definer', name);
        EXECUTE format('CREATE POLICY definer_sees_to_purge ON %I FOR SELECT TO casework_definer USING (true)', name);
        EXECUTE format('CREATE POLICY definer_purges ON %I FOR DELETE TO casework_definer USING (true)', name);
    END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE ON retention_purge TO casework_definer;
GRANT INSERT, UPDATE (held_back) ON retention_purgeitem TO casework_definer;
GRANT INSERT ON retention_statistic TO casework_definer;
GRANT UPDATE (cause) ON cases_task TO casework_definer;
CREATE POLICY definer_all ON retention_purge TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_lists ON retention_purgeitem FOR INSERT TO casework_definer WITH CHECK (true);
CREATE POLICY definer_holds_back ON retention_purgeitem FOR UPDATE TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_counts ON retention_statistic FOR INSERT TO casework_definer WITH CHECK (true);
CREATE POLICY definer_unties ON cases_task FOR UPDATE TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_purged ON audit_entry FOR INSERT TO casework_definer
    WITH CHECK (verb = 'case.purged' AND actor_kind = 'duty');

SET LOCAL ROLE casework_definer;

-- The organization in whose purges the member who speaks has a say: as an administrator, or as an attorney, who may
-- close cases and answers for files (ABA Model Rules 1.15 and 1.16).
CREATE FUNCTION ctx.decides_on_purges() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT organization_id FROM ctx.member() WHERE roles && '{admin,attorney}'
$$;

-- Cases of an organization (only these, where some are named) that are over and past their time, and what holds each
-- back. The file of a person goes as a whole: while one case of the person stays, the others do. `stage_since` is when
-- the program was told, `closed_on` the day that somebody named.
CREATE FUNCTION ctx.past_keeping(organization uuid, only_these uuid[] DEFAULT NULL) RETURNS TABLE (
    case_ref uuid, human uuid, reference text, stage text, closed_on date, held text[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH past AS (
        SELECT c.id, coalesce(p.merged_into_id, p.id) AS human, c.reference, c.stage, e.closed_on
        FROM public.access_organization o
        JOIN public.cases_case c ON c.organization_id = o.id AND c.stage IN ('closed', 'declined', 'referred')
            AND (only_these IS NULL OR c.id = ANY (only_these))
        JOIN public.people_person p ON p.id = c.person_id
        CROSS JOIN LATERAL (SELECT coalesce(
            (SELECT max(k.closed_on) FROM public.cases_closing k WHERE k.case_id = c.id AND k.reopened_at IS NULL),
            (c.stage_since AT TIME ZONE o.time_zone)::date) AS closed_on) e
        WHERE o.id = organization AND o.retention_years IS NOT NULL
            AND (e.closed_on + make_interval(years => o.retention_years))::date
                <= (statement_timestamp() AT TIME ZONE o.time_zone)::date
    ), alone AS MATERIALIZED (
        SELECT past.*, array_remove(ARRAY[
            CASE WHEN EXISTS (SELECT FROM public.retention_keep k WHERE k.case_id = past.id AND k.ended_at IS NULL)
                THEN 'keep' END,
            CASE WHEN EXISTS (SELECT FROM public.cases_caseuserobjectpermission g
                    WHERE g.content_object_id = past.id AND g.expires_at > statement_timestamp())
                OR EXISTS (SELECT FROM public.cases_casegroupobjectpermission g
                    WHERE g.content_object_id = past.id AND g.expires_at > statement_timestamp()) THEN 'share' END,
            CASE WHEN EXISTS (SELECT FROM public.docket_deadline d
                WHERE d.case_id = past.id AND d.state = 'open' AND NOT d.withdrawn) THEN 'deadline' END,
            CASE WHEN EXISTS (SELECT FROM public.docket_hearing h WHERE h.case_id = past.id AND h.state = 'scheduled'
                AND NOT h.withdrawn AND h.starts_at > statement_timestamp()) THEN 'hearing' END
        ], NULL) AS held FROM past
    )
    SELECT a.id, a.human, a.reference::text, a.stage::text, a.closed_on,
        a.held || CASE WHEN EXISTS (SELECT FROM public.cases_case s WHERE s.id <> a.id
            AND s.person_id IN (SELECT q.id FROM public.people_person q WHERE a.human IN (q.id, q.merged_into_id))
            AND s.id NOT IN (SELECT o.id FROM alone o WHERE o.held = '{}')) THEN '{sibling}'::text[] ELSE '{}' END
    FROM alone a ORDER BY a.closed_on, a.reference, a.id
$$;

-- The same for the pages, without a way to the cases.
CREATE FUNCTION ctx.kept_cases() RETURNS TABLE (reference text, stage text, closed_on date, held text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.reference, k.stage, k.closed_on, k.held FROM ctx.past_keeping(ctx.decides_on_purges()) k
$$;

-- Whether an open purge counts: whoever proposed it still administers, whoever agreed still has a say.
CREATE FUNCTION ctx.purge_counts(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.retention_purge p
        JOIN ctx.live a ON a.id = p.proposed_by_id AND 'admin' = ANY (a.roles)
        WHERE p.id = one AND p.withdrawn_at IS NULL AND p.ended_at IS NULL AND (p.agreed_by_id IS NULL
            OR EXISTS (SELECT FROM ctx.live b WHERE b.id = p.agreed_by_id AND b.roles && '{admin,attorney}')))
$$;

-- An administrator proposes all that is past its time and not held back; how many cases.
CREATE FUNCTION ctx.propose_purge(new_id uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer(); past integer;
BEGIN
    PERFORM FROM public.access_organization WHERE id = own FOR UPDATE;  -- one at a time
    UPDATE public.retention_purge p SET withdrawn_at = statement_timestamp()
        WHERE p.organization_id = own AND p.withdrawn_at IS NULL AND p.ended_at IS NULL AND NOT ctx.purge_counts(p.id);
    IF EXISTS (SELECT FROM public.retention_purge p
        WHERE p.organization_id = own AND p.withdrawn_at IS NULL AND p.ended_at IS NULL)
    THEN RAISE check_violation USING MESSAGE = 'a purge is open'; END IF;
    SELECT count(*) INTO past FROM ctx.past_keeping(own) k WHERE k.held = '{}';
    IF past = 0 THEN RAISE check_violation USING MESSAGE = 'nothing is past its time'; END IF;
    INSERT INTO public.retention_purge (id, organization_id, years, cases, proposed_by_id, proposed_at, gone, held_back)
        SELECT new_id, own, o.retention_years, past, ctx.membership_id(), statement_timestamp(), 0, 0
        FROM public.access_organization o WHERE o.id = own;
    INSERT INTO public.retention_purgeitem
        (id, organization_id, purge_id, case_ref, reference, stage, closed_on, held_back)
        SELECT gen_random_uuid(), own, new_id, k.case_ref, k.reference, k.stage, k.closed_on, false
        FROM ctx.past_keeping(own) k WHERE k.held = '{}';
    RETURN past;
END $$;

-- A second person agrees; when it is due. Whoever joined less than a day before it was proposed cannot: else one
-- administrator could invite a second one for the purpose.
CREATE FUNCTION ctx.agree_to_purge(target uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.decides_on_purges(); due timestamptz;
BEGIN
    IF own IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'no say in this'; END IF;
    UPDATE public.retention_purge p SET agreed_by_id = ctx.membership_id(), agreed_at = statement_timestamp(),
            due_at = statement_timestamp() + interval '24 hours'
        WHERE p.id = target AND p.organization_id = own AND p.agreed_at IS NULL AND ctx.purge_counts(p.id)
        AND p.proposed_by_id <> ctx.membership_id()
        AND EXISTS (SELECT FROM public.access_membership second WHERE second.id = ctx.membership_id()
            AND second.starts_at < p.proposed_at - interval '24 hours')
        RETURNING p.due_at INTO due;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'needs a second person'; END IF;
    RETURN due;
END $$;

-- Whoever has a say stops it, also while it is carried out: what is gone by then is gone.
CREATE FUNCTION ctx.withdraw_purge(target uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.decides_on_purges();
BEGIN
    IF own IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'no say in this'; END IF;
    UPDATE public.retention_purge p SET withdrawn_by_id = ctx.membership_id(), withdrawn_at = statement_timestamp()
        WHERE p.id = target AND p.organization_id = own AND p.withdrawn_at IS NULL AND p.ended_at IS NULL;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not open'; END IF;
END $$;

-- One row for each of these cases, and no way back from it.
CREATE FUNCTION ctx.count_purged(organization uuid, cases uuid[], files uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.retention_statistic (id, organization_id, opened_year, closed_year, matters, outcome, language,
        detained, months_detained, months_open, hearings)
    SELECT gen_random_uuid(), organization, extract(year FROM opened.on_day), extract(year FROM k.closed_on),
        ARRAY(SELECT m FROM unnest(c.matters) m ORDER BY 1),
        CASE WHEN c.stage IN ('declined', 'referred') THEN c.stage
            WHEN e.relief NOT IN ('', 'none', 'voluntary_departure') THEN 'relief'
            WHEN e.removed = 'yes' THEN 'removed'
            WHEN e.relief = 'voluntary_departure' OR e.released = 'left' THEN 'left'
            WHEN e.released NOT IN ('', 'no') THEN 'released'
            WHEN e.released = 'no' THEN 'held' ELSE 'unknown' END,
        p.language, stays.detained, floor(coalesce(e.days_detained, stays.days) / 30.4375),
        greatest(0, extract(year FROM lasted.long) * 12 + extract(month FROM lasted.long)),
        (SELECT count(*) FROM public.docket_hearing h WHERE h.case_id = c.id AND h.state = 'held' AND NOT h.withdrawn)
    FROM ctx.past_keeping(organization, cases) k
    JOIN public.cases_case c ON c.id = k.case_ref
    JOIN public.people_person p ON p.id = c.person_id
    JOIN public.access_organization o ON o.id = c.organization_id
    LEFT JOIN public.cases_closing e ON e.case_id = c.id AND e.reopened_at IS NULL
    CROSS JOIN LATERAL (SELECT (c.opened_at AT TIME ZONE o.time_zone)::date AS on_day) opened
    CROSS JOIN LATERAL (SELECT age(k.closed_on, opened.on_day) AS long) lasted
    CROSS JOIN LATERAL (
        SELECT bool_or((s.began_at AT TIME ZONE o.time_zone)::date <= opened.on_day
                AND (s.ended_at IS NULL OR s.ended_at > c.opened_at)) AS detained,
            sum(least(coalesce((s.ended_at AT TIME ZONE o.time_zone)::date, k.closed_on), k.closed_on)
                - (s.began_at AT TIME ZONE o.time_zone)::date + 1)
                FILTER (WHERE (s.began_at AT TIME ZONE o.time_zone)::date <= k.closed_on) AS days
        FROM public.custody_stay s WHERE s.person_id = ANY (files) AND NOT s.withdrawn
    ) stays
$$;

-- All that there is of these people goes: first the keys of what is sealed, so that whatever is left of it in the
-- server's files opens for nobody, then the rows. Which rows those were, for what names them elsewhere.
CREATE FUNCTION ctx.delete_files(cases uuid[], files uuid[]) RETURNS uuid[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gone uuid[] := cases || files; here text; ids uuid[]; letters uuid[];
BEGIN
    DELETE FROM public.vault_filekey WHERE file_id = ANY (files);
    SELECT array_agg(message_id) INTO letters FROM public.portal_familymessage WHERE case_id = ANY (cases);
    DELETE FROM public.portal_familysession
        WHERE link_id IN (SELECT id FROM public.portal_familylink WHERE case_id = ANY (cases));
    DELETE FROM public.intake_offercard WHERE id IN (SELECT id FROM public.intake_offer WHERE case_id = ANY (cases));
    DELETE FROM public.intake_candidate WHERE whom_id = ANY (files);  -- found by others' checks
    DELETE FROM public.intake_importedrow WHERE case_ref = ANY (cases) OR person_ref = ANY (files);
    WITH calls AS (DELETE FROM public.intake_calllog WHERE became_id = ANY (cases) RETURNING id)
        SELECT gone || array_agg(id) INTO gone FROM calls;
    DELETE FROM public.cases_caseuserobjectpermission WHERE content_object_id = ANY (cases);
    DELETE FROM public.cases_casegroupobjectpermission WHERE content_object_id = ANY (cases);
    FOREACH here IN ARRAY ctx.tables_of_cases() LOOP
        EXECUTE format('WITH old AS (DELETE FROM public.%I WHERE case_id = ANY ($1) RETURNING id)
            SELECT array_agg(id) FROM old', here) INTO ids USING cases;
        gone := gone || ids;
    END LOOP;
    DELETE FROM public.cases_case WHERE id = ANY (cases);
    FOREACH here IN ARRAY ctx.tables_of_people() LOOP
        EXECUTE format('WITH old AS (DELETE FROM public.%I WHERE person_id = ANY ($1) RETURNING id)
            SELECT array_agg(id) FROM old', here) INTO ids USING files;
        gone := gone || ids;
    END LOOP;
    DELETE FROM public.people_person WHERE id = ANY (files);
    -- What names one of these rows: reminders and letters about them, keys of their own, what others are asked because of
    -- them.
    WITH old AS (DELETE FROM public.docket_reminder WHERE about = ANY (gone) RETURNING id, message_id)
        SELECT gone || array_agg(id), letters || array_agg(message_id) INTO gone, letters FROM old;
    DELETE FROM public.notifications_message WHERE id = ANY (letters) OR about = ANY (gone);
    DELETE FROM public.vault_filekey WHERE file_id = ANY (gone);
    DELETE FROM public.retention_purgeitem WHERE case_ref = ANY (cases);
    UPDATE public.cases_task SET cause = gen_random_uuid() WHERE cause = ANY (gone);
    RETURN gone || array_remove(letters, NULL);
END $$;

-- Carries out what is due, the file of one person in a transaction: whoever is killed leaves whole files behind, and the
-- next call goes on. What became of it: 'gone' with the ids of what it was, 'held' where something has come up since,
-- 'lapsed' where one of the two has no say any more, 'done' at the end; no row where nothing is due.
CREATE FUNCTION ctx.purge_next() RETURNS TABLE (purge uuid, of_organization uuid, became text, ids uuid[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one uuid; files uuid[]; of_cases uuid[];
BEGIN
    PERFORM ctx.must_be_on('purge');
    SELECT p.id, p.organization_id INTO purge, of_organization FROM public.retention_purge p
        WHERE p.due_at <= statement_timestamp() AND p.withdrawn_at IS NULL AND p.ended_at IS NULL
        ORDER BY p.due_at, p.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT i.case_ref INTO one FROM public.retention_purgeitem i
        WHERE i.purge_id = purge AND NOT i.held_back ORDER BY i.closed_on, i.id LIMIT 1;
    SELECT array_agg(f) INTO files FROM public.cases_case c, unnest(ctx.files_of(c.person_id)) f WHERE c.id = one;
    SELECT array_agg(c.id) INTO of_cases FROM public.cases_case c WHERE c.person_id = ANY (files);
    PERFORM FROM public.cases_case WHERE id = ANY (of_cases) ORDER BY id FOR UPDATE;  -- nothing comes up from here on
    IF NOT ctx.purge_counts(purge) THEN
        became := 'lapsed';
        UPDATE public.retention_purge SET withdrawn_at = statement_timestamp() WHERE id = purge;
    ELSIF one IS NULL THEN
        became := 'done';
        UPDATE public.retention_purge SET ended_at = statement_timestamp() WHERE id = purge;
    ELSIF of_cases IS NULL THEN  -- the case is gone already
        became := 'gone';
        DELETE FROM public.retention_purgeitem i WHERE i.case_ref = one;
    ELSIF EXISTS (SELECT FROM unnest(of_cases) c WHERE c NOT IN (
            SELECT i.case_ref FROM public.retention_purgeitem i WHERE i.purge_id = purge)
        OR c NOT IN (SELECT k.case_ref FROM ctx.past_keeping(of_organization, of_cases) k WHERE k.held = '{}'))
    THEN
        became := 'held';
        UPDATE public.retention_purgeitem i SET held_back = true WHERE i.purge_id = purge AND i.case_ref = ANY (of_cases);
        UPDATE public.retention_purge p SET held_back = p.held_back + (SELECT count(*) FROM public.retention_purgeitem i
            WHERE i.purge_id = purge AND i.case_ref = ANY (of_cases)) WHERE p.id = purge;
    ELSE
        became := 'gone';
        INSERT INTO public.audit_entry (id, at, organization_id, actor_kind, actor_name, roles, basis, verb, object_type,
                object_id, object_ids, case_id, file_id, tier, fields, request_id)
            SELECT gen_random_uuid(), now(), of_organization, 'duty', '', '{}', 'operator', 'case.purged', 'cases.case',
                c.id, ARRAY[purge], c.id, c.person_id, 1,
                CASE WHEN c.restricted THEN '{restricted}'::text[] ELSE '{}' END, ''
            FROM public.cases_case c WHERE c.id = ANY (of_cases);
        PERFORM ctx.count_purged(of_organization, of_cases, files);
        ids := ctx.delete_files(of_cases, files);
        UPDATE public.retention_purge p SET gone = p.gone + cardinality(of_cases) WHERE p.id = purge;
    END IF;
    RETURN NEXT;
END $$;

-- Whom letters about a purge go to: the two, the others who could agree (attorneys only where there is no other
-- administrator), and those who lead a case that it lists.
CREATE FUNCTION ctx.purge_readers(one uuid) RETURNS TABLE (place text, whom uuid, due_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH it AS (
        SELECT p.* FROM public.retention_purge p WHERE p.id = one AND ctx.duty() = 'letters'
    ), others AS (
        SELECT l.id, 'admin' = ANY (l.roles) AS administers FROM it JOIN ctx.live l
            ON l.organization_id = it.organization_id AND l.id <> it.proposed_by_id AND l.roles && '{admin,attorney}'
    )
    SELECT 'two', l.id, it.due_at FROM it JOIN ctx.live l ON l.id IN (it.proposed_by_id, it.agreed_by_id)
    UNION SELECT 'other', o.id, it.due_at FROM it, others o
        WHERE o.administers OR NOT EXISTS (SELECT FROM others a WHERE a.administers)
    UNION SELECT 'lead', l.id, it.due_at FROM it JOIN public.retention_purgeitem i ON i.purge_id = it.id
        JOIN public.cases_assignment a ON a.case_id = i.case_ref AND a.role = 'lead'
            AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
        JOIN ctx.live l ON l.id = a.membership_id
$$;

GRANT EXECUTE ON FUNCTION
    ctx.decides_on_purges(),
    ctx.kept_cases(),
    ctx.propose_purge(uuid),
    ctx.agree_to_purge(uuid),
    ctx.withdraw_purge(uuid),
    ctx.purge_next(),
    ctx.purge_readers(uuid)
    TO casework_app;

SET LOCAL ROLE casework_owner;

-- Whoever may close a case has it kept, and lets it go again, in their own name.
CREATE POLICY app_sign ON retention_keep AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads()) AND ended_at IS NULL
    AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_end ON retention_keep AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (ended_at IS NULL AND (SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()))
    WITH CHECK (ended_at IS NOT NULL AND ended_by_id = (SELECT ctx.membership_id()));
