-- Handing an intake over. The sender's rows are the sender's; a receiver reads the card of an offer that is open to it,
-- and, in the act of accepting, what was packed for it. Whatever changes the state of an offer is a function here, so
-- that it is decided at one place, of rows that are held, whoever asks.

GRANT SELECT, UPDATE ON intake_handover, intake_offer TO casework_definer;
GRANT SELECT, UPDATE, DELETE ON intake_offercard, intake_offerpart TO casework_definer;
GRANT SELECT ON people_consent TO casework_definer;
GRANT UPDATE (stage, stage_reason, stage_since, handed_over_at, version) ON cases_case TO casework_definer;
GRANT UPDATE (next_check_at) ON custody_stay TO casework_definer;
GRANT INSERT ON cases_task TO casework_definer;
CREATE POLICY definer_all ON intake_handover TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_offer TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_offercard TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON intake_offerpart TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_read ON people_consent FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_hand_over ON cases_task FOR INSERT TO casework_definer WITH CHECK (rule = 'intake.tell_caller');

SET LOCAL ROLE casework_definer;

-- Whether the person agrees at present.
CREATE FUNCTION ctx.agrees(consent uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.people_consent c WHERE c.id = consent AND c.revoked_at IS NULL
        AND c.given_at <= statement_timestamp() AND (c.ends_at IS NULL OR c.ends_at > statement_timestamp()))
$$;

-- Whether an offer counts now: within its time, while the person agrees, the case waits, and both ends are there.
CREATE FUNCTION ctx.counts(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.intake_offer f JOIN public.cases_case c ON c.id = f.case_id
        WHERE f.id = one AND f.state = 'offered' AND f.until > statement_timestamp() AND ctx.agrees(f.consent_id)
        AND (f.counsel_consent_id IS NULL OR ctx.agrees(f.counsel_consent_id))
        AND c.stage IN ('enquiry', 'screening', 'offered')
        AND NOT EXISTS (SELECT FROM public.access_organization o
            WHERE o.id IN (f.organization_id, f.to_organization_id) AND o.closed_at IS NOT NULL))
$$;

-- Offers to the organization whose counsel speaks.
CREATE FUNCTION ctx.offers_to_me() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(k.id) FROM public.intake_offercard k
    WHERE k.to_organization_id = (SELECT organization_id FROM ctx.member() WHERE reads)
        AND k.until > statement_timestamp() AND ctx.counts(k.id)
$$;
CREATE FUNCTION ctx.offerers() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(organization_id) FROM (
        SELECT k.organization_id FROM public.intake_offercard k WHERE k.id = ANY (ctx.offers_to_me())
        UNION SELECT p.organization_id FROM public.intake_offerpart p WHERE p.accepted_by = ctx.membership_id()) s
$$;
-- Under whose keys stands what one may open: cards and parts of one's own cases, cards of offers to one's organization,
-- and what one is just accepting.
CREATE FUNCTION ctx.offer_files() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH ours AS MATERIALIZED (
        SELECT f.id FROM public.intake_offer f
        WHERE f.organization_id = ctx.organization_id() AND f.state IN ('waiting', 'offered')
            AND (f.case_id = ANY (ctx.mine())
                OR f.organization_id = ANY (ctx.wide()) AND f.case_id <> ALL (coalesce(ctx.closed(), '{}')))
    )
    SELECT array_agg(one) FROM (
        SELECT id AS one FROM ours
        UNION ALL SELECT p.id FROM public.intake_offerpart p WHERE p.offer_id IN (SELECT id FROM ours)
        UNION ALL SELECT unnest(ctx.offers_to_me())
        UNION ALL SELECT p.id FROM public.intake_offerpart p WHERE p.accepted_by = ctx.membership_id()
    ) s
$$;

