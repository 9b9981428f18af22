-- creator-connect in Supabase: creators, grants, avatars, pending logins, browser sessions, revocations, events.
--
-- For an operator: run this file with `supabase db push`, or paste it into the SQL editor. It may be run
-- again at any time: existing rows stay, and every missing object, grant and lock is put back. Over a newer version
-- of the schema it is refused.
--
-- This is the first version of the schema, and there is none before it. Upgrades begin after this file: each
-- later version is a further file, which keeps every row.
--
-- The app reaches its data through the functions cc_… alone. Each takes one argument, `request`, returns JSON
-- and is one transaction. In JSON a timestamp is whole seconds since 1970, UTC; the tables hold timestamptz.
-- A look-up that finds nothing returns null.
--
-- Only service_role may call the functions or touch a table. The functions run with the rights of the caller,
-- so that a function that is granted to another role by mistake still shows that role nothing.
--
-- PostgreSQL's text cannot hold the character U+0000: a request with \u0000 in a text is refused with 22P05
-- and changes nothing. The app removes it from TikTok's data before it calls a function.
--
-- A refresh token is good for one use. So a grant is claimed before TikTok is called, and the result is written
-- only while the claim is the latest:
--   fence       counts the claims of a grant: only the latest claim may write the state of the grant;
--   generation  counts its token pairs: new tokens are stored as long as no newer ones are, even from a claim
--               whose lease expired long ago, for they are the only ones that TikTok still accepts.
-- Leases and due dates go by this database's clock, so that replicas whose clocks disagree still agree.
--
-- An event of TikTok's is stored unchanged, then handled, then forwarded if the operator configured it. Our own
-- events describe a creator's connection; triggers write them, so that each is in the transaction of its change.
-- A task claims an event before it handles or forwards it, like a grant.
--
-- Locks are taken in one order, so that no two transactions deadlock: creators, tiktok_tokens, revocations,
-- webhook_events.

BEGIN;

DO $$
DECLARE
    own    CONSTANT integer := 1;
    newest integer;
BEGIN
    IF current_setting('server_version_num')::integer < 150000 THEN
        RAISE EXCEPTION 'creator-connect needs PostgreSQL 15 or newer, this is %', current_setting('server_version');
    END IF;
    IF (SELECT count(*) FROM pg_roles WHERE rolname IN ('anon', 'authenticated', 'service_role')) < 3 THEN
        RAISE EXCEPTION 'this is no Supabase database: it lacks anon, authenticated or service_role';
    END IF;
    -- Two concurrent runs would conflict in their IF NOT EXISTS.
    PERFORM pg_advisory_xact_lock(hashtextextended('creator-connect: schema', 0));

    -- An older file that is run again by hand would put its functions back in place of newer ones. Each file refuses
    -- that, by its own version; a script that goes on to newer files sets creator_connect.schema_version to theirs.
    IF to_regclass('public.cc_schema_versions') IS NOT NULL THEN
        SELECT max(version) INTO newest FROM public.cc_schema_versions;
        IF newest > greatest(own, NULLIF(current_setting('creator_connect.schema_version', true), '')::integer) THEN
            RAISE EXCEPTION 'creator-connect''s schema has version % here, and this file is of version %: run the SQL of the newest creator-connect instead',
                newest, own;
        END IF;
    END IF;
END
$$;

-- Tables ------------------------------------------------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.cc_schema_versions (
    version    integer     PRIMARY KEY,
    name       text        NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE public.cc_schema_versions IS 'Applied versions of creator-connect''s schema, one row each.';
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
    profile_asked_at            timestamptz,
    connected_at                timestamptz NOT NULL,
    ended_at                    timestamptz,
    end_cause                   text        CONSTRAINT creators_end_cause CHECK (end_cause IN (
        'here', 'unknown', 'by_creator', 'account_deleted', 'age_changed', 'account_banned', 'by_developer'
    )),
    reference                   text        CHECK (length(reference) BETWEEN 1 AND 128),
    labels                      text[]      NOT NULL DEFAULT '{}',
    note                        text        CHECK (length(note) BETWEEN 1 AND 2000),
    version                     bigint      NOT NULL DEFAULT 0,
    annotated_at                timestamptz,
    CONSTRAINT creators_identity UNIQUE (client_key, open_id),
    CONSTRAINT creators_reference UNIQUE (client_key, reference),
    CONSTRAINT creators_outcomes CHECK (
        ARRAY[user_info_outcome, creator_info_outcome] <@ ARRAY[
            'known', 'not_asked', 'permission_missing', 'token_refused', 'too_many_posts',
            'banned_from_posting', 'app_cap_reached', 'rate_limited', 'unavailable', 'unexpected'
        ]
    )
);

CREATE INDEX IF NOT EXISTS creators_ended ON public.creators (ended_at) WHERE ended_at IS NOT NULL;

-- The orders of cc_creators.
CREATE INDEX IF NOT EXISTS creators_connected_at ON public.creators (connected_at, id);

CREATE INDEX IF NOT EXISTS creators_handle ON public.creators (
    (lower(COALESCE(creator_username, '')) COLLATE "C"), id
);

COMMENT ON TABLE public.creators IS 'TikTok accounts that have connected, with their profiles from TikTok.';
COMMENT ON COLUMN public.creators.id IS 'Our own id of the creator: random, safe to show in a URL.';
COMMENT ON COLUMN public.creators.client_key IS 'The TikTok app that the creator connected to.';
COMMENT ON COLUMN public.creators.open_id IS 'TikTok''s id of the creator for this app.';
COMMENT ON COLUMN public.creators.union_id IS 'TikTok''s id of the creator over all apps of one developer.';
COMMENT ON COLUMN public.creators.creator_avatar_url IS 'The picture''s last known URL; valid for about two hours.';
COMMENT ON COLUMN public.creators.creator_avatar_url_known_at IS 'When TikTok sent that URL.';
COMMENT ON COLUMN public.creators.creator_username IS 'The handle.';
COMMENT ON COLUMN public.creators.creator_nickname IS 'The display name; any text.';
COMMENT ON COLUMN public.creators.privacy_level_options IS 'Who may be chosen to see a post, in TikTok''s names and order; NULL until creator info was known once.';
COMMENT ON COLUMN public.creators.comment_disabled IS 'Whether the creator switched comments off.';
COMMENT ON COLUMN public.creators.duet_disabled IS 'Whether the creator switched duets off.';
COMMENT ON COLUMN public.creators.stitch_disabled IS 'Whether the creator switched stitches off.';
COMMENT ON COLUMN public.creators.max_video_post_duration_sec IS 'The longest video they may post, in seconds.';
COMMENT ON COLUMN public.creators.user_info_outcome IS 'Result of the last user info request: known, or why it is not.';
COMMENT ON COLUMN public.creators.creator_info_outcome IS 'Result of the last creator info request: known, or why it is not.';
COMMENT ON COLUMN public.creators.log_id IS 'TikTok''s log id of the last failed request; their support asks for it.';
COMMENT ON COLUMN public.creators.profile_known_at IS 'When TikTok last sent profile data of the creator.';
COMMENT ON COLUMN public.creators.connected_at IS 'When the creator connected first.';
COMMENT ON COLUMN public.creators.ended_at IS 'When their last grant was ended; NULL while one is active.';
COMMENT ON COLUMN public.creators.end_cause IS 'Cause of the end: here, or TikTok''s reason for removing the grant.';
COMMENT ON COLUMN public.creators.reference IS 'The operator''s own id of the creator.';
COMMENT ON COLUMN public.creators.labels IS 'The operator''s labels, by which API keys may be limited.';
COMMENT ON COLUMN public.creators.note IS 'The operator''s note.';
COMMENT ON COLUMN public.creators.version IS 'Counts the changes of reference, labels and note.';
COMMENT ON COLUMN public.creators.annotated_at IS 'When these were last changed.';
COMMENT ON COLUMN public.creators.profile_asked_at IS 'When TikTok was last called for the profile, whatever the result.';

CREATE TABLE IF NOT EXISTS public.tiktok_tokens (
    id                    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    creator_id            uuid        NOT NULL REFERENCES public.creators (id) ON DELETE CASCADE,
    access_token          text,
    refresh_token         text,
    token_type            text        NOT NULL,
    scopes                text        NOT NULL,
    granted_at            timestamptz NOT NULL,
    refreshed_at          timestamptz NOT NULL,
    access_expires_at     timestamptz NOT NULL,
    refresh_expires_at    timestamptz,
    is_active             boolean     NOT NULL,
    fence                 bigint      NOT NULL DEFAULT 0,
    generation            bigint      NOT NULL DEFAULT 0,
    lease_until           timestamptz,
    claim_open            boolean     NOT NULL DEFAULT false,
    unsure                boolean     NOT NULL DEFAULT false,
    refresh_due_at        timestamptz,
    failing_since         timestamptz,
    needs_reconnect_since timestamptz,
    refresh_failure       text        CONSTRAINT tiktok_tokens_refresh_failure CHECK (refresh_failure IN (
        'refused', 'answer_lost', 'consent_ended', 'unreachable', 'no_answer', 'unavailable', 'rate_limited',
        'app_refused', 'request_refused', 'unexpected', 'unreadable'
    )),
    failures              integer     NOT NULL DEFAULT 0 CHECK (failures >= 0),
    failure_log_id        text        CHECK (length(failure_log_id) BETWEEN 1 AND 64),
    -- Columns of their own: PostgreSQL reads no expression from an index alone.
    access_key_id         text        GENERATED ALWAYS AS (split_part(access_token, '.', 2)) STORED,
    refresh_key_id        text        GENERATED ALWAYS AS (split_part(refresh_token, '.', 2)) STORED,
    CONSTRAINT tiktok_tokens_ended_is_erased CHECK (is_active OR (access_token IS NULL AND refresh_token IS NULL)),
    CONSTRAINT tiktok_tokens_active_has_token CHECK (NOT is_active OR access_token IS NOT NULL),
    CONSTRAINT tiktok_tokens_claim_has_lease CHECK (lease_until IS NOT NULL OR NOT claim_open)
)
-- A claim changes no indexed column: with free space on its page it touches no index.
WITH (fillfactor = 80);

-- Enforces one active grant, and finds a creator's active grant.
CREATE UNIQUE INDEX IF NOT EXISTS tiktok_tokens_one_active ON public.tiktok_tokens (creator_id) WHERE is_active;

-- Finds all grants of a creator, for the cascade when a creator is deleted.
CREATE INDEX IF NOT EXISTS tiktok_tokens_ended ON public.tiktok_tokens (refreshed_at) WHERE NOT is_active;

CREATE INDEX IF NOT EXISTS tiktok_tokens_creator ON public.tiktok_tokens (creator_id);

-- Grants that can be claimed, most urgent first.
CREATE INDEX IF NOT EXISTS tiktok_tokens_due ON public.tiktok_tokens (refresh_due_at)
WHERE is_active AND refresh_token IS NOT NULL AND needs_reconnect_since IS NULL AND refresh_due_at IS NOT NULL;

