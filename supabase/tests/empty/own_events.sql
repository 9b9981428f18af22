-- The events that triggers write about a creator's connection.

SET ROLE service_role;

CREATE TEMPORARY VIEW alice AS SELECT jsonb_build_object('id', id, 'fence', fence, 'generation', generation) AS claim
FROM tiktok_tokens WHERE is_active;
CREATE TEMPORARY VIEW own_events AS SELECT string_agg(name, ' ' ORDER BY id) AS names FROM webhook_events;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');
SELECT test.equal(names, 'creator.connected', 'a first consent is an event') FROM own_events;
SELECT test.equal(
    test.call('cc_save_grant', '{"access_token": "newer"}'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects again'
);
SELECT test.equal(names, 'creator.connected creator.reconnected', 'a consent near the end of the former is an event') FROM own_events;
SELECT test.equal(
    test.call('cc_save_grant', '{"access_token": "lasting", "refresh_expires_at": 1924992000}'),
    '"00000000-0000-4000-8000-00000000000a"', 'Alice connects for a year'
);
DELETE FROM webhook_events WHERE digest LIKE '%lasting';
SELECT test.equal(
    test.call('cc_save_grant', '{"access_token": "same", "refresh_expires_at": 1924992000}'),
    '"00000000-0000-4000-8000-00000000000a"', 'Alice signs in again'
);
SELECT test.equal(names, 'creator.connected creator.reconnected', 'a sign-in that changes nothing is no event') FROM own_events;

SELECT test.equal(
    test.call('cc_complete_refresh', '{"access_token": null, "refresh_failure": "unavailable", "failing_since": 1893456000}'
        || claim), 'true', 'a refresh fails'
)
FROM alice;
SELECT test.equal(names, 'creator.connected creator.reconnected', 'a failure that may pass is no event') FROM own_events;
SELECT test.equal(test.call('cc_complete_refresh', claim), 'true', 'a refresh succeeds') FROM alice;
SELECT test.equal(
    names, 'creator.connected creator.reconnected creator.recovered', 'a recovery is an event'
)
FROM own_events;

SELECT test.equal(
    test.call('cc_complete_refresh', '{"access_token": null, "refresh_failure": "refused",
        "needs_reconnect_since": 1893456000}' || claim), 'true', 'TikTok refuses a refresh'
)
FROM alice;
SELECT test.includes(
    (SELECT body::jsonb FROM webhook_events WHERE name = 'creator.needs_reconnect'),
    '{"creator": "00000000-0000-4000-8000-00000000000a"}', 'a grant that needs a reconnect is an event'
);
SELECT test.equal(test.call('cc_end_grant') -> 'was_active', 'true', 'Alice disconnects');
SELECT test.equal(
    (SELECT body::jsonb FROM webhook_events WHERE name = 'creator.disconnected'),
    '{"creator": "00000000-0000-4000-8000-00000000000a", "cause": "here"}', 'an end is an event'
);
-- No two sealings have the same text: the same text is the same consent.
SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'the first consent is saved again');
SELECT test.equal(
    names, 'creator.connected creator.reconnected creator.recovered creator.needs_reconnect creator.disconnected',
    'a consent that is saved again, after an end, is no event'
)
FROM own_events;

UPDATE webhook_events SET status = 'done';
SELECT test.equal(test.call('cc_delete_creator') -> 'was_active', 'true', 'a creator is deleted');
SELECT test.equal(
    (SELECT jsonb_agg(jsonb_build_array(name, creator_id, client_key, open_id, body::jsonb)) FROM webhook_events),
    '[["creator.disconnected", null, null, null, {"creator": "00000000-0000-4000-8000-00000000000a", "cause": "here"}]]',
    'a deleted creator leaves one event, by our own id'
);
UPDATE webhook_events SET status = 'done';
SELECT test.equal((SELECT body FROM webhook_events), '{}', 'the last event of a deleted creator is erased once it is done');
