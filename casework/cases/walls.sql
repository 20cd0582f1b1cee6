-- Who sees which case. Each `..._of` function answers for one membership, so that "who can see this case, and why" asks
-- the very functions that the policies ask.

GRANT SELECT ON cases_case, cases_assignment, cases_caseuserobjectpermission, cases_casegroupobjectpermission,
    auth_permission, django_content_type, people_person, vault_organizationkey TO casework_definer;
GRANT UPDATE, DELETE ON cases_caseuserobjectpermission, cases_casegroupobjectpermission TO casework_definer;
GRANT SELECT, INSERT, UPDATE ON cases_referencecounter TO casework_definer;
GRANT UPDATE (ends_at) ON cases_assignment TO casework_definer;
GRANT UPDATE (facility_key, place, place_kind, place_since, place_as_of, custody, next_hearing_at, next_hearing_zone,
    next_deadline_on) ON cases_case TO casework_definer;
CREATE POLICY definer_read ON cases_case FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_glance ON cases_case FOR UPDATE TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON cases_assignment TO casework_definer USING (true) WITH CHECK (true);
CREATE POLICY definer_all ON cases_caseuserobjectpermission TO casework_definer USING (true);
CREATE POLICY definer_all ON cases_casegroupobjectpermission TO casework_definer USING (true);
CREATE POLICY definer_read ON django_content_type FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON auth_permission FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON people_person FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_read ON vault_organizationkey FOR SELECT TO casework_definer USING (true);
CREATE POLICY definer_all ON cases_referencecounter TO casework_definer USING (true) WITH CHECK (true);

SET LOCAL ROLE casework_definer;

-- Organizations all of whose cases the member reads.
CREATE FUNCTION ctx.wide_of(member uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(organization_id) FROM ctx.live WHERE id = member AND reads AND visibility = 'organization'
$$;

-- Cases the member is assigned to now. Administrators read content only with a second role.
CREATE FUNCTION ctx.mine_of(member uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(a.case_id) FROM ctx.live l
    JOIN public.cases_assignment a ON a.membership_id = l.id AND a.organization_id = l.organization_id
    WHERE l.id = member AND NOT l.roles <@ '{admin}' AND a.starts_at <= statement_timestamp()
        AND (a.ends_at IS NULL OR a.ends_at > statement_timestamp())
$$;

-- Cases shared with the member, with a permission; `counsel` asks for those with the counsel tier ticked.
CREATE FUNCTION ctx.granted_of(member uuid, permission text, counsel boolean) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(g.content_object_id) FROM ctx.live l CROSS JOIN LATERAL (
        SELECT u.content_object_id, u.organization_id, u.permission_id, u.expires_at, u.counsel_tier
            FROM public.cases_caseuserobjectpermission u
            WHERE u.user_id = l.user_id AND u.to_organization_id = l.organization_id
        UNION ALL SELECT t.content_object_id, t.organization_id, t.permission_id, t.expires_at, t.counsel_tier
            FROM public.cases_casegroupobjectpermission t
            WHERE t.group_id = l.group_id AND t.to_organization_id = l.organization_id
    ) g
    WHERE l.id = member AND l.reads AND g.expires_at > statement_timestamp() AND (g.counsel_tier OR NOT counsel)
        AND g.permission_id = ANY (ARRAY(SELECT id FROM public.auth_permission WHERE codename = permission))
        AND g.organization_id <> ALL (ARRAY(SELECT id FROM public.access_organization WHERE closed_at IS NOT NULL))
$$;

-- The member who speaks.
CREATE FUNCTION ctx.wide() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.wide_of(ctx.membership_id()) $$;
CREATE FUNCTION ctx.mine() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.mine_of(ctx.membership_id()) $$;
CREATE FUNCTION ctx.granted() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.granted_of(ctx.membership_id(), 'view_case', false) $$;
CREATE FUNCTION ctx.counsel() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.granted_of(ctx.membership_id(), 'view_case', true) $$;
CREATE FUNCTION ctx.changeable() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.granted_of(ctx.membership_id(), 'change_case', false) $$;
CREATE FUNCTION ctx.counsel_changeable() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT ctx.granted_of(ctx.membership_id(), 'change_case', true) $$;

-- Organizations that share a case with the member who speaks.
CREATE FUNCTION ctx.sharers() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT organization_id) FROM public.cases_case
    WHERE id = ANY ((SELECT ctx.granted())::uuid[])
$$;

-- Restricted cases of the organizations in `wide`, but for one's own; also those that were purged, since lines of the
-- audit about them stay, and are no more to be read than before.
CREATE FUNCTION ctx.closed() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(id) FROM (
        SELECT id FROM public.cases_case
        WHERE organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND restricted
            AND id NOT IN (SELECT unnest((SELECT ctx.mine())::uuid[]))
        UNION ALL SELECT case_id FROM public.audit_entry
        WHERE organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND verb = 'case.purged' AND 'restricted' = ANY (fields)
    ) shut
$$;

-- How far one sees into a case one is assigned to.
CREATE FUNCTION ctx.own_tier() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN reads THEN 3 ELSE 1 END FROM ctx.member()
$$;

CREATE FUNCTION ctx.reads() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
    AS $$ SELECT reads FROM ctx.member() $$;

-- People with a closed case, where one reads the whole organization, and whether they have another one that is open
-- (a question for few rows: asked of the whole set, it took ten times as long); and people of one's single cases.
CREATE FUNCTION ctx.closed_people() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(person_id) FROM public.cases_case
    WHERE organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND restricted
        AND id NOT IN (SELECT unnest((SELECT ctx.mine())::uuid[]))
$$;
CREATE FUNCTION ctx.has_open_case(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.cases_case WHERE person_id = one AND NOT restricted
        AND organization_id = ANY ((SELECT ctx.wide())::uuid[]))
$$;
CREATE FUNCTION ctx.people() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT person_id) FROM public.cases_case
    WHERE id = ANY ((SELECT coalesce(ctx.mine(), '{}') || coalesce(ctx.granted(), '{}'))::uuid[])
