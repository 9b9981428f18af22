-- The migrations may be run again: they change nothing that is right, and repair what is wrong.

SET ROLE postgres;

CREATE TEMPORARY TABLE before AS SELECT line FROM test.catalog() AS line;

CREATE FUNCTION pg_temp.catalog_is_as_before(name text)
RETURNS text
LANGUAGE sql
AS $$
    SELECT test.no_rows($query$
        (SELECT 'missing', line FROM before EXCEPT ALL SELECT 'missing', line FROM test.catalog() AS line)
        UNION ALL
        (SELECT 'surplus', line FROM test.catalog() AS line EXCEPT ALL SELECT 'surplus', line FROM before)
    $query$, name)
$$;

CREATE FUNCTION pg_temp.repaired(damage text)
RETURNS SETOF text
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE damage;
    RETURN NEXT test.is_true(
        EXISTS (SELECT line FROM before EXCEPT ALL SELECT test.catalog())
            OR EXISTS (SELECT test.catalog() EXCEPT ALL SELECT line FROM before), 'this is damage: ' || damage
    );
    PERFORM test.migrate();
    RETURN NEXT pg_temp.catalog_is_as_before('this is repaired: ' || damage);
END
$$;

CREATE TEMPORARY TABLE rows_before AS SELECT test.rows();

SELECT test.migrate();
SELECT pg_temp.catalog_is_as_before('running again changes nothing in the catalog');
SELECT test.equal(test.rows(), rows, 'running again changes no row') FROM rows_before;

SELECT pg_temp.repaired('DROP FUNCTION cc_creator(jsonb)');
SELECT pg_temp.repaired('DROP FUNCTION cc_claim_grants(jsonb), cc_complete_refresh(jsonb)');
SELECT pg_temp.repaired('DROP FUNCTION cc_save_events(jsonb)');
SELECT pg_temp.repaired('DROP INDEX tiktok_tokens_due, tiktok_tokens_keys, revocations_grant, creators_ended, web_sessions_creator');
SELECT pg_temp.repaired('DROP INDEX tiktok_tokens_one_active, web_sessions_expires_at');
SELECT pg_temp.repaired('DROP INDEX webhook_events_digest, webhook_events_due, webhook_events_creator');
SELECT pg_temp.repaired('DROP TABLE revocations');
SELECT pg_temp.repaired('DROP TABLE webhook_events');
SELECT pg_temp.repaired('DROP TABLE avatars');
SELECT pg_temp.repaired('DROP TRIGGER record_disconnect ON creators');
SELECT pg_temp.repaired('DROP TRIGGER count_updated ON tiktok_tokens');
SELECT pg_temp.repaired('ALTER TABLE revocations NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY');
SELECT pg_temp.repaired('ALTER TABLE tiktok_tokens NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY');
SELECT pg_temp.repaired('GRANT ALL ON ALL TABLES IN SCHEMA public TO anon, authenticated, PUBLIC');
SELECT pg_temp.repaired('GRANT ALL ON ALL FUNCTIONS IN SCHEMA public TO anon, authenticated, PUBLIC');
SELECT pg_temp.repaired('GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated');
SELECT pg_temp.repaired('ALTER FUNCTION cc_creator(jsonb) SECURITY DEFINER');
SELECT pg_temp.repaired(
    'DROP TABLE creators, tiktok_tokens, avatars, pending_logins, web_sessions, active_grant_counts, revocations, webhook_events,
        cc_schema_versions CASCADE'
);
