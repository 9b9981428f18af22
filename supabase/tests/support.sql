-- Assertions and fixtures of the SQL tests, in the schema `test` of the test databases alone (scripts/sql-test.sh).
--
-- An assertion returns a line of the Test Anything Protocol, 'ok - NAME' or 'not ok - NAME', so that its result
-- outlives a ROLLBACK. (pgTAP has more assertions, but npm's PostgreSQL comes without it.)

CREATE SCHEMA test;

GRANT USAGE ON SCHEMA test TO PUBLIC;

-- Assertions --------------------------------------------------------------------------------------------

CREATE FUNCTION test.report(passed boolean, got text, want text, name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN passed THEN 'ok - ' || name
        ELSE format(E'not ok - %s\n    got:  %s\n    want: %s', name, COALESCE(got, 'NULL'), COALESCE(want, 'NULL'))
    END
$$;

-- NULL equals NULL.
CREATE FUNCTION test.equal(got anyelement, want anyelement, name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT test.report(got IS NOT DISTINCT FROM want, got::text, want::text, name)
$$;

CREATE FUNCTION test.is_true(got boolean, name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT test.equal(got, true, name)
$$;

-- The JSON object `got` has at least the members of `want`.
CREATE FUNCTION test.includes(got jsonb, want jsonb, name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT test.equal((SELECT jsonb_object_agg(key, got -> key) FROM jsonb_object_keys(want) AS key), want, name)
$$;

-- The query returns no row.
CREATE FUNCTION test.no_rows(query text, name text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT string_agg(found::text, '', '') FROM (%s) AS found', query) INTO found;
    RETURN test.report(found IS NULL, found, 'no rows', name);
END
$$;

-- The statement fails with the SQLSTATE; whatever it changed is undone.
CREATE FUNCTION test.refused(statement text, want text, name text)
RETURNS text
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION SQLSTATE 'TEST1';
EXCEPTION
    WHEN SQLSTATE 'TEST1' THEN
        RETURN test.report(false, 'success', want, name);
    WHEN OTHERS THEN
        RETURN test.report(SQLSTATE = want, format('%s (%s)', SQLSTATE, SQLERRM), want, name);
END
$$;

-- The same for a statement that is run as a role. The caller is the superuser.
CREATE FUNCTION test.refused_as(role name, statement text, want text, name text)
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('role', role, true);
    result := test.refused(statement, want, format('%s: %s', role, name));
    PERFORM set_config('role', 'none', true);
    RETURN result;
END
$$;

-- Requests ----------------------------------------------------------------------------------------------

-- A request for each function of the schema.
CREATE TABLE test.requests (
    function text  PRIMARY KEY,
    request  jsonb NOT NULL
);

GRANT SELECT ON test.requests TO PUBLIC;

-- A function's request, with other members.
CREATE FUNCTION test.request(called text, changes jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE sql
STABLE
AS $$
    SELECT request || changes FROM test.requests WHERE function = called
$$;

-- The answer of a function to its request, with other members.
CREATE FUNCTION test.call(called text, changes jsonb DEFAULT '{}')
RETURNS jsonb
LANGUAGE plpgsql
AS $$
DECLARE
    answer jsonb;
BEGIN
    EXECUTE format('SELECT public.%I($1)', called) INTO STRICT answer USING test.request(called, changes);
    RETURN answer;
END
$$;

-- What the catalog has ----------------------------------------------------------------------------------

-- Tables and views of the schema public, each with a column that can be written.
CREATE VIEW test.relations AS
SELECT DISTINCT ON (relname) relname AS relation, attname AS column
FROM pg_class
JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND attidentity = '' AND attgenerated = ''
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY relname, attnum;

CREATE VIEW test.sequences AS
SELECT relname AS sequence
FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';

CREATE VIEW test.functions AS
SELECT oid, proname AS function, prorettype = 'trigger'::regtype AS is_trigger
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace;

-- Roles to which the schema is closed: all but the owner, superusers, service_role and PostgreSQL's own.
CREATE VIEW test.outsiders AS
SELECT rolname AS role
FROM pg_roles
WHERE NOT rolsuper AND NOT rolbypassrls AND rolname !~ '^pg_';

GRANT SELECT ON test.relations, test.sequences, test.functions, test.outsiders TO PUBLIC;

-- All rows of all tables: a line for each table with a checksum.
CREATE FUNCTION test.rows()
RETURNS text
LANGUAGE plpgsql
AS $$
DECLARE
    name  name;
    line  text;
    lines text := '';
BEGIN
    FOR name IN SELECT relation FROM test.relations ORDER BY relation LOOP
        EXECUTE format(
            'SELECT concat_ws('' '', %1$L, count(*), md5(string_agg(md5(whole::text), '''' ORDER BY md5(whole::text))))'
            'FROM public.%1$I AS whole', name
        ) INTO line;
        lines := lines || line || E'\n';
    END LOOP;
    RETURN lines;
END
$$;

-- All that a migration creates: a line for each property of the schema public.
CREATE FUNCTION test.catalog()
RETURNS SETOF text
LANGUAGE sql
AS $$
    SELECT concat_ws('|', 'relation', relname, relkind, relrowsecurity, relforcerowsecurity, reloptions,
        (SELECT string_agg(entry::text, ',' ORDER BY entry::text) FROM unnest(relacl) AS entry))
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws('|', 'column', attrelid::regclass, attname, atttypid::regtype, attnotnull, attidentity, attstorage,
        col_description(attrelid, attnum), obj_description(attrelid),
        (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum))
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0
    UNION ALL
    SELECT concat_ws('|', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT concat_ws('|', 'index', indexdef) FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT concat_ws('|', 'trigger', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT concat_ws('|', 'function', pg_get_functiondef(oid), obj_description(oid),
        (SELECT string_agg(entry::text, ',' ORDER BY entry::text) FROM unnest(proacl) AS entry))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
$$;

-- Migrations --------------------------------------------------------------------------------------------

-- supabase/migrations, as scripts/sql-test.sh reads them.
CREATE TABLE test.migrations (
    name text PRIMARY KEY,
    body text NOT NULL
);

-- Applies every migration again, in the caller's transaction instead of their own.
CREATE FUNCTION test.migrate()
RETURNS void
LANGUAGE plpgsql
SET client_min_messages = warning
AS $$
DECLARE
    migration text;
BEGIN
    FOR migration IN SELECT body FROM test.migrations ORDER BY name LOOP
        EXECUTE regexp_replace(migration, '^(BEGIN|COMMIT);$', '', 'gn');
    END LOOP;
END
$$;

-- Parallel sessions -------------------------------------------------------------------------------------

-- Each of supabase/tests/parallel is run by as many sessions at once as the setting test.sessions says; the
-- setting test.session numbers them from 1.
CREATE FUNCTION test.session()
RETURNS integer
LANGUAGE sql
AS $$
    SELECT current_setting('test.session')::integer
$$;

CREATE SEQUENCE test.arrivals;

GRANT ALL ON SEQUENCE test.arrivals TO PUBLIC;

-- Waits until every session has called it. A sequence is outside of transactions: each session sees who has arrived.
CREATE FUNCTION test.meet()
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    sessions CONSTANT integer := current_setting('test.sessions')::integer;
    arrival  CONSTANT bigint := nextval('test.arrivals');
    arrived  bigint;
BEGIN
    LOOP
        SELECT last_value INTO arrived FROM test.arrivals;
        EXIT WHEN arrived >= ceil(arrival::numeric / sessions) * sessions;
        IF clock_timestamp() > statement_timestamp() + interval '60 s' THEN
            RAISE EXCEPTION 'another session has ended';
        END IF;
        PERFORM pg_sleep(0.001);
    END LOOP;
END
$$;

-- What the sessions were answered, round by round.
CREATE TABLE test.answers (
    round   text    NOT NULL,
    session integer NOT NULL DEFAULT test.session(),
    answer  jsonb
);

GRANT SELECT, INSERT ON test.answers TO PUBLIC;

-- Calls a function in every session at the same moment; ends when all have their answer.
CREATE PROCEDURE test.call_together(current_round text, called text, changes jsonb DEFAULT '{}')
LANGUAGE plpgsql
AS $$
DECLARE
    answer jsonb;
BEGIN
    PERFORM test.meet();
    answer := test.call(called, changes);
    INSERT INTO test.answers (round, answer) VALUES (current_round, answer);
    -- The others call while this transaction is open, unless a lock of the function makes them wait for it.
    PERFORM pg_sleep(0.02);
    COMMIT;
    PERFORM test.meet();
END
$$;

-- The items of a list in all sessions' answers of a round: of the answer itself, or of a member.
CREATE FUNCTION test.items(of_round text, list text DEFAULT NULL)
RETURNS SETOF jsonb
LANGUAGE sql
AS $$
    SELECT item
    FROM test.answers, jsonb_array_elements(CASE WHEN list IS NULL THEN answer ELSE answer -> list END) AS item
    WHERE round = of_round
$$;
