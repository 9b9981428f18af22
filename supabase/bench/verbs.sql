-- Times every function against what load.sql made, each call as the REST server makes it: planned afresh,
-- as service_role, in a transaction of its own. Then prints a line for each: name, median, 95th percentile,
-- median with COMMIT (all in milliseconds), and its last request.

SET ROLE service_role;

CREATE TEMPORARY TABLE bench_verbs (place integer, verb text, request text);

-- How a request is made from the number of a creator; $2 is the number of the call.
INSERT INTO bench_verbs (place, verb, request) VALUES
    (1, 'cc_save_grant', $$jsonb_build_object('new_id', gen_random_uuid(), 'client_key', 'bench', 'open_id', 'open ' || $1,
        'access_token', 'v1.bench.' || repeat(md5('a' || $2), 4), 'refresh_token', 'v1.bench.' || repeat(md5('r' || $2), 4),
        'scopes', 'user.info.basic', 'token_type', 'Bearer', 'granted_at', 1893456100,
        'access_expires_at', 1893460000, 'refresh_expires_at', 1925000000)$$),
    (2, 'cc_active_grant', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid)$$),
    (3, 'cc_save_profile', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid, 'nickname', 'Nick ' || $2,
        'posting', '{"privacy_level_options": ["SELF_ONLY"], "comment_disabled": true}'::jsonb,
        'user_info', 'known', 'creator_info', 'known', 'asked_at', 1893456100)$$),
    (4, 'cc_creator', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid)$$),
    (5, 'cc_save_avatar', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid, 'media_type', 'image/png',
        'bytes', translate(encode(decode(repeat(md5('p' || $2), 750), 'hex'), 'base64'), E'\n', ''), 'fetched_at', 1893456100)$$),
    (6, 'cc_avatar', $$jsonb_build_object('creator_id', lpad(to_hex($1 / 100 * 100), 32, '0')::uuid)$$),
    (7, 'cc_begin_login', $$jsonb_build_object('state_digest', md5('s' || $2) || md5('d' || $2), 'browser', md5('b' || $2 / 10),
        'scopes', 'user.info.basic', 'begun_at', 1893456100 + $2, 'keep', 5)$$),
    (8, 'cc_take_login', $$jsonb_build_object('browser', md5('b' || $2 / 10), 'state_digest', md5('s' || $2) || md5('d' || $2))$$),
    (9, 'cc_create_session', $$jsonb_build_object('id', md5('i' || $2) || md5('j' || $2), 'data', '{"creator": "x"}', 'expires_at', 1893456001)$$),
    (10, 'cc_save_session', $$jsonb_build_object('id', md5('i' || $2) || md5('j' || $2), 'data', '{"creator": "y"}', 'expires_at', 1893456001)$$),
    (11, 'cc_session', $$jsonb_build_object('id', md5('session' || $1 / 2 * 2) || md5('id' || $1 / 2 * 2), 'now', 1893456000)$$),
    (12, 'cc_delete_session', $$jsonb_build_object('id', md5('i' || $2 * 2) || md5('j' || $2 * 2))$$),
    (13, 'cc_purge', $$jsonb_build_object('now', 1893456001 + $2, 'logins_before', 1893456000)$$),
    (14, 'cc_count_grants', $$'{}'::jsonb$$),
    (15, 'cc_schema_version', $$'{}'::jsonb$$);

CREATE TEMPORARY TABLE bench_times (verb text, call double precision, whole double precision, request jsonb);

DO $$
DECLARE
    calls    CONSTANT integer := 300;
    creators CONSTANT bigint := (SELECT reltuples FROM pg_class WHERE oid = 'public.creators'::regclass);
    bench    record;
    request  jsonb;
    began    timestamptz;
    called   timestamptz;
BEGIN
    FOR bench IN SELECT * FROM bench_verbs ORDER BY place LOOP
        FOR number IN 1..calls LOOP
            EXECUTE 'SELECT ' || bench.request INTO request USING 1 + floor(random() * creators)::integer, number;
            COMMIT;
            began := clock_timestamp();
            EXECUTE format('SELECT public.%I($1)', bench.verb) USING request;
            called := clock_timestamp();
            COMMIT;
            INSERT INTO bench_times VALUES (
                bench.verb, extract(epoch FROM called - began) * 1000,
                extract(epoch FROM clock_timestamp() - began) * 1000, request
            );
        END LOOP;
    END LOOP;
END
$$;

SELECT
    verb,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY call)::numeric, 3),
    round(percentile_cont(0.95) WITHIN GROUP (ORDER BY call)::numeric, 3),
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY whole)::numeric, 3),
    (array_agg(bench_times.request ORDER BY bench_times.ctid DESC))[1]
FROM bench_verbs
JOIN bench_times USING (verb)
GROUP BY place, verb
ORDER BY place;
