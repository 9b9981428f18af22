#!/bin/sh
# Prints the path of the Chromium that the browser tests drive: $CHROMIUM, or one on PATH.
set -eu

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then
        exit 0
    fi
done
echo "No Chromium was found: run 'make setup', or name one in CHROMIUM." >&2
exit 1
