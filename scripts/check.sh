#!/usr/bin/env bash
# Format and lints of server and browser code; a warning fails. Dependencies too, with the tools of `make audit`
# where they are installed. All checks run, even after one fails.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=0
run_check() { "$@" || failed=1; }

run_check cargo fmt --check
run_check cargo clippy --locked --all-targets -- --deny warnings
run_check cargo clippy --locked --package creator-connect --package creator-connect-hydrate --lib --no-default-features \
    --features creator-connect/hydrate --target wasm32-unknown-unknown -- --deny warnings
run_check scripts/check-dependencies.sh
exit "$failed"
