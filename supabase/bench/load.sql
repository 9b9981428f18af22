-- Fills the tables of an empty database, for scripts/bench-store.sh and scripts/sql-test.sh.
--
-- A million creators, or as many as `SET creator_connect.creators = '5000'` says, each with an active grant. One
-- in 10 has an ended grant too, one in 100 a picture, one in 2 a session, one in 100 a pending login. Consents
-- expire over a year; one grant in 10 is due, one in 200 fails, one in 300 needs a reconnect; one in 100 has an older
-- revocation that is due. Each creator has an event; one event in 100 waits, one in 200 is to be forwarded, one in
-- 1000 was set aside. Creator N has N in hexadecimal as its id, and the open id 'open N'.

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

-- The events are inserted below.
ALTER TABLE public.tiktok_tokens DISABLE TRIGGER record_consent;

-- A sealed token has about 150 characters.
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

-- 12 kB each, which do not compress: like a small picture.
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

INSERT INTO public.pending_logins (state_digest, browser, code_verifier, scopes, popup, begun_at)
SELECT
    md5('state' || number) || md5('digest' || number), md5('browser' || number), NULL,
    'user.info.basic,video.publish', false, to_timestamp(1893456000 + number % 600)
FROM bench_numbers
WHERE number % 100 = 0;

COMMIT;
