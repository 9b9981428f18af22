-- Statements whose plans scripts/sql-test.sh checks, as lines NAME|STATEMENT: each function, and the variants of a
-- request that have plans of their own.

SELECT function, format('SELECT public.%I(%L)', function, request) FROM test.requests;

SELECT format('%s of %s', function, changes), format('SELECT public.%I(%L)', function, test.request(function, changes))
FROM (VALUES
    ('cc_take_login', '{"browser": "browser 7", "state_digest": null}'::jsonb),
    ('cc_claim_grants', '{"creator_id": "00000000-0000-4000-8000-00000000000a"}'),
    ('cc_claim_revocations', '{"id": 7}'),
    ('cc_sealed_rows', '{"table": "revocations", "after": 7}'),
    ('cc_reseal', '{"table": "revocations"}'),
    ('cc_claim_events', '{"forward": true}'),
    ('cc_creator', '{"events": 30}'),
    ('cc_events', '{"status": null}')
) AS variant (function, changes);

SELECT 'the deletion of a creator', 'RESET ROLE; DELETE FROM public.creators WHERE id = ''00000000-0000-4000-8000-00000000000a''';
