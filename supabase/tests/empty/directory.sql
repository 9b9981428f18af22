-- Lists of creators, and the operator's notes: cc_creators, cc_annotate_creator.

SET ROLE service_role;

SELECT test.equal(test.call('cc_creators'), '[]', 'at first there is no creator');
SELECT test.call('cc_save_grant');
SELECT test.call('cc_save_grant', '{"new_id": "00000000-0000-4000-8000-00000000000b", "open_id": "bob",
    "access_token": "bob", "granted_at": 1893456100, "refresh_expires_at": 1909000000}');
SELECT test.call('cc_save_profile', '{"creator_id": "00000000-0000-4000-8000-00000000000b", "username": "Bob"}');
SELECT test.equal(
    test.call('cc_creators') -> 1 #- '{sort_key}', test.call('cc_creator'), 'a listed creator is as cc_creator returns them'
);

CREATE FUNCTION pg_temp.listed(changes jsonb) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_path_query_array(test.call('cc_creators', changes), '$[*].open_id')
$$;

SELECT test.equal(pg_temp.listed('{}'), '["bob", "alice"]', 'who connected last comes first');
SELECT test.equal(pg_temp.listed('{"sort": "risk"}'), '["alice", "bob"]', 'whose consent ends first comes first');
SELECT test.equal(pg_temp.listed('{"sort": "handle"}'), '["alice", "bob"]', 'who has no handle comes first');
SELECT test.equal(
    pg_temp.listed(jsonb_build_object('sort', sort, 'after', jsonb_build_object('key', first -> 'sort_key', 'id', first -> 'id'))),
    jsonb_build_array(second -> 'open_id'), 'a list goes on behind a place, by ' || sort
)
FROM unnest(ARRAY['newest', 'risk', 'handle']) AS sort,
    LATERAL (SELECT test.call('cc_creators', jsonb_build_object('sort', sort)) AS page) AS pages,
    LATERAL (SELECT page -> 0 AS first, page -> 1 AS second) AS places;

SELECT test.equal(test.call('cc_annotate_creator'), '"saved"', 'notes are saved');
SELECT test.equal(test.call('cc_annotate_creator'), '"changed"', 'notes of an old version are not');
SELECT test.includes(
    test.call('cc_creator'), '{"reference": "customer 7", "labels": ["client:acme", "vip"], "note": "n", "version": 1}',
    'notes are read as they were saved'
);
SELECT test.equal(
    test.call('cc_annotate_creator', '{"creator_id": "00000000-0000-4000-8000-00000000000b"}'), '"reference_taken"',
    'a reference belongs to one creator'
);
SELECT test.equal(pg_temp.listed('{"reference": "customer 7"}'), '["alice"]', 'creators are found by reference');
SELECT test.equal(pg_temp.listed('{"label": "vip"}'), '["alice"]', 'creators are found by label');
SELECT test.equal(pg_temp.listed('{"open_id": "bob"}'), '["bob"]', 'creators are found by TikTok''s id');
SELECT test.equal(pg_temp.listed('{"text": "BO"}'), '["bob"]', 'creators are found by a part of the handle');
SELECT test.equal(pg_temp.listed('{"text": "%"}'), '[]', 'a wildcard is a character');
SELECT test.equal(pg_temp.listed('{"text": "x'') OR true --"}'), '[]', 'a text is no SQL');
SELECT test.equal(pg_temp.listed('{"due_before": 1893999999}'), '["alice"]', 'creators are found by the end of the consent');
SELECT test.equal(pg_temp.listed('{"state": "expiring"}'), '["alice"]', 'creators are found by state');
SELECT test.equal(pg_temp.listed('{"state": "connected"}'), '["bob"]', 'the state is that of the given time');
SELECT test.equal(
    pg_temp.listed('{"visible": {"ids": ["00000000-0000-4000-8000-00000000000b"]}}'), '["bob"]', 'ids limit what is visible'
);
SELECT test.equal(pg_temp.listed('{"visible": {"labels": ["vip", "other"]}}'), '["alice"]', 'labels limit what is visible');
SELECT test.equal(pg_temp.listed('{"visible": {"ids": []}}'), '[]', 'no id is no creator');
