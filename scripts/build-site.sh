#!/usr/bin/env bash
# Builds target/site for a debug binary: the release's WebAssembly, style and files, and hash.txt beside the binary.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo leptos build --release --precompress --frontend-only
cp target/release/hash.txt target/debug/hash.txt
