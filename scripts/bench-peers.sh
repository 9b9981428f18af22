#!/usr/bin/env bash
# Measures the release build beside bare axum and a small Flask app (bench/peers), and prints a table. Builds what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly KIT=bench/peers

main() {
    install_wrk
    echo 'bench-peers: building the peers'
    cargo build --quiet --release --manifest-path "$KIT/Cargo.toml"
    if [[ ! -x $KIT/flask/.venv/bin/gunicorn ]]; then
        python3 -m venv "$KIT/flask/.venv"
        "$KIT/flask/.venv/bin/pip" install --quiet --requirement "$KIT/flask/requirements.txt"
    fi
    exec node "$KIT/run.mjs" "$@"
}

install_wrk() {
    command -v wrk >/dev/null && return
    echo 'bench-peers: installing wrk'
    apt-get install --yes --quiet wrk >/dev/null ||
        { echo 'bench-peers: wrk is missing: install it (Debian: apt-get install wrk)' >&2; exit 1; }
}

main "$@"
