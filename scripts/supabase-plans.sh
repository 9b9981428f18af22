# What PostgreSQL does inside a function, for scripts/supabase-test.sh and scripts/bench-store.sh.
# shellcheck shell=bash

# plans FOLDER STATEMENT: the plans of a statement and of all that it does inside, as service_role.
plans() {
    scripts/supabase.sh admin "$1" 2>&1 <<END
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET client_min_messages = log;
BEGIN;
SET LOCAL ROLE service_role;
$2;
ROLLBACK;
END
}

# used_indexes <PLANS: their names, in one line.
used_indexes() {
    local pattern='Index (Only )?Scan (Backward )?using [a-z_]+|Bitmap Index Scan on [a-z_]+|Arbiter Indexes: [a-z_]+'
    { grep --only-matching --extended-regexp "$pattern" || true; } | awk '{ print $NF }' | sort -u | paste --serial --delimiters ' '
}

# read_whole <PLANS: tables that were read from end to end, but for the two that have a few rows for ever.
read_whole() {
    { grep --only-matching --extended-regexp 'Seq Scan on [a-z_]+' || true; } | awk '{ print $NF }' | sort -u |
        { grep --invert-match --extended-regexp '^(active_grant_counts|cc_schema_versions)$' || true; } | paste --serial --delimiters ' '
}