-- Whether offers of the person's cases are prepared or open: asked after everything that is written about anybody.
CREATE FUNCTION ctx.is_offered(person uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.cases_case c JOIN public.intake_offer f ON f.case_id = c.id
        WHERE c.person_id = person AND c.organization_id = ctx.organization_id() AND f.state IN ('waiting', 'offered'))
$$;

-- What organizations say of themselves to those who look for help.
CREATE FUNCTION ctx.helpers() RETURNS TABLE (
    id uuid, phone text, languages text[], facilities text[], capacity integer
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT o.id, o.phone, o.languages::text[], o.facilities::text[], o.capacity FROM public.access_organization o
    WHERE o.closed_at IS NULL AND EXISTS (SELECT FROM ctx.member())
$$;

-- Cases that another organization has taken over, and people all of whose cases it has: kept as they were.
CREATE FUNCTION ctx.kept() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(id) FROM public.cases_case
    WHERE organization_id = ctx.organization_id() AND handed_over_at IS NOT NULL
$$;
CREATE FUNCTION ctx.kept_people() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT k.person_id) FROM public.cases_case k
    WHERE k.organization_id = ctx.organization_id() AND k.handed_over_at IS NOT NULL
        AND NOT EXISTS (SELECT FROM public.cases_case o WHERE o.person_id = k.person_id AND o.handed_over_at IS NULL)
$$;

-- Whether the member who speaks works on a case of their own organization, so far that they may hand it over.
CREATE FUNCTION ctx.hands_over(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.cases_case c WHERE c.id = one AND c.organization_id = ctx.organization_id()
        AND (c.id = ANY (ctx.mine()) OR c.organization_id = ANY (ctx.wide()) AND NOT c.restricted))
$$;

