-- Whoever records signs it, in their own organization, in the same case. Nobody moves a row to another proceeding of
-- another case.
CREATE POLICY app_sign ON docket_proceeding AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON docket_charge AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON docket_decision AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON docket_hearing AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON docket_bond AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()));
