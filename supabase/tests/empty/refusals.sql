-- A malformed request is refused and changes nothing.

SET ROLE service_role;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');

SELECT test.refused(format('SELECT test.call(%L, %L)', called, changes), code, name)
FROM (VALUES
    ('cc_save_profile', '{"nickname": "nul \u0000"}', '22P05', 'a text with U+0000 is refused'),
    ('cc_creator', '{"creator_id": "../../etc/passwd"}', '22P02', 'an id that is no UUID is refused'),
    ('cc_save_profile', '{"user_info": "unheard of"}', '23514', 'an unknown result of a profile request is refused'),
    ('cc_complete_refresh', '{"refresh_failure": "unheard of"}', '23514', 'an unknown refresh failure is refused'),
    ('cc_end_grant', '{"cause": "unheard of"}', '23514', 'an unknown cause of an end is refused'),
    ('cc_claim_grants', '{"creator_id": "00000000-0000-4000-8000-00000000000a", "lease_seconds": null}', '23514',
        'a claim without a lease is refused'),
    ('cc_save_grant', '{"access_token": null}', '23514', 'a grant without an access token is refused'),
    ('cc_save_avatar', '{"bytes": "*"}', '22023', 'a picture that is not base64 is refused'),
    ('cc_save_grant', '{"new_id": "00000000-0000-4000-8000-00000000000b", "open_id": "other",
        "access_expires_at": 3585175623936000000}', '22008', 'a time out of range is refused')
) AS refusal (called, changes, code, name);

SELECT test.equal((SELECT count(*) FROM creators WHERE open_id <> 'alice'), 0::bigint, 'a refused request keeps no creator');
SELECT test.includes(test.call('cc_active_grant'), '{"access_token": "at", "fence": 0}', 'a refused request keeps the grant');