-- Grants by state, for cc_connections: each is in one of these three.
CREATE INDEX IF NOT EXISTS tiktok_tokens_dead ON public.tiktok_tokens (needs_reconnect_since)
WHERE is_active AND needs_reconnect_since IS NOT NULL;

CREATE INDEX IF NOT EXISTS tiktok_tokens_failing ON public.tiktok_tokens (refresh_expires_at)
WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NOT NULL;

CREATE INDEX IF NOT EXISTS tiktok_tokens_working ON public.tiktok_tokens (refresh_expires_at)
WHERE is_active AND needs_reconnect_since IS NULL AND failing_since IS NULL;

-- Grants by risk, for cc_creators: who must connect again, who cannot be refreshed, then by the end of the consent.
CREATE INDEX IF NOT EXISTS tiktok_tokens_risk ON public.tiktok_tokens (
    (CASE WHEN needs_reconnect_since IS NOT NULL THEN 0 WHEN failing_since IS NOT NULL THEN 1 ELSE 2 END),
    (COALESCE(refresh_expires_at, 'infinity'::timestamptz)),
    creator_id
)
WHERE is_active;

CREATE INDEX IF NOT EXISTS tiktok_tokens_keys ON public.tiktok_tokens (access_key_id, refresh_key_id) WHERE is_active;

COMMENT ON TABLE public.tiktok_tokens IS 'Grants: one row for each consent of a creator, at most one of them active.';
COMMENT ON COLUMN public.tiktok_tokens.id IS 'Counts up.';
COMMENT ON COLUMN public.tiktok_tokens.creator_id IS 'The creator who gave the consent.';
COMMENT ON COLUMN public.tiktok_tokens.access_token IS 'Sealed by the app (v1.<key>.<data>); NULL once the grant has ended: tokens are erased, not kept.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_token IS 'Sealed likewise; NULL once the grant has ended, or if TikTok never gave one.';
COMMENT ON COLUMN public.tiktok_tokens.token_type IS 'TikTok''s token_type, as sent.';
COMMENT ON COLUMN public.tiktok_tokens.scopes IS 'What was granted: comma-separated, in TikTok''s order.';
COMMENT ON COLUMN public.tiktok_tokens.granted_at IS 'When the creator consented.';
COMMENT ON COLUMN public.tiktok_tokens.refreshed_at IS 'When the tokens were last renewed.';
COMMENT ON COLUMN public.tiktok_tokens.access_expires_at IS 'When the access token expires.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_expires_at IS 'When the refresh token, and so the consent, expires; NULL if TikTok sent no time.';
COMMENT ON COLUMN public.tiktok_tokens.is_active IS 'Whether this is the grant in force.';
COMMENT ON COLUMN public.tiktok_tokens.fence IS 'Counts the claims; only the latest may write the grant''s state.';
COMMENT ON COLUMN public.tiktok_tokens.generation IS 'Counts the creator''s token pairs; new tokens are stored if they were requested with the stored pair.';
COMMENT ON COLUMN public.tiktok_tokens.lease_until IS 'When the latest claim''s lease expires; NULL once the claim was completed.';
COMMENT ON COLUMN public.tiktok_tokens.claim_open IS 'Whether the latest claim was never completed.';
COMMENT ON COLUMN public.tiktok_tokens.unsure IS 'Whether TikTok may have received this refresh token in a request whose response was lost.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_due_at IS 'When the grant is due for a refresh; NULL: never.';
COMMENT ON COLUMN public.tiktok_tokens.failing_since IS 'First refresh failure since the last success.';
COMMENT ON COLUMN public.tiktok_tokens.needs_reconnect_since IS 'Since when the creator must connect again.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_failure IS 'Why refreshing fails, or why the creator must connect again.';
COMMENT ON COLUMN public.tiktok_tokens.failures IS 'Failures since the last success.';
COMMENT ON COLUMN public.tiktok_tokens.failure_log_id IS 'TikTok''s log id of the last failure; their support asks for it.';
COMMENT ON COLUMN public.tiktok_tokens.access_key_id IS 'The key that seals the access token, read from its text.';
COMMENT ON COLUMN public.tiktok_tokens.refresh_key_id IS 'The key that seals the refresh token, read from its text.';

CREATE TABLE IF NOT EXISTS public.active_grant_counts (
    slot   smallint PRIMARY KEY,
    active bigint   NOT NULL
) WITH (fillfactor = 50);

COMMENT ON TABLE public.active_grant_counts IS 'The number of active grants, kept by a trigger because counting a million rows is slow. The sum over the slots is exact; one slot alone says nothing.';
COMMENT ON COLUMN public.active_grant_counts.slot IS 'Which share of the connections counts here, so that logins seldom wait for each other.';
COMMENT ON COLUMN public.active_grant_counts.active IS 'Grants that became active less grants that ended, by these connections.';

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

COMMENT ON TABLE public.revocations IS 'Ended grants that are still to be revoked at TikTok. They outlive their creator.';
COMMENT ON COLUMN public.revocations.id IS 'Counts up.';
COMMENT ON COLUMN public.revocations.grant_id IS 'The grant''s row in tiktok_tokens, which may be gone.';
COMMENT ON COLUMN public.revocations.generation IS 'Counts the token pairs, starting with the grant''s count: a refresh that was running when the grant ended saves its tokens here.';
COMMENT ON COLUMN public.revocations.client_key IS 'The TikTok app that the tokens are sealed for.';
COMMENT ON COLUMN public.revocations.open_id IS 'The creator that the tokens are sealed for, by TikTok''s id.';
COMMENT ON COLUMN public.revocations.access_token IS 'The token to revoke; sealed by the app.';
COMMENT ON COLUMN public.revocations.refresh_token IS 'To get a valid access token when that one has expired; sealed by the app.';
COMMENT ON COLUMN public.revocations.access_expires_at IS 'When the access token expires.';
COMMENT ON COLUMN public.revocations.refresh_expires_at IS 'When the consent expires, and nothing is left to revoke; NULL if TikTok sent no time.';
COMMENT ON COLUMN public.revocations.ended_at IS 'When the grant was ended here.';
COMMENT ON COLUMN public.revocations.attempts IS 'Attempts so far.';
COMMENT ON COLUMN public.revocations.next_try_at IS 'When the next attempt is due.';
COMMENT ON COLUMN public.revocations.fence IS 'Counts the claims; only the latest may write the result.';
COMMENT ON COLUMN public.revocations.lease_until IS 'When the latest claim''s lease expires.';
COMMENT ON COLUMN public.revocations.access_key_id IS 'The key that seals the access token, read from its text.';
COMMENT ON COLUMN public.revocations.refresh_key_id IS 'The key that seals the refresh token, read from its text.';

CREATE TABLE IF NOT EXISTS public.avatars (
    creator_id uuid        PRIMARY KEY REFERENCES public.creators (id) ON DELETE CASCADE,
    media_type text        NOT NULL CHECK (media_type LIKE 'image/%'),
    bytes      bytea       NOT NULL CHECK (octet_length(bytes) <= 4194304),
    fetched_at timestamptz NOT NULL
);

-- Pictures are compressed already.
ALTER TABLE public.avatars ALTER COLUMN bytes SET STORAGE EXTERNAL;

COMMENT ON TABLE public.avatars IS 'The creators'' pictures, fetched by us so that no page requests one from a third party.';
COMMENT ON COLUMN public.avatars.creator_id IS 'Whose picture it is.';
COMMENT ON COLUMN public.avatars.media_type IS 'What the picture''s first bytes say it is: image/jpeg, image/png, image/webp or image/gif.';
COMMENT ON COLUMN public.avatars.bytes IS 'The picture.';
COMMENT ON COLUMN public.avatars.fetched_at IS 'When we fetched it.';

