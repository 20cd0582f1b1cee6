-- The audit: lines are only ever added, and each takes its place in its organization's chain when its transaction ends.

GRANT SELECT ON audit_entry TO casework_definer;
GRANT SELECT, INSERT ON audit_link TO casework_definer;
GRANT USAGE ON SEQUENCE audit_link_id_seq TO casework_definer;
GRANT SELECT, INSERT, UPDATE ON audit_head TO casework_definer;
CREATE POLICY definer_read ON audit_entry FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_all ON audit_link TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON audit_head TO casework_definer USING (true) WITH CHECK (true);

SET LOCAL ROLE casework_definer;

-- When, with which roles and under which name: the database knows better than whoever writes the line. The
-- organizations of the transaction are gathered, so that their chains can be locked in one order.
CREATE FUNCTION ctx.audit_stamp() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.roles := coalesce((SELECT roles FROM ctx.live WHERE id = NEW.actor_id), '{}');
    NEW.actor_name := coalesce((SELECT name FROM public.access_user WHERE id = NEW.user_id), '');
    PERFORM set_config('ctx.audited', concat_ws(',', nullif(current_setting('ctx.audited', true), ''),
        coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000')), true);
    RETURN NEW;
END $$;

-- casework/audit/chain.py says the same in Python.
CREATE FUNCTION ctx.audit_digest(line public.audit_entry) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(string_agg(coalesce(octet_length(part) || ':' || part, '-'), ',' ORDER BY n), 'UTF8'))
    FROM unnest(ARRAY[
        line.id::text, (extract(epoch FROM line.at) * 1000000)::bigint::text, line.organization_id::text,
        line.actor_kind, line.actor_id::text, line.actor_organization_id::text, line.actor_name, line.user_id::text,
        array_to_string(line.roles, ','), line.basis, line.verb, line.object_type, line.object_id::text,
        array_to_string(line.object_ids, ','), line.case_id::text, line.file_id::text, line.tier::text,
        array_to_string(line.fields, ','), encode(line.detail, 'hex'), line.request_id
    ]) WITH ORDINALITY AS parts (part, n)
$$;

-- Deferred: the lock on a chain is held while a transaction commits, not while it works.
CREATE FUNCTION ctx.audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    waiting text := current_setting('ctx.audited', true);
    whose uuid := coalesce(NEW.organization_id, '00000000-0000-0000-0000-000000000000');
    one uuid; last bigint; before bytea;
BEGIN
    IF coalesce(waiting, '') <> '' THEN
        FOR one IN SELECT DISTINCT id::uuid AS id FROM unnest(string_to_array(waiting, ',')) AS ids (id) ORDER BY id LOOP
            PERFORM FROM public.audit_head WHERE organization_id = one FOR UPDATE;
            IF NOT FOUND THEN
                INSERT INTO public.audit_head (organization_id, number, hash) VALUES (one, 0, '')
                    ON CONFLICT DO NOTHING;
                PERFORM FROM public.audit_head WHERE organization_id = one FOR UPDATE;
            END IF;
        END LOOP;
        PERFORM set_config('ctx.audited', '', true);
    END IF;
    SELECT number + 1, hash INTO STRICT last, before FROM public.audit_head WHERE organization_id = whose FOR UPDATE;
    before := sha256(before || uuid_send(whose) || int8send(last) || ctx.audit_digest(NEW));
    UPDATE public.audit_head SET number = last, hash = before WHERE organization_id = whose;
    INSERT INTO public.audit_link (organization_id, number, entry_id, hash) VALUES (whose, last, NEW.id, before);
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

GRANT EXECUTE ON FUNCTION ctx.audit_heads() TO casework_app;
GRANT EXECUTE ON FUNCTION ctx.audit_stamp(), ctx.audit_chain(), ctx.only_added() TO casework_owner;

SET LOCAL ROLE casework_owner;

CREATE TRIGGER stamped BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION ctx.audit_stamp();
CREATE CONSTRAINT TRIGGER chained AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ctx.audit_chain();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_entry EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON audit_link FOR EACH ROW EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON audit_link EXECUTE FUNCTION ctx.only_added();
CREATE TRIGGER never_emptied BEFORE TRUNCATE OR DELETE ON audit_head EXECUTE FUNCTION ctx.only_added();

-- Nobody writes a line in somebody else's name, or (cases/walls.sql) into the book of an organization that is no
-- concern of theirs. The organization's administrators read what happened there.
CREATE POLICY app_add ON audit_entry FOR INSERT TO casework_app
    WITH CHECK (actor_id IS NOT DISTINCT FROM (SELECT ctx.membership_id())
        AND user_id IS NOT DISTINCT FROM (SELECT ctx.user_id())
        AND actor_organization_id IS NOT DISTINCT FROM (SELECT ctx.organization_id())
        AND ((SELECT ctx.claim()) IS NOT NULL) AND actor_kind = (SELECT (ctx.claim())[1]));
CREATE POLICY app_read ON audit_entry FOR SELECT TO casework_app
    USING (organization_id = (SELECT ctx.organization_as('admin')));
