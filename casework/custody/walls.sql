-- The queue of look-ups. Whoever works in the organization sees short cards of places that are due; taking one gives a
-- volunteer a place on the case until the lease ends.

GRANT SELECT ON custody_stay, custody_stint, custody_locatorcheck, directory_facility TO casework_definer;
GRANT UPDATE (taken_by_id, taken_until) ON custody_stay TO casework_definer;
GRANT INSERT ON cases_assignment TO casework_definer;
CREATE POLICY definer_all ON custody_stay TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON custody_stint FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON custody_locatorcheck FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON directory_facility FOR SELECT TO casework_definer USING (true);

-- Whoever records signs it, in their own organization, in a stay of the very person: what cards and cases show follows
-- the stay.
CREATE POLICY app_sign ON custody_stint AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND EXISTS (SELECT FROM custody_stay s WHERE s.id = stay_id AND s.person_id = custody_stint.person_id));
CREATE POLICY app_sign ON custody_locatorcheck AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    checked_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND EXISTS (SELECT FROM custody_stay s WHERE s.id = stay_id AND s.person_id = custody_locatorcheck.person_id));
CREATE POLICY app_sign ON custody_courtonfile AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    set_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads())
    AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_home ON custody_courtonfile AS RESTRICTIVE FOR UPDATE TO casework_app
    USING ((SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()))
    WITH CHECK (set_by_id = (SELECT ctx.membership_id()));

SET LOCAL ROLE casework_definer;

