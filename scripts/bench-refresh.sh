#!/usr/bin/env bash
# Refreshes 100,000 grants that are due at once and prints how fast, how late, and at what price.
#
# Usage: scripts/bench-refresh.sh
#
# From the environment: STORE (sqlite, or supabase for the stand-in), GRANTS (100000), SPREAD: over so many seconds the
# grants become due, as in a real hour; by default all are due at once and end ten minutes later, which is harder.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly STAND_IN=target/supabase-bench

main() {
    local words=(refresh --store "${STORE:-sqlite}" --stand-in "$STAND_IN")
    [[ -z ${GRANTS:-} ]] || words+=(--grants "$GRANTS")
    [[ -z ${SPREAD:-} ]] || words+=(--spread "$SPREAD")
    if [[ ${STORE:-sqlite} == supabase ]]; then
        trap 'scripts/supabase.sh remove "$STAND_IN" >/dev/null 2>&1 || true' EXIT
        scripts/supabase.sh start "$STAND_IN"
    fi
    cargo bench --profile release --locked --quiet --bench chaos -- "${words[@]}"
}

main
