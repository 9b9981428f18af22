-- What the tests of supabase/tests/loaded need beyond supabase/bench/load.sql: more rows of some tables, and Alice.

INSERT INTO avatars SELECT id, 'image/png', 'x', now() FROM creators ON CONFLICT DO NOTHING;

INSERT INTO pending_logins (state_digest, browser, scopes, popup, begun_at)
SELECT 'state ' || i, 'browser ' || i % 1000, '', false, to_timestamp(1893456000 + i)
FROM generate_series(1, 5000) AS i;

INSERT INTO answered_requests (key, answered_at)
SELECT gen_random_uuid(), now() - i * interval '1 second'
FROM generate_series(1, 5000) AS i;

INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token, access_expires_at, ended_at, next_try_at)
SELECT
    -1000000 - i, 0, 'app', 'seed ' || i, 'v1.bench.x', to_timestamp(1893456000), to_timestamp(1893456000),
    to_timestamp(1893456000 + i)
FROM generate_series(1, 5000) AS i;

INSERT INTO api_keys (
    id, digest, name, permissions, creators, addresses, requests_per_minute, tokens_per_minute, created_at
)
SELECT
    lpad(to_hex(i), 12, '0'), repeat('a', 64), 'key ' || i, '{}', '"all"', '{}', 600, 60, to_timestamp(1893456000 + i)
FROM generate_series(1, 5000) AS i;

INSERT INTO audit_log (chain, seq, prev, digest, at, actor_kind, actor_name, action, creator_id, outcome)
SELECT
    '00000000-0000-4000-8000-0000000000c0', i, '', '', to_timestamp(1893456000 + i), 'key', 'n8n', 'token.read',
    lpad(to_hex(1 + i % 5000), 32, '0')::uuid, 'ok'
FROM generate_series(0, 19999) AS i;

SELECT test.call('cc_save_grant');
