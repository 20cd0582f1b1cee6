-- Deadlines: counsel's to write, as the rest of the docket; who wrote one signed it.
CREATE POLICY app_sign ON docket_deadline AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads())
    AND organization_id = (SELECT ctx.organization_id()) AND confirmed_by_id IS NULL);
CREATE POLICY app_home ON docket_deadline AS RESTRICTIVE FOR UPDATE TO casework_app
    USING ((SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()));

-- Whoever confirms a date signs it as an attorney, in their own name.
SET LOCAL ROLE casework_definer;
CREATE FUNCTION ctx.confirms() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.confirmed_by_id IS DISTINCT FROM ctx.membership_id()
        OR NEW.organization_id IS DISTINCT FROM ctx.organization_as('attorney')
    THEN RAISE insufficient_privilege USING MESSAGE = 'an attorney confirms in their own name'; END IF;
    RETURN NEW;
END $$;
GRANT EXECUTE ON FUNCTION ctx.confirms() TO casework_owner;
SET LOCAL ROLE casework_owner;
CREATE TRIGGER confirmed BEFORE UPDATE ON docket_deadline FOR EACH ROW
    WHEN (current_user <> 'casework_owner' AND NEW.confirmed_by_id IS NOT NULL
        AND NEW.confirmed_by_id IS DISTINCT FROM OLD.confirmed_by_id)
    EXECUTE FUNCTION ctx.confirms();

-- What an organization says of a rule, its attorneys say; which days its courts were closed, its administrators.
CREATE POLICY app_attorney ON docket_rulesignoff AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_as('attorney')));
CREATE POLICY app_attorney_again ON docket_rulesignoff AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('attorney'))) WITH CHECK (withdrawn);
CREATE POLICY app_admin ON docket_closedday AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_as('admin')));
CREATE POLICY app_admin_again ON docket_closedday AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin'))) WITH CHECK (withdrawn);

-- Who signed a rule off, and who entered a closed day: it concerns no case and no person.
CREATE POLICY app_rules ON audit_entry FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id())
        AND object_type IN ('docket.rulesignoff', 'docket.closedday'));

-- The day that a case shows of its deadlines: the first to keep to, of all that is open, whatever tier the speaker sees.
-- Only for whoever works on the case, as ctx.glance, which writes it.
GRANT SELECT ON docket_deadline TO casework_definer;
CREATE POLICY definer_read ON docket_deadline FOR SELECT TO casework_definer USING (true);
SET LOCAL ROLE casework_definer;
CREATE FUNCTION ctx.next_deadline(one uuid) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT min(d.keep_on) FROM public.docket_deadline d JOIN public.cases_case c ON c.id = d.case_id
    WHERE d.case_id = one AND d.state = 'open' AND NOT d.withdrawn
        AND (c.id = ANY (ctx.mine()) OR c.organization_id = ANY (ctx.wide()) AND NOT c.restricted)
$$;
GRANT EXECUTE ON FUNCTION ctx.next_deadline(uuid) TO casework_app;
GRANT EXECUTE ON FUNCTION ctx.next_deadline(uuid) TO casework_owner;
SET LOCAL ROLE casework_owner;