$$;
CREATE FUNCTION ctx.people_to_change() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT person_id) FROM public.cases_case
    WHERE id = ANY ((SELECT ctx.mine())::uuid[])
$$;
-- People of the cases that were shared with one, and of those of them with the counsel tier ticked.
CREATE FUNCTION ctx.granted_people() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT person_id) FROM public.cases_case
    WHERE id = ANY ((SELECT ctx.granted())::uuid[])
$$;
CREATE FUNCTION ctx.counsel_people() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT person_id) FROM public.cases_case
    WHERE id = ANY ((SELECT ctx.counsel())::uuid[])
$$;
-- How far one sees into the file of a person of one's own organization. A question for few rows.
CREATE FUNCTION ctx.person_tier(one uuid) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN one = ANY (ctx.people_to_change()) THEN ctx.own_tier()
        WHEN ctx.has_open_case(one) THEN 2 ELSE 0 END
$$;

-- Files of one human being. A merge moves no row: it names the survivor, in the survivor, too.
CREATE FUNCTION ctx.files_of(one uuid) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(nullif(array_agg(p.id), '{}'), ARRAY[one]) FROM public.people_person p
    WHERE p.merged_into_id = (SELECT merged_into_id FROM public.people_person WHERE id = one)
$$;
CREATE FUNCTION ctx.has_merged(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.people_person
        WHERE merged_into_id = one AND id <> one AND organization_id = ctx.organization_id())
