-- The audit log: cc_append_audit, cc_audit, cc_programs, cc_purge.

SET ROLE service_role;

SELECT test.equal(test.call('cc_append_audit'), '1', 'a row is appended');
SELECT test.equal(test.call('cc_append_audit'), '0', 'a row is appended once');
SELECT test.equal(test.call('cc_append_audit', '{"rows": []}'), '0', 'no rows are appended');
SELECT test.includes(
    test.call('cc_audit') -> 0, test.request('cc_append_audit', '{}') #> '{rows,0}', 'a row is read as it was appended'
);
SELECT test.equal(
    cc_append_audit(jsonb_build_object('rows', jsonb_build_array(
        test.request('cc_append_audit', '{}') #> '{rows,0}' || '{"seq": 1, "at": 1893456001, "actor_name": "scheduler"}',
        test.request('cc_append_audit', '{}') #> '{rows,0}' || '{"seq": 2, "at": 1893456002, "action": "proxy.call"}',
        test.request('cc_append_audit', '{}') #> '{rows,0}' || '{"seq": 3, "at": 1893456003, "outcome": "refused"}',
        test.request('cc_append_audit', '{}') #> '{rows,0}' || '{"seq": 4, "at": 1893456004, "creator_id": null}'
    ))),
    '4', 'rows are appended together'
);
SELECT test.equal(
    jsonb_path_query_array(test.call('cc_audit'), '$[*].seq'), '[4, 3, 2, 1, 0]', 'the newest row comes first'
);
SELECT test.equal(
    jsonb_path_query_array(test.call('cc_audit', '{"after": 0, "limit": 2}'), '$[*].seq'), '[0, 1]',
    'with a bound the oldest comes first'
);
SELECT test.equal(
    jsonb_path_query_array(test.call('cc_audit', '{"action": "proxy.call"}'), '$[*].seq'), '[2]', 'rows are found by action'
);
SELECT test.equal(
    jsonb_array_length(test.call('cc_audit', '{"creator_id": "00000000-0000-4000-8000-00000000000a"}')), 4,
    'rows are found by creator'
);
SELECT test.equal(jsonb_array_length(test.call('cc_audit', '{"actor_id": "nobody"}')), 0, 'rows are found by actor');
SELECT test.equal(
    test.call('cc_programs'),
    '[{"name": "n8n", "count": 2, "last_at": 1893456002}, {"name": "scheduler", "count": 1, "last_at": 1893456001}]',
    'programs are counted by name, the last first'
);
SELECT test.refused(
    format('SELECT cc_append_audit(%L)', '{"rows": [{"chain": "00000000-0000-4000-8000-0000000000c1", "seq": 9, "prev": "",
        "digest": "", "at": 0, "actor_kind": "burglar", "action": "a", "outcome": "ok"}]}'),
    '23514', 'an actor is of a known kind'
);
SELECT test.equal(test.call('cc_purge', '{"audit_before": 1893456002}'), '2', 'a purge deletes old rows');
SELECT test.equal(jsonb_array_length(test.call('cc_audit')), 3, 'and keeps newer ones');
