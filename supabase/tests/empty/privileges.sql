-- Who may do what, as the catalog has it.

SELECT test.no_rows($$
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)
$$, 'every table has row level security');

SELECT test.no_rows($$SELECT tablename FROM pg_policies WHERE schemaname = 'public'$$, 'no table has a policy');

SELECT test.equal(
    (SELECT array_agg(role ORDER BY role) FROM test.outsiders), '{anon,authenticated,authenticator}'::name[],
    'anon, authenticated and authenticator are outsiders'
);

SELECT test.no_rows($$
    SELECT role, relname FROM pg_class, test.outsiders
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND has_table_privilege(role, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
$$, 'no outsider has a privilege on a table');

SELECT test.no_rows($$
    SELECT role, relname FROM pg_class, test.outsiders
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
        AND has_any_column_privilege(role, oid, 'SELECT, INSERT, UPDATE, REFERENCES')
$$, 'no outsider has a privilege on a column');

SELECT test.no_rows($$
    SELECT role, relname FROM pg_class, test.outsiders
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'S' AND has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE')
$$, 'no outsider has a privilege on a sequence');

SELECT test.no_rows($$
    SELECT role, function FROM test.functions, test.outsiders WHERE has_function_privilege(role, oid, 'EXECUTE')
$$, 'no outsider may execute a function');

SELECT test.no_rows($$
    SELECT proname FROM pg_proc, aclexplode(COALESCE(proacl, acldefault('f', proowner))) AS entry
    WHERE pronamespace = 'public'::regnamespace AND entry.grantee = 0
$$, 'PUBLIC may execute no function');

SELECT test.no_rows($$
    SELECT role FROM test.outsiders WHERE has_schema_privilege(role, 'public', 'CREATE')
$$, 'no outsider may create in the schema public');

SELECT test.no_rows($$
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND (prosecdef OR NOT COALESCE('search_path=""' = ANY (proconfig), false))
$$, 'every function has its caller''s rights and an empty search_path');

-- service_role has what the functions need, and no more.
SELECT test.no_rows($$
    SELECT function FROM test.functions WHERE has_function_privilege('service_role', oid, 'EXECUTE') = is_trigger
$$, 'service_role may execute every function but the triggers''');

SELECT test.no_rows($$
    SELECT relation, privilege
    FROM test.relations, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
    WHERE has_table_privilege('service_role', format('public.%I', relation), privilege) <> CASE
        WHEN relation = 'cc_schema_versions' THEN privilege = 'SELECT'
        ELSE privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    END
$$, 'service_role may read and write rows, and only read the schema''s versions');

SELECT test.no_rows($$
    SELECT sequence FROM test.sequences
    WHERE has_sequence_privilege('service_role', format('public.%I', sequence), 'USAGE, SELECT, UPDATE')
$$, 'service_role has no privilege on a sequence');

SELECT test.no_rows($$
    SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND (col_description(pg_class.oid, attnum) IS NULL OR obj_description(pg_class.oid) IS NULL)
$$, 'every table and column has a comment');

SELECT test.no_rows($$
    SELECT function FROM test.functions WHERE obj_description(oid, 'pg_proc') IS NULL
$$, 'every function has a comment');

SELECT test.no_rows($$
    SELECT function FROM test.functions FULL JOIN test.requests USING (function)
    WHERE NOT COALESCE(is_trigger, false) AND (oid IS NULL OR request IS NULL)
$$, 'supabase/tests/requests.sql has a request for every function');
