-- The only ways to write memberships and invitations. Each asks who speaks; none takes an organization from its caller
-- where the one in which the caller acts is meant. Refusals: 42501 (may not), 23514 (the state does not allow it).

SET LOCAL ROLE casework_definer;

-- The organization in which the caller is a live administrator.
CREATE FUNCTION ctx.must_administer() RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE found uuid := ctx.organization_as('admin');
BEGIN
    IF found IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'only an administrator'; END IF;
    RETURN found;
END $$;

CREATE FUNCTION ctx.must_be_on(errand text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF ctx.duty() IS DISTINCT FROM errand THEN RAISE insufficient_privilege USING MESSAGE = 'wrong errand'; END IF;
END $$;

-- An organization never loses its last administrator by a change: it would be shut for good.
CREATE FUNCTION ctx.keeps_administrator(organization uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM public.access_organization WHERE id = organization FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM ctx.live l JOIN public.access_membership m ON m.id = l.id
        WHERE l.organization_id = organization AND 'admin' = ANY (l.roles) AND m.ends_at IS NULL
    ) THEN RAISE check_violation USING MESSAGE = 'last administrator'; END IF;
END $$;

-- What somebody began as an administrator ends with that right, for good: else it would come alive again together with
-- the right. So does the wait for a lost factor of somebody who is no longer a member.
CREATE FUNCTION ctx.end_what_began(member uuid) RETURNS TABLE (invitations integer, resets integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE is_live boolean; administers boolean;
BEGIN
    SELECT count(*) > 0, coalesce(bool_or('admin' = ANY (l.roles)), false) INTO is_live, administers
        FROM ctx.live l WHERE l.id = member;
    UPDATE public.access_invitation SET withdrawn_at = now()
        WHERE invited_by_id = member AND NOT administers AND accepted_at IS NULL AND withdrawn_at IS NULL
        AND expires_at > now();
    GET DIAGNOSTICS invitations = ROW_COUNT;
    UPDATE public.access_factorreset SET cancelled_at = now()
        WHERE ((asked_by_id = member AND NOT administers) OR (membership_id = member AND NOT is_live))
        AND done_at IS NULL AND cancelled_at IS NULL;
    GET DIAGNOSTICS resets = ROW_COUNT;
    RETURN NEXT;
END $$;

CREATE FUNCTION ctx.change_membership(
    target uuid, new_roles text[], new_title text, new_bar_number text, new_bar_jurisdiction text,
    new_accreditation text, new_supervisor uuid, new_starts_at timestamptz, new_ends_at timestamptz
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer();
BEGIN
    UPDATE public.access_membership SET roles = new_roles::varchar[], title = new_title, bar_number = new_bar_number,
        bar_jurisdiction = new_bar_jurisdiction, accreditation = new_accreditation, supervisor_id = new_supervisor,
        starts_at = new_starts_at, ends_at = new_ends_at
    WHERE id = target AND organization_id = own;
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'no such member'; END IF;
    PERFORM ctx.keeps_administrator(own);
    PERFORM ctx.end_what_began(target);
END $$;

-- Suspending ends every session of the user, and what the member began; how many of each. Sessions of somebody whose
-- membership was over before are no longer this organization's to end.
CREATE FUNCTION ctx.suspend(target uuid) RETURNS TABLE (sessions integer, invitations integer, resets integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    own uuid := ctx.must_administer();
    was_live boolean := EXISTS (SELECT FROM ctx.live WHERE id = target);
    person uuid;
BEGIN
    UPDATE public.access_membership SET suspended_at = now()
        WHERE id = target AND organization_id = own AND suspended_at IS NULL RETURNING user_id INTO person;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not a member, or suspended already'; END IF;
    PERFORM ctx.keeps_administrator(own);
    DELETE FROM public.access_session WHERE user_id = person AND was_live AND expire_date > now();
    GET DIAGNOSTICS sessions = ROW_COUNT;
    SELECT b.invitations, b.resets INTO invitations, resets FROM ctx.end_what_began(target) b;
    RETURN NEXT;
END $$;

CREATE FUNCTION ctx.restore(target uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer();
BEGIN
    UPDATE public.access_membership SET suspended_at = NULL
        WHERE id = target AND organization_id = own AND suspended_at IS NOT NULL;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not a member, or not suspended'; END IF;
END $$;

-- Ends the sessions of one live member, or (without one) of all of them; never the caller's own browser.
CREATE FUNCTION ctx.end_sessions(target uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer(); ended integer;
BEGIN
    DELETE FROM public.access_session s USING ctx.live m
        WHERE s.user_id = m.user_id AND m.organization_id = own AND (target IS NULL OR m.id = target)
        AND s.expire_date > now() AND s.session_key IS DISTINCT FROM ctx.session_key();
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;

-- An invitation replaces an open one to the same address.
CREATE FUNCTION ctx.invite(new_id uuid, address text, new_roles text[], until timestamptz, hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer();
BEGIN
    IF EXISTS (SELECT FROM ctx.live l JOIN public.access_user u ON u.id = l.user_id
               WHERE l.organization_id = own AND u.email = lower(address)) THEN
        RAISE check_violation USING MESSAGE = 'a member already';
    END IF;
    PERFORM FROM public.access_organization WHERE id = own FOR KEY SHARE;  -- before invitations, as everywhere
    UPDATE public.access_invitation SET withdrawn_at = now()
        WHERE organization_id = own AND email = lower(address) AND accepted_at IS NULL AND withdrawn_at IS NULL;
    INSERT INTO public.access_invitation
        (id, organization_id, email, roles, ends_at, token_hash, invited_by_id, created_at, expires_at)
        VALUES (new_id, own, lower(address), new_roles::varchar[], until, hash, ctx.membership_id(), now(),
            now() + interval '72 hours');
END $$;

CREATE FUNCTION ctx.withdraw_invitation(target uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer();
BEGIN
    UPDATE public.access_invitation SET withdrawn_at = now()
        WHERE id = target AND organization_id = own AND accepted_at IS NULL AND withdrawn_at IS NULL;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not open'; END IF;
END $$;

-- The open invitation behind a token: void when used, withdrawn, over (it or the time it gives), or when the inviter
-- may no longer invite.
CREATE FUNCTION ctx.invitation(hash text) RETURNS TABLE (
    id uuid, organization_id uuid, organization_name text, time_zone text, inviter text, email text, roles text[],
    ends_at timestamptz, created_at timestamptz, expires_at timestamptz, user_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id, o.id, o.name, o.time_zone,
        (SELECT u.name FROM public.access_membership m JOIN public.access_user u ON u.id = m.user_id
         WHERE m.id = i.invited_by_id),
        i.email, i.roles::text[], i.ends_at, i.created_at, i.expires_at,
        (SELECT u.id FROM public.access_user u WHERE u.email = i.email)
    FROM public.access_invitation i JOIN public.access_organization o ON o.id = i.organization_id
    WHERE i.token_hash = hash AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND i.expires_at > now()
        AND (i.ends_at IS NULL OR i.ends_at > now()) AND o.closed_at IS NULL AND ctx.duty() = 'door'
        AND (i.invited_by_id IS NULL  -- by the operator, for the first administrator
            OR EXISTS (SELECT FROM ctx.live l WHERE l.id = i.invited_by_id AND 'admin' = ANY (l.roles)))
$$;

-- Makes the user who speaks a member; the e-mail address must be the invitation's, and proven. NULL when the invitation
-- is void. Who is a member stays what they are, and who was suspended or ended since stays that: an old invitation,
-- perhaps to another address of theirs, lets nobody back in.
CREATE FUNCTION ctx.accept_invitation(hash text, person uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record; made uuid;
BEGIN
    PERFORM ctx.must_be_on('door');
    PERFORM FROM public.access_organization WHERE id = (
        SELECT i.organization_id FROM public.access_invitation i WHERE i.token_hash = hash) FOR KEY SHARE;
    PERFORM FROM public.access_invitation WHERE token_hash = hash FOR UPDATE;
    SELECT * INTO one FROM ctx.invitation(hash);
    IF NOT FOUND OR person IS DISTINCT FROM ctx.user_id() OR NOT EXISTS (
        SELECT FROM public.account_emailaddress e
        WHERE e.user_id = person AND lower(e.email) = one.email AND e.verified
    ) OR EXISTS (
        SELECT FROM public.access_membership m LEFT JOIN ctx.live l ON l.id = m.id
        WHERE m.user_id = person AND m.organization_id = one.organization_id
        AND (l.id IS NOT NULL OR m.suspended_at > one.created_at OR m.ends_at > one.created_at)
    ) THEN RETURN NULL; END IF;
    UPDATE public.access_invitation SET accepted_at = now() WHERE id = one.id;
    INSERT INTO public.access_membership (id, user_id, organization_id, roles, title, bar_number, bar_jurisdiction,
            accreditation, starts_at, ends_at)
        VALUES (gen_random_uuid(), person, one.organization_id, one.roles::varchar[], '', '', '', '', now(), one.ends_at)
        ON CONFLICT (user_id, organization_id) DO UPDATE
            SET roles = EXCLUDED.roles, starts_at = now(), ends_at = EXCLUDED.ends_at, suspended_at = NULL
        RETURNING id INTO made;
    RETURN made;
END $$;

-- A lost second factor. `due_at` is a day away; a second administrator brings it to now, if the person belongs to no
-- other organization, whose administrators could not object.
CREATE FUNCTION ctx.ask_factor_reset(new_id uuid, target uuid) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer(); due timestamptz := now() + interval '24 hours';
BEGIN
    PERFORM FROM public.access_membership WHERE id = target FOR UPDATE;  -- one request at a time
    UPDATE public.access_factorreset SET cancelled_at = now()  -- lapsed: whoever asked may no longer
        WHERE membership_id = target AND organization_id = own AND done_at IS NULL AND cancelled_at IS NULL
        AND NOT EXISTS (SELECT FROM ctx.live l WHERE l.id = asked_by_id AND 'admin' = ANY (l.roles));
    IF NOT EXISTS (SELECT FROM ctx.live WHERE id = target AND organization_id = own) OR target = ctx.membership_id()
        OR EXISTS (SELECT FROM public.access_factorreset
                   WHERE membership_id = target AND done_at IS NULL AND cancelled_at IS NULL) THEN
        RAISE check_violation USING MESSAGE = 'not possible for this member';
    END IF;
    INSERT INTO public.access_factorreset (id, organization_id, membership_id, asked_by_id, asked_at, due_at)
        VALUES (new_id, own, target, ctx.membership_id(), now(), due);
    RETURN due;
END $$;

CREATE FUNCTION ctx.finish_factor_reset(target uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE person uuid;
BEGIN
    UPDATE public.access_factorreset r SET done_at = now() FROM public.access_membership m
        WHERE r.id = target AND m.id = r.membership_id AND r.done_at IS NULL AND r.cancelled_at IS NULL
        RETURNING m.user_id INTO person;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not open'; END IF;
    UPDATE public.access_factorreset r SET cancelled_at = now() FROM public.access_membership m
        WHERE m.id = r.membership_id AND m.user_id = person AND r.done_at IS NULL AND r.cancelled_at IS NULL;
    DELETE FROM public.mfa_authenticator WHERE user_id = person;
    DELETE FROM public.access_session WHERE user_id = person;
END $$;

-- Whether it was done at once. Somebody who joined less than a day before the request confirms, but hastens nothing:
-- else one administrator could invite a second one for the purpose.
CREATE FUNCTION ctx.confirm_factor_reset(target uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.must_administer(); waits boolean;
BEGIN
    UPDATE public.access_factorreset r SET confirmed_by_id = ctx.membership_id()
        FROM public.access_membership m
        WHERE r.id = target AND r.organization_id = own AND m.id = r.membership_id AND r.done_at IS NULL
        AND r.cancelled_at IS NULL AND r.asked_by_id <> ctx.membership_id() AND r.membership_id <> ctx.membership_id()
        AND EXISTS (SELECT FROM ctx.live l WHERE l.id = r.membership_id)
        RETURNING EXISTS (SELECT FROM ctx.live l WHERE l.user_id = m.user_id AND l.organization_id <> own)
            OR NOT EXISTS (SELECT FROM public.access_membership second WHERE second.id = ctx.membership_id()
                AND second.starts_at < r.asked_at - interval '24 hours')
        INTO waits;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'needs a second administrator'; END IF;
    IF NOT waits THEN PERFORM ctx.finish_factor_reset(target); END IF;
    RETURN NOT waits;
END $$;

-- An administrator, or the person, who has found the factor again.
CREATE FUNCTION ctx.cancel_factor_reset(target uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.access_factorreset r SET cancelled_at = now() FROM public.access_membership m
        WHERE r.id = target AND m.id = r.membership_id AND r.done_at IS NULL AND r.cancelled_at IS NULL
        AND (r.organization_id = ctx.organization_as('admin') OR m.user_id = ctx.user_id());
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'not open'; END IF;
END $$;

-- Does what is due, as long as the person is a member and somebody who asked or confirmed still administers; which.
CREATE FUNCTION ctx.do_factor_resets() RETURNS TABLE (id uuid, organization_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE one record;
BEGIN
    PERFORM ctx.must_be_on('housekeeping');
    FOR one IN SELECT r.id, r.organization_id FROM public.access_factorreset r
        WHERE r.done_at IS NULL AND r.cancelled_at IS NULL AND r.due_at <= now()
        AND EXISTS (SELECT FROM ctx.live l WHERE l.id = r.membership_id)
        AND EXISTS (SELECT FROM ctx.live l
                    WHERE l.id IN (r.asked_by_id, r.confirmed_by_id) AND 'admin' = ANY (l.roles))
        FOR UPDATE OF r
    LOOP
        -- What was done for one organization has settled the requests of the person's others.
        CONTINUE WHEN NOT EXISTS (SELECT FROM public.access_factorreset r
            WHERE r.id = one.id AND r.done_at IS NULL AND r.cancelled_at IS NULL);
        PERFORM ctx.finish_factor_reset(one.id);
        id := one.id; organization_id := one.organization_id;
        RETURN NEXT;
    END LOOP;
END $$;

-- The operator's commands. None reads content.
CREATE FUNCTION ctx.found_organization(
    new_id uuid, new_name text, new_short_name text, new_kind text, zone text, invitation uuid, address text, hash text
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE made integer;
BEGIN
    PERFORM ctx.must_be_on('operator');
    INSERT INTO public.auth_group (name) VALUES (new_id::text) RETURNING id INTO made;
    INSERT INTO public.access_organization (id, name, short_name, kind, time_zone, phone, hours, languages, facilities,
            visibility, retention_years, offers_waiting, group_id, created_at)
        VALUES (new_id, new_name, new_short_name, new_kind, zone, '', '{}', '{}', '{}', 'organization', NULL, 0, made,
            now());
    INSERT INTO public.access_invitation (id, organization_id, email, roles, token_hash, created_at, expires_at)
        VALUES (invitation, new_id, lower(address), '{admin}', hash, now(), now() + interval '72 hours');
END $$;

-- Another invitation for the first administrator: only while nobody was ever a member, so that it opens nothing to see.
CREATE FUNCTION ctx.invite_first(organization uuid, invitation uuid, address text, hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ctx.must_be_on('operator');
    UPDATE public.access_invitation SET withdrawn_at = now()
        WHERE organization_id = organization AND accepted_at IS NULL AND withdrawn_at IS NULL;
    IF NOT EXISTS (SELECT FROM public.access_organization WHERE id = organization AND closed_at IS NULL)
        OR EXISTS (SELECT FROM public.access_membership WHERE organization_id = organization) THEN
        RAISE check_violation USING MESSAGE = 'closed, or has had members';
    END IF;
    INSERT INTO public.access_invitation (id, organization_id, email, roles, token_hash, created_at, expires_at)
        VALUES (invitation, organization, lower(address), '{admin}', hash, now(), now() + interval '72 hours');
END $$;

CREATE FUNCTION ctx.end_all_sessions(organization uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE ended integer;
BEGIN
    PERFORM ctx.must_be_on('operator');
    DELETE FROM public.access_session s USING public.access_membership m
        WHERE s.user_id = m.user_id AND m.organization_id = organization;
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END $$;

-- From here on nobody acts in it, and what it shared is closed to others. Its rows stay.
CREATE FUNCTION ctx.close_organization(organization uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ctx.must_be_on('operator');
    UPDATE public.access_organization SET closed_at = now() WHERE id = organization AND closed_at IS NULL;
    IF NOT FOUND THEN RAISE check_violation USING MESSAGE = 'closed already'; END IF;
    UPDATE public.access_invitation SET withdrawn_at = now()
        WHERE organization_id = organization AND accepted_at IS NULL AND withdrawn_at IS NULL;
    RETURN ctx.end_all_sessions(organization);
END $$;

-- What the application may call. Everything else is for these functions among themselves.
GRANT EXECUTE ON FUNCTION
    ctx.change_membership(uuid, text[], text, text, text, text, uuid, timestamptz, timestamptz),
    ctx.suspend(uuid),
    ctx.restore(uuid),
    ctx.end_sessions(uuid),
    ctx.invite(uuid, text, text[], timestamptz, text),
    ctx.withdraw_invitation(uuid),
    ctx.invitation(text),
    ctx.accept_invitation(text, uuid),
    ctx.ask_factor_reset(uuid, uuid),
    ctx.confirm_factor_reset(uuid),
    ctx.cancel_factor_reset(uuid),
    ctx.do_factor_resets(),
    ctx.found_organization(uuid, text, text, text, text, uuid, text, text),
    ctx.invite_first(uuid, uuid, text, text),
    ctx.end_all_sessions(uuid),
    ctx.close_organization(uuid)
    TO casework_app;

SET LOCAL ROLE casework_owner;
