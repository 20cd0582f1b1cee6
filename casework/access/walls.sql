-- What the database itself knows about who asks. Raised by `manage.py walls`, again and again, in one transaction.
-- Functions and their tables belong to the definer, so that the owner of the data cannot change what guards it. The
-- definer passes no policy by itself (managed servers give nobody that right): each table it reads says so below.

GRANT SELECT ON access_user, access_organization, access_membership, access_invitation, access_factorreset,
    access_session, mfa_authenticator, account_emailaddress, auth_group TO casework_definer;
GRANT INSERT, UPDATE ON access_organization, access_membership, access_invitation, access_factorreset
    TO casework_definer;
GRANT DELETE ON access_session, mfa_authenticator TO casework_definer;
GRANT INSERT ON auth_group TO casework_definer;
GRANT USAGE ON SEQUENCE auth_group_id_seq TO casework_definer;
CREATE POLICY definer_all ON access_user TO casework_definer USING (true);
CREATE POLICY definer_all ON access_organization TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON access_membership TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON access_invitation TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON access_factorreset TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON access_session TO casework_definer USING (true);
CREATE POLICY definer_all ON mfa_authenticator TO casework_definer USING (true);
CREATE POLICY definer_all ON account_emailaddress TO casework_definer USING (true);
CREATE POLICY definer_all ON auth_group TO casework_definer USING (true) WITH CHECK (true);

SET LOCAL ROLE casework_definer;

REVOKE ALL ON SCHEMA ctx FROM PUBLIC;
GRANT USAGE ON SCHEMA ctx TO casework_owner, casework_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA ctx REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- The hash of the walls that stand; /readyz compares it with the walls that should.
CREATE TABLE IF NOT EXISTS ctx.raised (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    hash text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE ctx.raised ADD COLUMN IF NOT EXISTS root_key text; -- names the root key, and does not tell it
REVOKE ALL ON ctx.raised FROM PUBLIC, casework_owner, casework_app;
GRANT SELECT ON ctx.raised TO casework_owner, casework_app;

-- The signing key, mixed for HMAC's two hashes (RFC 2104). Nobody but the definer reads it; backups leave it out.
CREATE TABLE IF NOT EXISTS ctx.key (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
REVOKE ALL ON ctx.key FROM PUBLIC, casework_owner, casework_app;

-- Kind, subject and user of a token; NULL without one. Raises for one that is forged, of another connection or over.
CREATE FUNCTION ctx.verified(token text) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    parts text[] := string_to_array(token, '.');
    body text := array_to_string(parts[1:5], '.');
    mac text;
BEGIN
    IF coalesce(token, '') = '' THEN RETURN NULL; END IF;
    SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(body, 'UTF8'))), 'hex')
        INTO mac FROM ctx.key k;
    IF array_length(parts, 1) IS DISTINCT FROM 6 OR mac IS DISTINCT FROM parts[6]
        OR parts[4] <> pg_backend_pid()::text THEN
        RAISE insufficient_privilege USING MESSAGE = 'context refused';
    END IF;
    IF to_timestamp(parts[5]::bigint) < now() THEN
        RAISE insufficient_privilege USING MESSAGE = 'context expired';
    END IF;
    RETURN parts[1:3];
END $$;

CREATE FUNCTION ctx.claim() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.verified(current_setting('ctx.token', true))
$$;

CREATE FUNCTION ctx.session_key() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c[2] FROM ctx.verified(current_setting('ctx.session', true)) c WHERE c[1] = 'session'
$$;

-- The product's own errand, such as "door" (signing in) or "outbox"; NULL for people.
CREATE FUNCTION ctx.duty() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c[2] FROM ctx.claim() c WHERE c[1] = 'duty'
$$;

-- The user who speaks; NULL from the moment on when the account is closed, who could else open it again.
CREATE FUNCTION ctx.user_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id FROM ctx.claim() c JOIN public.access_user u ON u.id = nullif(c[3], '-')::uuid WHERE u.is_active
$$;

-- Memberships that count now. `Membership.objects.live()` says the same in Python. "Now" is the beginning of the
-- statement: the transaction of a long job would go on for somebody whose time has ended (`now()` stands still in it).
CREATE VIEW ctx.live AS
    SELECT m.id, m.user_id, m.organization_id, m.roles::text[] AS roles, o.visibility, o.group_id,
        m.roles && '{attorney,paralegal}'::varchar[] AS reads
    FROM public.access_membership m
    JOIN public.access_organization o ON o.id = m.organization_id
    JOIN public.access_user u ON u.id = m.user_id
    WHERE m.starts_at <= statement_timestamp() AND (m.ends_at IS NULL OR m.ends_at > statement_timestamp())
        AND m.suspended_at IS NULL
        AND u.is_active AND o.closed_at IS NULL;

