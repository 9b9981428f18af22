#!/usr/bin/env bash
# Serves the demo. With STORE=supabase it uses a Supabase stand-in on this machine, which keeps
# running: `scripts/supabase.sh stop` stops it and keeps its rows.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${STORE:-sqlite} == supabase && -z ${SUPABASE_URL:-} ]]; then
    scripts/setup.sh supabase
    scripts/supabase.sh start
    settings=$(scripts/supabase.sh env)
    while IFS='=' read -r name value; do
        [[ $name != SUPABASE_URL && $name != SUPABASE_KEY ]] || export "$name=$value"
    done <<<"$settings"
fi
exec target/release/creator-connect demo "$@"
