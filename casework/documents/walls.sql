-- Whoever brings a file signs it; for what a family sends there are walls of their own (portal/walls.sql).
CREATE POLICY app_sign ON documents_file AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (uploaded_by_id = (SELECT ctx.membership_id()) OR (SELECT (ctx.claim())[1]) = 'family');

-- A file and its bytes are of one document: whoever sees a document would else be shown another one's bytes.
CREATE POLICY app_same_document ON documents_filepart AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    (SELECT (ctx.claim())[1]) = 'family' OR EXISTS (SELECT FROM documents_file f WHERE f.id = file_id AND f.document_id = documents_filepart.document_id));
CREATE POLICY app_same_document ON documents_pagepicture AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    EXISTS (SELECT FROM documents_file f WHERE f.id = file_id AND f.document_id = documents_pagepicture.document_id));

-- How many bytes are kept of a case and of its organization, whatever tier the speaker sees; for whoever works on it.
GRANT SELECT ON documents_file TO casework_definer;
CREATE POLICY definer_read ON documents_file FOR SELECT TO casework_definer USING (true);
SET LOCAL ROLE casework_definer;
CREATE FUNCTION ctx.document_space(one uuid) RETURNS TABLE (of_case bigint, of_organization bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(f.size) FILTER (WHERE f.case_id = one), 0)::bigint, coalesce(sum(f.size), 0)::bigint
    FROM public.cases_case c
    LEFT JOIN public.documents_file f ON f.organization_id = c.organization_id AND f.state <> 'refused'
    WHERE c.id = one AND (c.id = ANY (ctx.mine()) OR c.organization_id = ANY (ctx.wide()) AND NOT c.restricted
        OR c.id = ANY (ctx.changeable()))
    GROUP BY c.id
$$;
GRANT EXECUTE ON FUNCTION ctx.document_space(uuid) TO casework_app;
SET LOCAL ROLE casework_owner;
