#!/usr/bin/env bash
# Lets everything fail around the refreshing of grants and counts what is lost: ARCHITECTURE.md says why nothing is.
#
# Usage: scripts/chaos.sh            every combination, and one table; it takes some minutes
#        scripts/chaos.sh short      a few rounds over both stores, and with each safeguard off: the one of `make test`
#
# From the environment: SEED (1), ROUNDS (10000), REPLICAS (2,4), STORE (sqlite,supabase), OFF (fence, journal or reread).
# A seed plans the same outages, kills and clock jumps again; what they meet depends on the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

# The same compiler wrapper as that of the tests, whose build serves here too.
export RUSTC_WORKSPACE_WRAPPER=${RUSTC_WORKSPACE_WRAPPER-clippy-driver}
stores=${STORE:-sqlite,supabase}
FOLDER=$(mktemp -d /var/tmp/creator-connect-chaos.XXXXXX)
chmod 755 "$FOLDER"

main() {
    local words=()
    [[ -z ${SEED:-} ]] || words+=(--seed "$SEED")
    [[ -z ${ROUNDS:-} ]] || words+=(--rounds "$ROUNDS")
    if [[ ${1:-} == short ]]; then
        words=(short "${words[@]}")
    else
        words=(run "${words[@]}" --store "$stores")
        [[ -z ${REPLICAS:-} ]] || words+=(--replicas "$REPLICAS")
        [[ -z ${OFF:-} ]] || words+=(--off "$OFF")
    fi
    trap finish EXIT
    if [[ ${words[0]} == short || $stores == *supabase* ]]; then
        scripts/supabase.sh start "$FOLDER"
    fi
    cargo build --all-targets --locked --quiet
    "${CARGO_TARGET_DIR:-target}/debug/chaos" "${words[@]}" --stand-in "$FOLDER"
}

finish() {
    scripts/supabase.sh remove "$FOLDER" >/dev/null 2>&1 || rm -rf "$FOLDER"
}

main "$@"
