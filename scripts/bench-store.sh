#!/usr/bin/env bash
# Fills a temporary Supabase stand-in and prints how long each function takes in the database, and which indexes
# it uses. Fails if a median is 5 ms or more, or if a large table is scanned sequentially. A claim of a hundred grants
# has a higher limit, and so have the counts of rows for /health and of keys for rekey.
#
# Usage: scripts/bench-store.sh [CREATORS]       1000000 by default, which takes some minutes and 3 GB
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/supabase-plans.sh

readonly CREATORS=${1:-1000000} LIMIT_MS=5
declare -rA LIMITS_MS=([cc_claim_grants]=50 [cc_connections]=200 [cc_key_use]=2000)
FOLDER=$(mktemp -d /var/tmp/creator-connect-bench.XXXXXX)
chmod 755 "$FOLDER"
failed=0

main() {
    command -v psql >/dev/null || {
        echo "bench: psql is missing: install the package postgresql, then run this again." >&2
        exit 1
    }
    trap finish EXIT
    scripts/supabase.sh start "$FOLDER"
    local began=$SECONDS
    echo "bench: loading $CREATORS creators"
    {
        echo "SET creator_connect.creators = '$CREATORS';"
        cat supabase/bench/load.sql
        echo 'VACUUM (ANALYZE) creators, tiktok_tokens, revocations, webhook_events, avatars, pending_logins, web_sessions, active_grant_counts;'
    } | scripts/supabase.sh psql "$FOLDER"
    echo "bench: loaded in $((SECONDS - began)) s, timing each function"
    scripts/supabase.sh psql "$FOLDER" <supabase/bench/verbs.sql >"$FOLDER/times"
    table <"$FOLDER/times"
    ((failed == 0))
}

# Reads the output of verbs.sql, and prints each function with the plan of its last request.
table() {
    local function median most committed request plan whole
    printf '\n%-18s %9s %9s %11s  %s\n' function 'median ms' '95 % ms' 'with COMMIT' indexes
    while IFS='|' read -r function median most committed request; do
        plan=$(plans "$FOLDER" postgres "SELECT public.$function('${request//\'/\'\'}')")
        printf '%-18s %9s %9s %11s  %s\n' "$function" "$median" "$most" "$committed" "$(used_indexes <<<"$plan")"
        whole=$(read_whole <<<"$plan")
        [[ -z $whole ]] || fault "$function reads $whole whole"
        ((${median%.*} < ${LIMITS_MS[$function]:-$LIMIT_MS})) || fault "$function takes too long"
    done
}

fault() {
    echo "bench: $1" >&2
    failed=1
}

finish() {
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || true
}

main