CREATE TABLE IF NOT EXISTS public.answered_requests (
    key         uuid        PRIMARY KEY,
    answer      jsonb,
    answered_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX IF NOT EXISTS answered_requests_answered_at ON public.answered_requests (answered_at);

COMMENT ON TABLE public.answered_requests IS 'Answers to requests that have an effect once: a caller whose connection died asks again, and gets the same one. Kept for an hour.';
COMMENT ON COLUMN public.answered_requests.key IS 'The idempotency key: the caller draws it for each request.';
COMMENT ON COLUMN public.answered_requests.answer IS 'What the first call returned.';
COMMENT ON COLUMN public.answered_requests.answered_at IS 'When.';

CREATE TABLE IF NOT EXISTS public.pending_logins (
    state_digest  text        PRIMARY KEY,
    browser       text        NOT NULL,
    code_verifier text,
    scopes        text        NOT NULL,
    popup         boolean     NOT NULL,
    begun_at      timestamptz NOT NULL,
    taken_at      timestamptz,
    outcome       jsonb,
    creator_id    uuid,
    arrival       bigint      GENERATED ALWAYS AS IDENTITY
);

CREATE INDEX IF NOT EXISTS pending_logins_browser ON public.pending_logins (browser, begun_at, arrival);

CREATE INDEX IF NOT EXISTS pending_logins_begun_at ON public.pending_logins (begun_at);

CREATE INDEX IF NOT EXISTS pending_logins_creator ON public.pending_logins (creator_id) WHERE creator_id IS NOT NULL;

COMMENT ON TABLE public.pending_logins IS 'Logins that were sent to TikTok. Each is taken once, is good for ten minutes, and is kept for an hour.';
COMMENT ON COLUMN public.pending_logins.state_digest IS 'SHA-256 of the login''s state, hex: the state itself is known to the browser alone.';
COMMENT ON COLUMN public.pending_logins.browser IS 'SHA-256 of the token in the cookie of the browser that began the login, hex.';
COMMENT ON COLUMN public.pending_logins.code_verifier IS 'The PKCE verifier, sealed; NULL where none was used and once the login is taken.';
COMMENT ON COLUMN public.pending_logins.scopes IS 'The requested scopes: comma-separated.';
COMMENT ON COLUMN public.pending_logins.popup IS 'Whether it runs in a popup.';
COMMENT ON COLUMN public.pending_logins.begun_at IS 'When it began.';
COMMENT ON COLUMN public.pending_logins.taken_at IS 'When its callback arrived.';
COMMENT ON COLUMN public.pending_logins.outcome IS 'How it ended, for a callback that is loaded again: connected with the creator''s id, or failed.';
COMMENT ON COLUMN public.pending_logins.creator_id IS 'The creator whom it connected, so that nobody is signed in by it once that connection has ended.';
COMMENT ON COLUMN public.pending_logins.arrival IS 'Counts up: the order of logins within one second.';

CREATE TABLE IF NOT EXISTS public.web_sessions (
    id         text        PRIMARY KEY,
    data       text        NOT NULL,
    creator_id uuid,
    expires_at timestamptz NOT NULL
);

CREATE INDEX IF NOT EXISTS web_sessions_expires_at ON public.web_sessions (expires_at);

CREATE INDEX IF NOT EXISTS web_sessions_creator ON public.web_sessions (creator_id) WHERE creator_id IS NOT NULL;

COMMENT ON TABLE public.web_sessions IS 'Browsers'' sessions. Deleting a row logs that browser out.';
COMMENT ON COLUMN public.web_sessions.id IS 'SHA-256 of the session id, hex: a copy of this table opens no session.';
COMMENT ON COLUMN public.web_sessions.data IS 'The session''s values as JSON text, unchanged.';
COMMENT ON COLUMN public.web_sessions.expires_at IS 'When it ends.';
COMMENT ON COLUMN public.web_sessions.creator_id IS 'The creator who is signed in, so that a creator''s sessions can be ended in every browser.';

CREATE TABLE IF NOT EXISTS public.webhook_events (
    id               bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uid              uuid        NOT NULL DEFAULT gen_random_uuid(),
    digest           text,
    creator_id       uuid        REFERENCES public.creators (id) ON DELETE CASCADE,
    client_key       text,
    open_id          text,
    name             text        NOT NULL,
    created_at       timestamptz NOT NULL,
    received_at      timestamptz NOT NULL,
    body             text        NOT NULL,
    status           text        NOT NULL DEFAULT 'waiting' CONSTRAINT webhook_events_status CHECK (status IN (
        'waiting', 'done', 'set_aside', 'forwarding', 'undelivered'
    )),
    due_at           timestamptz NOT NULL DEFAULT 'epoch',
    fence            bigint      NOT NULL DEFAULT 0,
    attempts         integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    forward_attempts integer     NOT NULL DEFAULT 0 CHECK (forward_attempts >= 0),
    error            text
);

CREATE INDEX IF NOT EXISTS webhook_events_uid ON public.webhook_events (uid);

CREATE UNIQUE INDEX IF NOT EXISTS webhook_events_digest ON public.webhook_events (digest) WHERE digest IS NOT NULL;

CREATE INDEX IF NOT EXISTS webhook_events_due ON public.webhook_events (status, due_at, id)
WHERE status IN ('waiting', 'forwarding');

CREATE INDEX IF NOT EXISTS webhook_events_failed ON public.webhook_events (status, id)
WHERE status IN ('set_aside', 'undelivered');

CREATE INDEX IF NOT EXISTS webhook_events_creator ON public.webhook_events (creator_id, id);

-- The way from an event to the earlier ones of its creator that are not done.
CREATE INDEX IF NOT EXISTS webhook_events_unfinished ON public.webhook_events (creator_id, id)
WHERE status IN ('waiting', 'forwarding');

CREATE INDEX IF NOT EXISTS webhook_events_unknown_creator ON public.webhook_events (client_key, open_id)
WHERE creator_id IS NULL AND open_id IS NOT NULL;

-- Each row is in one of these two: the ledger is kept for hours, what is left of it for months.
CREATE INDEX IF NOT EXISTS webhook_events_ledger ON public.webhook_events (received_at) WHERE digest IS NOT NULL;

CREATE INDEX IF NOT EXISTS webhook_events_age ON public.webhook_events (received_at) WHERE digest IS NULL;

COMMENT ON TABLE public.webhook_events IS 'TikTok''s events, unchanged, and our own about connections; in the order of insertion.';
COMMENT ON COLUMN public.webhook_events.id IS 'Counts up; by it the operator shows and replays an event.';
COMMENT ON COLUMN public.webhook_events.uid IS 'Random: the event''s name towards the operator''s own programs (webhook-id).';
COMMENT ON COLUMN public.webhook_events.digest IS 'The ledger: SHA-256 of the received body, hex; of a consent the end of its sealed token, which no other sealing has. NULL once nothing repeats it any more.';
COMMENT ON COLUMN public.webhook_events.creator_id IS 'The creator; NULL for an unknown creator, and for the last event of a deleted one.';
COMMENT ON COLUMN public.webhook_events.client_key IS 'The TikTok app that TikTok named; NULL for our own.';
COMMENT ON COLUMN public.webhook_events.open_id IS 'The creator that TikTok named, if it named one.';
COMMENT ON COLUMN public.webhook_events.name IS 'TikTok''s name of it, or ours (creator.…).';
COMMENT ON COLUMN public.webhook_events.created_at IS 'When it happened: TikTok''s create_time, or the time of the change.';
COMMENT ON COLUMN public.webhook_events.received_at IS 'When it was stored.';
COMMENT ON COLUMN public.webhook_events.body IS 'TikTok''s body, unchanged; of our own events a JSON object.';
COMMENT ON COLUMN public.webhook_events.status IS 'waiting: to be handled; set_aside: handling has failed for good; forwarding: handled, to be forwarded; undelivered: forwarding has failed for good; done.';
COMMENT ON COLUMN public.webhook_events.due_at IS 'When it is to be handled or forwarded; a claim postpones it.';
COMMENT ON COLUMN public.webhook_events.fence IS 'Counts the claims; only the latest may write the result.';
COMMENT ON COLUMN public.webhook_events.attempts IS 'Claims to handle it.';
COMMENT ON COLUMN public.webhook_events.forward_attempts IS 'Claims to forward it.';
COMMENT ON COLUMN public.webhook_events.error IS 'The last error.';

CREATE TABLE IF NOT EXISTS public.api_keys (
    id                  text        PRIMARY KEY CHECK (id ~ '^[0-9A-Za-z]{12}$'),
    digest              text        NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    name                text        NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    permissions         text[]      NOT NULL,
    creators            jsonb       NOT NULL,
    addresses           text[]      NOT NULL,
    requests_per_minute integer     NOT NULL CHECK (requests_per_minute > 0),
    tokens_per_minute   integer     NOT NULL CHECK (tokens_per_minute > 0),
    created_at          timestamptz NOT NULL,
    expires_at          timestamptz,
    last_used_at        timestamptz,
    revoked_at          timestamptz
);

COMMENT ON TABLE public.api_keys IS 'API keys of the operator''s programs. A key''s secret is known to the program alone.';
COMMENT ON COLUMN public.api_keys.id IS 'Random; a part of the key.';
COMMENT ON COLUMN public.api_keys.digest IS 'SHA-256 of the key''s secret, hex.';
COMMENT ON COLUMN public.api_keys.name IS 'The operator''s name for it.';
COMMENT ON COLUMN public.api_keys.permissions IS 'What it may do.';
COMMENT ON COLUMN public.api_keys.creators IS 'The creators that it is for: "all", or an object with ids or labels.';
COMMENT ON COLUMN public.api_keys.addresses IS 'The networks that it may be used from, as CIDR; any network when empty.';
COMMENT ON COLUMN public.api_keys.requests_per_minute IS 'Requests in a minute.';
COMMENT ON COLUMN public.api_keys.tokens_per_minute IS 'Access tokens in a minute.';
COMMENT ON COLUMN public.api_keys.created_at IS 'When it was made.';
COMMENT ON COLUMN public.api_keys.expires_at IS 'When it expires; NULL: never.';
COMMENT ON COLUMN public.api_keys.last_used_at IS 'When it was last used, to the minute.';
COMMENT ON COLUMN public.api_keys.revoked_at IS 'When it was revoked.';

CREATE TABLE IF NOT EXISTS public.audit_log (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chain      uuid        NOT NULL,
    seq        bigint      NOT NULL CHECK (seq >= 0),
    prev       text        NOT NULL,
    digest     text        NOT NULL,
    at         timestamptz NOT NULL,
    actor_kind text        NOT NULL CONSTRAINT audit_log_actor_kind CHECK (actor_kind IN (
        'key', 'operator', 'cli', 'creator', 'engine'
    )),
    actor_id   text,
    actor_name text,
    action     text        NOT NULL,
    creator_id uuid,
    target     text,
    outcome    text        NOT NULL CONSTRAINT audit_log_outcome CHECK (outcome IN ('ok', 'refused', 'failed')),
    code       text,
    generation bigint,
    address    text,
    request_id text,
    CONSTRAINT audit_log_place UNIQUE (chain, seq)
);

CREATE INDEX IF NOT EXISTS audit_log_creator ON public.audit_log (creator_id, id) WHERE creator_id IS NOT NULL;

CREATE INDEX IF NOT EXISTS audit_log_at ON public.audit_log (at);

COMMENT ON TABLE public.audit_log IS 'Who did what with whose connection. Rows outlive their creator, and name them by our own id alone.';
COMMENT ON COLUMN public.audit_log.id IS 'Counts up.';
COMMENT ON COLUMN public.audit_log.chain IS 'The process that wrote the row: each writes a chain of its own.';
COMMENT ON COLUMN public.audit_log.seq IS 'The number in the chain, from 0.';
COMMENT ON COLUMN public.audit_log.prev IS 'The digest of the row before in the chain, hex.';
COMMENT ON COLUMN public.audit_log.digest IS 'SHA-256 of prev and the row, hex: a row that is changed or taken out is found out.';
COMMENT ON COLUMN public.audit_log.at IS 'When it happened, by the clock of the process.';
COMMENT ON COLUMN public.audit_log.actor_kind IS 'Who: a key, an operator, a command, the creator, or the app''s own engine.';
COMMENT ON COLUMN public.audit_log.actor_id IS 'The actor''s id.';
COMMENT ON COLUMN public.audit_log.actor_name IS 'The actor''s name at that time.';
COMMENT ON COLUMN public.audit_log.action IS 'What happened, from a closed list.';
COMMENT ON COLUMN public.audit_log.creator_id IS 'Whose connection.';
COMMENT ON COLUMN public.audit_log.target IS 'What else it was done to.';
COMMENT ON COLUMN public.audit_log.outcome IS 'How it ended.';
COMMENT ON COLUMN public.audit_log.code IS 'The code of the problem that was answered.';
COMMENT ON COLUMN public.audit_log.generation IS 'The generation of the token that was handed out.';
COMMENT ON COLUMN public.audit_log.address IS 'The client''s network: /24 or /48.';
COMMENT ON COLUMN public.audit_log.request_id IS 'The id of the request.';

-- The count of active grants ----------------------------------------------------------------------------

-- Keeps active_grant_counts. One transaction writes one slot only, so that no two can deadlock.
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

-- Our own events ----------------------------------------------------------------------------------------

-- Assigns events that were received before their creator connected.
CREATE OR REPLACE FUNCTION public.cc_adopt_events()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    UPDATE public.webhook_events
    SET creator_id = NEW.id
    WHERE creator_id IS NULL AND client_key = NEW.client_key AND open_id = NEW.open_id;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_adopt_events() IS 'Assigns to a new creator TikTok''s events that were received before the consent.';

CREATE OR REPLACE TRIGGER adopt_events
AFTER INSERT ON public.creators
FOR EACH ROW EXECUTE FUNCTION public.cc_adopt_events();

-- A consent. The same one, saved again after an answer was lost, writes no second event. A sign-in with the scopes of a
-- grant that works, and that does not end within 30 days, is no event at all.
CREATE OR REPLACE FUNCTION public.cc_record_consent()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    former record;
BEGIN
    SELECT
        grants.id,
        grants.failing_since,
        grants.needs_reconnect_since,
        creators.ended_at IS NULL
            AND grants.scopes = NEW.scopes
            AND grants.failing_since IS NULL
            AND grants.needs_reconnect_since IS NULL
            AND COALESCE(grants.refresh_expires_at > NEW.granted_at + interval '30 days', true) AS goes_on
    INTO former
    FROM public.tiktok_tokens AS grants
    JOIN public.creators ON creators.id = grants.creator_id
    WHERE grants.creator_id = NEW.creator_id AND grants.id < NEW.id
    ORDER BY grants.id DESC
    LIMIT 1;

    IF former.goes_on THEN
        RETURN NULL;
    END IF;

    INSERT INTO public.webhook_events (digest, creator_id, name, created_at, received_at, body)
    VALUES (
        'grant ' || NEW.creator_id || ' ' || right(NEW.access_token, 24),
        NEW.creator_id,
        CASE WHEN former.id IS NULL THEN 'creator.connected' ELSE 'creator.reconnected' END,
        NEW.granted_at,
        clock_timestamp(),
        jsonb_build_object('creator', NEW.creator_id, 'scopes', NEW.scopes)::text
    )
    ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING;

    -- The former grant's failure is over.
    IF former.failing_since IS NOT NULL OR former.needs_reconnect_since IS NOT NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.recovered', NEW.granted_at, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id)::text
        );
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_record_consent() IS 'Writes creator.connected or creator.reconnected unless the former consent goes on, and creator.recovered where the former grant was failing.';

