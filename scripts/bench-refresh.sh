#!/usr/bin/env bash
# Refreshes 100,000 grants with one process of the app, and prints how fast, how late, and at what price. Fails if one
# passes its expiry, if a refresh takes more than two calls to the store, or if the app needs 200 MB.
#
# Usage: scripts/bench-refresh.sh
#
# From the environment: STORE (sqlite, or supabase for the stand-in), GRANTS (100000), SPREAD: over so many seconds the
# grants become due, as 600 is for a busy hour; by default all are due at once and end ten minutes later, which is harder.
set -euo pipefail
cd "$(dirname "$0")/.."

FOLDER=$(mktemp -d /var/tmp/creator-connect-bench.XXXXXX)
chmod 755 "$FOLDER"

main() {
    local words=(refresh --store "${STORE:-sqlite}" --stand-in "$FOLDER" --folder "$FOLDER")
    [[ -z ${GRANTS:-} ]] || words+=(--grants "$GRANTS")
    [[ -z ${SPREAD:-} ]] || words+=(--spread "$SPREAD")
    trap finish EXIT
    [[ ${STORE:-sqlite} != supabase ]] || scripts/supabase.sh start "$FOLDER"
    cargo bench --profile release --locked --quiet --bench chaos -- "${words[@]}"
}

finish() {
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || rm -rf "$FOLDER"
}

main
