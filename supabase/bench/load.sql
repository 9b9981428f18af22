-- Fills the tables for measurements. For an empty, throwaway database only: scripts/bench-store.sh makes one.
--
-- A million creators, or as many as `SET creator_connect.creators = '5000'` says, each with a grant in
-- force. One in ten has a former grant as well, one in a hundred a picture, every second one a session; there
-- is a pending login for every hundredth. Consents end over the year; one grant in ten is due, in two hundred
-- fails, in three hundred needs a reconnect; for every hundredth an older one waits to be revoked. Each has an
-- event; one event in a hundred waits, in two hundred is to be passed on, in a thousand was given up. Creator N
-- has the id that N is in hexadecimal, open id 'open N'.

BEGIN;

CREATE TEMPORARY TABLE bench_numbers ON COMMIT DROP AS
SELECT number
FROM generate_series(1, COALESCE(NULLIF(current_setting('creator_connect.creators', true), ''), '1000000')::integer) AS number;

INSERT INTO public.creators (
    id, client_key, open_id, union_id, creator_avatar_url, creator_avatar_url_known_at, creator_username,
    creator_nickname, privacy_level_options, comment_disabled, duet_disabled, stitch_disabled,
    max_video_post_duration_sec, user_info_outcome, creator_info_outcome, profile_known_at, connected_at
)
SELECT
    lpad(to_hex(number), 32, '0')::uuid, 'bench', 'open ' || number, md5('union' || number),
    'https://cdn.example.test/' || md5('picture' || number) || '.jpeg', to_timestamp(1893456000),
    'creator.' || number, 'Creator ' || number, ARRAY['PUBLIC_TO_EVERYONE', 'MUTUAL_FOLLOW_FRIENDS', 'SELF_ONLY'],
    false, false, number % 2 = 0, 600, 'known', 'known', to_timestamp(1893456000), to_timestamp(1893456000 - number)
FROM bench_numbers;

-- Its events are made below, all at once.
ALTER TABLE public.tiktok_tokens DISABLE TRIGGER record_consent;

-- Sealed tokens are some 150 characters long.
INSERT INTO public.tiktok_tokens (
    creator_id, access_token, refresh_token, token_type, scopes,
    granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active, refresh_due_at, failing_since,
    needs_reconnect_since, refresh_failure
)
SELECT
    lpad(to_hex(number), 32, '0')::uuid, 'v1.bench.' || repeat(md5('access' || number), 4),
    'v1.bench.' || repeat(md5('refresh' || number), 4), 'Bearer', 'user.info.basic,video.publish',
    to_timestamp(1893456000), to_timestamp(1893456000), to_timestamp(1893456000 + 86400),
    to_timestamp(1893456000 + 86400 * (1 + number % 365)), true,
    to_timestamp(CASE WHEN number % 10 = 0 THEN 1700000000 + number ELSE 1893456000 + 57600 END),
    CASE WHEN number % 200 = 0 THEN to_timestamp(1893456000) END,
    CASE WHEN number % 300 = 0 THEN to_timestamp(1893456000) END,
    CASE WHEN number % 200 = 0 OR number % 300 = 0 THEN 'unavailable' END
FROM bench_numbers;

INSERT INTO public.tiktok_tokens (
    creator_id, token_type, scopes, granted_at, refreshed_at, access_expires_at, refresh_expires_at, is_active
)
SELECT
    lpad(to_hex(number), 32, '0')::uuid, 'Bearer', 'user.info.basic', to_timestamp(1893400000),
    to_timestamp(1893400000), to_timestamp(1893400000 + 86400), to_timestamp(1893400000 + 31536000), false
FROM bench_numbers
WHERE number % 10 = 0;

ALTER TABLE public.tiktok_tokens ENABLE TRIGGER record_consent;

INSERT INTO public.webhook_events (
    digest, creator_id, client_key, open_id, name, created_at, received_at, body, status
)
SELECT
    md5('event' || number) || md5('digest' || number), lpad(to_hex(number), 32, '0')::uuid, 'bench', 'open ' || number,
    'post.publish.complete', to_timestamp(1893456000), to_timestamp(1893456000 + number % 1000000),
    '{"client_key":"bench","event":"post.publish.complete","create_time":1893456000,"user_openid":"open ' || number
        || '","content":"{\"publish_id\":\"v_pub_url~v2.1\",\"publish_type\":\"DIRECT_POST\"}"}',
    CASE
        WHEN number % 1000 = 0 THEN 'set_aside'
        WHEN number % 200 = 0 THEN 'forwarding'
        WHEN number % 100 = 0 THEN 'waiting'
        ELSE 'done'
    END
FROM bench_numbers;

INSERT INTO public.revocations (
    grant_id, generation, client_key, open_id, access_token, refresh_token, access_expires_at, ended_at, next_try_at
)
SELECT
    -number, 0, 'bench', 'gone ' || number, 'v1.bench.' || repeat(md5('access' || number), 4),
    'v1.bench.' || repeat(md5('refresh' || number), 4), to_timestamp(1893456000), to_timestamp(1893456000),
    to_timestamp(1700000000 + number)
FROM bench_numbers
WHERE number % 100 = 0;

-- 12 kB of noise each, as a small picture is.
INSERT INTO public.avatars (creator_id, media_type, bytes, fetched_at)
SELECT
    lpad(to_hex(number), 32, '0')::uuid, 'image/jpeg',
    decode((SELECT string_agg(md5(number || '-' || part), '') FROM generate_series(1, 750) AS part), 'hex'),
    to_timestamp(1893456000)
FROM bench_numbers
WHERE number % 100 = 0;

INSERT INTO public.web_sessions (id, data, creator_id, expires_at)
SELECT
    md5('session' || number) || md5('id' || number),
    '{"creator":"' || lpad(to_hex(number), 32, '0')::uuid || '","browser":"' || md5('browser' || number) || '"}',
    lpad(to_hex(number), 32, '0')::uuid,
    to_timestamp(1893456000 + 2592000 + number)
FROM bench_numbers
WHERE number % 2 = 0;

INSERT INTO public.pending_logins (state_digest, browser, code_verifier, scopes, begun_at)
SELECT
    md5('state' || number) || md5('digest' || number), md5('browser' || number), NULL,
    'user.info.basic,video.publish', to_timestamp(1893456000 + number % 600)
FROM bench_numbers
WHERE number % 100 = 0;

COMMIT;
