-- creator-connect in Supabase, version 2: grants are refreshed, ended and sealed anew.
--
-- For an operator: this file goes after 20261122120000_initial.sql, which says how to run both. It may be run
-- again at any time and keeps every row. A program of version 1 goes on working with it.
--
-- A refresh token is good for one use. So a grant is claimed before TikTok is asked, and what comes of it is
-- written only while the claim is the last word:
--   fence       counts the claims of a grant: only the last one may judge it;
--   generation  counts its token pairs: new tokens are taken as long as nobody has written newer ones, even
--               from a claim whose lease is long over, for they are the only ones that TikTok still knows.
-- Leases and due dates go by this database's clock, so that replicas whose clocks disagree still agree.
--
-- Locks are taken in one order, so that nobody waits in a circle: creators, tiktok_tokens, revocations.

BEGIN;

DO $$
BEGIN
    IF to_regclass('public.tiktok_tokens') IS NULL THEN
        RAISE EXCEPTION 'run 20261122120000_initial.sql first';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('creator-connect: schema', 0));
END
$$;

-- Tables ------------------------------------------------------------------------------------------------

ALTER TABLE public.tiktok_tokens
    ADD COLUMN IF NOT EXISTS fence                 bigint      NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS generation            bigint      NOT NULL DEFAULT 0,
    ADD COLUMN IF NOT EXISTS lease_until           timestamptz,
    ADD COLUMN IF NOT EXISTS claim_open            boolean     NOT NULL DEFAULT false
        CONSTRAINT tiktok_tokens_claim_has_lease CHECK (lease_until IS NOT NULL OR NOT claim_open),
    ADD COLUMN IF NOT EXISTS unsure                boolean     NOT NULL DEFAULT false,
    ADD COLUMN IF NOT EXISTS refresh_due_at        timestamptz,
    ADD COLUMN IF NOT EXISTS failing_since         timestamptz,
    ADD COLUMN IF NOT EXISTS needs_reconnect_since timestamptz,
    ADD COLUMN IF NOT EXISTS refresh_failure               text        CONSTRAINT tiktok_tokens_refresh_failure CHECK (refresh_failure IN (
        'refused', 'answer_lost', 'consent_ended', 'unreachable', 'no_answer', 'unavailable', 'rate_limited',
        'app_refused', 'request_refused', 'unexpected', 'unreadable'
    )),
    ADD COLUMN IF NOT EXISTS failures              integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    ADD COLUMN IF NOT EXISTS failure_log_id        text        CHECK (length(failure_log_id) BETWEEN 1 AND 64);

-- A claim changes nothing that an index has: with room on its page it touches none of them.
ALTER TABLE public.tiktok_tokens SET (fillfactor = 80);

-- The table is written once for both: with a million rows an UPDATE would take minutes. The names of keys have
-- columns of their own, for PostgreSQL reads no expression from an index alone.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'public.tiktok_tokens'::regclass AND attname = 'access_key_id'
    ) THEN
        ALTER TABLE public.tiktok_tokens
            ALTER COLUMN refresh_due_at TYPE timestamptz USING CASE
                WHEN is_active AND refresh_token IS NOT NULL
                    THEN date_trunc('second', access_expires_at - (access_expires_at - refreshed_at) / 3)
            END,
            ADD COLUMN access_key_id  text GENERATED ALWAYS AS (split_part(access_token, '.', 2)) STORED,
            ADD COLUMN refresh_key_id text GENERATED ALWAYS AS (split_part(refresh_token, '.', 2)) STORED;
    END IF;
END
$$;

-- A grant of version 1 is refreshed when a third of its token's life is left. One that was claimed before has
-- the due date that its last claim gave it.
UPDATE public.tiktok_tokens
SET refresh_due_at = date_trunc('second', access_expires_at - (access_expires_at - refreshed_at) / 3)
WHERE is_active AND refresh_token IS NOT NULL AND refresh_due_at IS NULL AND fence = 0;

COMMENT ON COLUMN public.tiktok_tokens.fence IS 'Counts the claims; the last one may say how the grant stands.';
COMMENT ON COLUMN public.tiktok_tokens.generation IS 'Counts the token pairs; new tokens are taken from whoever asked with the stored ones.';
COMMENT ON COLUMN public.tiktok_tokens.lease_until IS 'Until when the last claim keeps others off; NULL once it was settled.';
COMMENT ON COLUMN public.tiktok_tokens.claim_open IS 'Whether the last claim was never settled.';
COMMENT ON COLUMN public.tiktok_tokens.unsure IS 'Whether TikTok may have answered a question about this refresh token without our knowing.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_due_at IS 'When it is refreshed next; NULL: never.';
COMMENT ON COLUMN public.tiktok_tokens.failing_since IS 'Since when refreshing fails without a success between.';
COMMENT ON COLUMN public.tiktok_tokens.needs_reconnect_since IS 'Since when only the creator can help.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_failure IS 'Why it fails, or why the creator must help.';
COMMENT ON COLUMN public.tiktok_tokens.failures IS 'Failures since the last success.';
COMMENT ON COLUMN public.tiktok_tokens.failure_log_id IS 'TikTok''s log id of the last failure; their support asks for it.';
COMMENT ON COLUMN public.tiktok_tokens.access_key_id IS 'The key that seals the access token, read from its text.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_key_id IS 'The key that seals the refresh token, read from its text.';

-- What can be claimed, most urgent first.
CREATE INDEX IF NOT EXISTS tiktok_tokens_due ON public.tiktok_tokens (refresh_due_at)
WHERE is_active AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL AND refresh_due_at IS NOT NULL;

