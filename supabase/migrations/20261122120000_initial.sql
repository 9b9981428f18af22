-- creator-connect in Supabase: creators, their grants, avatars, pending logins and browser sessions.
--
-- For an operator: run this file with `supabase db push`, or paste it into the SQL editor. It may be run
-- again at any time; what is there already stays as it is, and every lock on it is put back.
--
-- The app reaches its data by the functions cc_… alone. Each takes one argument, `request`, and answers
-- JSON; each is one transaction. Their JSON speaks of moments in whole seconds since 1970, UTC; the tables
-- hold them as timestamptz. A look-up that finds nothing answers null.
--
-- Only service_role may call them or touch a table. They run with the rights of the caller, so that a
-- function that is granted to another role by mistake still shows that role nothing.
--
-- PostgreSQL's text cannot hold the character U+0000: a request with \u0000 in a text is refused with 22P05
-- and changes nothing. The app takes it out of what TikTok says before it asks.

BEGIN;

DO $$
BEGIN
    IF current_setting('server_version_num')::integer < 150000 THEN
        RAISE EXCEPTION 'creator-connect needs PostgreSQL 15 or newer, this is %', current_setting('server_version');
    END IF;
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')) < 3 THEN
        RAISE EXCEPTION 'this is no Supabase database: it lacks anon, authenticated or service_role';
    END IF;
    -- Two runs at once would trip over each other's IF NOT EXISTS.
    PERFORM pg_advisory_xact_lock(hashtextextended('creator-connect: schema', 0));
END
$$;

