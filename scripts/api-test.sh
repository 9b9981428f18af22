#!/usr/bin/env bash
# Schemathesis over the API's document (scripts/api-test.py), over both stores. Supabase's stand-in is one of its own: rows of
# other tests are sealed with other keys.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly STAND_IN=target/supabase-api-test
folder=$(mktemp --directory)
clean_up() {
    scripts/supabase.sh remove "$STAND_IN" >/dev/null 2>&1 || true
    rm -rf "$folder" "$STAND_IN"
}
trap clean_up EXIT

scripts/supabase.sh start "$STAND_IN" >/dev/null
# shellcheck disable=SC2046  # every value is one word
env $(scripts/supabase.sh env "$STAND_IN") target/schemathesis/bin/python scripts/api-test.py "$folder" sqlite supabase