CREATE OR REPLACE TRIGGER record_consent
AFTER INSERT ON public.tiktok_tokens
FOR EACH ROW WHEN (NEW.is_active) EXECUTE FUNCTION public.cc_record_consent();

-- The creator must connect again, or a refresh succeeded again. A failure that may pass is no event.
CREATE OR REPLACE FUNCTION public.cc_record_refresh_state()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    IF OLD.needs_reconnect_since IS NULL AND NEW.needs_reconnect_since IS NOT NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.needs_reconnect', NEW.needs_reconnect_since, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id, 'trouble', NEW.refresh_failure)::text
        );
    ELSIF NEW.failing_since IS NULL AND NEW.needs_reconnect_since IS NULL THEN
        INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
        VALUES (
            NEW.creator_id, 'creator.recovered', NEW.refreshed_at, clock_timestamp(),
            jsonb_build_object('creator', NEW.creator_id)::text
        );
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_record_refresh_state() IS 'Writes creator.needs_reconnect and creator.recovered.';

CREATE OR REPLACE TRIGGER record_refresh_state
AFTER UPDATE OF failing_since, needs_reconnect_since ON public.tiktok_tokens
FOR EACH ROW WHEN (
    OLD.is_active AND NEW.is_active
    AND (OLD.failing_since, OLD.needs_reconnect_since) IS DISTINCT FROM (NEW.failing_since, NEW.needs_reconnect_since)
)
EXECUTE FUNCTION public.cc_record_refresh_state();

-- A disconnect, here or at TikTok. The grant's failure state is cleared, so that a later consent is no recovery.
CREATE OR REPLACE FUNCTION public.cc_record_disconnect()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.webhook_events (creator_id, name, created_at, received_at, body)
    VALUES (
        NEW.id, 'creator.disconnected', NEW.ended_at, clock_timestamp(),
        jsonb_build_object('creator', NEW.id, 'cause', NEW.end_cause)::text
    );

    UPDATE public.tiktok_tokens
    SET failing_since = NULL, needs_reconnect_since = NULL
    WHERE creator_id = NEW.id AND NOT is_active AND (failing_since IS NOT NULL OR needs_reconnect_since IS NOT NULL);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.cc_record_disconnect() IS 'Writes creator.disconnected.';

CREATE OR REPLACE TRIGGER record_disconnect
AFTER UPDATE OF ended_at ON public.creators
FOR EACH ROW WHEN (OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL) EXECUTE FUNCTION public.cc_record_disconnect();

-- The last event of a deleted creator outlives them, and names them by our own id alone: it is written now,
-- or was written before and not forwarded yet.
CREATE OR REPLACE FUNCTION public.cc_keep_last_event()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.webhook_events (name, created_at, received_at, body)
    SELECT
        'creator.disconnected', clock_timestamp(), clock_timestamp(),
        jsonb_build_object('creator', OLD.id, 'cause', 'here')::text
    WHERE EXISTS (SELECT FROM public.tiktok_tokens WHERE creator_id = OLD.id AND is_active);

    UPDATE public.webhook_events
    SET creator_id = NULL
    WHERE creator_id = OLD.id AND name = 'creator.disconnected' AND status IN ('waiting', 'forwarding');
    RETURN OLD;
END
$$;

COMMENT ON FUNCTION public.cc_keep_last_event() IS 'Keeps the creator.disconnected of a deleted creator, without naming them.';

CREATE OR REPLACE TRIGGER keep_last_event
BEFORE DELETE ON public.creators
FOR EACH ROW EXECUTE FUNCTION public.cc_keep_last_event();

-- Once the event of an unknown or deleted creator is done, only the fact that it was received is kept.
CREATE OR REPLACE FUNCTION public.cc_erase_unknown_creator()
RETURNS trigger
LANGUAGE plpgsql
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    NEW.open_id := NULL;
    NEW.body := '{}';
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.cc_erase_unknown_creator() IS 'Erases the contents of an unknown creator''s event once it is done.';

CREATE OR REPLACE TRIGGER erase_unknown_creator
BEFORE UPDATE OF status ON public.webhook_events
FOR EACH ROW
WHEN (
    NEW.status = 'done' AND NEW.creator_id IS NULL
    AND (NEW.open_id IS NOT NULL OR NEW.name = 'creator.disconnected')
)
EXECUTE FUNCTION public.cc_erase_unknown_creator();

-- Grants ------------------------------------------------------------------------------------------------

-- Saves a fresh consent: finds or makes the creator, ends their former grant and erases its tokens, makes
-- this one the only active grant. A refresh token that TikTok left out keeps the stored one and its end.
-- Returns the creator's id. Saving the same consent again changes nothing that a reader could see.
--
-- A consent takes back what waits to be revoked: done now, it would end the new grant. A task that
-- has claimed the revocation may still end the new grant until its lease expires: then the new grant is refreshed,
-- and the failure shows it.
CREATE OR REPLACE FUNCTION public.cc_save_grant(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    given         record;
    since         record;
    creator       uuid;
    former        record;
    revoked_until timestamptz;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        new_id uuid, client_key text, open_id text, access_token text, refresh_token text, scopes text,
        token_type text, granted_at bigint, access_expires_at bigint, refresh_expires_at bigint,
        refresh_due_at bigint, late boolean
    );

    -- One save at a time for one creator: a consent sent twice carries the same new_id twice.
    PERFORM pg_advisory_xact_lock(hashtextextended(given.client_key || ' ' || given.open_id, 0));

    -- The same consent again counts as newer: its tokens may have been refreshed.
    IF given.late THEN
        SELECT
            creators.id,
            tiktok_tokens.granted_at >= to_timestamp(given.granted_at) AS has_newer,
            creators.ended_at >= to_timestamp(given.granted_at) AS has_left
        INTO since
        FROM public.creators
        LEFT JOIN public.tiktok_tokens ON tiktok_tokens.creator_id = creators.id AND is_active
        WHERE client_key = given.client_key AND open_id = given.open_id;

        IF since.has_newer THEN
            RETURN to_jsonb(since.id);
        ELSIF since.has_left THEN
            RETURN NULL;
        END IF;
    END IF;

    INSERT INTO public.creators AS known (id, client_key, open_id, connected_at)
    VALUES (given.new_id, given.client_key, given.open_id, to_timestamp(given.granted_at))
    ON CONFLICT (client_key, open_id) DO UPDATE SET open_id = EXCLUDED.open_id
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

    INSERT INTO public.tiktok_tokens (
        creator_id, access_token, refresh_token, token_type, scopes,
        granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active,
        refresh_due_at, unsure, generation
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
                THEN LEAST(to_timestamp(given.refresh_due_at), date_trunc('second', revoked_until))
        END,
        given.refresh_token IS NULL AND COALESCE(former.unsure, false),
        -- Generations count on over the grants of a creator, so that each names one token pair of theirs.
        (SELECT COALESCE(max(generation) + 1, 0) FROM public.tiktok_tokens WHERE creator_id = creator)
    );

    -- Not before: the trigger of the new grant reads whether the creator had left.
    UPDATE public.creators SET ended_at = NULL, end_cause = NULL WHERE id = creator AND ended_at IS NOT NULL;

    RETURN to_jsonb(creator);
END
$$;

COMMENT ON FUNCTION public.cc_save_grant(jsonb) IS 'Saves a fresh consent as the creator''s only active grant, and takes back what waits to be revoked; returns the creator''s id.';

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

-- Claims grants for `lease_seconds`: with `creator_id` that creator's, due or not; else at most `limit` that
-- are due, most urgent first, skipping what another task is claiming. Returns them with the current
-- time; `busy` says that another task has claimed this creator's grant.
--
-- A claim after one that was never completed is `unsure`: TikTok may have been called.
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
            'refresh_due_at', extract(epoch FROM claimed.refresh_due_at)::bigint,
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

COMMENT ON FUNCTION public.cc_claim_grants(jsonb) IS 'Claims grants that are due, or one creator''s; returns them with their sealed tokens.';

-- Saves the result of a claimed refresh. Without tokens the claim must be the latest, by fence and generation; with
-- tokens only the generation must match. Returns whether the result is stored, which is true for the same tokens
-- a second time.
--
-- New tokens of a grant that ended meanwhile go to its revocation, whose own are dead by them; its fence goes
-- up, so that a task that has claimed it with those cannot complete it. The answer is false then too.
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

    PERFORM public.cc_renew_revocation(request);

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

COMMENT ON FUNCTION public.cc_complete_refresh(jsonb) IS 'Saves the result of a claimed refresh; returns whether it was saved.';

-- How many creators are in each state at `now`, as domain::GrantStatus::state has it for one grant.
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

COMMENT ON FUNCTION public.cc_connections(jsonb) IS 'The number of creators in each state.';

-- Ends and revocations ----------------------------------------------------------------------------------

-- Ends the creator's active grant and erases its tokens. With `revoke` they wait, sealed, to be revoked; with
-- `erase_profile` what TikTok said of the creator goes too. Returns null for an unknown creator and for a
-- grant that was given after `given_until`, which stays as it is. The same `idempotency_key` again gets the first answer.
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
    ended      jsonb;