$$;
-- Whether one is counsel of the person's organization and sees every case of that file; for a merge, none restricted.
CREATE FUNCTION ctx.sees_whole(one uuid, to_merge boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(ctx.reads(), false)
        AND EXISTS (SELECT FROM public.people_person WHERE id = one AND organization_id = ctx.organization_id())
        AND NOT EXISTS (SELECT FROM public.cases_case c WHERE c.person_id = one AND (c.restricted AND to_merge
            OR NOT coalesce(c.id = ANY (ctx.mine()), false)
            AND NOT coalesce(c.organization_id = ANY (ctx.wide()) AND NOT c.restricted, false)))
$$;
-- No chains: a file is merged into one that stands for itself, and stands for itself as long as others are merged into
-- it. Merging and undoing it take somebody who sees both files whole.
CREATE FUNCTION ctx.merges() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE other uuid := coalesce(NEW.merged_into_id, OLD.merged_into_id); merging boolean := NEW.merged_into_id IS NOT NULL;
BEGIN
    IF (merging AND OLD.merged_into_id IS NOT NULL) OR (NOT merging AND ctx.has_merged(NEW.id))
        OR (NEW.merged_into_id <> NEW.id AND NOT EXISTS (
            SELECT FROM public.people_person p WHERE p.id = NEW.merged_into_id AND p.merged_into_id = p.id))
        OR NOT ctx.sees_whole(NEW.id, merging) OR NOT ctx.sees_whole(other, merging)
    THEN RAISE insufficient_privilege USING MESSAGE = 'not a merge of theirs'; END IF;
    RETURN NEW;
END $$;

-- Whether one has just opened the case and nobody was ever on it: then one may put oneself there.
CREATE FUNCTION ctx.is_new(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.cases_case WHERE id = one AND opened_by_id = ctx.membership_id())
        AND NOT EXISTS (SELECT FROM public.cases_assignment WHERE case_id = one)
$$;
CREATE FUNCTION ctx.is_new_person(one uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.people_person WHERE id = one AND opened_by_id = ctx.membership_id())
        AND NOT EXISTS (SELECT FROM public.cases_case WHERE person_id = one)
$$;

-- Whether a file waits for its person, whose key is made first.
CREATE FUNCTION ctx.is_nobodys(file uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM public.people_person WHERE id = file)
$$;

-- An organization's first key is made by whoever needs it first, now; another one only by rotation. Whoever comes second
-- finds the first one's.
CREATE FUNCTION ctx.only_first() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.organization_id = ctx.organization_id() AND EXISTS (
        SELECT FROM public.vault_organizationkey k WHERE k.organization_id = NEW.organization_id)
    THEN RETURN NULL; END IF;
    NEW.made_at := now();
    RETURN NEW;
END $$;

-- The end of one's own right to share, or of the right to share the counsel tier: a share of a share lasts no longer.
CREATE FUNCTION ctx.share_until(one uuid, counsel boolean DEFAULT false) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN one = ANY (ctx.mine()) AND ctx.reads() THEN now() + interval '366 days'
        WHEN NOT counsel AND EXISTS (SELECT FROM public.cases_case c WHERE c.id = one
                     AND c.organization_id = ANY (ctx.wide()) AND NOT c.restricted) THEN now() + interval '366 days'
        WHEN one = ANY (ctx.granted_of(ctx.membership_id(), 'share_case', counsel)) THEN (
            SELECT max(g.expires_at) FROM ctx.member() m JOIN (
                SELECT permission_id, expires_at, counsel_tier, to_organization_id, user_id, NULL::integer AS group_id
                    FROM public.cases_caseuserobjectpermission WHERE content_object_id = one
                UNION ALL SELECT permission_id, expires_at, counsel_tier, to_organization_id, NULL, group_id
                    FROM public.cases_casegroupobjectpermission WHERE content_object_id = one
            ) g ON g.to_organization_id = m.organization_id AND (g.user_id = m.user_id OR g.group_id = m.group_id)
            JOIN public.auth_permission p ON p.id = g.permission_id AND p.codename = 'share_case'
            WHERE g.counsel_tier OR NOT counsel)
    END
$$;

-- How far each organization may share a case: its own without end, others as far as it came to them from there.
CREATE FUNCTION ctx.sharing_rights(one uuid)
RETURNS TABLE (organization uuid, until timestamptz, counsel_until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE given AS (
        SELECT m.organization_id AS giver, g.to_organization_id AS receiver, g.expires_at, g.counsel_tier FROM (
            SELECT permission_id, granted_by_id, to_organization_id, expires_at, counsel_tier
                FROM public.cases_caseuserobjectpermission WHERE content_object_id = one
            UNION ALL SELECT permission_id, granted_by_id, to_organization_id, expires_at, counsel_tier
                FROM public.cases_casegroupobjectpermission WHERE content_object_id = one
        ) g
        JOIN public.auth_permission p ON p.id = g.permission_id AND p.codename = 'share_case'
        JOIN public.access_membership m ON m.id = g.granted_by_id
        WHERE g.expires_at > statement_timestamp()
    ), rights (organization, until, counsel) AS (
        SELECT organization_id, 'infinity'::timestamptz, true FROM public.cases_case WHERE id = one
        UNION SELECT given.receiver, least(rights.until, given.expires_at), rights.counsel AND given.counsel_tier
            FROM rights JOIN given ON given.giver = rights.organization
    )
    SELECT r.organization, max(r.until), max(r.until) FILTER (WHERE r.counsel) FROM rights r GROUP BY r.organization
$$;

-- After a share changed: what was passed on reaches no further than the right of whoever passed it on, and loses the
-- counsel tier where it would outlast the right to that; then what hangs on it in turn. Expired rows go, since nobody
-- sees them and a new share would meet them. It only ever takes away, so anybody may call it.
CREATE FUNCTION ctx.settle_shares(one uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE here text; cut integer := 1; changed integer;
BEGIN
    WHILE cut > 0 LOOP
        cut := 0;
        FOREACH here IN ARRAY ARRAY['public.cases_caseuserobjectpermission', 'public.cases_casegroupobjectpermission']
        LOOP
            EXECUTE format('UPDATE %s g SET expires_at = least(g.expires_at, giver.until),
                    counsel_tier = g.counsel_tier AND giver.counsel_until >= least(g.expires_at, giver.until)
                FROM (SELECT m.id, m.organization_id, coalesce(r.until, statement_timestamp()) AS until,
                        coalesce(r.counsel_until, ''-infinity'') AS counsel_until
                    FROM public.access_membership m
                    LEFT JOIN ctx.sharing_rights($1) r ON r.organization = m.organization_id
                ) giver
                WHERE g.content_object_id = $1 AND giver.id = g.granted_by_id
                    AND giver.organization_id <> g.organization_id AND (g.expires_at > giver.until
                        OR g.counsel_tier AND giver.counsel_until < least(g.expires_at, giver.until))', here) USING one;
            GET DIAGNOSTICS changed = ROW_COUNT;
            cut := cut + changed;
        END LOOP;
    END LOOP;
    DELETE FROM public.cases_caseuserobjectpermission
        WHERE content_object_id = one AND expires_at <= statement_timestamp();
    DELETE FROM public.cases_casegroupobjectpermission
        WHERE content_object_id = one AND expires_at <= statement_timestamp();
END $$;

CREATE FUNCTION ctx.is_case_permission(one integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.auth_permission p JOIN public.django_content_type t ON t.id = p.content_type_id
        WHERE p.id = one AND t.app_label = 'cases' AND p.codename IN ('view_case', 'change_case', 'share_case'))
$$;

-- The last of the next numbers of the organization one acts in, of so many. Never given twice; numbers that were rolled
-- back are given again.
CREATE FUNCTION ctx.next_reference(of_year integer, many integer DEFAULT 1) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE own uuid := ctx.organization_id(); given integer;
BEGIN
    IF own IS NULL OR NOT ctx.reads() OR many NOT BETWEEN 1 AND 20000 THEN
        RAISE insufficient_privilege USING MESSAGE = 'only counsel';
    END IF;
    INSERT INTO public.cases_referencecounter AS c (organization_id, year, last) VALUES (own, of_year, many)
        ON CONFLICT (organization_id, year) DO UPDATE SET last = c.last + many RETURNING last INTO given;
    RETURN given;
END $$;

-- What lists show of a case at a glance, for whoever works on it: a volunteer who records where somebody is held changes
-- nothing else of a case that was accepted. Keys that are no such columns count for nothing.
CREATE FUNCTION ctx.glance(one uuid, columns jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.cases_case c SET (facility_key, place, place_kind, place_since, place_as_of, custody, next_hearing_at,
        next_hearing_zone, next_deadline_on) = (
            SELECT n.facility_key, n.place, n.place_kind, n.place_since, n.place_as_of, n.custody, n.next_hearing_at,
                n.next_hearing_zone, n.next_deadline_on
            FROM jsonb_populate_record(c, columns) n)
    WHERE c.id = one AND (c.id = ANY (ctx.mine()) OR c.organization_id = ANY (ctx.wide()) AND NOT c.restricted);
    IF NOT FOUND THEN RAISE insufficient_privilege USING MESSAGE = 'not a case of theirs'; END IF;
END $$;

-- When an organization closes, what it shared and what was shared with it ends, and what it had passed on.
CREATE FUNCTION ctx.end_shares(organization uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE touched uuid[]; one uuid;
BEGIN
    PERFORM ctx.must_be_on('operator');
    SELECT array_agg(DISTINCT content_object_id) INTO touched FROM (
        SELECT content_object_id FROM public.cases_caseuserobjectpermission
            WHERE organization IN (organization_id, to_organization_id)
        UNION SELECT content_object_id FROM public.cases_casegroupobjectpermission
            WHERE organization IN (organization_id, to_organization_id)) g;
    DELETE FROM public.cases_caseuserobjectpermission
        WHERE organization IN (organization_id, to_organization_id);
    DELETE FROM public.cases_casegroupobjectpermission
        WHERE organization IN (organization_id, to_organization_id);
    FOREACH one IN ARRAY coalesce(touched, '{}') LOOP PERFORM ctx.settle_shares(one); END LOOP;
END $$;

-- Somebody who joins again begins without the places they once had on cases.
CREATE FUNCTION ctx.end_places(member uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM ctx.must_be_on('door');
    UPDATE public.cases_assignment SET ends_at = greatest(starts_at, now())
        WHERE membership_id = member AND (ends_at IS NULL OR ends_at > now());
END $$;

-- Who can see a case, and why: every live member of its organization and of those it was shared with, through the
-- functions above. Only for somebody who may share the case.
CREATE FUNCTION ctx.viewers(one uuid) RETURNS TABLE (
    membership_id uuid, name text, organization_id uuid, organization_name text, roles text[], basis text, tier integer,
    may_change boolean, may_share boolean, user_id uuid
) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH it AS (
        SELECT c.id, c.organization_id, c.restricted FROM public.cases_case c
        WHERE c.id = one AND ctx.share_until(one) IS NOT NULL
    ), candidates AS (
        SELECT l.*, it.restricted, it.organization_id AS owner FROM it JOIN ctx.live l ON l.organization_id IN (
            SELECT it.organization_id
            UNION SELECT to_organization_id FROM public.cases_caseuserobjectpermission WHERE content_object_id = one
            UNION SELECT to_organization_id FROM public.cases_casegroupobjectpermission WHERE content_object_id = one)
    ), grounds AS (
        SELECT k.*, one = ANY (ctx.mine_of(k.id)) AS assigned,
            k.owner = ANY (ctx.wide_of(k.id)) AND NOT k.restricted AS whole,
            one = ANY (ctx.granted_of(k.id, 'view_case', false)) AS shared,
            one = ANY (ctx.granted_of(k.id, 'view_case', true)) AS counsel,
            one = ANY (ctx.granted_of(k.id, 'change_case', false)) AS changes,
            one = ANY (ctx.granted_of(k.id, 'share_case', false)) AS shares
        FROM candidates k
    )
    SELECT g.id, u.name, g.organization_id, o.name, g.roles,
        CASE WHEN g.assigned THEN 'assigned' WHEN g.whole THEN 'organization' ELSE 'share' END,
        CASE WHEN g.assigned AND g.reads OR g.counsel THEN 3 WHEN g.whole OR g.shared THEN 2 ELSE 1 END,
        coalesce(g.assigned OR g.whole OR g.changes, false),
        coalesce(g.reads AND (g.assigned OR g.whole) OR g.shares, false), g.user_id
    FROM grounds g JOIN public.access_user u ON u.id = g.user_id
    JOIN public.access_organization o ON o.id = g.organization_id
    WHERE g.assigned OR g.whole OR g.shared
    ORDER BY g.organization_id <> g.owner, o.name, u.name
$$;

-- Whether a line of the audit agrees with what it is about: the case or the person is of the organization in whose book
-- it stands, and whoever writes it meets, or met until just now, the case on the ground that it names.
CREATE FUNCTION ctx.line_agrees(organization uuid, one uuid, file uuid, ground text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN one IS NULL THEN EXISTS (
        SELECT FROM public.people_person p WHERE p.id = file AND p.organization_id = organization)
    ELSE EXISTS (SELECT FROM public.cases_case c WHERE c.id = one AND c.organization_id = organization
        AND (file IS NULL OR c.person_id = file)
        AND CASE
            WHEN ctx.membership_id() IS NULL THEN ctx.duty() IS NOT NULL
                OR (ctx.claim())[1] = 'family' AND (ctx.claim())[3] = one::text
            WHEN starts_with(ground, 'share:') THEN one = ANY (
                ctx.granted_of(ctx.membership_id(), substr(ground, 7) || '_case', false))
            WHEN c.organization_id IS DISTINCT FROM ctx.organization_id() THEN false
            WHEN ground = 'assigned' THEN EXISTS (SELECT FROM public.cases_assignment a
                WHERE a.case_id = one AND a.membership_id = ctx.membership_id())
            WHEN ground = 'organization' THEN c.opened_by_id = ctx.membership_id()
                OR c.organization_id = ANY (ctx.wide()) AND NOT c.restricted
            ELSE true END)
    END
$$;

-- What the application may call; the functions that answer for any membership are not among them.
GRANT EXECUTE ON FUNCTION
    ctx.wide(),
    ctx.mine(),
    ctx.granted(),
    ctx.counsel(),
    ctx.changeable(),
    ctx.counsel_changeable(),
    ctx.sharers(),
    ctx.closed(),
    ctx.own_tier(),
    ctx.reads(),
    ctx.closed_people(),
    ctx.has_open_case(uuid),
    ctx.people(),
    ctx.people_to_change(),
    ctx.granted_people(),
    ctx.counsel_people(),
    ctx.person_tier(uuid),
    ctx.has_merged(uuid),
    ctx.sees_whole(uuid, boolean),
    ctx.is_new(uuid),
    ctx.is_new_person(uuid),
    ctx.is_nobodys(uuid),
    ctx.share_until(uuid, boolean),
    ctx.settle_shares(uuid),
    ctx.is_case_permission(integer),
    ctx.next_reference(integer, integer),
    ctx.glance(uuid, jsonb),
    ctx.end_shares(uuid),
    ctx.end_places(uuid),
    ctx.viewers(uuid),
    ctx.line_agrees(uuid, uuid, uuid, text)
    TO casework_app;

GRANT EXECUTE ON FUNCTION ctx.only_first(), ctx.merges() TO casework_owner;

SET LOCAL ROLE casework_owner;

CREATE POLICY app_read ON cases_case FOR SELECT TO casework_app USING (
    (organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND NOT restricted)
    OR id IN (SELECT unnest((SELECT ctx.mine())::uuid[])) OR id IN (SELECT unnest((SELECT ctx.granted())::uuid[])));
-- A case opens its person, so it is opened for a new person, or for one whom counsel sees already.
CREATE POLICY app_add ON cases_case FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND opened_by_id = (SELECT ctx.membership_id()) AND NOT restricted
    AND CASE WHEN (SELECT ctx.reads())
        THEN ctx.is_new_person(person_id) OR EXISTS (SELECT FROM people_person p WHERE p.id = person_id)
        ELSE (SELECT ctx.organization_as('volunteer')) IS NOT NULL AND ctx.is_new_person(person_id)
            AND reference = '' AND stage IN ('enquiry', 'screening') END);
-- Whoever a case was shared with changes nothing of the case or the person itself: a share to change is for notes.
CREATE POLICY app_change ON cases_case FOR UPDATE TO casework_app USING (
    (organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND NOT restricted)
    OR (id = ANY ((SELECT ctx.mine())::uuid[]) AND ((SELECT ctx.reads())
        OR (NOT restricted AND reference = '' AND stage IN ('enquiry', 'screening'))))
) WITH CHECK (
    (organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND NOT restricted)
    OR (id = ANY ((SELECT ctx.mine())::uuid[]) AND ((SELECT ctx.reads())
        OR (NOT restricted AND reference = '' AND stage IN ('enquiry', 'screening')))));

CREATE POLICY app_read ON people_person FOR SELECT TO casework_app USING (
    (organization_id = ANY ((SELECT ctx.wide())::uuid[])
        AND (id NOT IN (SELECT unnest((SELECT ctx.closed_people())::uuid[])) OR ctx.has_open_case(id)))
    OR id = ANY ((SELECT ctx.people())::uuid[]));
CREATE TRIGGER merges BEFORE UPDATE ON people_person FOR EACH ROW
    WHEN (NEW.merged_into_id IS DISTINCT FROM OLD.merged_into_id AND current_user <> 'casework_owner')
    EXECUTE FUNCTION ctx.merges();
CREATE POLICY app_add ON people_person FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND opened_by_id = (SELECT ctx.membership_id())
    AND merged_into_id IS NULL
    AND ((SELECT ctx.reads()) OR (SELECT ctx.organization_as('volunteer')) IS NOT NULL));
CREATE POLICY app_change ON people_person FOR UPDATE TO casework_app USING (
    (organization_id = ANY ((SELECT ctx.wide())::uuid[])
        AND (id NOT IN (SELECT unnest((SELECT ctx.closed_people())::uuid[])) OR ctx.has_open_case(id)))
    OR id = ANY ((SELECT ctx.people_to_change())::uuid[])
) WITH CHECK (true);

-- Attorneys and paralegals put people on the cases they see (of others not even a conflict of leads tells them); whoever
-- opens a case stands on it from the beginning.
CREATE POLICY app_add ON cases_assignment FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND (
        ((SELECT ctx.reads()) AND (
            (organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND EXISTS (SELECT FROM cases_case c WHERE c.id = case_id))
            OR case_id = ANY ((SELECT ctx.mine())::uuid[])))
        OR (membership_id = (SELECT ctx.membership_id()) AND ctx.is_new(case_id))));
CREATE POLICY app_change ON cases_assignment FOR UPDATE TO casework_app USING (
    (SELECT ctx.reads()) AND (
        (organization_id = ANY ((SELECT ctx.wide())::uuid[])
            AND case_id NOT IN (SELECT unnest((SELECT ctx.closed())::uuid[])))
        OR case_id = ANY ((SELECT ctx.mine())::uuid[])));

-- Grants. The giver is oneself, the receiver stands elsewhere, the end is at most a year away and no later than the end
-- of one's own right (for the counsel tier, of one's own right to that). Whoever receives one sees it while it lasts; so does whoever may share the case.
CREATE POLICY app_read ON cases_caseuserobjectpermission FOR SELECT TO casework_app USING (
    expires_at > statement_timestamp() AND (
        (user_id = (SELECT ctx.user_id()) AND to_organization_id = (SELECT ctx.organization_id()))
        OR ((SELECT ctx.reads()) AND ctx.share_until(content_object_id) IS NOT NULL)));
CREATE POLICY app_add ON cases_caseuserobjectpermission FOR INSERT TO casework_app WITH CHECK (
    granted_by_id = (SELECT ctx.membership_id()) AND expires_at > now()
    AND expires_at <= ctx.share_until(content_object_id, counsel_tier)
    AND to_organization_id <> organization_id AND to_organization_id <> (SELECT ctx.organization_id())
    AND ctx.is_case_permission(permission_id) AND ctx.is_receiver(to_organization_id, user_id));
CREATE POLICY app_remove ON cases_caseuserobjectpermission FOR DELETE TO casework_app USING (
    granted_by_id = (SELECT ctx.membership_id())
    OR (organization_id = (SELECT ctx.organization_id()) AND ctx.share_until(content_object_id) IS NOT NULL));
CREATE POLICY app_read ON cases_casegroupobjectpermission FOR SELECT TO casework_app USING (
    expires_at > statement_timestamp() AND (
        to_organization_id = (SELECT ctx.organization_id()) AND (SELECT ctx.reads())
        OR ((SELECT ctx.reads()) AND ctx.share_until(content_object_id) IS NOT NULL)));
CREATE POLICY app_add ON cases_casegroupobjectpermission FOR INSERT TO casework_app WITH CHECK (
    granted_by_id = (SELECT ctx.membership_id()) AND expires_at > now()
    AND expires_at <= ctx.share_until(content_object_id, counsel_tier)
    AND to_organization_id <> organization_id AND to_organization_id <> (SELECT ctx.organization_id())
    AND ctx.is_case_permission(permission_id) AND group_id = ctx.group_of(to_organization_id));
CREATE POLICY app_remove ON cases_casegroupobjectpermission FOR DELETE TO casework_app USING (
    granted_by_id = (SELECT ctx.membership_id())
    OR (organization_id = (SELECT ctx.organization_id()) AND ctx.share_until(content_object_id) IS NOT NULL));

-- Keys: of one's own organization and of those that share something; a file's key is made with the file.
CREATE POLICY app_read ON vault_organizationkey FOR SELECT TO casework_app USING (
    organization_id = (SELECT ctx.organization_id()) OR organization_id = ANY ((SELECT ctx.sharers())::uuid[]));
CREATE POLICY app_add ON vault_organizationkey FOR INSERT TO casework_app
    WITH CHECK (organization_id = (SELECT ctx.organization_id()) AND retired_at IS NULL);
CREATE TRIGGER only_first BEFORE INSERT ON vault_organizationkey FOR EACH ROW
    WHEN (current_user <> 'casework_owner') EXECUTE FUNCTION ctx.only_first();
CREATE POLICY app_add ON vault_filekey FOR INSERT TO casework_app WITH CHECK (
    organization_id = (SELECT ctx.organization_id()) AND retired_at IS NULL
    AND EXISTS (SELECT FROM vault_organizationkey k WHERE k.id = organization_key_id
        AND k.organization_id = vault_filekey.organization_id AND k.retired_at IS NULL)
    AND ((SELECT ctx.reads()) OR (SELECT ctx.organization_as('volunteer')) IS NOT NULL)
    AND (ctx.is_nobodys(file_id) OR EXISTS (
        SELECT FROM people_person p WHERE p.id = file_id AND p.organization_id = vault_filekey.organization_id)));

-- Whoever writes a note signs it; nobody else says what kind of note it is. (Its text is sealed anew when it is pinned.)
CREATE POLICY app_sign ON cases_note AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (author_id = (SELECT ctx.membership_id()));
CREATE TRIGGER signed BEFORE UPDATE ON cases_note FOR EACH ROW WHEN (NEW.author_name IS DISTINCT FROM OLD.author_name
    OR NEW.written_at IS DISTINCT FROM OLD.written_at OR current_user <> 'casework_owner'
    AND (NEW.kind, NEW.tier) IS DISTINCT FROM (OLD.kind, OLD.tier)
    AND OLD.author_id IS DISTINCT FROM ctx.membership_id())
    EXECUTE FUNCTION ctx.stays();

-- Tasks, appearances and closings are the organization's own: others read them as far as the case was shared. Whoever
-- ends a task signs that.
CREATE POLICY app_sign ON cases_task AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND organization_id = (SELECT ctx.organization_id()) AND done_at IS NULL);
CREATE POLICY app_home ON cases_task AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (organization_id = (SELECT ctx.organization_id()))
    WITH CHECK (done_at IS NULL OR done_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign ON cases_appearance AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads())
    AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_home ON cases_appearance AS RESTRICTIVE FOR UPDATE TO casework_app USING (
    (SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_sign ON cases_closing AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    made_by_id = (SELECT ctx.membership_id()) AND (SELECT ctx.reads())
    AND organization_id = (SELECT ctx.organization_id()));
CREATE POLICY app_home ON cases_closing AS RESTRICTIVE FOR UPDATE TO casework_app USING (
    (SELECT ctx.reads()) AND organization_id = (SELECT ctx.organization_id()));

-- What was done and seen in a case: for those of its organization who see the case, as far as they see into it; what
-- concerns the person alone, for whoever sees the person there.
CREATE POLICY app_team ON audit_entry FOR SELECT TO casework_app USING (CASE WHEN case_id IS NOT NULL THEN
    (case_id IN (SELECT unnest((SELECT ctx.mine())::uuid[])) AND tier <= (SELECT ctx.own_tier()))
    OR (organization_id = ANY ((SELECT ctx.wide())::uuid[]) AND tier <= 2
        AND case_id NOT IN (SELECT unnest((SELECT ctx.closed())::uuid[])))
WHEN file_id IS NOT NULL THEN organization_id = (SELECT ctx.organization_id()) AND EXISTS (
    SELECT FROM people_person p WHERE p.id = file_id) AND (tier <= 1 OR tier <= ctx.person_tier(file_id))
ELSE false END);

-- Consents are signed by whoever writes them down, never changed, and revoked once. A provisional one is an attorney's.
-- Whoever is told something is a contact of the very person.
CREATE POLICY app_sign ON people_consent AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    recorded_by_id = (SELECT ctx.membership_id()) AND revoked_at IS NULL
    AND (NOT provisional OR (SELECT ctx.organization_as('attorney')) IS NOT NULL)
    AND (contact_id IS NULL OR EXISTS (
        SELECT FROM people_contact c WHERE c.id = contact_id AND c.person_id = people_consent.person_id)));
CREATE POLICY app_revoke ON people_consent AS RESTRICTIVE FOR UPDATE TO casework_app
    USING (revoked_at IS NULL)
    WITH CHECK (revoked_at IS NOT NULL AND revoked_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign ON people_contact AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (added_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign ON people_adverseparty AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (added_by_id = (SELECT ctx.membership_id()));
CREATE POLICY app_sign ON people_vulnerability AS RESTRICTIVE FOR INSERT TO casework_app
    WITH CHECK (set_by_id = (SELECT ctx.membership_id()));

-- The book of an organization: for whoever is or was a member there, for those with whom it shares, for errands, and for a
-- family at its window, whose case `line_agrees` compares.
CREATE POLICY app_concern ON audit_entry AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    organization_id IS NULL OR organization_id = (SELECT ctx.organization_id()) OR (SELECT ctx.duty()) IS NOT NULL
    OR (SELECT (ctx.claim())[1]) = 'family' AND case_id IS NOT NULL
    OR organization_id IN (SELECT m.organization_id FROM access_membership m WHERE m.user_id = (SELECT ctx.user_id()))
    OR organization_id = ANY ((SELECT ctx.sharers())::uuid[]));
CREATE POLICY app_agrees ON audit_entry AS RESTRICTIVE FOR INSERT TO casework_app WITH CHECK (
    (case_id IS NULL AND file_id IS NULL) OR ctx.line_agrees(organization_id, case_id, file_id, basis));
