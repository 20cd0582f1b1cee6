-- The docket is read as its case is (class case_owned); proceedings, bond, charges and decisions are counsel's to write.
-- That a hearing, its proceeding and what it follows are of one case is a matter of keys (CompositeForeignKey).

GRANT SELECT ON docket_hearing TO casework_definer;
CREATE POLICY definer_read ON docket_hearing FOR SELECT TO casework_definer USING (true);

-- Whoever records signs it, in their own organization.
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['docket_proceeding', 'docket_charge', 'docket_decision', 'docket_bond'] LOOP
        EXECUTE format('CREATE POLICY app_sign ON %I AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
            recorded_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads())
            AND organization_id = (SELECT ctx.organization_id()))', name);
        EXECUTE format('CREATE POLICY app_home ON %I AS RESTRICTIVE FOR UPDATE TO casework_app
            USING ((SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()))', name);
    END LOOP;
END $$;
CREATE POLICY app_sign ON docket_hearing AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
-- Volunteers take back what they entered themselves, and change nothing else.
CREATE POLICY app_home ON docket_hearing AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id())
        AND ((SELECT ctx.reads()) OR recorded_by_id = (SELECT ctx.membership_id())));

SET LOCAL ROLE casework_definer;

-- The next hearing of a case as it shows it: the next that is ahead, else the last that nobody closed.
CREATE FUNCTION ctx.hearing_of(one uuid) RETURNS TABLE (at timestamptz, zone text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.starts_at, h.time_zone FROM public.docket_hearing h
    WHERE h.case_id = one AND h.state = 'scheduled' AND NOT h.withdrawn
    ORDER BY h.starts_at < statement_timestamp(),
        CASE WHEN h.starts_at < statement_timestamp() THEN statement_timestamp() - h.starts_at
            ELSE h.starts_at - statement_timestamp() END
    LIMIT 1
$$;

-- Time goes on: cases whose hearing has begun show the next one, where there is one. By the clock; how many. Where the
-- clock was wrong and went on too far, cases show a hearing again that is within two days and was passed over.
CREATE FUNCTION ctx.go_on_to_next_hearings() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found integer;
BEGIN
    PERFORM ctx.must_be_on('housekeeping');
    UPDATE public.cases_case c SET next_hearing_at = n.at, next_hearing_zone = n.zone
        FROM (SELECT o.id, h.at, h.zone FROM (
                SELECT id FROM public.cases_case WHERE next_hearing_at < statement_timestamp()
                UNION SELECT p.id FROM public.docket_hearing f JOIN public.cases_case p ON p.id = f.case_id
                WHERE NOT f.withdrawn AND f.state = 'scheduled'
                    AND f.starts_at BETWEEN statement_timestamp() AND statement_timestamp() + interval '2 days'
                    AND (p.next_hearing_at IS NULL OR p.next_hearing_at > f.starts_at)
            ) o CROSS JOIN LATERAL ctx.hearing_of(o.id) h) n
        WHERE c.id = n.id AND (c.next_hearing_at, c.next_hearing_zone) IS DISTINCT FROM (n.at, n.zone);
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END $$;

GRANT EXECUTE ON FUNCTION ctx.go_on_to_next_hearings() TO casework_app;

SET LOCAL ROLE casework_owner;
