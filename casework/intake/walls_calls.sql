-- The hotline. Whoever takes calls in the organization sees the queue as short cards without a name or a word of what
-- was said; taking one is timed, and gives whoever would not see the case a place on it for as long.

GRANT SELECT ON intake_calllog, intake_shift, intake_incident, intake_incidentlink TO casework_definer;
GRANT UPDATE (taken_by_id, taken_until) ON intake_calllog TO casework_definer;
CREATE POLICY definer_all ON intake_calllog TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON intake_shift FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON intake_incident FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON intake_incidentlink FOR SELECT TO casework_definer USING (true);

SET LOCAL ROLE casework_definer;

-- Whether the speaker takes calls: everybody but those who administer alone.
CREATE FUNCTION ctx.takes_calls() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ctx.member() WHERE roles && '{attorney,paralegal,volunteer}')
$$;

-- Whether a file is that of a shift, an incident or a call about no case, which the speaker may read: asked for the few
-- keys that are wanted, and never for all.
CREATE FUNCTION ctx.is_hotline_file(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.takes_calls() AND (
        EXISTS (SELECT FROM public.intake_incident WHERE id = one AND organization_id = ctx.organization_id())
        OR EXISTS (SELECT FROM public.intake_shift WHERE id = one AND organization_id = ctx.organization_id())
        OR EXISTS (SELECT FROM public.intake_calllog k WHERE k.id = one AND k.case_id IS NULL
            AND k.organization_id = ctx.organization_id() AND (ctx.reads() OR k.by_id = ctx.membership_id()
                OR k.taken_by_id = ctx.membership_id() AND k.taken_until > statement_timestamp())))
$$;

-- Enquiries that nobody is on: drafts whose taker is gone, or whose time was over. Who has one for an hour, if anybody.
CREATE FUNCTION ctx.free_drafts() RETURNS TABLE (case_id uuid, taken_by uuid, taken_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.id, held.membership_id, held.ends_at FROM public.cases_case c
    LEFT JOIN LATERAL (
        SELECT a.membership_id, a.ends_at, a.role = 'volunteer' AND a.made_by_id = a.membership_id
            AND a.ends_at = a.starts_at + interval '60 minutes' AS for_an_hour
        FROM public.cases_assignment a WHERE a.case_id = c.id AND a.starts_at <= statement_timestamp()
            AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
        ORDER BY for_an_hour NULLS FIRST, a.starts_at LIMIT 1
    ) held ON true
    WHERE c.organization_id = ctx.organization_id() AND c.stage = 'enquiry'
        AND (held.membership_id IS NULL OR held.for_an_hour)
$$;

-- The queue: calls to take, first calls as long as they are enquiries, calls to make again today, drafts without a taker. Of cases that one sees, and for volunteers
-- of all that are not restricted. No name is among them, no number and no word of what was said.
-- Not for a volunteer who is counsel, too, where counsel read only their own: on the case they would read all tiers.
CREATE FUNCTION ctx.call_cards() RETURNS TABLE (
    card_id uuid, case_id uuid, person_id uuid, reference text, kind text, since timestamptz, due_at timestamptz,
    language text, place_type text, urgent boolean, tries integer, taken_by uuid, taken_by_name text,
    taken_until timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH seen AS (
        SELECT c.id, c.person_id, c.reference, c.opened_at, c.stage FROM public.cases_case c
        WHERE c.organization_id = (SELECT ctx.organization_id()) AND (
            c.id = ANY ((SELECT ctx.mine())::uuid[]) OR NOT c.restricted AND (
                c.organization_id = ANY ((SELECT ctx.wide())::uuid[])
                OR NOT (SELECT ctx.reads()) AND c.organization_id = (SELECT ctx.organization_as('volunteer'))))
    ), open_calls AS (
        SELECT k.* FROM public.intake_calllog k
        WHERE k.organization_id = (SELECT ctx.organization_id()) AND k.due_at IS NOT NULL AND k.settled_at IS NULL
    ), cards AS (
        SELECT k.id, k.case_id, s.person_id, s.reference, CASE WHEN k.result IN ('waiting', 'first_call') THEN 'take' ELSE 'back' END AS kind,
            k.at AS since, k.due_at, k.language, k.place_type, k.urgent, k.taken_by_id, k.taken_until
        FROM open_calls k LEFT JOIN seen s ON s.id = k.case_id
        WHERE k.case_id IS NULL OR s.id IS NOT NULL AND (k.result <> 'first_call' OR s.stage = 'enquiry')
        UNION ALL
        SELECT d.case_id, d.case_id, s.person_id, s.reference, 'draft', s.opened_at, s.opened_at,
            coalesce(nullif(p.language, ''), last.language, ''), coalesce(last.place_type, ''),
            coalesce(last.urgent, false), d.taken_by, d.taken_until
        FROM ctx.free_drafts() d JOIN seen s ON s.id = d.case_id JOIN public.people_person p ON p.id = s.person_id
        LEFT JOIN LATERAL (SELECT k.language, k.place_type, k.urgent FROM public.intake_calllog k
            WHERE k.case_id = d.case_id ORDER BY k.at DESC LIMIT 1) last ON true
        WHERE NOT EXISTS (SELECT FROM open_calls k WHERE k.case_id = d.case_id)
    )
    SELECT k.id, k.case_id, k.person_id, coalesce(k.reference, ''), k.kind, k.since, k.due_at, k.language, k.place_type,
        k.urgent, CASE WHEN k.kind = 'back' THEN (SELECT count(*)::integer FROM public.intake_calllog o
            WHERE o.case_id = k.case_id AND o.direction = 'out' AND o.result IN ('no_answer', 'message')
                AND o.at > coalesce((SELECT max(r.at) FROM public.intake_calllog r WHERE r.case_id = k.case_id
                    AND r.result NOT IN ('no_answer', 'message')), '-infinity')) ELSE 0 END,
        held.id, held.name, CASE WHEN held.id IS NOT NULL THEN k.taken_until END
    FROM cards k
    LEFT JOIN LATERAL (
        SELECT m.id, u.name FROM public.access_membership m JOIN public.access_user u ON u.id = m.user_id
        WHERE m.id = k.taken_by_id AND k.taken_until > statement_timestamp()
    ) held ON true
    WHERE (SELECT ctx.takes_calls()) AND k.due_at < statement_timestamp() + interval '24 hours'
    ORDER BY NOT k.urgent, k.due_at, k.id LIMIT 200
$$;

-- Gives the speaker a place on a case for an hour, unless they see it anyway.
CREATE FUNCTION ctx.on_case_for_an_hour(one uuid, always boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := ctx.membership_id(); it record; now_ timestamptz := statement_timestamp();
BEGIN
    SELECT organization_id, restricted INTO it FROM public.cases_case WHERE id = one;
    IF coalesce(one = ANY (ctx.mine()), false)
        OR NOT always AND coalesce(it.organization_id = ANY (ctx.wide()) AND NOT it.restricted, false)
    THEN RETURN; END IF;
    INSERT INTO public.cases_assignment
        (id, organization_id, case_id, membership_id, role, starts_at, ends_at, made_by_id)
        VALUES (gen_random_uuid(), it.organization_id, one, me, 'volunteer', now_, now_ + interval '60 minutes', me);
END $$;

-- Takes a card for an hour; its case, or its own id where it is about none, or NULL where it is gone or somebody else
-- has it. Of two who take it at once, one waits for the other and then gets nothing.
CREATE FUNCTION ctx.take_call(one uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := ctx.membership_id(); it record;
BEGIN
    SELECT k.kind, k.case_id INTO it FROM ctx.call_cards() k WHERE k.card_id = one;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF it.kind = 'draft' THEN
        PERFORM FROM public.cases_case WHERE id = one FOR UPDATE;
        -- the clock: whoever waited began their statement before the other one's place
        IF EXISTS (SELECT FROM public.cases_assignment a WHERE a.case_id = one AND a.membership_id <> me
            AND a.starts_at <= clock_timestamp() AND (a.ends_at IS NULL OR a.ends_at > clock_timestamp()))
        THEN RETURN NULL; END IF;
        PERFORM ctx.on_case_for_an_hour(one, true);
        RETURN one;
    END IF;
    UPDATE public.intake_calllog SET taken_by_id = me, taken_until = statement_timestamp() + interval '60 minutes'
        WHERE id = one AND (taken_until IS NULL OR taken_until <= statement_timestamp() OR taken_by_id = me)
            AND settled_at IS NULL AND due_at IS NOT NULL;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF it.case_id IS NOT NULL THEN PERFORM ctx.on_case_for_an_hour(it.case_id, false); END IF;
    RETURN coalesce(it.case_id, one);
END $$;

-- Gives a card back, and ends the place that taking it gave. Nobody gives back what others took.
CREATE FUNCTION ctx.end_call(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := ctx.membership_id(); it uuid;
BEGIN
    UPDATE public.intake_calllog SET taken_by_id = NULL, taken_until = NULL WHERE id = one AND taken_by_id = me
        RETURNING case_id INTO it;
    IF NOT FOUND THEN it := one; END IF; -- a draft, or nothing of theirs
    UPDATE public.cases_assignment a SET ends_at = greatest(a.starts_at, statement_timestamp())
        WHERE a.membership_id = me AND a.made_by_id = me AND a.role = 'volunteer' AND a.case_id = it
            AND a.ends_at > statement_timestamp() AND a.ends_at = a.starts_at + interval '60 minutes';
END $$;

-- How many intakes hang on each of these incidents of the organization: a number, also for who may open none of them.
CREATE FUNCTION ctx.incident_intakes(ids uuid[]) RETURNS TABLE (incident_id uuid, intakes integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.incident_id, count(*)::integer FROM public.intake_incidentlink l
    WHERE l.incident_id = ANY (ids) AND l.removed_at IS NULL AND l.organization_id = ctx.organization_id()
        AND ctx.takes_calls()
    GROUP BY l.incident_id
$$;

GRANT EXECUTE ON FUNCTION
    ctx.takes_calls(),
    ctx.is_hotline_file(uuid),
    ctx.call_cards(),
    ctx.take_call(uuid),
    ctx.end_call(uuid),
    ctx.incident_intakes(uuid[])
    TO casework_app;

SET LOCAL ROLE casework_owner;

-- After those for people: most keys that are wanted are of people.
CREATE POLICY app_row ON vault_filekey FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) AND ctx.is_hotline_file(file_id));

-- Whoever notes something signs it, in the organization one acts in. A shift is one's own.
CREATE POLICY app_sign ON intake_calllog AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND taken_by_id IS NULL AND settled_at IS NULL);
CREATE POLICY app_home ON intake_calllog AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON intake_incident AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign ON intake_incidentlink AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    linked_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND (SELECT ctx.takes_calls()));
CREATE POLICY app_home ON intake_incidentlink AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON intake_shift AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    membership_id = (SELECT ctx.membership_id()));
CREATE POLICY app_home ON intake_shift AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (membership_id = (SELECT ctx.membership_id())) WITH CHECK (membership_id = (SELECT ctx.membership_id()));

-- What became of incidents and of the list of referrals, so that a change can be taken back: it concerns no case.
CREATE POLICY app_hotline ON audit_entry FOR SELECT TO casework_app USING (
    organization_id = (SELECT ctx.organization_id()) AND (object_type = 'intake.referral'
        OR object_type = 'intake.incident' AND (SELECT ctx.takes_calls())));
