-- Calendars, cover for hearings, reminders.

-- Calendars outside Casework. Whose one is, one's own; whoever fetches it is known by the token alone.
CREATE POLICY app_read ON docket_feed FOR SELECT TO casework_app
    USING (membership_id = (SELECT ctx.membership_id()) OR (SELECT ctx.duty()) = 'feed');
CREATE POLICY app_add ON docket_feed FOR INSERT TO casework_app
    WITH CHECK (membership_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
        AND (SELECT (ctx.claim())[1]) = 'staff' AND (SELECT ctx.reads()));
CREATE POLICY app_change ON docket_feed FOR UPDATE TO casework_app
    USING (membership_id = (SELECT ctx.membership_id()) OR (SELECT ctx.duty()) = 'feed')
    WITH CHECK (membership_id = (SELECT ctx.membership_id()) OR (SELECT ctx.duty()) = 'feed');
-- Standing in for a colleague. Whoever asks signs it; it is answered by function, since whoever is asked may not see
-- the case yet.
CREATE POLICY app_sign ON docket_coverage AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id())
    AND state = 'asked' AND (SELECT ctx.reads()));
CREATE POLICY app_keep ON docket_coverage AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (state = 'asked') WITH CHECK (state = 'withdrawn');
GRANT SELECT ON docket_coverage, directory_court TO casework_definer;
GRANT UPDATE (state, answered_at) ON docket_coverage TO casework_definer;
CREATE POLICY definer_all ON docket_coverage TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON directory_court FOR SELECT TO casework_definer USING (true);
-- Reminders: planned, handed over and dropped on an errand of the product; read by whom they are for, and by the
-- administrators, who see whether they are sent.
CREATE POLICY app_read ON docket_reminder FOR SELECT TO casework_app
    USING (membership_id = (SELECT ctx.membership_id()) OR organization_id = (SELECT ctx.organization_as('admin'))
        OR (SELECT ctx.duty()) = 'reminders');
CREATE POLICY app_add ON docket_reminder FOR INSERT TO casework_app WITH CHECK ((SELECT ctx.duty()) = 'reminders');
CREATE POLICY app_change ON docket_reminder FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'reminders') WITH CHECK ((SELECT ctx.duty()) = 'reminders');
CREATE POLICY app_read ON docket_reminderchoice FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id())
        AND (membership_id IS NULL OR membership_id = (SELECT ctx.membership_id())));
CREATE POLICY app_add ON docket_reminderchoice FOR INSERT TO casework_app
    WITH CHECK (organization_id = (SELECT ctx.organization_id()) AND CASE WHEN membership_id IS NULL
        THEN (SELECT ctx.organization_as('admin')) IS NOT NULL ELSE membership_id = (SELECT ctx.membership_id()) END);
CREATE POLICY app_change ON docket_reminderchoice FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) AND CASE WHEN membership_id IS NULL
        THEN (SELECT ctx.organization_as('admin')) IS NOT NULL ELSE membership_id = (SELECT ctx.membership_id()) END);
GRANT SELECT ON docket_reminder, docket_reminderchoice TO casework_definer;
CREATE POLICY definer_read ON docket_reminder FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON docket_reminderchoice FOR SELECT TO casework_definer USING (true);
GRANT SELECT ON docket_feed TO casework_definer;
CREATE POLICY definer_read ON docket_feed FOR SELECT TO casework_definer USING (true);

SET LOCAL ROLE casework_definer;

