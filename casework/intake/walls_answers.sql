-- Drafts of intakes: who takes the call asks what representation will need, until the case is accepted or goes elsewhere.

SET LOCAL ROLE casework_definer;

-- Cases the member is on that nobody has decided about.
CREATE FUNCTION ctx.drafts() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(id) FROM public.cases_case
    WHERE id = ANY ((SELECT ctx.mine())::uuid[]) AND stage IN ('enquiry', 'screening') AND reference = ''
$$;

GRANT EXECUTE ON FUNCTION ctx.drafts() TO casework_app;

SET LOCAL ROLE casework_owner;

-- Whoever writes an answer signs it.
CREATE POLICY app_sign ON intake_answer AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (answered_by_id = (SELECT ctx.membership_id()));
