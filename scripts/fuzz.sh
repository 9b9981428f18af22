#!/usr/bin/env bash
# Fuzzes what reads from outside: TikTok's callback, signature header and events, the cookie header and the settings;
# and the ledger that deduplicates deliveries.
#
# Usage: scripts/fuzz.sh SECONDS [TARGET...]     all by default, each for SECONDS
#
# A run starts from fuzz/seeds and from the corpus of earlier runs in target/fuzz. Failing inputs are written to
# fuzz/artifacts; `cargo fuzz run --sanitizer none TARGET FILE` reproduces them. The sanitizers need a
# nightly compiler, and this project has no unsafe code that they could watch: without them the stable one is enough.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly CARGO_FUZZ_VERSION=0.13.2 BUILT=target/fuzz
readonly TARGETS=(callback cookies settings header body ledger)

main() {
    local seconds=${1:?how many seconds?} target
    shift
    (($# > 0)) || set -- "${TARGETS[@]}"
    tool
    for target in "$@"; do
        echo "fuzz: $target for $seconds s"
        mkdir -p "$BUILT/corpus/$target"
        cargo fuzz run --sanitizer none --target-dir "$BUILT" "$target" "$BUILT/corpus/$target" "fuzz/seeds/$target" -- \
            -max_total_time="$seconds" -timeout=10 -print_final_stats=1 -verbosity=0
    done
}

tool() {
    [[ $(cargo-fuzz --version 2>/dev/null) == *"$CARGO_FUZZ_VERSION"* ]] && return
    echo "fuzz: building cargo-fuzz $CARGO_FUZZ_VERSION, this takes a minute"
    CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install cargo-fuzz --version "$CARGO_FUZZ_VERSION" --locked --force || {
        echo "fuzz: cargo-fuzz $CARGO_FUZZ_VERSION could not be built: see the error above." >&2
        exit 1
    }
}

main "$@"
