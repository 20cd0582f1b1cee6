-- Forms for a whole visit: nobody but whoever asked for them reads the file, which goes with its key.

GRANT SELECT, UPDATE ON intake_batch TO casework_definer;
GRANT SELECT, DELETE ON intake_batchpart TO casework_definer;
CREATE POLICY definer_all ON intake_batch TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_batchpart TO casework_definer USING (true);

SET LOCAL ROLE casework_definer;

-- One's own, whose key one may have.
CREATE FUNCTION ctx.batches() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(b.id) FROM public.intake_batch b WHERE b.organization_id = ctx.organization_id()
        AND b.made_by_id = ctx.membership_id() AND ctx.reads() AND b.state IN ('running', 'done')
$$;

CREATE FUNCTION ctx.forget_batch(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM public.intake_batch b WHERE b.id = one AND b.organization_id = ctx.organization_id()
        AND b.made_by_id = ctx.membership_id() AND ctx.reads())
    THEN
        DELETE FROM public.intake_batchpart WHERE batch_id = one;
        DELETE FROM public.vault_filekey WHERE file_id = one;
    END IF;
END $$;

-- What was kept for a day goes, and what came to nothing is told: whoever asked is a member no more, or it failed each
-- time. Which went, and whose they were.
CREATE FUNCTION ctx.sweep_batches() RETURNS TABLE (batch uuid, of_organization uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE old uuid[];
BEGIN
    PERFORM ctx.must_be_on('sweep');
    UPDATE public.intake_batch b SET state = 'stopped', why = 'lost', ended_at = now(), version = b.version + 1
        WHERE b.id IN (SELECT id FROM public.intake_batch
            WHERE state = 'running' AND made_at < now() - interval '2 hours' FOR UPDATE SKIP LOCKED);
    SELECT array_agg(b.id) INTO old FROM (SELECT id FROM public.intake_batch
        WHERE state = 'done' AND ended_at < now() - interval '24 hours' FOR UPDATE SKIP LOCKED) b;
    DELETE FROM public.intake_batchpart WHERE batch_id = ANY (old);
    DELETE FROM public.vault_filekey WHERE file_id = ANY (old);
    RETURN QUERY UPDATE public.intake_batch b SET state = 'dropped', version = b.version + 1
        WHERE b.id = ANY (old) RETURNING b.id, b.organization_id;
END $$;

GRANT EXECUTE ON FUNCTION ctx.batches(), ctx.forget_batch(uuid), ctx.sweep_batches() TO casework_app;

SET LOCAL ROLE casework_owner;

CREATE POLICY app_batch ON vault_filekey FOR SELECT TO casework_app
    USING (file_id = ANY ((SELECT ctx.batches())::uuid[]));
-- A form joins a batch while that is being made, by whoever asked for it.
CREATE POLICY app_batch ON intake_packet AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    batch_id IS NULL OR EXISTS (SELECT FROM intake_batch b WHERE b.id = batch_id AND b.state = 'running'));
