-- The count of active grants that triggers keep is exact.

SET ROLE postgres;

CREATE FUNCTION pg_temp.counted(moment text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT test.equal(cc_count_grants('{}'), to_jsonb(count(*)), 'the count is exact after ' || moment)
    FROM tiktok_tokens WHERE is_active
$$;

SELECT test.equal(cc_count_grants('{}'), '5001', 'the count is the number of grants that were loaded');
SELECT pg_temp.counted('logins');
DELETE FROM creators WHERE id IN (SELECT id FROM creators LIMIT 100);
SELECT pg_temp.counted('creators were deleted');
UPDATE tiktok_tokens SET is_active = false, access_token = NULL, refresh_token = NULL
WHERE creator_id IN (SELECT id FROM creators LIMIT 100);
SELECT pg_temp.counted('grants were ended by hand');
SELECT test.migrate();
SELECT pg_temp.counted('the migration ran again');
TRUNCATE tiktok_tokens;
SELECT pg_temp.counted('the table was emptied');
