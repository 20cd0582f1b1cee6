-- The audit: lines are only ever added, and each takes its place in its organization's chain when its transaction ends.

GRANT SELECT ON audit_entry TO casework_definer;
GRANT SELECT, INSERT ON audit_link TO casework_definer;
GRANT USAGE ON SEQUENCE audit_link_id_seq TO casework_definer;
GRANT SELECT, INSERT, UPDATE ON audit_head TO casework_definer;
CREATE POLICY definer_read ON audit_entry FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_all ON audit_link TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON audit_head TO casework_definer USING (true) WITH CHECK (true);

SET LOCAL ROLE casework_definer;

-- The lines that a transaction has written, in their order, until they are linked at its end; empty as soon as it has
-- ended, and after a crash.
DROP TABLE IF EXISTS ctx.waiting;
CREATE UNLOGGED TABLE ctx.waiting (
    transaction xid8,
    number bigint GENERATED ALWAYS AS IDENTITY,
    organization uuid,
    line uuid,
    PRIMARY KEY (transaction, number)
);
REVOKE ALL ON ctx.waiting FROM PUBLIC, casework_owner, casework_app;

-- When, with which roles and under which name: the database knows better than whoever writes the line.
CREATE FUNCTION ctx.audit_stamp() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.roles := '{}';
    NEW.actor_name := '';
    IF NEW.actor_id IS NOT NULL THEN  -- asked with nothing, it would be planned anew each time
        NEW.roles := coalesce((SELECT roles FROM ctx.live WHERE id = NEW.actor_id), '{}');
    END IF;
    IF NEW.user_id IS NOT NULL THEN
        NEW.actor_name := coalesce((SELECT name FROM public.access_user WHERE id = NEW.user_id), '');
    END IF;
    INSERT INTO ctx.waiting (transaction, organization, line) VALUES (pg_current_xact_id(),
        coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000'), NEW.id);
    RETURN NEW;
END $$;

-- casework/audit/chain.py says the same in Python. Lists stand as JSON: joined by commas, two lists could look alike.
CREATE FUNCTION ctx.audit_digest(line public.audit_entry) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(string_agg(coalesce(octet_length(part) || ':' || part, '-'), ',' ORDER BY n), 'UTF8'))
    FROM unnest(ARRAY[
        line.id::text, trim_scale(extract(epoch FROM line.at) * 1000000)::text, line.organization_id::text,
        line.actor_kind, line.actor_id::text, line.actor_organization_id::text, line.actor_name, line.user_id::text,
        array_to_json(line.roles)::text, line.basis, line.verb, line.object_type, line.object_id::text,
        array_to_json(line.object_ids)::text, line.case_id::text, line.file_id::text, line.tier::text,
        array_to_json(line.fields)::text, encode(line.detail, 'hex'), line.request_id
    ]) WITH ORDINALITY AS parts (part, n)
$$;

-- Deferred: the lock on a chain is held while a transaction commits, not while it works. The first line links all that the
-- transaction has written, chain after chain in one order, so that no two transactions wait for each other. The end of a
-- chain is found again by its place in the table: sought by its key, each line would pass all its older versions, and
-- the commit of an import would take the square of its lines.
CREATE FUNCTION ctx.audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    one record; whose uuid; spot tid; place bigint; before bytea;
BEGIN
    IF EXISTS (SELECT FROM public.audit_link WHERE entry_id = NEW.id) THEN RETURN NULL; END IF;
    FOR one IN WITH gone AS (
        DELETE FROM ctx.waiting WHERE transaction = pg_current_xact_id() RETURNING organization, number, line
    ) SELECT gone.organization, e AS entry FROM gone JOIN public.audit_entry e ON e.id = gone.line
        ORDER BY gone.organization, gone.number LOOP
        IF whose IS DISTINCT FROM one.organization THEN
            whose := one.organization;
            INSERT INTO public.audit_head (organization_id, number, hash) VALUES (whose, 0, '') ON CONFLICT DO NOTHING;
            SELECT ctid, number, hash INTO STRICT spot, place, before
                FROM public.audit_head WHERE organization_id = whose FOR UPDATE;
        END IF;
        place := place + 1;
        before := sha256(before || uuid_send(whose) || int8send(place) || ctx.audit_digest(one.entry));
        UPDATE public.audit_head SET number = place, hash = before WHERE ctid = spot
            RETURNING ctid INTO STRICT spot;
        INSERT INTO public.audit_link (organization_id, number, entry_id, hash)
            VALUES (whose, place, (one.entry).id, before);
    END LOOP;
    IF NOT EXISTS (SELECT FROM public.audit_link WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'a line without a link';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ctx.only_added() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE insufficient_privilege USING MESSAGE = 'the audit is only added to';
END $$;

-- The ends of all chains, for the errand that keeps them elsewhere.
CREATE FUNCTION ctx.audit_heads() RETURNS SETOF public.audit_head
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT * FROM public.audit_head WHERE ctx.duty() IN ('housekeeping', 'operator')
$$;

-- When whoever asks was last here before an instant, as the lines of their own sessions tell.
CREATE FUNCTION ctx.last_visit(before timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT max(at) FROM public.audit_entry WHERE user_id = (SELECT ctx.user_id()) AND at < before
        AND verb IN ('session.began', 'session.locked', 'session.unlocked', 'session.ended')
$$;

GRANT EXECUTE ON FUNCTION ctx.audit_heads(), ctx.last_visit(timestamptz) TO casework_app;
GRANT EXECUTE ON FUNCTION ctx.audit_stamp(), ctx.audit_chain(), ctx.only_added() TO casework_owner;

SET LOCAL ROLE casework_owner;

CREATE TRIGGER stamped BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION ctx.audit_stamp();
CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ctx.audit_chain();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_link EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER only_added BEFORE DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_head EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER one_further BEFORE UPDATE ON audit_head FOR EACH ROW
    WHEN (NEW.organization_id <> OLD.organization_id OR NEW.number <> OLD.number + 1)
    EXECUTE FUNCTION ctx.only_added();

-- Nobody writes a line in somebody else's name, or (cases/walls.sql) into the book of an organization that is no
-- concern of theirs. The organization's administrators read what happened there.
CREATE POLICY app_add ON audit_entry FOR INSERT TO casework_app
    WITH CHECK (actor_id IS NOT DISTINCT FROM (SELECT ctx.membership_id())
        AND user_id IS NOT DISTINCT FROM (SELECT ctx.user_id())
        AND actor_organization_id IS NOT DISTINCT FROM (SELECT ctx.organization_id())
        AND ((SELECT ctx.claim()) IS NOT NULL) AND actor_kind = (SELECT (ctx.claim())[1]));
CREATE POLICY app_read ON audit_entry FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin')));
-- What only the product does on an errand, nobody says to have done (tests/walls/test_audit.py compares it with the
-- rules), and what was done to a case names the case; lists name theirs one by one.
CREATE POLICY app_can_be ON audit_entry AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    ((SELECT ctx.duty()) IS NOT NULL OR basis <> 'operator' AND verb NOT IN (
        'invitation.accepted', 'factor_reset.done', 'organization.founded', 'organization.invited',
        'organization.closed', 'handover.expired', 'family.tried', 'family.opted_out', 'family.opted_in', 'organization.sessions_ended', 'organization.keys_rotated', 'file.keys_rotated',
        'file.shredded', 'case.purged', 'purge.done', 'signin.refused'))
    AND (case_id IS NOT NULL OR verb NOT LIKE 'case.%' OR verb LIKE '%.listed')
    AND (file_id IS NOT NULL OR verb NOT LIKE 'person.%' OR verb LIKE '%.listed'));
