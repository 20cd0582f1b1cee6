-- The family's window: who may come in, and what a link shows. A family reads one row, its own projection.

GRANT INSERT ON cases_task TO casework_definer;
GRANT SELECT ON portal_familynotice, portal_familytask TO casework_definer;
CREATE POLICY definer_read ON portal_familynotice FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON portal_familytask FOR SELECT TO casework_definer USING (true);
GRANT SELECT ON portal_familyword, portal_familylink, portal_familysession, people_contact, people_consent, docket_bond,
    docket_decision, docket_proceeding, cases_appearance, directory_code TO casework_definer;
CREATE POLICY definer_told ON cases_task FOR INSERT TO casework_definer
    WITH CHECK (rule IN ('portal.news', 'portal.wrong', 'portal.document', 'portal.wrong_pins'));
CREATE POLICY definer_read ON portal_familyword FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON portal_familylink FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON portal_familysession FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON docket_bond FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON docket_decision FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON docket_proceeding FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON cases_appearance FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON directory_code FOR SELECT TO casework_definer USING (true);

SET LOCAL ROLE casework_definer;

-- What the contact of a consent may be told of a case at this moment; NULL where nothing. The consent, the contact and
-- the person are asked each time: a consent that is revoked, a contact who must not know, and a person who wants no
-- contact end it at once. `rules.may_be_told` says the same in Python.
CREATE FUNCTION ctx.told_scopes(consent uuid, one uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.subjects::text[]
    FROM public.people_consent s
    JOIN public.people_contact t ON t.id = s.contact_id
    JOIN public.cases_case c ON c.id = one AND c.organization_id = s.organization_id
    JOIN public.access_organization o ON o.id = c.organization_id
    CROSS JOIN LATERAL (SELECT ctx.files_of(c.person_id) AS ids) files
    WHERE s.id = consent AND o.closed_at IS NULL AND c.handed_over_at IS NULL
        AND t.removed_at IS NULL AND NOT t.must_not_know
        AND s.person_id = ANY (files.ids) AND s.revoked_at IS NULL AND s.given_at <= statement_timestamp()
        AND (s.ends_at IS NULL OR s.ends_at > statement_timestamp())
        AND (NOT s.provisional OR s.given_at + interval '7 days' > statement_timestamp())
        AND NOT EXISTS (SELECT FROM public.people_person p WHERE p.id = ANY (files.ids)
            AND (p.no_contact OR s.provisional AND p.reached_at <= statement_timestamp()))
$$;

-- What a link may show: as the consent it stands on says, as long as the link itself counts.
CREATE FUNCTION ctx.family_scopes(one uuid) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.told_scopes(f.consent_id, f.case_id)
    FROM public.portal_familylink f JOIN public.people_consent s ON s.id = f.consent_id AND s.contact_id = f.contact_id
    WHERE f.id = one AND f.revoked_at IS NULL AND f.ends_at > statement_timestamp()
$$;

-- The link that speaks, as long as it counts.
CREATE FUNCTION ctx.family_link() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c[2]::uuid FROM ctx.claim() c WHERE c[1] = 'family' AND ctx.family_scopes(c[2]::uuid) IS NOT NULL
$$;

-- Whether a link to this contact may stand on this consent, in this case.
CREATE FUNCTION ctx.is_family_consent(consent uuid, contact uuid, one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.people_consent s JOIN public.cases_case c ON c.id = one
        AND c.organization_id = s.organization_id
        WHERE s.id = consent AND s.contact_id = contact AND s.person_id = ANY (ctx.files_of(c.person_id)))
$$;

-- What stands behind a token, for the errand that compares the PIN.
CREATE FUNCTION ctx.family_door(hash text) RETURNS TABLE (id uuid, pin_hash text, case_id uuid, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id, f.pin_hash, f.case_id, f.organization_id FROM public.portal_familylink f
    WHERE f.token_hash = hash AND ctx.duty() = 'portal' AND ctx.family_scopes(f.id) IS NOT NULL
$$;

-- The link behind a browser's session, and whom to call.
CREATE FUNCTION ctx.family_session(hash text) RETURNS TABLE (
    id uuid, link_id uuid, case_id uuid, organization_id uuid, organization text, phone text, hours jsonb,
    time_zone text, languages text[], scopes text[], ends_at timestamptz, file uuid, made_by uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.id, f.id, f.case_id, f.organization_id, o.name, o.phone, o.hours, o.time_zone, o.languages::text[],
        ctx.family_scopes(f.id), e.ends_at, c.person_id, f.made_by_id
    FROM public.portal_familysession e
    JOIN public.portal_familylink f ON f.id = e.link_id AND f.token_hash = e.token_hash
    JOIN public.access_organization o ON o.id = f.organization_id
    JOIN public.cases_case c ON c.id = f.case_id
    WHERE e.key_hash = hash AND ctx.duty() = 'portal'
        AND e.ends_at > statement_timestamp()
        AND e.ends_at < statement_timestamp() + interval '1 hour'  -- else by a clock that has been put back since
        AND ctx.family_scopes(f.id) IS NOT NULL
$$;

-- Links that show something of a person, also those whose consent is at rest at present.
CREATE FUNCTION ctx.family_links_about(person uuid) RETURNS TABLE (id uuid, case_id uuid, organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id, f.case_id, f.organization_id FROM public.portal_familylink f
    JOIN public.cases_case c ON c.id = f.case_id
    WHERE c.person_id = ANY (ctx.files_of(person)) AND f.revoked_at IS NULL AND f.ends_at > statement_timestamp()
        AND ctx.duty() = 'portal'
    ORDER BY f.made_at
$$;

-- All that a projection is made of: codes, instants, names of public places, and the lead's first name.
CREATE FUNCTION ctx.facts_of_case(one uuid, scopes text[]) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object(
        'scopes', scopes, 'stage', c.stage, 'accepted', c.reference <> '',
        'appeared_on', (SELECT min(a.filed_on) FROM public.cases_appearance a
            WHERE a.case_id = c.id AND a.withdrawn_on IS NULL),
        'lead', (SELECT split_part(u.name, ' ', 1) FROM public.cases_assignment a
            JOIN ctx.live l ON l.id = a.membership_id JOIN public.access_user u ON u.id = l.user_id
            WHERE a.case_id = c.id AND a.role = 'lead' AND a.starts_at <= statement_timestamp()
                AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp()) LIMIT 1),
        'stay', (SELECT jsonb_build_object('began_at', y.began_at, 'ended_at', y.ended_at, 'reason', y.reason,
                'confirmed_at', y.confirmed_at, 'next_check_at', y.next_check_at,
                'places', (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.starts_at DESC, p.recorded_at DESC) FROM (
                    SELECT t.kind, d.key, d.name, d.city, d.state, d.phone, t.time_zone, t.starts_at, t.recorded_at,
                        t.starts_precision = 'minute' AS exact
                    FROM public.custody_stint t LEFT JOIN public.directory_facility d ON d.key = t.facility_id
                    WHERE t.stay_id = y.id AND NOT t.withdrawn
                    ORDER BY t.starts_at DESC, t.recorded_at DESC LIMIT 3) p))
            FROM public.custody_stay y WHERE y.person_id = ANY (ctx.files_of(c.person_id)) AND NOT y.withdrawn
            ORDER BY y.began_at DESC LIMIT 1),
        'hearings', (SELECT jsonb_agg(to_jsonb(h) ORDER BY h.starts_at) FROM (
            SELECT x.id, x.kind, x.medium, x.starts_at, x.time_zone, x.minutes, coalesce(d.name, x.forum) AS court,
                d.street, d.city, d.state, d.zip
            FROM public.docket_hearing x LEFT JOIN public.directory_court d ON d.key = x.court_id
            WHERE x.case_id = c.id AND x.state = 'scheduled' AND NOT x.withdrawn
                AND x.starts_at > statement_timestamp() - interval '1 day' ORDER BY x.starts_at LIMIT 3) h),
        'bond', (SELECT jsonb_build_object('result', b.result, 'amount', b.amount, 'decided_on', b.decided_on,
                'stayed_on', b.stayed_on, 'posted_on', b.posted_on)
            FROM public.docket_bond b WHERE b.case_id = c.id AND NOT b.withdrawn AND b.tier <= 2 AND b.result <> ''
            ORDER BY b.decided_on DESC, b.recorded_at DESC LIMIT 1),
        'decisions', (SELECT jsonb_agg(jsonb_build_object('id', v.id, 'code', v.code_id, 'kind', v.kind,
                'decided_on', v.decided_on) ORDER BY v.decided_on DESC, v.recorded_at DESC) FROM (
            SELECT d.id, d.code_id, p.kind, d.decided_on, d.recorded_at
            FROM public.docket_decision d JOIN public.docket_proceeding p ON p.id = d.proceeding_id
            WHERE d.case_id = c.id AND NOT d.withdrawn AND NOT p.withdrawn AND d.tier <= 2 AND p.kind <> 'bond'
            ORDER BY d.decided_on DESC, d.recorded_at DESC LIMIT 5) v),
        'open', (SELECT jsonb_agg(jsonb_build_object('kind', p.kind, 'began_on', p.began_on) ORDER BY p.recorded_at)
            FROM public.docket_proceeding p WHERE p.case_id = c.id AND NOT p.withdrawn AND p.ended_on IS NULL)
    )
    FROM public.cases_case c WHERE c.id = one
$$;

-- For the page of a link, also while its consent is at rest; and for a letter to the contact of a consent, as long as
-- that counts.
CREATE FUNCTION ctx.family_facts(one uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.facts_of_case(f.case_id, s.subjects::text[]) || jsonb_build_object('tasks', (
        SELECT jsonb_agg(jsonb_build_object('code', k.code, 'done', k.done_at IS NOT NULL) ORDER BY k.chosen_at, k.code)
        FROM public.portal_familytask k WHERE k.link_id = f.id AND k.withdrawn_at IS NULL))
    FROM public.portal_familylink f JOIN public.people_consent s ON s.id = f.consent_id
    WHERE f.id = one AND ctx.duty() = 'portal'
$$;
CREATE FUNCTION ctx.letter_facts(consent uuid, one uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.facts_of_case(one, scopes) FROM ctx.told_scopes(consent, one) scopes
    WHERE scopes IS NOT NULL AND ctx.duty() = 'portal'
$$;

-- The person's file behind the link that speaks, and whose it is: what a family writes is sealed under its key.
CREATE FUNCTION ctx.family_file() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.person_id FROM public.portal_familylink f JOIN public.cases_case c ON c.id = f.case_id
    WHERE f.id = ctx.family_link()
$$;
CREATE FUNCTION ctx.family_organization() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT organization_id FROM public.portal_familylink WHERE id = ctx.family_link()
$$;

-- A task for whoever leads the case, else for whoever gave the link.
CREATE FUNCTION ctx.open_family_task(one uuid, what text, about uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO public.cases_task (id, organization_id, case_id, version, tier, rule, cause, due_on, assignee_id,
            made_by_id, made_at, dropped)
        SELECT gen_random_uuid(), f.organization_id, f.case_id, 1, 1, what, about,
            (statement_timestamp() AT TIME ZONE o.time_zone)::date, (
                SELECT l.id FROM ctx.live l LEFT JOIN public.cases_assignment a ON a.membership_id = l.id
                    AND a.case_id = f.case_id AND a.role = 'lead' AND a.starts_at <= statement_timestamp()
                    AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
                WHERE l.organization_id = f.organization_id AND l.reads AND f.case_id = ANY (ctx.mine_of(l.id))
                ORDER BY a.id IS NULL, l.id <> f.made_by_id, l.id LIMIT 1),
            f.made_by_id, statement_timestamp(), false
        FROM public.portal_familylink f JOIN public.access_organization o ON o.id = f.organization_id
        WHERE f.id = one AND NOT EXISTS (
            SELECT FROM public.cases_task t WHERE t.rule = what AND t.cause = about AND t.done_at IS NULL)
$$;

-- A task to read what the family that speaks has written.
CREATE FUNCTION ctx.family_told(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM public.cases_task WHERE cause = one) THEN
        PERFORM ctx.open_family_task(w.link_id, 'portal.' || w.kind, w.id) FROM public.portal_familyword w
            WHERE w.id = one AND w.link_id = ctx.family_link();
    END IF;
END $$;

-- A task to ask the family about wrong PINs.
CREATE FUNCTION ctx.family_tried(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ctx.duty() = 'portal' THEN PERFORM ctx.open_family_task(one, 'portal.wrong_pins', one); END IF;
END $$;

-- Who gave the link that speaks, where it is about this case and may send documents; they stand for whoever sent them.
CREATE FUNCTION ctx.family_hands_in(one uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.made_by_id FROM public.portal_familylink f
    WHERE f.id = ctx.family_link() AND f.case_id = one AND 'documents' = ANY (ctx.family_scopes(f.id))
$$;

-- Whether the file is of that document, and one that a family sent and nobody has taken yet.
CREATE FUNCTION ctx.is_family_file(one uuid, paper uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.documents_file d WHERE d.id = one AND d.document_id = paper
        AND d.case_id = (SELECT f.case_id FROM public.portal_familylink f WHERE f.id = ctx.family_link())
        AND d.source = 'family' AND d.state = 'quarantined')
$$;

-- How many bytes are kept of the case of the link that speaks, and of its organization.
CREATE FUNCTION ctx.family_space() RETURNS TABLE (of_case bigint, of_organization bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(d.size) FILTER (WHERE d.case_id = f.case_id), 0)::bigint, coalesce(sum(d.size), 0)::bigint
    FROM public.portal_familylink f
    LEFT JOIN public.documents_file d ON d.organization_id = f.organization_id AND d.state <> 'refused'
    WHERE f.id = ctx.family_link() GROUP BY f.id
$$;

-- Offices that families may call who have no link, in a language that the organization shows: nothing but what it says
-- to everybody. English is every organization's.
CREATE FUNCTION ctx.family_offices(language text) RETURNS TABLE (name text, phone text, hours jsonb, time_zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.name, o.phone, o.hours, o.time_zone FROM public.access_organization o
    WHERE o.closed_at IS NULL AND o.phone <> '' AND (language = 'en' OR language = ANY (o.languages))
    ORDER BY o.name
$$;

-- Who may be sent messages at this moment, all or of one link: the notice stands, and the link counts.
CREATE FUNCTION ctx.family_notices(one uuid) RETURNS TABLE (
    notice_id uuid, link_id uuid, case_id uuid, organization_id uuid, phone text, time_zone text, language text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.id, f.id, f.case_id, f.organization_id, o.phone, o.time_zone, f.language
    FROM public.portal_familynotice n JOIN public.portal_familylink f ON f.id = n.link_id
    JOIN public.access_organization o ON o.id = f.organization_id
    WHERE ctx.duty() = 'portal' AND n.stopped_at IS NULL AND (one IS NULL OR f.id = one)
        AND ctx.family_scopes(f.id) IS NOT NULL
    ORDER BY n.chosen_at
$$;

-- Whether somebody is sent messages at this moment about this file, or about any of the organization: the errand that
-- sends them is given the keys for as long as notice and link, consent, contact and person agree. Asked of each key
-- that is sought, of which there is one.
CREATE FUNCTION ctx.is_family_told(one uuid, whose uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.portal_familynotice n
        WHERE n.organization_id = whose AND (n.file = one AND n.stopped_at IS NULL
                OR one IS NULL AND (n.stopped_at IS NULL OR n.stopped_how = 'provider'))
            AND ctx.duty() = 'portal' AND ctx.family_scopes(n.link_id) IS NOT NULL)
$$;

-- Organizations that text somebody, or did until they replied STOP: those among whose numbers one is looked for.
CREATE FUNCTION ctx.family_texters() RETURNS TABLE (organization_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id FROM public.access_organization o
    WHERE ctx.duty() = 'portal' AND EXISTS (SELECT FROM public.portal_familynotice n
        WHERE n.organization_id = o.id AND n.channel = 'sms' AND (n.stopped_at IS NULL OR n.stopped_how = 'provider')
            AND ctx.family_scopes(n.link_id) IS NOT NULL)
    ORDER BY o.id
$$;

GRANT EXECUTE ON FUNCTION
    ctx.family_door(text), ctx.family_facts(uuid), ctx.family_file(), ctx.family_hands_in(uuid), ctx.family_link(),
    ctx.family_links_about(uuid), ctx.family_notices(uuid), ctx.family_offices(text), ctx.family_organization(),
    ctx.family_session(text), ctx.family_space(), ctx.family_texters(), ctx.family_told(uuid),
    ctx.family_tried(uuid), ctx.is_family_consent(uuid, uuid, uuid), ctx.is_family_file(uuid, uuid),
    ctx.is_family_told(uuid, uuid), ctx.letter_facts(uuid, uuid)
    TO casework_app;

SET LOCAL ROLE casework_owner;

-- Links: the team makes and ends them; the errand notes that one was opened.
CREATE POLICY app_sign ON portal_familylink AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND (SELECT ctx.reads()) AND ctx.is_family_consent(consent_id, contact_id, case_id));
CREATE POLICY app_stands ON portal_familylink AS RESTRICTIVE FOR UPDATE TO casework_app USING (true) WITH CHECK (
    ctx.is_family_consent(consent_id, contact_id, case_id)
    AND (revoked_by_id IS NULL OR revoked_by_id = (SELECT ctx.membership_id()) OR (SELECT ctx.duty()) = 'portal'));
CREATE POLICY errand_read ON portal_familylink FOR SELECT TO casework_app USING ((SELECT ctx.duty()) = 'portal');
CREATE POLICY errand_change ON portal_familylink FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'portal') WITH CHECK ((SELECT ctx.duty()) = 'portal');
-- What a link shows: written on the errand alone, read by the family whose it is and by the team that made it.
CREATE POLICY errand_read ON portal_publication FOR SELECT TO casework_app
    USING (link_id = (SELECT ctx.family_link()) OR (SELECT ctx.duty()) = 'portal');
CREATE POLICY app_add ON portal_publication FOR INSERT TO casework_app WITH CHECK ((SELECT ctx.duty()) = 'portal');
CREATE POLICY app_change ON portal_publication FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'portal') WITH CHECK ((SELECT ctx.duty()) = 'portal');
CREATE POLICY app_all ON portal_familysession TO casework_app
    USING ((SELECT ctx.duty()) = 'portal') WITH CHECK ((SELECT ctx.duty()) = 'portal');
-- What a family writes, about its own case; for that it reads the key of that one file.
CREATE POLICY app_add ON portal_familyword FOR INSERT TO casework_app
    WITH CHECK (link_id = (SELECT ctx.family_link()) AND file = (SELECT ctx.family_file()));
-- What a family is asked to do: the team chooses it, the family ticks it off.
CREATE POLICY app_sign ON portal_familytask AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    chosen_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY family_read ON portal_familytask FOR SELECT TO casework_app
    USING (link_id = (SELECT ctx.family_link()) AND withdrawn_at IS NULL);
CREATE POLICY family_tick ON portal_familytask FOR UPDATE TO casework_app
    USING (link_id = (SELECT ctx.family_link()) AND withdrawn_at IS NULL)
    WITH CHECK (link_id = (SELECT ctx.family_link()) AND withdrawn_at IS NULL);
-- What a family sends: a new document in quarantine, its one file and the bytes of that. It reads nothing back.
CREATE POLICY family_add ON documents_document FOR INSERT TO casework_app
    WITH CHECK (ctx.family_hands_in(case_id) IS NOT NULL AND tier = 2 AND NOT withdrawn);
CREATE POLICY family_add ON documents_file FOR INSERT TO casework_app WITH CHECK (
    uploaded_by_id = ctx.family_hands_in(case_id) AND number = 1 AND source = 'family' AND state = 'quarantined');
CREATE POLICY family_add ON documents_filepart FOR INSERT TO casework_app
    WITH CHECK (ctx.family_hands_in(case_id) IS NOT NULL AND ctx.is_family_file(file_id, document_id));
-- Messages: the team chooses where to; the errand plans and sends them, and opens the address for that.
CREATE POLICY app_sign ON portal_familynotice AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    chosen_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY errand_read ON portal_familynotice FOR SELECT TO casework_app USING ((SELECT ctx.duty()) = 'portal');
CREATE POLICY errand_change ON portal_familynotice FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'portal') WITH CHECK ((SELECT ctx.duty()) = 'portal');
CREATE POLICY errand_read ON portal_familymessage FOR SELECT TO casework_app USING ((SELECT ctx.duty()) = 'portal');
CREATE POLICY app_add ON portal_familymessage FOR INSERT TO casework_app WITH CHECK ((SELECT ctx.duty()) = 'portal');
CREATE POLICY app_change ON portal_familymessage FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'portal') WITH CHECK ((SELECT ctx.duty()) = 'portal');
CREATE POLICY family_send ON vault_filekey FOR SELECT TO casework_app
    USING ((SELECT ctx.duty()) = 'portal' AND ctx.is_family_told(file_id, organization_id));
CREATE POLICY family_send ON vault_organizationkey FOR SELECT TO casework_app
    USING ((SELECT ctx.duty()) = 'portal' AND ctx.is_family_told(NULL, organization_id));
CREATE POLICY family_read ON vault_filekey FOR SELECT TO casework_app USING (file_id = (SELECT ctx.family_file()));
CREATE POLICY family_read ON vault_organizationkey FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.family_organization()));
-- A family writes what it did at its window and nothing else, and nobody else says that a family did something.
CREATE POLICY app_window ON audit_entry AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (((SELECT (ctx.claim())[1]) = 'family') = (verb LIKE 'window.%'));
