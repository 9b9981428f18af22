-- TikTok's events: cc_save_events, cc_claim_events, cc_complete_events, cc_events, cc_replay_event, cc_activity,
-- cc_purge_events.

SET ROLE service_role;

-- An event like that of the request, with other members.
CREATE FUNCTION pg_temp.event(changes jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT (test.request('cc_save_events') #> '{events,0}') || changes
$$;

-- Completes the claim of the event d1.
CREATE FUNCTION pg_temp.complete(result jsonb)
RETURNS jsonb
LANGUAGE sql
AS $$
    SELECT cc_complete_events(jsonb_build_object('completed', jsonb_build_array(
        '{"stage": "waiting", "status": "done", "after": 0}' || jsonb_build_object('row', id) || result
    )))
    FROM webhook_events WHERE digest = 'd1'
$$;

CREATE TEMPORARY VIEW event AS SELECT id, jsonb_build_object('row', id) AS request FROM webhook_events WHERE digest = 'd1';

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');
SELECT test.equal(
    test.call('cc_save_grant', '{"access_token": "newer"}'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects again'
);
UPDATE webhook_events SET status = 'done';

SELECT test.equal(cc_save_events('{"events": []}'), '[]', 'no events are saved');
SELECT test.equal(test.call('cc_save_events'), '[true]', 'an event is new');
SELECT test.equal(
    cc_save_events(jsonb_build_object('events', jsonb_build_array(
        pg_temp.event('{"uid": "00000000-0000-4000-8000-0000000000e2"}'),
        pg_temp.event('{"uid": "00000000-0000-4000-8000-0000000000e3", "digest": "d2", "open_id": null}'),
        pg_temp.event('{"uid": "00000000-0000-4000-8000-0000000000e4"}')
    ))), '[false, true, false]', 'an event that is delivered again is not new'
);
SELECT test.equal(
    test.call('cc_activity', '{"limit": 1}'),
    '[{"name": "post.publish.complete", "created_at": 1893456000, "body": "{\"n\":9007199254740993}"}]',
    'a creator''s newest event keeps its body to the letter'
);

SELECT test.equal(test.call('cc_claim_events', '{"limit": 0}'), '[]', 'a claim of none gets none');
SELECT test.equal(
    test.call('cc_claim_events', '{"limit": 1, "lease_seconds": 0}'),
    jsonb_build_array(request || '{"fence": 1, "uid": "00000000-0000-4000-8000-0000000000e1",
        "creator_id": "00000000-0000-4000-8000-00000000000a", "name": "post.publish.complete", "created_at": 1893456000,
        "received_at": 1893456001, "body": "{\"n\":9007199254740993}", "attempts": 1}'), 'the oldest event is claimed'
)
FROM event;
SELECT test.equal(
    (SELECT jsonb_agg(jsonb_build_array(claim -> 'fence', claim -> 'creator_id'))
        FROM jsonb_array_elements(test.call('cc_claim_events')) AS claim),
    '[[2, "00000000-0000-4000-8000-00000000000a"], [1, null]]', 'events are claimed in their order'
);
SELECT test.equal(test.call('cc_claim_events'), '[]', 'an event under lease is not claimed');

SELECT test.equal(pg_temp.complete('{"fence": 1}'), '[false]', 'an old claim does not complete an event');
SELECT test.equal(
    cc_complete_events(jsonb_build_object('completed', jsonb_build_array(
        '{"row": 0, "fence": 1, "stage": "waiting", "status": "done", "after": 0}'::jsonb,
        '{"fence": 2, "stage": "waiting", "status": "set_aside", "after": 0, "error": "poison"}' || request
    ))), '[false, true]', 'an event is set aside'
)
FROM event;
SELECT test.equal(
    (SELECT jsonb_agg(test.columns) FROM (
        SELECT jsonb_build_array(listed -> 'row', listed -> 'status', listed -> 'error', listed -> 'attempts') AS columns
        FROM jsonb_array_elements(test.call('cc_events')) AS listed
    ) AS test), jsonb_build_array(jsonb_build_array(id, 'set_aside', 'poison', 2)), 'events that were set aside are listed'
)
FROM event;
SELECT test.equal(
    (SELECT jsonb_agg(listed -> 'status')
        FROM jsonb_array_elements(cc_events(jsonb_build_object('before', id, 'limit', 2))) AS listed),
    '["done", "done"]', 'events before a row are listed'
)
FROM event;
SELECT test.equal(cc_events('{}'), '[]', 'without a limit no event is listed');

SELECT test.equal(cc_replay_event(request), 'true', 'an event that was set aside is replayed') FROM event;
SELECT test.equal(cc_replay_event(request), 'false', 'an event that waits is not replayed') FROM event;
SELECT test.includes(
    test.call('cc_claim_events') -> 0, '{"fence": 4, "attempts": 1}', 'a replayed event starts with no attempts'
);
SELECT test.equal(
    pg_temp.complete('{"fence": 4, "status": "forwarding"}'), '[true]', 'a handled event waits to be forwarded'
);
SELECT test.includes(
    test.call('cc_claim_events', '{"forward": true}') -> 0, '{"fence": 5, "attempts": 1}', 'an event is claimed to be forwarded'
);
SELECT test.equal(
    test.call('cc_claim_events', '{"forward": true}'), '[]', 'an event under lease is not claimed to be forwarded'
);
SELECT test.equal(
    pg_temp.complete('{"fence": 5, "stage": "forwarding", "status": "forwarding", "after": 600, "error": "503"}'), '[true]',
    'a failed forwarding is put off'
);
SELECT test.equal(
    test.call('cc_claim_events', '{"forward": true}'), '[]', 'an event is not forwarded before it is due'
);

UPDATE webhook_events SET status = 'done';
SELECT test.equal(
    cc_purge_events('{"ledger_before": 1893456000, "events_before": 993456000, "keep": 1000}'), '0', 'a purge keeps young events'
);
SELECT test.equal(
    (SELECT count(*) FROM webhook_events WHERE digest LIKE 'd%'), 2::bigint, 'the ledger keeps young events'
);
SELECT test.is_true(
    cc_purge_events('{"ledger_before": 1893456002, "events_before": 993456000, "keep": 1}')::integer > 1,
    'a purge deletes a creator''s surplus events'
);
SELECT test.equal(
    (SELECT count(*) FROM webhook_events WHERE creator_id IS NOT NULL), 1::bigint, 'a creator keeps the newest events'
);
SELECT test.equal(
    cc_purge_events('{"ledger_before": 0, "events_before": 1893456002, "keep": 1000}'), '2', 'a purge deletes old events'
);

SELECT test.equal(
    cc_save_events(jsonb_build_object('events', jsonb_build_array(pg_temp.event('{"open_id": "bob"}')))), '[true]',
    'an event comes before its creator'
);
SELECT test.equal(
    test.call('cc_save_grant', '{"open_id": "bob", "new_id": "00000000-0000-4000-8000-00000000000b"}'),
    '"00000000-0000-4000-8000-00000000000b"', 'Bob connects'
);
SELECT test.equal(
    (SELECT jsonb_agg(listed -> 'name')
        FROM jsonb_array_elements(cc_activity('{"creator_id": "00000000-0000-4000-8000-00000000000b", "limit": 9}')) AS listed),
    '["creator.connected", "post.publish.complete"]', 'a new creator has the events that came before'
);