-- How grants stand, for cc_connections: each is in one of these three.
CREATE INDEX IF NOT EXISTS tiktok_tokens_dead ON public.tiktok_tokens (needs_reconnect_since)
WHERE is_active AND needs_reconnect_since IS NOT NULL;

CREATE INDEX IF NOT EXISTS tiktok_tokens_failing ON public.tiktok_tokens (refresh_expires_at)
WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NOT NULL;

CREATE INDEX IF NOT EXISTS tiktok_tokens_working ON public.tiktok_tokens (refresh_expires_at)
WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NULL;

CREATE INDEX IF NOT EXISTS tiktok_tokens_keys ON public.tiktok_tokens (access_key_id, refresh_key_id) WHERE is_active;

ALTER TABLE public.creators
    ADD COLUMN IF NOT EXISTS ended_at         timestamptz,
    ADD COLUMN IF NOT EXISTS end_cause        text CONSTRAINT creators_end_cause CHECK (end_cause IN (
        'here', 'unknown', 'by_creator', 'account_deleted', 'age_changed', 'account_banned', 'by_developer'
    )),
    ADD COLUMN IF NOT EXISTS profile_asked_at timestamptz;

-- Version 1 ended no grant without a newer one: whoever has none lost it by hand.
UPDATE public.creators
SET ended_at = date_trunc('second', clock_timestamp()), end_cause = 'unknown'
WHERE ended_at IS NULL
    AND NOT EXISTS (SELECT FROM public.tiktok_tokens AS grants WHERE grants.creator_id = creators.id AND grants.is_active);

COMMENT ON COLUMN public.creators.ended_at IS 'When their last grant was ended; NULL while one is active.';
COMMENT ON COLUMN public.creators.end_cause IS 'By whom: here, or TikTok''s reason for removing it.';
COMMENT ON COLUMN public.creators.profile_asked_at IS 'When TikTok was last asked about them, whatever it said.';

CREATE INDEX IF NOT EXISTS creators_ended ON public.creators (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS public.revocations (
    id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    grant_id        bigint      NOT NULL,
    generation      bigint      NOT NULL,
    client_key      text        NOT NULL,
    open_id         text        NOT NULL,
    access_token    text        NOT NULL,
    refresh_token   text,
    access_expires_at  timestamptz NOT NULL,
    refresh_expires_at timestamptz,
    ended_at        timestamptz NOT NULL,
    attempts        integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_try_at     timestamptz NOT NULL,
    fence           bigint      NOT NULL DEFAULT 0,
    lease_until     timestamptz,
    access_key_id   text        GENERATED ALWAYS AS (split_part(access_token, '.', 2)) STORED,
    refresh_key_id  text        GENERATED ALWAYS AS (split_part(refresh_token, '.', 2)) STORED
);

-- A grant ends once.
CREATE UNIQUE INDEX IF NOT EXISTS revocations_grant ON public.revocations (grant_id);

CREATE INDEX IF NOT EXISTS revocations_identity ON public.revocations (client_key, open_id);

CREATE INDEX IF NOT EXISTS revocations_next_try_at ON public.revocations (next_try_at);

CREATE INDEX IF NOT EXISTS revocations_keys ON public.revocations (access_key_id, refresh_key_id);

COMMENT ON TABLE public.revocations IS 'Grants that ended here and of which TikTok has yet to be told. They outlive their creator.';
COMMENT ON COLUMN public.revocations.id IS 'Counts up.';
COMMENT ON COLUMN public.revocations.grant_id IS 'The grant''s row in tiktok_tokens, which may be gone.';
COMMENT ON COLUMN public.revocations.generation IS 'Counts the token pairs, on from the grant''s count: a refresh that was on its way when the grant ended brings its tokens here.';
COMMENT ON COLUMN public.revocations.client_key IS 'The TikTok app that the tokens are sealed for.';
COMMENT ON COLUMN public.revocations.open_id IS 'The creator that the tokens are sealed for, by TikTok''s id.';
COMMENT ON COLUMN public.revocations.access_token IS 'What TikTok revokes; sealed by the app.';
COMMENT ON COLUMN public.revocations.refresh_token IS 'To get a living access token when that one is dead; sealed by the app.';
COMMENT ON COLUMN public.revocations.access_expires_at IS 'When the access token ends.';
COMMENT ON COLUMN public.revocations.refresh_expires_at IS 'When the consent ends, and nothing is left to revoke; NULL if TikTok did not say.';
COMMENT ON COLUMN public.revocations.ended_at IS 'When the grant was ended here.';
COMMENT ON COLUMN public.revocations.attempts IS 'Tries so far.';
COMMENT ON COLUMN public.revocations.next_try_at IS 'When TikTok is told next.';
COMMENT ON COLUMN public.revocations.fence IS 'Counts the claims; the last one may say how it ended.';
COMMENT ON COLUMN public.revocations.lease_until IS 'Until when the last claim keeps others off.';
COMMENT ON COLUMN public.revocations.access_key_id IS 'The key that seals the access token, read from its text.';
COMMENT ON COLUMN public.revocations.refresh_key_id IS 'The key that seals the refresh token, read from its text.';

-- Sessions of version 1 have it in their data alone.
DO $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_attribute WHERE attrelid = 'public.web_sessions'::regclass AND attname = 'creator_id'
    ) THEN
        ALTER TABLE public.web_sessions ADD COLUMN creator_id uuid;
        ALTER TABLE public.web_sessions ALTER COLUMN creator_id TYPE uuid
            USING substring(data FROM '"creator":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')::uuid;
    END IF;
