#!/usr/bin/env bash
# Load-tests one process of the app and prints the results; fails if a goal is missed.
#
# Usage: scripts/bench-load.sh refresh    refreshes 100,000 grants; prints rate, delay and cost. None may pass its
#                                         expiry, a refresh may take two calls to the store, and the app 200 MB.
#        scripts/bench-load.sh events     sends 2,000 signed events per second for 30 s from another process, without waiting
#                                         for responses: none may be refused, lost or counted twice, and on SQLite the median
#                                         to the 200 is under 10 ms.
#
# From the environment, for both: STORE (sqlite, or supabase for the stand-in). For `refresh`: GRANTS (100000), SPREAD:
# over so many seconds the grants become due, as 600 is for a busy hour; by default all are due at once and end ten
# minutes later, which is harder. For `events`: RATE (2000 a second), DURATION (30 s).
set -euo pipefail
cd "$(dirname "$0")/.."

FOLDER=

main() {
    local words=()
    case ${1:-} in
        refresh)
            [[ -z ${GRANTS:-} ]] || words+=(--grants "$GRANTS")
            [[ -z ${SPREAD:-} ]] || words+=(--spread "$SPREAD")
            ;;
        events)
            [[ -z ${RATE:-} ]] || words+=(--rate "$RATE")
            [[ -z ${DURATION:-} ]] || words+=(--seconds "$DURATION")
            ;;
        *)
            echo "bench-load: use refresh or events." >&2
            exit 2
            ;;
    esac
    FOLDER=$(mktemp -d /var/tmp/creator-connect-bench.XXXXXX)
    trap finish EXIT
    chmod 755 "$FOLDER"
    words=("$1" --store "${STORE:-sqlite}" --stand-in "$FOLDER" --folder "$FOLDER" "${words[@]}")
    [[ ${STORE:-sqlite} != supabase ]] || scripts/supabase.sh start "$FOLDER"
    cargo build --release --locked --quiet --package creator-connect --package creator-connect-chaos
    "${CARGO_TARGET_DIR:-target}/release/chaos" "${words[@]}"
}

finish() {
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || rm -rf "$FOLDER"
}

main "$@"
