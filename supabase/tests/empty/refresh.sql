-- Refreshing: cc_claim_grants, cc_complete_refresh, cc_connections; and the keys: cc_key_use, cc_sealed_rows, cc_reseal.

SET ROLE service_role;

-- The members of a request that names Alice's active grant.
CREATE TEMPORARY VIEW alice AS SELECT id, jsonb_build_object('id', id) AS grant_id FROM tiktok_tokens WHERE is_active;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');
SELECT test.equal(test.call('cc_claim_grants') - 'now', '{"grants": [], "busy": false}', 'no grant is due');
SELECT test.equal(jsonb_typeof(test.call('cc_claim_grants') -> 'now'), 'number', 'a claim comes with the database''s clock');
SELECT test.equal(
    cc_claim_grants('{"creator_id": "00000000-0000-4000-8000-0000000000ff", "lease_seconds": 120}') - 'now',
    '{"grants": [], "busy": false}', 'an unknown creator has no grant to claim'
);
SELECT test.equal(
    cc_claim_grants('{"creator_id": "00000000-0000-4000-8000-00000000000a", "lease_seconds": 120}') #- '{grants,0,id}' -> 'grants',
    '[{"fence": 1, "generation": 0, "creator_id": "00000000-0000-4000-8000-00000000000a", "client_key": "app",
        "open_id": "alice", "access_token": "at", "refresh_token": "rt", "access_expires_at": 1893463200,
        "refresh_expires_at": 1893542400, "failing_since": null, "needs_reconnect_since": null, "refresh_failure": null,
        "refresh_due_at": 1893460800, "failures": 0, "unsure": false}]', 'a creator''s grant is claimed before it is due'
);
SELECT test.equal(
    cc_claim_grants('{"creator_id": "00000000-0000-4000-8000-00000000000a", "lease_seconds": 120}') - 'now',
    '{"grants": [], "busy": true}', 'a grant under lease is busy'
);

SELECT test.equal(
    test.call('cc_complete_refresh', '{"fence": 0, "access_token": null}' || grant_id), 'false',
    'a failure under an old fence is not saved'
)
FROM alice;
SELECT test.equal(
    test.call('cc_complete_refresh', '{"access_token": null, "refresh_failure": "unavailable", "failing_since": 1893456000,
        "refresh_due_at": 1000, "failures": 1, "unsure": true, "log_id": "L2"}' || grant_id),
    'true', 'a failure is saved'
)
FROM alice;
SELECT test.equal(
    test.call('cc_connections'),
    '{"connected": 0, "expiring": 0, "degraded": 1, "needs_reconnect": 0, "disconnected": 0}', 'a failing grant is degraded'
);
SELECT test.includes(
    test.call('cc_creator') -> 'grant',
    '{"refresh_failure": "unavailable", "log_id": "L2", "failing_since": 1893456000}', 'a creator shows the failure'
);

SELECT test.equal(test.call('cc_claim_grants', '{"limit": 0}') -> 'grants', '[]', 'a claim of none gets none');
SELECT test.includes(
    test.call('cc_claim_grants', '{"lease_seconds": 0}') #> '{grants,0}',
    '{"fence": 2, "unsure": true, "failures": 1}', 'a due grant is claimed again'
);
SELECT test.equal(
    test.call('cc_complete_refresh', '{"generation": 1}' || grant_id), 'false',
    'tokens of a pair that is not stored are not saved'
)
FROM alice;
SELECT test.equal(test.call('cc_complete_refresh', grant_id), 'true', 'new tokens are saved under an old fence') FROM alice;
SELECT test.equal(test.call('cc_complete_refresh', grant_id), 'true', 'new tokens that are sent twice are saved once') FROM alice;
SELECT test.includes(
    test.call('cc_active_grant'),
    '{"access_token": "v1.k.at2", "refresh_token": "v1.k.rt2", "generation": 1, "scopes": "user.info.basic,video.publish",
        "refresh_failure": null}', 'new tokens make a new generation'
);
SELECT test.equal(
    test.call('cc_connections'),
    '{"connected": 1, "expiring": 0, "degraded": 0, "needs_reconnect": 0, "disconnected": 0}', 'a refreshed grant is connected'
);

SELECT test.equal(cc_key_use('{}'), '[{"key_id": "k", "rows": 1}]', 'a key seals one grant');
SELECT test.equal(
    cc_sealed_rows('{"table": "grants", "after": 0, "limit": 9}'),
    jsonb_build_array(jsonb_build_object(
        'row', id, 'client_key', 'app', 'open_id', 'alice', 'access_token', 'v1.k.at2', 'refresh_token', 'v1.k.rt2'
    )), 'sealed tokens are listed'
)
FROM alice;
SELECT test.equal(
    test.call('cc_sealed_rows', jsonb_build_object('after', id)), '[]', 'sealed tokens are listed after a row'
)
FROM alice;
SELECT test.equal(cc_sealed_rows('{}'), '[]', 'without a table no sealed tokens are listed');
SELECT test.equal(
    test.call('cc_reseal', jsonb_build_object('row', id)), 'false', 'tokens that have changed are not sealed anew'
)
FROM alice;
SELECT test.equal(
    test.call('cc_reseal', jsonb_build_object(
        'row', id, 'old_access_token', 'v1.k.at2', 'old_refresh_token', 'v1.k.rt2', 'refresh_token', 'v1.l.rt'
    )), 'true', 'tokens are sealed anew'
)
FROM alice;
SELECT test.equal(
    cc_key_use('{}'), '[{"key_id": "k", "rows": 1}, {"key_id": "l", "rows": 1}]', 'a grant under two keys counts for both'
);
