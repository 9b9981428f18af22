-- Saves at the same moment.

SET ROLE service_role;

CALL test.call_together('consents', 'cc_save_grant',
    jsonb_build_object('new_id', '00000000-0000-4000-8000-0000000000' || 10 + test.session()));
SELECT test.equal(count(*), 12::bigint, 'parallel consents of one creator all succeed')
FROM test.answers WHERE round = 'consents' HAVING test.session() = 1;
SELECT test.equal(count(DISTINCT answer), 1::bigint, 'parallel consents of one creator agree on the id')
FROM test.answers WHERE round = 'consents' HAVING test.session() = 1;
SELECT test.equal(count(*) FILTER (WHERE is_active), 1::bigint, 'parallel consents leave one active grant')
FROM tiktok_tokens HAVING test.session() = 1;
SELECT test.equal(
    count(*) FILTER (WHERE NOT is_active AND access_token IS NULL AND refresh_token IS NULL), 11::bigint,
    'parallel consents erase the tokens of all others'
)
FROM tiktok_tokens HAVING test.session() = 1;
SELECT test.equal(cc_count_grants('{}'), '1', 'parallel consents count once') WHERE test.session() = 1;

CALL test.call_together('one consent', 'cc_save_grant',
    '{"open_id": "bob", "new_id": "00000000-0000-4000-8000-00000000000b"}');
SELECT test.equal(
    array_agg(DISTINCT answer), ARRAY['"00000000-0000-4000-8000-00000000000b"'::jsonb],
    'one consent that is sent in parallel succeeds each time'
)
FROM test.answers WHERE round = 'one consent' HAVING test.session() = 1;
SELECT test.equal(cc_count_grants('{}'), '2', 'one consent that is sent in parallel counts once') WHERE test.session() = 1;

CALL test.call_together('one login', 'cc_begin_login');
CALL test.call_together('take one', 'cc_take_login');
SELECT test.equal(count(*) FILTER (WHERE answer ->> 'taken_at' IS NULL), 1::bigint, 'one session takes a login first')
FROM test.answers WHERE round = 'take one' HAVING test.session() = 1;

CALL test.call_together('logins', 'cc_begin_login', jsonb_build_object('state_digest', test.session()::text));
SELECT test.equal(count(*), 5::bigint, 'a browser keeps five of the logins that begin in parallel')
FROM pending_logins HAVING test.session() = 1;
CALL test.call_together('take the newest', 'cc_take_login', '{"state_digest": null}');
SELECT test.equal(array_agg(DISTINCT answer ->> 'state_digest') FILTER (WHERE answer IS NOT NULL),
    array_agg(answer ->> 'state_digest' ORDER BY answer ->> 'state_digest') FILTER (WHERE answer IS NOT NULL),
    'no two sessions that take the newest login get the same')
FROM test.answers WHERE round = 'take the newest' HAVING test.session() = 1;
SELECT test.equal(count(answer), 5::bigint, 'five sessions that take the newest login get one each')
FROM test.answers WHERE round = 'take the newest' HAVING test.session() = 1;

INSERT INTO web_sessions (id, data, expires_at)
SELECT i, '{}', to_timestamp(1893456000) FROM generate_series(1, 500) AS i WHERE test.session() = 1;
CALL test.call_together('purge', 'cc_purge');
SELECT test.equal(sum(answer::bigint), 500::numeric, 'parallel purges delete every row once')
FROM test.answers WHERE round = 'purge' HAVING test.session() = 1;

CALL test.call_together('deliveries', 'cc_save_events', jsonb_build_object('events', jsonb_build_array(
    (test.request('cc_save_events') #> '{events,0}')
        || jsonb_build_object('uid', '00000000-0000-4000-8000-0000000000' || 10 + test.session())
)));
SELECT test.equal(count(*) FILTER (WHERE answer = '[true]'), 1::bigint, 'one of equal deliveries is new')
FROM test.answers WHERE round = 'deliveries' HAVING test.session() = 1;
SELECT test.equal(count(*) FILTER (WHERE answer = '[false]'), 11::bigint, 'all other deliveries are repetitions')
FROM test.answers WHERE round = 'deliveries' HAVING test.session() = 1;
