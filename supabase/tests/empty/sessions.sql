-- Browser sessions: cc_create_session, cc_save_session, cc_session, cc_delete_session, cc_purge.

SET ROLE service_role;

SELECT test.equal(test.call('cc_create_session'), 'true', 'a session is created');
SELECT test.equal(test.call('cc_create_session', '{"data": "other"}'), 'false', 'a session id is used once');
SELECT test.equal(
    test.call('cc_session', '{"now": 1893456059}'),
    '{"id": "i", "data": "{}", "creator_id": "00000000-0000-4000-8000-00000000000a", "expires_at": 1893456060}',
    'a session is read until it expires'
);
SELECT test.equal(test.call('cc_session', '{"now": 1893456060}'), NULL, 'an expired session is not read');
SELECT test.equal(test.call('cc_save_session'), 'true', 'a session is saved');
SELECT test.includes(
    test.call('cc_session'), '{"data": "{\"a\":1}", "creator_id": null}', 'a saved session has its new values'
);
SELECT test.equal(test.call('cc_delete_session'), 'true', 'a session is deleted');
SELECT test.equal(test.call('cc_delete_session'), 'false', 'a session is deleted once');
SELECT test.equal(test.call('cc_save_session'), 'false', 'a deleted session is not saved');
SELECT test.equal(test.call('cc_session'), NULL, 'a deleted session is not read');

SELECT test.equal(test.call('cc_create_session'), 'true', 'a session that will expire is created');
SELECT test.equal(
    test.call('cc_create_session', '{"id": "live", "expires_at": 1893456999}'), 'true', 'a session that will last is created'
);
SELECT test.equal(test.call('cc_purge', '{"now": 1893456059}'), '0', 'a purge keeps sessions until they expire');
SELECT test.equal(test.call('cc_purge', '{"now": 1893456060}'), '1', 'a purge deletes expired sessions');
SELECT test.equal(test.call('cc_session', '{"id": "live"}') ->> 'id', 'live', 'a purge keeps other sessions');

SELECT test.equal(test.call('cc_create_session', '{"id": "phone"}'), 'true', 'Alice has a session on her phone');
SELECT test.equal(test.call('cc_create_session', '{"id": "laptop"}'), 'true', 'and one on her laptop');
SELECT test.equal(test.call('cc_delete_sessions', '{"except": "phone"}'), '2', 'her sessions end but for one');
SELECT test.equal(test.call('cc_session', '{"id": "phone"}') ->> 'id', 'phone', 'the one stays');
SELECT test.equal(test.call('cc_delete_sessions'), '1', 'and ends with all');
