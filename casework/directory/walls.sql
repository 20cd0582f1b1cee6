-- Notes of an organization about places: whoever says that something was checked says it of themselves.
CREATE POLICY app_sign ON directory_placenote AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (checked_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign_again ON directory_placenote AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (true) WITH CHECK (checked_by_id = (SELECT ctx.membership_id()));

-- Reports of errors: the organization's own; the operator reads and settles them all, its administrators their own.
CREATE POLICY app_read ON directory_errorreport FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) OR (SELECT ctx.duty()) = 'operator');
CREATE POLICY app_add ON directory_errorreport FOR INSERT TO casework_app
    WITH CHECK (organization_id = (SELECT ctx.organization_id())
        AND reported_by_id = (SELECT ctx.membership_id()) AND resolved_at IS NULL);
CREATE POLICY app_change ON directory_errorreport FOR UPDATE TO casework_app
    USING (resolved_at IS NULL
        AND (organization_id = (SELECT ctx.organization_as('admin')) OR (SELECT ctx.duty()) = 'operator'))
    WITH CHECK (resolved_at IS NOT NULL
        AND (organization_id = (SELECT ctx.organization_as('admin')) OR (SELECT ctx.duty()) = 'operator'));

-- Who changed a note of one's own organization, and what it was: it concerns no case and no person.
CREATE POLICY app_places ON audit_entry FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) AND object_type = 'directory.placenote');
