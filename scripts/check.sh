#!/usr/bin/env bash
# Format and lints of both halves; a warning fails. Dependencies too, with the tools of `make audit`
# where they are installed.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo fmt --check
cargo clippy --locked --all-targets -- --deny warnings
cargo clippy --locked --lib --no-default-features --features hydrate --target wasm32-unknown-unknown -- --deny warnings
if command -v cargo-deny >/dev/null; then
    cargo deny --all-features --log-level error check licenses bans sources
fi
if command -v cargo-machete >/dev/null; then
    cargo machete
fi
