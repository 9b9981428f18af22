#!/usr/bin/env bash
# Builds target/release/creator-connect, its hash.txt and target/site, compressed beforehand.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo leptos build --release --precompress

for file in target/release/creator-connect target/release/hash.txt target/site; do
    [[ -e $file ]] || {
        echo "build: $file was not made." >&2
        exit 1
    }
done