END
$$;

COMMENT ON COLUMN public.web_sessions.creator_id IS 'Who is signed in, so that a creator''s sessions can be ended in every browser.';

CREATE INDEX IF NOT EXISTS web_sessions_creator ON public.web_sessions (creator_id) WHERE creator_id IS NOT NULL;

-- Grants ------------------------------------------------------------------------------------------------

-- Saves a fresh consent: finds or makes the creator, ends their former grant and erases its tokens, makes
-- this one the only active grant. A refresh token that TikTok left out keeps the stored one and its end.
-- Answers the creator's id. Saving the same consent again changes nothing that a reader could see.
--
-- A consent takes back what waits to be revoked: done now, it would end the new grant. Whoever is at it at
-- this moment may still end it until their lease is over: then the new grant is refreshed, and shows it.
CREATE OR REPLACE FUNCTION public.cc_save_grant(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given         record;
    creator       uuid;
    former        record;
    revoked_until timestamptz;
    due           timestamptz;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        new_id uuid, client_key text, open_id text, access_token text, refresh_token text, scopes text,
        token_type text, granted_at bigint, access_expires_at bigint, refresh_expires_at bigint,
        refresh_due_at bigint
    );

    -- One save at a time for one creator: a consent sent twice carries the same new_id twice.
    PERFORM pg_advisory_xact_lock(hashtextextended(given.client_key || ' ' || given.open_id, 0));

    INSERT INTO public.creators AS known (id, client_key, open_id, connected_at)
    VALUES (given.new_id, given.client_key, given.open_id, to_timestamp(given.granted_at))
    ON CONFLICT (client_key, open_id) DO UPDATE SET ended_at = NULL, end_cause = NULL
    RETURNING known.id INTO creator;

    SELECT refresh_token, refresh_expires_at, unsure OR claim_open AS unsure INTO former
    FROM public.tiktok_tokens
    WHERE creator_id = creator AND is_active AND refresh_token IS NOT NULL
    FOR UPDATE;

    UPDATE public.tiktok_tokens
    SET is_active = false, access_token = NULL, refresh_token = NULL, lease_until = NULL, claim_open = false,
        refresh_due_at = NULL
    WHERE creator_id = creator AND is_active;

    WITH taken_back AS (
        DELETE FROM public.revocations
        WHERE client_key = given.client_key AND open_id = given.open_id
        RETURNING lease_until
    )
    SELECT max(lease_until) INTO revoked_until FROM taken_back;

    -- Version 1 of the program gives no due date.
    due := COALESCE(
        to_timestamp(given.refresh_due_at),
        to_timestamp(given.access_expires_at - (given.access_expires_at - given.granted_at) / 3)
    );

    INSERT INTO public.tiktok_tokens (
        creator_id, access_token, refresh_token, token_type, scopes,
        granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active,
        refresh_due_at, unsure
    )
    VALUES (
        creator,
        given.access_token,
        COALESCE(given.refresh_token, former.refresh_token),
        given.token_type,
        given.scopes,
        to_timestamp(given.granted_at),
        to_timestamp(given.granted_at),
        to_timestamp(given.access_expires_at),
        CASE
            WHEN given.refresh_token IS NULL
                THEN COALESCE(to_timestamp(given.refresh_expires_at), former.refresh_expires_at)
            ELSE to_timestamp(given.refresh_expires_at)
        END,
        true,
        CASE
            WHEN COALESCE(given.refresh_token, former.refresh_token) IS NOT NULL
                THEN LEAST(due, date_trunc('second', revoked_until))
        END,
        given.refresh_token IS NULL AND COALESCE(former.unsure, false)
    );

    RETURN to_jsonb(creator);
END
$$;

COMMENT ON FUNCTION public.cc_save_grant(jsonb) IS 'Saves a fresh consent as the creator''s only active grant, and takes back what waits to be revoked; answers the creator''s id.';

