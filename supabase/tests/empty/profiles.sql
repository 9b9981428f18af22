-- Profiles and pictures: cc_save_profile, cc_creator, cc_save_avatar, cc_avatar.

SET ROLE service_role;

SELECT test.equal(test.call('cc_save_grant'), '"00000000-0000-4000-8000-00000000000a"', 'Alice connects');
SELECT test.equal(test.call('cc_save_profile'), 'true', 'a profile is saved');
SELECT test.equal(
    test.call('cc_save_profile', '{"creator_id": "00000000-0000-4000-8000-0000000000ff"}'), 'false',
    'a profile of an unknown creator is not saved'
);
SELECT test.equal(
    cc_save_profile('{"creator_id": "00000000-0000-4000-8000-00000000000a", "user_info": "unavailable",
        "creator_info": "rate_limited", "log_id": "L1", "asked_at": 1893456009}'),
    'true', 'failed profile requests are saved'
);
SELECT test.equal(
    test.call('cc_creator') - 'grant',
    '{"id": "00000000-0000-4000-8000-00000000000a", "open_id": "alice", "union_id": "u", "username": "handle",
        "nickname": "Nick", "avatar_url": "https://cdn.example.test/a.jpeg", "avatar_url_known_at": 1893456000,
        "posting": {"privacy_level_options": ["SELF_ONLY", "NEW_LEVEL"], "comment_disabled": true, "duet_disabled": false,
            "stitch_disabled": null, "max_video_post_duration_sec": 600},
        "user_info": "unavailable", "creator_info": "rate_limited", "log_id": "L1", "profile_known_at": 1893456000,
        "profile_asked_at": 1893456009, "connected_at": 1893456000, "ended_at": null, "end_cause": null, "activity": null,
        "reference": null, "labels": [], "note": null, "version": 0, "programs": null}',
    'failed profile requests keep what was known'
);
SELECT test.equal(
    test.call('cc_creator', '{"events": 5}') #>> '{activity,0,name}', 'creator.connected',
    'a profile comes with its events'
);
SELECT test.equal(test.call('cc_creator', '{"events": 0}') -> 'activity', '[]', 'a profile may come without events');

SELECT test.equal(
    test.call('cc_save_avatar', '{"creator_id": "00000000-0000-4000-8000-0000000000ff"}'), 'false',
    'a picture of an unknown creator is not saved'
);
SELECT test.equal(test.call('cc_save_avatar'), 'true', 'a picture is saved');
SELECT test.equal(
    test.call('cc_avatar'), '{"media_type": "image/png", "bytes": "AQD/", "fetched_at": 1893456000}',
    'a picture is read'
);

-- 2 MB, the largest that the app saves: base64 comes back in one line.
CREATE TEMPORARY TABLE picture AS
SELECT translate(encode(decode(string_agg(md5(part::text), ''), 'hex'), 'base64'), E'\n', '') AS bytes
FROM generate_series(1, 125000) AS part;

SELECT test.equal(length(bytes), 2666668, 'the largest picture has 2 MB') FROM picture;
SELECT test.equal(
    (SELECT test.call('cc_save_avatar', jsonb_build_object('bytes', bytes)) FROM picture), 'true',
    'the largest picture is saved'
);
SELECT test.is_true(
    (SELECT test.call('cc_avatar') ->> 'bytes' = bytes FROM picture), 'the largest picture comes back byte for byte'
);
