-- Every outsider tries every statement on every table, sequence and function that the catalog has. This file keeps
-- the role of the superuser, who may take on any other.

CREATE TEMPORARY TABLE before AS SELECT test.rows();

SELECT test.refused_as(role, format(statement, relation, test.relations.column), '42501', format(name, relation))
FROM test.outsiders, test.relations, (VALUES
    ('SELECT * FROM public.%1$I', 'reads no %s'),
    ('SELECT %2$I FROM public.%1$I LIMIT 1', 'reads no column of %s'),
    ('SELECT count(*) FROM public.%1$I', 'counts no %s'),
    ('INSERT INTO public.%1$I DEFAULT VALUES', 'inserts no %s'),
    ('INSERT INTO public.%1$I DEFAULT VALUES ON CONFLICT DO NOTHING', 'upserts no %s'),
    ('UPDATE public.%1$I SET %2$I = NULL', 'updates no %s'),
    ('DELETE FROM public.%1$I', 'deletes no %s'),
    ('TRUNCATE public.%1$I CASCADE', 'truncates no %s'),
    ('LOCK TABLE public.%1$I', 'locks no %s'),
    ('ALTER TABLE public.%1$I DISABLE ROW LEVEL SECURITY', 'alters no %s'),
    ('DROP TABLE public.%1$I CASCADE', 'drops no %s')
) AS attack (statement, name)
ORDER BY role, relation;

SELECT test.refused_as(role, format(statement, sequence), '42501', format(name, sequence))
FROM test.outsiders, test.sequences, (VALUES
    ('SELECT last_value FROM public.%I', 'reads no %s'),
    ('SELECT nextval(''public.%I'')', 'advances no %s'),
    ('SELECT setval(''public.%I'', 1)', 'sets no %s')
) AS attack (statement, name)
ORDER BY role, sequence;

SELECT test.refused_as(
    role,
    CASE WHEN is_trigger THEN format('SELECT public.%I()', function) ELSE format('SELECT public.%I(%L)', function, request) END,
    '42501', 'calls no ' || function
)
FROM test.outsiders, test.functions LEFT JOIN test.requests USING (function)
ORDER BY role, function;

-- Privileges that are granted by mistake: row level security and the caller's rights still refuse.
CREATE FUNCTION pg_temp.visible_with_mistake(role name, relation name)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    visible bigint;
BEGIN
    EXECUTE format('GRANT ALL ON public.%I TO %I', relation, role);
    PERFORM set_config('role', role, true);
    EXECUTE format('SELECT count(*) FROM public.%I', relation) INTO visible;
    PERFORM set_config('role', 'none', true);
    EXECUTE format('REVOKE ALL ON public.%I FROM %I', relation, role);
    RETURN visible;
END
$$;

SELECT test.equal(
    pg_temp.visible_with_mistake(role, relation), 0::bigint,
    format('%s: sees no row of %s, even with a mistaken grant', role, relation)
)
FROM test.outsiders, test.relations
ORDER BY role, relation;

SELECT test.equal(test.rows(), rows, 'no attack changes a row') FROM before;