-- Tables ------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.cc_schema_versions (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE public.cc_schema_versions IS 'Which versions of creator-connect''s schema are here, one row each.';
COMMENT ON COLUMN public.cc_schema_versions.version IS 'Counts up by one with each migration.';
COMMENT ON COLUMN public.cc_schema_versions.name IS 'The name in the migration''s file name.';
COMMENT ON COLUMN public.cc_schema_versions.applied_at IS 'When it was first applied here.';

CREATE TABLE IF NOT EXISTS public.creators (
    id                          uuid        PRIMARY KEY,
    client_key                  text        NOT NULL CHECK (client_key <> ''),
    open_id                     text        NOT NULL CHECK (length(open_id) BETWEEN 1 AND 256),
    union_id                    text,
    creator_avatar_url          text,
    creator_avatar_url_known_at timestamptz,
    creator_username            text,
    creator_nickname            text,
    privacy_level_options       text[],
    comment_disabled            boolean,
    duet_disabled               boolean,
    stitch_disabled             boolean,
    max_video_post_duration_sec bigint      CHECK (max_video_post_duration_sec >= 0),
    user_info_outcome           text        NOT NULL DEFAULT 'not_asked',
    creator_info_outcome        text        NOT NULL DEFAULT 'not_asked',
    log_id                      text        CHECK (length(log_id) BETWEEN 1 AND 64),
    profile_known_at            timestamptz,
    connected_at                timestamptz NOT NULL,
    CONSTRAINT creators_identity UNIQUE (client_key, open_id),
    CONSTRAINT creators_outcomes CHECK (
        ARRAY[user_info_outcome, creator_info_outcome] <@ ARRAY[
            'known', 'not_asked', 'permission_missing', 'token_refused', 'too_many_posts',
            'banned_from_posting', 'app_cap_reached', 'rate_limited', 'unavailable', 'unexpected'
        ]
    )
);

COMMENT ON TABLE public.creators IS 'TikTok accounts that have connected, with what TikTok says of them.';
COMMENT ON COLUMN public.creators.id IS 'Our own name for the creator: random, safe to show in an address.';
COMMENT ON COLUMN public.creators.client_key IS 'The TikTok app that the creator connected to.';
COMMENT ON COLUMN public.creators.open_id IS 'TikTok''s id of the creator for this app.';
COMMENT ON COLUMN public.creators.union_id IS 'TikTok''s id of the creator over all apps of one developer.';
COMMENT ON COLUMN public.creators.creator_avatar_url IS 'The picture''s last known address; good for about two hours.';
COMMENT ON COLUMN public.creators.creator_avatar_url_known_at IS 'When that address was learnt.';
COMMENT ON COLUMN public.creators.creator_username IS 'The handle.';
COMMENT ON COLUMN public.creators.creator_nickname IS 'The display name; any text.';
COMMENT ON COLUMN public.creators.privacy_level_options IS 'Who may be chosen to see a post, in TikTok''s names and order; NULL until creator info was known once.';
COMMENT ON COLUMN public.creators.comment_disabled IS 'Whether the creator switched comments off.';
COMMENT ON COLUMN public.creators.duet_disabled IS 'Whether the creator switched duets off.';
COMMENT ON COLUMN public.creators.stitch_disabled IS 'Whether the creator switched stitches off.';
COMMENT ON COLUMN public.creators.max_video_post_duration_sec IS 'The longest video they may post, in seconds.';
COMMENT ON COLUMN public.creators.user_info_outcome IS 'How the last question for user info ended: known, or why it is not.';
COMMENT ON COLUMN public.creators.creator_info_outcome IS 'How the last question for creator info ended: known, or why it is not.';
COMMENT ON COLUMN public.creators.log_id IS 'TikTok''s log id of the last answer that was not known; their support asks for it.';
COMMENT ON COLUMN public.creators.profile_known_at IS 'When TikTok last told us something of the creator.';
COMMENT ON COLUMN public.creators.connected_at IS 'When the creator connected first.';

CREATE TABLE IF NOT EXISTS public.tiktok_tokens (
    id                 bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creator_id         uuid        NOT NULL REFERENCES public.creators (id) ON DELETE CASCADE,
    access_token       text,
    refresh_token      text,
    token_type         text        NOT NULL,
    scopes             text        NOT NULL,
    granted_at         timestamptz NOT NULL,
    refreshed_at       timestamptz NOT NULL,
    access_expires_at  timestamptz NOT NULL,
    refresh_expires_at timestamptz,
    is_active          boolean     NOT NULL,
    CONSTRAINT tiktok_tokens_ended_is_erased CHECK (is_active OR (access_token IS NULL AND refresh_token IS NULL)),
    CONSTRAINT tiktok_tokens_active_has_token CHECK (NOT is_active OR access_token IS NOT NULL)
);

-- The rule itself, and the way to a creator's active grant.
CREATE UNIQUE INDEX IF NOT EXISTS tiktok_tokens_one_active ON public.tiktok_tokens (creator_id) WHERE is_active;

-- The way to all of a creator's grants, for the cascade when a creator is deleted.
CREATE INDEX IF NOT EXISTS tiktok_tokens_creator ON public.tiktok_tokens (creator_id);

COMMENT ON TABLE public.tiktok_tokens IS 'Grants: one row for each consent of a creator, at most one of them active.';
COMMENT ON COLUMN public.tiktok_tokens.id IS 'Counts up.';
COMMENT ON COLUMN public.tiktok_tokens.creator_id IS 'Who gave the consent.';
COMMENT ON COLUMN public.tiktok_tokens.access_token IS 'Sealed by the app (v1.<key>.<data>); NULL once the grant has ended: tokens are erased, not kept.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_token IS 'Sealed likewise; NULL once the grant has ended, or if TikTok never gave one.';
COMMENT ON COLUMN public.tiktok_tokens.token_type IS 'TikTok''s token_type, as sent.';
COMMENT ON COLUMN public.tiktok_tokens.scopes IS 'What was granted: comma-separated, in TikTok''s order.';
COMMENT ON COLUMN public.tiktok_tokens.granted_at IS 'When the creator consented.';
COMMENT ON COLUMN public.tiktok_tokens.refreshed_at IS 'When the tokens were last renewed.';
COMMENT ON COLUMN public.tiktok_tokens.access_expires_at IS 'When the access token ends.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_expires_at IS 'When the refresh token, and so the consent, ends; NULL if TikTok did not say.';
COMMENT ON COLUMN public.tiktok_tokens.is_active IS 'Whether this is the grant in force.';

CREATE TABLE IF NOT EXISTS public.active_grant_counts (
    slot   smallint PRIMARY KEY,
    active bigint   NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE public.active_grant_counts IS 'The number of active grants, kept by a trigger because counting a million rows is slow. The sum over the slots is exact; one slot alone says nothing.';
COMMENT ON COLUMN public.active_grant_counts.slot IS 'Which share of the connections counts here, so that logins seldom wait for each other.';
COMMENT ON COLUMN public.active_grant_counts.active IS 'Grants that became active less grants that ended, by these connections.';

CREATE TABLE IF NOT EXISTS public.avatars (
    creator_id uuid        PRIMARY KEY REFERENCES public.creators (id) ON DELETE CASCADE,
    media_type text        NOT NULL CHECK (media_type LIKE 'image/%'),
    bytes      bytea       NOT NULL CHECK (octet_length(bytes) <= 4194304),
    fetched_at timestamptz NOT NULL
);

-- Pictures are compressed already.
ALTER TABLE public.avatars ALTER COLUMN bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE public.avatars IS 'The creators'' pictures, fetched by us so that no page asks a third party for one.';
COMMENT ON COLUMN public.avatars.creator_id IS 'Whose picture it is.';
COMMENT ON COLUMN public.avatars.media_type IS 'What the picture''s first bytes say it is: image/jpeg, image/png, image/webp or image/gif.';
COMMENT ON COLUMN public.avatars.bytes IS 'The picture.';
COMMENT ON COLUMN public.avatars.fetched_at IS 'When we fetched it.';

CREATE TABLE IF NOT EXISTS public.pending_logins (
    state_digest  text        PRIMARY KEY,
    browser       text        NOT NULL,
    code_verifier text,
    scopes        text        NOT NULL,
    begun_at      timestamptz NOT NULL,
    arrival       bigint      GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX IF NOT EXISTS pending_logins_browser ON public.pending_logins (browser, begun_at, arrival);

CREATE INDEX IF NOT EXISTS pending_logins_begun_at ON public.pending_logins (begun_at);

COMMENT ON TABLE public.pending_logins IS 'Logins that were sent to TikTok and have not come back; each is taken once and is good for ten minutes.';
COMMENT ON COLUMN public.pending_logins.state_digest IS 'SHA-256 of the login''s state, hex: the state itself is known to the browser alone.';
COMMENT ON COLUMN public.pending_logins.browser IS 'The random name of the browser that began it.';
COMMENT ON COLUMN public.pending_logins.code_verifier IS 'The PKCE verifier, sealed; NULL where none was used.';
COMMENT ON COLUMN public.pending_logins.scopes IS 'What was asked: comma-separated.';
COMMENT ON COLUMN public.pending_logins.begun_at IS 'When it began.';
COMMENT ON COLUMN public.pending_logins.arrival IS 'Counts up: the order of logins within one second.';

CREATE TABLE IF NOT EXISTS public.web_sessions (
    id         text        PRIMARY KEY,
    data       text        NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS web_sessions_expires_at ON public.web_sessions (expires_at);

COMMENT ON TABLE public.web_sessions IS 'Browsers'' sessions. Deleting a row logs that browser out.';
COMMENT ON COLUMN public.web_sessions.id IS 'SHA-256 of the session id, hex: a copy of this table opens no session.';
COMMENT ON COLUMN public.web_sessions.data IS 'The session''s values as JSON text, kept to the letter.';
COMMENT ON COLUMN public.web_sessions.expires_at IS 'When it ends.';

-- Grants ------------------------------------------------------------------------------------------------

-- Keeps active_grant_counts. One transaction writes one slot only, so that no two can wait for each other.
CREATE OR REPLACE FUNCTION public.cc_keep_active_grant_counts()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    change bigint := 0;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        UPDATE public.active_grant_counts SET active = 0 WHERE active <> 0;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        change := change + (SELECT count(*) FROM new_rows WHERE is_active);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        change := change - (SELECT count(*) FROM old_rows WHERE is_active);
    END IF;
    IF change <> 0 THEN
        INSERT INTO public.active_grant_counts AS counted (slot, active)
        VALUES (pg_backend_pid() % 32, change)
        ON CONFLICT (slot) DO UPDATE SET active = counted.active + EXCLUDED.active;
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_keep_active_grant_counts() IS 'Keeps active_grant_counts in step with tiktok_tokens.';

CREATE OR REPLACE TRIGGER count_inserted
AFTER INSERT ON public.tiktok_tokens
REFERENCING NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION public.cc_keep_active_grant_counts();

CREATE OR REPLACE TRIGGER count_updated
AFTER UPDATE ON public.tiktok_tokens
REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
FOR EACH STATEMENT EXECUTE FUNCTION public.cc_keep_active_grant_counts();

CREATE OR REPLACE TRIGGER count_deleted
AFTER DELETE ON public.tiktok_tokens
REFERENCING OLD TABLE AS old_rows
FOR EACH STATEMENT EXECUTE FUNCTION public.cc_keep_active_grant_counts();

CREATE OR REPLACE TRIGGER count_truncated
AFTER TRUNCATE ON public.tiktok_tokens
FOR EACH STATEMENT EXECUTE FUNCTION public.cc_keep_active_grant_counts();

-- Slot -1 holds what was active before anybody counted; the triggers keep writers out until COMMIT.
INSERT INTO public.active_grant_counts (slot, active)
SELECT -1, (SELECT count(*) FROM public.tiktok_tokens WHERE is_active)
WHERE NOT EXISTS (SELECT FROM public.active_grant_counts);

-- Saves a fresh consent: finds or makes the creator, ends their former grant and erases its tokens, makes
-- this one the only active grant. A refresh token that TikTok left out keeps the stored one and its end.
-- Answers the creator's id. Saving the same consent again changes nothing that a reader could see.
CREATE OR REPLACE FUNCTION public.cc_save_grant(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given   record;
    creator uuid;
    former  record;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        new_id uuid, client_key text, open_id text, access_token text, refresh_token text, scopes text,
        token_type text, granted_at bigint, access_expires_at bigint, refresh_expires_at bigint
    );

    -- One save at a time for one creator: a consent sent twice carries the same new_id twice.
    PERFORM pg_advisory_xact_lock(hashtextextended(given.client_key || ' ' || given.open_id, 0));

    INSERT INTO public.creators AS known (id, client_key, open_id, connected_at)
    VALUES (given.new_id, given.client_key, given.open_id, to_timestamp(given.granted_at))
    ON CONFLICT (client_key, open_id) DO UPDATE SET client_key = EXCLUDED.client_key
    RETURNING known.id INTO creator;

    SELECT refresh_token, refresh_expires_at INTO former
    FROM public.tiktok_tokens
    WHERE creator_id = creator AND is_active AND refresh_token IS NOT NULL;

    UPDATE public.tiktok_tokens
    SET is_active = false, access_token = NULL, refresh_token = NULL
    WHERE creator_id = creator AND is_active;

    INSERT INTO public.tiktok_tokens (
        creator_id, access_token, refresh_token, token_type, scopes,
        granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active
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
        true
    );

    RETURN to_jsonb(creator);
END
$$;

COMMENT ON FUNCTION public.cc_save_grant(jsonb) IS 'Saves a fresh consent as the creator''s only active grant; answers the creator''s id.';

-- The creator's active grant with its sealed tokens.
CREATE OR REPLACE FUNCTION public.cc_active_grant(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object(
        'client_key', creators.client_key,
        'open_id', creators.open_id,
        'access_token', grants.access_token,
        'refresh_token', grants.refresh_token,
        'access_expires_at', extract(epoch FROM grants.access_expires_at)::bigint
    )
    FROM public.tiktok_tokens AS grants
    JOIN public.creators ON creators.id = grants.creator_id
    WHERE grants.creator_id = (request ->> 'creator_id')::uuid AND grants.is_active
$$;

COMMENT ON FUNCTION public.cc_active_grant(jsonb) IS 'The creator''s active grant with its sealed tokens; null if they have none.';

-- The number of active grants: proof that the tables are there.
CREATE OR REPLACE FUNCTION public.cc_count_grants(request jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT to_jsonb(COALESCE(sum(active), 0)::bigint) FROM public.active_grant_counts
$$;

COMMENT ON FUNCTION public.cc_count_grants(jsonb) IS 'The number of active grants.';

-- Creators ----------------------------------------------------------------------------------------------

-- Saves what TikTok said of a creator; what is null keeps its stored value, but for the outcomes and the
-- log id, which always say how the last question ended. Answers whether the creator is known.
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
            log_id = given.log_id
        FROM given
        WHERE known.id = given.creator_id
        RETURNING known.id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_profile(jsonb) IS 'Saves what TikTok said of a creator; what is null keeps its value. Answers whether the creator is known.';

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
        'connected_at', extract(epoch FROM creators.connected_at)::bigint,
        'grant', CASE WHEN grants.id IS NOT NULL THEN jsonb_build_object(
            'scopes', grants.scopes,
            'refreshed_at', extract(epoch FROM grants.refreshed_at)::bigint,
            'refresh_expires_at', extract(epoch FROM grants.refresh_expires_at)::bigint
        ) END
    )
    FROM public.creators
    LEFT JOIN public.tiktok_tokens AS grants ON grants.creator_id = creators.id AND grants.is_active
    WHERE creators.id = (request ->> 'creator_id')::uuid
$$;

COMMENT ON FUNCTION public.cc_creator(jsonb) IS 'The creator with the times of their active grant, without tokens; null if they are unknown.';

-- The creator's cached avatar; its bytes travel as base64 in one line.
CREATE OR REPLACE FUNCTION public.cc_avatar(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object(
        'media_type', media_type,
        'bytes', translate(encode(bytes, 'base64'), E'\n', ''),
        'fetched_at', extract(epoch FROM fetched_at)::bigint
    )
    FROM public.avatars
    WHERE creator_id = (request ->> 'creator_id')::uuid
$$;

COMMENT ON FUNCTION public.cc_avatar(jsonb) IS 'The creator''s cached avatar, its bytes in base64; null if there is none.';

-- Replaces the avatar of a creator who is still there. Answers whether they are.
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
        JOIN public.creators ON creators.id = given.creator_id
        ON CONFLICT (creator_id) DO UPDATE
        SET media_type = EXCLUDED.media_type, bytes = EXCLUDED.bytes, fetched_at = EXCLUDED.fetched_at
        RETURNING creator_id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_avatar(jsonb) IS 'Replaces the creator''s cached avatar. Answers whether the creator is known.';

-- Pending logins ----------------------------------------------------------------------------------------

-- Remembers a login on its way and drops the browser's oldest beyond `keep`. Answers true, also for one
-- that is remembered already.
CREATE OR REPLACE FUNCTION public.cc_begin_login(request jsonb)
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
        state_digest text, browser text, code_verifier text, scopes text, begun_at bigint, keep integer
    );

    -- Two tabs at once do not see each other's row: without a lock both would stay within `keep`.
    PERFORM pg_advisory_xact_lock(hashtextextended(given.browser, 1));

    INSERT INTO public.pending_logins (state_digest, browser, code_verifier, scopes, begun_at)
    VALUES (given.state_digest, given.browser, given.code_verifier, given.scopes, to_timestamp(given.begun_at))
    ON CONFLICT (state_digest) DO NOTHING;

    DELETE FROM public.pending_logins
    WHERE state_digest IN (
        SELECT state_digest
        FROM public.pending_logins
        WHERE browser = given.browser
        ORDER BY begun_at DESC, arrival DESC
        OFFSET given.keep
    );

    RETURN to_jsonb(true);
END
$$;

COMMENT ON FUNCTION public.cc_begin_login(jsonb) IS 'Remembers a login on its way and drops the browser''s oldest beyond keep.';

-- Removes a pending login of this browser and answers it: whoever comes second finds nothing. With a
-- state_digest that login is meant, without one the browser's newest.
CREATE OR REPLACE FUNCTION public.cc_take_login(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH taken AS (
        DELETE FROM public.pending_logins
        WHERE browser = request ->> 'browser'
            AND state_digest = COALESCE(
                request ->> 'state_digest',
                (
                    -- What another is taking at this moment is not the newest any more.
                    SELECT newest.state_digest
                    FROM public.pending_logins AS newest
                    WHERE newest.browser = request ->> 'browser' AND request ->> 'state_digest' IS NULL
                    ORDER BY newest.begun_at DESC, newest.arrival DESC
                    LIMIT 1
                    FOR UPDATE SKIP LOCKED
                )
            )
        RETURNING *
    )
    SELECT jsonb_build_object(
        'state_digest', state_digest,
        'browser', browser,
        'code_verifier', code_verifier,
        'scopes', scopes,
        'begun_at', extract(epoch FROM begun_at)::bigint
    )
    FROM taken
$$;

COMMENT ON FUNCTION public.cc_take_login(jsonb) IS 'Removes a pending login of this browser and answers it; null if there is none. Without state_digest: the newest.';

-- Sessions ----------------------------------------------------------------------------------------------

-- Saves a new session. Answers false when its id is taken.
CREATE OR REPLACE FUNCTION public.cc_create_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH created AS (
        INSERT INTO public.web_sessions (id, data, expires_at)
        SELECT id, data, to_timestamp(expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, expires_at bigint)
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
        SET data = given.data, expires_at = to_timestamp(given.expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, expires_at bigint)
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
    SELECT jsonb_build_object('id', id, 'data', data, 'expires_at', extract(epoch FROM expires_at)::bigint)
    FROM public.web_sessions
    WHERE id = request ->> 'id' AND expires_at > to_timestamp((request ->> 'now')::bigint)
$$;

COMMENT ON FUNCTION public.cc_session(jsonb) IS 'The session of this id; null if there is none or it has expired.';

-- Forgets a session. Answers whether it was there.
CREATE OR REPLACE FUNCTION public.cc_delete_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH deleted AS (
        DELETE FROM public.web_sessions WHERE id = request ->> 'id' RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM deleted))
$$;

COMMENT ON FUNCTION public.cc_delete_session(jsonb) IS 'Forgets a session; answers whether it was there.';

-- Forgets sessions that have expired at `now` and logins begun before `logins_before`. Answers how many.
--
-- Safe on every replica at once: rows that another holds are left to it. At most 10,000 of each go in one
-- call, so that a long backlog never runs into a statement timeout.
CREATE OR REPLACE FUNCTION public.cc_purge(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH sessions AS (
        DELETE FROM public.web_sessions
        WHERE id = ANY (ARRAY(
            SELECT id
            FROM public.web_sessions
            WHERE expires_at <= to_timestamp((request ->> 'now')::bigint)
            ORDER BY expires_at
            LIMIT 10000
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING id
    ), logins AS (
        DELETE FROM public.pending_logins
        WHERE state_digest = ANY (ARRAY(
            SELECT state_digest
            FROM public.pending_logins
            WHERE begun_at < to_timestamp((request ->> 'logins_before')::bigint)
            ORDER BY begun_at
            LIMIT 10000
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING state_digest
    )
    SELECT to_jsonb((SELECT count(*) FROM sessions) + (SELECT count(*) FROM logins))
$$;

COMMENT ON FUNCTION public.cc_purge(jsonb) IS 'Forgets sessions and pending logins that are over, at most 10,000 of each; answers how many.';

-- The schema itself -------------------------------------------------------------------------------------

-- The version of the schema, and the database's clock, for the app to compare with its own.
CREATE OR REPLACE FUNCTION public.cc_schema_version(request jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    SELECT jsonb_build_object('version', max(version), 'now', floor(extract(epoch FROM now()))::bigint)
    FROM public.cc_schema_versions
$$;

COMMENT ON FUNCTION public.cc_schema_version(jsonb) IS 'The version of creator-connect''s schema, and the database''s clock.';

-- Who may do what ---------------------------------------------------------------------------------------
--
-- Supabase's default privileges give anon and authenticated every new table and function in public. All of
-- that is taken back here; row level security without any policy is a second lock on the same door.

ALTER TABLE public.cc_schema_versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.creators ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tiktok_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.active_grant_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.avatars ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.pending_logins ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.web_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE
    public.cc_schema_versions, public.creators, public.tiktok_tokens, public.active_grant_counts,
    public.avatars, public.pending_logins, public.web_sessions
FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON SEQUENCE public.tiktok_tokens_id_seq, public.pending_logins_arrival_seq
FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON FUNCTION
    public.cc_keep_active_grant_counts(),
    public.cc_save_grant(jsonb), public.cc_active_grant(jsonb), public.cc_count_grants(jsonb),
    public.cc_save_profile(jsonb), public.cc_creator(jsonb),
    public.cc_avatar(jsonb), public.cc_save_avatar(jsonb),
    public.cc_begin_login(jsonb), public.cc_take_login(jsonb),
    public.cc_create_session(jsonb), public.cc_save_session(jsonb), public.cc_session(jsonb),
    public.cc_delete_session(jsonb), public.cc_purge(jsonb), public.cc_schema_version(jsonb)
FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT ON TABLE public.cc_schema_versions TO service_role;

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE
    public.creators, public.tiktok_tokens, public.active_grant_counts,
    public.avatars, public.pending_logins, public.web_sessions
TO service_role;

GRANT EXECUTE ON FUNCTION
    public.cc_save_grant(jsonb), public.cc_active_grant(jsonb), public.cc_count_grants(jsonb),
    public.cc_save_profile(jsonb), public.cc_creator(jsonb),
    public.cc_avatar(jsonb), public.cc_save_avatar(jsonb),
    public.cc_begin_login(jsonb), public.cc_take_login(jsonb),
    public.cc_create_session(jsonb), public.cc_save_session(jsonb), public.cc_session(jsonb),
    public.cc_delete_session(jsonb), public.cc_purge(jsonb), public.cc_schema_version(jsonb)
TO service_role;

INSERT INTO public.cc_schema_versions (version, name)
VALUES (1, 'initial')
ON CONFLICT (version) DO NOTHING;

-- The REST server learns of the new functions at once.
NOTIFY pgrst, 'reload schema';

COMMIT;
