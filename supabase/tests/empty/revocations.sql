-- Ends of grants and their revocation: cc_end_grant, cc_claim_revocations, cc_complete_revocation, cc_delete_creator.

SET ROLE service_role;

CREATE TEMPORARY VIEW revocation AS SELECT id, jsonb_build_object('id', id) AS request FROM revocations;

SELECT test.equal(
    test.call('cc_save_grant', '{"access_token": "v1.k.at", "refresh_token": "v1.l.rt", "access_expires_at": 1893542400,
        "refresh_expires_at": null}'),
    '"00000000-0000-4000-8000-00000000000a"', 'Alice connects'
);
SELECT test.equal(test.call('cc_save_profile'), 'true', 'Alice has a profile');
SELECT test.equal(test.call('cc_save_avatar'), 'true', 'Alice has a picture');

SELECT test.equal(
    test.call('cc_end_grant', '{"creator_id": "00000000-0000-4000-8000-0000000000ff"}'), NULL,
    'an unknown creator''s grant does not end'
);
SELECT test.equal(
    test.call('cc_end_grant', '{"given_until": 1893455999}'), NULL, 'a grant that is younger than its end stays'
);
SELECT test.includes(
    test.call('cc_end_grant', '{"given_until": 1893456000, "idempotency_key": "00000000-0000-4000-8000-0000000000e1"}'),
    jsonb_build_object('was_active', true), 'a grant ends'
);
SELECT test.equal(
    test.call('cc_end_grant', '{"given_until": 1893456000, "idempotency_key": "00000000-0000-4000-8000-0000000000e1"}'),
    (SELECT jsonb_build_object('was_active', true, 'revocation', id) FROM revocations),
    'a repeated request gets the first answer'
);
SELECT test.equal((SELECT count(*) FROM revocations), 1::bigint, 'an ended grant waits to be revoked');
SELECT test.equal(
    test.call('cc_end_grant', '{"idempotency_key": null}'), '{"was_active": false, "revocation": null}', 'a grant ends once'
);
SELECT test.equal(test.call('cc_active_grant'), NULL, 'after the end there is no active grant');
SELECT test.equal(test.call('cc_avatar'), NULL, 'after the end there is no picture');
SELECT test.includes(
    test.call('cc_creator'),
    '{"grant": null, "username": null, "nickname": null, "union_id": null, "posting": null, "avatar_url": null,
        "log_id": null, "profile_known_at": null, "profile_asked_at": null, "ended_at": 1893456000, "end_cause": "here",
        "user_info": "not_asked"}', 'after the end the profile is erased'
);
SELECT test.equal(test.call('cc_save_profile'), 'false', 'after the end no profile is saved');
SELECT test.equal(test.call('cc_save_avatar'), 'false', 'after the end no picture is saved');
SELECT test.equal(
    test.call('cc_connections'),
    '{"connected": 0, "expiring": 0, "degraded": 0, "needs_reconnect": 0, "disconnected": 1}', 'Alice is disconnected'
);