-- The calendar behind a token and the live member whose it is: void from the moment on when either is over.
CREATE FUNCTION ctx.feed(hash text) RETURNS TABLE (
    id uuid, membership_id uuid, user_id uuid, organization_id uuid, roles text[], visibility text, language text,
    time_zone text, level text, whole boolean, told_at timestamptz, told text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id, l.id, l.user_id, l.organization_id, l.roles, l.visibility, u.language, u.time_zone, f.level, f.whole,
        f.told_at, f.told
    FROM public.docket_feed f JOIN ctx.live l ON l.id = f.membership_id JOIN public.access_user u ON u.id = l.user_id
    WHERE f.token_hash = hash AND f.revoked_at IS NULL AND ctx.duty() = 'feed'
$$;
GRANT EXECUTE ON FUNCTION ctx.feed(text) TO casework_app;


-- What the member who speaks is asked to cover, and what they need to know to answer; never who the person is.
CREATE FUNCTION ctx.coverage_asked() RETURNS TABLE (
    id uuid, case_id uuid, hearing_id uuid, kind text, medium text, court text, starts_at timestamptz, time_zone text,
    minutes integer, reference text, asked_by text, asked_at timestamptz
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT v.id, v.case_id, h.id, h.kind, h.medium, coalesce(t.name, h.forum), h.starts_at, h.time_zone,
        h.minutes::integer, c.reference, u.name, v.asked_at
    FROM public.docket_coverage v JOIN public.docket_hearing h ON h.id = v.hearing_id
    JOIN public.cases_case c ON c.id = v.case_id
    JOIN public.access_membership m ON m.id = v.recorded_by_id JOIN public.access_user u ON u.id = m.user_id
    LEFT JOIN public.directory_court t ON t.key = h.court_id
    WHERE v.asked_of_id = (SELECT ctx.membership_id()) AND v.state = 'asked' AND h.state = 'scheduled'
        AND NOT h.withdrawn AND h.starts_at > statement_timestamp() AND (SELECT (ctx.claim())[1]) = 'staff'
    ORDER BY h.starts_at, v.id
$$;

-- Answers a request to the member who speaks. Accepting gives a place on the case, where there is none that lasts, until
-- two days after the hearing, so that they can write down what came of it. The case and who asked; no row where nothing is
-- asked.
CREATE FUNCTION ctx.answer_coverage(one uuid, accepts boolean) RETURNS TABLE (case_id uuid, asked_by uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE me uuid := ctx.membership_id(); it record; ends timestamptz;
BEGIN
    SELECT a.case_id, v.organization_id, v.recorded_by_id, a.starts_at + make_interval(mins => a.minutes) AS ends INTO it
        FROM ctx.coverage_asked() a JOIN public.docket_coverage v ON v.id = a.id WHERE a.id = one FOR UPDATE OF v;
    IF it.case_id IS NULL THEN RETURN; END IF;
    IF accepts AND NOT EXISTS (SELECT FROM ctx.member() WHERE 'attorney' = ANY (roles)) THEN RETURN; END IF;
    UPDATE public.docket_coverage SET state = CASE WHEN accepts THEN 'accepted' ELSE 'declined' END,
        answered_at = statement_timestamp() WHERE id = one AND state = 'asked';
    IF NOT FOUND THEN RETURN; END IF;
    ends := it.ends + interval '2 days';
    IF accepts AND NOT EXISTS (SELECT FROM public.cases_assignment a WHERE a.case_id = it.case_id
        AND a.membership_id = me AND a.starts_at <= statement_timestamp() AND (a.ends_at IS NULL OR a.ends_at >= ends))
    THEN
        INSERT INTO public.cases_assignment
            (id, organization_id, case_id, membership_id, role, starts_at, ends_at, made_by_id)
            VALUES (gen_random_uuid(), it.organization_id, it.case_id, me, 'co_counsel', statement_timestamp(), ends,
                it.recorded_by_id);
    END IF;
    case_id := it.case_id;
    asked_by := it.recorded_by_id;
    RETURN NEXT;
END $$;
GRANT EXECUTE ON FUNCTION ctx.coverage_asked(), ctx.answer_coverage(uuid, boolean) TO casework_app;

-- Who is responsible for a case's hearing: whoever appears, else the lead, else counsel of the team; and for a deadline
-- that is near: the leads and their supervisors, where there is none the administrators. Live members only.
CREATE FUNCTION ctx.reminded_of_hearing(one uuid, appearing uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH found AS (
        SELECT l.id, 1 AS rank FROM ctx.live l WHERE l.id = appearing
        UNION ALL SELECT l.id, CASE WHEN a.role = 'lead' THEN 2 ELSE 3 END
        FROM public.cases_assignment a JOIN ctx.live l ON l.id = a.membership_id
        WHERE a.case_id = one AND l.reads AND a.starts_at <= statement_timestamp()
            AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
    ) SELECT DISTINCT id FROM found WHERE rank = (SELECT min(rank) FROM found)
$$;
CREATE FUNCTION ctx.reminded_of_deadline(one uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH leads AS (
        SELECT l.id, m.supervisor_id FROM public.cases_assignment a JOIN ctx.live l ON l.id = a.membership_id
        JOIN public.access_membership m ON m.id = l.id
        WHERE a.case_id = one AND a.role = 'lead' AND a.starts_at <= statement_timestamp()
            AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
    ), found AS (
        SELECT id FROM leads UNION SELECT l.id FROM leads JOIN ctx.live l ON l.id = leads.supervisor_id
    ) SELECT id FROM found
    UNION SELECT l.id FROM ctx.live l JOIN public.cases_case c ON c.organization_id = l.organization_id
        WHERE c.id = one AND 'admin' = ANY (l.roles) AND (SELECT count(*) FROM found) < 2
$$;

-- What has to be planned: hearings of the next month (`only` limits it to some), and deadlines that end within three
-- days, are open, were entered more than 12 hours ago, and belong to a case that is not over.
CREATE FUNCTION ctx.reminders_wanted(only_hearings uuid[]) RETURNS TABLE (
    kind text, about uuid, organization_id uuid, at timestamptz, membership_id uuid, minutes integer[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'hearing', h.id, h.organization_id, h.starts_at, r.id, coalesce(own.minutes, ours.minutes, '{10080,1440,120}')
    FROM public.docket_hearing h CROSS JOIN LATERAL ctx.reminded_of_hearing(h.case_id, h.appearing_id) AS r (id)
    LEFT JOIN public.docket_reminderchoice own ON own.membership_id = r.id
    LEFT JOIN public.docket_reminderchoice ours
        ON ours.organization_id = h.organization_id AND ours.membership_id IS NULL
    WHERE ctx.duty() = 'reminders' AND h.state = 'scheduled' AND NOT h.withdrawn
        AND h.starts_at > statement_timestamp() AND h.starts_at < statement_timestamp() + interval '31 days'
        AND (only_hearings IS NULL OR h.id = ANY (only_hearings))
    UNION ALL SELECT 'deadline', d.id, d.organization_id, d.keep_on::timestamp AT TIME ZONE d.time_zone, r.id, '{2460}'
    FROM public.docket_deadline d JOIN public.cases_case c ON c.id = d.case_id
    CROSS JOIN LATERAL ctx.reminded_of_deadline(d.case_id) AS r (id)
    WHERE ctx.duty() = 'reminders' AND c.stage NOT IN ('closed', 'declined', 'referred') AND only_hearings IS NULL AND d.state = 'open' AND NOT d.withdrawn
        AND d.keep_on < (statement_timestamp() AT TIME ZONE d.time_zone)::date + 3
        AND d.keep_on >= (statement_timestamp() AT TIME ZONE d.time_zone)::date
        AND d.recorded_at < statement_timestamp() - interval '12 hours'
$$;

-- What stands now, asked just before a reminder is sent: whether it is ahead, when, and who is responsible.
CREATE FUNCTION ctx.reminder_facts(of_kind text, one uuid) RETURNS TABLE (
    state text, at timestamptz, time_zone text, what text, medium text, court text, reference text, case_id uuid,
    bare boolean, members uuid[]
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN h.withdrawn THEN 'withdrawn' ELSE h.state END, h.starts_at, h.time_zone, h.kind, h.medium,
        coalesce(t.name, h.forum), c.reference, c.id, h.appearing_id IS NULL,
        ARRAY(SELECT ctx.reminded_of_hearing(h.case_id, h.appearing_id))
    FROM public.docket_hearing h JOIN public.cases_case c ON c.id = h.case_id
    LEFT JOIN public.directory_court t ON t.key = h.court_id
    WHERE of_kind = 'hearing' AND h.id = one AND ctx.duty() = 'reminders'
    UNION ALL SELECT CASE WHEN d.withdrawn THEN 'withdrawn' WHEN d.state = 'open'
            AND c.stage NOT IN ('closed', 'declined', 'referred') THEN 'scheduled' ELSE d.state END,
        d.keep_on::timestamp AT TIME ZONE d.time_zone, d.time_zone, '', '', '', c.reference, c.id, false,
        ARRAY(SELECT ctx.reminded_of_deadline(d.case_id))
    FROM public.docket_deadline d JOIN public.cases_case c ON c.id = d.case_id
    WHERE of_kind = 'deadline' AND d.id = one AND ctx.duty() = 'reminders'
$$;

-- Whose morning it is: between 7 and 12 on their own clock, once a day.
CREATE FUNCTION ctx.digests_wanted() RETURNS TABLE (membership_id uuid, organization_id uuid, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.id, l.organization_id, n.today::timestamp AT TIME ZONE u.time_zone
    FROM ctx.live l JOIN public.access_user u ON u.id = l.user_id
    CROSS JOIN LATERAL (SELECT (statement_timestamp() AT TIME ZONE u.time_zone)::date AS today,
        extract(hour FROM statement_timestamp() AT TIME ZONE u.time_zone) AS hour) n
    LEFT JOIN public.docket_reminderchoice own ON own.membership_id = l.id
    LEFT JOIN public.docket_reminderchoice ours
        ON ours.organization_id = l.organization_id AND ours.membership_id IS NULL
    WHERE ctx.duty() = 'reminders' AND l.reads AND n.hour BETWEEN 7 AND 11 AND coalesce(own.digest, ours.digest, true)
        AND NOT EXISTS (SELECT FROM public.docket_reminder r WHERE r.membership_id = l.id AND r.kind = 'digest'
            AND r.at = n.today::timestamp AT TIME ZONE u.time_zone)
$$;

-- What a member's summary speaks of: their hearings of two days from an instant on, and open deadlines of their cases
-- that are not over, which have passed or end within a week.
CREATE FUNCTION ctx.digest(member uuid, begins timestamptz) RETURNS TABLE (
    kind text, at timestamptz, time_zone text, due date, reference text, bare boolean
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'hearing', h.starts_at, h.time_zone, NULL::date, c.reference, h.appearing_id IS NULL
    FROM public.docket_hearing h JOIN public.cases_case c ON c.id = h.case_id
    WHERE ctx.duty() = 'reminders' AND h.state = 'scheduled' AND NOT h.withdrawn
        AND h.starts_at >= begins AND h.starts_at < begins + interval '2 days'
        AND (h.appearing_id = member OR h.case_id = ANY (ctx.mine_of(member)))
    UNION ALL SELECT 'deadline', NULL, d.time_zone, d.keep_on, c.reference, false
    FROM public.docket_deadline d JOIN public.cases_case c ON c.id = d.case_id
    WHERE ctx.duty() = 'reminders' AND d.state = 'open' AND NOT d.withdrawn AND d.case_id = ANY (ctx.mine_of(member))
        AND c.stage NOT IN ('closed', 'declined', 'referred')
        AND d.keep_on < (begins AT TIME ZONE d.time_zone)::date + 8
    ORDER BY 2, 4, 5
$$;

-- For administrators: hearings of the coming week of which nobody will be reminded, and whether somebody could be.
CREATE FUNCTION ctx.silent_hearings() RETURNS TABLE (at timestamptz, time_zone text, reference text, somebody boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.starts_at, h.time_zone, c.reference, EXISTS (SELECT ctx.reminded_of_hearing(h.case_id, h.appearing_id))
    FROM public.docket_hearing h JOIN public.cases_case c ON c.id = h.case_id
    WHERE h.organization_id = (SELECT ctx.organization_as('admin')) AND h.state = 'scheduled' AND NOT h.withdrawn
        AND h.starts_at > statement_timestamp() AND h.starts_at < statement_timestamp() + interval '7 days'
        AND h.recorded_at < statement_timestamp() - interval '15 minutes'
        AND NOT EXISTS (SELECT FROM public.docket_reminder r WHERE r.about = h.id AND r.at = h.starts_at)
    ORDER BY h.starts_at, h.id
$$;
GRANT EXECUTE ON FUNCTION ctx.reminders_wanted(uuid[]), ctx.reminder_facts(text, uuid), ctx.digests_wanted(),
    ctx.digest(uuid, timestamptz), ctx.silent_hearings() TO casework_app;

SET LOCAL ROLE casework_owner;
