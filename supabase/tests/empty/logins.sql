-- Pending logins: cc_begin_login, cc_take_login, cc_purge.

SET ROLE service_role;

SELECT test.equal(test.call('cc_begin_login'), 'true', 'a login begins');
SELECT test.equal(test.call('cc_begin_login'), 'true', 'a login that is sent twice begins once');
SELECT test.equal((SELECT count(*) FROM pending_logins), 1::bigint, 'a login that is sent twice is one row');
SELECT test.equal(test.call('cc_take_login', '{"browser": "another"}'), NULL, 'another browser cannot take a login by its state');
SELECT test.equal(cc_take_login('{"browser": "another"}'), NULL, 'another browser has no login');
SELECT test.equal(test.call('cc_end_login'), 'false', 'a login ends once it is taken');
SELECT test.equal(
    test.call('cc_take_login') - 'now',
    '{"state_digest": "s", "browser": "b", "code_verifier": "v", "scopes": "user.info.basic", "popup": false,
        "begun_at": 1893456000, "taken_at": null, "outcome": null}',
    'the browser takes its login'
);
SELECT test.includes(test.call('cc_take_login'), '{"code_verifier": null, "outcome": null}', 'its verifier is erased');
SELECT test.is_true(test.call('cc_take_login') ->> 'taken_at' IS NOT NULL, 'it is marked as taken');
SELECT test.equal(test.call('cc_take_login', '{"state_digest": null}'), NULL, 'a taken login is not the newest');
SELECT test.equal(test.call('cc_end_login', '{"outcome": {"failed": {"failure": "internal"}}}'), 'true', 'a login fails');
SELECT test.includes(
    test.call('cc_take_login', '{"state_digest": null}'), '{"state_digest": "s"}',
    'without a newer one a browser finds its login that failed'
);
SELECT test.equal(test.call('cc_end_login'), 'true', 'a login connects');
SELECT test.includes(
    test.call('cc_take_login'), '{"outcome": {"connected": "00000000-0000-4000-8000-00000000000a"}}',
    'who takes it again learns its outcome'
);
SELECT test.equal(test.call('cc_take_login', '{"state_digest": null}'), NULL, 'a login that connected needs its state');

SELECT test.equal(
    test.call('cc_begin_login', jsonb_build_object('state_digest', state, 'code_verifier', NULL, 'keep', 2)), 'true',
    'login ' || state || ' begins'
)
FROM unnest(ARRAY['z', 'a', 'm']) AS state;
SELECT test.equal(test.call('cc_take_login', '{"state_digest": "z"}'), NULL, 'a browser keeps its newest logins alone');
SELECT test.includes(
    test.call('cc_take_login', '{"state_digest": null}'), '{"state_digest": "m", "code_verifier": null}',
    'without a state a browser takes its newest login'
);

SELECT test.equal(test.call('cc_purge'), '0', 'a purge keeps a login of the limit''s second');
SELECT test.equal(test.call('cc_purge', '{"logins_before": 1893456001}'), '2', 'a purge deletes older logins');
SELECT test.equal(test.call('cc_purge', '{"logins_before": 1893456001}'), '0', 'a second purge finds nothing');
