#!/usr/bin/env bash
# Tests supabase/migrations in a PostgreSQL of its own, behind a PostgREST-compatible server.
#
# Usage: scripts/sql-test.sh [FILE...]     all tests, or these files of supabase/tests
#
#   empty/*.sql      run in a database with the schema and no rows
#   loaded/*.sql     run in a database with thousands of rows
#   parallel/*.sql   run in an empty database, in twelve sessions at once
#   plans.sql        lists the statements that must use indexes
#   http.mjs         sends requests to the REST server and its gateway
#
# A file runs as the superuser in a copy of its database, and prints 'ok - NAME' or 'not ok - NAME' for each check
# (supabase/tests/support.sql). The output is what failed, and the line 'N passed, M failed'.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/supabase-plans.sh

readonly TESTS=supabase/tests SESSIONS=12
FOLDER=$(mktemp -d /var/tmp/creator-connect-sql-test.XXXXXX)
readonly FOLDER OUTPUT=$FOLDER/output
chmod 755 "$FOLDER"

main() {
    trap 'scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || true' EXIT
    (($#)) || set -- "$TESTS"/{empty,loaded,parallel}/*.sql "$TESTS"/plans.sql "$TESTS"/http.mjs
    mkdir "$OUTPUT"
    scripts/supabase.sh start "$FOLDER" postgres
    make_databases
    local file
    for file in "$@"; do
        [[ $file == *.mjs ]] || run "$file" &
    done
    wait
    # Last: it stops PostgreSQL.
    for file in "$@"; do
        [[ $file != *.mjs ]] || run "$file"
    done
    summary
}

# The databases that are copied for each file.
make_databases() {
    local migration
    # Nothing here outlives a crash of the machine.
    sql admin postgres <<<'ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()' >/dev/null
    sql psql postgres <<<'CREATE DATABASE empty TEMPLATE postgres'
    {
        cat "$TESTS"/support.sql "$TESTS"/requests.sql
        for migration in supabase/migrations/*.sql; do
            printf "INSERT INTO test.migrations VALUES ('%s', \$migration\$%s\$migration\$);\n" "${migration##*/}" "$(<"$migration")"
        done
    } | sql psql empty
    sql psql postgres <<<'CREATE DATABASE loaded TEMPLATE empty'
    {
        echo "SET creator_connect.creators = '5000';"
        cat supabase/bench/load.sql "$TESTS"/load.sql
        # An index-only scan is planned for tables that are vacuumed.
        echo 'VACUUM (ANALYZE);'
    } | sql admin loaded >/dev/null
}

# run FILE: leaves its output in $OUTPUT. An error, or a file without a check, is a failure too.
run() {
    local name=${1#"$TESTS"/}
    local output=$OUTPUT/${name//\//.}
    checks "$1" >"$output" 2>&1 || echo "not ok - $1 runs without an error" >>"$output"
    grep --quiet '^ok - ' "$output" || echo "not ok - $1 has a check that passes" >>"$output"
}

checks() {
    local name=${1##*/}
    name=${name%.*}
    case "$1" in
        */http.mjs) http_checks "$1" ;;
        */plans.sql) copy loaded "$name" && plan_checks "$name" "$1" ;;
        */parallel/*) copy empty "$name" && in_sessions "$name" "$1" ;;
        */loaded/*) copy loaded "$name" && sql admin "$name" <"$1" ;;
        *) copy empty "$name" && sql admin "$name" <"$1" ;;
    esac
}

# copy TEMPLATE DATABASE
copy() { sql psql postgres <<<"CREATE DATABASE \"$2\" TEMPLATE \"$1\""; }

# in_sessions DATABASE FILE: the file in parallel sessions, which wait for each other by test.meet().
in_sessions() {
    local session sessions=() status=0
    for ((session = 1; session <= SESSIONS; session++)); do
        { echo "SET test.sessions = $SESSIONS; SET test.session = $session;" && cat "$2"; } | sql admin "$1" &
        sessions+=("$!")
    done
    for session in "${sessions[@]}"; do wait "$session" || status=1; done
    return "$status"
}

# plan_checks DATABASE FILE
plan_checks() {
    local name statement plans whole
    sql admin "$1" <"$2" | while IFS='|' read -r name statement; do
        plans=$(plans "$FOLDER" "$1" "$statement")
        whole=$(read_whole <<<"$plans")
        if [[ $plans == *"Query Text"* && -z $whole ]]; then
            echo "ok - $name uses indexes: $(used_indexes <<<"$plans")"
        else
            printf 'not ok - %s uses indexes\n    reads whole: %s\n' "$name" "${whole:-${plans:-no plan}}"
        fi
    done
}

http_checks() {
    scripts/supabase.sh start "$FOLDER" >/dev/null
    # shellcheck disable=SC2046  # every value is one word
    env $(scripts/supabase.sh env "$FOLDER") node "$1" "$FOLDER"
}

# sql ROLE DATABASE: runs standard input.
sql() { scripts/supabase.sh "$1" "$FOLDER" "$2"; }

summary() {
    local output failed
    for output in "$OUTPUT"/*; do
        grep --quiet '^not ok - ' "$output" || continue
        printf '\n== %s ==\n' "${output##*/}"
        grep --invert-match --extended-regexp '^ok - |^$' "$output" | cut --characters 1-500
    done
    failed=$(cat "$OUTPUT"/* | grep --count '^not ok - ' || true)
    printf '%d passed, %d failed\n' "$(cat "$OUTPUT"/* | grep --count '^ok - ' || true)" "$failed"
    ((failed == 0))
}

main "$@"