-- Cards that are due: of cases that one sees, and for volunteers of all that are not restricted. No name is among them.
-- Not for a volunteer who is counsel, too, where counsel read only their own: on the case they would read all tiers.
CREATE FUNCTION ctx.check_cards() RETURNS TABLE (
    stay_id uuid, case_id uuid, person_id uuid, reference text, kind text, facility_id text, since timestamptz,
    confirmed_at timestamptz, due_at timestamptz, not_found integer, taken_by uuid, taken_by_name text,
    taken_until timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.id, c.id, s.person_id, c.reference, n.kind, n.facility_id, n.starts_at, s.confirmed_at, s.next_check_at,
        (SELECT count(*)::integer FROM public.custody_locatorcheck k WHERE k.stay_id = s.id AND k.outcome = 'not_found'
            AND k.checked_at > coalesce((SELECT max(f.checked_at) FROM public.custody_locatorcheck f
                WHERE f.stay_id = s.id AND f.outcome <> 'not_found'), '-infinity')),
        held.id, held.name, CASE WHEN held.id IS NOT NULL THEN s.taken_until END
    FROM public.custody_stay s
    CROSS JOIN LATERAL (
        SELECT o.id, o.reference FROM public.cases_case o
        WHERE o.person_id = s.person_id AND (o.stage IN ('enquiry', 'screening', 'offered', 'active', 'closing')
            OR EXISTS (SELECT FROM public.cases_case t WHERE t.person_id = ANY (ctx.files_of(s.person_id))
                AND t.stage IN ('enquiry', 'screening', 'offered', 'active', 'closing')))
            AND (o.id = ANY ((SELECT ctx.mine())::uuid[]) OR NOT o.restricted AND (
                o.organization_id = ANY ((SELECT ctx.wide())::uuid[])
                OR NOT (SELECT ctx.reads()) AND o.organization_id = (SELECT ctx.organization_as('volunteer'))))
        ORDER BY o.stage = 'active' DESC, o.opened_at DESC, o.id LIMIT 1
    ) c
    LEFT JOIN LATERAL (
        SELECT t.kind, t.facility_id, t.starts_at FROM public.custody_stint t
        WHERE t.stay_id = s.id AND NOT t.withdrawn ORDER BY t.starts_at DESC, t.recorded_at DESC LIMIT 1
    ) n ON true
    LEFT JOIN LATERAL (
        SELECT m.id, u.name FROM public.access_membership m JOIN public.access_user u ON u.id = m.user_id
        WHERE m.id = s.taken_by_id AND s.taken_until > statement_timestamp()
    ) held ON true
    WHERE s.organization_id = (SELECT ctx.organization_id()) AND s.ended_at IS NULL AND NOT s.withdrawn
        AND s.next_check_at <= statement_timestamp()
    ORDER BY s.next_check_at, s.id LIMIT 200
$$;

-- Takes a card for half an hour, and gives whoever would not see the case a place on it for as long; the case, or NULL
-- where the card is gone or somebody else has it.
CREATE FUNCTION ctx.take_check(one uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := ctx.membership_id(); until timestamptz := statement_timestamp() + interval '30 minutes'; it record;
BEGIN
    SELECT k.case_id, c.organization_id, c.restricted INTO it
        FROM ctx.check_cards() k JOIN public.cases_case c ON c.id = k.case_id WHERE k.stay_id = one;
    IF it.case_id IS NULL THEN RETURN NULL; END IF;
    UPDATE public.custody_stay SET taken_by_id = me, taken_until = until
        WHERE id = one AND (taken_until IS NULL OR taken_until <= statement_timestamp() OR taken_by_id = me)
            AND ended_at IS NULL AND NOT withdrawn AND next_check_at <= statement_timestamp(); -- whoever had it is done
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF NOT coalesce(it.case_id = ANY (ctx.mine()), false)
        AND NOT coalesce(it.organization_id = ANY (ctx.wide()) AND NOT it.restricted, false)
    THEN
        INSERT INTO public.cases_assignment
            (id, organization_id, case_id, membership_id, role, starts_at, ends_at, made_by_id)
            VALUES (gen_random_uuid(), it.organization_id, it.case_id, me, 'volunteer', statement_timestamp(), until, me);
    END IF;
    RETURN it.case_id;
END $$;

-- Gives a card back, and ends the place that taking it gave. Nobody gives back what others took.
CREATE FUNCTION ctx.end_check(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE me uuid := ctx.membership_id(); it record;
BEGIN
    UPDATE public.custody_stay SET taken_by_id = NULL, taken_until = NULL WHERE id = one AND taken_by_id = me
        RETURNING person_id INTO it;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE public.cases_assignment a SET ends_at = greatest(a.starts_at, statement_timestamp())
        WHERE a.membership_id = me AND a.made_by_id = me AND a.role = 'volunteer' AND a.ends_at > statement_timestamp()
            AND a.ends_at <= a.starts_at + interval '30 minutes'
            AND a.case_id IN (SELECT id FROM public.cases_case WHERE person_id = it.person_id);
END $$;

-- Where a person is, from the newest stay: what the cases of the person show at a glance. A place in words is sealed, so
-- that it has no name here. Of files that were merged, those count in which some case is not restricted to its team.
CREATE FUNCTION ctx.custody_of(one uuid) RETURNS TABLE (
    facility_key text, place text, place_kind text, place_since date, place_as_of timestamptz, custody text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(f.key, ''), coalesce(f.name, ''), CASE WHEN s.ended_at IS NULL THEN n.kind ELSE '' END,
        (coalesce(s.ended_at, n.starts_at) AT TIME ZONE n.time_zone)::date,
        s.confirmed_at, CASE WHEN s.ended_at IS NULL THEN 'detained' WHEN s.reason = 'removed' THEN 'removed'
            WHEN s.reason = 'voluntary_departure' THEN 'departed' WHEN s.reason = 'deceased' THEN 'deceased'
            ELSE 'released' END
    FROM public.custody_stay s
    LEFT JOIN LATERAL (
        SELECT t.kind, t.facility_id, t.starts_at, t.time_zone FROM public.custody_stint t
        WHERE t.stay_id = s.id AND NOT t.withdrawn
        ORDER BY t.starts_at DESC, t.recorded_at DESC LIMIT 1
    ) n ON true
    LEFT JOIN public.directory_facility f ON f.key = n.facility_id AND s.ended_at IS NULL
    WHERE NOT s.withdrawn AND s.person_id = ANY (ARRAY(SELECT f FROM unnest(ctx.files_of(one)) f WHERE f = one
        OR EXISTS (SELECT FROM public.cases_case c WHERE c.person_id = f AND NOT c.restricted)))
    ORDER BY s.began_at DESC LIMIT 1
$$;

-- Writes it to all cases of the person, those that the speaker does not see included: it only makes them true, so
-- anybody of the organization may call it.
CREATE FUNCTION ctx.settle_custody(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.cases_case c SET (facility_key, place, place_kind, place_since, place_as_of, custody) = (
        SELECT coalesce(max(w.facility_key), ''), coalesce(max(w.place), ''), coalesce(max(w.place_kind), ''),
            max(w.place_since), max(w.place_as_of), coalesce(max(w.custody), '')
        FROM ctx.custody_of(c.person_id) w)
    WHERE c.person_id = ANY (ctx.files_of(one)) AND c.organization_id = ctx.organization_id();
END $$;

GRANT EXECUTE ON FUNCTION
    ctx.check_cards(),
    ctx.take_check(uuid),
    ctx.end_check(uuid),
    ctx.settle_custody(uuid)
    TO casework_app;
GRANT EXECUTE ON FUNCTION ctx.settle_custody(uuid) TO casework_owner;

SET LOCAL ROLE casework_owner;
