-- API keys: cc_create_api_key, cc_api_keys, cc_end_api_key, cc_note_api_key_use.

SET ROLE service_role;

SELECT test.equal(test.call('cc_create_api_key'), 'true', 'a key is created');
SELECT test.equal(test.call('cc_create_api_key', '{"name": "other"}'), 'false', 'an id is used once');
SELECT test.equal(
    test.call('cc_api_keys'), jsonb_build_array(test.request('cc_create_api_key', '{}')), 'a key is read as it was created'
);
SELECT test.equal(test.call('cc_api_keys', '{"id": "unknown"}'), '[]', 'an unknown key is not found');
SELECT test.equal(
    test.call('cc_create_api_key', '{"id": "k00000000002", "created_at": 1893456001, "expires_at": null}'), 'true',
    'a key without an end is created'
);
SELECT test.equal(
    jsonb_path_query_array(test.call('cc_api_keys', '{"id": null}'), '$[*].id'), '["k00000000002", "k00000000001"]',
    'all keys are listed, the newest first'
);

SELECT test.equal(
    test.call('cc_end_api_key', '{"revoked_at": null, "expires_at": 1893456090}'), 'true', 'a key may expire sooner'
);
SELECT test.equal(
    test.call('cc_end_api_key', '{"revoked_at": null, "expires_at": 1893456999}'), 'true', 'a later end is taken'
);
SELECT test.equal(test.call('cc_api_keys') #>> '{0,expires_at}', '1893456090', 'and changes nothing');
SELECT test.equal(test.call('cc_end_api_key'), 'true', 'a key is revoked');
SELECT test.equal(test.call('cc_end_api_key'), 'false', 'a key is revoked once');
SELECT test.includes(
    test.call('cc_api_keys') -> 0, '{"revoked_at": 1893456060, "expires_at": 1893456090}', 'the revocation is stored'
);
SELECT test.equal(test.call('cc_end_api_key', '{"id": "unknown"}'), 'false', 'an unknown key is not revoked');

SELECT test.equal(test.call('cc_note_api_key_use'), 'true', 'a use is noted');
SELECT test.equal(test.call('cc_note_api_key_use', '{"at": 1}'), 'true', 'an earlier use is taken');
SELECT test.equal(test.call('cc_api_keys') #>> '{0,last_used_at}', '1893456060', 'and changes nothing');
SELECT test.equal(test.call('cc_note_api_key_use', '{"id": "unknown"}'), 'false', 'the use of an unknown key is not noted');
