#!/usr/bin/env bash
# Offers 2,000 signed events a second for 30 s to one process of the app, beside which the load is made, and prints how
# many were accepted, how soon, and what was lost or counted twice. The load does not wait for answers. Fails if an event
# is refused, lost or counted twice, or if the median to the 200 is 10 ms or more on SQLite.
#
# Usage: scripts/bench-events.sh
#
# From the environment: STORE (sqlite, or supabase for the stand-in), RATE (2000 a second), DURATION (30 s).
set -euo pipefail
cd "$(dirname "$0")/.."

FOLDER=$(mktemp -d /var/tmp/creator-connect-bench.XXXXXX)
chmod 755 "$FOLDER"

main() {
    local words=(events --store "${STORE:-sqlite}" --stand-in "$FOLDER" --folder "$FOLDER")
    [[ -z ${RATE:-} ]] || words+=(--rate "$RATE")
    [[ -z ${DURATION:-} ]] || words+=(--seconds "$DURATION")
    trap finish EXIT
    [[ ${STORE:-sqlite} != supabase ]] || scripts/supabase.sh start "$FOLDER"
    cargo bench --profile release --locked --quiet --bench chaos -- "${words[@]}"
}

finish() {
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || rm -rf "$FOLDER"
}

main