-- The live membership that speaks, at a screen or through a calendar that reads for it; no row for everybody else, and
-- from the moment on when it ends.
CREATE FUNCTION ctx.member() RETURNS SETOF ctx.live
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp ROWS 1 AS $$
    SELECT l.* FROM ctx.claim() c JOIN ctx.live l ON l.id = c[2]::uuid AND l.user_id = c[3]::uuid
    WHERE c[1] IN ('staff', 'feed')
$$;

CREATE FUNCTION ctx.membership_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ SELECT id FROM ctx.member() $$;

CREATE FUNCTION ctx.organization_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT organization_id FROM ctx.member()
$$;

-- The organization, if the member who speaks has that role there.
CREATE FUNCTION ctx.organization_as(role text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT organization_id FROM ctx.member() WHERE role = ANY (roles)
$$;

-- All organizations of the user who speaks, whichever of them they act in: to choose from.
CREATE FUNCTION ctx.own_organizations() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(organization_id) FROM ctx.live WHERE user_id = (SELECT ctx.user_id())
$$;

-- The other organizations of the installation: to share with them, and to say who shared.
CREATE FUNCTION ctx.organizations() RETURNS TABLE (
    id uuid, name text, short_name text, kind text, group_id integer, time_zone text
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.name, o.short_name, o.kind, o.group_id, o.time_zone FROM public.access_organization o
    WHERE o.closed_at IS NULL AND EXISTS (SELECT FROM ctx.member())
$$;

-- The attorney or paralegal with just this address there. Nobody can look around in another organization.
CREATE FUNCTION ctx.receiver(organization uuid, address text) RETURNS TABLE (user_id uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.user_id, u.name FROM ctx.live l JOIN public.access_user u ON u.id = l.user_id
    WHERE l.organization_id = organization AND u.email = lower(address) AND l.reads
        AND EXISTS (SELECT FROM ctx.member() WHERE reads)
$$;

CREATE FUNCTION ctx.is_receiver(organization uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM ctx.live l WHERE l.organization_id = organization AND l.user_id = person AND l.reads)
        AND EXISTS (SELECT FROM ctx.member() WHERE reads)
$$;

CREATE FUNCTION ctx.group_of(organization uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT group_id FROM public.access_organization WHERE id = organization AND closed_at IS NULL
        AND EXISTS (SELECT FROM ctx.member())
$$;

CREATE FUNCTION ctx.stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'a row stays where it is';
END $$;

CREATE FUNCTION ctx.goes_on() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'a row goes on from version to version';
END $$;

-- Who stands behind the memberships of the organization one acts in, and never what a password is checked against.
-- What somebody does after their membership here is over is no longer this organization's to see.
-- A barrier: without it a condition of the asker (a cast that fails with the value in its message) met all rows first.
-- A barrier is computed whole, whoever of it is asked for. So it goes from each member of the one organization to their
-- user (OFFSET 0), instead of over all users there are, and holds nothing that a page does without which wants a name.
CREATE VIEW ctx.colleague WITH (security_barrier) AS
    SELECT m.id, m.organization_id, m.user_id, u.name, u.email
    FROM public.access_membership m
    CROSS JOIN LATERAL (SELECT name, email FROM public.access_user WHERE id = m.user_id OFFSET 0) u
    WHERE m.organization_id = (SELECT ctx.organization_id());

-- How they sign in, and whether they are here, for the page of members.
CREATE VIEW ctx.presence WITH (security_barrier) AS
    SELECT m.id, m.organization_id,
        (SELECT count(*) > 0 FROM ctx.live l JOIN public.mfa_authenticator a USING (user_id)
            WHERE l.id = m.id AND a.type IN ('totp', 'webauthn')) AS has_factor,
        (SELECT count(*)::integer FROM ctx.live l JOIN public.access_session s USING (user_id)
            WHERE l.id = m.id AND s.expire_date > now()) AS sessions,
        (SELECT max(s.seen_at) FROM ctx.live l JOIN public.access_session s USING (user_id)
            WHERE l.id = m.id) AS seen_at
    FROM public.access_membership m WHERE m.organization_id = (SELECT ctx.organization_id());
GRANT SELECT ON ctx.colleague, ctx.presence TO casework_app, casework_owner;

-- What the application may call. Everything else is for these functions among themselves.
GRANT EXECUTE ON FUNCTION
    ctx.claim(),
    ctx.session_key(),
    ctx.duty(),
    ctx.user_id(),
    ctx.membership_id(),
    ctx.organization_id(),
    ctx.organization_as(text),
    ctx.own_organizations(),
    ctx.organizations(),
    ctx.receiver(uuid, text),
    ctx.is_receiver(uuid, uuid),
    ctx.group_of(uuid)
    TO casework_app;
GRANT EXECUTE ON FUNCTION ctx.stays(), ctx.goes_on(), ctx.membership_id() TO casework_owner;

SET LOCAL ROLE casework_owner;

-- People: oneself; signing in and joining look others up.
CREATE POLICY app_read ON access_user FOR SELECT TO casework_app
    USING (id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) IN ('door', 'letters'));
CREATE POLICY app_add ON access_user FOR INSERT TO casework_app WITH CHECK ((SELECT ctx.duty()) = 'door');
CREATE POLICY app_change ON access_user FOR UPDATE TO casework_app
    USING (id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door')
    WITH CHECK (id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door');

-- A browser's own session, one's other sessions, and whatever has run out.
CREATE POLICY app_all ON access_session TO casework_app
    USING (session_key = (SELECT ctx.session_key()) OR user_id = (SELECT ctx.user_id())
        OR (SELECT ctx.duty()) = 'door' OR ((SELECT ctx.duty()) = 'sweep' AND expire_date < now()))
    WITH CHECK (session_key = (SELECT ctx.session_key())
        AND (user_id IS NULL OR user_id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door'));

-- What belongs to one's account; signing in looks it up.
CREATE POLICY app_all ON account_emailaddress TO casework_app
    USING (user_id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) IN ('door', 'letters'))
    WITH CHECK (user_id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door');
CREATE POLICY app_all ON account_emailconfirmation TO casework_app
    USING ((SELECT ctx.duty()) = 'door') WITH CHECK ((SELECT ctx.duty()) = 'door');
CREATE POLICY app_all ON mfa_authenticator TO casework_app
    USING (user_id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door')
    WITH CHECK (user_id = (SELECT ctx.user_id()) OR (SELECT ctx.duty()) = 'door');

-- Organizations: those one belongs to. Their settings: the administrators of the one in which one acts.
CREATE POLICY app_read ON access_organization FOR SELECT TO casework_app
    USING (id = ANY ((SELECT ctx.own_organizations())::uuid[])
        OR (SELECT ctx.duty()) IN ('operator', 'letters'));
CREATE POLICY app_change ON access_organization FOR UPDATE TO casework_app
    USING (id = (SELECT ctx.organization_as('admin'))) WITH CHECK (id = (SELECT ctx.organization_as('admin')));

-- Memberships: one's own anywhere, and colleagues'. Nobody writes them but the functions in walls_members.sql.
CREATE POLICY app_read ON access_membership FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) OR user_id = (SELECT ctx.user_id())
        OR (SELECT ctx.duty()) IN ('operator', 'letters'));
CREATE POLICY app_read ON access_invitation FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin')) OR (SELECT ctx.duty()) = 'letters');
CREATE POLICY app_read ON access_factorreset FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin')) OR (SELECT ctx.duty()) = 'letters'
        OR membership_id IN (SELECT m.id FROM access_membership m WHERE m.user_id = (SELECT ctx.user_id())));

CREATE POLICY app_read ON access_dutyhour FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_write ON access_dutyhour TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin')))
    WITH CHECK (organization_id = (SELECT ctx.organization_as('admin')));

-- Letters: whoever acts may put one in; sending reads them.
CREATE POLICY app_add ON notifications_message FOR INSERT TO casework_app
    WITH CHECK ((SELECT ctx.duty()) = 'outbox');
CREATE POLICY app_read ON notifications_message FOR SELECT TO casework_app USING ((SELECT ctx.duty()) = 'outbox');
CREATE POLICY app_change ON notifications_message FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'outbox') WITH CHECK ((SELECT ctx.duty()) = 'outbox');

-- Jobs: done with the rights of the member they name, and letters follow from them. So nobody leaves, reads, takes or
-- deletes one in a statement of one's own; the product puts them in on one duty and takes them on another (queue.py).
-- What becomes of a job is noted by procrastinate's triggers, with the rights of whoever changed the job.
CREATE POLICY app_read ON procrastinate_jobs FOR SELECT TO casework_app
    USING ((SELECT ctx.duty()) IN ('queue', 'worker'));
CREATE POLICY app_add ON procrastinate_jobs FOR INSERT TO casework_app
    WITH CHECK ((SELECT ctx.duty()) IN ('queue', 'worker'));
CREATE POLICY app_change ON procrastinate_jobs FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'worker') WITH CHECK ((SELECT ctx.duty()) = 'worker');
CREATE POLICY app_remove ON procrastinate_jobs FOR DELETE TO casework_app USING ((SELECT ctx.duty()) = 'worker');
CREATE POLICY app_read ON procrastinate_events FOR SELECT TO casework_app USING ((SELECT ctx.duty()) = 'worker');
CREATE POLICY app_add ON procrastinate_events FOR INSERT TO casework_app
    WITH CHECK ((SELECT ctx.duty()) IN ('queue', 'worker'));
CREATE POLICY app_change ON procrastinate_events FOR UPDATE TO casework_app
    USING ((SELECT ctx.duty()) = 'worker') WITH CHECK ((SELECT ctx.duty()) = 'worker');
CREATE POLICY app_remove ON procrastinate_events FOR DELETE TO casework_app USING ((SELECT ctx.duty()) = 'worker');
CREATE TRIGGER stays BEFORE UPDATE ON procrastinate_jobs FOR EACH ROW
    WHEN (NEW.args IS DISTINCT FROM OLD.args OR NEW.task_name IS DISTINCT FROM OLD.task_name)
    EXECUTE FUNCTION ctx.stays();