-- Among these functions: how many offers wait for an organization, as its pages show it; and taking along what was
-- sealed for an offer that is over.
CREATE FUNCTION ctx.count_offers(organization uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE public.access_organization SET offers_waiting = (SELECT count(*) FROM public.intake_offer f
        WHERE f.to_organization_id = organization AND f.state = 'offered') WHERE id = organization
$$;
CREATE FUNCTION ctx.forget_offer(one uuid) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.vault_filekey WHERE file_id = one
        OR file_id IN (SELECT p.id FROM public.intake_offerpart p WHERE p.offer_id = one);
    DELETE FROM public.intake_offerpart WHERE offer_id = one;
    DELETE FROM public.intake_offercard WHERE id = one;
$$;
CREATE FUNCTION ctx.offer_next(one uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record; found_id uuid; found_to uuid;
BEGIN
    SELECT h.id, h.hours, c.stage INTO it FROM public.intake_handover h JOIN public.cases_case c ON c.id = h.case_id
        WHERE h.id = one AND h.state IN ('open', 'returned');
    IF FOUND AND it.stage IN ('enquiry', 'screening', 'offered') THEN
        SELECT f.id, f.to_organization_id INTO found_id, found_to FROM public.intake_offer f
            JOIN public.access_organization o ON o.id = f.to_organization_id AND o.closed_at IS NULL
            WHERE f.hand_over_id = one AND f.state = 'waiting' AND ctx.agrees(f.consent_id)
                AND (f.counsel_consent_id IS NULL OR ctx.agrees(f.counsel_consent_id))
            ORDER BY f.position LIMIT 1;
    END IF;
    UPDATE public.intake_handover SET state = CASE WHEN found_id IS NULL THEN 'returned' ELSE 'open' END
        WHERE id = one AND state IN ('open', 'returned');
    IF found_id IS NOT NULL THEN
        UPDATE public.intake_offer f SET state = 'offered', offered_at = statement_timestamp(),
            until = least(statement_timestamp() + make_interval(hours => it.hours),
                (SELECT c.ends_at FROM public.people_consent c WHERE c.id = f.consent_id),
                (SELECT c.ends_at FROM public.people_consent c WHERE c.id = f.counsel_consent_id))
            WHERE f.id = found_id;
        UPDATE public.intake_offercard k SET until = f.until FROM public.intake_offer f
            WHERE k.id = found_id AND f.id = found_id;
        PERFORM ctx.count_offers(found_to);
    END IF;
    RETURN found_id;
END $$;
CREATE FUNCTION ctx.end_hand_over(one uuid, became text, why text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE each record;
BEGIN
    UPDATE public.intake_handover SET state = became, ended_at = statement_timestamp(), ended_why = why WHERE id = one;
    FOR each IN SELECT f.id, f.state, f.to_organization_id FROM public.intake_offer f WHERE f.hand_over_id = one
        AND f.state IN ('waiting', 'offered')
    LOOP
        UPDATE public.intake_offer SET state = 'withdrawn', answered_at = statement_timestamp() WHERE id = each.id;
        PERFORM ctx.forget_offer(each.id);
        IF each.state = 'offered' THEN PERFORM ctx.count_offers(each.to_organization_id); END IF;
    END LOOP;
END $$;

-- The sender: offering it to the first or the next on the list, which no other organization has at present; which offer
-- it is. None where nobody is left.
CREATE FUNCTION ctx.go_on_offering(one uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.intake_handover h WHERE h.id = one AND h.state IN ('open', 'returned')
        AND ctx.hands_over(h.case_id) FOR UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM public.intake_offer f WHERE f.hand_over_id = one AND f.state = 'offered')
    THEN RAISE insufficient_privilege USING MESSAGE = 'not theirs to offer'; END IF;
    RETURN ctx.offer_next(one);
END $$;
-- The sender: taking it back. To whom it was offered at that time.
CREATE FUNCTION ctx.withdraw_hand_over(one uuid, why text) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE asked uuid;
BEGIN
    PERFORM FROM public.intake_handover h WHERE h.id = one AND h.state IN ('open', 'returned')
        AND ctx.hands_over(h.case_id) FOR UPDATE;
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'not theirs to withdraw'; END IF;
    SELECT f.to_organization_id INTO asked FROM public.intake_offer f
        WHERE f.hand_over_id = one AND f.state = 'offered' FOR UPDATE;
    PERFORM ctx.end_hand_over(one, 'withdrawn', why);
    RETURN asked;
END $$;
-- Hand-overs that cannot go on as they are, of a person of whom the speaker has just changed something: a consent that
-- they cite has ended, their case does not wait any more, or was restricted since.
CREATE FUNCTION ctx.broken_hand_overs(person uuid) RETURNS TABLE (hand_over uuid, case_ref uuid, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.id, h.case_id, CASE WHEN c.stage NOT IN ('enquiry', 'screening', 'offered') THEN 'stage' ELSE 'consent' END
    FROM public.cases_case c JOIN public.intake_handover h ON h.case_id = c.id AND h.state IN ('open', 'returned')
    WHERE c.person_id = person AND c.organization_id = ctx.organization_id() AND (
        c.stage NOT IN ('enquiry', 'screening', 'offered')
        OR EXISTS (SELECT FROM public.intake_offer f WHERE f.hand_over_id = h.id AND f.state = 'offered'
            AND NOT (ctx.agrees(f.consent_id)
                AND (f.counsel_consent_id IS NULL OR ctx.agrees(f.counsel_consent_id)))))
$$;

-- The hand-over first, then the offer: everybody in this order, so that nobody waits for each other.
CREATE FUNCTION ctx.hold_offer(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.intake_handover h
        WHERE h.id = (SELECT f.hand_over_id FROM public.intake_offer f WHERE f.id = one) FOR UPDATE;
    PERFORM FROM public.intake_offer f WHERE f.id = one FOR UPDATE;
END $$;

-- The receiver: declining. It comes back to the sender, who decides whether the next on the list is asked.
CREATE FUNCTION ctx.decline_offer(one uuid, why text)
RETURNS TABLE (from_organization uuid, case_ref uuid, file_ref uuid, offered_by uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record;
BEGIN
    PERFORM ctx.hold_offer(one);
    SELECT f.* INTO it FROM public.intake_offer f WHERE f.id = one;
    IF NOT FOUND OR NOT coalesce(one = ANY (ctx.offers_to_me()), false) THEN RETURN; END IF;
    UPDATE public.intake_offer SET state = 'declined', answered_at = statement_timestamp(), answer = why WHERE id = one;
    UPDATE public.intake_handover SET state = 'returned' WHERE id = it.hand_over_id;
    PERFORM ctx.forget_offer(one);
    PERFORM ctx.count_offers(it.to_organization_id);
    RETURN QUERY SELECT it.organization_id, it.case_id, c.person_id, h.made_by_id
        FROM public.intake_handover h JOIN public.cases_case c ON c.id = h.case_id WHERE h.id = it.hand_over_id;
END $$;

-- The receiver: accepting. What was packed opens to whoever accepts until `take_over_done`, in the same transaction.
-- At the sender the case is referred and kept as a copy; volunteers are on it no more, nobody looks for the person from
-- there, and, where somebody may be called back, there is something to be told.
CREATE FUNCTION ctx.accept_offer(one uuid)
RETURNS TABLE (from_organization uuid, case_ref uuid, file_ref uuid, offered_by uuid, why text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record; h record; file uuid;
BEGIN
    PERFORM ctx.hold_offer(one);
    SELECT f.* INTO it FROM public.intake_offer f WHERE f.id = one;
    IF NOT FOUND OR NOT coalesce(one = ANY (ctx.offers_to_me()), false) THEN RETURN; END IF;
    SELECT * INTO h FROM public.intake_handover WHERE id = it.hand_over_id;
    UPDATE public.intake_offer SET state = 'accepted', answered_at = statement_timestamp() WHERE id = one;
    UPDATE public.intake_offercard SET until = NULL WHERE id = one;
    UPDATE public.intake_offerpart SET accepted_by = ctx.membership_id() WHERE offer_id = one;
    PERFORM ctx.count_offers(it.to_organization_id);
    UPDATE public.cases_case c SET stage = 'referred', stage_reason = h.reason, stage_since = statement_timestamp(),
        handed_over_at = statement_timestamp(), version = c.version + 1 WHERE c.id = it.case_id
        RETURNING c.person_id INTO file;
    UPDATE public.cases_assignment a SET ends_at = greatest(a.starts_at, statement_timestamp())
        WHERE a.case_id = it.case_id AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
        AND NOT EXISTS (SELECT FROM ctx.live l WHERE l.id = a.membership_id AND l.reads);
    UPDATE public.custody_stay s SET next_check_at = NULL WHERE s.person_id = file AND s.ended_at IS NULL
        AND NOT EXISTS (SELECT FROM public.cases_case c WHERE c.person_id = file
            AND c.stage NOT IN ('closed', 'declined', 'referred'));
    IF h.tells THEN
        INSERT INTO public.cases_task (id, organization_id, case_id, version, tier, rule, cause, due_on, assignee_id,
                made_by_id, made_at, dropped)
            SELECT gen_random_uuid(), it.organization_id, it.case_id, 1, 1, 'intake.tell_caller', h.id,
                (statement_timestamp() AT TIME ZONE o.time_zone)::date, (
                    SELECT l.id FROM ctx.live l WHERE l.organization_id = it.organization_id AND l.reads AND (
                        l.id = h.made_by_id OR it.case_id = ANY (ctx.mine_of(l.id)))
                    ORDER BY l.id <> h.made_by_id, l.id LIMIT 1),
                h.made_by_id, statement_timestamp(), false
            FROM public.access_organization o WHERE o.id = it.organization_id;
    END IF;
    RETURN QUERY SELECT it.organization_id, it.case_id, file, h.made_by_id, h.reason::text;
END $$;
CREATE FUNCTION ctx.take_over_done(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record;
BEGIN
    SELECT f.hand_over_id INTO it FROM public.intake_offer f WHERE f.id = one AND f.state = 'accepted' AND EXISTS (
        SELECT FROM public.intake_offerpart p WHERE p.offer_id = one AND p.accepted_by = ctx.membership_id());
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'not just accepted by them'; END IF;
    PERFORM ctx.forget_offer(one);
    PERFORM ctx.end_hand_over(it.hand_over_id, 'accepted', '');
END $$;

-- By the clock, one at a time: what nobody answered in time, or what does not count any more for another reason, ends,
-- and the next on the list is asked. Where the person took their consent back, or the case went on, nobody is.
CREATE FUNCTION ctx.expire_offers() RETURNS TABLE (
    offer uuid, from_organization uuid, case_ref uuid, file_ref uuid, offered_by uuid, next_offer uuid,
    next_organization uuid
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE it record;
BEGIN
    PERFORM ctx.must_be_on('hand_over');
    FOR it IN SELECT f.* FROM public.intake_offer f JOIN public.intake_handover h ON h.id = f.hand_over_id
        WHERE f.state = 'offered' AND (f.until <= statement_timestamp() OR NOT ctx.counts(f.id))
        ORDER BY f.until, f.id LIMIT 1 FOR UPDATE OF h, f SKIP LOCKED
    LOOP
        offer := it.id; from_organization := it.organization_id; case_ref := it.case_id;
        UPDATE public.intake_offer SET state = 'expired', answered_at = statement_timestamp() WHERE id = it.id;
        PERFORM ctx.forget_offer(it.id);
        PERFORM ctx.count_offers(it.to_organization_id);
        IF ctx.agrees(it.consent_id) OR it.until <= statement_timestamp() THEN
            next_offer := ctx.offer_next(it.hand_over_id);
        ELSE
            next_offer := NULL;
            UPDATE public.intake_handover SET state = 'returned' WHERE id = it.hand_over_id AND state = 'open';
        END IF;
        next_organization := (SELECT f.to_organization_id FROM public.intake_offer f WHERE f.id = next_offer);
        SELECT c.person_id, h.made_by_id INTO file_ref, offered_by FROM public.intake_handover h
            JOIN public.cases_case c ON c.id = h.case_id WHERE h.id = it.hand_over_id;
        RETURN NEXT;
    END LOOP;
END $$;

GRANT EXECUTE ON FUNCTION
    ctx.offers_to_me(),
    ctx.offerers(),
    ctx.offer_files(),
    ctx.is_offered(uuid),
    ctx.helpers(),
    ctx.kept(),
    ctx.kept_people(),
    ctx.go_on_offering(uuid),
    ctx.withdraw_hand_over(uuid, text),
    ctx.broken_hand_overs(uuid),
    ctx.decline_offer(uuid, text),
    ctx.accept_offer(uuid),
    ctx.take_over_done(uuid),
    ctx.expire_offers()
    TO casework_app;

GRANT EXECUTE ON FUNCTION ctx.is_offered(uuid) TO casework_owner;

SET LOCAL ROLE casework_owner;

-- Whoever offers signs it, for their own organization, and cites a consent of the very person to share with the very
-- organization; it waits until a function offers it.
CREATE POLICY app_sign ON intake_handover AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND state = 'open');
CREATE POLICY app_cites ON intake_offer AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    state = 'waiting' AND to_organization_id <> organization_id
    AND EXISTS (SELECT FROM people_consent p JOIN cases_case c ON c.person_id = p.person_id
        WHERE p.id = consent_id AND c.id = case_id AND p.to_organization_id = intake_offer.to_organization_id)
    AND (counsel_consent_id IS NULL OR counsel_consent_id <> consent_id AND EXISTS (
        SELECT FROM people_consent p JOIN cases_case c ON c.person_id = p.person_id
        WHERE p.id = counsel_consent_id AND c.id = case_id
            AND p.to_organization_id = intake_offer.to_organization_id)));
CREATE POLICY app_read ON intake_offercard FOR SELECT TO casework_app USING (
    id = ANY ((SELECT ctx.offers_to_me())::uuid[])
    OR organization_id = (SELECT ctx.organization_id()) AND EXISTS (
        SELECT FROM intake_offer f WHERE f.id = intake_offercard.id));
CREATE POLICY app_add ON intake_offercard FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND until IS NULL AND EXISTS (
        SELECT FROM intake_offer f WHERE f.id = intake_offercard.id AND f.state = 'waiting'
            AND f.to_organization_id = intake_offercard.to_organization_id));
CREATE POLICY app_change ON intake_offercard FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()) AND EXISTS (
        SELECT FROM intake_offer f WHERE f.id = intake_offercard.id AND f.state IN ('waiting', 'offered')))
    WITH CHECK (organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_accept ON intake_offerpart FOR SELECT TO casework_app
    USING (accepted_by = (SELECT ctx.membership_id()));
CREATE POLICY app_packed ON intake_offerpart AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    accepted_by IS NULL AND EXISTS (SELECT FROM intake_offer f WHERE f.id = offer_id AND f.state = 'waiting'
        AND f.case_id = intake_offerpart.case_id
        AND (intake_offerpart.tier < 3 OR f.counsel_consent_id IS NOT NULL)));
CREATE POLICY app_goes ON intake_offerpart AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_home ON intake_received AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads()));

-- The copy: no row of it is added or changed, but notes, tasks and the end of consents and shares.
CREATE POLICY app_kept ON cases_case AS RESTRICTIVE FOR UPDATE TO casework_app USING (handed_over_at IS NULL);
CREATE POLICY app_kept ON people_person AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (id NOT IN (SELECT unnest((SELECT ctx.kept_people())::uuid[])));
DO $$ DECLARE name text; BEGIN
    FOREACH name IN ARRAY ARRAY['people_contact', 'people_adverseparty', 'people_vulnerability', 'custody_stay',
        'custody_stint', 'custody_locatorcheck']
    LOOP
        EXECUTE format('CREATE POLICY app_kept ON %I AS RESTRICTIVE FOR INSERT TO casework_app
            WITH CHECK (person_id NOT IN (SELECT unnest((SELECT ctx.kept_people())::uuid[])))', name);
        EXECUTE format('CREATE POLICY app_kept_so ON %I AS RESTRICTIVE FOR UPDATE TO casework_app
            USING (person_id NOT IN (SELECT unnest((SELECT ctx.kept_people())::uuid[])))', name);
    END LOOP;
    FOREACH name IN ARRAY ARRAY['docket_proceeding', 'docket_hearing', 'docket_charge', 'docket_decision',
        'docket_bond', 'docket_deadline', 'custody_courtonfile', 'cases_appearance', 'cases_closing', 'intake_answer',
        'intake_handover']
    LOOP
        EXECUTE format('CREATE POLICY app_kept ON %I AS RESTRICTIVE FOR INSERT TO casework_app
            WITH CHECK (case_id NOT IN (SELECT unnest((SELECT ctx.kept())::uuid[])))', name);
        EXECUTE format('CREATE POLICY app_kept_so ON %I AS RESTRICTIVE FOR UPDATE TO casework_app
            USING (case_id NOT IN (SELECT unnest((SELECT ctx.kept())::uuid[])))', name);
    END LOOP;
END $$;

CREATE POLICY app_offer ON vault_filekey FOR SELECT TO casework_app
    USING (file_id = ANY ((SELECT ctx.offer_files())::uuid[]));
CREATE POLICY app_offer ON vault_organizationkey FOR SELECT TO casework_app
    USING (organization_id = ANY ((SELECT ctx.offerers())::uuid[]));