BEGIN
    SELECT * INTO given
    FROM jsonb_to_record(request) AS fields (
        creator_id uuid, at bigint, cause text, given_until bigint, revoke boolean, erase_profile boolean,
        idempotency_key uuid
    );

    SELECT answer INTO ended FROM public.answered_requests WHERE key = given.idempotency_key;
    IF FOUND THEN
        RETURN ended;
    END IF;

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

    -- A callback that is loaded again signs nobody in any more.
    DELETE FROM public.pending_logins WHERE creator_id = known.id;

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

    ended := jsonb_build_object('was_active', grants.id IS NOT NULL, 'revocation', revocation);
    IF given.idempotency_key IS NOT NULL THEN
        INSERT INTO public.answered_requests (key, answer) VALUES (given.idempotency_key, ended);
    END IF;
    RETURN ended;
END
$$;

COMMENT ON FUNCTION public.cc_end_grant(jsonb) IS 'Ends the creator''s active grant and erases its tokens; returns what was ended, null for an unknown creator or a younger grant.';

-- Forgets the creator: their grants, their picture, their sessions in every browser. A grant that was active
-- leaves a revocation. Returns null for an unknown creator. The same `idempotency_key` again gets the first answer.
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

COMMENT ON FUNCTION public.cc_delete_creator(jsonb) IS 'Deletes the creator and ends their sessions; returns what was ended, null for an unknown creator.';

-- Claims revocations for `lease_seconds`: with `id` that one, due or not; else at most `limit` that are due.
-- Returns them with the present moment.
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
            'grant_id', grant_id,
            'generation', generation,
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

COMMENT ON FUNCTION public.cc_claim_revocations(jsonb) IS 'Claims revocations that are due, or one; returns them with their sealed tokens.';

-- Gives new tokens of a grant that has ended to the revocation that waits with the pair before them, which is dead by
-- now. It is due at once, and its fence goes up, so that a task that has claimed it with the dead pair cannot complete
-- it. Returns whether a revocation has these tokens, which is true for the same tokens a second time.
CREATE OR REPLACE FUNCTION public.cc_renew_revocation(request jsonb)
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
        id bigint, generation bigint, access_token text, refresh_token text, access_expires_at bigint,
        refresh_expires_at bigint
    );

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
    RETURN to_jsonb(FOUND OR EXISTS (
        SELECT
        FROM public.revocations AS waiting
        WHERE waiting.grant_id = given.id
            AND waiting.access_token = given.access_token
    ));
END
$$;

COMMENT ON FUNCTION public.cc_renew_revocation(jsonb) IS 'Gives new tokens of an ended grant to its revocation; returns whether it has them.';

-- Says how a claimed revocation ended: with `next_try_at` it is tried again then, without it is done and the row
-- goes. Returns whether the claim was still the last.
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
        id bigint, fence bigint, next_try_at bigint
    );

    IF given.next_try_at IS NOT NULL THEN
        UPDATE public.revocations
        SET next_try_at = to_timestamp(given.next_try_at), lease_until = NULL
        WHERE id = given.id AND fence = given.fence;
    ELSE
        DELETE FROM public.revocations WHERE id = given.id AND fence = given.fence;
    END IF;

    RETURN to_jsonb(FOUND);
END
$$;

COMMENT ON FUNCTION public.cc_complete_revocation(jsonb) IS 'Saves the result of a claimed revocation; returns whether the claim was the latest.';

-- Encryption keys ---------------------------------------------------------------------------------------

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

-- Replaces a row's sealed tokens by the same tokens sealed with another key, if the old ones are still stored.
-- Returns whether the new ones are stored, also if they were before.
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

COMMENT ON FUNCTION public.cc_reseal(jsonb) IS 'Replaces a row''s sealed tokens by the same ones under another key; returns false when newer ones are stored.';

-- Creators ----------------------------------------------------------------------------------------------

-- Saves TikTok's data of a creator; what is null keeps its stored value, except the outcomes and the
-- log id, which always describe the last request. Returns whether the creator has a grant: TikTok's data
-- is not kept once the grant has ended and the profile may be erased.
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

COMMENT ON FUNCTION public.cc_save_profile(jsonb) IS 'Saves TikTok''s data of a creator; what is null keeps its value. Returns whether the creator has a grant.';

-- Recent events of a creator, newest first.
CREATE OR REPLACE FUNCTION public.cc_activity(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH found AS (
        SELECT id, name, created_at, body
        FROM public.webhook_events
        WHERE creator_id = (request ->> 'creator_id')::uuid
        ORDER BY id DESC
        LIMIT COALESCE((request ->> 'limit')::bigint, 0)
    )
    SELECT COALESCE(
        jsonb_agg(
            jsonb_build_object(
                'name', name, 'created_at', floor(extract(epoch FROM created_at))::bigint, 'body', body
            )
            ORDER BY id DESC
        ),
        '[]'
    )
    FROM found
$$;

COMMENT ON FUNCTION public.cc_activity(jsonb) IS 'Recent events of a creator.';

-- The programs that have used a creator's connection, by the name of their key, the last first: of the newest 10,000
-- rows about them.
CREATE OR REPLACE FUNCTION public.cc_programs(request jsonb)
RETURNS jsonb
LANGUAGE sql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH programs AS (
        SELECT actor_name AS name, count(*) AS count, max(at) AS last_at
        FROM (
            SELECT *
            FROM public.audit_log
            WHERE creator_id = (request ->> 'creator_id')::uuid
            ORDER BY id DESC
            LIMIT 10000
        ) AS newest
        WHERE actor_kind = 'key' AND outcome = 'ok' AND actor_name IS NOT NULL
        GROUP BY actor_name
    )
    SELECT COALESCE(
        jsonb_agg(
            jsonb_build_object('name', name, 'count', count, 'last_at', extract(epoch FROM last_at)::bigint)
            ORDER BY last_at DESC, name
        ),
        '[]'
    )
    FROM programs
$$;

COMMENT ON FUNCTION public.cc_programs(jsonb) IS 'The programs that have used a creator''s connection, how often and when last.';

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
        'end_cause', creators.end_cause,
        'reference', creators.reference,
        'labels', creators.labels,
        'note', creators.note,
        'version', creators.version,
        'activity', CASE WHEN request ? 'events' THEN
            public.cc_activity(jsonb_build_object('creator_id', creators.id, 'limit', request -> 'events'))
        END,
        'programs', CASE WHEN request ? 'events' THEN
            public.cc_programs(jsonb_build_object('creator_id', creators.id))
        END
    )
    FROM public.creators
    LEFT JOIN public.tiktok_tokens AS grants ON grants.creator_id = creators.id AND grants.is_active
    WHERE creators.id = (request ->> 'creator_id')::uuid
$$;

COMMENT ON FUNCTION public.cc_creator(jsonb) IS 'The creator with the times of their active grant, without tokens; null if they are unknown.';

