#!/usr/bin/env bash
# Fuzzes what reads TikTok's signature header and its events, and the ledger that counts each delivery once.
#
# Usage: scripts/fuzz.sh SECONDS [TARGET...]     header, body and ledger by default, each for so many seconds
#
# It goes on from fuzz/seeds and from what earlier runs found, which is in target/fuzz. What makes a target fail is
# put into fuzz/artifacts, and `cargo fuzz run --sanitizer none TARGET FILE` plays it again. The sanitizers need a
# nightly compiler, and this project has no unsafe code that they could watch: without them the stable one is enough.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly CARGO_FUZZ_VERSION=0.13.2 BUILT=target/fuzz

main() {
    local seconds=${1:?how many seconds?} target
    shift
    (($# > 0)) || set -- header body ledger
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
