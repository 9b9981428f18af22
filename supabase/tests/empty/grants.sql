-- Consents: cc_save_grant, cc_active_grant, cc_count_grants, cc_creator; and cc_schema_version.

SET ROLE service_role;

SELECT test.equal(cc_schema_version('{}') -> 'version', '1', 'the schema has version 1');
SELECT test.equal(jsonb_typeof(cc_schema_version('{}') -> 'now'), 'number', 'the database tells its clock');
SELECT test.equal(cc_count_grants('{}'), '0', 'there is no grant at first');

SELECT test.equal(test.call(function), NULL, function || ' finds nothing for an unknown creator')
FROM unnest(ARRAY['cc_creator', 'cc_active_grant', 'cc_avatar']) AS function;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'a consent is saved');
SELECT test.equal(
    test.call('cc_save_grant', '{"new_id": "00000000-0000-4000-8000-00000000000b", "access_token": "newer"}'),
    '"00000000-0000-4000-8000-00000000000a"', 'a second consent keeps the creator''s id'
);
SELECT test.equal(cc_count_grants('{}'), '1', 'a second consent replaces the first');
SELECT test.equal(
    test.call('cc_active_grant') - ARRAY['now', 'id'],
    '{"client_key": "app", "open_id": "alice", "access_token": "newer", "refresh_token": "rt", "fence": 0,
        "generation": 1, "scopes": "user.info.basic,video.publish", "token_type": "Bearer", "refreshed_at": 1893456000,
        "access_expires_at": 1893463200, "refresh_expires_at": 1893542400, "failing_since": null,
        "needs_reconnect_since": null, "refresh_failure": null}', 'the active grant is the newer consent'
);
SELECT test.equal(jsonb_typeof(test.call('cc_active_grant') -> 'now'), 'number', 'a grant comes with the database''s clock');
SELECT test.equal(
    (SELECT count(*) FROM tiktok_tokens WHERE NOT is_active AND access_token IS NULL AND refresh_token IS NULL),
    1::bigint, 'a replaced grant keeps no token'
);

SELECT test.equal(
    test.call('cc_save_grant', '{"refresh_token": null, "refresh_expires_at": null}'),
    '"00000000-0000-4000-8000-00000000000a"', 'a consent without a refresh token is saved'
);
SELECT test.includes(
    test.call('cc_active_grant'), '{"refresh_token": "rt", "refresh_expires_at": 1893542400}',
    'a consent without a refresh token keeps the former one'
);
SELECT test.includes(
    test.call('cc_creator'),
    '{"posting": null, "connected_at": 1893456000, "profile_known_at": null, "user_info": "not_asked",
        "ended_at": null, "end_cause": null,
        "grant": {"scopes": "user.info.basic,video.publish", "refreshed_at": 1893456000, "access_expires_at": 1893463200,
            "refresh_expires_at": 1893542400, "failing_since": null, "needs_reconnect_since": null,
            "refresh_failure": null, "refresh_due_at": 1893460800, "log_id": null}}',
    'a new creator has a grant and no profile'
);