-- Creators in an order; with `after`, those behind the creator in that place. Every other field narrows the list;
-- `visible` is "all", {"ids": […]} or {"labels": […]}. Each call is planned anew, for its filters and its order.
CREATE OR REPLACE FUNCTION public.cc_creators(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    moment  CONSTANT timestamptz := to_timestamp((request ->> 'now')::bigint);
    soon    CONSTANT timestamptz := moment + make_interval(secs => (request ->> 'expiring_seconds')::double precision);
    after   CONSTANT jsonb := NULLIF(request -> 'after', 'null');
    -- As in the indexes creators_handle and tiktok_tokens_risk.
    handle  CONSTANT text := 'lower(COALESCE(creators.creator_username, '''')) COLLATE "C"';
    risk    CONSTANT text := '(CASE WHEN grants.needs_reconnect_since IS NOT NULL THEN 0 WHEN grants.failing_since IS NOT NULL THEN 1 ELSE 2 END)';
    ending  CONSTANT text := 'COALESCE(grants.refresh_expires_at, ''infinity''::timestamptz)';
    -- Above any second of an end.
    never   CONSTANT bigint := 1000000000000;
    joined  text := 'LEFT JOIN';
    key     text;
    ordered text;
    place   text;
    filters text := '';
    listed  jsonb;
BEGIN
    CASE COALESCE(request ->> 'sort', 'newest')
        WHEN 'newest' THEN
            key := 'to_jsonb(floor(extract(epoch FROM creators.connected_at))::bigint)';
            ordered := 'creators.connected_at DESC, creators.id DESC';
            place := format(
                '(creators.connected_at, creators.id) < (to_timestamp(%s), %L)', (after ->> 'key')::bigint, after ->> 'id'
            );
        WHEN 'risk' THEN
            joined := 'JOIN';
            key := format(
                'to_jsonb(%s * %s + COALESCE(extract(epoch FROM grants.refresh_expires_at)::bigint, %s))',
                risk, never, never - 1
            );
            ordered := format('%s, %s, grants.creator_id', risk, ending);
            place := format(
                '(%s, %s, grants.creator_id) > (%s, %L, %L)',
                risk,
                ending,
                (after ->> 'key')::bigint / never,
                CASE (after ->> 'key')::bigint % never
                    WHEN never - 1 THEN 'infinity'
                    ELSE to_timestamp((after ->> 'key')::bigint % never)
                END,
                after ->> 'id'
            );
        ELSE
            key := format('to_jsonb(%s)', handle);
            ordered := handle || ', creators.id';
            place := format('(%s, creators.id) > (%L, %L)', handle, after ->> 'key', after ->> 'id');
    END CASE;

    IF after IS NOT NULL THEN
        filters := ' AND ' || place;
    END IF;
    IF request -> 'visible' ? 'ids' THEN
        filters := filters || format(
            ' AND creators.id = ANY (%L::uuid[])', ARRAY(SELECT jsonb_array_elements_text(request #> '{visible,ids}'))
        );
    ELSIF request -> 'visible' ? 'labels' THEN
        filters := filters || format(
            ' AND creators.labels && %L::text[]', ARRAY(SELECT jsonb_array_elements_text(request #> '{visible,labels}'))
        );
    END IF;
    IF request ->> 'open_id' IS NOT NULL THEN
        filters := filters || format(' AND creators.open_id = %L', request ->> 'open_id');
    END IF;
    IF request ->> 'reference' IS NOT NULL THEN
        filters := filters || format(' AND creators.reference = %L', request ->> 'reference');
    END IF;
    IF request ->> 'label' IS NOT NULL THEN
        filters := filters || format(' AND creators.labels @> ARRAY[%L]', request ->> 'label');
    END IF;
    IF request ->> 'text' IS NOT NULL THEN
        filters := filters || format(
            ' AND (creators.id::text = %1$L OR creators.open_id = %1$L OR creators.reference = %1$L
                OR strpos(lower(creators.creator_username), lower(%1$L)) > 0
                OR strpos(lower(creators.creator_nickname), lower(%1$L)) > 0)',
            request ->> 'text'
        );
    END IF;
    IF request ->> 'due_before' IS NOT NULL THEN
        filters := filters || format(
            ' AND grants.refresh_expires_at < to_timestamp(%s)', (request ->> 'due_before')::bigint
        );
    END IF;
    IF request ->> 'updated_since' IS NOT NULL THEN
        filters := filters || format(
            ' AND GREATEST(creators.connected_at, creators.ended_at, creators.profile_asked_at, creators.annotated_at,
                grants.refreshed_at, grants.failing_since, grants.needs_reconnect_since) >= to_timestamp(%s)',
            (request ->> 'updated_since')::bigint
        );
    END IF;
    IF request ->> 'state' IS NOT NULL THEN
        filters := filters || format(
            ' AND %L = CASE
                WHEN grants.id IS NULL THEN ''disconnected''
                WHEN grants.needs_reconnect_since IS NOT NULL OR grants.refresh_expires_at <= %L THEN ''needs_reconnect''
                WHEN grants.failing_since IS NOT NULL THEN ''degraded''
                WHEN grants.refresh_expires_at <= %L THEN ''expiring''
                ELSE ''connected''
            END',
            request ->> 'state', moment, soon
        );
    END IF;

    EXECUTE format(
        $query$
            WITH found AS (
                SELECT creators.id, %s AS sort_key
                FROM public.creators
                %s public.tiktok_tokens AS grants ON grants.creator_id = creators.id AND grants.is_active
                WHERE true %s
                ORDER BY %s
                LIMIT $1
            ), placed AS (
                SELECT *, row_number() OVER () AS place FROM found
            )
            SELECT jsonb_agg(
                public.cc_creator(jsonb_build_object('creator_id', id)) || jsonb_build_object('sort_key', sort_key)
                ORDER BY place
            )
            FROM placed
        $query$,
        key, joined, filters, ordered
    )
    INTO listed
    USING COALESCE((request ->> 'limit')::bigint, 0);

    RETURN COALESCE(listed, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_creators(jsonb) IS 'Creators, narrowed by filters, page by page; each as cc_creator returns it, with the value that is sorted by.';

-- Replaces the operator's notes about a creator, unless they have changed since `version`.
CREATE OR REPLACE FUNCTION public.cc_annotate_creator(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
BEGIN
    UPDATE public.creators
    SET reference = request ->> 'reference',
        labels = ARRAY(SELECT jsonb_array_elements_text(request -> 'labels')),
        note = request ->> 'note',
        version = version + 1,
        annotated_at = clock_timestamp()
    WHERE id = (request ->> 'creator_id')::uuid AND version = (request ->> 'version')::bigint;

    RETURN to_jsonb(CASE WHEN FOUND THEN 'saved' ELSE 'changed' END);
EXCEPTION WHEN unique_violation THEN
    RETURN '"reference_taken"';
END
$$;

COMMENT ON FUNCTION public.cc_annotate_creator(jsonb) IS 'Replaces reference, labels and note of a creator: saved, changed meanwhile, or reference_taken.';

-- API keys ----------------------------------------------------------------------------------------------

-- Saves a new key; false if its id is taken.
CREATE OR REPLACE FUNCTION public.cc_create_api_key(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH created AS (
        INSERT INTO public.api_keys (
            id, digest, name, permissions, creators, addresses, requests_per_minute, tokens_per_minute, created_at,
            expires_at
        )
        SELECT
            id, digest, name, permissions, creators, addresses, requests_per_minute, tokens_per_minute,
            to_timestamp(created_at), to_timestamp(expires_at)
        FROM jsonb_to_record(request) AS fields (
            id text, digest text, name text, permissions text[], creators jsonb, addresses text[],
            requests_per_minute integer, tokens_per_minute integer, created_at bigint, expires_at bigint
        )
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM created))
$$;

COMMENT ON FUNCTION public.cc_create_api_key(jsonb) IS 'Saves a new API key; returns whether its id was free.';

-- The key with the given id, or every key, the newest first.
CREATE OR REPLACE FUNCTION public.cc_api_keys(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    listed jsonb;
BEGIN
    EXECUTE format(
        $query$
            SELECT jsonb_agg(
                jsonb_build_object(
                    'id', id,
                    'digest', digest,
                    'name', name,
                    'permissions', permissions,
                    'creators', creators,
                    'addresses', addresses,
                    'requests_per_minute', requests_per_minute,
                    'tokens_per_minute', tokens_per_minute,
                    'created_at', extract(epoch FROM created_at)::bigint,
                    'expires_at', extract(epoch FROM expires_at)::bigint,
                    'last_used_at', extract(epoch FROM last_used_at)::bigint,
                    'revoked_at', extract(epoch FROM revoked_at)::bigint
                )
                ORDER BY created_at DESC, id
            )
            FROM public.api_keys
            %s
        $query$,
        CASE WHEN request ->> 'id' IS NULL THEN '' ELSE format('WHERE id = %L', request ->> 'id') END
    )
    INTO listed;

    RETURN COALESCE(listed, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_api_keys(jsonb) IS 'API keys, or the one of an id; without secrets, which are nowhere.';

-- Revokes a key, or lets it expire sooner. Returns false if there is none that is not revoked.
CREATE OR REPLACE FUNCTION public.cc_end_api_key(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH ended AS (
        UPDATE public.api_keys
        SET revoked_at = to_timestamp((request ->> 'revoked_at')::bigint),
            expires_at = LEAST(expires_at, to_timestamp((request ->> 'expires_at')::bigint))
        WHERE id = request ->> 'id' AND revoked_at IS NULL
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM ended))
$$;

COMMENT ON FUNCTION public.cc_end_api_key(jsonb) IS 'Revokes an API key, or lets it expire sooner.';

CREATE OR REPLACE FUNCTION public.cc_note_api_key_use(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH noted AS (
        UPDATE public.api_keys
        SET last_used_at = GREATEST(last_used_at, to_timestamp((request ->> 'at')::bigint))
        WHERE id = request ->> 'id'
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM noted))
$$;

COMMENT ON FUNCTION public.cc_note_api_key_use(jsonb) IS 'Notes that an API key was used.';

-- The audit log -----------------------------------------------------------------------------------------

-- Appends rows; one that is there already, by chain and number, stays as it is. Returns how many are new.
CREATE OR REPLACE FUNCTION public.cc_append_audit(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH appended AS (
        INSERT INTO public.audit_log (
            chain, seq, prev, digest, at, actor_kind, actor_id, actor_name, action, creator_id, target, outcome, code,
            generation, address, request_id
        )
        SELECT
            chain, seq, prev, digest, to_timestamp(at), actor_kind, actor_id, actor_name, action, creator_id, target,
            outcome, code, generation, address, request_id
        FROM jsonb_to_recordset(request -> 'rows') AS fields (
            chain uuid, seq bigint, prev text, digest text, at bigint, actor_kind text, actor_id text, actor_name text,
            action text, creator_id uuid, target text, outcome text, code text, generation bigint, address text,
            request_id text
        )
        ORDER BY chain, seq
        ON CONFLICT (chain, seq) DO NOTHING
        RETURNING id
    )
    SELECT to_jsonb(count(*)) FROM appended
$$;

COMMENT ON FUNCTION public.cc_append_audit(jsonb) IS 'Appends rows to the audit log; returns how many are new.';

-- At most `limit` rows: with `after` those appended after it, oldest first, else those before `before`, newest first.
CREATE OR REPLACE FUNCTION public.cc_audit(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    direction CONSTANT text := CASE WHEN request ->> 'after' IS NULL THEN 'DESC' ELSE 'ASC' END;
    filters   text := '';
    listed    jsonb;
BEGIN
    IF request ->> 'creator_id' IS NOT NULL THEN
        filters := filters || format(' AND creator_id = %L', request ->> 'creator_id');
    END IF;
    IF request ->> 'actor_id' IS NOT NULL THEN
        filters := filters || format(' AND actor_id = %L', request ->> 'actor_id');
    END IF;
    IF request ->> 'action' IS NOT NULL THEN
        filters := filters || format(' AND action = %L', request ->> 'action');
    END IF;

    EXECUTE format(
        $query$
            WITH found AS (
                SELECT *
                FROM public.audit_log
                WHERE id > COALESCE($1, 0) AND id < COALESCE($2, 9223372036854775807) %s
                ORDER BY id %s
                LIMIT $3
            )
            SELECT jsonb_agg(
                jsonb_build_object(
                    'id', id,
                    'chain', chain,
                    'seq', seq,
                    'prev', prev,
                    'digest', digest,
                    'at', extract(epoch FROM at)::bigint,
                    'actor_kind', actor_kind,
                    'actor_id', actor_id,
                    'actor_name', actor_name,
                    'action', action,
                    'creator_id', creator_id,
                    'target', target,
                    'outcome', outcome,
                    'code', code,
                    'generation', generation,
                    'address', address,
                    'request_id', request_id
                )
                ORDER BY id %s
            )
            FROM found
        $query$,
        filters, direction, direction
    )
    INTO listed
    USING (request ->> 'after')::bigint, (request ->> 'before')::bigint, COALESCE((request ->> 'limit')::bigint, 0);

    RETURN COALESCE(listed, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_audit(jsonb) IS 'Rows of the audit log, page by page.';

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

-- Replaces the avatar of a creator who has a grant. Returns whether they have.
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

COMMENT ON FUNCTION public.cc_save_avatar(jsonb) IS 'Replaces the creator''s cached avatar. Returns whether the creator has a grant.';

-- Pending logins ----------------------------------------------------------------------------------------

-- Saves a pending login and deletes the browser's oldest beyond `keep`. Returns true, also for one
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
        state_digest text, browser text, code_verifier text, scopes text, popup boolean, begun_at bigint,
        keep integer
    );

    -- Parallel transactions do not see each other's row: without a lock they would keep more than `keep`.
    PERFORM pg_advisory_xact_lock(hashtextextended(given.browser, 1));

    INSERT INTO public.pending_logins (state_digest, browser, code_verifier, scopes, popup, begun_at)
    VALUES (
        given.state_digest, given.browser, given.code_verifier, given.scopes, given.popup,
        to_timestamp(given.begun_at)
    )
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

COMMENT ON FUNCTION public.cc_begin_login(jsonb) IS 'Saves a pending login and deletes the browser''s oldest beyond keep.';

-- Takes a pending login of this browser: the first request gets its code verifier, which is erased. A later one gets
-- when it was taken and how it ended, if that is known. With a state_digest that login is meant, without one the
-- browser's newest that was not taken, else its newest that failed.
CREATE OR REPLACE FUNCTION public.cc_take_login(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    found  public.pending_logins;
    now_at CONSTANT timestamptz := date_trunc('second', clock_timestamp());
BEGIN
    IF request ->> 'state_digest' IS NULL THEN
        -- A login that another request is taking is not the newest any more. Without one the newest failure is meant:
        -- its callback is loaded again.
        SELECT * INTO found
        FROM public.pending_logins
        WHERE browser = request ->> 'browser' AND (taken_at IS NULL OR outcome ? 'failed')
        ORDER BY taken_at IS NOT NULL, begun_at DESC, arrival DESC
        LIMIT 1
        FOR UPDATE SKIP LOCKED;
    ELSE
        SELECT * INTO found
        FROM public.pending_logins
        WHERE browser = request ->> 'browser' AND state_digest = request ->> 'state_digest'
        FOR UPDATE;
    END IF;

    IF found.state_digest IS NULL THEN
        RETURN NULL;
    END IF;

    IF found.taken_at IS NULL THEN
        UPDATE public.pending_logins
        SET taken_at = now_at, code_verifier = NULL
        WHERE state_digest = found.state_digest;
    END IF;

    RETURN jsonb_build_object(
        'state_digest', found.state_digest,
        'browser', found.browser,
        'code_verifier', found.code_verifier,
        'scopes', found.scopes,
        'popup', found.popup,
        'begun_at', extract(epoch FROM found.begun_at)::bigint,
        'taken_at', extract(epoch FROM found.taken_at)::bigint,
        'outcome', found.outcome,
        'now', extract(epoch FROM now_at)::bigint
    );
END
$$;

COMMENT ON FUNCTION public.cc_take_login(jsonb) IS 'Takes a pending login of this browser and returns it as it was before; null if there is none. Without state_digest: the newest that was not taken, else the newest that failed.';

-- Stores how a taken login ended. Returns whether it was there.
CREATE OR REPLACE FUNCTION public.cc_end_login(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH ended AS (
        UPDATE public.pending_logins
        SET outcome = request -> 'outcome', creator_id = (request -> 'outcome' ->> 'connected')::uuid
        WHERE state_digest = request ->> 'state_digest' AND taken_at IS NOT NULL
        RETURNING state_digest
    )
    SELECT to_jsonb(EXISTS (SELECT FROM ended))
$$;

COMMENT ON FUNCTION public.cc_end_login(jsonb) IS 'Stores how a taken login ended, for a callback that is loaded again; returns whether it was there.';

-- Sessions ----------------------------------------------------------------------------------------------

-- Saves a new session. Returns false when its id is taken.
CREATE OR REPLACE FUNCTION public.cc_create_session(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH created AS (
        INSERT INTO public.web_sessions (id, data, creator_id, expires_at)
        SELECT id, data, creator_id, to_timestamp(expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, creator_id uuid, expires_at bigint)
        ON CONFLICT (id) DO NOTHING
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM created))
$$;

COMMENT ON FUNCTION public.cc_create_session(jsonb) IS 'Saves a new session; returns false when its id is taken.';

-- Saves the values of a session that is still there, and never brings one back. Returns whether it was.
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
            creator_id = given.creator_id,
            expires_at = to_timestamp(given.expires_at)
        FROM jsonb_to_record(request) AS given (id text, data text, creator_id uuid, expires_at bigint)
        WHERE known.id = given.id
        RETURNING known.id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM saved))
$$;

COMMENT ON FUNCTION public.cc_save_session(jsonb) IS 'Saves the values of an existing session; returns whether it exists.';

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

-- Forgets a session. Returns whether it was there.
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

COMMENT ON FUNCTION public.cc_delete_session(jsonb) IS 'Deletes a session; returns whether it existed.';

-- Deletes the sessions of a creator, but for the one with the id `except`; returns how many.
CREATE OR REPLACE FUNCTION public.cc_delete_sessions(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH deleted AS (
        DELETE FROM public.web_sessions
        WHERE creator_id = (request ->> 'creator_id')::uuid
            AND id IS DISTINCT FROM request ->> 'except'
        RETURNING id
    )
    SELECT to_jsonb((SELECT count(*) FROM deleted))
$$;

COMMENT ON FUNCTION public.cc_delete_sessions(jsonb) IS 'Deletes a creator''s sessions but for one; returns how many.';

-- Forgets sessions that have expired at `now`, logins begun before `logins_before`, grants that ended and were last
-- renewed before `grants_before`, and answers of more than an hour ago. Returns how many rows.
--
-- Safe to call from every replica at the same time: rows that another transaction has locked are skipped. One call
-- deletes at most 10,000 of each, so that a long backlog never exceeds a statement timeout.
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
    ), grants AS (
        DELETE FROM public.tiktok_tokens
        WHERE id = ANY (ARRAY(
            SELECT id
            FROM public.tiktok_tokens
            WHERE NOT is_active AND refreshed_at < to_timestamp((request ->> 'grants_before')::bigint)
            ORDER BY refreshed_at
            LIMIT 10000
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING id
    ), answers AS (
        DELETE FROM public.answered_requests
        WHERE key = ANY (ARRAY(
            SELECT key
            FROM public.answered_requests
            WHERE answered_at < now() - interval '1 hour'
            ORDER BY answered_at
            LIMIT 10000
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING key
    ), audit AS (
        DELETE FROM public.audit_log
        WHERE id = ANY (ARRAY(
            SELECT id
            FROM public.audit_log
            WHERE at < to_timestamp((request ->> 'audit_before')::bigint)
            ORDER BY at
            LIMIT 10000
            FOR UPDATE SKIP LOCKED
        ))
        RETURNING id
    )
    SELECT to_jsonb(
        (SELECT count(*) FROM sessions) + (SELECT count(*) FROM logins) + (SELECT count(*) FROM grants)
        + (SELECT count(*) FROM answers) + (SELECT count(*) FROM audit)
    )
$$;

COMMENT ON FUNCTION public.cc_purge(jsonb) IS 'Deletes expired sessions, pending logins, ended grants, answers and old rows of the audit log, at most 10,000 of each; returns how many.';

-- TikTok's events ---------------------------------------------------------------------------------------

-- Saves TikTok's events whose digest is not in the ledger. Returns for each, in their order, whether it is new or a
-- repetition. Each has a uid of its own.
CREATE OR REPLACE FUNCTION public.cc_save_events(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT place, fields.*
        FROM jsonb_array_elements(request -> 'events') WITH ORDINALITY AS listed (event, place),
        jsonb_to_record(event) AS fields (
            uid uuid, digest text, client_key text, open_id text, name text, created_at bigint,
            received_at bigint, body text
        )
    ), saved AS (
        INSERT INTO public.webhook_events (
            uid, digest, creator_id, client_key, open_id, name, created_at, received_at, body
        )
        SELECT
            uid,
            digest,
            -- Locked, so that no transaction deletes the creator between this query and the insert.
            (
                SELECT creators.id
                FROM public.creators
                WHERE creators.client_key = given.client_key AND creators.open_id = given.open_id
                FOR KEY SHARE
            ),
            client_key,
            open_id,
            name,
            to_timestamp(created_at),
            to_timestamp(received_at),
            body
        FROM given
        ORDER BY place
        ON CONFLICT (digest) WHERE digest IS NOT NULL DO NOTHING
        RETURNING uid
    )
    SELECT COALESCE(jsonb_agg(saved.uid IS NOT NULL ORDER BY given.place), '[]')
    FROM given
    LEFT JOIN saved ON saved.uid = given.uid
$$;

COMMENT ON FUNCTION public.cc_save_events(jsonb) IS 'Saves TikTok''s events; returns for each whether it is new, because TikTok repeats them.';

-- Claims at most `limit` events for `lease_seconds`: those that wait to be handled, oldest first; with
-- `forward` those that wait to be forwarded, and of each creator only the oldest that is not done.
CREATE OR REPLACE FUNCTION public.cc_claim_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    moment  CONSTANT timestamptz := clock_timestamp();
    forward CONSTANT boolean := COALESCE((request ->> 'forward')::boolean, false);
    wanted  bigint[];
    claims  jsonb;
BEGIN
    IF forward THEN
        wanted := ARRAY(
            SELECT id
            FROM public.webhook_events AS this
            WHERE status = 'forwarding' AND due_at <= moment AND NOT EXISTS (
                SELECT
                FROM public.webhook_events AS earlier
                WHERE earlier.creator_id = this.creator_id AND earlier.id < this.id
                    AND earlier.status IN ('waiting', 'forwarding')
            )
            ORDER BY due_at, id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    ELSE
        wanted := ARRAY(
            SELECT id
            FROM public.webhook_events
            WHERE status = 'waiting' AND due_at <= moment
            ORDER BY due_at, id
            LIMIT COALESCE((request ->> 'limit')::bigint, 0)
            FOR UPDATE SKIP LOCKED
        );
    END IF;

    WITH claimed AS (
        UPDATE public.webhook_events
        SET fence = fence + 1,
            attempts = CASE WHEN forward THEN attempts ELSE attempts + 1 END,
            forward_attempts = CASE WHEN forward THEN forward_attempts + 1 ELSE forward_attempts END,
            due_at = moment + make_interval(secs => (request ->> 'lease_seconds')::double precision)
        WHERE id = ANY (wanted)
        RETURNING *
    )
    SELECT jsonb_agg(
        jsonb_build_object(
            'row', id,
            'fence', fence,
            'uid', uid,
            'creator_id', creator_id,
            'name', name,
            'created_at', floor(extract(epoch FROM created_at))::bigint,
            'received_at', floor(extract(epoch FROM received_at))::bigint,
            'body', body,
            'attempts', CASE WHEN forward THEN forward_attempts ELSE attempts END
        )
        ORDER BY id
    )
    INTO claims
    FROM claimed;

    RETURN COALESCE(claims, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_claim_events(jsonb) IS 'Claims events to be handled or forwarded.';

-- Saves the results of claimed events. `stage` is the status that each must have: waiting or forwarding. Returns for each, in
-- their order, whether its claim was the latest.
CREATE OR REPLACE FUNCTION public.cc_complete_events(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH given AS (
        SELECT place, fields.*
        FROM jsonb_array_elements(request -> 'completed') WITH ORDINALITY AS listed (one, place),
        jsonb_to_record(one) AS fields (
            "row" bigint, fence bigint, stage text, status text, after bigint, error text
        )
    ), completed AS (
        UPDATE public.webhook_events AS known
        SET status = given.status,
            due_at = clock_timestamp() + make_interval(secs => given.after::double precision),
            error = given.error
        FROM given
        WHERE known.id = given."row" AND known.fence = given.fence AND known.status = given.stage
            -- Few rows of very many: by the key, whatever the planner thinks of a list's length.
            AND known.id = ANY (ARRAY(SELECT listed."row" FROM given AS listed))
        RETURNING known.id
    )
    SELECT COALESCE(jsonb_agg(completed.id IS NOT NULL ORDER BY given.place), '[]')
    FROM given
    LEFT JOIN completed ON completed.id = given."row"
$$;

COMMENT ON FUNCTION public.cc_complete_events(jsonb) IS 'Saves the results of claimed events; returns for each whether its claim was the latest.';

-- At most `limit` events: with `after` those of later rows, oldest first, else those before row `before`, newest first.
-- Other fields narrow the list. The plan depends on them, so each call is planned anew.
CREATE OR REPLACE FUNCTION public.cc_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    direction CONSTANT text := CASE WHEN request ->> 'after' IS NULL THEN 'DESC' ELSE 'ASC' END;
    filters   text := '';
    listed    jsonb;
BEGIN
    IF request ->> 'uid' IS NOT NULL THEN
        filters := filters || format(' AND uid = %L', request ->> 'uid');
    END IF;
    IF request ->> 'status' IS NOT NULL THEN
        filters := filters || format(' AND status = %L', request ->> 'status');
    END IF;
    IF request ->> 'name' IS NOT NULL THEN
        filters := filters || format(' AND name = %L', request ->> 'name');
    END IF;
    IF request ->> 'creator_id' IS NOT NULL THEN
        filters := filters || format(' AND creator_id = %L', request ->> 'creator_id');
    END IF;

    EXECUTE format(
        $query$
            WITH found AS (
                SELECT *
                FROM public.webhook_events
                WHERE id > COALESCE($1, 0) AND id < COALESCE($2, 9223372036854775807) %s
                ORDER BY id %s
                LIMIT $3
            )
            SELECT jsonb_agg(
                jsonb_build_object(
                    'row', id,
                    'uid', uid,
                    'status', status,
                    'name', name,
                    'creator_id', creator_id,
                    'created_at', floor(extract(epoch FROM created_at))::bigint,
                    'received_at', floor(extract(epoch FROM received_at))::bigint,
                    'attempts', attempts,
                    'forward_attempts', forward_attempts,
                    'error', error,
                    'body', body
                )
                ORDER BY id %s
            )
            FROM found
        $query$,
        filters, direction, direction
    )
    INTO listed
    USING (request ->> 'after')::bigint, (request ->> 'before')::bigint, COALESCE((request ->> 'limit')::bigint, 0);

    RETURN COALESCE(listed, '[]');
END
$$;

COMMENT ON FUNCTION public.cc_events(jsonb) IS 'Stored events, narrowed by filters, page by page.';

-- Retries the step at which an event has failed for good; an event that is done is forwarded again. Returns false if
-- there is no such event, or it is still waiting.
CREATE OR REPLACE FUNCTION public.cc_replay_event(request jsonb)
RETURNS jsonb
LANGUAGE sql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
    WITH replayed AS (
        UPDATE public.webhook_events
        SET attempts = CASE status WHEN 'set_aside' THEN 0 ELSE attempts END,
            forward_attempts = CASE status WHEN 'set_aside' THEN forward_attempts ELSE 0 END,
            status = CASE status WHEN 'set_aside' THEN 'waiting' ELSE 'forwarding' END,
            fence = fence + 1,
            due_at = 'epoch',
            error = NULL
        WHERE id = (request ->> 'row')::bigint AND status IN ('set_aside', 'undelivered', 'done')
        RETURNING id
    )
    SELECT to_jsonb(EXISTS (SELECT FROM replayed))
$$;

COMMENT ON FUNCTION public.cc_replay_event(jsonb) IS 'Retries an event that has failed for good, or forwards a done event again.';

-- Removes events received before `ledger_before` from the ledger; deletes events received before `events_before`, and
-- of each creator the done events beyond the newest `keep`. Checks only creators with recent events; keeps events
-- in the ledger. Returns the number of deleted events.
--
-- As with cc_purge: rows that another transaction has locked are skipped, and at most 10,000 of each go in one call.
CREATE OR REPLACE FUNCTION public.cc_purge_events(request jsonb)
RETURNS jsonb
LANGUAGE plpgsql
VOLATILE
SECURITY INVOKER
SET search_path = ''
AS $$
DECLARE
    old     bigint;
    surplus bigint;
BEGIN
    UPDATE public.webhook_events
    SET digest = NULL
    WHERE id = ANY (ARRAY(
        SELECT id
        FROM public.webhook_events
        WHERE digest IS NOT NULL AND received_at < to_timestamp((request ->> 'ledger_before')::bigint)
        ORDER BY received_at
        LIMIT 10000
        FOR UPDATE SKIP LOCKED
    ));

    DELETE FROM public.webhook_events
    WHERE id = ANY (ARRAY(
        SELECT id
        FROM public.webhook_events
        WHERE digest IS NULL AND received_at < to_timestamp((request ->> 'events_before')::bigint)
        ORDER BY received_at
        LIMIT 10000
        FOR UPDATE SKIP LOCKED
    ));
    GET DIAGNOSTICS old = ROW_COUNT;

    DELETE FROM public.webhook_events
    WHERE id = ANY (ARRAY(
        SELECT surplus.id
        FROM (
            SELECT DISTINCT creator_id
            FROM (SELECT creator_id FROM public.webhook_events ORDER BY id DESC LIMIT 10000) AS newest
            WHERE creator_id IS NOT NULL
        ) AS recent
        CROSS JOIN LATERAL (
            SELECT id
            FROM public.webhook_events AS kept
            WHERE kept.creator_id = recent.creator_id
            ORDER BY id DESC
            OFFSET COALESCE((request ->> 'keep')::bigint, 0)
            LIMIT 1
        ) AS limits
        JOIN public.webhook_events AS surplus
            ON surplus.creator_id = recent.creator_id AND surplus.id <= limits.id
        WHERE surplus.status = 'done' AND surplus.digest IS NULL
        LIMIT 10000
        FOR UPDATE OF surplus SKIP LOCKED
    ));
    GET DIAGNOSTICS surplus = ROW_COUNT;

    RETURN to_jsonb(old + surplus);
END
$$;

COMMENT ON FUNCTION public.cc_purge_events(jsonb) IS 'Deletes events that are too old or too many; returns how many.';

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

-- Privileges --------------------------------------------------------------------------------------------

-- Supabase's default privileges give anon and authenticated every new table and function in public. All of
-- that is revoked here; row level security without any policy refuses a second time.

ALTER TABLE public.cc_schema_versions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.creators ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.tiktok_tokens ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.active_grant_counts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.revocations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.avatars ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.answered_requests ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.pending_logins ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.web_sessions ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_events ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

REVOKE ALL ON TABLE
    public.cc_schema_versions, public.creators, public.tiktok_tokens, public.active_grant_counts,
    public.revocations, public.avatars, public.answered_requests, public.pending_logins, public.web_sessions,
    public.webhook_events, public.api_keys, public.audit_log
FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON SEQUENCE
    public.tiktok_tokens_id_seq, public.revocations_id_seq, public.pending_logins_arrival_seq,
    public.webhook_events_id_seq, public.audit_log_id_seq
FROM PUBLIC, anon, authenticated, service_role;

REVOKE ALL ON FUNCTION
    public.cc_keep_active_grant_counts(), public.cc_adopt_events(), public.cc_record_consent(),
    public.cc_record_refresh_state(), public.cc_record_disconnect(), public.cc_keep_last_event(),
    public.cc_erase_unknown_creator(), public.cc_save_grant(jsonb), public.cc_active_grant(jsonb),
    public.cc_count_grants(jsonb), public.cc_claim_grants(jsonb), public.cc_complete_refresh(jsonb),
    public.cc_connections(jsonb), public.cc_end_grant(jsonb), public.cc_delete_creator(jsonb),
    public.cc_claim_revocations(jsonb), public.cc_renew_revocation(jsonb), public.cc_complete_revocation(jsonb), public.cc_key_use(jsonb),
    public.cc_sealed_rows(jsonb), public.cc_reseal(jsonb), public.cc_save_profile(jsonb),
    public.cc_creator(jsonb), public.cc_avatar(jsonb), public.cc_save_avatar(jsonb),
    public.cc_begin_login(jsonb), public.cc_take_login(jsonb), public.cc_end_login(jsonb), public.cc_create_session(jsonb),
    public.cc_save_session(jsonb), public.cc_session(jsonb), public.cc_delete_session(jsonb), public.cc_delete_sessions(jsonb),
    public.cc_purge(jsonb), public.cc_save_events(jsonb), public.cc_claim_events(jsonb),
    public.cc_complete_events(jsonb), public.cc_events(jsonb), public.cc_replay_event(jsonb),
    public.cc_creators(jsonb), public.cc_annotate_creator(jsonb), public.cc_create_api_key(jsonb),
    public.cc_api_keys(jsonb), public.cc_end_api_key(jsonb), public.cc_note_api_key_use(jsonb),
    public.cc_append_audit(jsonb), public.cc_audit(jsonb), public.cc_programs(jsonb),
    public.cc_activity(jsonb), public.cc_purge_events(jsonb), public.cc_schema_version(jsonb)
FROM PUBLIC, anon, authenticated, service_role;

GRANT SELECT ON TABLE public.cc_schema_versions TO service_role;

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE
    public.creators, public.tiktok_tokens, public.active_grant_counts, public.revocations,
    public.avatars, public.answered_requests, public.pending_logins, public.web_sessions, public.webhook_events,
    public.api_keys, public.audit_log
TO service_role;

GRANT EXECUTE ON FUNCTION
    public.cc_save_grant(jsonb), public.cc_active_grant(jsonb), public.cc_count_grants(jsonb),
    public.cc_claim_grants(jsonb), public.cc_complete_refresh(jsonb), public.cc_connections(jsonb),
    public.cc_end_grant(jsonb), public.cc_delete_creator(jsonb), public.cc_claim_revocations(jsonb),
    public.cc_renew_revocation(jsonb), public.cc_complete_revocation(jsonb), public.cc_key_use(jsonb), public.cc_sealed_rows(jsonb),
    public.cc_reseal(jsonb), public.cc_save_profile(jsonb), public.cc_creator(jsonb),
    public.cc_avatar(jsonb), public.cc_save_avatar(jsonb), public.cc_begin_login(jsonb),
    public.cc_take_login(jsonb), public.cc_end_login(jsonb), public.cc_create_session(jsonb), public.cc_save_session(jsonb),
    public.cc_session(jsonb), public.cc_delete_session(jsonb), public.cc_delete_sessions(jsonb), public.cc_purge(jsonb),
    public.cc_save_events(jsonb), public.cc_claim_events(jsonb), public.cc_complete_events(jsonb),
    public.cc_events(jsonb), public.cc_replay_event(jsonb), public.cc_activity(jsonb),
    public.cc_creators(jsonb), public.cc_annotate_creator(jsonb), public.cc_create_api_key(jsonb),
    public.cc_api_keys(jsonb), public.cc_end_api_key(jsonb), public.cc_note_api_key_use(jsonb),
    public.cc_append_audit(jsonb), public.cc_audit(jsonb), public.cc_programs(jsonb),
    public.cc_purge_events(jsonb), public.cc_schema_version(jsonb)
TO service_role;

-- Slot -1 holds the grants that were active before the triggers existed; the triggers' locks keep writers out until
-- COMMIT.
INSERT INTO public.active_grant_counts (slot, active)
SELECT -1, (SELECT count(*) FROM public.tiktok_tokens WHERE is_active)
WHERE NOT EXISTS (SELECT FROM public.active_grant_counts);

INSERT INTO public.cc_schema_versions (version, name)
VALUES (1, 'initial')
ON CONFLICT (version) DO NOTHING;

-- The REST server learns of the new functions at once.
NOTIFY pgrst, 'reload schema';

COMMIT;
