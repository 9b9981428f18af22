#!/usr/bin/env bash
# Format and lints of both halves; a warning fails. Dependencies too, with the tools of `make audit`
# where they are installed. Everything is looked at, whatever fails first.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=0
look() { "$@" || failed=1; }

look cargo fmt --check
look cargo clippy --locked --all-targets -- --deny warnings
look cargo clippy --locked --package creator-connect --package creator-connect-hydrate --lib --no-default-features \
    --features creator-connect/hydrate --target wasm32-unknown-unknown -- --deny warnings
if command -v cargo-deny >/dev/null; then
    look cargo deny --all-features --log-level error check licenses bans sources
fi
if command -v cargo-machete >/dev/null; then
    look cargo machete
fi
exit "$failed"