-- The creator's active grant with its sealed tokens.
CREATE OR REPLACE FUNCTION public.cc_active_grant(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object(
        'id', grants.id,
        'fence', grants.fence,
        'generation', grants.generation,
        'client_key', creators.client_key,
        'open_id', creators.open_id,
        'access_token', grants.access_token,
        'refresh_token', grants.refresh_token,
        'scopes', grants.scopes,
        'token_type', grants.token_type,
        'refreshed_at', extract(epoch FROM grants.refreshed_at)::bigint,
        'access_expires_at', extract(epoch FROM grants.access_expires_at)::bigint,
        'refresh_expires_at', extract(epoch FROM grants.refresh_expires_at)::bigint,
        'failing_since', extract(epoch FROM grants.failing_since)::bigint,
        'needs_reconnect_since', extract(epoch FROM grants.needs_reconnect_since)::bigint,
        'refresh_failure', grants.refresh_failure,
        'now', floor(extract(epoch FROM now()))::bigint
    )
    FROM public.tiktok_tokens AS grants
    JOIN public.creators ON creators.id = grants.creator_id
    WHERE grants.creator_id = (request ->> 'creator_id')::uuid AND grants.is_active
$$;

COMMENT ON FUNCTION public.cc_active_grant(jsonb) IS 'The creator''s active grant with its sealed tokens; null if they have none.';

-- Claims grants for `lease_seconds`: with `creator_id` that creator's, due or not; else at most `limit` that
-- are due, most urgent first, leaving alone what somebody else is claiming at this moment. Answers them with
-- the present moment; `busy` says that this creator's is claimed by somebody else.
--
-- A claim after one that was never settled is `unsure`: TikTok may have been asked.
CREATE OR REPLACE FUNCTION public.cc_claim_grants(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    moment  CONSTANT timestamptz := clock_timestamp();
    creator CONSTANT uuid := (request ->> 'creator_id')::uuid;
    wanted  bigint[];
    claims  jsonb;
BEGIN
    IF creator IS NULL THEN
        wanted := ARRAY(
            SELECT id
            FROM public.tiktok_tokens
            WHERE is_active AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL
                AND refresh_due_at <= moment
                AND (lease_until IS NULL OR lease_until <= moment)
            ORDER BY refresh_due_at
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    ELSE
        wanted := ARRAY(
            SELECT id
            FROM public.tiktok_tokens
            WHERE creator_id = creator
                AND is_active AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL
                AND (lease_until IS NULL OR lease_until <= moment)
            FOR UPDATE
        );
    END IF;

    WITH claimed AS (
        UPDATE public.tiktok_tokens
        SET fence = fence + 1,
            unsure = unsure OR claim_open,
            claim_open = true,
            lease_until = moment + make_interval(secs => (request ->> 'lease_seconds')::double precision)
        WHERE id = ANY (wanted)
        RETURNING *
    )
    SELECT jsonb_agg(
        jsonb_build_object(
            'id', claimed.id,
            'fence', claimed.fence,
            'generation', claimed.generation,
            'creator_id', claimed.creator_id,
            'client_key', creators.client_key,
            'open_id', creators.open_id,
            'access_token', claimed.access_token,
            'refresh_token', claimed.refresh_token,
            'access_expires_at', extract(epoch FROM claimed.access_expires_at)::bigint,
            'refresh_expires_at', extract(epoch FROM claimed.refresh_expires_at)::bigint,
            'failing_since', extract(epoch FROM claimed.failing_since)::bigint,
            'needs_reconnect_since', extract(epoch FROM claimed.needs_reconnect_since)::bigint,
            'refresh_failure', claimed.refresh_failure,
            'failures', claimed.failures,
            'unsure', claimed.unsure
        )
        ORDER BY claimed.refresh_due_at, claimed.id
    )
    INTO claims
    FROM claimed
    JOIN public.creators ON creators.id = claimed.creator_id;

    RETURN jsonb_build_object(
        'now', floor(extract(epoch FROM moment))::bigint,
        'grants', COALESCE(claims, '[]'),
        'busy', claims IS NULL AND EXISTS (
            SELECT
            FROM public.tiktok_tokens
            WHERE creator_id = creator
                AND is_active AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL
        )
    );
END
$$;

COMMENT ON FUNCTION public.cc_claim_grants(jsonb) IS 'Claims grants that are due, or one creator''s; answers them with their sealed tokens.';

-- Says how a claimed refresh ended. Without tokens the claim must be the last one, by fence and generation;
-- with tokens no newer ones may be stored, by generation alone. Answers whether it was written; the same
-- tokens once more are written already.
--
-- New tokens of a grant that ended meanwhile go to its revocation, whose own are dead by them; its fence goes
-- up, so that whoever is at it with those cannot say that it is done. The answer is false then too.
CREATE OR REPLACE FUNCTION public.cc_complete_refresh(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given record;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        id bigint, fence bigint, generation bigint, access_token text, refresh_token text, scopes text,
        token_type text, refreshed_at bigint, access_expires_at bigint, refresh_expires_at bigint,
        failing_since bigint, needs_reconnect_since bigint, refresh_failure text, refresh_due_at bigint,
        failures integer, unsure boolean, log_id text
    );

    UPDATE public.tiktok_tokens AS known
    SET access_token = COALESCE(given.access_token, known.access_token),
        refresh_token = COALESCE(given.refresh_token, known.refresh_token),
        scopes = COALESCE(given.scopes, known.scopes),
        token_type = COALESCE(given.token_type, known.token_type),
        refreshed_at = COALESCE(to_timestamp(given.refreshed_at), known.refreshed_at),
        access_expires_at = to_timestamp(given.access_expires_at),
        refresh_expires_at = to_timestamp(given.refresh_expires_at),
        failing_since = to_timestamp(given.failing_since),
        needs_reconnect_since = to_timestamp(given.needs_reconnect_since),
        refresh_failure = given.refresh_failure,
        refresh_due_at = to_timestamp(given.refresh_due_at),
        failures = given.failures,
        unsure = given.unsure,
        failure_log_id = given.log_id,
        generation = CASE WHEN given.access_token IS NULL THEN known.generation ELSE known.generation + 1 END,
        lease_until = NULL,
        claim_open = false
    WHERE known.id = given.id
        AND known.is_active
        AND known.generation = given.generation
        AND (known.fence = given.fence OR given.access_token IS NOT NULL);

    IF FOUND THEN
        RETURN to_jsonb(true);
    END IF;

    UPDATE public.revocations AS waiting
    SET access_token = given.access_token,
        refresh_token = COALESCE(given.refresh_token, waiting.refresh_token),
        access_expires_at = to_timestamp(given.access_expires_at),
        refresh_expires_at = to_timestamp(given.refresh_expires_at),
        generation = waiting.generation + 1,
        fence = waiting.fence + 1,
        lease_until = NULL,
        next_try_at = LEAST(waiting.next_try_at, clock_timestamp())
    WHERE waiting.grant_id = given.id
        AND waiting.generation = given.generation
        AND given.access_token IS NOT NULL;

    -- Each sealing is unique.
    RETURN to_jsonb(EXISTS (
        SELECT
        FROM public.tiktok_tokens AS known
        WHERE known.id = given.id
            AND known.generation = given.generation + 1
            AND known.access_token = given.access_token
    ));
END
$$;

COMMENT ON FUNCTION public.cc_complete_refresh(jsonb) IS 'Says how a claimed refresh ended; answers whether it was written, for a claim may no longer be the last word.';

-- How many creators are in each state at `now`, which domain::Standing::state tells of one grant.
CREATE OR REPLACE FUNCTION public.cc_connections(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT moment, moment + interval '720 hours' AS soon
        FROM to_timestamp((request ->> 'now')::bigint) AS moment
    ), counts AS (
        SELECT
            (SELECT COALESCE(sum(active), 0)::bigint FROM public.active_grant_counts) AS active,
            (
                SELECT count(*) FROM public.tiktok_tokens
                WHERE is_active AND needs_reconnect_since IS NOT NULL
            ) AS dead,
            (
                SELECT count(*) FROM public.tiktok_tokens
                WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NOT NULL
            ) AS failing,
            (
                SELECT count(*) FROM public.tiktok_tokens
                WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NOT NULL
                    AND refresh_expires_at <= given.moment
            ) AS failing_and_past,
            (
                SELECT count(*) FROM public.tiktok_tokens
                WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NULL
                    AND refresh_expires_at <= given.moment
            ) AS past,
            (
                SELECT count(*) FROM public.tiktok_tokens
                WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NULL
                    AND refresh_expires_at > given.moment AND refresh_expires_at <= given.soon
            ) AS expiring,
            (SELECT count(*) FROM public.creators WHERE ended_at IS NOT NULL) AS disconnected
        FROM given
    )
    SELECT jsonb_build_object(
        'connected', GREATEST(active - dead - failing - past - expiring, 0),
        'expiring', expiring,
        'degraded', failing - failing_and_past,
        'needs_reconnect', dead + past + failing_and_past,
        'disconnected', disconnected
    )
    FROM counts
$$;

COMMENT ON FUNCTION public.cc_connections(jsonb) IS 'How many creators are in each state; proof that the tables are there.';

-- Ends --------------------------------------------------------------------------------------------------

-- Ends the creator's active grant and erases its tokens. With `revoke` they wait, sealed, to be revoked; with
-- `erase_profile` what TikTok said of the creator goes too. Answers null for an unknown creator and for a
-- grant that was given after `given_until`, which stays as it is.
CREATE OR REPLACE FUNCTION public.cc_end_grant(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given      record;
    known      record;
    grants     record;
    revocation bigint;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        creator_id uuid, at bigint, cause text, given_until bigint, revoke boolean, erase_profile boolean
    );

    SELECT * INTO known FROM public.creators WHERE id = given.creator_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    SELECT * INTO grants FROM public.tiktok_tokens WHERE creator_id = known.id AND is_active FOR UPDATE;
    IF grants.granted_at > to_timestamp(given.given_until) THEN
        RETURN NULL;
    END IF;

    IF grants.id IS NOT NULL THEN
        IF given.revoke THEN
            INSERT INTO public.revocations (
                grant_id, generation, client_key, open_id, access_token, refresh_token,
                access_expires_at, refresh_expires_at, ended_at, next_try_at
            )
            VALUES (
                grants.id, grants.generation, known.client_key, known.open_id, grants.access_token,
                grants.refresh_token, grants.access_expires_at, grants.refresh_expires_at,
                to_timestamp(given.at), clock_timestamp()
            )
            RETURNING id INTO revocation;
        END IF;

        UPDATE public.tiktok_tokens
        SET is_active = false, access_token = NULL, refresh_token = NULL, lease_until = NULL, claim_open = false,
            refresh_due_at = NULL
        WHERE id = grants.id;

        UPDATE public.creators
        SET ended_at = to_timestamp(given.at), end_cause = given.cause
        WHERE id = known.id;
    END IF;

    IF given.erase_profile THEN
        UPDATE public.creators
        SET union_id = NULL, creator_avatar_url = NULL, creator_avatar_url_known_at = NULL,
            creator_username = NULL, creator_nickname = NULL, privacy_level_options = NULL,
            comment_disabled = NULL, duet_disabled = NULL, stitch_disabled = NULL,
            max_video_post_duration_sec = NULL, user_info_outcome = 'not_asked',
            creator_info_outcome = 'not_asked', log_id = NULL, profile_known_at = NULL, profile_asked_at = NULL
        WHERE id = known.id;

        DELETE FROM public.avatars WHERE creator_id = known.id;
    END IF;

    RETURN jsonb_build_object('was_active', grants.id IS NOT NULL, 'revocation', revocation);
END
$$;

COMMENT ON FUNCTION public.cc_end_grant(jsonb) IS 'Ends the creator''s active grant and erases its tokens; answers what was ended, null for nobody or for a younger grant.';

-- Forgets the creator: their grants, their picture, their sessions in every browser. A grant that was active
-- leaves a revocation. Answers null for an unknown creator.
CREATE OR REPLACE FUNCTION public.cc_delete_creator(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    creator CONSTANT uuid := (request ->> 'creator_id')::uuid;
    ended   jsonb;
BEGIN
    ended := public.cc_end_grant(request || '{"cause": "here", "given_until": null, "revoke": true, "erase_profile": false}');

    DELETE FROM public.web_sessions WHERE creator_id = creator;

    -- The grants and the picture go with the row.
    DELETE FROM public.creators WHERE id = creator;

    RETURN ended;
END
$$;

COMMENT ON FUNCTION public.cc_delete_creator(jsonb) IS 'Forgets the creator and ends their sessions; answers what was ended, null for nobody.';

-- Claims revocations for `lease_seconds`: with `id` that one, due or not; else at most `limit` that are due.
-- Answers them with the present moment.
CREATE OR REPLACE FUNCTION public.cc_claim_revocations(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    moment CONSTANT timestamptz := clock_timestamp();
    one    CONSTANT bigint := (request ->> 'id')::bigint;
    wanted bigint[];
    claims jsonb;
BEGIN
    IF one IS NULL THEN
        wanted := ARRAY(
            SELECT id
            FROM public.revocations
            WHERE next_try_at <= moment AND (lease_until IS NULL OR lease_until <= moment)
            ORDER BY next_try_at
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    ELSE
        wanted := ARRAY(
            SELECT id
            FROM public.revocations
            WHERE id = one AND (lease_until IS NULL OR lease_until <= moment)
            FOR UPDATE
        );
    END IF;

    WITH claimed AS (
        UPDATE public.revocations
        SET fence = fence + 1,
            attempts = attempts + 1,
            lease_until = moment + make_interval(secs => (request ->> 'lease_seconds')::double precision)
        WHERE id = ANY (wanted)
        RETURNING *
    )
    SELECT jsonb_agg(
        jsonb_build_object(
            'id', id,
            'fence', fence,
            'client_key', client_key,
            'open_id', open_id,
            'access_token', access_token,
            'refresh_token', refresh_token,
            'access_expires_at', extract(epoch FROM access_expires_at)::bigint,
            'refresh_expires_at', extract(epoch FROM refresh_expires_at)::bigint,
            'ended_at', extract(epoch FROM ended_at)::bigint,
            'attempts', attempts
        )
        ORDER BY next_try_at, id
    )
    INTO claims
    FROM claimed;

    RETURN jsonb_build_object(
        'now', floor(extract(epoch FROM moment))::bigint,
        'due', COALESCE(claims, '[]')
    );
END
$$;

COMMENT ON FUNCTION public.cc_claim_revocations(jsonb) IS 'Claims revocations that are due, or one; answers them with their sealed tokens.';

-- Says how a claimed revocation ended: with `next_try_at` it is tried again then, with tokens it goes on with
-- those, with neither it is done and the row goes. Answers whether the claim was still the last.
CREATE OR REPLACE FUNCTION public.cc_complete_revocation(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given record;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        id bigint, fence bigint, next_try_at bigint, access_token text, refresh_token text, access_expires_at bigint
    );

    IF given.next_try_at IS NOT NULL THEN
        UPDATE public.revocations
        SET next_try_at = to_timestamp(given.next_try_at), lease_until = NULL
        WHERE id = given.id AND fence = given.fence;
    ELSIF given.access_token IS NOT NULL THEN
        UPDATE public.revocations AS waiting
        SET access_token = given.access_token,
            refresh_token = COALESCE(given.refresh_token, waiting.refresh_token),
            access_expires_at = to_timestamp(given.access_expires_at),
            generation = waiting.generation + 1
        WHERE waiting.id = given.id AND waiting.fence = given.fence;
    ELSE
        DELETE FROM public.revocations WHERE id = given.id AND fence = given.fence;
    END IF;

    RETURN to_jsonb(FOUND);
END
$$;

COMMENT ON FUNCTION public.cc_complete_revocation(jsonb) IS 'Says how a claimed revocation ended; answers whether the claim was still the last.';

-- Keys --------------------------------------------------------------------------------------------------

-- How many rows need each key: grants in force, and revocations. A row counts once for each of its keys.
CREATE OR REPLACE FUNCTION public.cc_key_use(request jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH pairs AS (
        SELECT access_key_id, refresh_key_id, count(*) AS found
        FROM public.tiktok_tokens
        WHERE is_active
        GROUP BY access_key_id, refresh_key_id
        UNION ALL
        SELECT access_key_id, refresh_key_id, count(*)
        FROM public.revocations
        GROUP BY access_key_id, refresh_key_id
    ), uses AS (
        SELECT access_key_id AS key_id, found FROM pairs
        UNION ALL
        SELECT refresh_key_id, found FROM pairs WHERE refresh_key_id <> access_key_id
    ), sums AS (
        SELECT key_id, sum(found)::bigint AS found FROM uses GROUP BY key_id
    )
    SELECT COALESCE(jsonb_agg(jsonb_build_object('key_id', key_id, 'rows', found) ORDER BY key_id), '[]')
    FROM sums
$$;

COMMENT ON FUNCTION public.cc_key_use(jsonb) IS 'How many rows need each of the app''s keys; no key is here, only its name.';

-- At most `limit` rows with sealed tokens, of `table` grants or revocations, after the row `after`.
CREATE OR REPLACE FUNCTION public.cc_sealed_rows(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH rows AS (
        (
            SELECT grants.id, client_key, open_id, access_token, refresh_token
            FROM public.tiktok_tokens AS grants
            JOIN public.creators ON creators.id = grants.creator_id
            WHERE request ->> 'table' = 'grants' AND grants.is_active AND grants.id > (request ->> 'after')::bigint
            ORDER BY grants.id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
        )
        UNION ALL
        (
            SELECT id, client_key, open_id, access_token, refresh_token
            FROM public.revocations
            WHERE request ->> 'table' = 'revocations' AND id > (request ->> 'after')::bigint
            ORDER BY id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
        )
    )
    SELECT COALESCE(
        jsonb_agg(
            jsonb_build_object(
                'row', id,
                'client_key', client_key,
                'open_id', open_id,
                'access_token', access_token,
                'refresh_token', refresh_token
            )
            ORDER BY id
        ),
        '[]'
    )
    FROM rows
$$;

COMMENT ON FUNCTION public.cc_sealed_rows(jsonb) IS 'Rows with sealed tokens, to go through all of them page by page.';

-- Replaces a row's sealed tokens by the same ones sealed anew, if they are still the old ones. Answers
-- whether the new ones are there, also if they were already.
CREATE OR REPLACE FUNCTION public.cc_reseal(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given record;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        "table" text, "row" bigint, old_access_token text, old_refresh_token text,
        access_token text, refresh_token text
    );

    IF given."table" = 'grants' THEN
        UPDATE public.tiktok_tokens AS known
        SET access_token = given.access_token, refresh_token = given.refresh_token
        WHERE known.id = given."row"
            AND known.access_token IN (given.old_access_token, given.access_token)
            AND (
                known.refresh_token IS NOT DISTINCT FROM given.old_refresh_token
                OR known.refresh_token IS NOT DISTINCT FROM given.refresh_token
            );
    ELSE
        UPDATE public.revocations AS known
        SET access_token = given.access_token, refresh_token = given.refresh_token
        WHERE known.id = given."row"
            AND known.access_token IN (given.old_access_token, given.access_token)
            AND (
                known.refresh_token IS NOT DISTINCT FROM given.old_refresh_token
                OR known.refresh_token IS NOT DISTINCT FROM given.refresh_token
            );
    END IF;

    RETURN to_jsonb(FOUND);
END
$$;

COMMENT ON FUNCTION public.cc_reseal(jsonb) IS 'Replaces a row''s sealed tokens by the same ones under another key; answers false when somebody has written newer ones.';

-- Creators ----------------------------------------------------------------------------------------------

-- Saves what TikTok said of a creator; what is null keeps its stored value, but for the outcomes and the
-- log id, which always say how the last question ended. Answers whether the creator has a grant: what TikTok
-- says once it has ended, and the profile may be erased, is not kept.
CREATE OR REPLACE FUNCTION public.cc_save_profile(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT fields.*, posting.*, to_timestamp(asked_at) AS asked
        FROM jsonb_to_record(request) AS fields (
            creator_id uuid, union_id text, avatar_url text, username text, nickname text, posting jsonb,
            user_info text, creator_info text, log_id text, asked_at bigint
        ),
        jsonb_to_record(COALESCE(fields.posting, '{}')) AS posting (
            privacy_level_options text[], comment_disabled boolean, duet_disabled boolean,
            stitch_disabled boolean, max_video_post_duration_sec bigint
        )
    ), saved AS (
        UPDATE public.creators AS known
        SET union_id = COALESCE(given.union_id, known.union_id),
            creator_avatar_url = COALESCE(given.avatar_url, known.creator_avatar_url),
            creator_avatar_url_known_at = CASE
                WHEN given.avatar_url IS NULL THEN known.creator_avatar_url_known_at
                ELSE given.asked
            END,
            creator_username = COALESCE(given.username, known.creator_username),
            creator_nickname = COALESCE(given.nickname, known.creator_nickname),
            privacy_level_options = COALESCE(given.privacy_level_options, known.privacy_level_options),
            comment_disabled = COALESCE(given.comment_disabled, known.comment_disabled),
            duet_disabled = COALESCE(given.duet_disabled, known.duet_disabled),
            stitch_disabled = COALESCE(given.stitch_disabled, known.stitch_disabled),
            max_video_post_duration_sec =
                COALESCE(given.max_video_post_duration_sec, known.max_video_post_duration_sec),
            user_info_outcome = given.user_info,
            creator_info_outcome = given.creator_info,
            profile_known_at = CASE
                WHEN 'known' IN (given.user_info, given.creator_info) THEN given.asked
                ELSE known.profile_known_at
            END,
            profile_asked_at = given.asked,
            log_id = given.log_id
        FROM given
        WHERE known.id = given.creator_id AND known.ended_at IS NULL
        RETURNING known.id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_profile(jsonb) IS 'Saves what TikTok said of a creator; what is null keeps its value. Answers whether the creator has a grant.';

-- The creator with the times of their active grant, without tokens.
CREATE OR REPLACE FUNCTION public.cc_creator(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object(
        'id', creators.id,
        'open_id', creators.open_id,
        'union_id', creators.union_id,
        'username', creators.creator_username,
        'nickname', creators.creator_nickname,
        'avatar_url', creators.creator_avatar_url,
        'avatar_url_known_at', extract(epoch FROM creators.creator_avatar_url_known_at)::bigint,
        'posting', CASE WHEN creators.privacy_level_options IS NOT NULL THEN jsonb_build_object(
            'privacy_level_options', creators.privacy_level_options,
            'comment_disabled', creators.comment_disabled,
            'duet_disabled', creators.duet_disabled,
            'stitch_disabled', creators.stitch_disabled,
            'max_video_post_duration_sec', creators.max_video_post_duration_sec
        ) END,
        'user_info', creators.user_info_outcome,
        'creator_info', creators.creator_info_outcome,
        'log_id', creators.log_id,
        'profile_known_at', extract(epoch FROM creators.profile_known_at)::bigint,
        'profile_asked_at', extract(epoch FROM creators.profile_asked_at)::bigint,
        'connected_at', extract(epoch FROM creators.connected_at)::bigint,
        'grant', CASE WHEN grants.id IS NOT NULL THEN jsonb_build_object(
            'scopes', grants.scopes,
            'refreshed_at', extract(epoch FROM grants.refreshed_at)::bigint,
            'access_expires_at', extract(epoch FROM grants.access_expires_at)::bigint,
            'refresh_expires_at', extract(epoch FROM grants.refresh_expires_at)::bigint,
            'failing_since', extract(epoch FROM grants.failing_since)::bigint,
            'needs_reconnect_since', extract(epoch FROM grants.needs_reconnect_since)::bigint,
            'refresh_failure', grants.refresh_failure,
            'refresh_due_at', extract(epoch FROM grants.refresh_due_at)::bigint,
            'log_id', grants.failure_log_id
        ) END,
        'ended_at', extract(epoch FROM creators.ended_at)::bigint,
        'end_cause', creators.end_cause
    )
    FROM public.creators
    LEFT JOIN public.tiktok_tokens AS grants ON grants.creator_id = creators.id AND grants.is_active
    WHERE creators.id = (request ->> 'creator_id')::uuid
$$;

COMMENT ON FUNCTION public.cc_creator(jsonb) IS 'The creator with the times of their active grant, without tokens; null if they are unknown.';

-- Replaces the avatar of a creator who has a grant. Answers whether they have.
CREATE OR REPLACE FUNCTION public.cc_save_avatar(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH saved AS (
        INSERT INTO public.avatars (creator_id, media_type, bytes, fetched_at)
        SELECT creators.id, given.media_type, decode(given.bytes, 'base64'), to_timestamp(given.fetched_at)
        FROM jsonb_to_record(request) AS given (creator_id uuid, media_type text, bytes text, fetched_at bigint)
        JOIN public.creators ON creators.id = given.creator_id AND creators.ended_at IS NULL
        ON CONFLICT (creator_id) DO UPDATE
        SET media_type = EXCLUDED.media_type, bytes = EXCLUDED.bytes, fetched_at = EXCLUDED.fetched_at
        RETURNING creator_id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_avatar(jsonb) IS 'Replaces the creator''s cached avatar. Answers whether the creator has a grant.';

-- Sessions ----------------------------------------------------------------------------------------------

-- Saves a new session. Answers false when its id is taken. Version 1 of the program says who is signed in by
-- the session's data alone.
CREATE OR REPLACE FUNCTION public.cc_create_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH created AS (
        INSERT INTO public.web_sessions (id, data, creator_id, expires_at)
        SELECT
            id,
            data,
            CASE
                WHEN request ? 'creator_id' THEN creator_id
                ELSE substring(data FROM '"creator":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')::uuid
            END,
            to_timestamp(expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, creator_id uuid, expires_at bigint)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM created))
$$;

COMMENT ON FUNCTION public.cc_create_session(jsonb) IS 'Saves a new session; answers false when its id is taken.';

-- Saves the values of a session that is still there, and never brings one back. Answers whether it was.
CREATE OR REPLACE FUNCTION public.cc_save_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH saved AS (
        UPDATE public.web_sessions AS known
        SET data = given.data,
            creator_id = CASE
                WHEN request ? 'creator_id' THEN given.creator_id
                ELSE substring(given.data FROM '"creator":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"')::uuid
            END,
            expires_at = to_timestamp(given.expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, creator_id uuid, expires_at bigint)
        WHERE known.id = given.id
        RETURNING known.id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_session(jsonb) IS 'Saves the values of a session that is still there; answers whether it was.';

-- The session of this id that has not expired at `now`.
CREATE OR REPLACE FUNCTION public.cc_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object(
        'id', id,
        'data', data,
        'creator_id', creator_id,
        'expires_at', extract(epoch FROM expires_at)::bigint
    )
    FROM public.web_sessions
    WHERE id = request ->> 'id' AND expires_at > to_timestamp((request ->> 'now')::bigint)
$$;

COMMENT ON FUNCTION public.cc_session(jsonb) IS 'The session of this id; null if there is none or it has expired.';

-- Who may do what ---------------------------------------------------------------------------------------
--
-- Supabase's default privileges give anon and authenticated every new table and function in public. All of
-- that is taken back here; row level security without any policy is a second lock on the same door.

ALTER TABLE public.revocations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE public.revocations FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON SEQUENCE public.revocations_id_seq FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON FUNCTION
    public.cc_claim_grants(jsonb), public.cc_complete_refresh(jsonb), public.cc_connections(jsonb),
    public.cc_end_grant(jsonb), public.cc_delete_creator(jsonb),
    public.cc_claim_revocations(jsonb), public.cc_complete_revocation(jsonb),
    public.cc_key_use(jsonb), public.cc_sealed_rows(jsonb), public.cc_reseal(jsonb)
FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.revocations TO service_role;

GRANT EXECUTE ON FUNCTION
    public.cc_claim_grants(jsonb), public.cc_complete_refresh(jsonb), public.cc_connections(jsonb),
    public.cc_end_grant(jsonb), public.cc_delete_creator(jsonb),
    public.cc_claim_revocations(jsonb), public.cc_complete_revocation(jsonb),
    public.cc_key_use(jsonb), public.cc_sealed_rows(jsonb), public.cc_reseal(jsonb)
TO service_role;

INSERT INTO public.cc_schema_versions (version, name)
VALUES (2, 'refreshing')
ON CONFLICT (version) DO NOTHING;

-- The REST server learns of the new functions at once.
NOTIFY pgrst, 'reload schema';

COMMIT;
