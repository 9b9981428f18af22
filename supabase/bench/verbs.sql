-- Measures every function over the rows of load.sql, with calls like those of the REST server: planned anew, as
-- service_role, in a transaction of its own. Prints a line for each: name, median, 95th percentile, median with
-- COMMIT (all in milliseconds), and its last request.

SET ROLE service_role;

CREATE TEMPORARY TABLE bench_verbs (place integer, verb text, request text);

-- The expression of a request: $1 is the number of a creator, $2 the number of the call.
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
        'scopes', 'user.info.basic', 'popup', false, 'begun_at', 1893456100 + $2, 'keep', 5)$$),
    (8, 'cc_take_login', $$jsonb_build_object('browser', md5('b' || $2 / 10), 'state_digest', md5('s' || $2) || md5('d' || $2))$$),
    (9, 'cc_create_session', $$jsonb_build_object('id', md5('i' || $2) || md5('j' || $2), 'data', '{"creator": "x"}', 'expires_at', 1893456001)$$),
    (10, 'cc_save_session', $$jsonb_build_object('id', md5('i' || $2) || md5('j' || $2), 'data', '{"creator": "y"}', 'expires_at', 1893456001)$$),
    (11, 'cc_session', $$jsonb_build_object('id', md5('session' || $1 / 2 * 2) || md5('id' || $1 / 2 * 2), 'now', 1893456000)$$),
    (12, 'cc_delete_session', $$jsonb_build_object('id', md5('i' || $2 * 2) || md5('j' || $2 * 2))$$),
    (13, 'cc_purge', $$jsonb_build_object('now', 1893456001 + $2, 'logins_before', 1893456000)$$),
    (14, 'cc_count_grants', $$'{}'::jsonb$$),
    (15, 'cc_schema_version', $$'{}'::jsonb$$),
    (16, 'cc_claim_grants', $$jsonb_build_object('limit', 100, 'lease_seconds', 120)$$),
    (17, 'cc_complete_refresh', $$(SELECT jsonb_build_object('id', id, 'fence', fence, 'generation', generation,
        'access_token', 'v1.bench.' || repeat(md5('a' || $2), 4), 'refresh_token', 'v1.bench.' || repeat(md5('r' || $2), 4),
        'token_type', 'Bearer', 'refreshed_at', 1893456100, 'access_expires_at', 1893542500, 'refresh_expires_at', 1925000000,
        'refresh_due_at', 1893513700, 'failures', 0, 'unsure', false)
        FROM public.tiktok_tokens WHERE creator_id = lpad(to_hex($1), 32, '0')::uuid AND is_active)$$),
    (18, 'cc_connections', $$jsonb_build_object('now', 1893456000)$$),
    (19, 'cc_end_grant', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid, 'at', 1893456100, 'cause', 'here',
        'revoke', true, 'erase_profile', true)$$),
    (20, 'cc_delete_creator', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid, 'at', 1893456100)$$),
    (21, 'cc_claim_revocations', $$jsonb_build_object('limit', 10, 'lease_seconds', 120)$$),
    (22, 'cc_complete_revocation', $$jsonb_build_object('id', $2, 'fence', 1)$$),
    (23, 'cc_sealed_rows', $$jsonb_build_object('table', 'grants', 'after', $1, 'limit', 100)$$),
    (24, 'cc_reseal', $$(SELECT jsonb_build_object('table', 'grants', 'row', id, 'old_access_token', access_token,
        'old_refresh_token', refresh_token, 'access_token', 'v1.newer.' || repeat(md5('a' || $2), 4),
        'refresh_token', 'v1.newer.' || repeat(md5('r' || $2), 4))
        FROM public.tiktok_tokens WHERE creator_id = lpad(to_hex($1), 32, '0')::uuid AND is_active)$$),
    (25, 'cc_key_use', $$'{}'::jsonb$$),
    (26, 'cc_save_events', $$jsonb_build_object('events', (SELECT jsonb_agg(jsonb_build_object(
        'uid', gen_random_uuid(), 'digest', md5('e' || $2 || '-' || part) || md5('f' || $2), 'client_key', 'bench',
        'open_id', 'open ' || ($1 + part), 'name', 'post.publish.complete', 'created_at', 1893456100,
        'received_at', 1893456100, 'body', repeat('x', 300))) FROM generate_series(1, 20) AS part))$$),
    (27, 'cc_claim_events', $$jsonb_build_object('limit', 20, 'lease_seconds', 60, 'forward', $2 % 2 = 0)$$),
    (28, 'cc_complete_events', $$jsonb_build_object('completed', (SELECT jsonb_agg(jsonb_build_object(
        'row', id, 'fence', fence, 'stage', status, 'status', 'done', 'after', 0)) FROM (
        SELECT * FROM public.webhook_events WHERE status = 'waiting' AND fence > 0 LIMIT 20) AS claimed))$$),
    (29, 'cc_events', $$jsonb_build_object('status', 'set_aside', 'before', $1, 'limit', 50)$$),
    (30, 'cc_replay_event', $$jsonb_build_object('row', $1)$$),
    (31, 'cc_activity', $$jsonb_build_object('creator_id', lpad(to_hex($1), 32, '0')::uuid, 'limit', 20)$$),
    (32, 'cc_purge_events', $$jsonb_build_object('ledger_before', 1893456000 + $2, 'events_before', 1893456000, 'keep', 1000)$$);

CREATE TEMPORARY TABLE bench_times (verb text, call double precision, whole double precision, request jsonb);

DO $$
DECLARE
    calls    integer;
    creators CONSTANT bigint := (SELECT reltuples FROM pg_class WHERE oid = 'public.creators'::regclass);
    bench    record;
    request  jsonb;
    began    timestamptz;
    called   timestamptz;
BEGIN
    FOR bench IN SELECT * FROM bench_verbs ORDER BY place LOOP
        -- Two of these read a whole index; and few claims of a hundred grants are open at the same time.
        calls := CASE WHEN bench.verb IN ('cc_key_use', 'cc_connections', 'cc_claim_grants') THEN 20 ELSE 300 END;
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
