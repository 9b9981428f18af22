#!/usr/bin/env bash
# Builds target/release/creator-connect, its hash.txt and target/site, precompressed.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo leptos build --release --precompress

for file in target/release/creator-connect target/release/hash.txt target/site; do
    [[ -e $file ]] || {
        echo "build: $file was not built." >&2
        exit 1
    }
done
