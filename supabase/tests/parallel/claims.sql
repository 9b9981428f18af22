-- Claims at the same moment.

SET ROLE service_role;

-- Sixty grants are due: as many as twelve sessions claim.
INSERT INTO creators (id, client_key, open_id, connected_at)
SELECT gen_random_uuid(), 'app', 'open ' || i, now() FROM generate_series(1, 60) AS i WHERE test.session() = 1;
INSERT INTO tiktok_tokens (creator_id, access_token, refresh_token, token_type, scopes, granted_at, refreshed_at,
    access_expires_at, is_active, refresh_due_at)
SELECT id, 'at', 'rt', 'Bearer', '', now(), now(), now(), true, to_timestamp(1) FROM creators WHERE test.session() = 1;

CALL test.call_together('grants', 'cc_claim_grants', '{"limit": 5, "lease_seconds": 600}');
SELECT test.equal(count(DISTINCT item -> 'id'), count(*), 'no two sessions claim the same grant')
FROM test.items('grants', 'grants') AS item HAVING test.session() = 1;
CALL test.call_together('grants', 'cc_claim_grants', '{"limit": 5, "lease_seconds": 600}');
CALL test.call_together('grants', 'cc_claim_grants', '{"limit": 5, "lease_seconds": 600}');
SELECT test.equal(count(*) FILTER (WHERE fence = 1), 60::bigint, 'every due grant is claimed once')
FROM tiktok_tokens HAVING test.session() = 1;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects')
WHERE test.session() = 1;
CALL test.call_together('one grant', 'cc_claim_grants',
    '{"creator_id": "00000000-0000-4000-8000-00000000000a", "lease_seconds": 600}');
SELECT test.equal(count(*), 1::bigint, 'one of the sessions that claim one grant gets it')
FROM test.items('one grant', 'grants') HAVING test.session() = 1;
SELECT test.equal(count(*) FILTER (WHERE answer -> 'busy' = 'true'), 11::bigint, 'all others learn that the grant is busy')
FROM test.answers WHERE round = 'one grant' HAVING test.session() = 1;

INSERT INTO revocations (grant_id, generation, client_key, open_id, access_token, access_expires_at, ended_at, next_try_at)
SELECT -i, 0, 'app', 'open ' || i, 'at', now(), now(), to_timestamp(1)
FROM generate_series(1, 60) AS i WHERE test.session() = 1;
CALL test.call_together('revocations', 'cc_claim_revocations', '{"limit": 5, "lease_seconds": 600}');
SELECT test.is_true(count(*) >= 5, 'revocations are claimed')
FROM test.items('revocations', 'due') HAVING test.session() = 1;
SELECT test.equal(count(DISTINCT item -> 'id'), count(*), 'no two sessions claim the same revocation')
FROM test.items('revocations', 'due') AS item HAVING test.session() = 1;

UPDATE webhook_events SET status = 'done' WHERE test.session() = 1;
INSERT INTO webhook_events (name, created_at, received_at, body)
SELECT 'post.publish.complete', now(), now(), '{}' FROM generate_series(1, 60) WHERE test.session() = 1;
CALL test.call_together('events', 'cc_claim_events', '{"limit": 5}');
SELECT test.is_true(count(*) >= 5, 'events are claimed') FROM test.items('events') HAVING test.session() = 1;
SELECT test.equal(count(DISTINCT item -> 'row'), count(*), 'no two sessions claim the same event')
FROM test.items('events') AS item HAVING test.session() = 1;