SELECT test.includes(
    test.call('cc_sealed_rows', '{"table": "revocations"}') -> 0,
    jsonb_build_object('row', id, 'access_token', 'v1.k.at'), 'tokens to revoke are listed as sealed'
)
FROM revocation;
SELECT test.includes(
    cc_claim_revocations('{"lease_seconds": 0}' || request) #> '{due,0}', '{"fence": 1, "attempts": 1}',
    'a revocation is claimed by its id'
)
FROM revocation;
SELECT test.equal(
    test.call('cc_claim_revocations') -> 'due',
    jsonb_build_array('{"fence": 2, "client_key": "app", "open_id": "alice", "access_token": "v1.k.at",
        "refresh_token": "v1.l.rt", "access_expires_at": 1893542400, "refresh_expires_at": null, "ended_at": 1893456000,
        "attempts": 2}' || request || jsonb_build_object('grant_id', grant_id, 'generation', generation)),
    'due revocations are claimed'
)
FROM revocation, revocations;
SELECT test.equal(test.call('cc_claim_revocations') -> 'due', '[]', 'a revocation under lease is not claimed');
SELECT test.equal(cc_complete_revocation('{"fence": 1}' || request), 'false', 'an old claim does not complete a revocation')
FROM revocation;
SELECT test.equal(
    cc_renew_revocation(jsonb_build_object('id', grant_id, 'generation', generation + 1, 'access_token', 'v1.k.at4',
        'refresh_token', NULL, 'access_expires_at', 1893456000, 'refresh_expires_at', NULL)), 'false',
    'tokens of another pair reach no revocation'
)
FROM revocations;
SELECT test.equal(
    cc_renew_revocation(jsonb_build_object('id', grant_id, 'generation', generation, 'access_token', 'v1.k.at3',
        'refresh_token', NULL, 'access_expires_at', 1893456000, 'refresh_expires_at', NULL)), 'true',
    'a revocation takes fresh tokens'
)
FROM revocations;
SELECT test.equal(cc_complete_revocation('{"fence": 2}' || request), 'false', 'a claim with dead tokens does not complete it')
FROM revocation;
SELECT test.equal(
    cc_complete_revocation('{"fence": 3, "next_try_at": 1893456009}' || request), 'true', 'a failed revocation is put off'
)
FROM revocation;
SELECT test.equal(test.call('cc_claim_revocations') -> 'due', '[]', 'a revocation is not claimed before it is due');
SELECT test.includes(
    cc_claim_revocations('{"lease_seconds": 120}' || request) #> '{due,0}',
    '{"access_token": "v1.k.at3", "refresh_token": "v1.l.rt", "attempts": 3}', 'a revocation is claimed early by its id'
)
FROM revocation;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects again');
SELECT test.equal((SELECT count(*) FROM revocations), 0::bigint, 'a reconnect takes the revocation back');
SELECT test.equal(cc_complete_revocation('{"id": 1, "fence": 3}'), 'false', 'a revocation that was taken back is not completed');
SELECT test.equal(test.call('cc_creator') -> 'ended_at', 'null', 'a reconnected creator has no end');
SELECT test.is_true(
    (test.call('cc_creator') #>> '{grant,refresh_due_at}')::bigint < 1893456000,
    'a grant that a running revocation may end is refreshed when that lease expires'
);

SELECT test.equal(test.call('cc_create_session', '{"id": "phone"}'), 'true', 'Alice has a session');
SELECT test.equal(
    test.call('cc_delete_creator', '{"creator_id": "00000000-0000-4000-8000-0000000000ff"}'), NULL,
    'an unknown creator is not deleted'
);
SELECT test.equal(
    test.call('cc_delete_creator', '{"idempotency_key": "00000000-0000-4000-8000-0000000000e2"}') -> 'was_active', 'true',
    'a creator is deleted'
);
SELECT test.equal(
    test.call('cc_delete_creator', '{"idempotency_key": "00000000-0000-4000-8000-0000000000e2"}') -> 'was_active', 'true',
    'a repeated deletion gets the first answer'
);
SELECT test.equal(
    cc_complete_revocation(request || '{"fence": 0}'), 'true', 'the revocation of a deleted creator is completed'
)
FROM revocation;
SELECT test.equal(test.call('cc_delete_creator'), NULL, 'a creator is deleted once');
SELECT test.equal(test.call('cc_session', '{"id": "phone"}'), NULL, 'a deleted creator''s sessions end');
SELECT test.equal(
    (SELECT count(*) FROM tiktok_tokens) + (SELECT count(*) FROM revocations) + (SELECT count(*) FROM creators),
    0::bigint, 'no row names a deleted creator'
);

SELECT test.equal((SELECT count(*) FROM answered_requests), 2::bigint, 'both answers are kept');
UPDATE answered_requests SET answered_at = now() - interval '61 minutes' WHERE key = '00000000-0000-4000-8000-0000000000e1';
SELECT test.equal(test.call('cc_purge'), '1', 'a purge deletes answers after an hour');

SELECT test.equal(jsonb_typeof(test.call('cc_save_grant')), 'string', 'Alice connects anew');
SELECT test.equal(jsonb_typeof(test.call('cc_save_grant')), 'string', 'and once more');
SELECT test.equal(test.call('cc_purge'), '0', 'a purge keeps a grant that ended within the limit''s second');
SELECT test.equal(test.call('cc_purge', '{"grants_before": 1893456001}'), '1', 'a purge deletes grants that ended long ago');
SELECT test.equal((SELECT count(*) FROM tiktok_tokens WHERE is_active), 1::bigint, 'and no grant in force');
