# The plans of the statements inside a function, for scripts/sql-test.sh and scripts/bench-store.sh.
# shellcheck shell=bash

# plans FOLDER DATABASE STATEMENT: the plans of a statement and of all nested statements, as service_role.
plans() {
    scripts/supabase.sh admin "$1" "$2" 2>&1 <<END
LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_nested_statements = on;
SET client_min_messages = log;
BEGIN;
SET LOCAL ROLE service_role;
$3;
ROLLBACK;
END
}

# used_indexes <PLANS: the names of the used indexes, in one line.
used_indexes() {
    local pattern='Index (Only )?Scan (Backward )?using [a-z_]+|Bitmap Index Scan on [a-z_]+|Arbiter Indexes: [a-z_]+'
    { grep --only-matching --extended-regexp "$pattern" || true; } | awk '{ print $NF }' | sort -u | paste --serial --delimiters ' '
}

# read_whole <PLANS: the tables with a sequential scan, without the two that always have few rows.
read_whole() {
    { grep --only-matching --extended-regexp 'Seq Scan on [a-z_]+' || true; } | awk '{ print $NF }' | sort -u |
        { grep --invert-match --extended-regexp '^(active_grant_counts|cc_schema_versions)$' || true; } | paste --serial --delimiters ' '
}
