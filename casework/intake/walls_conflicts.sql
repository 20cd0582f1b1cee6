-- The conflict check looks past the walls, over all people, contacts and adverse parties of one organization, and over no
-- other one. What it finds is shown to whoever meets it anyway; to everybody else it is "possible match", and whom to ask.
-- It compares tokens, which stand for words and tell none.

GRANT SELECT, INSERT, UPDATE ON intake_conflictcheck, intake_candidate TO casework_definer;
GRANT DELETE ON intake_candidate TO casework_definer;
GRANT SELECT ON intake_searchedterm, intake_conflictdecision, people_adverseparty TO casework_definer;
GRANT INSERT ON cases_task, audit_entry TO casework_definer;
CREATE POLICY definer_all ON intake_conflictcheck TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_candidate TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON intake_searchedterm FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON intake_conflictdecision FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON people_adverseparty FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_tells ON audit_entry FOR INSERT TO casework_definer
    WITH CHECK (verb = 'task.opened' AND object_type = 'cases.task');

SET LOCAL ROLE casework_definer;

-- Whether the speaker meets somebody of the organization: the person, or a party there, whose row has a tier.
CREATE FUNCTION ctx.meets(one uuid, tier integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT ctx.person_tier(one) >= tier
$$;

-- How far the speaker reads a case of the own organization, and whether a check may be run there: by its counsel, and by
-- a volunteer on it. A question for one row.
CREATE FUNCTION ctx.tier_in(one uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT CASE
        WHEN c.id = ANY (ctx.mine()) THEN ctx.own_tier()
        WHEN c.organization_id = ANY (ctx.wide()) AND NOT c.restricted THEN 2 ELSE 0 END
    FROM public.cases_case c WHERE c.id = one AND c.organization_id = ctx.organization_id()), 0)
$$;

