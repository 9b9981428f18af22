#!/usr/bin/env bash
# Builds target/site, precompressed, and then target/release/creator-connect, which has these files within it.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo leptos build --release --precompress --frontend-only
CREATOR_CONNECT_COMMIT=${CREATOR_CONNECT_COMMIT:-$(git rev-parse --short HEAD 2>/dev/null || echo unknown)}
export CREATOR_CONNECT_COMMIT
cargo build --locked --release --no-default-features --features embed-site

for file in target/release/creator-connect target/release/hash.txt target/site; do
    [[ -e $file ]] || {
        echo "build: $file was not built." >&2
        exit 1
    }
done