-- Whether somebody speaks who may have a case checked; what the owner of the tables plants is checked by nobody.
CREATE FUNCTION ctx.may_check(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((ctx.claim())[1] = 'staff' AND ctx.tier_in(one) > 0, false)
$$;

-- Whom to ask about a case: its lead, else another attorney or paralegal on it, else an administrator.
CREATE FUNCTION ctx.whom_to_ask(one uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(
        (SELECT l.id FROM public.cases_assignment a JOIN ctx.live l
                ON l.id = a.membership_id AND l.organization_id = a.organization_id
            WHERE a.case_id = one AND l.reads AND a.starts_at <= statement_timestamp()
                AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
            ORDER BY a.role <> 'lead', a.starts_at, l.id LIMIT 1),
        (SELECT l.id FROM ctx.live l JOIN public.cases_case c ON c.organization_id = l.organization_id
            WHERE c.id = one AND 'admin' = ANY (l.roles) ORDER BY l.id LIMIT 1))
$$;

-- The case of somebody's file in which a question about them is asked: one that goes on, the newest of those.
CREATE FUNCTION ctx.case_to_ask(one uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM public.cases_case WHERE person_id = one
    ORDER BY stage IN ('closed', 'declined', 'referred'), opened_at DESC, id LIMIT 1
$$;

-- What a search finds: hits with their score in percent, and what agrees. `bits` say of each token which word it stands
-- for and how surely (three bits a word: 111 said alike, 011 heard alike, 001 a slip), and from the fortieth on that it
-- is a birth date (the same; day and month changed; a year off), from the fiftieth on a whole name of two, of more words.
-- Casework/intake/terms.py makes them. Nobody who has a single word in common is found by that.
CREATE FUNCTION ctx.conflict_hits(
    whose uuid, own uuid[], as_role text, words integer, tokens bytea[], bits bigint[], born boolean, numbers bytea[],
    phones bytea[], country text
) RETURNS TABLE (whom uuid, party uuid, whom_role text, whom_tier integer, score integer, evidence text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH asked AS (
        SELECT a.token, a.bit FROM unnest(tokens, bits) a (token, bit)
    ), met AS (
        SELECT n.person_id AS whom, NULL::uuid AS party, 'person' AS whom_role, 1 AS whom_tier, bit_or(a.bit) AS bit,
            NULL::text AS number
        FROM asked a JOIN public.people_nametoken n ON n.organization_id = whose AND n.token = a.token
        GROUP BY n.person_id
        UNION ALL
        SELECT n.person_id, n.party, CASE WHEN d.id IS NULL THEN 'contact' ELSE 'adverse' END, n.tier,
            bit_or(a.bit), NULL
        FROM asked a JOIN public.people_partytoken n ON n.organization_id = whose AND n.token = a.token
        LEFT JOIN public.people_adverseparty d ON d.id = n.party
        GROUP BY n.person_id, n.party, d.id, n.tier
        UNION ALL
        SELECT p.id, NULL, 'person', 1, 0, CASE WHEN p.a_number_index = numbers[1] THEN 'same' ELSE 'near' END
        FROM public.people_person p WHERE p.organization_id = whose AND p.a_number_index = ANY (numbers)
        UNION ALL
        SELECT n.person_id, n.party, CASE WHEN d.id IS NULL THEN 'contact' ELSE 'adverse' END, n.tier, 0, 'phone'
        FROM public.people_phonetoken n LEFT JOIN public.people_adverseparty d ON d.id = n.party
        WHERE n.organization_id = whose AND n.token = ANY (conflict_hits.phones)
    ), once AS (
        SELECT m.whom, m.party, m.whom_role, m.whom_tier, bit_or(m.bit) AS bit, max(m.number) AS number
        FROM met m WHERE m.whom <> ALL (own) GROUP BY 1, 2, 3, 4
    ), counted AS (
        SELECT o.*, p.birth_date IS NOT NULL OR p.birth_date_other IS NOT NULL AS is_born, p.country_of_birth,
            (SELECT count(*) FILTER (WHERE w = 7) FROM (SELECT o.bit >> 3 * i & 7 AS w FROM generate_series(0, words - 1) i) s) AS sure,
            (SELECT count(*) FILTER (WHERE w = 3) FROM (SELECT o.bit >> 3 * i & 7 AS w FROM generate_series(0, words - 1) i) s) AS heard,
            (SELECT count(*) FILTER (WHERE w = 1) FROM (SELECT o.bit >> 3 * i & 7 AS w FROM generate_series(0, words - 1) i) s) AS slip
        FROM once o JOIN public.people_person p ON p.id = o.whom
        LEFT JOIN public.people_contact c ON c.id = o.party
        WHERE (o.party IS NULL OR o.whom_role = 'adverse' OR c.kind NOT IN (
                'deportation_officer', 'opla', 'consulate', 'prior_counsel', 'defender'))
            -- of two parties only those who stand against each other's side
            AND (as_role = 'person' OR o.whom_role = 'person' OR as_role <> o.whom_role)
    ), told AS (
        SELECT c.*, array_remove(ARRAY[
            CASE WHEN words > 1 AND sure = words THEN 'name_same' WHEN bit >> 50 & 3 > 0 THEN 'name_within'
                WHEN words > 1 AND sure + heard + slip = words THEN 'name_like'
                WHEN sure > 0 THEN 'name_part' END,
            CASE WHEN party IS NOT NULL OR NOT born OR NOT is_born THEN NULL WHEN bit >> 40 & 1 > 0 THEN 'born_same'
                WHEN bit >> 41 & 1 > 0 THEN 'born_swapped' WHEN bit >> 42 & 1 > 0 THEN 'born_near'
                ELSE 'born_other' END,
            CASE number WHEN 'same' THEN 'number_same' WHEN 'near' THEN 'number_near' WHEN 'phone' THEN 'phone_same' END,
            CASE WHEN party IS NULL AND country <> '' AND country_of_birth <> '' THEN
                CASE WHEN country = country_of_birth THEN 'country_same' ELSE 'country_other' END END
        ], NULL) AS evidence
        FROM counted c
    ), scored AS (
        SELECT t.*, (CASE words WHEN 0 THEN 0 WHEN 1 THEN 60 * sure + 48 * heard + 36 * slip ELSE
                greatest((100 * sure + 80 * heard + 60 * slip) / words - CASE WHEN words = 2 THEN 10 ELSE 0 END,
                    CASE WHEN bit >> 51 & 1 > 0 THEN 90 WHEN bit >> 50 & 1 > 0 THEN 75 ELSE 0 END) END
            + (SELECT coalesce(sum(CASE e WHEN 'born_same' THEN 30 WHEN 'born_swapped' THEN 25 WHEN 'born_near' THEN 5
                WHEN 'born_other' THEN -25 WHEN 'number_same' THEN 90 WHEN 'number_near' THEN 35 WHEN 'phone_same' THEN 80
                WHEN 'country_same' THEN 3 WHEN 'country_other' THEN -8 ELSE 0 END), 0) FROM unnest(t.evidence) e))::integer AS points
        FROM told t
    )
    SELECT s.whom, s.party, s.whom_role, s.whom_tier::integer, greatest(least(s.points, 100), 0), s.evidence
    FROM scored s WHERE s.points >= 70
$$;

-- How the check of a case stands, from its hits.
CREATE FUNCTION ctx.conflict_state(one uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN bool_or(n.decision_id IS NULL OR n.settled <> n.ground) THEN 'open'
        WHEN bool_or(d.outcome = 'conflict') THEN 'conflict'
        WHEN bool_or(d.outcome IN ('waived', 'short_term')) THEN 'waived'
        WHEN count(*) > 0 THEN 'cleared' ELSE 'clear' END
    FROM public.intake_candidate n LEFT JOIN public.intake_conflictdecision d ON d.id = n.decision_id
    WHERE n.case_id = one AND n.gone_at IS NULL
$$;
CREATE FUNCTION ctx.conflict_settled(one uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.intake_conflictcheck k SET version = k.version + 1,
        state = CASE WHEN k.waits THEN 'open' ELSE ctx.conflict_state(one) END
    WHERE k.case_id = one AND k.state <> CASE WHEN k.waits THEN 'open' ELSE ctx.conflict_state(one) END
$$;

-- Opens, in a case that the speaker does not see, the task of whoever is to be asked. It says nothing but who asks.
CREATE FUNCTION ctx.ask_in(one uuid, cause uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE whom uuid := ctx.whom_to_ask(one); task uuid := gen_random_uuid(); it public.cases_case; opened uuid;
BEGIN
    SELECT * INTO it FROM public.cases_case c WHERE c.id = one AND c.organization_id = ctx.organization_id();
    IF NOT FOUND THEN RETURN; END IF;
    INSERT INTO public.cases_task AS t (id, organization_id, case_id, tier, rule, cause, due_on, assignee_id, made_by_id,
            made_at, dropped, version)
        SELECT task, it.organization_id, one, 2, 'intake.conflict_asked', ask_in.cause,
            (now() AT TIME ZONE o.time_zone)::date,
            (SELECT l.id FROM ctx.live l WHERE l.id = whom AND l.reads), ctx.membership_id(), now(), false, 1
        FROM public.access_organization o WHERE o.id = it.organization_id
        ON CONFLICT DO NOTHING RETURNING t.id INTO opened;
    IF opened IS NOT NULL THEN
        INSERT INTO public.audit_entry (id, at, organization_id, actor_kind, actor_id, actor_organization_id, actor_name,
                user_id, roles, basis, verb, object_type, object_id, object_ids, case_id, file_id, tier, fields,
                request_id)
            VALUES (gen_random_uuid(), now(), it.organization_id, 'staff', ctx.membership_id(), it.organization_id, '',
                ctx.user_id(), '{}', 'none', 'task.opened', 'cases.task', opened, '{}', one, it.person_id, 2, '{task}', '');
    END IF;
END $$;

-- Runs the check of a case with what is searched for there; `waits` notes that it is to be run, and does not.
-- Decisions stay where a hit was found by the same as then. For each hit that the speaker does not see, and that is new,
-- somebody is asked in the case where it is.
CREATE FUNCTION ctx.check_conflicts(one uuid, waits boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    it public.cases_case; own uuid[]; the_check uuid; hit record; changed public.intake_candidate; seen uuid[] := '{}';
    as_new boolean;
BEGIN
    SELECT * INTO it FROM public.cases_case c WHERE c.id = one;
    IF NOT ctx.may_check(one) THEN
        RAISE insufficient_privilege USING MESSAGE = 'not a case of theirs';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('conflicts|' || one, 0));
    own := ctx.files_of(it.person_id);
    INSERT INTO public.intake_conflictcheck AS k (id, organization_id, case_id, state, waits, ran_at, ran_by_id, version)
        VALUES (gen_random_uuid(), it.organization_id, one, 'open', check_conflicts.waits, now(), ctx.membership_id(), 1)
        ON CONFLICT (case_id) DO UPDATE SET ran_at = CASE WHEN excluded.waits THEN k.ran_at ELSE excluded.ran_at END,
            ran_by_id = CASE WHEN excluded.waits THEN k.ran_by_id ELSE excluded.ran_by_id END,
            waits = excluded.waits, version = k.version + 1
        RETURNING k.id INTO the_check;
    IF check_conflicts.waits THEN
        PERFORM ctx.conflict_settled(one);
        RETURN;
    END IF;
    FOR hit IN
        SELECT DISTINCT ON (t.source, coalesce(h.party, h.whom)) t.tier, t.role, t.source, h.*,
            coalesce(h.party, h.whom) AS target,
            md5(array_to_string(h.evidence, '|') || '|' || t.digest) AS ground
        FROM public.intake_searchedterm t CROSS JOIN LATERAL ctx.conflict_hits(it.organization_id, own, t.role, t.words,
            t.tokens, t.bits, t.born, t.numbers, t.phones, t.country) h
        WHERE t.case_id = one
        ORDER BY t.source, coalesce(h.party, h.whom), h.score DESC, t.digest
    LOOP
        as_new := NOT EXISTS (SELECT FROM public.intake_candidate n WHERE n.case_id = one AND n.source = hit.source
            AND n.target = hit.target AND n.ground = hit.ground AND n.gone_at IS NULL);
        INSERT INTO public.intake_candidate AS n (id, organization_id, case_id, check_of_id, tier, role, source, whom_id,
                whom_role, whom_tier, party, target, score, evidence, ground, found_at, settled, version)
            VALUES (gen_random_uuid(), it.organization_id, one, the_check, hit.tier, hit.role, hit.source, hit.whom,
                hit.whom_role, hit.whom_tier, hit.party, hit.target, hit.score, hit.evidence, hit.ground, now(), '', 1)
            ON CONFLICT (case_id, source, target) DO UPDATE SET tier = excluded.tier, role = excluded.role,
                whom_tier = excluded.whom_tier, score = excluded.score, evidence = excluded.evidence,
                ground = excluded.ground, gone_at = NULL, version = n.version + as_new::integer,
                found_at = CASE WHEN as_new THEN now() ELSE n.found_at END
            RETURNING n.* INTO changed;
        seen := seen || changed.id;
        IF as_new AND changed.settled <> changed.ground AND NOT ctx.meets(hit.whom, hit.whom_tier) THEN
            PERFORM ctx.ask_in(ctx.case_to_ask(hit.whom), the_check);
        END IF;
    END LOOP;
    UPDATE public.intake_candidate n SET gone_at = now(), version = n.version + 1
        WHERE n.case_id = one AND n.gone_at IS NULL AND n.id <> ALL (seen);
    PERFORM ctx.conflict_settled(one);
END $$;

-- Whether a case has hits that the speaker does not see, which of the states they are in, and whom to ask. However many
-- there are, it is one answer.
CREATE FUNCTION ctx.unseen_conflicts(one uuid) RETURNS TABLE (is_open boolean, whom uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.decision_id IS NULL OR n.settled <> n.ground, CASE WHEN ctx.meets(n.whom_id, n.whom_tier)
        THEN ctx.whom_to_ask(one) ELSE ctx.whom_to_ask(ctx.case_to_ask(n.whom_id)) END
    FROM public.intake_candidate n
    WHERE n.case_id = one AND n.gone_at IS NULL AND ctx.tier_in(one) > 0
        AND (n.tier > ctx.tier_in(one) OR NOT ctx.meets(n.whom_id, n.whom_tier))
    ORDER BY 1 DESC, n.found_at, n.id LIMIT 1
$$;

-- Lets a decision count for these hits (each with the version at which it was seen), or, with NULL, for all open ones that
-- the speaker does not see. For counsel. How many it counts for now.
CREATE FUNCTION ctx.decide_conflicts(decided uuid, these uuid[], versions integer[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it public.intake_conflictdecision; reads_to integer; many integer;
BEGIN
    SELECT * INTO it FROM public.intake_conflictdecision d WHERE d.id = decided AND d.made_by_id = ctx.membership_id()
        AND d.withdrawn_at IS NULL AND d.unseen = (these IS NULL);
    reads_to := ctx.tier_in(it.case_id);
    IF it.id IS NULL OR NOT ctx.reads() OR reads_to < 2 THEN
        RAISE insufficient_privilege USING MESSAGE = 'only counsel of the case decide';
    END IF;
    UPDATE public.intake_candidate n SET decision_id = decided, settled = n.ground, version = n.version + 1
        WHERE n.case_id = it.case_id AND n.gone_at IS NULL AND CASE WHEN these IS NULL
            THEN (n.decision_id IS NULL OR n.settled <> n.ground)
                AND (n.tier > reads_to OR NOT ctx.meets(n.whom_id, n.whom_tier))
            ELSE (n.id, n.version) IN (SELECT * FROM unnest(these, versions)) AND n.tier <= reads_to
                AND ctx.meets(n.whom_id, n.whom_tier) END;
    GET DIAGNOSTICS many = ROW_COUNT;
    PERFORM ctx.conflict_settled(it.case_id);
    RETURN many;
END $$;

-- A decision that was taken back counts for nothing any more.
CREATE FUNCTION ctx.undo_conflicts(decided uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it public.intake_conflictdecision; many integer;
BEGIN
    SELECT * INTO it FROM public.intake_conflictdecision d WHERE d.id = decided AND d.withdrawn_at IS NOT NULL;
    IF it.id IS NULL OR NOT ctx.reads() OR ctx.tier_in(it.case_id) < it.tier THEN
        RAISE insufficient_privilege USING MESSAGE = 'only counsel of the case decide';
    END IF;
    UPDATE public.intake_candidate n SET decision_id = NULL, settled = '', version = n.version + 1
        WHERE n.decision_id = decided;
    GET DIAGNOSTICS many = ROW_COUNT;
    PERFORM ctx.conflict_settled(it.case_id);
    RETURN many;
END $$;

-- The same search for words that stand in no case yet: what the speaker meets, and in one line without an id whether
-- there is more, and whom to ask. Whoever is to be asked is told in their case, once for each asker as long as that is open.
CREATE FUNCTION ctx.check_words(
    words integer, tokens bytea[], bits bigint[], born boolean, numbers bytea[], country text
) RETURNS TABLE (whom uuid, party uuid, whom_role text, score integer, evidence text[], ask uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE hit record; asking uuid; whose uuid := ctx.organization_id();
BEGIN
    IF whose IS NULL OR (ctx.claim())[1] <> 'staff'
        OR NOT (ctx.reads() OR ctx.organization_as('volunteer') IS NOT NULL) THEN
        RAISE insufficient_privilege USING MESSAGE = 'only for those who work on cases';
    END IF;
    FOR hit IN SELECT * FROM ctx.conflict_hits(whose, '{}', 'person', words, tokens, bits, born, numbers, '{}', country) h
        ORDER BY h.score DESC, h.whom, h.party
    LOOP
        IF ctx.meets(hit.whom, hit.whom_tier) THEN
            RETURN QUERY SELECT hit.whom, hit.party, hit.whom_role, hit.score, hit.evidence, NULL::uuid;
        ELSIF ctx.case_to_ask(hit.whom) IS NOT NULL THEN
            asking := coalesce(asking, ctx.whom_to_ask(ctx.case_to_ask(hit.whom)));
            PERFORM ctx.ask_in(ctx.case_to_ask(hit.whom), ctx.membership_id());
        END IF;
    END LOOP;
    IF asking IS NOT NULL THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, ''::text, 0, '{}'::text[], asking;
    END IF;
END $$;

-- Opens, in a case that was hidden from colleagues just now, what they ask who found its person and have not decided:
-- they do not see the match any more. Nothing where another case of the person is open to them.
CREATE FUNCTION ctx.ask_in_restricted(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid[]; the_check uuid;
BEGIN
    SELECT ctx.files_of(c.person_id) INTO own FROM public.cases_case c
        WHERE c.id = one AND c.restricted AND c.organization_id = ctx.organization_id() AND ctx.tier_in(one) > 0;
    IF own IS NULL OR EXISTS (SELECT FROM public.cases_case c WHERE c.person_id = ANY (own) AND NOT c.restricted) THEN
        RETURN;
    END IF;
    FOR the_check IN
        SELECT DISTINCT n.check_of_id FROM public.intake_candidate n
        WHERE n.whom_id = ANY (own) AND n.gone_at IS NULL AND (n.decision_id IS NULL OR n.settled <> n.ground)
    LOOP
        PERFORM ctx.ask_in(one, the_check);
    END LOOP;
END $$;

-- Who was asked because of a check or a searching member, or in a case, and by which task, as long as it is open: for the
-- letters alone.
CREATE FUNCTION ctx.conflict_asked(because uuid) RETURNS TABLE (task uuid, whom uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.id, coalesce(t.assignee_id, ctx.whom_to_ask(t.case_id)) FROM public.cases_task t
    WHERE t.rule = 'intake.conflict_asked' AND because IN (t.cause, t.case_id) AND t.done_at IS NULL
        AND ctx.duty() = 'letters'
$$;

GRANT EXECUTE ON FUNCTION
    ctx.conflict_asked(uuid),
    ctx.ask_in_restricted(uuid),
    ctx.meets(uuid, integer),
    ctx.may_check(uuid),
    ctx.check_conflicts(uuid, boolean),
    ctx.unseen_conflicts(uuid),
    ctx.decide_conflicts(uuid, uuid[], integer[]),
    ctx.undo_conflicts(uuid),
    ctx.check_words(integer, bytea[], bigint[], boolean, bytea[], text)
    TO casework_app;

GRANT EXECUTE ON FUNCTION ctx.may_check(uuid), ctx.ask_in_restricted(uuid) TO casework_owner;

SET LOCAL ROLE casework_owner;

-- Of whom was found, those whom one meets; decisions are counsel's and signed.
CREATE POLICY app_meets ON intake_candidate AS RESTRICTIVE FOR SELECT TO casework_app
    USING (ctx.meets(whom_id, whom_tier));
CREATE POLICY app_counsel ON intake_conflictdecision AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK ((SELECT ctx.reads()) AND made_by_id = (SELECT ctx.membership_id()) AND withdrawn_at IS NULL);
-- That a check found somebody is no other organization's, wherever the case is shared.
CREATE POLICY app_conflicts ON cases_task AS RESTRICTIVE FOR SELECT TO casework_app
    USING (rule NOT LIKE 'intake.conflict%' OR organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_undo ON intake_conflictdecision AS RESTRICTIVE FOR UPDATE TO casework_app
    USING ((SELECT ctx.reads()) AND withdrawn_at IS NULL) WITH CHECK (withdrawn_by_id = (SELECT ctx.membership_id()));
